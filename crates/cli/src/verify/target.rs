//! What a person wants verified: a reference, a hash, or a file with a credential or anything else in it.

use std::io::Read as _;
use std::path::Path;

use ananke_format::Sha256;
use serde_json::Value;

use crate::exit::Failure;

/// Larger files are none of ours: a PDF has at most 10 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// What is to be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A reference as it was typed, right or wrong.
    Reference(String),
    /// The SHA-256 of a file.
    Hash(Sha256),
    /// A signed record.
    Credential(String),
}

impl Target {
    /// Reads TARGET: `-` is standard input, `TRF-…` a reference, 64 hexadecimal digits a hash, all else a file.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        if text == "-" {
            let mut bytes = Vec::new();
            return match std::io::stdin()
                .lock()
                .take(MOST_BYTES + 1)
                .read_to_end(&mut bytes)
            {
                Ok(_) => Self::of_bytes("standard input", &bytes),
                Err(error) => Err(Failure::error(format!("standard input: {error}"))),
            };
        }
        let trimmed = text.trim();
        if let Ok(hash) = Sha256::from_hex(&trimmed.to_ascii_lowercase()) {
            return Ok(Self::Hash(hash));
        }
        let prefix = trimmed.get(..4).unwrap_or_default();
        if prefix.eq_ignore_ascii_case("TRF-") || prefix.eq_ignore_ascii_case("TCR-") {
            return Ok(Self::Reference(trimmed.to_owned()));
        }
        Self::of_bytes(
            text,
            &read(Path::new(text)).map_err(|failure| unknown(text, failure))?,
        )
    }

    fn of_bytes(name: &str, bytes: &[u8]) -> Result<Self, Failure> {
        if bytes.is_empty() {
            return Err(Failure::error(format!("{name} is empty")));
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Failure::error(format!(
                "{name} is larger than any document of this system"
            )));
        }
        Ok(match find_credential(bytes) {
            Some(credential) => Self::Credential(credential),
            None => Self::Hash(Sha256::of(bytes)),
        })
    }
}

/// Reads a file with a credential in it.
pub(crate) fn read_credential(path: &Path) -> Result<String, Failure> {
    find_credential(&read(path)?).ok_or_else(|| {
        Failure::error(format!(
            "{} holds no credential: neither a compact JWS nor JSON with one",
            path.display()
        ))
    })
}

/// Reads a file with a signed text in it: a trust bundle or a status list.
pub(crate) fn read_signed(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read(path)?)
        .map_err(|_| Failure::error(format!("{} is not a signed text", path.display())))?;
    Ok(text.trim().to_owned())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::file(path, &error))?;
    Ok(bytes)
}

fn unknown(text: &str, failure: Failure) -> Failure {
    Failure {
        message: format!(
            "{}; a target is a reference such as TRF-…, a SHA-256 of 64 digits, a file, or - for standard input",
            if text.is_empty() {
                "nothing to verify"
            } else {
                &failure.message
            }
        ),
        ..failure
    }
}

/// The credential in a file: a compact JWS by itself, as a JSON text, in the answer of an issuance, or enveloped as
/// the VC data model does it.
fn find_credential(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    if is_compact(text) {
        return Some(text.to_owned());
    }
    let json: Value = serde_json::from_str(text).ok()?;
    let found = match &json {
        Value::String(text) => text,
        Value::Object(members) => match members.get("credential") {
            Some(Value::String(text)) => text,
            _ => members
                .get("id")?
                .as_str()?
                .strip_prefix("data:application/vc+jwt,")?,
        },
        _ => return None,
    };
    is_compact(found).then(|| found.to_owned())
}

/// Three parts and the beginning of a JSON object: good or not, it wants to be a JWS.
fn is_compact(text: &str) -> bool {
    let is_part = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='))
    };
    text.starts_with("eyJ") && text.split('.').count() == 3 && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWS: &str = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";

    #[test]
    fn tells_targets_apart() {
        let hash = "AB".repeat(32);
        assert_eq!(
            Target::read(&hash).unwrap(),
            Target::Hash(Sha256::from_bytes([0xab; 32]))
        );
        for typed in ["TRF-ABCD1234", "trf-abcd", " TCR-1 "] {
            assert!(
                matches!(Target::read(typed).unwrap(), Target::Reference(_)),
                "{typed}"
            );
        }
        for wrong in ["", "no-such-file", &"ab".repeat(31)] {
            let failure = Target::read(wrong).unwrap_err();
            assert!(
                failure.message.contains("a target is a reference"),
                "{}",
                failure.message
            );
        }
    }

    #[test]
    fn finds_the_credential_in_a_file() {
        let enveloped = format!(
            r#"{{"id":"data:application/vc+jwt,{JWS}","type":"EnvelopedVerifiableCredential"}}"#
        );
        for file in [
            format!("{JWS}\n"),
            format!("\"{JWS}\""),
            format!(r#"{{"reference":"TRF-…","credential":"{JWS}"}}"#),
            enveloped,
        ] {
            let target = Target::of_bytes("x", file.as_bytes()).unwrap();
            assert_eq!(target, Target::Credential(JWS.to_owned()), "{file}");
        }
        for file in [
            "%PDF-1.7",
            "{}",
            "a.b.c",
            r#"{"credential":null}"#,
            "eyJ.x y.z",
        ] {
            let target = Target::of_bytes("x", file.as_bytes()).unwrap();
            assert_eq!(target, Target::Hash(Sha256::of(file.as_bytes())), "{file}");
        }
        assert!(Target::of_bytes("x", b"").is_err());
    }
}
