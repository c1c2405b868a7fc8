//! Gives the heads of the record away, signed, to where `audit.sink` says: whenever they changed, and every hour.
//!
//! Nothing waits for it. A sink that takes nothing is told of in the log at once, and in an alert after five minutes.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ananke_store::{INSTANCE_TENANT, JobEnd, JobRow};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::alerts::{Kind, Raise, raise};
use crate::app::App;
use crate::ops::words::shown;
use crate::ops::{Error, heads};

/// Gives the heads away.
pub const KIND: &str = "heads";

const MINUTE: i64 = 60 * 1_000_000;
const HOUR: i64 = 60 * MINUTE;

/// People are told when nothing could be given away for so long.
const PATIENCE: i64 = 5 * MINUTE;

/// A sink that takes longer for a line does not answer.
const ANSWERS: Duration = Duration::from_secs(30);

/// How far this job got.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place {
    /// Digest of the heads that were given away last.
    given: String,
    /// When, in microseconds since 1970.
    given_at: i64,
    /// Since when it fails.
    failing_since: Option<i64>,
}

/// Looks whether the heads changed, and gives them away.
pub async fn perform(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    let mut place: Place = serde_json::from_str(&job.payload).unwrap_or_default();
    if app.config.audit.sink.as_os_str().is_empty() {
        place = Place::default();
    } else {
        match give(app, &mut place).await {
            Ok(()) => place.failing_since = None,
            Err(error) => failed(app, &mut place, &error).await,
        }
    }
    let seconds = i64::try_from(app.config.audit.every_seconds).unwrap_or(60);
    Ok(JobEnd::Again {
        at: app.ctx.now_micros() + seconds * 1_000_000,
        payload: serde_json::to_string(&place)?,
    })
}

async fn give(app: &App, place: &mut Place) -> Result<(), Error> {
    let now = app.ctx.now_micros();
    let found = heads::newest(app).await?;
    let digest = heads::digest(&found);
    if digest == place.given && now - place.given_at < HOUR {
        return Ok(());
    }
    let line = heads::statement(app, &found).await?;
    write(app, line)
        .await
        .map_err(|error| Error::Internal(format!("audit.sink: {error}")))?;
    place.given = digest;
    place.given_at = now;
    Ok(())
}

/// Adds a line on a thread of its own, and waits for it, though not for ever: a share may hang. A thread that hangs there is not
/// joined by another each minute.
async fn write(app: &App, line: String) -> Result<(), String> {
    let (sink, app) = (app.config.audit.sink.clone(), App::clone(app));
    if app.sink_is_busy.swap(true, Ordering::SeqCst) {
        return Err("the line before is still being written: its disk does not answer".to_owned());
    }
    let writing = tokio::task::spawn_blocking(move || {
        let written = append(&sink, &line);
        app.sink_is_busy.store(false, Ordering::SeqCst);
        written
    });
    match tokio::time::timeout(ANSWERS, writing).await {
        Ok(Ok(written)) => written.map_err(|error| error.to_string()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("nothing was written in {} s", ANSWERS.as_secs())),
    }
}

async fn failed(app: &App, place: &mut Place, error: &Error) {
    app.telemetry
        .metrics
        .heads_failed
        .fetch_add(1, Ordering::Relaxed);
    tracing::error!(error = %error, "the heads of the record could not be given away");
    let now = app.ctx.now_micros();
    let since = *place.failing_since.get_or_insert(now);
    if now - since < PATIENCE {
        return;
    }
    let facts = json!({ "since": shown(since) });
    let kind = Kind::HeadNotDelivered;
    let what = Raise::once(app, INSTANCE_TENANT, kind, String::new(), facts);
    if let Err(error) = raise(app, what).await {
        tracing::error!(error = %error, alert = kind.as_str(), "an alert could not be raised");
    }
}

/// Adds a line, and is done when it is on the disk. A line that was cut short stays by itself.
fn append(path: &Path, line: &str) -> std::io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    let break_before = if is_whole(path)? { "" } else { "\n" };
    file.write_all(format!("{break_before}{line}\n").as_bytes())?;
    file.sync_all()?;
    if is_new {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Whether what is there ends with its last line. A sink that takes lines and shows none is believed.
fn is_whole(path: &Path) -> std::io::Result<bool> {
    let Ok(mut file) = File::open(path) else {
        return Ok(true);
    };
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_short_spoils_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("heads");
        append(&path, "one").unwrap();
        append(&path, "two").unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"thr").unwrap();
        append(&path, "four").unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "one\ntwo\nthr\nfour\n");
    }
}
