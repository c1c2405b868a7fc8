//! Work off the request path: small batches on a clock, nothing a promise depends on.

pub mod history;
pub mod key_uses;
pub mod unsigned;

use std::time::Duration;

use crate::app::App;
use crate::ops::api_keys::IDEMPOTENCY_HOURS;
use crate::ops::{audit, lists, trust};

/// A list nobody asks for is signed again at this age, so that a sealed server can go by it.
const LIST_AGE_SECONDS: i64 = 12 * 3_600;

/// Lists that changed and were not marked are looked for this often.
const UNMARKED_SECONDS: u64 = 5;

/// Other servers on this database are looked for this often.
const NODES_SECONDS: u64 = 5;

/// Findings told one by one; the rest is counted.
const TOLD: usize = 20;

/// Runs until it is dropped.
pub async fn run(app: App) {
    tokio::join!(every_second(&app), every_hour(&app), sweep(&app));
}

async fn every_second(app: &App) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for second in 0_u64.. {
        ticks.tick().await;
        app.history.flush(app).await;
        app.key_uses.flush(app).await;
        if second.is_multiple_of(NODES_SECONDS) {
            count_nodes(app).await;
        }
        if second.is_multiple_of(UNMARKED_SECONDS) {
            app.unsigned.sign_all(app).await;
        } else {
            app.unsigned.sign(app).await;
        }
    }
}

/// Limits are shared by all servers on a database. While it is away each keeps to the share it had.
async fn count_nodes(app: &App) {
    if let Ok(nodes) = app.store.read(ananke_store::instance::writers).await {
        app.limiter
            .set_nodes(u32::try_from(nodes).unwrap_or(u32::MAX));
    }
}

async fn every_hour(app: &App) {
    let mut ticks = tokio::time::interval(Duration::from_secs(3_600));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if app.ring.is_none() {
            continue;
        }
        // The first tick comes at the start: what a crash left unsigned is signed now.
        if let Err(error) = lists::renew_all(app, LIST_AGE_SECONDS).await {
            tracing::error!(error = %error, "status lists could not be renewed");
        }
        for mode in ananke_format::Mode::ALL {
            if let Err(error) = trust::bundle(app, *mode).await {
                tracing::error!(error = %error, mode = %mode, "trust bundle could not be signed");
            }
        }
        prune(app).await;
    }
}

/// Looks at the whole record, as `ananke audit verify` does: what was edited or put back while nobody asked
/// for it is told within the hour.
async fn sweep(app: &App) {
    let mut ticks = tokio::time::interval(Duration::from_secs(3_600));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if app.ring.is_none() {
            continue;
        }
        match audit::verify_on_thread(app).await {
            Ok(report) if report.findings.is_empty() => {
                tracing::info!(
                    rows = report.rows,
                    signatures = report.signatures,
                    "the record adds up"
                );
            }
            Ok(report) => {
                for finding in report.findings.iter().take(TOLD) {
                    tracing::error!(table = finding.table, row = %finding.row, what = %finding.what, "the record was altered");
                }
                tracing::error!(
                    findings = report.findings.len(),
                    "the record was altered: see `ananke audit verify`"
                );
            }
            Err(error) => tracing::error!(error = %error, "the record could not be looked at"),
        }
    }
}

async fn prune(app: &App) {
    let hours = i64::try_from(IDEMPOTENCY_HOURS).unwrap_or(72);
    let before = app.ctx.now_micros() - hours * 3_600_000_000;
    loop {
        match app.store.prune_idempotency(before).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(error = %error, "idempotency keys could not be pruned");
                return;
            }
        }
    }
}
