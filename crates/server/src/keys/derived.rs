//! Keys derived from the instance secret, one label each.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::KeyError;

/// Keys that authenticate rows, API key secrets and the anchor, and that scatter status indexes.
pub struct Derived {
    /// Authenticates rows.
    pub row: Zeroizing<[u8; 32]>,
    /// Authenticates the anchor.
    pub anchor: Zeroizing<[u8; 32]>,
    /// Scatters status indexes.
    pub status_index: Zeroizing<[u8; 32]>,
    api_key: hmac::Key,
}

struct Length;
impl KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

fn expand(secret: &[u8; 32], label: &str) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let prk = Salt::new(HKDF_SHA256, b"ananke instance secret v1").extract(secret);
    let mut key = Zeroizing::new([0; 32]);
    prk.expand(&[label.as_bytes()], Length)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .map_err(|_| KeyError::Crypto("HKDF"))?;
    Ok(key)
}

impl Derived {
    /// Derives every key.
    ///
    /// # Errors
    /// [`KeyError::Crypto`], which does not happen for keys of this size.
    pub fn new(secret: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self {
            row: expand(secret, "row")?,
            anchor: expand(secret, "anchor")?,
            api_key: hmac::Key::new(hmac::HMAC_SHA256, expand(secret, "api-key")?.as_slice()),
            status_index: expand(secret, "status-index")?,
        })
    }

    /// What is stored of an API key's secret.
    #[must_use]
    pub fn secret_mac(&self, secret: &[u8]) -> [u8; 32] {
        tag(&hmac::sign(&self.api_key, secret))
    }

    /// The same, compared in constant time.
    #[must_use]
    pub fn secret_matches(&self, secret: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&self.api_key, secret, mac).is_ok()
    }
}

fn tag(tag: &hmac::Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Other keys would open no instance that exists. Computed by Python's `hmac`, as RFC 5869 says.
    #[test]
    fn the_keys_of_a_secret_never_change() {
        let derived = Derived::new(&[7; 32]).unwrap();
        assert_eq!(
            hex(derived.row.as_slice()),
            "d6bb29b4f52baea9e2ac8180963b40fd0cb94db70c0d1330806fd952de56e526"
        );
        assert_eq!(
            hex(derived.anchor.as_slice()),
            "6c633f74fb2dae12e74f2721c0dc8de4b1c82c9e7d98b88c46bbe30f5d8c0203"
        );
        assert_eq!(
            hex(derived.status_index.as_slice()),
            "b07dc5d3e25122285a1959486a86348d8c04eefff4ac9fde96d65ad3dc50168e"
        );
        let mac = derived.secret_mac(b"secret");
        assert_eq!(
            hex(&mac),
            "d712ec94e91fdb95c281321584ac549ba09a89542ba490ffab46620dc8154c6d"
        );
        assert!(derived.secret_matches(b"secret", &mac));
        assert!(!derived.secret_matches(b"secreT", &mac));
        assert!(!derived.secret_matches(b"secret", &mac[..31]));
        assert!(!derived.secret_matches(b"secret", &[]));
        assert_ne!(Derived::new(&[8; 32]).unwrap().row, derived.row);
    }
}
