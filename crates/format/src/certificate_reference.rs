//! The certificate reference: issuer code and two more characters, equal to the certificate's serial number.

use std::fmt;
use std::str::FromStr;

use crate::issuer_code::IssuerCode;
use crate::words::text_serde;

/// Eight characters of `0-9A-Z`: the issuer code and a number in base 36. Never used twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateReference([u8; Self::LEN]);

/// A text that is not eight characters of `0-9A-Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a certificate reference is eight characters of 0-9 and A-Z")]
pub struct CertificateReferenceError;

const BASE_36: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

impl CertificateReference {
    /// Number of characters.
    pub const LEN: usize = 8;

    /// The `number`-th reference of an issuer; `None` once the 1296 are used up.
    #[must_use]
    pub fn new(issuer: IssuerCode, number: u16) -> Option<Self> {
        let high = *BASE_36.get(usize::from(number / 36))?;
        let low = *BASE_36.get(usize::from(number % 36))?;
        let [a, b, c, d, e, f] = *issuer.as_bytes();
        Some(Self([a, b, c, d, e, f, high, low]))
    }

    /// Reads a reference.
    ///
    /// # Errors
    /// [`CertificateReferenceError`] for any other length or character.
    pub fn parse(text: &str) -> Result<Self, CertificateReferenceError> {
        Self::from_serial(text.as_bytes())
    }

    /// Reads a certificate's serial number: the eight ASCII bytes as a positive integer.
    ///
    /// # Errors
    /// [`CertificateReferenceError`] when the integer's bytes are not a reference.
    pub fn from_serial(bytes: &[u8]) -> Result<Self, CertificateReferenceError> {
        let bytes: [u8; Self::LEN] = bytes.try_into().map_err(|_| CertificateReferenceError)?;
        if bytes
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        {
            Ok(Self(bytes))
        } else {
            Err(CertificateReferenceError)
        }
    }

    /// The bytes of the serial number. The first is below 0x80, so DER adds none.
    #[must_use]
    pub const fn serial(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The issuer code in front.
    #[must_use]
    pub fn issuer(&self) -> IssuerCode {
        // Both alphabets are the same, so the fallback is never taken.
        IssuerCode::parse(self.as_str().get(..IssuerCode::LEN).unwrap_or_default())
            .unwrap_or(IssuerCode::INSTANCE)
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CertificateReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CertificateReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateReference({})", self.as_str())
    }
}

impl FromStr for CertificateReference {
    type Err = CertificateReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(CertificateReference, CertificateReference::parse);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_base_36() {
        let issuer = IssuerCode::parse("ACME01").unwrap();
        assert_eq!(
            CertificateReference::new(issuer, 1).unwrap().as_str(),
            "ACME0101"
        );
        assert_eq!(
            CertificateReference::new(issuer, 1295).unwrap().as_str(),
            "ACME01ZZ"
        );
        assert_eq!(CertificateReference::new(issuer, 1296), None);
        assert_eq!(
            CertificateReference::new(issuer, 7).unwrap().issuer(),
            issuer
        );
        assert!(CertificateReference::parse("ACME011").is_err());
        assert!(CertificateReference::from_serial(b"acme0101").is_err());
    }
}
