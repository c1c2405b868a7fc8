//! The bytes of a seal, as people have them: raw, in base64 or hexadecimal, or in the answer of a stamp.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;

/// What every Visible Digital Seal begins with.
const MAGIC: u8 = 0xdc;
/// No symbol holds more than some 1,600 bytes.
const MOST_BYTES: usize = 4096;

/// The seal that a file is, good or not; `None` where it is something else.
pub(crate) fn in_file(bytes: &[u8]) -> Option<Vec<u8>> {
    if begins(bytes) {
        return Some(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    in_text(text).or_else(|| {
        let answer: Value = serde_json::from_str(text).ok()?;
        in_text(answer.as_str().or_else(|| answer.get("seal")?.as_str())?)
    })
}

/// The seal that a text is: hexadecimal, or base64 of either alphabet, lines broken or not.
pub(crate) fn in_text(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_whitespace().collect();
    if text.is_empty() || text.len() > 2 * MOST_BYTES {
        return None;
    }
    let engines = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
    let decoded = engines
        .iter()
        .find_map(|engine| engine.decode(&text).ok().filter(|bytes| begins(bytes)));
    hexadecimal(&text).filter(|bytes| begins(bytes)).or(decoded)
}

fn begins(bytes: &[u8]) -> bool {
    bytes.first() == Some(&MAGIC) && bytes.len() <= MOST_BYTES
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).ok()?;
        let is_pair = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_pair.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
    };
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_every_spelling() {
        let seal = [0xdc, 0x03, 0xfb, 0xff, 0xfe];
        for text in [
            "dc03fbfffe",
            "DC 03\nFB ff fe\n",
            "3AP7//4=",
            "3AP7//4",
            "3AP7__4",
            " 3AP7\n//4=\n",
        ] {
            assert_eq!(in_text(text).as_deref(), Some(&seal[..]), "{text}");
            assert_eq!(in_file(text.as_bytes()).as_deref(), Some(&seal[..]));
        }
        let answer = br#"{"reference":"TCR-1","seal":"3AP7//4="}"#;
        assert_eq!(in_file(answer).as_deref(), Some(&seal[..]));
        assert_eq!(in_file(&seal).as_deref(), Some(&seal[..]));
    }

    #[test]
    fn nothing_else_is_one() {
        for text in [
            "",
            "dc0",
            "letter.pdf",
            "eyJhIjoxfQ",
            "TRF-0000000000001",
            "{}",
        ] {
            assert_eq!(in_text(text), None, "{text}");
        }
        assert_eq!(in_file(b"%PDF-1.7"), None);
        assert_eq!(in_file(&[0xdc; MOST_BYTES + 1]), None);
    }
}
