//! What only somebody with the row keys could write, and what anybody can: the sweep of the streams says exactly what
//! is wrong, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use uuid::Uuid;

use super::sweep;
use crate::events::{Event, EventBody, NewEvent};
use crate::mac::RowKeys;
use crate::sql::Sql as _;
use crate::sqlite::Sqlite;
use crate::streams::{self, Stream};
use crate::table::{Kept, insert, swap};
use crate::{Options, View, migrate};

/// A database with two streams of five events each, and whoever forges it.
struct Forger {
    sqlite: Sqlite,
    keys: RowKeys,
    first: Kept<Stream>,
    second: Kept<Stream>,
    // Removed when the connection is gone.
    _dir: tempfile::TempDir,
}

fn new_event(number: u128, kind: &str) -> NewEvent {
    NewEvent {
        id: Uuid::from_u128(number),
        tenant: Uuid::from_u128(1),
        kind: kind.to_owned(),
        subject: Uuid::from_u128(2),
        actor: "operator".to_owned(),
        request_id: String::new(),
        trace_id: String::new(),
        at: 1,
        body: b"{}".to_vec(),
        salt: [5; 16],
    }
}

impl Forger {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut sqlite = Sqlite::open(&dir.path().join("ananke.db")).unwrap();
        migrate::migrate(&mut sqlite).unwrap();
        let keys = RowKeys::new(&[1; 32], &[2; 32]);
        let (clock, chance) = (AtomicI64::new(0), AtomicI64::new(0));
        let options = Options::new(
            dir.path(),
            Arc::new(move || clock.fetch_add(1_000_000, Ordering::SeqCst)),
            Arc::new(move |bytes: &mut [u8]| {
                bytes[..8].copy_from_slice(&chance.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            }),
        );
        let mut opened = [100, 200].map(|base| {
            let mut kept = streams::open(&mut sqlite, &keys, &options).unwrap();
            for number in base..base + 4 {
                let event = new_event(number, "template.updated");
                streams::append(&mut sqlite, &keys, &mut kept.row, &event).unwrap();
            }
            assert!(swap(&mut sqlite, &keys, &mut kept).unwrap());
            Some(kept)
        });
        Self {
            sqlite,
            keys,
            first: opened[0].take().unwrap(),
            second: opened[1].take().unwrap(),
            _dir: dir,
        }
    }

    /// Plain SQL, as anybody may write it who has the file.
    fn edit(&mut self, text: &str, stream: Uuid, seq: i64) {
        let changed = self.sqlite.execute(text, &[stream.into(), seq.into()]);
        assert_eq!(changed.unwrap(), 1);
    }

    fn event(&mut self, stream: Uuid, seq: i64) -> Event {
        let mut view = View {
            sql: &mut self.sqlite,
            keys: Some(&self.keys),
        };
        streams::find_event(&mut view, stream, seq)
            .unwrap()
            .unwrap()
    }

    /// Another event in the place of one, with a MAC that holds.
    fn forge(&mut self, event: &Event) {
        self.edit(REMOVE, event.stream, event.seq);
        assert!(insert(&mut self.sqlite, &self.keys, event).unwrap());
    }

    /// What the sweep finds: table, row by a short name, fault.
    fn found(&mut self) -> Vec<String> {
        let (first, second) = (self.first.row.id, self.second.row.id);
        let mut view = View {
            sql: &mut self.sqlite,
            keys: Some(&self.keys),
        };
        let report = sweep(&mut view).unwrap();
        let short = |text: &str| {
            text.replace(&first.simple().to_string(), "first")
                .replace(&second.simple().to_string(), "second")
                .replace(&first.to_string(), "first")
                .replace(&format!("{}/", Uuid::from_u128(1).simple()), "")
                .replace(&format!("{}/", Uuid::nil().simple()), "")
        };
        let line = |found: &super::Finding| {
            format!(
                "{} {}: {}",
                found.table,
                short(&found.row),
                short(&found.what)
            )
        };
        report.findings.iter().map(line).collect()
    }
}

const REMOVE: &str = "DELETE FROM events WHERE stream_id = $1 AND seq = $2";
const REMOVE_BODY: &str = "DELETE FROM event_bodies WHERE event_id = \
     (SELECT id FROM events WHERE stream_id = $1 AND seq = $2)";
const SPOIL: &str = "UPDATE events SET row_mac = X'00' WHERE stream_id = $1 AND seq = $2";

/// The name of a body in the findings.
fn body(number: u128) -> String {
    format!("event_bodies {}", Uuid::from_u128(number).simple())
}

#[test]
fn whole_streams_have_nothing_to_say_and_every_row_is_counted() {
    let mut forger = Forger::new();
    assert_eq!(forger.found(), [""; 0]);
    let mut view = View {
        sql: &mut forger.sqlite,
        keys: Some(&forger.keys),
    };
    let report = sweep(&mut view).unwrap();
    assert_eq!((report.events, report.rows), (10, 22));
}

#[test]
fn an_event_that_was_altered_is_found_wherever_it_stands() {
    let mut forger = Forger::new();
    forger.edit(SPOIL, forger.first.row.id, 3);
    assert_eq!(
        forger.found(),
        [
            "events first/3: row MAC is wrong".to_owned(),
            "events first/4: it does not follow the event before it".to_owned(),
            body(101) + ": its event is missing or altered",
        ]
    );
    let mut forger = Forger::new();
    forger.edit(SPOIL, forger.first.row.id, 5);
    assert_eq!(
        forger.found(),
        [
            "events first/5: row MAC is wrong".to_owned(),
            "events second/1: event 5 of stream first before it is missing".to_owned(),
            body(103) + ": its event is missing or altered",
        ]
    );
    let mut forger = Forger::new();
    let opened = forger.event(forger.second.row.id, 1);
    forger.edit(SPOIL, forger.second.row.id, 1);
    assert_eq!(
        forger.found(),
        [
            "events second/1: row MAC is wrong".to_owned(),
            "events second/2: it does not follow the event before it".to_owned(),
            format!(
                "event_bodies {}: its event is missing or altered",
                opened.id.simple()
            ),
        ]
    );
}

#[test]
fn an_event_in_the_place_of_another_breaks_the_chain() {
    let mut forger = Forger::new();
    let mut event = forger.event(forger.first.row.id, 3);
    event.actor = "somebody else".to_owned();
    forger.forge(&event);
    assert_eq!(forger.found(), ["events first/3: its hash is wrong"]);
    event.hash = event.computed_hash();
    forger.forge(&event);
    assert_eq!(
        forger.found(),
        ["events first/4: it does not follow the event before it"]
    );
    forger.edit(REMOVE_BODY, forger.first.row.id, 3);
    forger.edit(REMOVE, forger.first.row.id, 3);
    assert_eq!(
        forger.found(),
        ["events first/4: events before it are missing"]
    );
}

#[test]
fn a_stream_ends_where_its_row_says() {
    let mut forger = Forger::new();
    let (first, fourth) = (
        forger.first.clone(),
        forger.event(forger.first.row.id, 4).hash,
    );
    for (seq, head) in [(4, fourth), (4, first.row.head), (5, fourth)] {
        let mut kept = forger.first.clone();
        (kept.row.seq, kept.row.head) = (seq, head);
        assert!(swap(&mut forger.sqlite, &forger.keys, &mut kept).unwrap());
        forger.first.mac = kept.mac;
        assert_eq!(
            forger.found(),
            ["streams first: it does not end where its row says"]
        );
    }
}

#[test]
fn a_stream_is_missed_by_its_events_and_by_the_next_one() {
    let mut forger = Forger::new();
    let id = forger.first.row.id;
    let row = "DELETE FROM streams WHERE id = $1 AND seq = $2";
    forger.edit(row, id, 5);
    assert_eq!(
        forger.found(),
        [
            "events first/1: its stream is missing or altered",
            "streams : streams and events do not match in number",
        ]
    );
    for seq in 1..=5 {
        forger.edit(REMOVE_BODY, id, seq);
        forger.edit(REMOVE, id, seq);
    }
    assert_eq!(
        forger.found(),
        ["events second/1: event 5 of stream first before it is missing"]
    );
}

#[test]
fn a_body_is_the_one_of_its_event() {
    let mut forger = Forger::new();
    let id = forger.first.row.id;
    forger.edit(REMOVE_BODY, id, 3);
    assert_eq!(
        forger.found(),
        ["events first/3: its body is missing and nothing was erased"]
    );
    let other = EventBody {
        tenant: Uuid::from_u128(1),
        event_id: Uuid::from_u128(101),
        salt: vec![5; 16],
        body: b"[]".to_vec(),
    };
    assert!(insert(&mut forger.sqlite, &forger.keys, &other).unwrap());
    assert_eq!(
        forger.found(),
        [body(101) + ": it is not the body its event was hashed with"]
    );
}

#[test]
fn an_event_of_a_document_needs_the_document() {
    let mut forger = Forger::new();
    let mut kept = forger.second.clone();
    let event = new_event(204, "issuance.issued");
    streams::append(&mut forger.sqlite, &forger.keys, &mut kept.row, &event).unwrap();
    assert!(swap(&mut forger.sqlite, &forger.keys, &mut kept).unwrap());
    assert_eq!(forger.found(), ["events second/6: its document is missing"]);
}
