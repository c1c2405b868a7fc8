//! Cheap mutations of known inputs: what a plain test can do without watching which code runs.

/// What a mutation may do; one `&str` more is one word that parsers look for.
const WORDS: &[&str] = &[
    "",
    "\0",
    "\u{7f}",
    "\u{e9}",
    "\u{1F4A9}",
    "\u{202e}",
    "\r\n",
    "--x",
    "--x--",
    "%00",
    "..",
    "//",
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551616",
    "\\u0000",
    "\\ud800",
    "[[[[[[[[",
    "{\"a\":{\"a\":",
    "\"\"",
    "0001-01-01",
    "9999-12-31T23:59:60.999Z",
    "+00:00",
    "=",
    "==",
    ".",
    "eyJ",
    "TRF-",
    "ak_live_",
];

/// SplitMix64: small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Mutator(u64);

impl Mutator {
    /// A sequence of mutations that its seed repeats.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A place in something of this length; 0 in nothing.
    fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.draw() % length).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.draw().to_le_bytes()[0]
    }

    /// One of the inputs with one to four mutations.
    #[must_use]
    pub fn mutate(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut data = self.one_of(inputs);
        for _ in 0..=self.place(4) {
            self.step(&mut data, inputs);
        }
        data
    }

    fn one_of(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let place = self.place(inputs.len());
        inputs.get(place).cloned().unwrap_or_default()
    }

    fn step(&mut self, data: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let (at, other) = (self.place(data.len()), self.place(data.len()));
        let (start, end) = (at.min(other), at.max(other));
        match self.draw() % 9 {
            0 if !data.is_empty() => data[at] ^= 1 << (self.draw() % 8),
            1 if !data.is_empty() => data[at] = self.byte(),
            2 => data.insert(at, self.byte()),
            3 => drop(data.drain(start..end)),
            4 => data.truncate(at),
            5 => {
                let part: Vec<u8> = data[start..end].iter().take(64).copied().collect();
                data.splice(at..at, part);
            }
            6 => {
                let word = WORDS[self.place(WORDS.len())];
                data.splice(start..start, word.bytes());
            }
            7 => {
                let other = self.one_of(inputs);
                let cut = self.place(other.len());
                data.truncate(at);
                data.extend_from_slice(other.get(cut..).unwrap_or_default());
            }
            _ if !data.is_empty() => data[at] = data[at].wrapping_add(1),
            _ => data.push(self.byte()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mutator;

    #[test]
    fn a_seed_repeats_its_mutations() {
        let inputs = vec![b"one".to_vec(), b"another".to_vec(), Vec::new()];
        let run = |seed| {
            let mut mutator = Mutator::new(seed);
            (0..200)
                .map(|_| mutator.mutate(&inputs))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}
