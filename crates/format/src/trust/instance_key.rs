//! The instance's own signatures: status lists and lifecycle statements.

use super::{Trust, TrustedKey};
use crate::instant::Instant;
use crate::jws::{Jws, JwsError};

/// Why a signature of the instance is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstanceKeyError {
    /// No status key of this trust has the certificate.
    #[error("the certificate is not a status key's known here")]
    Unknown,
    /// The fragment of `kid` is not the certificate's reference.
    #[error("the key id is not the certificate's")]
    KeyId,
    /// The key is marked as compromised; its dates prove nothing.
    #[error("the status key was compromised")]
    Compromised,
    /// Signed outside the validity of the key or its certificates, or after its retirement.
    #[error("the status key was not valid at the time of signing")]
    Interval,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

impl Trust {
    /// Checks that a status key of this trust signed `jws` at `at`.
    pub(crate) fn check_instance_signature(
        &self,
        jws: &Jws<'_>,
        at: Instant,
    ) -> Result<&TrustedKey, InstanceKeyError> {
        let thumbprint = crate::digest::Sha256::of(jws.leaf());
        let key = self
            .find_status_key(thumbprint)
            .ok_or(InstanceKeyError::Unknown)?;
        let fragment = jws
            .kid()
            .and_then(|kid| kid.rsplit_once('#'))
            .map(|(_, fragment)| fragment);
        if fragment != Some(key.reference().as_str()) {
            return Err(InstanceKeyError::KeyId);
        }
        if key.state().compromised_at.is_some() {
            return Err(InstanceKeyError::Compromised);
        }
        if !key.covers(at) || key.is_retired_at(at) {
            return Err(InstanceKeyError::Interval);
        }
        jws.verify(key.certificate().public_key())
            .map_err(|_: JwsError| InstanceKeyError::Signature)?;
        Ok(key)
    }
}
