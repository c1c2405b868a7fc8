//! Alerts: raised once while they last, ended once; and the channels they go out by.

use uuid::Uuid;

use crate::alerts::{Alert, AlertChannel};
use crate::attestations::Attestation;
use crate::events::{Event, NewEvent};
use crate::jobs::JobRow;
use crate::table::Kept;
use crate::{Conflict, Error, Micros};

use super::{Tx, jobs, must_match};

/// With the jobs that tell people of it.
pub(super) fn raise(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    alert: &Alert,
    tell: &[JobRow],
) -> Result<Event, Error> {
    must_match(event, alert.tenant, Some(alert.id))?;
    if !tx.insert(alert)? {
        return Err(Error::conflict(Conflict::Alert));
    }
    for job in tell {
        jobs::insert(tx, job)?;
    }
    tx.append(event)
}

/// It was seen again.
pub(super) fn repeat(
    tx: &mut Tx<'_>,
    (tenant, id): (Uuid, Uuid),
    times: i64,
    at: Micros,
) -> Result<(), Error> {
    let found = find(tx, tenant, id)?;
    let Some(mut kept) = found.filter(|kept| kept.row.ended_at.is_none()) else {
        return Ok(());
    };
    kept.row.occurrences += times;
    kept.row.last_at = kept.row.last_at.max(at);
    tx.swap(&mut kept)
}

/// It was seen to by somebody, or passed.
pub(super) fn end(tx: &mut Tx<'_>, event: &NewEvent, id: Uuid) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let mut kept = find(tx, event.tenant, id)?.ok_or(Error::Missing)?;
    if kept.row.ended_at.is_some() {
        return Err(Error::Stale);
    }
    kept.row.ended_at = Some(event.at);
    kept.row.ended_by = Some(event.actor.clone());
    tx.swap(&mut kept)?;
    tx.append(event)
}

fn find(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Option<Kept<Alert>>, Error> {
    tx.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )
}

fn channel(tx: &mut Tx<'_>, tenant: Uuid, id: Uuid) -> Result<Kept<AlertChannel>, Error> {
    tx.one(
        " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
        &[tenant.into(), id.into()],
    )?
    .ok_or(Error::Missing)
}

pub(super) fn add_channel(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    row: &AlertChannel,
    at_most: usize,
) -> Result<Event, Error> {
    must_match(event, row.tenant, Some(row.id))?;
    if crate::alerts::list_channels(&mut tx.view(), row.tenant)?.len() >= at_most {
        return Err(Error::conflict(Conflict::AlertChannels));
    }
    if !tx.insert(row)? {
        return Err(Error::conflict(Conflict::Id));
    }
    tx.append(event)
}

pub(super) fn delete_channel(tx: &mut Tx<'_>, event: &NewEvent, id: Uuid) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let mut kept = channel(tx, event.tenant, id)?;
    kept.row.deleted_at = Some(event.at);
    kept.row.sealed_secret = None;
    kept.row.dek_version = None;
    tx.swap(&mut kept)?;
    tx.append(event)
}

pub(super) fn test_channel(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    failure: Option<&str>,
) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    // Whoever waits for the answer hears that it is gone.
    channel(tx, event.tenant, id)?;
    delivered(tx, (event.tenant, id), event.at, failure, true)?;
    tx.append(event)
}

pub(super) fn reseal_channel(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    expected: Option<&Vec<u8>>,
    (sealed, dek_version): (&[u8], i64),
) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let mut kept = channel(tx, event.tenant, id)?;
    if kept.row.sealed_secret.as_ref() != expected {
        return Err(Error::Stale);
    }
    kept.row.sealed_secret = Some(sealed.to_vec());
    kept.row.dek_version = Some(dek_version);
    tx.swap(&mut kept)?;
    tx.append(event)
}

/// How a delivery went; `is_test` where it was one.
pub(super) fn delivered(
    tx: &mut Tx<'_>,
    (tenant, id): (Uuid, Uuid),
    at: Micros,
    failure: Option<&str>,
    is_test: bool,
) -> Result<(), Error> {
    let mut kept = match channel(tx, tenant, id) {
        Err(Error::Missing) => return Ok(()),
        found => found?,
    };
    match failure {
        None if is_test => kept.row.tested_at = Some(at),
        None => {}
        Some(why) => {
            kept.row.failed_at = Some(at);
            kept.row.last_error = Some(why.to_owned());
        }
    }
    tx.swap(&mut kept)
}

/// A newer word takes the place of the older one.
pub(super) fn attest(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    attestation: &Attestation,
) -> Result<Event, Error> {
    must_match(event, attestation.tenant, None)?;
    let found: Option<Kept<Attestation>> = tx.one(
        " WHERE tenant_id = $1 AND item = $2",
        &[attestation.tenant.into(), (&attestation.item).into()],
    )?;
    match found {
        Some(mut kept) => {
            kept.row = attestation.clone();
            tx.swap(&mut kept)?;
        }
        None if !tx.insert(attestation)? => return Err(Error::Stale),
        None => {}
    }
    tx.append(event)
}

/// The word is taken back; who gave it and when stays in the record.
pub(super) fn unattest(tx: &mut Tx<'_>, event: &NewEvent, item: &str) -> Result<Event, Error> {
    let gone = tx.sql.execute(
        "DELETE FROM attestations WHERE tenant_id = $1 AND item = $2",
        &[event.tenant.into(), item.into()],
    )?;
    match gone {
        0 => Err(Error::Missing),
        _ => tx.append(event),
    }
}
