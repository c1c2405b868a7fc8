//! Streams and events: contiguous, chained, ending where their rows say; bodies as they were, or
//! erased with their document.

use std::collections::HashMap;

use uuid::Uuid;

use crate::documents;
use crate::events::{self, EVENTS, Event, EventBody};
use crate::mac::sha256;
use crate::streams::{HEADS, OPENED, STREAMS, Stream, find_event, hex};
use crate::table::{Kept, Record as _, check};
use crate::value::Value;
use crate::{Digest, Error, Mode, View};

use super::{CHUNK, Report, intact, rows};

pub(super) fn sweep(view: &mut View<'_>, report: &mut Report) -> Result<(), Error> {
    let mut streams: HashMap<Uuid, Stream> = HashMap::new();
    rows::<Stream>(view, report, |_, row: &Stream, _| {
        streams.insert(row.id, row.clone());
        Ok(())
    })?;
    chains(view, report, &streams)?;
    rows::<EventBody>(view, report, |view, row: &EventBody, wrong| {
        let event: Option<Kept<Event>> = intact(view.one(
            " WHERE tenant_id = $1 AND id = $2",
            &[row.tenant.into(), row.event_id.into()],
        ))?;
        match event {
            None => wrong("its event is missing or altered"),
            Some(kept) if kept.row.body_hash != sha256(&[&row.salt, &row.body]) => {
                wrong("it is not the body its event was hashed with");
            }
            Some(_) => {}
        }
        Ok(())
    })
}

/// Where the sweep stands in a stream.
#[derive(Clone, Copy)]
struct Place {
    stream: Uuid,
    seq: i64,
    hash: Digest,
}

fn chains(
    view: &mut View<'_>,
    report: &mut Report,
    streams: &HashMap<Uuid, Stream>,
) -> Result<(), Error> {
    let page = [
        EVENTS.select(),
        " WHERE (stream_id, seq) > ($1, $2) ORDER BY stream_id, seq LIMIT $3",
    ]
    .concat();
    let mut place: Option<Place> = None;
    let mut seen = 0;
    loop {
        // No stream is nil, and none begins before 1.
        let (stream, seq) = place.map_or((Uuid::nil(), 0), |place| (place.stream, place.seq));
        let chunk = view
            .sql
            .query(&page, &[stream.into(), seq.into(), CHUNK.into()])?;
        let more = chunk.len() as i64 == CHUNK;
        for values in chunk {
            report.rows += 1;
            report.events += 1;
            let name = EVENTS.row_name(&values);
            let key = (values.get(1).cloned(), values.get(2).cloned());
            let event = match check::<Event>(view.keys, values) {
                Ok(kept) => Some(kept.row),
                Err(Error::Corrupt { .. }) => {
                    report.found(EVENTS.name, &name, "row MAC is wrong");
                    None
                }
                Err(error) => return Err(error),
            };
            let Some(event) = event else {
                // Its place is believed for going on, nothing else of it.
                match place_of(key) {
                    Some(next) => {
                        if place.is_none_or(|place| place.stream != next.stream) {
                            ends(report, streams, place);
                            seen += 1;
                        }
                        place = Some(next);
                    }
                    None => {
                        return Err(Error::Database {
                            text: "an event has no place".to_owned(),
                        });
                    }
                }
                continue;
            };
            let continues = place.filter(|place| place.stream == event.stream);
            if continues.is_none() {
                ends(report, streams, place);
                seen += 1;
                if !streams.contains_key(&event.stream) {
                    report.found(EVENTS.name, &name, "its stream is missing or altered");
                }
            }
            let (seq, hash) = continues.map_or((0, [0; 32]), |place| (place.seq, place.hash));
            if event.seq != seq + 1 {
                report.found(EVENTS.name, &name, "events before it are missing");
            } else if event.prev_hash != hash {
                report.found(EVENTS.name, &name, "it does not follow the event before it");
            }
            if event.hash != event.computed_hash() {
                report.found(EVENTS.name, &name, "its hash is wrong");
            }
            about(view, report, &name, &event)?;
            place = Some(Place {
                stream: event.stream,
                seq: event.seq,
                hash: event.hash,
            });
        }
        if !more {
            break;
        }
    }
    ends(report, streams, place);
    if seen != streams.len() {
        // Every stream begins with an event, so one without any lost them all.
        report.found(
            STREAMS.name,
            "",
            "streams and events do not match in number",
        );
    }
    Ok(())
}

fn place_of((stream, seq): (Option<Value>, Option<Value>)) -> Option<Place> {
    let (Some(Value::Blob(stream)), Some(Value::Int(seq))) = (stream, seq) else {
        return None;
    };
    Some(Place {
        stream: Uuid::from_slice(&stream).ok()?,
        seq,
        hash: [0; 32],
    })
}

/// A stream ends where its row says.
fn ends(report: &mut Report, streams: &HashMap<Uuid, Stream>, place: Option<Place>) {
    let Some(place) = place else { return };
    let Some(stream) = streams.get(&place.stream) else {
        return;
    };
    // A wrong last event was reported; its hash is not known here.
    let hash_differs = place.hash != stream.head && place.hash != [0; 32];
    if place.seq != stream.seq || hash_differs {
        let name = STREAMS.row_name(&stream.values());
        report.found(STREAMS.name, &name, "it does not end where its row says");
    }
}

/// What an event says against what is there.
fn about(view: &mut View<'_>, report: &mut Report, name: &str, event: &Event) -> Result<(), Error> {
    let is_document = documents::is_about_document(&event.kind);
    let body = match events::find_body(view, event.tenant, event.id) {
        Ok(body) => body,
        // Found with the bodies.
        Err(Error::Corrupt { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    if is_document || body.is_none() {
        let mut erased = false;
        let mut exists = false;
        for mode in Mode::ALL {
            match documents::find(view, event.tenant, *mode, event.subject) {
                Ok(Some(document)) => {
                    exists = true;
                    erased = document.erased_at.is_some();
                }
                Ok(None) => {}
                Err(Error::Corrupt { .. }) => (exists, erased) = (true, true),
                Err(error) => return Err(error),
            }
        }
        if is_document && !exists {
            report.found(EVENTS.name, name, "its document is missing");
        }
        if body.is_none() && !erased {
            report.found(
                EVENTS.name,
                name,
                "its body is missing and nothing was erased",
            );
        }
    }
    if event.kind == OPENED
        && let Some(body) = body
    {
        heads_before(view, report, name, &body.body)?;
    }
    Ok(())
}

/// The heads that a stream named when it began are there: whole streams are not missing.
fn heads_before(
    view: &mut View<'_>,
    report: &mut Report,
    name: &str,
    body: &[u8],
) -> Result<(), Error> {
    #[derive(serde::Deserialize)]
    struct Opened {
        before: Vec<Before>,
    }
    #[derive(serde::Deserialize)]
    struct Before {
        stream: Uuid,
        seq: i64,
        hash: String,
    }
    let Ok(opened) = serde_json::from_slice::<Opened>(body) else {
        report.found(EVENTS.name, name, "its body is not the store's");
        return Ok(());
    };
    for head in opened.before.into_iter().take(HEADS as usize) {
        let event = intact(find_event(view, head.stream, head.seq))?;
        if event.is_none_or(|event| hex(&event.hash) != head.hash) {
            report.found(
                EVENTS.name,
                name,
                &format!(
                    "event {} of stream {} before it is missing",
                    head.seq, head.stream
                ),
            );
        }
    }
    Ok(())
}
