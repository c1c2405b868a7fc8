//! The first start, and changes of the instance.

use crate::events::{Event, NewEvent};
use crate::instance::{INSTANCE_TENANT, InstanceRow, NewInstance};
use crate::mac::RowKeys;
use crate::sql::Sql;
use crate::table::{self, Kept};
use crate::{Conflict, Error, Options, streams};

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
