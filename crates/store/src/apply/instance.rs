//! The first start, and changes of the instance.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::data_keys::DataKey;
use crate::events::{Event, NewEvent};
use crate::instance::{INSTANCE_TENANT, InstanceRow, NewInstance};
use crate::mac::RowKeys;
use crate::signing_keys::{Purpose, SigningKey};
use crate::sql::Sql;
use crate::table::{self, Kept};
use crate::write::{Rewrap, RollRoot};
use crate::{Conflict, Error, Options, fail, streams};

use super::keys::{insert_key, one_signing_key};
use super::{Tx, must_match};

/// Instance, keys and event in the transaction the caller opened, in a stream that ends with it.
pub(crate) fn initialise(
    sql: &mut dyn Sql,
    keys: &RowKeys,
    options: &Options,
    new: &NewInstance,
) -> Result<(), Error> {
    must_match(&new.event, INSTANCE_TENANT, None)?;
    if !table::insert(sql, keys, &new.instance)? {
        return Err(Error::conflict(Conflict::Id));
    }
    let mut stream = streams::open(sql, keys, options)?;
    let mut tx = Tx {
        sql,
        keys,
        stream: &mut stream.row,
    };
    if !tx.insert(&new.data_key)? {
        return Err(Error::conflict(Conflict::Id));
    }
    for key in &new.signing_keys {
        if !tx.insert(key)? {
            return Err(Error::conflict(Conflict::Certificate));
        }
    }
    tx.append(&new.event)?;
    if streams::close(sql, keys, options, &mut stream, "initialised")? {
        Ok(())
    } else {
        Err(Error::Unknown)
    }
}

pub(super) fn set_base_urls(tx: &mut Tx<'_>, event: &NewEvent, urls: &str) -> Result<Event, Error> {
    must_match(event, INSTANCE_TENANT, None)?;
    let mut kept: Kept<InstanceRow> = tx.one("", &[])?.ok_or(Error::Missing)?;
    urls.clone_into(&mut kept.row.base_urls);
    tx.swap(&mut kept)?;
    tx.append(event)
}

/// Wraps everything anew, or nothing: whoever looks sees all of it under one key-encryption key.
pub(super) fn rewrap(tx: &mut Tx<'_>, event: &NewEvent, rewrap: &Rewrap) -> Result<Event, Error> {
    must_match(event, INSTANCE_TENANT, None)?;
    let (before, after) = &rewrap.secret;
    let mut kept: Kept<InstanceRow> = tx.one("", &[])?.ok_or(Error::Missing)?;
    if kept.row.wrapped_secret != *before {
        return Err(Error::Stale);
    }
    kept.row.wrapped_secret.clone_from(after);
    tx.swap(&mut kept)?;
    fail::crash!("crash-amid-the-rewrap", true);
    // After the instance's row, which whoever adds a data key holds until its commit: none can come in any more.
    let mut expected: BTreeMap<_, _> = rewrap
        .data_keys
        .iter()
        .map(|(row, after)| ((row.tenant, row.version), (row, after)))
        .collect();
    for mut kept in tx.view().select::<DataKey>("", &[])? {
        let name = (kept.row.tenant, kept.row.version);
        match expected.remove(&name) {
            Some((before, after)) if kept.row == *before => kept.row.wrapped.clone_from(after),
            _ => return Err(Error::Stale),
        }
        tx.swap(&mut kept)?;
    }
    match expected.is_empty() {
        true => tx.append(event),
        false => Err(Error::Stale),
    }
}

/// The key of a root goes; its certificate stays.
pub(super) fn take_root_key(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    expected: &[u8],
) -> Result<Event, Error> {
    must_match(event, INSTANCE_TENANT, None)?;
    let mut kept = one_signing_key(tx, INSTANCE_TENANT, id)?;
    if kept.row.purpose != Purpose::Root || kept.row.sealed_key.as_deref() != Some(expected) {
        return Err(Error::Stale);
    }
    kept.row.sealed_key = None;
    tx.swap(&mut kept)?;
    tx.append(event)
}

pub(super) fn roll_root(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    roll: &RollRoot,
) -> Result<Event, Error> {
    must_match(event, INSTANCE_TENANT, None)?;
    let (before, after) = &roll.root_certificate;
    let mut kept: Kept<InstanceRow> = tx.one("", &[])?.ok_or(Error::Missing)?;
    if kept.row.root_certificate != *before {
        return Err(Error::Stale);
    }
    kept.row.root_certificate.clone_from(after);
    tx.swap(&mut kept)?;
    if streams::open_ones(&mut tx.view())?.len() > 1 {
        return Err(Error::Refused {
            reason: "another server writes to this database".to_owned(),
        });
    }
    let above = " WHERE tenant_id = $1 AND purpose IN ($2, $3) AND retired_at IS NULL";
    let purposes = [Purpose::Root, Purpose::Ca].map(Purpose::as_str);
    let parameters = [
        INSTANCE_TENANT.into(),
        purposes[0].into(),
        purposes[1].into(),
    ];
    for mut kept in tx.view().select::<SigningKey>(above, &parameters)? {
        kept.row.retired_at = Some(event.at);
        // It leads to its successor, and must lead nowhere else any more.
        if kept.row.purpose == Purpose::Root {
            kept.row.sealed_key = None;
        }
        tx.swap(&mut kept)?;
    }
    for key in &roll.signing_keys {
        insert_key(tx, INSTANCE_TENANT, key)?;
    }
    tx.append(event)
}
