//! The root of the instance while the server runs: which it is, whether its key is here, and what is recorded of copies.
//!
//! The key is needed for another root and for nothing else (`root.rs` of the crate).

use ananke_store::{
    Command, Error as StoreError, INSTANCE_TENANT, Purpose, SigningKey, Write, signing_keys,
};
use serde_json::{Value, json};

use super::error::Error;
use super::kek::newest;
use super::record::{Actor, event};
use super::words::shown;
use crate::app::Shared;
use crate::keys::roots;

const EXPORTED: &str = "instance.root_exported";
const TAKEN: &str = "instance.root_key_removed";

async fn row(app: &Shared) -> Result<SigningKey, Error> {
    let keys = app
        .read(|view| signing_keys::list(view, INSTANCE_TENANT))
        .await?;
    let root = app.authority.root().der();
    keys.into_iter()
        .find(|key| key.purpose == Purpose::Root && key.certificate == root)
        .ok_or_else(|| Error::Internal("the root has no row".to_owned()))
}

/// Names the root, and says until when it counts, whether its key is here, and when a copy of it was last made.
///
/// # Errors
/// The store cannot be read.
pub async fn show(app: &Shared) -> Result<Value, Error> {
    let row = row(app).await?;
    let root = app.authority.fingerprint().to_string();
    Ok(json!({
        "fingerprint": root,
        "validUntil": shown(row.valid_until),
        "keyIsHere": row.sealed_key.is_some(),
        "exportedAt": newest(app, EXPORTED, "root", &root).await?,
        "removedAt": newest(app, TAKEN, "root", &root).await?,
    }))
}

/// Records that a copy of the key was made, wrapped by a passphrase; and takes the key off this machine, where asked to.
///
/// # Errors
/// It is not the root in use; its key is not here any more; the server cannot write.
pub async fn exported(app: &Shared, actor: &Actor, root: &str, remove: bool) -> Result<(), Error> {
    let own = app.authority.fingerprint().to_string();
    if root != own {
        return Err(Error::conflict(format!(
            "the copy is of the root {root}, and this is {own}: make another one"
        )));
    }
    let body = json!({ "root": root });
    let record = |kind| event(app, INSTANCE_TENANT, kind, INSTANCE_TENANT, actor, &body);
    app.write(Write::new(None, Command::Record, record(EXPORTED)))
        .await?;
    if !remove {
        return Ok(());
    }
    let row = row(app).await?;
    let gone = || Error::conflict("the key of the root was taken away already");
    let command = Command::TakeRootKey {
        id: row.id,
        expected: row.sealed_key.ok_or_else(gone)?,
    };
    match app.write(Write::new(None, command, record(TAKEN))).await {
        Err(StoreError::Stale) => Err(gone()),
        other => Ok(other.map(drop)?),
    }
}

/// The certificates of all roots, the oldest first, before each later one the link to it.
///
/// # Errors
/// The store cannot be read.
pub async fn chain(app: &Shared) -> Result<Vec<Vec<u8>>, Error> {
    let keys = app
        .read(|view| signing_keys::list(view, INSTANCE_TENANT))
        .await?;
    let all = roots::in_order(&keys).into_iter();
    Ok(all.map(|certificate| certificate.der().to_vec()).collect())
}
