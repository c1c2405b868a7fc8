//! Data keys: one random key per tenant and version, wrapped by the KEK. They seal private keys.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// A wrapped data key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey {
    /// Whose.
    pub tenant: Uuid,
    /// Counts from 1.
    pub version: i64,
    /// Wrapped by the KEK.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Micros,
}

/// A data key that is to be stored, and how its maker knew the key-encryption key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDataKey {
    /// The row.
    pub row: DataKey,
    /// The wrapped secret of the instance when it was wrapped: under the same key-encryption key. When that was
    /// replaced since, this is [`Error::Stale`], on every node.
    pub beside: Vec<u8>,
}

pub(crate) static DATA_KEYS: Table = Table::new(
    "data_keys",
    2,
    &["tenant_id", "version", "wrapped", "created_at"],
);

impl Record for DataKey {
    fn table() -> &'static Table {
        &DATA_KEYS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.version.into(),
            (&self.wrapped).into(),
            self.created_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            version: fields.int()?,
            wrapped: fields.blob()?,
            created_at: fields.int()?,
        })
    }
}

/// One version of a tenant's data key.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid, version: i64) -> Result<Option<DataKey>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND version = $2",
        &[tenant.into(), version.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// Every version of a tenant's data key.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(view: &mut View<'_>, tenant: Uuid) -> Result<Vec<DataKey>, Error> {
    view.rows(" WHERE tenant_id = $1 ORDER BY version", &[tenant.into()])
}
