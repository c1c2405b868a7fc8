//! Makes private keys.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use zeroize::Zeroizing;

use super::KeyError;
use crate::ctx::Ctx;

/// A new P-256 private key, PKCS#8.
///
/// # Errors
/// The random source fails.
pub fn private_key(ctx: &Ctx) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &ctx.system_random())
        .map(|key| Zeroizing::new(key.as_ref().to_vec()))
        .map_err(|_| KeyError::Crypto("new private key"))
}
