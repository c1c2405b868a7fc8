//! Work that is leased: whoever claims a job has it until the lease ends, and only the newest claim can write for it.
//!
//! A claim raises the job's token. Each step of the work is committed together with the token's check and the job's new
//! payload, so that a node that slept through its lease writes nothing more, and no step is done twice.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its time, or somebody has it.
    Waiting,
    /// It was done.
    Done,
    /// It failed too often, or was given up.
    Dead,
}

impl JobState {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Done, Self::Dead]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Whose; the reserved tenant for what concerns the instance.
    pub tenant: Uuid,
    /// UUIDv7, or a fixed one for a job there is only one of.
    pub id: Uuid,
    /// What is to be done: the server's own word.
    pub kind: String,
    /// How far it is.
    pub state: JobState,
    /// JSON: what it is about and how far it got.
    pub payload: String,
    /// When it may be claimed: when it is due or, while somebody has it, when that lease ends.
    pub run_at: Micros,
    /// Claims since it last got anywhere.
    pub attempts: i64,
    /// Claims in all; the fencing token of the newest.
    pub token: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Micros,
}

/// A step of a job: what is committed with it is committed only if the claim is still the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStep {
    /// Whose.
    pub tenant: Uuid,
    /// Which job.
    pub id: Uuid,
    /// The claim's token.
    pub token: i64,
    /// How far it is after the step; `None` leaves what is said of that.
    pub payload: Option<String>,
    /// Until when the lease lasts from now on.
    pub lease_end: Micros,
}

/// What becomes of a claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    /// It was done.
    Done,
    /// It was done for now, and is due again.
    Again {
        /// When.
        at: Micros,
        /// With what.
        payload: String,
    },
    /// It failed, and is tried again.
    Retry {
        /// When.
        at: Micros,
        /// Why.
        error: String,
    },
    /// It failed for good.
    Dead {
        /// Why.
        error: String,
    },
}

pub(crate) static JOBS: Table = Table::new(
    "jobs",
    2,
    &[
        "tenant_id",
        "id",
        "kind",
        "state",
        "payload",
        "run_at",
        "attempts",
        "token",
        "last_error",
        "created_at",
    ],
);

impl Record for JobRow {
    fn table() -> &'static Table {
        &JOBS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.id.into(),
            (&self.kind).into(),
            self.state.as_str().into(),
            (&self.payload).into(),
            self.run_at.into(),
            self.attempts.into(),
            self.token.into(),
            (&self.last_error).into(),
            self.created_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            id: fields.uuid()?,
            kind: fields.text()?,
            state: fields.word(JobState::parse)?,
            payload: fields.text()?,
            run_at: fields.int()?,
            attempts: fields.int()?,
            token: fields.int()?,
            last_error: fields.opt_text()?,
            created_at: fields.int()?,
        })
    }
}

/// One job.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid, id: Uuid) -> Result<Option<JobRow>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// A page of a tenant's jobs of a kind, newest first, older than the cursor.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<JobRow>, Error> {
    view.rows(
        " WHERE tenant_id = $1 AND kind = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
        &[
            tenant.into(),
            kind.into(),
            before.unwrap_or(Uuid::max()).into(),
            limit.into(),
        ],
    )
}
