//! Data Matrix ECC 200 (ISO/IEC 16022), as far as seals need it: square symbols, bytes only (Base256), one way to write each
//! payload (`spec/stamp.md`). And the payload of a symbol whose every module is known, without any correction; and what codewords
//! say that somebody else corrected.

mod codewords;
mod correction;
mod placement;

pub use self::codewords::bytes_of;
use self::correction::with_correction;
use self::placement::{Place, places};

/// The largest payload of all, in bytes: what 132 × 132 modules hold.
pub const LARGEST: usize = 1_301;

/// The latch to Base256.
const LATCH: u8 = 231;
/// The first codeword that holds nothing.
const PAD: u8 = 129;

/// A square symbol: modules a side, codewords of data and of correction, how many blocks they are dealt to, and regions a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    side: usize,
    data: usize,
    correction: usize,
    blocks: usize,
    regions: usize,
}

const fn size(side: usize, data: usize, correction: usize, blocks: usize, regions: usize) -> Size {
    Size {
        side,
        data,
        correction,
        blocks,
        regions,
    }
}

/// Table 7 of the standard. The largest, 144 × 144, deals its codewords unevenly and is not used.
const SIZES: [Size; 23] = [
    size(10, 3, 5, 1, 1),
    size(12, 5, 7, 1, 1),
    size(14, 8, 10, 1, 1),
    size(16, 12, 12, 1, 1),
    size(18, 18, 14, 1, 1),
    size(20, 22, 18, 1, 1),
    size(22, 30, 20, 1, 1),
    size(24, 36, 24, 1, 1),
    size(26, 44, 28, 1, 1),
    size(32, 62, 36, 1, 2),
    size(36, 86, 42, 1, 2),
    size(40, 114, 48, 1, 2),
    size(44, 144, 56, 1, 2),
    size(48, 174, 68, 1, 2),
    size(52, 204, 84, 2, 2),
    size(64, 280, 112, 2, 4),
    size(72, 368, 144, 4, 4),
    size(80, 456, 192, 4, 4),
    size(88, 576, 224, 4, 4),
    size(96, 696, 272, 4, 4),
    size(104, 816, 336, 6, 4),
    size(120, 1_050, 408, 6, 6),
    size(132, 1_304, 496, 8, 6),
];

/// A symbol: its modules row by row, the top one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    side: usize,
    dark: Vec<bool>,
}

/// Codewords of a payload: latch, one or two for the length, the bytes.
const fn needed(payload: usize) -> usize {
    if payload <= 249 {
        payload + 2
    } else {
        payload + 3
    }
}

/// How many bytes a symbol with so many modules a side holds; `None` where there is no such symbol.
#[must_use]
pub fn capacity(side: usize) -> Option<usize> {
    let size = SIZES.iter().find(|size| size.side == side)?;
    Some(match size.data {
        // With 250 bytes the length takes one codeword more.
        data @ ..=252 => data.saturating_sub(2).min(249),
        data => data - 3,
    })
}

/// Modules a side of every symbol there is.
pub fn sides() -> impl Iterator<Item = usize> {
    SIZES.iter().map(|size| size.side)
}

/// Modules a side of the smallest symbol that holds so many bytes; `None` where none is large enough.
#[must_use]
pub fn side_for(payload: usize) -> Option<usize> {
    let size = SIZES.iter().find(|size| needed(payload) <= size.data)?;
    Some(size.side)
}

impl Symbol {
    /// The smallest symbol that holds a payload, as there is one way to write it; `None` where none is large enough, and of nothing:
    /// a length of 0 means something else.
    #[must_use]
    pub fn of(payload: &[u8]) -> Option<Self> {
        if payload.is_empty() {
            return None;
        }
        let size = SIZES
            .iter()
            .find(|size| needed(payload.len()) <= size.data)?;
        let data = codewords(payload, size.data);
        let all = with_correction(&data, size);
        Some(Self::placed(size, &all))
    }

    /// Modules a side, without a quiet zone.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// Whether a module is dark; those outside are not.
    #[must_use]
    pub fn is_dark(&self, row: usize, column: usize) -> bool {
        row < self.side && column < self.side && self.at(row, column)
    }

    fn at(&self, row: usize, column: usize) -> bool {
        self.dark
            .get(row * self.side + column)
            .copied()
            .unwrap_or_default()
    }

    /// A symbol of these modules, row by row; `None` where they are none of a square symbol.
    #[must_use]
    pub fn from_modules(dark: Vec<bool>) -> Option<Self> {
        let size = SIZES
            .iter()
            .find(|size| size.side * size.side == dark.len())?;
        Some(Self {
            side: size.side,
            dark,
        })
    }

    /// The payload, if this is the symbol that holds it, to the module.
    #[must_use]
    pub fn payload(&self) -> Option<Vec<u8>> {
        let size = SIZES.iter().find(|size| size.side == self.side)?;
        let mut read = vec![0; size.data + size.correction];
        for (place, is_dark) in places(size).iter().zip(&self.dark) {
            if *is_dark
                && let Place::Bit { codeword, mask } = place
                && let Some(byte) = read.get_mut(*codeword)
            {
                *byte |= mask;
            }
        }
        read.truncate(size.data);
        let payload = payload_of(&read)?;
        (Self::of(&payload).as_ref() == Some(self)).then_some(payload)
    }

    fn placed(size: &Size, codewords: &[u8]) -> Self {
        let is_dark = |place: &Place| match place {
            Place::Bit { codeword, mask } => codewords
                .get(*codeword)
                .is_some_and(|byte| byte & mask != 0),
            Place::Fixed(is_dark) => *is_dark,
        };
        let dark = places(size).iter().map(is_dark).collect();
        Self {
            side: size.side,
            dark,
        }
    }
}

/// Data codewords: everything but latch and pads is randomised by its place.
fn codewords(payload: &[u8], capacity: usize) -> Vec<u8> {
    let mut out = vec![LATCH];
    let length = payload.len();
    let mut push = |byte: u8| {
        let place = out.len() + 1;
        out.push(byte.wrapping_add(noise(place, 255)));
    };
    if length <= 249 {
        push((length & 0xff) as u8);
    } else {
        push(((length / 250 + 249) & 0xff) as u8);
        push((length % 250) as u8);
    }
    payload.iter().copied().for_each(push);
    if out.len() < capacity {
        out.push(PAD);
    }
    while out.len() < capacity {
        let padded = u16::from(PAD) + u16::from(noise(out.len() + 1, 253));
        let padded = if padded > 254 { padded - 254 } else { padded };
        out.push((padded & 0xff) as u8);
    }
    out
}

/// 5.2.3 and Annex B of the standard: a number from 1 to `range` for a place from 1.
const fn noise(place: usize, range: usize) -> u8 {
    (149 * place % range + 1) as u8
}

/// The bytes of a payload that was written as above.
fn payload_of(data: &[u8]) -> Option<Vec<u8>> {
    let (first, rest) = data.split_first()?;
    if *first != LATCH {
        return None;
    }
    let mut plain = rest
        .iter()
        .zip(2..)
        .map(|(byte, place)| byte.wrapping_sub(noise(place, 255)));
    let length = match usize::from(plain.next()?) {
        short @ 1..=249 => short,
        high @ 250.. => (high - 249) * 250 + usize::from(plain.next()?),
        // To the end of the symbol: not how it is written here.
        0 => return None,
    };
    let payload: Vec<u8> = plain.take(length).collect();
    (payload.len() == length).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_holds_what_it_says_and_gives_it_back() {
        let mut before = 0;
        for size in SIZES {
            let most = capacity(size.side).unwrap();
            for length in [before + 1, most] {
                let payload: Vec<u8> = (0..length).map(|at| (at * 7 + length) as u8).collect();
                let symbol = Symbol::of(&payload).unwrap();
                assert_eq!(symbol.side(), size.side, "{length} bytes");
                assert_eq!(symbol.payload().as_deref(), Some(payload.as_slice()));
            }
            before = most;
        }
        assert_eq!(before, LARGEST);
        assert!(Symbol::of(&[0; LARGEST + 1]).is_none());
    }

    #[test]
    fn every_codeword_has_all_its_bits() {
        for size in SIZES {
            let mut seen = vec![0_u8; size.data + size.correction];
            for place in places(&size) {
                if let Place::Bit { codeword, mask } = place {
                    assert_eq!(seen[*codeword] & mask, 0, "{} twice", size.side);
                    seen[*codeword] |= mask;
                }
            }
            assert!(seen.iter().all(|bits| *bits == 0xff), "{}", size.side);
        }
    }

    #[test]
    fn another_module_is_another_symbol() {
        let symbol = Symbol::of(b"a payload of some length").unwrap();
        for at in 0..symbol.dark.len() {
            let mut dark = symbol.dark.clone();
            dark[at] = !dark[at];
            assert_eq!(Symbol::from_modules(dark).unwrap().payload(), None, "{at}");
        }
        assert_eq!(
            Symbol::from_modules(vec![false; 100]).unwrap().payload(),
            None
        );
        assert_eq!(Symbol::from_modules(vec![false; 99]), None);
    }
}
