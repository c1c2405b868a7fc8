//! AES-256-GCM around small secrets: nonce ‖ ciphertext ‖ tag.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::KeyError;

/// What a sealed value belongs to: bound to it, so that it opens nowhere else.
pub struct Context<'a> {
    /// Whose.
    pub tenant: Uuid,
    /// Which key, or nil.
    pub key: Uuid,
    /// Version of what seals it.
    pub version: i64,
    /// What it is for.
    pub purpose: &'a str,
}

impl Context<'_> {
    fn aad(&self) -> Vec<u8> {
        [
            self.tenant.as_bytes(),
            self.key.as_bytes(),
            &self.version.to_be_bytes()[..],
            self.purpose.as_bytes(),
        ]
        .concat()
    }
}

/// Seals `plain` under `key`.
///
/// # Errors
/// [`KeyError::Crypto`] where the cipher refuses, which it does not for inputs of this size.
pub fn seal(key: &[u8; 32], context: &Context<'_>, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    seal_bound(key, &context.aad(), plain)
}

/// The same for what belongs to no row, bound to these bytes.
///
/// # Errors
/// As [`seal`].
pub fn seal_bound(key: &[u8; 32], bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    let key =
        RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| KeyError::Crypto("AES key"))?;
    let mut body = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(bound), &mut body)
        .map_err(|_| KeyError::Crypto("AES seal"))?;
    Ok([nonce.as_ref(), &body[..]].concat())
}

/// Opens what [`seal`] made with the same key and context.
///
/// # Errors
/// [`KeyError::DoesNotOpen`] naming `what`, for another key, another context or altered bytes.
pub fn open(
    key: &[u8; 32],
    context: &Context<'_>,
    sealed: &[u8],
    what: &'static str,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    open_bound(key, &context.aad(), sealed, what)
}

/// Opens what [`seal_bound`] made with the same key and bytes.
///
/// # Errors
/// As [`open`].
pub fn open_bound(
    key: &[u8; 32],
    bound: &[u8],
    sealed: &[u8],
    what: &'static str,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let failed = || KeyError::DoesNotOpen(what);
    let key =
        RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| KeyError::Crypto("AES key"))?;
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
    let mut plain = Zeroizing::new(body.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(bound), &mut plain)
        .map_err(|_| failed())?
        .len();
    plain.truncate(length);
    Ok(plain)
}

/// Opens a key of 32 bytes.
///
/// # Errors
/// As [`open`].
pub fn open_key(
    key: &[u8; 32],
    context: &Context<'_>,
    sealed: &[u8],
    what: &'static str,
) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let plain = open(key, context, sealed, what)?;
    let bytes: [u8; 32] = plain
        .as_slice()
        .try_into()
        .map_err(|_| KeyError::DoesNotOpen(what))?;
    Ok(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: Context<'_> = Context {
        tenant: Uuid::nil(),
        key: Uuid::nil(),
        version: 1,
        purpose: "test",
    };

    #[test]
    fn opens_only_with_the_same_key_context_and_bytes() {
        let sealed = seal(&[7; 32], &CONTEXT, b"secret").unwrap();
        assert_eq!(
            open(&[7; 32], &CONTEXT, &sealed, "it").unwrap().as_slice(),
            b"secret"
        );
        assert!(open(&[8; 32], &CONTEXT, &sealed, "it").is_err());
        assert!(
            open(
                &[7; 32],
                &Context {
                    version: 2,
                    ..CONTEXT
                },
                &sealed,
                "it"
            )
            .is_err()
        );
        assert!(
            open(
                &[7; 32],
                &Context {
                    purpose: "tes",
                    ..CONTEXT
                },
                &sealed,
                "it"
            )
            .is_err()
        );
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(
                open(&[7; 32], &CONTEXT, &altered, "it").is_err(),
                "byte {at}"
            );
        }
        assert!(open(&[7; 32], &CONTEXT, &sealed[..11], "it").is_err());
    }
}
