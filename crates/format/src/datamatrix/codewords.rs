//! What data codewords say (5.2 and Annex C of the standard), in all the ways other issuers' encoders write them.

use super::{LATCH, PAD, noise};

const UNLATCH: u8 = 254;
/// What a function character stands for among data.
const SEPARATOR: u8 = 0x1d;

/// The bytes that the data codewords of a symbol hold; `None` where they break the rules, and where the symbol is one of several or
/// programs a reader. What an ECI says of the bytes is passed over.
#[must_use]
pub fn bytes_of(data: &[u8]) -> Option<Vec<u8>> {
    let mut text = Text {
        data,
        at: 0,
        out: Vec::new(),
    };
    let mut end: &[u8] = b"";
    let mut high = 0;
    while let Some(codeword) = text.next() {
        match codeword {
            1..=128 => text.out.push((codeword - 1) | std::mem::take(&mut high)),
            PAD => break,
            130..=229 => {
                let pair = codeword - 130;
                text.out.extend([b'0' + pair / 10, b'0' + pair % 10]);
            }
            230 => text.triples(Set::C40)?,
            LATCH => text.base256()?,
            // In the first place it says what the text is, and is not in it.
            232 if text.at == 1 => {}
            232 => text.out.push(SEPARATOR),
            235 => high = 0x80,
            236 | 237 if text.at == 1 => {
                text.out.extend(b"[)>\x1e05\x1d");
                if codeword == 237
                    && let Some(digit) = text.out.get_mut(5)
                {
                    *digit = b'6';
                }
                end = b"\x1e\x04";
            }
            238 => text.triples(Set::X12)?,
            239 => text.triples(Set::Lower)?,
            240 => text.edifact()?,
            241 => {
                let more = match text.next()? {
                    1..=127 => 0,
                    128..=191 => 1,
                    192..=207 => 2,
                    _ => return None,
                };
                text.at += more;
            }
            UNLATCH => {}
            _ => return None,
        }
    }
    text.out.extend(end);
    Some(text.out)
}

/// The sets of which three values stand in two codewords.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    C40,
    Lower,
    X12,
}

struct Text<'a> {
    data: &'a [u8],
    /// How many codewords were read.
    at: usize,
    out: Vec<u8>,
}

impl Text<'_> {
    fn next(&mut self) -> Option<u8> {
        let codeword = self.data.get(self.at).copied();
        self.at += usize::from(codeword.is_some());
        codeword
    }

    fn left(&self) -> usize {
        self.data.len().saturating_sub(self.at)
    }

    fn base256(&mut self) -> Option<()> {
        let length = match usize::from(self.plain()?) {
            0 => self.left(),
            short @ 1..=249 => short,
            high => (high - 249) * 250 + usize::from(self.plain()?),
        };
        for _ in 0..length {
            let byte = self.plain()?;
            self.out.push(byte);
        }
        Some(())
    }

    /// A codeword that was randomised by its place.
    fn plain(&mut self) -> Option<u8> {
        let codeword = self.next()?;
        Some(codeword.wrapping_sub(noise(self.at, 255)))
    }

    /// Triples of values, until they are ended or one codeword is left.
    fn triples(&mut self, set: Set) -> Option<()> {
        let (mut shift, mut high) = (0, 0);
        while self.left() >= 2 {
            let first = self.next()?;
            if first == UNLATCH {
                return Some(());
            }
            let packed = (u16::from(first) << 8 | u16::from(self.next()?)).checked_sub(1)?;
            for value in [packed / 1600, packed / 40 % 40, packed % 40] {
                let value = u8::try_from(value).ok().filter(|value| *value < 40)?;
                let byte = match (set, std::mem::take(&mut shift), value) {
                    (Set::X12, _, 0) => b'\r',
                    (Set::X12, _, 1) => b'*',
                    (Set::X12, _, 2) => b'>',
                    (_, 0, 0..=2) => {
                        shift = value + 1;
                        continue;
                    }
                    (_, 0, 3) => b' ',
                    (_, 0, 4..=13) => b'0' + (value - 4),
                    (Set::Lower, 0, _) => b'a' + (value - 14),
                    (_, 0, _) => b'A' + (value - 14),
                    (_, 1, 0..=31) => value,
                    (_, 2, 0..=14) => b'!' + value,
                    (_, 2, 15..=21) => b':' + (value - 15),
                    (_, 2, 22..=26) => b'[' + (value - 22),
                    (_, 2, 27) => SEPARATOR,
                    (_, 2, 30) => {
                        high = 0x80;
                        continue;
                    }
                    (Set::Lower, 3, 1..=26) => b'A' + (value - 1),
                    (_, 3, 0..=31) => b'`' + value,
                    _ => return None,
                };
                self.out.push(byte | std::mem::take(&mut high));
            }
        }
        // One codeword that is left is plain, unless it says that these end.
        if self.data.get(self.at) == Some(&UNLATCH) {
            self.at += 1;
        }
        Some(())
    }

    /// Four values in three codewords, until they are ended or two codewords are left.
    fn edifact(&mut self) -> Option<()> {
        while self.left() > 2 {
            let three = [self.next()?, self.next()?, self.next()?];
            let [a, b, c] = three.map(u32::from);
            let packed = a << 16 | b << 8 | c;
            for (shift, unread) in [(18, 2), (12, 1), (6, 0), (0, 0)] {
                match (packed >> shift & 0x3f) as u8 {
                    // The rest of its codeword is empty.
                    0x1f => {
                        self.at -= unread;
                        return Some(());
                    }
                    value if value & 0x20 == 0 => self.out.push(value | 0x40),
                    value => self.out.push(value),
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::codewords;
    use super::*;

    #[test]
    fn what_we_write_is_read() {
        for length in [1, 2, 249, 250, 251, 1_301] {
            let payload: Vec<u8> = (0..length).map(|at| (at * 7 + length) as u8).collect();
            for capacity in [length + 3, length + 9] {
                let data = codewords(&payload, capacity);
                assert_eq!(bytes_of(&data).as_ref(), Some(&payload), "{length}");
            }
        }
    }

    /// Written out by hand after the standard; what other encoders make of longer texts is in the tests of the pdf crate.
    #[test]
    fn every_encodation() {
        for (data, bytes) in [
            (&b"\x42\x8e\xeb\x51"[..], &b"A12\xd0"[..]),
            (b"\x42\x81\x00\xff", b"A"),
            (b"\xe6\x59\xe9\xfe\x42", b"ABCA"),
            (b"\xe6\x59\xe9\x42", b"ABCA"),
            (b"\xef\x59\xe9\xfe\x42", b"abcA"),
            (b"\xee\x59\xe9\xfe\x42", b"ABCA"),
            (b"\xf0\x04\x20\xdf\x42", b"ABCA"),
            (b"\xe7\x2c\xd6", b"\x15"),
            (b"\xe8\x42\xe8\x43", b"A\x1dB"),
            (b"\xed\x42", b"[)>\x1e06\x1dA\x1e\x04"),
            (b"\xec\x42", b"[)>\x1e05\x1dA\x1e\x04"),
            (b"\xf1\x1b\x42", b"A"),
            (b"\xf1\x80\x01\x42", b"A"),
            (b"", b""),
        ] {
            assert_eq!(bytes_of(data).as_deref(), Some(bytes), "{data:02x?}");
        }
        for data in [
            &b"\x00"[..],
            b"\xff",
            b"\xe9\x11",
            b"\xea\x42",
            b"\x42\xec",
            b"\xe7",
            b"\xe7\x30\x42",
            b"\xe6\x00\x00",
            b"\xf1",
        ] {
            assert_eq!(bytes_of(data), None, "{data:02x?}");
        }
    }
}
