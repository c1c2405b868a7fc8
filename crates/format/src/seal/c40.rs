//! C40 as seals use it: capital letters, digits and the filler, three to two bytes (`spec/seal.md`).

/// The last byte of a text whose last character stands alone.
const ASCII: u8 = 0xfe;

/// The value of a character.
const fn value(character: u8) -> Option<u16> {
    match character {
        b'<' => Some(3),
        b'0'..=b'9' => Some(4 + (character - b'0') as u16),
        b'A'..=b'Z' => Some(14 + (character - b'A') as u16),
        _ => None,
    }
}

fn character(value: u16) -> Option<u8> {
    let value = u8::try_from(value).ok()?;
    match value {
        3 => Some(b'<'),
        4..=13 => Some(b'0' + value - 4),
        14..=39 => Some(b'A' + value - 14),
        _ => None,
    }
}

/// How many bytes a text of so many characters takes.
pub(super) const fn packed_len(characters: usize) -> usize {
    characters.div_ceil(3) * 2
}

/// Packs a text; `None` where a character has no place in it.
pub(super) fn pack(text: &str) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(packed_len(text.len()));
    for group in text.as_bytes().chunks(3) {
        let values: Vec<u16> = group.iter().copied().map(value).collect::<Option<_>>()?;
        match (values.as_slice(), group) {
            (&[_], &[alone]) => packed.extend([ASCII, alone + 1]),
            (&[a, b], _) => packed.extend(three(a, b, 0)),
            (&[a, b, c], _) => packed.extend(three(a, b, c)),
            _ => return None,
        }
    }
    Some(packed)
}

const fn three(a: u16, b: u16, c: u16) -> [u8; 2] {
    (1_600 * a + 40 * b + c + 1).to_be_bytes()
}

/// The text of so many characters that was packed into these bytes, all of them; `None` where none was.
pub(super) fn unpack(bytes: &[u8], characters: usize) -> Option<String> {
    let mut text = String::with_capacity(characters);
    for pair in bytes.chunks(2) {
        let &[first, second] = pair else { return None };
        let left = characters.checked_sub(text.len())?;
        if left == 1 {
            if first != ASCII {
                return None;
            }
            text.push(char::from(second.checked_sub(1)?));
            continue;
        }
        let packed = u16::from_be_bytes([first, second]).checked_sub(1)?;
        for value in [packed / 1_600, packed % 1_600 / 40, packed % 40]
            .into_iter()
            .take(left)
        {
            text.push(char::from(character(value)?));
        }
    }
    // What is packed otherwise, such as with something behind the end, was not packed by these rules.
    (text.len() == characters && pack(&text).as_deref() == Some(bytes)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        for text in [
            "",
            "A",
            "D<",
            "D<<",
            "UTO1",
            "DETS0",
            "DETS0232",
            "XA0108ACME0101",
        ] {
            let packed = pack(text).unwrap();
            assert_eq!(packed.len(), packed_len(text.len()), "{text}");
            assert_eq!(unpack(&packed, text.len()).as_deref(), Some(text));
        }
        assert_eq!(pack("D<<"), Some(vec![0x6a, 0xbc]));
        assert_eq!(pack("a"), None);
        assert_eq!(pack("Ä"), None);
    }

    #[test]
    fn there_is_one_form_of_each() {
        let good = pack("AB").unwrap();
        assert!(unpack(&good, 2).is_some());
        for bad in [
            three(14, 15, 1),
            three(14, 15, 4),
            [ASCII, b'A'],
            [0, 0],
            [0xff, 0xff],
        ] {
            assert_eq!(unpack(&bad, 2), None, "{bad:?}");
        }
        assert_eq!(unpack(&good, 3), None);
        assert_eq!(unpack(&good, 1), None);
        assert_eq!(unpack(&[good[0]], 2), None);
        assert_eq!(unpack(&[ASCII, 0], 1), None);
    }
}
