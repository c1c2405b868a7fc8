//! The one hash: SHA-256.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;

use crate::words::text_serde;

/// A SHA-256 digest; as text 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl Sha256 {
    /// Hashes `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_parts(&[bytes])
    }

    /// Hashes the parts one after another, as if they were one text.
    #[must_use]
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            context.update(part);
        }
        finish(context)
    }

    /// Takes 32 bytes that are a digest already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`DigestError`] for another length, upper case or any other character.
    pub fn from_hex(text: &str) -> Result<Self, DigestError> {
        let mut out = [0; 32];
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return Err(DigestError);
        }
        for (byte, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
            let &[high, low] = pair else {
                return Err(DigestError);
            };
            *byte = nibble(high)? << 4 | nibble(low)?;
        }
        Ok(Self(out))
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.to_string()
    }
}

/// A text that was hashed, and may go on: what begins with it need not be hashed from its beginning.
#[derive(Clone)]
pub struct Prefix(digest::Context);

impl Prefix {
    /// Hashes `bytes`, and keeps how far it came.
    #[must_use]
    pub fn of(bytes: &[u8]) -> (Sha256, Self) {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(bytes);
        (finish(context.clone()), Self(context))
    }

    /// The hash of the text with `bytes` behind it.
    #[must_use]
    pub fn followed_by(mut self, bytes: &[u8]) -> Sha256 {
        self.0.update(bytes);
        finish(self.0)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prefix")
    }
}

fn finish(context: digest::Context) -> Sha256 {
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    Sha256(out)
}

fn nibble(character: u8) -> Result<u8, DigestError> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(DigestError),
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            if let [high, low] = pair {
                *high = DIGITS[usize::from(byte >> 4)];
                *low = DIGITS[usize::from(byte & 15)];
            }
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl FromStr for Sha256 {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_hex(text)
    }
}

text_serde!(Sha256, Sha256::from_hex);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_text_and_the_way_back() {
        let empty = Sha256::of(b"");
        assert_eq!(
            empty.to_hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Sha256::from_hex(&empty.to_hex()), Ok(empty));
        assert_eq!(
            Sha256::from_hex(&empty.to_hex().to_uppercase()),
            Err(DigestError)
        );
        assert_eq!(Sha256::of_parts(&[b"a", b"b"]), Sha256::of(b"ab"));
        let (first, prefix) = Prefix::of(b"a");
        assert_eq!(first, Sha256::of(b"a"));
        assert_eq!(prefix.clone().followed_by(b"b"), Sha256::of(b"ab"));
        assert_eq!(prefix.followed_by(b""), first);
    }
}
