//! Signing keys and their certificates: root, CAs, status keys, and the tenants' own.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, Mode, View};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The instance root; signs CAs.
    Root,
    /// An issuing CA; signs certificates, bundles and the CRL of its mode.
    Ca,
    /// A tenant's key; signs documents.
    Tenant,
    /// A status key; signs lists and lifecycle statements of its mode.
    Status,
}

impl Purpose {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Ca => "ca",
            Self::Tenant => "tenant",
            Self::Status => "status",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "root" => Some(Self::Root),
            "ca" => Some(Self::Ca),
            "tenant" => Some(Self::Tenant),
            "status" => Some(Self::Status),
            _ => None,
        }
    }
}

/// A key with its certificate. Keys are retired or compromised, never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Whose; [`crate::instance::INSTANCE_TENANT`] for root, CAs and status keys.
    pub tenant: Uuid,
    /// UUIDv7.
    pub id: Uuid,
    /// What it signs.
    pub purpose: Purpose,
    /// Live or test; the root has none.
    pub mode: Option<Mode>,
    /// Eight characters, never reused; root and CAs have none.
    pub certificate_reference: Option<String>,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// PKCS#8 sealed by the data key; `None` once the key was taken away (an exported root).
    pub sealed_key: Option<Vec<u8>>,
    /// Which version of the data key sealed it.
    pub dek_version: i64,
    /// Start of the certificate's validity.
    pub valid_from: Micros,
    /// End of the certificate's validity.
    pub valid_until: Micros,
    /// From when on nothing that it signed counts; it stops signing before.
    pub retired_at: Option<Micros>,
    /// Since when its signatures prove nothing.
    pub compromised_at: Option<Micros>,
    /// When it was made.
    pub created_at: Micros,
}

pub(crate) static SIGNING_KEYS: Table = Table::new(
    "signing_keys",
    2,
    &[
        "tenant_id",
        "id",
        "purpose",
        "mode",
        "certificate_reference",
        "certificate",
        "sealed_key",
        "dek_version",
        "valid_from",
        "valid_until",
        "retired_at",
        "compromised_at",
        "created_at",
    ],
);

impl SigningKey {
    /// Whether it may sign at this moment.
    #[must_use]
    pub fn may_sign(&self, at: Micros) -> bool {
        self.retired_at.is_none()
            && self.compromised_at.is_none()
            && (self.valid_from..self.valid_until).contains(&at)
    }
}

impl Record for SigningKey {
    fn table() -> &'static Table {
        &SIGNING_KEYS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.id.into(),
            self.purpose.as_str().into(),
            self.mode.into(),
            (&self.certificate_reference).into(),
            (&self.certificate).into(),
            (&self.sealed_key).into(),
            self.dek_version.into(),
            self.valid_from.into(),
            self.valid_until.into(),
            self.retired_at.into(),
            self.compromised_at.into(),
            self.created_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            id: fields.uuid()?,
            purpose: fields.word(Purpose::parse)?,
            mode: fields.opt_word(crate::value::mode)?,
            certificate_reference: fields.opt_text()?,
            certificate: fields.blob()?,
            sealed_key: fields.opt_blob()?,
            dek_version: fields.int()?,
            valid_from: fields.int()?,
            valid_until: fields.int()?,
            retired_at: fields.opt_int()?,
            compromised_at: fields.opt_int()?,
            created_at: fields.int()?,
        })
    }
}

/// One key of a tenant.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid, id: Uuid) -> Result<Option<SigningKey>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// Every key of a tenant, in the order they were made. A tenant has few.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(view: &mut View<'_>, tenant: Uuid) -> Result<Vec<SigningKey>, Error> {
    view.rows(" WHERE tenant_id = $1 ORDER BY id", &[tenant.into()])
}

/// Whether a key will sign that may not sign yet: seen only by a clock that was put back.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn signs_later(
    view: &mut View<'_>,
    tenant: Uuid,
    purpose: Purpose,
    mode: Mode,
    now: Micros,
) -> Result<bool, Error> {
    let found = view.one::<SigningKey>(
        " WHERE tenant_id = $1 AND purpose = $2 AND mode = $3 AND valid_from > $4 \
         AND retired_at IS NULL AND compromised_at IS NULL ORDER BY id DESC LIMIT 1",
        &[
            tenant.into(),
            purpose.as_str().into(),
            mode.into(),
            now.into(),
        ],
    )?;
    Ok(found.is_some())
}

/// The keys of this purpose and mode that were not ended, the one that begins last first: one that is scheduled signs
/// from its start on, before those there are.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list_not_ended(
    view: &mut View<'_>,
    tenant: Uuid,
    purpose: Purpose,
    mode: Mode,
) -> Result<Vec<SigningKey>, Error> {
    view.rows(
        " WHERE tenant_id = $1 AND purpose = $2 AND mode = $3 AND retired_at IS NULL \
         AND compromised_at IS NULL ORDER BY valid_from DESC, id DESC",
        &[tenant.into(), purpose.as_str().into(), mode.into()],
    )
}

/// The key that signs now: of this purpose and mode, within its validity, neither retired nor compromised, and of those
/// the one that began last.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_active(
    view: &mut View<'_>,
    tenant: Uuid,
    purpose: Purpose,
    mode: Mode,
    now: Micros,
) -> Result<Option<SigningKey>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND purpose = $2 AND mode = $3 AND valid_from <= $4 \
         AND valid_until > $4 AND retired_at IS NULL AND compromised_at IS NULL \
         ORDER BY valid_from DESC, id DESC LIMIT 1",
        &[
            tenant.into(),
            purpose.as_str().into(),
            mode.into(),
            now.into(),
        ],
    )?;
    Ok(kept.map(|kept| kept.row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_read_back() {
        for purpose in [Purpose::Root, Purpose::Ca, Purpose::Tenant, Purpose::Status] {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::parse("leaf"), None);
    }
}
