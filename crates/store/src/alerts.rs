//! What people are told of: alerts, at most one open of a kind about a subject, and the channels they go out by.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Whose; the reserved tenant for what concerns the instance.
    pub tenant: Uuid,
    /// UUIDv7.
    pub id: Uuid,
    /// What happened: the server's own word.
    pub kind: String,
    /// About what: a key's id, a network, empty.
    pub subject: String,
    /// `info`, `warning`, `critical`.
    pub severity: String,
    /// JSON.
    pub details: String,
    /// When it was seen first.
    pub first_at: Micros,
    /// When it was seen last.
    pub last_at: Micros,
    /// How often.
    pub occurrences: i64,
    /// When it was acknowledged, or ended by itself.
    pub ended_at: Option<Micros>,
    /// By whom: an actor as in events.
    pub ended_by: Option<String>,
}

/// Where alerts go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertChannel {
    /// Whose; the reserved tenant for the operator's.
    pub tenant: Uuid,
    /// UUIDv7.
    pub id: Uuid,
    /// `email` or `webhook`.
    pub kind: String,
    /// An address or a URL.
    pub target: String,
    /// What a webhook is signed with, encrypted.
    pub sealed_secret: Option<Vec<u8>>,
    /// Version of the data key that encrypted it.
    pub dek_version: Option<i64>,
    /// When it was made.
    pub created_at: Micros,
    /// When a test delivery succeeded last.
    pub tested_at: Option<Micros>,
    /// When a delivery failed last.
    pub failed_at: Option<Micros>,
    /// Why.
    pub last_error: Option<String>,
    /// Since when it is used no more.
    pub deleted_at: Option<Micros>,
}

pub(crate) static ALERTS: Table = Table::new(
    "alerts",
    2,
    &[
        "tenant_id",
        "id",
        "kind",
        "subject",
        "severity",
        "details",
        "first_at",
        "last_at",
        "occurrences",
        "ended_at",
        "ended_by",
    ],
);

pub(crate) static ALERT_CHANNELS: Table = Table::new(
    "alert_channels",
    2,
    &[
        "tenant_id",
        "id",
        "kind",
        "target",
        "sealed_secret",
        "dek_version",
        "created_at",
        "tested_at",
        "failed_at",
        "last_error",
        "deleted_at",
    ],
);

impl Record for Alert {
    fn table() -> &'static Table {
        &ALERTS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.id.into(),
            (&self.kind).into(),
            (&self.subject).into(),
            (&self.severity).into(),
            (&self.details).into(),
            self.first_at.into(),
            self.last_at.into(),
            self.occurrences.into(),
            self.ended_at.into(),
            (&self.ended_by).into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            id: fields.uuid()?,
            kind: fields.text()?,
            subject: fields.text()?,
            severity: fields.text()?,
            details: fields.text()?,
            first_at: fields.int()?,
            last_at: fields.int()?,
            occurrences: fields.int()?,
            ended_at: fields.opt_int()?,
            ended_by: fields.opt_text()?,
        })
    }
}

impl Record for AlertChannel {
    fn table() -> &'static Table {
        &ALERT_CHANNELS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.id.into(),
            (&self.kind).into(),
            (&self.target).into(),
            (&self.sealed_secret).into(),
            self.dek_version.into(),
            self.created_at.into(),
            self.tested_at.into(),
            self.failed_at.into(),
            (&self.last_error).into(),
            self.deleted_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            id: fields.uuid()?,
            kind: fields.text()?,
            target: fields.text()?,
            sealed_secret: fields.opt_blob()?,
            dek_version: fields.opt_int()?,
            created_at: fields.int()?,
            tested_at: fields.opt_int()?,
            failed_at: fields.opt_int()?,
            last_error: fields.opt_text()?,
            deleted_at: fields.opt_int()?,
        })
    }
}

/// One alert.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid, id: Uuid) -> Result<Option<Alert>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// The open alert of a kind about a subject.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_open(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: &str,
    subject: &str,
) -> Result<Option<Alert>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND ended_at IS NULL",
        &[tenant.into(), kind.into(), subject.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// The newest alert of a kind about a subject, open or not.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_newest(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: &str,
    subject: &str,
) -> Result<Option<Alert>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND kind = $2 AND subject = $3 ORDER BY id DESC LIMIT 1",
        &[tenant.into(), kind.into(), subject.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// A page of a tenant's alerts, newest first, older than the cursor; only open ones where asked.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    is_open: Option<bool>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Alert>, Error> {
    let state = match is_open {
        None => "",
        Some(true) => " AND ended_at IS NULL",
        Some(false) => " AND ended_at IS NOT NULL",
    };
    view.rows(
        &format!(" WHERE tenant_id = $1 AND id < $2{state} ORDER BY id DESC LIMIT $3"),
        &[
            tenant.into(),
            before.unwrap_or(Uuid::max()).into(),
            limit.into(),
        ],
    )
}

/// A channel that was not deleted.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_channel(
    view: &mut View<'_>,
    tenant: Uuid,
    id: Uuid,
) -> Result<Option<AlertChannel>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
        &[tenant.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// A tenant's channels, oldest first.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list_channels(view: &mut View<'_>, tenant: Uuid) -> Result<Vec<AlertChannel>, Error> {
    view.rows(
        " WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY id",
        &[tenant.into()],
    )
}
