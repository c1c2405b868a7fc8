//! What a person vouches for because the server cannot see it.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// Somebody's word on an item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Whose checklist.
    pub tenant: Uuid,
    /// Which item: the server's own word.
    pub item: String,
    /// Who vouches for it.
    pub attested_by: String,
    /// Where that is written down.
    pub link: Option<String>,
    /// Since when.
    pub at: Micros,
}

pub(crate) static ATTESTATIONS: Table = Table::new(
    "attestations",
    2,
    &["tenant_id", "item", "attested_by", "link", "at"],
);

impl Record for Attestation {
    fn table() -> &'static Table {
        &ATTESTATIONS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            (&self.item).into(),
            (&self.attested_by).into(),
            (&self.link).into(),
            self.at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            item: fields.text()?,
            attested_by: fields.text()?,
            link: fields.opt_text()?,
            at: fields.int()?,
        })
    }
}

/// A tenant's, in the order of the items.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(view: &mut View<'_>, tenant: Uuid) -> Result<Vec<Attestation>, Error> {
    view.rows(" WHERE tenant_id = $1 ORDER BY item", &[tenant.into()])
}
