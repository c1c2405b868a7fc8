//! Chance with a seed, and the texts that engines are known to disagree about.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// SplitMix64: small, and the same everywhere.
pub(super) struct Chance(u64);

impl Chance {
    /// A new seed, or the one that the environment asks for; said together with what it is for.
    pub(super) fn of_run(name: &str) -> Self {
        let seed = match std::env::var("ANANKE_RIG_SEED") {
            Ok(text) => text.parse().unwrap(),
            Err(_) => RandomState::new().build_hasher().finish(),
        };
        super::say(&format!("{name}: ANANKE_RIG_SEED={seed}"));
        Self(seed)
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// Once in so many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of the last few, where there is any: what was made lately is asked for most.
    pub(super) fn recent<'a>(&mut self, of: &'a [String]) -> Option<&'a str> {
        let lately = if self.once_in(4) { of.len() } else { 6 };
        let of = &of[of.len().saturating_sub(lately)..];
        (!of.is_empty()).then(|| self.one(of).as_str())
    }

    pub(super) fn text(&mut self) -> String {
        (*self.one(TEXTS)).to_owned()
    }
}

/// Case, accents, scripts, what patterns and quotes mean, lengths at the limits of a character's size.
pub(super) const TEXTS: &[&str] = &[
    "Ada Lovelace",
    "ada lovelace",
    "ADA LOVELACE",
    "Ada  Lovelace",
    " Ada ",
    "Zoë",
    "Zoe\u{308}",
    "ZOË",
    "straße",
    "STRASSE",
    "İstanbul",
    "ıstanbul",
    "Ísak",
    "ǅ",
    "ﬁx",
    "Σίσυφος",
    "ΣΊΣΥΦΟΣ",
    "Ωm",
    "Ωm",
    "李雷",
    "👩🏽‍🎓",
    "🇩🇪",
    "\u{202e}abc",
    "a\u{200b}b",
    "100%",
    "a_b",
    "a%b",
    "_",
    "%",
    "\\",
    "\\%",
    "'",
    "''; --",
    "\"x\"",
    "$1",
    "?1",
    "NULL",
    "0",
    "-1",
    "1e3",
    "a\tb",
    "line\nbreak",
    "\u{ffff}",
    "\u{10ffff}",
    "z",
    "Z",
    "ä",
    "Ä",
    "é",
];
