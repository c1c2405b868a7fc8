//! Events: written in the same transaction as the change they record, chained per stream.
//!
//! The header holds no personal data; the body stands in a table of its own and can be erased. The
//! header keeps SHA-256(salt ‖ body), so that an erased body can neither be guessed nor swapped.

use uuid::Uuid;

use crate::mac::{encode, sha256};
use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Digest, Error, Micros, View};

/// What the caller says about a change. The store adds stream, number and hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// UUIDv7.
    pub id: Uuid,
    /// Whose.
    pub tenant: Uuid,
    /// Noun and participle, such as `issuance.issued`; an event whose kind begins with `issuance.` is
    /// about a document, and the audit misses the document if it is gone.
    pub kind: String,
    /// What changed: the id of the document, template, tenant …; nil when it has no UUID.
    pub subject: Uuid,
    /// Who did it, such as `key:…` or `operator`.
    pub actor: String,
    /// Of the request; empty when there was none.
    pub request_id: String,
    /// Of the trace; empty when there was none.
    pub trace_id: String,
    /// When.
    pub at: Micros,
    /// JSON. Personal data belong here and nowhere else in an event.
    pub body: Vec<u8>,
    /// Random; it leaves with the body.
    pub salt: [u8; 16],
}

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whose.
    pub tenant: Uuid,
    /// The stream: one per start of a writer.
    pub stream: Uuid,
    /// From 1, without gaps.
    pub seq: i64,
    /// UUIDv7.
    pub id: Uuid,
    /// Hash of the event before it in the stream; zeros for the first.
    pub prev_hash: Digest,
    /// Noun and participle.
    pub kind: String,
    /// What changed.
    pub subject: Uuid,
    /// Who did it.
    pub actor: String,
    /// When.
    pub at: Micros,
    /// Of the request.
    pub request_id: String,
    /// Of the trace.
    pub trace_id: String,
    /// SHA-256(salt ‖ body).
    pub body_hash: Digest,
    /// SHA-256 over the canonical encoding of all of the above.
    pub hash: Digest,
}

/// The erasable part of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBody {
    /// Whose.
    pub tenant: Uuid,
    /// Of which event.
    pub event_id: Uuid,
    /// Random.
    pub salt: Vec<u8>,
    /// JSON.
    pub body: Vec<u8>,
}

impl Event {
    pub(crate) fn next(new: &NewEvent, stream: Uuid, seq: i64, prev_hash: Digest) -> Self {
        let mut event = Self {
            tenant: new.tenant,
            stream,
            seq,
            id: new.id,
            prev_hash,
            kind: new.kind.clone(),
            subject: new.subject,
            actor: new.actor.clone(),
            at: new.at,
            request_id: new.request_id.clone(),
            trace_id: new.trace_id.clone(),
            body_hash: sha256(&[&new.salt, &new.body]),
            hash: [0; 32],
        };
        event.hash = event.computed_hash();
        event
    }

    /// The hash the header must have.
    #[must_use]
    pub fn computed_hash(&self) -> Digest {
        let mut values = self.values();
        values.pop();
        sha256(&[&encode("ananke event v1", "events", &values)])
    }
}

impl EventBody {
    pub(crate) fn of(new: &NewEvent) -> Self {
        Self {
            tenant: new.tenant,
            event_id: new.id,
            salt: new.salt.to_vec(),
            body: new.body.clone(),
        }
    }
}

pub(crate) static EVENTS: Table = Table::new(
    "events",
    3,
    &[
        "tenant_id",
        "stream_id",
        "seq",
        "id",
        "prev_hash",
        "kind",
        "subject_id",
        "actor",
        "at",
        "request_id",
        "trace_id",
        "body_hash",
        "hash",
    ],
);

impl Record for Event {
    fn table() -> &'static Table {
        &EVENTS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.stream.into(),
            self.seq.into(),
            self.id.into(),
            self.prev_hash.into(),
            (&self.kind).into(),
            self.subject.into(),
            (&self.actor).into(),
            self.at.into(),
            (&self.request_id).into(),
            (&self.trace_id).into(),
            self.body_hash.into(),
            self.hash.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            stream: fields.uuid()?,
            seq: fields.int()?,
            id: fields.uuid()?,
            prev_hash: fields.digest()?,
            kind: fields.text()?,
            subject: fields.uuid()?,
            actor: fields.text()?,
            at: fields.int()?,
            request_id: fields.text()?,
            trace_id: fields.text()?,
            body_hash: fields.digest()?,
            hash: fields.digest()?,
        })
    }
}

pub(crate) static EVENT_BODIES: Table = Table::new(
    "event_bodies",
    2,
    &["tenant_id", "event_id", "salt", "body"],
);

impl Record for EventBody {
    fn table() -> &'static Table {
        &EVENT_BODIES
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.event_id.into(),
            (&self.salt).into(),
            (&self.body).into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            event_id: fields.uuid()?,
            salt: fields.blob()?,
            body: fields.blob()?,
        })
    }
}

/// The body of an event, unless it was erased.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_body(
    view: &mut View<'_>,
    tenant: Uuid,
    event: Uuid,
) -> Result<Option<EventBody>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND event_id = $2",
        &[tenant.into(), event.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// A page of one object's events in the order of their ids, after the cursor (the id of the last
/// one seen), each with its body unless that was erased.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list_by_subject(
    view: &mut View<'_>,
    tenant: Uuid,
    subject: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(Event, Option<EventBody>)>, Error> {
    let events: Vec<Event> = view.rows(
        " WHERE tenant_id = $1 AND subject_id = $2 AND id > $3 ORDER BY id LIMIT $4",
        &[
            tenant.into(),
            subject.into(),
            after.unwrap_or(Uuid::nil()).into(),
            limit.into(),
        ],
    )?;
    events
        .into_iter()
        .map(|event| {
            let body = find_body(view, tenant, event.id)?;
            Ok((event, body))
        })
        .collect()
}

/// How many events an object has; a document's row knows the number it should be.
///
/// # Errors
/// What the database says.
pub fn count_by_subject(view: &mut View<'_>, tenant: Uuid, subject: Uuid) -> Result<i64, Error> {
    let rows = view.sql.query(
        "SELECT count(*) FROM events WHERE tenant_id = $1 AND subject_id = $2",
        &[tenant.into(), subject.into()],
    )?;
    match rows.into_iter().flatten().next() {
        Some(Value::Int(count)) => Ok(count),
        _ => Ok(0),
    }
}

/// A page of a tenant's events, newest first, older than the cursor.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Event>, Error> {
    view.rows(
        " WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        &[
            tenant.into(),
            before.unwrap_or(Uuid::max()).into(),
            limit.into(),
        ],
    )
}
