//! The stolen-key drill: what a key issued is revoked, what it took out of force is put right. Here it is previewed, asked
//! for and shown; it is done by the jobs of `jobs/`, which find how far they are in their payload.

pub mod restorations;
pub mod revocations;

use ananke_api::Page;
use ananke_api::drill::WorkState;
use ananke_format::Mode;
use ananke_store::{JobRow, JobState, api_keys, jobs};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::behalf::Behalf;
use super::error::Error;
use super::words::shown;
use crate::app::Shared;
use crate::http::query::{PageQuery, cursor};

/// Told one by one in a preview.
const TOLD: usize = 100;

/// What a drill reaches: what a key did, or what was done in a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reach {
    /// The key.
    pub key: Option<String>,
    /// At or after, in microseconds.
    pub from: Option<i64>,
    /// Before.
    pub to: i64,
}

impl Reach {
    /// Checks what was asked for. A key may be deleted, but has to be one of the asker's tenant and mode. Without an end it
    /// is now, and never later: what is done after the question is not meant by it.
    ///
    /// # Errors
    /// Members at fault.
    pub async fn of(
        app: &Shared,
        behalf: &Behalf,
        key: Option<String>,
        (from, to): (Option<i64>, Option<i64>),
    ) -> Result<Self, Error> {
        // Instants are those of whole milliseconds.
        let now = app.ctx.now_micros() + 1_000;
        let to = to.unwrap_or(now).min(now);
        if from.is_some_and(|from| from >= to) {
            return Err(Error::invalid(
                "from",
                "must be before `to`, and not in the future",
            ));
        }
        if let Some(id) = key.clone() {
            let tenant = behalf.tenant.id;
            let row = app
                .read(move |view| api_keys::find(view, tenant, &id))
                .await?;
            if row.is_none_or(|row| row.mode != behalf.mode) {
                return Err(Error::invalid(
                    "keyId",
                    "is no key of this tenant and mode, and was none: see GET /v1/api-keys and, for deleted ones, GET \
                     /v1/audit-events?type=api_key.deleted",
                ));
            }
        }
        Ok(Self { key, from, to })
    }

    /// The key as events name it.
    #[must_use]
    pub fn actor(&self) -> Option<String> {
        self.key.as_ref().map(|key| format!("key:{key}"))
    }
}

/// A work of the drill, as it is shown.
pub trait Work: Sized {
    /// The name of its jobs; their kind is this and the mode.
    const NAME: &'static str;

    /// A job as it is shown.
    ///
    /// # Errors
    /// The row holds what this server does not write.
    fn show(job: &JobRow) -> Result<Self, Error>;

    /// The job's id.
    fn id(&self) -> Uuid;
}

/// A new job. Its kind tells the mode, so that lists of one mode are found without the other's.
fn job(app: &Shared, behalf: &Behalf, name: &str, payload: String) -> JobRow {
    let now = app.ctx.now_micros();
    JobRow {
        tenant: behalf.tenant.id,
        id: app.ctx.id(),
        kind: kind(name, behalf.mode),
        state: JobState::Waiting,
        payload,
        run_at: now,
        attempts: 0,
        token: 0,
        last_error: None,
        created_at: now,
    }
}

/// The kind of the jobs of a mode.
fn kind(name: &str, mode: Mode) -> String {
    format!("{name}.{mode}")
}

/// A work of these modes.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get<T: Work>(
    app: &Shared,
    tenant: Uuid,
    modes: &[Mode],
    id: Uuid,
) -> Result<T, Error> {
    T::show(&find(app, tenant, (T::NAME, modes), id).await?)
}

/// A page of the works of a mode, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list<T: Work>(
    app: &Shared,
    tenant: Uuid,
    mode: Mode,
    page: PageQuery,
) -> Result<Page<T>, Error> {
    let kind = kind(T::NAME, mode);
    let mut rows = app
        .read(move |view| jobs::list(view, tenant, &kind, page.before, page.limit + 1))
        .await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Page {
        next_cursor: rows.last().filter(|_| has_more).map(|last| cursor(last.id)),
        items: rows.iter().map(T::show).collect::<Result<_, _>>()?,
    })
}

/// A job of these modes.
async fn find(
    app: &Shared,
    tenant: Uuid,
    (name, modes): (&str, &[Mode]),
    id: Uuid,
) -> Result<JobRow, Error> {
    let found = app.read(move |view| jobs::find(view, tenant, id)).await?;
    let is_one = |job: &JobRow| modes.iter().any(|mode| job.kind == kind(name, *mode));
    found.filter(is_one).ok_or(Error::NotFound)
}

/// How far a job is, when it goes on where it waits, and what for.
fn standing(job: &JobRow, waits: Option<&String>) -> (WorkState, Option<String>, Option<String>) {
    let state = match job.state {
        JobState::Waiting => WorkState::Waiting,
        JobState::Done => WorkState::Done,
        JobState::Dead => WorkState::Stopped,
    };
    let why = job.last_error.as_ref().or(waits).cloned();
    let waits = state == WorkState::Waiting && why.is_some();
    (state, waits.then(|| shown(job.run_at)), why)
}
