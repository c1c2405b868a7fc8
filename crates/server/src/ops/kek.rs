//! The key-encryption key while the server runs: which it is, going over to its successor, and copies made of it.
//!
//! Everything it wraps is wrapped anew in one transaction (`docs/decisions/0102`), so that database and backups never
//! stand with a foot on either key. Where the keys are is `keys/places.rs`'s.

use std::sync::Arc;

use ananke_store::event_list::{self, EventFilter, From};
use ananke_store::{
    Command, DataKey, Engine, INSTANCE_TENANT, InstanceRow, Rewrap, View, Write, data_keys,
    instance, locate,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::error::Error;
use super::record::{Actor, event};
use super::words::shown;
use crate::app::Shared;
use crate::failpoint;
use crate::keys::places::{self, is_given};
use crate::keys::ring::{Ring, open_secret, wrap_secret};
use crate::keys::{Kek, Keks};

const ROTATED: &str = "instance.kek_rotated";
const EXPORTED: &str = "instance.kek_exported";

/// How often somebody else may come in between.
const TRIES: usize = 10;

/// Names the key everything is wrapped by, its successor if there is one, and when a copy of it was last made.
///
/// # Errors
/// The server is sealed, or the store cannot be read.
pub async fn show(app: &Shared) -> Result<Value, Error> {
    let keks = app.ring()?.keks();
    let row = app.read(the_instance).await?;
    let (kek, _) = keks.open(|kek| open_secret(kek, &row))?;
    let name = kek.fingerprint();
    let next = keks
        .all()
        .map(|kek| kek.fingerprint())
        .find(|other| *other != name);
    Ok(json!({
        "kek": name,
        "next": next,
        "rotatedAt": newest(app, ROTATED, "to", &name).await?,
        "exportedAt": newest(app, EXPORTED, "kek", &name).await?,
    }))
}

/// When the newest event of this kind was recorded whose body says this.
pub(super) async fn newest(
    app: &Shared,
    kind: &'static str,
    member: &'static str,
    value: &str,
) -> Result<Option<String>, Error> {
    let filter = EventFilter {
        kind: Some(kind.to_owned()),
        ..EventFilter::default()
    };
    let found = app
        .read(move |view| event_list::list(view, INSTANCE_TENANT, &filter, From::Before(None), 100))
        .await?;
    let says = |body: &[u8]| {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        body.get(member).and_then(Value::as_str) == Some(value)
    };
    let found = found
        .iter()
        .find(|(_, body)| body.as_ref().is_some_and(|body| says(&body.body)));
    Ok(found.map(|(event, _)| shown(event.at)))
}

/// Records that a copy of this key was made, wrapped by a passphrase.
///
/// # Errors
/// It is not the key everything is wrapped by; the server is sealed or cannot write.
pub async fn exported(app: &Shared, actor: &Actor, name: &str) -> Result<(), Error> {
    let row = app.read(the_instance).await?;
    let keks = app.ring()?.keks();
    let (kek, _) = keks.open(|kek| open_secret(kek, &row))?;
    if kek.fingerprint() != name {
        return Err(Error::conflict(format!(
            "the copy is of the key {name}, and everything is under {}: make another one",
            kek.fingerprint()
        )));
    }
    let body = json!({ "kek": name });
    let event = event(
        app,
        INSTANCE_TENANT,
        EXPORTED,
        INSTANCE_TENANT,
        actor,
        &body,
    );
    let command = Command::Record;
    app.write(Write::new(None, command, event)).await?;
    Ok(())
}

/// Goes over to the successor of the key, or on with it where that was cut short.
///
/// # Errors
/// There is no successor and none of ours to make; other servers would not know it; the store cannot be written.
pub async fn rotate(app: &Shared, actor: &Actor) -> Result<Value, Error> {
    let ring = app.ring()?;
    let _alone = ring.rotating.lock().await;
    let next = successor(app, ring).await?;
    ring.accept(Keks {
        next: Some(Arc::clone(&next)),
        ..ring.keks()
    });
    failpoint::crash!("crash-before-the-rewrap");
    let mut tries = 0;
    let from = loop {
        match rewrap(app, actor, &ring.keks(), &next).await {
            Err(Error::Stale) if tries < TRIES => tries += 1,
            other => break other?,
        }
    };
    verify(app, &next).await?;
    failpoint::crash!("crash-before-the-switch");
    let files = !is_given(&app.config) && app.config.keys.next_kek.expose_secret().is_empty();
    let retired = match files {
        true => places::switch(&app.config.data.dir)?,
        false => None,
    };
    let to = next.fingerprint();
    ring.accept(Keks::only(next));
    Ok(json!({ "from": from, "to": to, "given": !files, "retired": retired }))
}

/// The key that is gone over to.
async fn successor(app: &Shared, ring: &Ring) -> Result<Arc<Kek>, Error> {
    let keks = ring.keks();
    if let Some(next) = keks.next {
        let same = |kek: &Arc<Kek>| kek.bytes() == next.bytes();
        if keks.kek.as_ref().is_some_and(same) {
            return Err(Error::conflict(
                "keys.kek and keys.next_kek are one and the same key: make another one, such as with \
                 `openssl rand -hex 32`",
            ));
        }
        return Ok(next);
    }
    if !app.config.keys.next_kek.expose_secret().is_empty() {
        return Err(Error::conflict(
            "everything is under keys.next_kek already: give that key as keys.kek, leave keys.next_kek out, and start every \
             server again",
        ));
    }
    if is_given(&app.config) {
        return Err(Error::conflict(
            "keys.kek is given by a setting, so its successor has to be, too: give a new key as keys.next_kek in the same \
             way, start every server again, and then rotate (docs/secrets.md)",
        ));
    }
    let writers = match app.store.engine() {
        Engine::Sqlite => 1,
        Engine::Postgres => app.read(instance::writers).await?,
    };
    let dir = &app.config.data.dir;
    if writers > 1 && !dir.join("kek.next").exists() {
        return Err(Error::conflict(
            "other servers write to this database (one that was killed counts for a minute) and would not know the new key: \
             put it into the file kek.next of each \
             data directory (or give it as keys.next_kek), start every server again, and then rotate",
        ));
    }
    Ok(Arc::new(places::successor(dir, &app.ctx)?))
}

fn the_instance(view: &mut View<'_>) -> Result<InstanceRow, ananke_store::Error> {
    instance::find(view)?.ok_or(ananke_store::Error::Missing)
}

/// Everything that is wrapped by the key-encryption key.
async fn wrapped(app: &Shared) -> Result<(InstanceRow, Vec<DataKey>), Error> {
    let found = app.store.read_at_length(|view| {
        let row = the_instance(view)?;
        let mut keys = data_keys::list(view, INSTANCE_TENANT)?;
        let mut after = None;
        loop {
            let tenants = locate::tenants(view, after, 500)?;
            let Some(last) = tenants.last() else {
                return Ok((row, keys));
            };
            after = Some(*last);
            for tenant in tenants {
                keys.extend(data_keys::list(view, tenant)?);
            }
        }
    });
    Ok(found.await?)
}

/// Wraps everything by `next`, in one transaction; gives the name of what it was wrapped by.
async fn rewrap(
    app: &Shared,
    actor: &Actor,
    keks: &Keks,
    next: &Kek,
) -> Result<Option<String>, Error> {
    let (row, rows) = wrapped(app).await?;
    let (kek, secret) = keks.open(|kek| open_secret(kek, &row))?;
    if kek.bytes() == next.bytes() {
        return Ok(None);
    }
    let from = kek.fingerprint();
    let after = wrap_secret(next, &secret)?;
    let mut rewrap = Rewrap {
        secret: (row.wrapped_secret, after),
        data_keys: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        let (_, key) = keks.open(|kek| Ring::unwrap(kek, &row))?;
        let after = Ring::wrap(next, row.tenant, row.version, &key)?;
        // Looked at before it takes the place of the only other one there is.
        let wrapped = DataKey {
            wrapped: after.clone(),
            ..row.clone()
        };
        Ring::unwrap(next, &wrapped)?;
        rewrap.data_keys.push((row, after));
    }
    let body =
        json!({ "from": from, "to": next.fingerprint(), "dataKeys": rewrap.data_keys.len() });
    let event = event(app, INSTANCE_TENANT, ROTATED, INSTANCE_TENANT, actor, &body);
    let command = Command::Rewrap(Box::new(rewrap));
    app.write(Write::new(None, command, event)).await?;
    Ok(Some(from))
}

/// Whether `next` opens everything, as it stands in the database: looked at before the old key goes.
async fn verify(app: &Shared, next: &Kek) -> Result<(), Error> {
    let (row, rows) = wrapped(app).await?;
    open_secret(next, &row)?;
    for row in &rows {
        Ring::unwrap(next, row)?;
    }
    Ok(())
}
