//! Idempotency: a key claimed in the transaction of the command it protects.

use uuid::Uuid;

use crate::fail;
use crate::mac::RowKeys;
use crate::sql::Sql;
use crate::table::{self, Kept, Record, Table};
use crate::value::{Fields, Value};
use crate::write::{Claim, ClaimName};
use crate::{Digest, Error, Micros, Mode, Outcome, View};

/// A claimed key with the answer a replay gets.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    tenant: Uuid,
    mode: Mode,
    operation: String,
    key: String,
    body_hash: Digest,
    status: i64,
    response: Option<Vec<u8>>,
    subject: Uuid,
    created_at: Micros,
    replays: i64,
}

pub(crate) static IDEMPOTENCY: Table = Table::new(
    "idempotency",
    4,
    &[
        "tenant_id",
        "mode",
        "operation",
        "idempotency_key",
        "body_hash",
        "status",
        "response",
        "subject_id",
        "created_at",
        "replays",
    ],
);

impl Record for Claimed {
    fn table() -> &'static Table {
        &IDEMPOTENCY
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.mode.into(),
            (&self.operation).into(),
            (&self.key).into(),
            self.body_hash.into(),
            self.status.into(),
            (&self.response).into(),
            self.subject.into(),
            self.created_at.into(),
            self.replays.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            mode: fields.mode()?,
            operation: fields.text()?,
            key: fields.text()?,
            body_hash: fields.digest()?,
            status: fields.int()?,
            response: fields.opt_blob()?,
            subject: fields.uuid()?,
            created_at: fields.int()?,
            replays: fields.int()?,
        })
    }
}

impl Claimed {
    /// The row of a claim.
    pub(crate) fn new(claim: &Claim, at: Micros) -> Self {
        Self {
            tenant: claim.tenant,
            mode: claim.mode,
            operation: claim.operation.clone(),
            key: claim.key.clone(),
            body_hash: claim.body_hash,
            status: claim.status,
            response: Some(claim.response.clone()),
            subject: claim.subject,
            created_at: at,
            replays: 0,
        }
    }

    /// The key the client chose.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

/// Claims the key, or says how the first request with it ended. A replay counts itself: it must
/// write, so that its answer waits for a commit like the first one did (on PostgreSQL a commit that
/// reached the standby, and with it everything before).
pub(crate) fn claim(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    claim: &Claim,
    at: Micros,
) -> Result<Option<Outcome>, Error> {
    let row = Claimed::new(claim, at);
    // On PostgreSQL this waits while another node holds the same key in an open transaction, at
    // most as long as the writer's lock timeout, which ends as `InFlight`.
    if table::insert(sql, keys, &row)? {
        return Ok(None);
    }
    let name = ClaimName {
        tenant: claim.tenant,
        mode: claim.mode,
        operation: claim.operation.clone(),
        key: claim.key.clone(),
    };
    // None: pruned between the two statements by another node; the caller tries again.
    replay(sql, keys, &name, claim.body_hash)?
        .ok_or(Error::InFlight)
        .map(Some)
}

/// The row of a key, if it was claimed.
fn find(view: &mut View<'_>, name: &ClaimName) -> Result<Option<Kept<Claimed>>, Error> {
    view.one(
        " WHERE tenant_id = $1 AND mode = $2 AND operation = $3 AND idempotency_key = $4",
        &[
            name.tenant.into(),
            name.mode.into(),
            (&name.operation).into(),
            (&name.key).into(),
        ],
    )
}

/// Whether a key was claimed. Says nothing about the answer: that waits for [`replay`].
pub(crate) fn is_claimed(view: &mut View<'_>, name: &ClaimName) -> Result<bool, Error> {
    Ok(find(view, name)?.is_some())
}

/// How the first request with a key ended, if there was one. It counts itself: see [`claim`].
pub(crate) fn replay(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    name: &ClaimName,
    body_hash: Digest,
) -> Result<Option<Outcome>, Error> {
    let mut view = View {
        sql,
        keys: Some(keys),
    };
    let Some(mut kept) = find(&mut view, name)? else {
        return Ok(None);
    };
    if kept.row.body_hash != body_hash {
        return Ok(Some(Outcome::Mismatch));
    }
    kept.row.replays += 1;
    if !fail::at!("replay-without-a-write") && !table::swap(sql, keys, &mut kept)? {
        return Err(Error::InFlight);
    }
    Ok(Some(Outcome::Replayed {
        status: kept.row.status,
        response: kept.row.response,
        subject: kept.row.subject,
    }))
}

/// Removes the stored answers that show an object, but for the claim of the erasure itself.
pub(crate) fn erase(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    tenant: Uuid,
    subject: Uuid,
    own: Option<&Claim>,
) -> Result<(), Error> {
    let mut view = View {
        sql,
        keys: Some(keys),
    };
    let rows = view.select::<Claimed>(
        " WHERE tenant_id = $1 AND subject_id = $2",
        &[tenant.into(), subject.into()],
    )?;
    for mut kept in rows {
        if own.is_some_and(|own| own.operation == kept.row.operation && own.key == kept.row.key) {
            continue;
        }
        kept.row.response = None;
        if !table::swap(sql, keys, &mut kept)? {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

/// Forgets keys claimed before a time, a chunk at a time.
pub(crate) fn prune(sql: &mut dyn Sql, before: Micros) -> Result<u64, Error> {
    let oldest = sql.query(
        "SELECT tenant_id, mode, operation, idempotency_key FROM idempotency \
         WHERE created_at < $1 ORDER BY created_at LIMIT 1000",
        &[before.into()],
    )?;
    let mut pruned = 0;
    for key in oldest {
        pruned += sql.execute(
            "DELETE FROM idempotency WHERE tenant_id = $1 AND mode = $2 AND operation = $3 \
             AND idempotency_key = $4",
            &key,
        )?;
    }
    Ok(pruned)
}
