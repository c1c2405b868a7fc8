//! Lists of events: by what they say, and in the order in which they were recorded.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::events::{Event, EventBody, find_body};
use crate::streams::Stream;
use crate::value::Value;
use crate::{Error, INSTANCE_TENANT, Micros, View};

/// Streams looked at in one go.
const STREAMS: i64 = 4_096;

/// A stream with an id below others may still appear for so long: ids come from clocks, and clocks differ.
const SETTLED: Micros = 3_600 * 1_000_000;

/// An event, and its body unless that was erased.
pub type Recorded = (Event, Option<EventBody>);

/// Which events; what is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// Of one of these kinds; an empty list does not narrow.
    pub kinds: &'static [&'static str],
    /// By this actor.
    pub actor: Option<String>,
    /// About this object.
    pub subject: Option<Uuid>,
    /// Caused by this request.
    pub request_id: Option<String>,
    /// At or after.
    pub after: Option<Micros>,
    /// Before.
    pub before: Option<Micros>,
}

/// Which way a list goes on from an event's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The newest that is older than this one.
    Before(Option<Uuid>),
    /// The oldest that is newer than this one.
    After(Option<Uuid>),
}

/// A page of a tenant's events in the order of their ids, each with its body unless that was erased.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    filter: &EventFilter,
    from: From,
    limit: i64,
) -> Result<Vec<Recorded>, Error> {
    let (condition, cursor, order) = match from {
        From::Before(id) => ("<", id.unwrap_or(Uuid::max()), "DESC"),
        From::After(id) => (">", id.unwrap_or(Uuid::nil()), "ASC"),
    };
    let mut values = vec![Value::from(tenant), Value::from(cursor)];
    let mut text = format!(" WHERE tenant_id = $1 AND id {condition} $2");
    if !filter.kinds.is_empty() {
        let kinds = filter.kinds.iter().map(|kind| {
            values.push((*kind).into());
            format!("${}", values.len())
        });
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        text.push_str(&format!(" AND kind IN ({kinds})"));
    }
    let mut also = |condition: &str, value: Value| {
        values.push(value);
        text.push_str(&condition.replace('#', &format!("${}", values.len())));
    };
    if let Some(subject) = filter.subject {
        also(" AND subject_id = #", subject.into());
    }
    for (column, wanted) in [
        ("kind", &filter.kind),
        ("actor", &filter.actor),
        ("request_id", &filter.request_id),
    ] {
        if let Some(wanted) = wanted {
            also(&format!(" AND {column} = #"), wanted.into());
        }
    }
    if let Some(after) = filter.after {
        also(" AND at >= #", after.into());
    }
    if let Some(before) = filter.before {
        also(" AND at < #", before.into());
    }
    also(&format!(" ORDER BY id {order} LIMIT #"), limit.into());
    let events: Vec<Event> = view.rows(&text, &values)?;
    with_bodies(view, events)
}

fn with_bodies(view: &mut View<'_>, events: Vec<Event>) -> Result<Vec<Recorded>, Error> {
    let with = |event: Event| {
        let body = find_body(view, event.tenant, event.id)?;
        Ok((event, body))
    };
    events.into_iter().map(with).collect()
}

/// How far somebody has read what was recorded: per stream, since only within one is there an order without gaps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// This stream and all before it are closed and read to their end.
    pub done: Uuid,
    /// The number of the last event read of each of the others.
    pub seen: BTreeMap<Uuid, i64>,
}

/// At most so many of a tenant's events recorded since, in the order of their streams, and how far that is. Whatever is
/// committed later is read later: nothing is passed over, nothing read twice.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn since(
    view: &mut View<'_>,
    tenant: Uuid,
    mut position: Position,
    limit: i64,
    now: Micros,
) -> Result<(Vec<Recorded>, Position), Error> {
    // The heads first: what they count is there.
    let streams: Vec<Stream> = view.rows(
        " WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        &[INSTANCE_TENANT.into(), position.done.into(), STREAMS.into()],
    )?;
    let mut found = Vec::new();
    for stream in &streams {
        let seen = position.seen.entry(stream.id).or_insert(0);
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        if *seen >= stream.seq || left <= 0 {
            continue;
        }
        let events: Vec<Event> = view.rows(
            " WHERE stream_id = $1 AND seq > $2 AND seq <= $3 AND tenant_id = $4 ORDER BY seq LIMIT $5",
            &[
                stream.id.into(),
                (*seen).into(),
                stream.seq.into(),
                tenant.into(),
                left.into(),
            ],
        )?;
        let is_full = i64::try_from(events.len()).is_ok_and(|count| count == left);
        *seen = match events.last() {
            Some(last) if is_full => last.seq,
            _ => stream.seq,
        };
        found.extend(events);
    }
    for stream in &streams {
        let is_read = position.seen.get(&stream.id) == Some(&stream.seq);
        if !is_read || stream.closed_at.is_none_or(|at| now - at < SETTLED) {
            break;
        }
        position.done = stream.id;
        position.seen.remove(&stream.id);
    }
    position.seen.retain(|_, seen| *seen > 0);
    Ok((with_bodies(view, found)?, position))
}
