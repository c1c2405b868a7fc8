//! Status lists: the bits of 131,072 documents in one authenticated row per tenant, mode and list,
//! changed in the transaction of the command that changes a document.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, Mode, View};

/// Entries of one list.
pub const LIST_LEN: i64 = 131_072;
/// Positions of one lease.
pub const LEASE_LEN: i64 = 1_024;

/// A status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    /// Whose.
    pub tenant: Uuid,
    /// Live or test.
    pub mode: Mode,
    /// From 0.
    pub number: i64,
    /// Two bits for each entry, entry 0 in the lowest bits of byte 0, compressed with zlib: as it
    /// stands in a token status list.
    pub zlib: Vec<u8>,
    /// Counts the changes.
    pub version: i64,
    /// The first position not leased yet.
    pub next_position: i64,
    /// When it was begun.
    pub created_at: Micros,
    /// When a bit was changed last.
    pub changed_at: Micros,
}

/// Positions leased to this process. Those it does not use stay holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexLease {
    /// Number of the list.
    pub list: i64,
    /// First position, before the permutation.
    pub start: i64,
    /// How many.
    pub len: i64,
}

pub(crate) static STATUS_LISTS: Table = Table::new(
    "status_lists",
    3,
    &[
        "tenant_id",
        "mode",
        "number",
        "zlib",
        "version",
        "next_position",
        "created_at",
        "changed_at",
    ],
);

impl Record for StatusList {
    fn table() -> &'static Table {
        &STATUS_LISTS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.mode.into(),
            self.number.into(),
            (&self.zlib).into(),
            self.version.into(),
            self.next_position.into(),
            self.created_at.into(),
            self.changed_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            mode: fields.mode()?,
            number: fields.int()?,
            zlib: fields.blob()?,
            version: fields.int()?,
            next_position: fields.int()?,
            created_at: fields.int()?,
            changed_at: fields.int()?,
        })
    }
}

/// One list.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    number: i64,
) -> Result<Option<StatusList>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND mode = $2 AND number = $3",
        &[tenant.into(), mode.into(), number.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}
