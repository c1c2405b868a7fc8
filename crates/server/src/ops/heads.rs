//! Heads of the record: what is signed of them, and whether the record still holds those that were given away.
//!
//! Whoever has the key-encryption key can rewrite the record with every MAC and chain right, and whoever has an older copy can
//! put it back. Neither can take back what was given away (`spec/head.md`).

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use ananke_format::trust::Trust;
use ananke_format::{HeadStatement, Instant, Mode, Sha256, StreamHead};
use ananke_store::{Head, INSTANCE_TENANT, Purpose};
use serde::Serialize;
use uuid::Uuid;

use super::error::Error;
use super::lists;
use crate::app::{App, Shared};

/// A stream that ended so many microseconds ago is named no more: two hours, and a line is written every hour.
const NAMED: i64 = 2 * 3_600 * 1_000_000;

/// Findings told one by one; the rest is counted.
const TOLD: usize = 20;

/// What was looked at, and what is wrong.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// Lines of the file.
    lines: u64,
    /// Lines that are not what this instance gave away, or give away what the record does not hold.
    wrong: u64,
    /// When the last line before the first wrong one was given away: until then nothing was taken from the record.
    holds_until: Option<Instant>,
    /// The first wrong lines.
    findings: Vec<Finding>,
}

/// A line that is wrong.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// Which, from 1.
    line: u64,
    /// What is wrong.
    what: String,
}

/// The heads there are.
///
/// # Errors
/// The store cannot be read.
pub async fn newest(app: &Shared) -> Result<Vec<Head>, Error> {
    let since = app.ctx.now_micros() - NAMED;
    app.read(move |view| ananke_store::heads::list(view, since))
        .await
}

/// Tells some heads from others.
#[must_use]
pub fn digest(heads: &[Head]) -> String {
    let mut bytes = Vec::new();
    for head in heads {
        bytes.extend_from_slice(head.stream.as_bytes());
        bytes.extend_from_slice(&head.seq.to_be_bytes());
        bytes.extend_from_slice(&head.hash);
    }
    Sha256::of(&bytes).to_hex()
}

/// Says of these heads that the record had come so far.
///
/// # Errors
/// The server is sealed, or has no status key that may sign now.
pub async fn statement(app: &Shared, heads: &[Head]) -> Result<String, Error> {
    let ring = app.ring()?;
    let (signer, at) = ring
        .signer(app, INSTANCE_TENANT, Purpose::Status, Mode::Live)
        .await?;
    let named = |head: &Head| StreamHead {
        stream: head.stream.to_string(),
        seq: head.seq,
        hash: Sha256::from_bytes(head.hash),
    };
    let statement = HeadStatement {
        iss: app.base_url.clone(),
        iat: at.as_second(),
        streams: heads.iter().map(named).collect(),
    };
    Ok(statement.issue(signer.as_ref())?)
}

/// Checks every line of a file of heads against the record, on a thread of its own.
///
/// # Errors
/// The server is sealed; the file or the store cannot be read.
pub async fn check_on_thread(app: &App, file: PathBuf) -> Result<Checked, Error> {
    let (app, runtime) = (app.clone(), tokio::runtime::Handle::current());
    tokio::task::spawn_blocking(move || runtime.block_on(check(&app, &file)))
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
}

async fn check(app: &Shared, path: &Path) -> Result<Checked, Error> {
    app.ring()?;
    let unreadable = |error: std::io::Error| {
        Error::unprocessable(format!(
            "{}: {error}; name a file that the server can read",
            path.display()
        ))
    };
    let trust = lists::status_trust(app).await?;
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut checked = Checked::default();
    for line in BufReader::new(file).split(b'\n') {
        let line = line.map_err(unreadable)?;
        checked.lines += 1;
        match fault(app, &trust, &line).await? {
            Ok(given) if checked.wrong == 0 => checked.holds_until = Some(given),
            Ok(_) => {}
            Err(what) => {
                checked.wrong += 1;
                if checked.findings.len() < TOLD {
                    let line = checked.lines;
                    checked.findings.push(Finding { line, what });
                }
            }
        }
    }
    Ok(checked)
}

/// When a line was given away, or what is wrong with it.
async fn fault(app: &Shared, trust: &Trust, line: &[u8]) -> Result<Result<Instant, String>, Error> {
    let text = std::str::from_utf8(line).unwrap_or_default();
    let said = match HeadStatement::verify(text, trust) {
        Ok(said) => said,
        Err(error) => {
            return Ok(Err(format!(
                "not a head of this instance, or altered, or cut short: {}",
                chain(&error)
            )));
        }
    };
    // Verified: it is a time.
    let at = Instant::from_second(said.iat).unwrap_or(Instant::UNIX_EPOCH);
    for head in &said.streams {
        let place = (Uuid::parse_str(&head.stream).unwrap_or_default(), head.seq);
        let found = app
            .read(move |view| ananke_store::heads::hash_at(view, place.0, place.1))
            .await?;
        let what = match found {
            Some(hash) if hash == *head.hash.as_bytes() => continue,
            Some(_) => "is another in the record",
            None => "is missing from the record",
        };
        return Ok(Err(format!(
            "event {} of stream {}, given away at {at}, {what}",
            head.seq, head.stream
        )));
    }
    Ok(Ok(at))
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}
