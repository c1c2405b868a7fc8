//! The issuer code: six characters that name a tenant in certificates and URLs.

use std::fmt;
use std::str::FromStr;

use crate::words::text_serde;

/// Six characters of `0-9A-Z`. `000000` is reserved for the instance itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuerCode([u8; Self::LEN]);

/// A text that is not six characters of `0-9A-Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an issuer code is six characters of 0-9 and A-Z")]
pub struct IssuerCodeError;

impl IssuerCode {
    /// Number of characters.
    pub const LEN: usize = 6;

    /// The code of the instance: root, issuing CAs and status keys carry it.
    pub const INSTANCE: Self = Self(*b"000000");

    /// Reads a code; lower case is refused, because the code stands in signed bytes.
    ///
    /// # Errors
    /// [`IssuerCodeError`] for any other length or character.
    pub fn parse(text: &str) -> Result<Self, IssuerCodeError> {
        let bytes: [u8; Self::LEN] = text.as_bytes().try_into().map_err(|_| IssuerCodeError)?;
        if bytes
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        {
            Ok(Self(bytes))
        } else {
            Err(IssuerCodeError)
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// Whether this is the reserved code of the instance.
    #[must_use]
    pub fn is_instance(&self) -> bool {
        *self == Self::INSTANCE
    }
}

impl fmt::Display for IssuerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for IssuerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerCode({})", self.as_str())
    }
}

impl FromStr for IssuerCode {
    type Err = IssuerCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(IssuerCode, IssuerCode::parse);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict() {
        assert_eq!(
            IssuerCode::parse("ACME01").map(|c| c.to_string()),
            Ok("ACME01".to_owned())
        );
        for bad in ["", "ACME0", "ACME012", "acme01", "ACM-01", "ACMÉ1"] {
            assert_eq!(IssuerCode::parse(bad), Err(IssuerCodeError), "{bad}");
        }
        assert!(IssuerCode::INSTANCE.is_instance());
    }
}
