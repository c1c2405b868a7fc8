//! References: the name of a document that people read, type and say.
//!
//! `TRF-` or `TCR-`, then 12 random characters and one check character, Crockford base32.
//! The check is taken over GF(32) with the polynomial x^5 + x^2 + 1 and alpha = 2: with c12 the
//! first character of the body and c0 the last, the sum of alpha^i * c_i is 1 for `TRF` and 2 for
//! `TCR`. Alpha has order 31, so every single substitution, every swap of two different
//! characters and a wrong prefix are found.

use std::fmt;
use std::str::FromStr;

use crate::words::{text_serde, words};

words! {
    /// The product a reference belongs to; as a word the reference's prefix without the hyphen.
    pub enum Product ("product") {
        /// Trust documents.
        Trust = "TRF",
        /// Stamped documents.
        TCode = "TCR",
    }
}

impl Product {
    const fn constant(self) -> u8 {
        match self {
            Self::Trust => 1,
            Self::TCode => 2,
        }
    }
}

/// A well-formed reference, always held in its canonical spelling of 17 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference([u8; Self::LEN]);

/// Why a text is not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The text does not begin with `TRF-` or `TCR-`.
    #[error("a reference begins with TRF- or TCR-")]
    Prefix,
    /// The body has not 13 characters once spaces and hyphens are taken out.
    #[error("a reference has 13 characters after its prefix")]
    Length,
    /// The body holds a character outside the alphabet.
    #[error("a reference has digits and letters other than U")]
    Character,
    /// The check character does not fit: mistyped, swapped, or the other product's prefix.
    #[error("the check character does not fit")]
    Check,
    /// The text is a reference, but not spelled the way it stands in signed bytes.
    #[error("the reference is not in its canonical spelling")]
    Spelling,
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BODY: usize = 13;
const PREFIX: usize = 4;

impl Reference {
    /// Characters of the canonical spelling, prefix included.
    pub const LEN: usize = PREFIX + BODY;

    /// The longest input [`Reference::parse`] looks at.
    pub const MAX_INPUT: usize = 64;

    /// Makes a reference of the low 60 bits of eight big-endian random bytes.
    #[must_use]
    pub fn from_random(product: Product, random: [u8; 8]) -> Self {
        let bits = u64::from_be_bytes(random);
        let mut values = [0; BODY];
        for (position, value) in values.iter_mut().take(BODY - 1).enumerate() {
            *value = ((bits >> (55 - 5 * position)) & 31) as u8;
        }
        // The last weight is alpha^0 = 1, so the check is what is missing to the constant.
        values[BODY - 1] = weighted_sum(&values) ^ product.constant();
        Self::from_values(product, &values)
    }

    /// Reads what a person typed: in the body case, spaces, hyphens and `I L O` are forgiven.
    ///
    /// # Errors
    /// [`ReferenceError`], never [`ReferenceError::Spelling`].
    pub fn parse(input: &str) -> Result<Self, ReferenceError> {
        let (product, body) = split_prefix(input)?;
        if input.len() > Self::MAX_INPUT {
            return Err(ReferenceError::Length);
        }
        let mut values = [0; BODY];
        let mut length = 0;
        for character in body.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
            let value = value_of(character).ok_or(ReferenceError::Character)?;
            *values.get_mut(length).ok_or(ReferenceError::Length)? = value;
            length += 1;
        }
        if length != BODY {
            return Err(ReferenceError::Length);
        }
        if weighted_sum(&values) != product.constant() {
            return Err(ReferenceError::Check);
        }
        Ok(Self::from_values(product, &values))
    }

    /// Reads what a person typed or pasted into a field of its own: beside what [`Self::parse`] forgives, white
    /// space around it and the case of the prefix.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn typed(input: &str) -> Result<Self, ReferenceError> {
        let input = input.trim();
        match input.split_at_checked(PREFIX) {
            Some((prefix, body)) => Self::parse(&(prefix.to_ascii_uppercase() + body)),
            None => Self::parse(input),
        }
    }

    /// Reads the canonical spelling only, as it stands in signed bytes and rows.
    ///
    /// # Errors
    /// [`ReferenceError`]; [`ReferenceError::Spelling`] where `parse` would have forgiven.
    pub fn parse_canonical(text: &str) -> Result<Self, ReferenceError> {
        let reference = Self::parse(text)?;
        if reference.as_str() == text {
            Ok(reference)
        } else {
            Err(ReferenceError::Spelling)
        }
    }

    /// The product the prefix names.
    #[must_use]
    pub fn product(&self) -> Product {
        if self.0.starts_with(b"TCR") {
            Product::TCode
        } else {
            Product::Trust
        }
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn from_values(product: Product, values: &[u8; BODY]) -> Self {
        let mut text = [b'-'; Self::LEN];
        for (place, byte) in text.iter_mut().zip(product.as_str().bytes()) {
            *place = byte;
        }
        for (place, value) in text.iter_mut().skip(PREFIX).zip(values) {
            *place = ALPHABET[usize::from(value & 31)];
        }
        Self(text)
    }
}

fn split_prefix(input: &str) -> Result<(Product, &str), ReferenceError> {
    for product in Product::ALL {
        let body = input
            .strip_prefix(product.as_str())
            .and_then(|rest| rest.strip_prefix('-'));
        if let Some(body) = body {
            return Ok((*product, body));
        }
    }
    Err(ReferenceError::Prefix)
}

fn value_of(character: u8) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        other => other,
    };
    let position = ALPHABET.iter().position(|known| *known == character)?;
    u8::try_from(position).ok()
}

/// Horner's rule from c12 down to c0.
fn weighted_sum(values: &[u8; BODY]) -> u8 {
    values.iter().fold(0, |sum, value| times_alpha(sum) ^ value)
}

/// Multiplies by alpha = x modulo x^5 + x^2 + 1.
const fn times_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0x20 == 0 {
        shifted
    } else {
        shifted ^ 0b10_0101
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reference({})", self.as_str())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(Reference, Reference::parse_canonical);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_reference() -> impl Strategy<Value = Reference> {
        (any::<bool>(), any::<[u8; 8]>()).prop_map(|(trust, random)| {
            Reference::from_random(
                if trust {
                    Product::Trust
                } else {
                    Product::TCode
                },
                random,
            )
        })
    }

    #[test]
    fn alpha_has_order_31() {
        let mut powers = vec![1];
        while powers.len() < 31 {
            powers.push(times_alpha(powers[powers.len() - 1]));
        }
        let distinct: std::collections::BTreeSet<_> = powers.iter().collect();
        assert_eq!(distinct.len(), 31);
        assert_eq!(times_alpha(powers[30]), 1);
    }

    #[test]
    fn a_field_for_people_forgives_the_prefix_too() {
        let reference = Reference::from_random(Product::Trust, [0; 8]);
        for typed in [
            "trf-0000000000001",
            " Trf-0000 0000 0000 l\n",
            "TRF-0000000000001",
        ] {
            assert_eq!(Reference::typed(typed), Ok(reference), "{typed}");
        }
        for (typed, error) in [
            ("", ReferenceError::Prefix),
            ("tr\u{444}-0000000000001", ReferenceError::Prefix),
            ("trf0000000000001", ReferenceError::Prefix),
            ("tcr-0000000000001", ReferenceError::Check),
        ] {
            assert_eq!(Reference::typed(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn normalisation_touches_the_body_only() {
        let reference = Reference::from_random(Product::Trust, [0; 8]);
        assert_eq!(reference.as_str(), "TRF-0000000000001");
        assert_eq!(format!("{reference:?}"), "Reference(TRF-0000000000001)");
        assert_eq!(
            Reference::parse("TRF-oOo0 0000-000 I"),
            Err(ReferenceError::Length)
        );
        assert_eq!(Reference::parse("TRF-oOo0 0000-0000 L"), Ok(reference));
        assert_eq!(
            Reference::parse("TRF-oOo0 0000-0000 0 i"),
            Err(ReferenceError::Length)
        );
        assert_eq!(Reference::parse("TRF-oOo0-00 000 00 0l"), Ok(reference));
        assert_eq!(
            Reference::parse("trf-0000000000001"),
            Err(ReferenceError::Prefix)
        );
        assert_eq!(
            Reference::parse(" TRF-0000000000001"),
            Err(ReferenceError::Prefix)
        );
        assert_eq!(
            Reference::parse("TRF-000000000000U"),
            Err(ReferenceError::Character)
        );
        assert_eq!(
            Reference::parse("TCR-0000000000001"),
            Err(ReferenceError::Check)
        );
        assert_eq!(
            Reference::parse("TRF-ABCD1234"),
            Err(ReferenceError::Length)
        );
        assert_eq!(
            Reference::parse_canonical("TRF-000000000000I"),
            Err(ReferenceError::Spelling)
        );
        let long = format!("TRF-{}0000000000001", " ".repeat(60));
        assert_eq!(Reference::parse(&long), Err(ReferenceError::Length));
    }

    proptest! {
        #[test]
        fn round_trip(reference in any_reference()) {
            prop_assert_eq!(Reference::parse_canonical(reference.as_str()), Ok(reference));
            let body = reference.as_str()[4..].to_lowercase();
            let typed = format!("{}{}-{}", &reference.as_str()[..4], &body[..6], &body[6..]);
            prop_assert_eq!(Reference::parse(&typed), Ok(reference));
        }

        #[test]
        fn every_substitution_is_found(reference in any_reference()) {
            for position in 4..Reference::LEN {
                for other in ALPHABET {
                    let mut text = *reference.as_str().as_bytes().first_chunk::<17>().unwrap();
                    if text[position] == *other { continue; }
                    text[position] = *other;
                    let text = std::str::from_utf8(&text).unwrap();
                    prop_assert_eq!(Reference::parse(text), Err(ReferenceError::Check));
                }
            }
        }

        #[test]
        fn every_swap_is_found(reference in any_reference()) {
            for a in 4..Reference::LEN {
                for b in a + 1..Reference::LEN {
                    let mut text = *reference.as_str().as_bytes().first_chunk::<17>().unwrap();
                    if text[a] == text[b] { continue; }
                    text.swap(a, b);
                    let text = std::str::from_utf8(&text).unwrap();
                    prop_assert_eq!(Reference::parse(text), Err(ReferenceError::Check));
                }
            }
        }

        #[test]
        fn the_other_prefix_is_found(reference in any_reference()) {
            let other = match reference.product() { Product::Trust => "TCR", Product::TCode => "TRF" };
            let text = format!("{other}{}", &reference.as_str()[3..]);
            prop_assert_eq!(Reference::parse(&text), Err(ReferenceError::Check));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}", body in "[0-9A-Za-z -]{0,30}") {
            let _ = Reference::parse(&text);
            let _ = Reference::parse(&format!("TRF-{body}"));
        }
    }
}
