//! The instance: one row, its wrapped secret and its root. Instance-wide rows belong to the
//! reserved tenant 0, the nil UUID.

use uuid::Uuid;

use crate::data_keys::DataKey;
use crate::events::NewEvent;
use crate::signing_keys::SigningKey;
use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// The reserved tenant that owns what belongs to no issuer.
pub const INSTANCE_TENANT: Uuid = Uuid::nil();

/// The one row of the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRow {
    /// The instance secret, wrapped by the KEK. All MAC keys are derived from it.
    pub wrapped_secret: Vec<u8>,
    /// The root certificate, DER. Its fingerprint also stands in the anchor.
    pub root_certificate: Vec<u8>,
    /// JSON array of base URLs, the current one first, then the former ones.
    pub base_urls: String,
    /// When the instance was made.
    pub created_at: Micros,
}

/// What the first start writes, in one transaction.
#[derive(Debug, Clone)]
pub struct NewInstance {
    /// The row itself.
    pub instance: InstanceRow,
    /// The data key of the reserved tenant.
    pub data_key: DataKey,
    /// Root, CAs and status keys.
    pub signing_keys: Vec<SigningKey>,
    /// The event that records it; by convention its kind is `instance.created`.
    pub event: NewEvent,
}

pub(crate) static INSTANCE: Table = Table::new(
    "instance",
    1,
    &[
        "tenant_id",
        "wrapped_secret",
        "root_certificate",
        "base_urls",
        "created_at",
    ],
);

impl Record for InstanceRow {
    fn table() -> &'static Table {
        &INSTANCE
    }

    fn values(&self) -> Vec<Value> {
        vec![
            INSTANCE_TENANT.into(),
            (&self.wrapped_secret).into(),
            (&self.root_certificate).into(),
            (&self.base_urls).into(),
            self.created_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        if !fields.uuid()?.is_nil() {
            return Err(fields.wrong());
        }
        Ok(Self {
            wrapped_secret: fields.blob()?,
            root_certificate: fields.blob()?,
            base_urls: fields.text()?,
            created_at: fields.int()?,
        })
    }
}

/// The instance, or `None` before the first start has finished.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>) -> Result<Option<InstanceRow>, Error> {
    // No condition: a row whose key was edited must be noticed, not overlooked.
    Ok(view.one("", &[])?.map(|kept| kept.row))
}

/// How many servers write to this database, this one included; one that was killed counts until it is missed, for a
/// minute or so.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn writers(view: &mut View<'_>) -> Result<usize, Error> {
    Ok(crate::streams::open_ones(view)?.len())
}
