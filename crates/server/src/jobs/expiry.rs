//! Records of each document that its time has passed, once.
//!
//! The clock alone decides what a document is worth; this only tells of it, for the record and for whoever follows that.

use ananke_store::{
    Command, Document, Error as StoreError, JobEnd, JobRow, Status, Write, documents, locate,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::leased::step;
use crate::app::App;
use crate::failpoint as fail;
use crate::ops::Error;
use crate::ops::record::{Actor, event};
use crate::ops::words::shown;

/// The job's name.
pub const KIND: &str = "expiry";

/// How often it looks, and how long after its time a document is looked at: what was issued with an end just ahead is
/// committed by then. In microseconds.
fn pause() -> i64 {
    match fail::at!("short-leases") {
        true => 1_000_000,
        false => 60_000_000,
    }
}

const PAGE: i64 = 100;

/// Another request may change a document between reading and writing.
const TRIES: usize = 4;

/// Documents up to this one are recorded.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Cursor {
    at: i64,
    #[serde(default)]
    id: Uuid,
}

/// Records what has expired since.
pub async fn perform(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    let mut cursor: Cursor = serde_json::from_str(&job.payload)?;
    loop {
        let (from, until) = ((cursor.at, cursor.id), app.ctx.now_micros() - pause());
        let page = app
            .read(move |view| locate::expired(view, from, until, PAGE))
            .await?;
        if page.is_empty() {
            return Ok(JobEnd::Again {
                at: app.ctx.now_micros() + pause(),
                payload: serde_json::to_string(&cursor)?,
            });
        }
        for (located, at) in page {
            cursor = Cursor { at, id: located.id };
            if fail::at!("short-leases") {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            note(app, job, located, cursor).await?;
        }
    }
}

async fn note(
    app: &App,
    job: &JobRow,
    located: locate::Located,
    cursor: Cursor,
) -> Result<(), Error> {
    for _ in 0..TRIES {
        let found = app
            .read(move |view| documents::find(view, located.tenant, located.mode, located.id))
            .await?;
        // Revoked and suspended ones are that first of all.
        let Some(row) = found.filter(|row| row.status == Status::Active && row.erased_at.is_none())
        else {
            return Ok(());
        };
        let write = Write {
            step: Some(step(app, job, Some(serde_json::to_string(&cursor)?))),
            ..lapsed(app, &row)
        };
        match app.write(write).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Stale) => {
                // The document has changed, or the job is somebody else's.
                app.store.keep_job(step(app, job, None)).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::InFlight.into())
}

fn lapsed(app: &App, row: &Document) -> Write {
    let body = serde_json::json!({
        "reference": row.reference,
        "expiresAt": row.expires_at.map(shown),
    });
    let event = event(
        app,
        row.tenant,
        &row.event_kind("lapsed"),
        row.id,
        &Actor::system(),
        &body,
    );
    let command = Command::NoteExpiry {
        mode: row.mode,
        id: row.id,
        expected: row.newest_event_hash,
    };
    Write::new(None, command, event)
}
