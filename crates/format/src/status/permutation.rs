//! Which index a document gets: positions are counted, indexes are shuffled.
//!
//! Otherwise an index would tell how many documents an issuer made before this one. A Feistel
//! network over 18 bits with four rounds of HMAC-SHA256, walked along its cycle until the value
//! lies below 131,072, is a permutation of the list's positions.

use aws_lc_rs::hmac;

use super::LIST_LEN;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;

const LABEL: &[u8] = b"ananke status index v1";
const ROUNDS: u8 = 4;
const HALF_MASK: u32 = 0x1ff;

/// The permutation of one list.
#[derive(Clone)]
pub struct Permutation(hmac::Key);

impl Permutation {
    /// The permutation of a list under the instance's 32-byte index key.
    ///
    /// Every list has its own: HMAC-SHA256(key, label ‖ code ‖ mode's word ‖ number as u32), so
    /// one issuer learns nothing about another's order from its own.
    #[must_use]
    pub fn new(key: &[u8; 32], issuer: IssuerCode, mode: Mode, number: u32) -> Self {
        let instance = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mut context = hmac::Context::with_key(&instance);
        context.update(LABEL);
        context.update(issuer.as_bytes());
        context.update(mode.as_str().as_bytes());
        context.update(&number.to_be_bytes());
        Self(hmac::Key::new(hmac::HMAC_SHA256, context.sign().as_ref()))
    }

    /// The index of a position; `None` from 131,072 on.
    #[must_use]
    pub fn index(&self, position: u32) -> Option<u32> {
        self.walk(position, |value| self.forward(value))
    }

    /// The position of an index; `None` from 131,072 on.
    #[must_use]
    pub fn position(&self, index: u32) -> Option<u32> {
        self.walk(index, |value| self.backward(value))
    }

    /// The cycle comes back to `start`, which is inside, so the walk ends.
    fn walk(&self, start: u32, step: impl Fn(u32) -> u32) -> Option<u32> {
        if start >= LIST_LEN {
            return None;
        }
        let mut value = step(start);
        while value >= LIST_LEN {
            value = step(value);
        }
        Some(value)
    }

    fn forward(&self, value: u32) -> u32 {
        let (mut left, mut right) = (value >> 9, value & HALF_MASK);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        left << 9 | right
    }

    fn backward(&self, value: u32) -> u32 {
        let (mut left, mut right) = (value >> 9, value & HALF_MASK);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        left << 9 | right
    }

    /// The low 9 bits of the first two bytes of HMAC(list key, round ‖ half as u16).
    fn round(&self, round: u8, half: u32) -> u32 {
        let [_, _, high, low] = half.to_be_bytes();
        let tag = hmac::sign(&self.0, &[round, high, low]);
        match tag.as_ref() {
            [first, second, ..] => u32::from(u16::from_be_bytes([*first, *second])) & HALF_MASK,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_once() {
        let issuer = IssuerCode::parse("ACME01").unwrap();
        let permutation = Permutation::new(&[7; 32], issuer, Mode::Live, 3);
        let mut seen = vec![false; LIST_LEN as usize];
        for position in 0..LIST_LEN {
            let index = permutation.index(position).unwrap();
            assert!(!std::mem::replace(&mut seen[index as usize], true));
            if position % 97 == 0 {
                assert_eq!(permutation.position(index), Some(position));
            }
        }
        assert_eq!(permutation.index(LIST_LEN), None);
        assert_eq!(permutation.position(LIST_LEN), None);
    }

    #[test]
    fn every_list_has_its_own() {
        let issuer = IssuerCode::parse("ACME01").unwrap();
        let first = |mode, number| Permutation::new(&[7; 32], issuer, mode, number).index(0);
        assert_ne!(first(Mode::Live, 0), first(Mode::Live, 1));
        assert_ne!(first(Mode::Live, 0), first(Mode::Test, 0));
    }
}
