//! Credentials as they are stored. A compact JWS is base64 of mostly what every document of its issuer says: the header
//! stands once for all of them, and the payload is compressed against it and against the words that all payloads share.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A credential in parts.
pub(crate) struct Packed {
    /// Form, length of the payload, signature, compressed payload.
    pub(crate) bytes: Vec<u8>,
    /// The header as it was signed.
    pub(crate) header: Vec<u8>,
}

/// The only form so far. Another dictionary is another form.
const FORM: u8 = 1;
const SIGNATURE: usize = 64;
const PREFIX: usize = 1 + 4 + SIGNATURE;
/// More than any credential has; a damaged length must not reserve memory.
const LARGEST: usize = 1 << 22;

/// What payloads have in common, with what is most common last. It never changes: what was packed needs it.
const WORDS: &str = r#""documentType":"diploma","contract","permit","license","report","letter","statement","name":"","test/0{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],"id":"https:///v/","type":["VerifiableCredential","IssuedDocument"],"issuer":{"id":"did:web:","name":""},"validFrom":"2026-:00.000Z","validUntil":"2027-01-01T00:00:00.000Z","credentialSubject":{"name":"","documentType":"certificate","title":"","awardedOn":"","fields":[{"key":"name","label":"Name","value":""},{"key":"course","label":"Course","value":""},{"key":"grade","label":"Grade","value":""},{"key":"date","label":"Date","value":"202"}]},"relatedResource":[{"id":"urn:sha256:","digestSRI":"sha256-=","mediaType":"application/pdf"}],"credentialStatus":[{"id":"https:///s//live/0/revocation#","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"","statusListCredential":"https:///s//live/0/revocation"},{"id":"https:///s//live/0/suspension#","type":"BitstringStatusListEntry","statusPurpose":"suspension","statusListIndex":"","statusListCredential":"https:///s//live/0/suspension"}],"status":{"status_list":{"idx":,"uri":"https:///s//live/0"}}}"#;

/// Takes a credential apart; `None` where it would not come out again to the byte.
pub(crate) fn pack(credential: &str) -> Option<Packed> {
    let mut parts = credential.split('.').map(|part| {
        // Strict: of several spellings of the same bytes only the one that is written again is taken.
        URL_SAFE_NO_PAD.decode(part).ok()
    });
    let (header, payload, signature) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || signature.len() != SIGNATURE || payload.len() > LARGEST {
        return None;
    }
    let compressed = lz4_flex::block::compress_with_dict(&payload, &dictionary(&header));
    let mut bytes = Vec::with_capacity(PREFIX + compressed.len());
    bytes.push(FORM);
    bytes.extend(u32::try_from(payload.len()).ok()?.to_be_bytes());
    bytes.extend(signature);
    bytes.extend(compressed);
    Some(Packed { bytes, header })
}

/// Puts it together again; `None` when it is damaged.
pub(crate) fn unpack(bytes: &[u8], header: &[u8]) -> Option<String> {
    let (prefix, compressed) = bytes.split_at_checked(PREFIX)?;
    let (form, rest) = prefix.split_first()?;
    let (length, signature) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if *form != FORM || length > LARGEST {
        return None;
    }
    let payload =
        lz4_flex::block::decompress_with_dict(compressed, length, &dictionary(header)).ok()?;
    if payload.len() != length {
        return None;
    }
    let mut credential = String::with_capacity((header.len() + length + SIGNATURE) * 4 / 3 + 8);
    URL_SAFE_NO_PAD.encode_string(header, &mut credential);
    credential.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut credential);
    credential.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut credential);
    Some(credential)
}

fn dictionary(header: &[u8]) -> Vec<u8> {
    [header, WORDS.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/credential");
        let files = std::fs::read_dir(folder).unwrap();
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        texts
            .filter_map(|text| Some(text.split_once("\n\n")?.1.trim().to_owned()))
            .collect()
    }

    #[test]
    fn what_is_packed_comes_out_to_the_byte() {
        let (mut packed, mut left) = (0, 0);
        for credential in vectors() {
            match pack(&credential) {
                Some(parts) => {
                    packed += 1;
                    assert_eq!(unpack(&parts.bytes, &parts.header), Some(credential));
                }
                None => left += 1,
            }
        }
        assert!(packed > 20 && left > 3, "{packed} and {left}");
    }

    #[test]
    fn it_is_small() {
        let vectors = vectors();
        let usual = |text: &&String| pack(text).is_some() && text.len() > 2_000;
        let credential = vectors.iter().find(usual).unwrap();
        let parts = pack(credential).unwrap();
        assert!(
            parts.bytes.len() * 5 < credential.len(),
            "{} of {}",
            parts.bytes.len(),
            credential.len()
        );
    }

    #[test]
    fn damage_is_no_panic() {
        let vectors = vectors();
        let credential = vectors.iter().find(|text| pack(text).is_some()).unwrap();
        let Packed { bytes, header } = pack(credential).unwrap();
        for end in 0..bytes.len() {
            assert_ne!(unpack(&bytes[..end], &header).as_ref(), Some(credential));
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                let _ = unpack(&other, &header);
            }
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_ne!(unpack(&longer, &header).as_ref(), Some(credential));
        assert_ne!(unpack(&bytes, b"{}").as_ref(), Some(credential));
    }
}
