//! Where randomness comes from: a seed that every random run prints, and that `ANANKE_RIG_SEED` repeats.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// SplitMix64: small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Seed(u64);

impl Seed {
    /// A new seed, or the one that the environment asks for; said together with what it is for.
    ///
    /// # Panics
    /// When `ANANKE_RIG_SEED` is no number.
    #[must_use]
    pub fn of_run(name: &str) -> Self {
        let seed = match std::env::var("ANANKE_RIG_SEED") {
            Ok(text) => text.parse().expect("ANANKE_RIG_SEED is a number"),
            Err(_) => RandomState::new().build_hasher().finish(),
        };
        crate::say(&format!("{name}: ANANKE_RIG_SEED={seed}"));
        Self(seed)
    }

    /// The next number.
    #[must_use]
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this one.
    #[must_use]
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn a_seed_repeats_its_run() {
        let run = |seed| {
            let mut seed = Seed(seed);
            [seed.draw(), seed.below(10), seed.draw()]
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}
