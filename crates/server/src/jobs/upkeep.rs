//! The instance's own upkeep: what is old is forgotten, and the whole record is looked at every hour.

use std::collections::BTreeSet;

use ananke_store::audit::Finding;
use ananke_store::{Error as StoreError, INSTANCE_TENANT, JobEnd, JobRow, jobs};
use serde_json::{Value, json};

use crate::alerts::{Kind, Raise, raise};
use crate::app::{App, Shared};
use crate::ops::api_keys::IDEMPOTENCY_HOURS;
use crate::ops::{Error, audit};

/// Forgets what is old.
pub const PRUNE: &str = "prune";
/// Looks at the whole record.
pub const SWEEP: &str = "sweep";

const HOUR: i64 = 3_600 * 1_000_000;

/// What was seen of requests is kept for so many days.
const SEEN_DAYS: i64 = 90;
/// Requests of keys by the hour, too.
const HOURS_DAYS: i64 = 92;

/// Findings told one by one; the rest is counted.
const TOLD: usize = 20;

fn again(app: &App, job: &JobRow) -> JobEnd {
    JobEnd::Again {
        at: app.ctx.now_micros() + HOUR,
        payload: job.payload.clone(),
    }
}

fn tables(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.table).collect()
}

/// Forgets idempotency keys, and counts of what was seen.
pub async fn prune(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    let (now, hours) = (
        app.ctx.now_micros(),
        i64::try_from(IDEMPOTENCY_HOURS).unwrap_or(72),
    );
    while app.store.prune_idempotency(now - hours * HOUR).await? > 0 {}
    let (day, hour) = (now / (24 * HOUR), now / HOUR);
    app.store
        .prune_sightings(day - SEEN_DAYS, hour - HOURS_DAYS * 24)
        .await?;
    Ok(again(app, job))
}

/// What the newest look at the whole record came to, whichever server made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// There was none so far.
    Never,
    /// Everything was as it was stored.
    Sound {
        /// When.
        at: i64,
    },
    /// Something was not.
    Altered {
        /// When, unless what says so was altered itself.
        at: Option<i64>,
    },
}

/// Asks for it: the job keeps it.
///
/// # Errors
/// The store cannot be read.
pub async fn looked(app: &Shared) -> Result<Looked, Error> {
    let found = app
        .ask(|view| jobs::list(view, INSTANCE_TENANT, SWEEP, None, 1))
        .await;
    let found = match found {
        Err(StoreError::Corrupt { .. }) => return Ok(Looked::Altered { at: None }),
        found => found?,
    };
    let Some(job) = found.first() else {
        return Ok(Looked::Never);
    };
    let payload: Value = serde_json::from_str(&job.payload)?;
    Ok(
        match (payload["at"].as_i64(), payload["findings"].as_u64()) {
            (Some(at), Some(0)) => Looked::Sound { at },
            (at, Some(_)) => Looked::Altered { at },
            (_, None) => Looked::Never,
        },
    )
}

/// The job again, with what the look came to.
fn told(app: &App, findings: usize) -> JobEnd {
    let now = app.ctx.now_micros();
    JobEnd::Again {
        at: now + HOUR,
        payload: json!({ "at": now, "findings": findings }).to_string(),
    }
}

/// Looks at the whole record, as `ananke audit verify` does: what was edited or put back while nobody asked for it is told
/// within the hour.
pub async fn sweep(app: &App) -> Result<JobEnd, Error> {
    let report = audit::verify_on_thread(app).await?;
    if report.findings.is_empty() {
        tracing::info!(
            rows = report.rows,
            signatures = report.signatures,
            "the record adds up"
        );
        return Ok(told(app, 0));
    }
    for finding in report.findings.iter().take(TOLD) {
        tracing::error!(table = finding.table, row = %finding.row, what = %finding.what, "the record was altered");
    }
    tracing::error!(
        findings = report.findings.len(),
        "the record was altered: see `ananke audit verify`"
    );
    let facts = json!({ "findings": report.findings.len(), "tables": tables(&report.findings) });
    let kind = Kind::RecordAltered;
    raise(
        app,
        Raise::once(app, INSTANCE_TENANT, kind, String::new(), facts),
    )
    .await?;
    Ok(told(app, report.findings.len()))
}
