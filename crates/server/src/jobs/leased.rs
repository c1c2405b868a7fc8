//! Jobs that one server at a time does, whichever it is: claimed from the store, kept while they last, ended or tried again.
//!
//! What a job does is committed under its claim (`ananke_store::jobs`), so that a server that slept through its lease does
//! nothing twice.

use std::sync::Arc;
use std::time::Duration;

use ananke_api::drill::{Restoration, Revocation};
use ananke_store::{Error as StoreError, INSTANCE_TENANT, JobEnd, JobRow, JobState, JobStep};
use serde_json::json;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{drill, expiry, heads, noticed, told, upkeep};
use crate::app::App;
use crate::failpoint as fail;
use crate::ops::Error;
use crate::ops::drill::Work as _;

/// Jobs at once.
const HANDS: usize = 4;

/// How often it is looked for jobs that are due.
const LOOKED: Duration = Duration::from_millis(250);

/// Waits between tries, in seconds; the last one for ever after.
const BACK_OFF: [i64; 5] = [5, 30, 300, 1_800, 7_200];

/// What there is one of for the whole instance, with what begins it, and how many seconds from now.
const STANDING: [(&str, u128, i64); 5] = [
    (expiry::KIND, 1, 0),
    (upkeep::PRUNE, 2, 0),
    (upkeep::SWEEP, 3, 3_600),
    (noticed::LOOK, 4, 60),
    (heads::KIND, 5, 0),
];

/// How long a claim lasts unless it is kept.
fn lease() -> Duration {
    match fail::at!("short-leases") {
        true => Duration::from_secs(2),
        false => Duration::from_secs(60),
    }
}

fn lease_end(app: &App) -> i64 {
    app.ctx.now_micros() + i64::try_from(lease().as_micros()).unwrap_or(0)
}

/// A step of a claimed job that got as far as this; its lease lasts longer.
pub fn step(app: &App, job: &JobRow, payload: Option<String>) -> JobStep {
    JobStep {
        tenant: job.tenant,
        id: job.id,
        token: job.token,
        payload,
        lease_end: lease_end(app),
    }
}

/// Runs until it is dropped.
pub async fn run(app: &App) {
    if app.ring.is_none() {
        return;
    }
    let hands = Arc::new(Semaphore::new(HANDS));
    let mut ticks = tokio::time::interval(LOOKED);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_furnished = false;
    loop {
        ticks.tick().await;
        if !is_furnished {
            is_furnished = furnish(app).await.is_ok();
        }
        while let Ok(hand) = Arc::clone(&hands).try_acquire_owned() {
            let now = app.ctx.now_micros();
            match app.store.claim_job(now, lease_end(app)).await {
                Ok(Some(job)) => {
                    let app = app.clone();
                    tokio::spawn(async move {
                        Box::pin(work(&app, &job)).await;
                        drop(hand);
                    });
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(error = %error, "no job could be claimed");
                    break;
                }
            }
        }
    }
}

/// Makes the jobs there is one of, where they are not there.
async fn furnish(app: &App) -> Result<(), StoreError> {
    let now = app.ctx.now_micros();
    for (kind, number, seconds) in STANDING {
        let job = JobRow {
            tenant: INSTANCE_TENANT,
            id: Uuid::from_u128(number),
            kind: kind.to_owned(),
            state: JobState::Waiting,
            payload: json!({ "at": now }).to_string(),
            run_at: now + seconds * 1_000_000,
            attempts: 0,
            token: 0,
            last_error: None,
            created_at: now,
        };
        app.store.ensure_job(job).await?;
    }
    Ok(())
}

/// Does a job for as long as it is ours.
async fn work(app: &App, job: &JobRow) {
    let done = tokio::select! {
        done = perform(app, job) => done,
        () = keep(app, job) => Err(Error::Stale),
    };
    let end = match done {
        Ok(end) => end,
        Err(Error::Stale) => {
            tracing::warn!(job = %job.id, kind = job.kind, "another server has this job by now");
            return;
        }
        Err(error) => {
            let tries = usize::try_from(job.attempts.max(1) - 1).unwrap_or(0);
            let seconds = *BACK_OFF.get(tries).or(BACK_OFF.last()).unwrap_or(&5);
            tracing::warn!(job = %job.id, kind = job.kind, seconds, error = %error, "a job failed and is tried again");
            JobEnd::Retry {
                at: app.ctx.now_micros() + seconds * 1_000_000,
                error: error.to_string(),
            }
        }
    };
    match app.store.end_job(job, end).await {
        Ok(()) | Err(StoreError::Stale) => {}
        // The lease ends by itself.
        Err(error) => {
            tracing::warn!(job = %job.id, error = %error, "how a job ended could not be kept")
        }
    }
}

/// Renews the lease, and ends when the job is somebody else's.
async fn keep(app: &App, job: &JobRow) {
    loop {
        tokio::time::sleep(lease() / 3).await;
        match app.store.keep_job(step(app, job, None)).await {
            Err(StoreError::Stale) => return,
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(job = %job.id, error = %error, "a lease could not be renewed")
            }
        }
    }
}

async fn perform(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    match job.kind.as_str() {
        expiry::KIND => expiry::perform(app, job).await,
        upkeep::PRUNE => upkeep::prune(app, job).await,
        upkeep::SWEEP => upkeep::sweep(app).await,
        noticed::LOOK => noticed::look(app, job).await,
        told::KIND => told::perform(app, job).await,
        heads::KIND => heads::perform(app, job).await,
        _ if drill::name(job) == Some(Revocation::NAME) => drill::revoke(app, job).await,
        _ if drill::name(job) == Some(Restoration::NAME) => drill::restore(app, job).await,
        // A newer release may have made it.
        other => Err(Error::Internal(format!(
            "this release knows no job of the kind `{other}`"
        ))),
    }
}
