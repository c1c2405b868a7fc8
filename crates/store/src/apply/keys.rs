//! Tenants, signing keys, API keys, and the two histories that hang on keys and documents.

use uuid::Uuid;

use crate::api_keys::{ApiKey, ApiKeyUse};
use crate::data_keys::NewDataKey;
use crate::events::{Event, NewEvent};
use crate::instance::InstanceRow;
use crate::signing_keys::{self, SigningKey};
use crate::table::Kept;
use crate::tenants::{Tenant, TenantChange};
use crate::verifications::{COLUMNS, Verification};
use crate::write::ApiKeyWrite;
use crate::{Conflict, Error, Micros};

use super::{Tx, must_match};

pub(super) fn create_tenant(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    tenant: &Tenant,
    data_key: &NewDataKey,
    signing_keys: &[SigningKey],
) -> Result<Event, Error> {
    must_match(event, tenant.id, Some(tenant.id))?;
    if !tx.insert(tenant)? {
        let taken = crate::locate::by_issuer_code(&mut tx.view(), &tenant.code)?;
        return Err(Error::conflict(match taken {
            Some(_) => Conflict::IssuerCode,
            None => Conflict::Id,
        }));
    }
    insert_data_key(tx, tenant.id, data_key)?;
    for key in signing_keys {
        insert_key(tx, tenant.id, key)?;
    }
    tx.append(event)
}

fn insert_data_key(tx: &mut Tx<'_>, tenant: Uuid, key: &NewDataKey) -> Result<(), Error> {
    if key.row.tenant != tenant {
        return Err(Error::Missing);
    }
    // Held until the commit: another node cannot replace the key-encryption key in between.
    let held = tx.sql.engine().pick("", " FOR SHARE");
    let instance: Kept<InstanceRow> = tx.one(held, &[])?.ok_or(Error::Missing)?;
    if instance.row.wrapped_secret != key.beside {
        return Err(Error::Stale);
    }
    match tx.insert(&key.row)? {
        true => Ok(()),
        false => Err(Error::conflict(Conflict::Id)),
    }
}

pub(super) fn insert_key(tx: &mut Tx<'_>, tenant: Uuid, key: &SigningKey) -> Result<(), Error> {
    if key.tenant != tenant {
        return Err(Error::Missing);
    }
    match tx.insert(key)? {
        true => Ok(()),
        false => Err(Error::conflict(Conflict::Certificate)),
    }
}

pub(super) fn update_tenant(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    change: &TenantChange,
) -> Result<Event, Error> {
    let mut kept: Kept<Tenant> = tx
        .one(" WHERE tenant_id = $1", &[event.tenant.into()])?
        .ok_or(Error::Missing)?;
    let row = &mut kept.row;
    if let Some(name) = &change.name {
        row.name.clone_from(name);
    }
    if let Some(domain) = &change.domain {
        row.domain.clone_from(domain);
    }
    if let Some((identity, proved_at, proof)) = &change.identity {
        row.identity = *identity;
        row.proved_at = *proved_at;
        row.identity_proof.clone_from(proof);
    }
    if let Some(time_zone) = &change.time_zone {
        row.time_zone.clone_from(time_zone);
    }
    if let Some(state) = change.state {
        row.state = state;
    }
    if let Some(requires_reason) = change.requires_reason {
        row.requires_reason = requires_reason;
    }
    if let Some(limits) = &change.limits {
        row.limits.clone_from(limits);
    }
    tx.swap(&mut kept)?;
    tx.append(event)
}

pub(super) fn insert_signing_key(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    key: &SigningKey,
    data_key: Option<&NewDataKey>,
) -> Result<Event, Error> {
    if let Some(data_key) = data_key {
        insert_data_key(tx, event.tenant, data_key)?;
    }
    insert_key(tx, event.tenant, key)?;
    tx.append(event)
}

pub(super) fn retire_signing_key(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    at: Micros,
) -> Result<Event, Error> {
    let mut kept = one_signing_key(tx, event.tenant, id)?;
    let could_sign = kept.row.may_sign(event.at);
    kept.row.retired_at = Some(kept.row.retired_at.map_or(at, |before| before.min(at)));
    tx.swap(&mut kept)?;
    if could_sign && !can_sign(tx, event, &kept.row)? {
        return Err(Error::conflict(Conflict::LastSigningKey));
    }
    tx.append(event)
}

/// The earlier date wins, so that a second report can widen the damage but never shrink it.
pub(super) fn compromise_signing_key(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    since: Micros,
    successor: Option<&SigningKey>,
) -> Result<Event, Error> {
    let mut kept = one_signing_key(tx, event.tenant, id)?;
    let row = &mut kept.row;
    row.retired_at = Some(row.retired_at.map_or(event.at, |at| at.min(event.at)));
    row.compromised_at = Some(row.compromised_at.map_or(since, |at| at.min(since)));
    tx.swap(&mut kept)?;
    if let Some(successor) = successor {
        insert_key(tx, event.tenant, successor)?;
    }
    if !can_sign(tx, event, &kept.row)? {
        return Err(Error::Stale);
    }
    tx.append(event)
}

pub(super) fn one_signing_key(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    id: Uuid,
) -> Result<Kept<SigningKey>, Error> {
    // All of them, so that two nodes that end one each do not leave none.
    let lock = tx.sql.engine().pick("", " FOR UPDATE");
    let all = format!("SELECT id FROM signing_keys WHERE tenant_id = $1 ORDER BY id{lock}");
    tx.sql.query(&all, &[tenant.into()])?;
    tx.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?
    .ok_or(Error::Missing)
}

/// Whether any key can sign what this one was for.
fn can_sign(tx: &mut Tx<'_>, event: &NewEvent, ended: &SigningKey) -> Result<bool, Error> {
    let Some(mode) = ended.mode else {
        return Ok(false);
    };
    let (tenant, purpose) = (ended.tenant, ended.purpose);
    let found = signing_keys::find_active(&mut tx.view(), tenant, purpose, mode, event.at)?;
    Ok(found.is_some())
}

pub(super) fn write_api_key(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    write: &ApiKeyWrite,
) -> Result<Event, Error> {
    let after = &write.after;
    must_match(event, after.tenant, None)?;
    let Some(before) = &write.before else {
        return match tx.insert(after)? {
            true => tx.append(event),
            false => Err(Error::conflict(Conflict::ApiKey)),
        };
    };
    let mut kept: Kept<ApiKey> = tx
        .one(
            " WHERE tenant_id = $1 AND id = $2",
            &[after.tenant.into(), (&after.id).into()],
        )?
        .ok_or(Error::Missing)?;
    if kept.row != *before {
        return Err(Error::Stale);
    }
    kept.row = after.clone();
    tx.swap(&mut kept)?;
    tx.append(event)
}

pub(super) fn touch_api_keys(tx: &mut Tx<'_>, batch: &[ApiKeyUse]) -> Result<(), Error> {
    // In the order of the keys: two nodes taking the same rows in two orders would deadlock.
    let mut batch: Vec<&ApiKeyUse> = batch.iter().collect();
    batch.sort_by_key(|touch| (touch.tenant, touch.key_id.clone()));
    for touch in batch {
        tx.sql.execute(
            "INSERT INTO api_key_uses (tenant_id, key_id, last_used_at, uses) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, key_id) DO UPDATE SET \
             last_used_at = CASE WHEN excluded.last_used_at > api_key_uses.last_used_at \
             THEN excluded.last_used_at ELSE api_key_uses.last_used_at END, \
             uses = api_key_uses.uses + excluded.uses",
            &[
                touch.tenant.into(),
                (&touch.key_id).into(),
                touch.last_used_at.into(),
                touch.uses.into(),
            ],
        )?;
    }
    Ok(())
}

/// What was said of a scan of something erased meanwhile, by another node perhaps, is not kept.
pub(super) fn record_verifications(tx: &mut Tx<'_>, batch: &[Verification]) -> Result<(), Error> {
    let text = format!(
        "INSERT INTO verifications ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
         CASE WHEN EXISTS (SELECT 1 FROM documents AS d WHERE d.tenant_id = $1 AND d.mode = $2 AND d.id = $4 \
         AND d.erased_at IS NOT NULL) THEN NULL ELSE $10 END) ON CONFLICT DO NOTHING",
        COLUMNS.join(", ")
    );
    for row in batch {
        tx.sql.execute(
            &text,
            &[
                row.tenant.into(),
                row.mode.into(),
                row.id.into(),
                row.document_id.into(),
                (&row.reference).into(),
                (&row.method).into(),
                (&row.verdict).into(),
                row.at.into(),
                (&row.actor).into(),
                (&row.scan).into(),
            ],
        )?;
    }
    Ok(())
}
