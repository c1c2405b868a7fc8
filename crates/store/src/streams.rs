//! Streams: one chain of events per start of a writer.
//!
//! A stream is a row with the number and hash of its last event. Every batch swaps that row, so
//! whoever closed the stream in between fences its writer off. A stream begins with an event that
//! names the heads of the streams before it: the newest head pins everything.

use serde_json::json;
use uuid::Uuid;

use crate::events::{EVENT_BODIES, Event, EventBody, NewEvent};
use crate::instance::INSTANCE_TENANT;
use crate::mac::RowKeys;
use crate::sql::Sql;
use crate::table::{self, Kept, Record, Table};
use crate::value::{Fields, Value};
use crate::{Conflict, Digest, Error, Micros, Options, View};

/// Kinds of the events the store writes itself.
pub(crate) const OPENED: &str = "stream.opened";
pub(crate) const CLOSED: &str = "stream.closed";
pub(crate) const EPOCH: &str = "instance.epoch";

/// How many heads a new stream and the anchor name.
pub(crate) const HEADS: i64 = 64;

/// The row of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stream {
    pub(crate) id: Uuid,
    /// Number of its last event; 0 before the first.
    pub(crate) seq: i64,
    /// Hash of its last event; zeros before the first.
    pub(crate) head: Digest,
    pub(crate) opened_at: Micros,
    /// When its writer was last seen; a writer that is not seen any more may be fenced off.
    pub(crate) seen_at: Micros,
    pub(crate) closed_at: Option<Micros>,
}

pub(crate) static STREAMS: Table = Table::new(
    "streams",
    2,
    &[
        "tenant_id",
        "id",
        "seq",
        "head_hash",
        "opened_at",
        "seen_at",
        "closed_at",
    ],
);

impl Record for Stream {
    fn table() -> &'static Table {
        &STREAMS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            INSTANCE_TENANT.into(),
            self.id.into(),
            self.seq.into(),
            self.head.into(),
            self.opened_at.into(),
            self.seen_at.into(),
            self.closed_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        if !fields.uuid()?.is_nil() {
            return Err(fields.wrong());
        }
        Ok(Self {
            id: fields.uuid()?,
            seq: fields.int()?,
            head: fields.digest()?,
            opened_at: fields.int()?,
            seen_at: fields.int()?,
            closed_at: fields.opt_int()?,
        })
    }
}

/// The last event of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The stream.
    pub stream: Uuid,
    /// Its number there, from 1.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
}

impl Stream {
    pub(crate) fn head(&self) -> Head {
        Head {
            stream: self.id,
            seq: self.seq,
            hash: self.head,
        }
    }
}

/// Appends an event with its body and moves the stream's head; the stream's row is stored later,
/// once per batch.
pub(crate) fn append(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    stream: &mut Stream,
    new: &NewEvent,
) -> Result<Event, Error> {
    let event = Event::next(new, stream.id, stream.seq + 1, stream.head);
    if !table::insert(sql, keys, &event)? {
        let mut view = View {
            sql,
            keys: Some(keys),
        };
        if find_event(&mut view, stream.id, event.seq)?.is_some() {
            // Its number is taken: somebody took this writer for dead and closed its stream. The
            // writer sees the mark and begins another one.
            stream.closed_at = Some(event.at);
            return Err(Error::unavailable(200));
        }
        return Err(Error::conflict(Conflict::Id));
    }
    let body = EventBody::of(new);
    if !table::insert(sql, keys, &body)? {
        // A body without its event: the event's id is new, so somebody put it there.
        return Err(Error::Corrupt {
            table: EVENT_BODIES.name,
            column: None,
            row: EVENT_BODIES.row_name(&body.values()),
        });
    }
    stream.seq = event.seq;
    stream.head = event.hash;
    Ok(event)
}

/// What [`append`] does, for many at once. `None` when a number, an id or a body was there: nothing may stay then.
pub(crate) fn append_all(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    stream: &mut Stream,
    new: &[&NewEvent],
) -> Result<Option<Vec<Event>>, Error> {
    let (mut seq, mut head) = (stream.seq, stream.head);
    let mut events = Vec::with_capacity(new.len());
    for new in new {
        let event = Event::next(new, stream.id, seq + 1, head);
        (seq, head) = (event.seq, event.hash);
        events.push(event);
    }
    let bodies: Vec<EventBody> = new.iter().map(|new| EventBody::of(new)).collect();
    if !table::insert_all(sql, keys, &events)? || !table::insert_all(sql, keys, &bodies)? {
        return Ok(None);
    }
    (stream.seq, stream.head) = (seq, head);
    Ok(Some(events))
}

/// Inserts a new stream whose first event names the heads before it.
pub(crate) fn open(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    options: &Options,
) -> Result<Kept<Stream>, Error> {
    let at = (options.clock)();
    let mut view = View {
        sql,
        keys: Some(keys),
    };
    let before = newest(&mut view)?;
    let heads: Vec<_> = before
        .iter()
        .map(|kept| {
            let head = kept.row.head();
            json!({"stream": head.stream, "seq": head.seq, "hash": hex(&head.hash)})
        })
        .collect();
    let mut stream = Stream {
        id: new_id(options),
        seq: 0,
        head: [0; 32],
        opened_at: at,
        seen_at: at,
        closed_at: None,
    };
    let event = own_event(
        options,
        OPENED,
        stream.id,
        &json!({"release": env!("CARGO_PKG_VERSION"), "before": heads}),
    );
    append(sql, keys, &mut stream, &event)?;
    if !table::insert(sql, keys, &stream)? {
        return Err(Error::conflict(Conflict::Id));
    }
    let mac = keys.row_mac(STREAMS.name, &stream.values());
    Ok(Kept { row: stream, mac })
}

/// Closes a stream with an event, its own or one that a crash left open; `false` when somebody else
/// moved it meanwhile.
pub(crate) fn close(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    options: &Options,
    kept: &mut Kept<Stream>,
    reason: &str,
) -> Result<bool, Error> {
    let event = own_event(options, CLOSED, kept.row.id, &json!({"reason": reason}));
    let mut stream = kept.row.clone();
    stream.closed_at = Some(event.at);
    // The row first: it is the lock. An event after a head that has moved would collide.
    let mut fence = Kept {
        row: stream,
        mac: kept.mac.clone(),
    };
    if !table::swap(sql, keys, &mut fence)? {
        return Ok(false);
    }
    append(sql, keys, &mut fence.row, &event)?;
    if !table::swap(sql, keys, &mut fence)? {
        return Err(Error::Unknown);
    }
    *kept = fence;
    Ok(true)
}

/// The newest streams, newest first.
pub(crate) fn newest(view: &mut View<'_>) -> Result<Vec<Kept<Stream>>, Error> {
    view.select(" ORDER BY id DESC LIMIT $1", &[HEADS.into()])
}

/// The streams that are not closed.
pub(crate) fn open_ones(view: &mut View<'_>) -> Result<Vec<Kept<Stream>>, Error> {
    view.select(" WHERE closed_at IS NULL ORDER BY id", &[])
}

/// One event by its place.
pub(crate) fn find_event(
    view: &mut View<'_>,
    stream: Uuid,
    seq: i64,
) -> Result<Option<Event>, Error> {
    let kept = view.one(
        " WHERE stream_id = $1 AND seq = $2",
        &[stream.into(), seq.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// An event of the store's own: no request, no personal data.
pub(crate) fn own_event(
    options: &Options,
    kind: &str,
    subject: Uuid,
    body: &serde_json::Value,
) -> NewEvent {
    let mut salt = [0; 16];
    (options.random)(&mut salt);
    NewEvent {
        id: new_id(options),
        tenant: INSTANCE_TENANT,
        kind: kind.to_owned(),
        subject,
        actor: "store".to_owned(),
        request_id: String::new(),
        trace_id: String::new(),
        at: (options.clock)(),
        body: body.to_string().into_bytes(),
        salt,
    }
}

/// A UUIDv7 from the clock and randomness of the options.
pub(crate) fn new_id(options: &Options) -> Uuid {
    let mut random = [0; 10];
    (options.random)(&mut random);
    let milliseconds = u64::try_from((options.clock)() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn ids_are_in_time_order() {
        let clock = Arc::new(|| 1_800_000_000_123_456);
        let options = Options::new("nowhere", clock, Arc::new(|_| ()));
        let at = new_id(&options).get_timestamp().unwrap().to_unix();
        assert_eq!(at, (1_800_000_000, 123_000_000));
    }
}
