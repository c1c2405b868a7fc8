//! The instance's own upkeep: what is old is forgotten, and the whole record is looked at every hour.

use std::collections::BTreeSet;

use ananke_store::audit::Finding;
use ananke_store::{INSTANCE_TENANT, JobEnd, JobRow};
use serde_json::json;

use crate::alerts::{Kind, Raise, raise};
use crate::app::App;
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

/// Looks at the whole record, as `ananke audit verify` does: what was edited or put back while nobody asked for it is told
/// within the hour.
pub async fn sweep(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    let report = audit::verify_on_thread(app).await?;
    if report.findings.is_empty() {
        tracing::info!(
            rows = report.rows,
            signatures = report.signatures,
            "the record adds up"
        );
        return Ok(again(app, job));
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
    Ok(again(app, job))
}
