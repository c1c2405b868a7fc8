//! Makes private keys, and the rows of those of the instance.

use ananke_format::{Instant, Mode};
use ananke_store::{INSTANCE_TENANT, Purpose, SigningKey};
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

/// The row of a key of the instance that signs between these instants, before it is sealed under the first data key.
pub fn key_of_instance(
    ctx: &Ctx,
    purpose: Purpose,
    mode: Option<Mode>,
    certificate: Vec<u8>,
    (now, until): (Instant, Instant),
) -> SigningKey {
    SigningKey {
        tenant: INSTANCE_TENANT,
        id: ctx.id(),
        purpose,
        mode,
        certificate_reference: None,
        certificate,
        sealed_key: None,
        dek_version: 1,
        valid_from: now.floor_second().as_microsecond(),
        valid_until: until.as_microsecond(),
        retired_at: None,
        compromised_at: None,
        created_at: now.as_microsecond(),
    }
}
