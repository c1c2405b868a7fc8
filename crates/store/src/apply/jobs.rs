//! Jobs: made, claimed, carried on and ended, always by whoever has the newest claim.

use uuid::Uuid;

use crate::jobs::{JobEnd, JobRow, JobState, JobStep};
use crate::table::Kept;
use crate::{Conflict, Error, Micros, fail, locate};

use super::Tx;

/// Due jobs looked at in one claim: the first may be somebody else's by then, or not be what was stored.
const CANDIDATES: i64 = 64;

pub(super) fn insert(tx: &mut Tx<'_>, job: &JobRow) -> Result<(), Error> {
    match tx.insert(job)? {
        true => Ok(()),
        false => Err(Error::conflict(Conflict::Id)),
    }
}

/// Makes it unless it is there.
pub(super) fn ensure(tx: &mut Tx<'_>, job: &JobRow) -> Result<(), Error> {
    tx.insert(job).map(drop)
}

fn find(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Option<Kept<JobRow>>, Error> {
    tx.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )
}

/// Takes the job that has been due longest.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    now: Micros,
    lease_end: Micros,
) -> Result<Option<JobRow>, Error> {
    for (tenant, id) in locate::due_jobs(&mut tx.view(), now, CANDIDATES, true)? {
        let mut kept = match find(tx, tenant, id) {
            Ok(Some(kept)) => kept,
            Ok(None) => continue,
            // The sweep says so; what is said here is that nobody does it.
            Err(error @ Error::Corrupt { .. }) => {
                tracing::error!(error = %error, "a job is left alone");
                continue;
            }
            Err(error) => return Err(error),
        };
        let row = &mut kept.row;
        if row.state != JobState::Waiting || row.run_at > now {
            continue;
        }
        row.token += 1;
        row.attempts += 1;
        row.run_at = lease_end;
        if crate::table::swap(tx.sql, tx.keys, &mut kept)? {
            return Ok(Some(kept.row));
        }
    }
    Ok(None)
}

/// The job, if this is still its newest claim.
fn claimed(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid, token: i64) -> Result<Kept<JobRow>, Error> {
    let kept = find(tx, tenant, id)?.ok_or(Error::Missing)?;
    let is_mine = kept.row.state == JobState::Waiting && kept.row.token == token;
    if is_mine || fail::at!("work-without-a-fence") {
        Ok(kept)
    } else {
        Err(Error::Stale)
    }
}

pub(super) fn step(tx: &mut Tx<'_>, step: &JobStep) -> Result<(), Error> {
    let mut kept = claimed(tx, step.tenant, step.id, step.token)?;
    kept.row.run_at = step.lease_end;
    if let Some(payload) = &step.payload {
        kept.row.payload.clone_from(payload);
        // It got somewhere.
        kept.row.attempts = 1;
    }
    tx.swap(&mut kept)
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    (tenant, id, token): (Uuid, Uuid, i64),
    end: &JobEnd,
) -> Result<(), Error> {
    let mut kept = claimed(tx, tenant, id, token)?;
    let row = &mut kept.row;
    match end {
        JobEnd::Done => {
            row.state = JobState::Done;
            row.last_error = None;
        }
        JobEnd::Again { at, payload } => {
            row.run_at = *at;
            row.payload.clone_from(payload);
            row.attempts = 0;
            row.last_error = None;
        }
        JobEnd::Retry { at, error } => {
            row.run_at = *at;
            row.last_error = Some(error.clone());
        }
        JobEnd::Dead { error } => {
            row.state = JobState::Dead;
            row.last_error = Some(error.clone());
        }
    }
    tx.swap(&mut kept)
}
