//! Counts against limits. On PostgreSQL a counter is locked until the commit, so that nodes count one after the other.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::counters::{Count, Counter, recorded};
use crate::sql::Engine;
use crate::table::Kept;
use crate::{Error, Write};

use super::Tx;

/// Counts one write against all of its limits.
pub(super) fn count(tx: &mut Tx<'_>, write: &Write) -> Result<(), Error> {
    for count in &write.counts {
        if let Some(full) = add(tx, write.event.tenant, count, 1)? {
            return Err(full);
        }
    }
    Ok(())
}

/// Counts many writes; `false` when one of them would be too many: then nothing may stay, and each is asked for alone.
pub(super) fn count_all(tx: &mut Tx<'_>, writes: &[&Write]) -> Result<bool, Error> {
    // Each counter once, and in one order on every node, so that two do not wait for each other.
    let mut sums: BTreeMap<(Uuid, &Count), i64> = BTreeMap::new();
    for write in writes {
        for count in &write.counts {
            *sums.entry((write.event.tenant, count)).or_default() += 1;
        }
    }
    for ((tenant, count), more) in sums {
        if add(tx, tenant, count, more)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `Some` is why not.
fn add(tx: &mut Tx<'_>, tenant: Uuid, count: &Count, more: i64) -> Result<Option<Error>, Error> {
    let lock = match tx.sql.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE",
    };
    let kept: Option<Kept<Counter>> = tx.one(
        &format!(" WHERE tenant_id = $1 AND kind = $2 AND subject = $3{lock}"),
        &[
            tenant.into(),
            count.kind.as_str().into(),
            (&count.subject).into(),
        ],
    )?;
    let used = match &kept {
        Some(kept) if kept.row.period == count.period => kept.row.used,
        // A clock put back into the period before grants nothing anew.
        Some(kept) if kept.row.period > count.period => kept.row.used,
        _ => recorded(
            &mut tx.view(),
            tenant,
            count.kind,
            &count.subject,
            count.period,
        )?,
    };
    if used + more > count.limit {
        return Ok(Some(Error::Exhausted {
            count: Box::new(count.clone()),
            used,
        }));
    }
    let row = Counter {
        tenant,
        kind: count.kind,
        subject: count.subject.clone(),
        period: kept
            .as_ref()
            .map_or(count.period, |kept| kept.row.period.max(count.period)),
        used: used + more,
    };
    match kept {
        Some(mut kept) => {
            kept.row = row;
            tx.swap(&mut kept)?;
        }
        // Another node began the same one: it is read again.
        None if !tx.insert(&row)? => return Err(Error::unavailable(50)),
        None => {}
    }
    Ok(None)
}
