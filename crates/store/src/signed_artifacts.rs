//! The last signed lists and trust bundles, kept so that a sealed server can still serve them.
//! They prove themselves; the row MAC comes for free.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// Something that was signed and is served as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedArtifact {
    /// Whose; the reserved tenant for trust bundles.
    pub tenant: Uuid,
    /// What: the server's own word, such as `token-list` or `trust-bundle`.
    pub kind: String,
    /// Which one, such as `live/0`.
    pub name: String,
    /// Version of what was signed: of the list row, or the bundle's sequence.
    pub version: i64,
    /// Compact JWS.
    pub jws: String,
    /// When it was signed.
    pub signed_at: Micros,
    /// Until when it may be believed.
    pub expires_at: Micros,
}

pub(crate) static SIGNED_ARTIFACTS: Table = Table::new(
    "signed_artifacts",
    3,
    &[
        "tenant_id",
        "kind",
        "name",
        "version",
        "jws",
        "signed_at",
        "expires_at",
    ],
);

impl Record for SignedArtifact {
    fn table() -> &'static Table {
        &SIGNED_ARTIFACTS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            (&self.kind).into(),
            (&self.name).into(),
            self.version.into(),
            (&self.jws).into(),
            self.signed_at.into(),
            self.expires_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            kind: fields.text()?,
            name: fields.text()?,
            version: fields.int()?,
            jws: fields.text()?,
            signed_at: fields.int()?,
            expires_at: fields.int()?,
        })
    }
}

/// The last one saved under this name.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: &str,
    name: &str,
) -> Result<Option<SignedArtifact>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND kind = $2 AND name = $3",
        &[tenant.into(), kind.into(), name.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}
