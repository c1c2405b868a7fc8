//! ECDSA P-256 with SHA-256: verifying, and the rule that s is low.
//!
//! Of every signature (r, s) the pair (r, n - s) is a signature too. Only the one with s at most
//! n/2 is accepted, so that nobody can make a second spelling of signed bytes.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// The order n of P-256 (FIPS 186-4, D.1.2.3), big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// n/2 rounded down: the largest low s.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// A P-256 public key: an uncompressed point, 0x04 then x then y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 65]);

impl PublicKey {
    /// Takes an uncompressed point; whether it is on the curve is found out when it verifies.
    #[must_use]
    pub fn from_uncompressed(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 65] = bytes.try_into().ok()?;
        (bytes[0] == 4).then_some(Self(bytes))
    }

    /// The 65 bytes of the uncompressed point.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 65] {
        &self.0
    }

    pub(crate) fn x(&self) -> &[u8] {
        self.0.get(1..33).unwrap_or_default()
    }

    pub(crate) fn y(&self) -> &[u8] {
        self.0.get(33..).unwrap_or_default()
    }

    /// Whether `signature` (r then s) is this key's over `message`. Says nothing about low s.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.0)
            .verify(message, signature)
            .is_ok()
    }

    /// The same for a DER signature, as certificates carry it.
    pub(crate) fn verifies_der(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.0)
            .verify(message, signature)
            .is_ok()
    }
}

/// Whether s, the second half, is at most n/2.
#[must_use]
pub fn is_low_s(signature: &[u8; 64]) -> bool {
    signature
        .get(32..)
        .is_some_and(|s| s <= HALF_ORDER.as_slice())
}

/// Gives the signature with the low s: itself, or r and n - s.
#[must_use]
pub fn low_s(mut signature: [u8; 64]) -> [u8; 64] {
    if is_low_s(&signature) {
        return signature;
    }
    let mut borrow = 0;
    for (s, n) in signature.iter_mut().skip(32).zip(ORDER).rev() {
        let difference = i16::from(n) - i16::from(*s) - borrow;
        borrow = i16::from(difference < 0);
        *s = (difference & 0xff) as u8;
    }
    signature
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_s(s: [u8; 32]) -> [u8; 64] {
        let mut signature = [7; 64];
        signature[32..].copy_from_slice(&s);
        signature
    }

    #[test]
    fn the_border_is_half_the_order() {
        let mut above = HALF_ORDER;
        above[31] += 1;
        assert!(is_low_s(&with_s(HALF_ORDER)));
        assert!(!is_low_s(&with_s(above)));
        // n is odd, so n - (n/2 + 1) = n/2.
        assert_eq!(low_s(with_s(above)), with_s(HALF_ORDER));
        assert_eq!(low_s(with_s(HALF_ORDER)), with_s(HALF_ORDER));
        let mut last = ORDER;
        last[31] -= 1;
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(low_s(with_s(last)), with_s(one));
    }

    #[test]
    fn a_point_is_one_byte_and_two_halves() {
        let mut bytes = [2; 65];
        assert_eq!(PublicKey::from_uncompressed(&bytes), None, "compressed");
        bytes[0] = 4;
        bytes[1..33].fill(1);
        let key = PublicKey::from_uncompressed(&bytes).unwrap();
        assert_eq!((key.x(), key.y()), (&[1; 32][..], &[2; 32][..]));
        assert_eq!(key.as_bytes(), &bytes);
        assert_eq!(PublicKey::from_uncompressed(&bytes[..64]), None);
    }
}
