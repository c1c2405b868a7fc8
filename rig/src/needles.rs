//! Looks for values where they must not be: whole or in halves, as they are, in hexadecimal, in base64 at each of its
//! three alignments, and as in an address.

use std::collections::HashMap;

/// A value that was planted.
#[derive(Debug, Clone)]
pub struct Canary {
    /// What it is, for messages.
    pub name: String,
    /// The value.
    pub value: Vec<u8>,
}

impl Canary {
    /// A value with its name.
    #[must_use]
    pub fn new(name: &str, value: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.into(),
        }
    }
}

/// A value that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Name of the canary.
    pub canary: String,
    /// In which form.
    pub form: String,
    /// Where.
    pub place: String,
    /// At which byte.
    pub at: usize,
}

/// Name of the canary, the form, its bytes.
type Needle = (String, &'static str, Vec<u8>);

/// All forms of some canaries, ready to be looked for in one go.
#[derive(Debug, Default)]
pub struct Needles {
    /// By their first four bytes.
    by_start: HashMap<[u8; 4], Vec<Needle>>,
}

impl Needles {
    /// Makes the forms. Whatever holds a whole value holds one of its halves, in every form.
    ///
    /// # Panics
    /// When a value is too short to be told from chance.
    #[must_use]
    pub fn new(canaries: &[Canary]) -> Self {
        let mut needles = Self::default();
        for canary in canaries {
            let length = canary.value.len();
            assert!(
                length >= 16,
                "{} is too short to be looked for",
                canary.name
            );
            let (first, second) = canary.value.split_at(length / 2);
            for half in [first, second] {
                for (form, bytes) in forms(half) {
                    if let Some(start) = bytes.first_chunk::<4>() {
                        let found = needles.by_start.entry(*start).or_default();
                        found.push((canary.name.clone(), form, bytes.clone()));
                    }
                }
            }
        }
        needles
    }

    /// Every place in these bytes where one of them stands.
    #[must_use]
    pub fn find(&self, place: &str, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, window) in bytes.windows(4).enumerate() {
            let Some(start) = window.first_chunk::<4>() else {
                continue;
            };
            for (canary, form, needle) in self.by_start.get(start).into_iter().flatten() {
                if bytes[at..].starts_with(needle) {
                    hits.push(Hit {
                        canary: canary.clone(),
                        form: (*form).to_owned(),
                        place: place.to_owned(),
                        at,
                    });
                }
            }
        }
        hits
    }
}

/// The ways in which bytes are written down. What a neighbour decides of a base64 character is left out.
fn forms(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        ("as it is", bytes.to_vec()),
        ("hex", hex.clone().into_bytes()),
        ("HEX", hex.to_uppercase().into_bytes()),
    ];
    for (name, before) in [("base64", 0), ("base64 + 1", 1), ("base64 + 2", 2)] {
        let plain = base64(bytes, before, b"+/");
        let url = base64(bytes, before, b"-_");
        if url != plain {
            forms.push((name, url));
        }
        forms.push((name, plain));
    }
    let mut escaped = Vec::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            escaped.push(*byte);
        } else {
            escaped.extend(format!("%{byte:02X}").into_bytes());
        }
    }
    if escaped != bytes {
        let plus = String::from_utf8_lossy(&escaped).replace("%20", "+");
        forms.push(("as in a form", plus.into_bytes()));
        forms.push(("as in an address", escaped));
    }
    forms
}

/// The characters of base64 that these bytes alone decide, behind so many other bytes.
fn base64(bytes: &[u8], before: usize, last: &[u8; 2]) -> Vec<u8> {
    let alphabet: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(*last)
        .collect();
    let bits: Vec<u8> = std::iter::repeat_n(0, before)
        .chain(bytes.iter().copied())
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let (whole, _) = bits.as_chunks::<6>();
    let six = |six: &[u8; 6]| {
        six.iter()
            .fold(0, |number, bit| number << 1 | usize::from(*bit))
    };
    let undecided = (before * 8).div_ceil(6);
    whole
        .iter()
        .skip(undecided)
        .map(|bits| alphabet[six(bits)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Canary, Needles};

    /// Each way of writing it, made by other means than ours.
    #[test]
    fn every_form_is_found() {
        let value = "Karla Kolumna/~7?>";
        let needles = Needles::new(&[Canary::new("name", value)]);
        for (form, text) in [
            ("as it is", "xx Karla Kolumna/~7?> xx"),
            ("as it is", "the first half: Karla Kol"),
            ("as it is", "the second half: umna/~7?>."),
            ("hex", "4b61726c61204b6f6c756d6e612f7e373f3e"),
            ("HEX", "4B61726C61204B6F6C756D6E612F7E373F3E"),
            ("base64", "S2FybGEgS29sdW1uYS9+Nz8+"),
            ("base64", "S2FybGEgS29sdW1uYS9-Nz8-"),
            ("base64 + 1", "eEthcmxhIEtvbHVtbmEvfjc/Pg=="),
            ("base64 + 2", "eHhLYXJsYSBLb2x1bW5hL343Pz4="),
            ("as in an address", "q=Karla%20Kolumna%2F~7%3F%3E"),
            ("as in a form", "q=Karla+Kolumna%2F~7%3F%3E"),
        ] {
            let hits = needles.find("here", text.as_bytes());
            assert!(hits.iter().any(|hit| hit.form == form), "{form}: {hits:?}");
        }
        for text in ["Karla Ko", "umna/~7?", "S2FybGEgS2", ""] {
            assert_eq!(needles.find("here", text.as_bytes()), [], "{text}");
        }
    }
}
