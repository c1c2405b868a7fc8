//! The root's key off this machine: a copy of it under a passphrase; and the going over to another root, while no server
//! runs. What is recorded of the copy, and that the key goes, is `ops/root.rs`'s.

use ananke_format::certificate::Certificate;
use ananke_format::trust::{Authority, RootFingerprint, Roots};
use ananke_format::{Instant, Mode};
use ananke_store::{
    Command, Error as StoreError, INSTANCE_TENANT, NewEvent, Purpose, RollRoot, SigningKey, Store,
    Write, data_keys, instance as stored, signing_keys,
};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::ctx::{Clock, Ctx};
use crate::escrow::{self, wrong};
use crate::keys::copy::{self, Label};
use crate::keys::ring::Ring;
use crate::keys::{Keks, KeyError, authority, new, roots};
use crate::start::instance::{self, Opened, write_pin};
use crate::start::{StartError, refused};

const ROOT: &str = "root key";

/// A link begins so many seconds before it is made.
const LINK_BEFORE: i64 = 300;

/// A copy of the key of the root, and which root that is.
pub struct Exported {
    /// The text.
    pub text: String,
    /// Fingerprint of the root.
    pub root: String,
}

/// What a root is used with.
struct Held {
    row: SigningKey,
    certificate: Certificate,
    keys: Vec<SigningKey>,
    keks: Keks,
}

impl Held {
    /// The root in use, of a server that is not sealed.
    fn find(opened: &Opened) -> Result<Self, StartError> {
        let ring = opened.ring.as_ref();
        let keks = ring
            .map(Ring::keks)
            .ok_or_else(|| refused(escrow::SEALED))?;
        let certificate = opened.authority.root().clone();
        let keys = opened
            .store
            .read_blocking(|view| signing_keys::list(view, INSTANCE_TENANT))?;
        let row = keys
            .iter()
            .find(|key| key.purpose == Purpose::Root && key.certificate == certificate.der());
        let row = row
            .cloned()
            .ok_or_else(|| refused("the root of this instance has no row in the database"))?;
        Ok(Self {
            row,
            certificate,
            keys,
            keks,
        })
    }

    fn fingerprint(&self) -> String {
        RootFingerprint::of(&self.certificate).to_string()
    }

    /// The data key that sealed a key of the instance.
    fn data_key(&self, store: &Store, version: i64) -> Result<Zeroizing<[u8; 32]>, StartError> {
        let row =
            store.read_blocking(move |view| data_keys::find(view, INSTANCE_TENANT, version))?;
        let row =
            row.ok_or_else(|| refused(format!("data key {version} of the instance is missing")))?;
        let (_, key) = self.keks.open(|kek| Ring::unwrap(kek, &row))?;
        Ok(key)
    }

    /// A private key of the instance.
    fn private_key(
        &self,
        store: &Store,
        key: &SigningKey,
    ) -> Result<Zeroizing<Vec<u8>>, StartError> {
        let data_key = self.data_key(store, key.dek_version)?;
        Ok(Ring::open_private_key(&data_key, key)?)
    }
}

/// A copy of the key of this instance's root, running or not.
///
/// # Errors
/// The key was taken away; there is no instance, or it is sealed; the passphrase is too short.
pub fn export(config: &Config, passphrase: &SecretString) -> Result<Exported, StartError> {
    let ctx = Ctx::new(Clock::System);
    let (opened, _) = escrow::open(config, &ctx)?;
    let held = Held::find(&opened)?;
    if held.row.sealed_key.is_none() {
        return Err(taken_away());
    }
    let key = held.private_key(&opened.store, &held.row)?;
    let label = Label {
        what: ROOT.to_owned(),
        name: held.row.id.simple().to_string()[..16].to_owned(),
        root: held.fingerprint(),
    };
    let text = copy::wrap(&label, &key, passphrase, &ctx).map_err(wrong)?;
    // Looked at before it may become the only one there is.
    let (_, again) = copy::unwrap(&text, passphrase).map_err(wrong)?;
    if again != key {
        return Err(refused("the copy does not hold the key"));
    }
    Ok(Exported {
        text,
        root: label.root,
    })
}

fn taken_away() -> StartError {
    refused(
        "the key of the root is not on this machine: it was taken away, and is where its copy is kept",
    )
}

/// From which root to which.
pub struct Rolled {
    /// Fingerprint of the root before.
    pub from: String,
    /// Fingerprint of the root from now on.
    pub to: String,
}

/// Goes over to another root, whose key is made here; no server may run on this database. `copy` is that of the key of the root
/// there is, with its passphrase, where the key was taken away.
///
/// # Errors
/// A server runs, or this one is sealed; the key of the root is missing, or another's; the store cannot be written.
pub fn roll(config: &Config, copy: Option<(&str, &SecretString)>) -> Result<Rolled, StartError> {
    let ctx = Ctx::new(Clock::System);
    let opened = match instance::open(config, &ctx, None, false) {
        Err(StartError::Store(StoreError::Locked { path })) => {
            return Err(refused(format!(
                "{} is locked: a server runs here; stop it first, go over to another root, and start it again",
                path.display()
            )));
        }
        opened => opened?,
    };
    let writers = opened.store.read_blocking(stored::writers)?;
    if writers > 1 {
        opened.store.close();
        return Err(refused(
            "another server writes to this database (one that was killed counts for a minute): stop every server first",
        ));
    }
    let held = Held::find(&opened)?;
    let root_key = match (&held.row.sealed_key, copy) {
        (_, Some((text, passphrase))) => from_copy(text, passphrase, &held.fingerprint())?,
        (Some(_), None) => held.private_key(&opened.store, &held.row)?,
        (None, None) => return Err(taken_away()),
    };
    let (roll, rolled) = another(&opened.store, &held, &root_key, &ctx)?;
    let body = serde_json::json!({ "from": rolled.from, "to": rolled.to });
    let event = NewEvent {
        id: ctx.id(),
        tenant: INSTANCE_TENANT,
        kind: "instance.root_rolled".to_owned(),
        subject: INSTANCE_TENANT,
        actor: "operator".to_owned(),
        request_id: String::new(),
        trace_id: String::new(),
        at: ctx.now_micros(),
        body: body.to_string().into_bytes(),
        salt: ctx.random(),
    };
    let command = Command::RollRoot(Box::new(roll));
    opened
        .store
        .write_blocking(Write::new(None, command, event))?;
    opened.store.close();
    // Cut short before this, the next start does it: the old root leads to the new one.
    write_pin(&config.data.dir.join("root.fingerprint"), &rolled.to)?;
    Ok(rolled)
}

fn from_copy(
    text: &str,
    passphrase: &SecretString,
    root: &str,
) -> Result<Zeroizing<Vec<u8>>, StartError> {
    let (label, key) = copy::unwrap(text, passphrase).map_err(wrong)?;
    if label.what != ROOT || label.root != root {
        return Err(refused(format!(
            "this is a copy of something else, the {} of {}; needed is the root key of {root}",
            label.what, label.root
        )));
    }
    Ok(key)
}

/// Another root, the link to it, and the authorities under it: with their keys and names, and from when those there are began,
/// so that what they signed stays good.
fn another(
    store: &Store,
    held: &Held,
    root_key: &[u8],
    ctx: &Ctx,
) -> Result<(RollRoot, Rolled), StartError> {
    let now = Instant::from_timestamp(ctx.now()).unwrap_or(Instant::UNIX_EPOCH);
    let number = roots::count(&held.keys);
    let version = held.row.dek_version;
    let data_key = held.data_key(store, version)?;
    let until = |years| authority::years_after(now, years);
    let row = |purpose, mode, certificate: Vec<u8>, until| SigningKey {
        dek_version: version,
        ..new::key_of_instance(ctx, purpose, mode, certificate, (now, until))
    };
    let seal = |mut key: SigningKey, pkcs8: &[u8]| -> Result<SigningKey, KeyError> {
        key.sealed_key = Some(Ring::seal_private_key(&data_key, &key, pkcs8)?);
        Ok(key)
    };
    let key = new::private_key(ctx)?;
    let last = until(authority::ROOT_YEARS);
    let dates = (held.certificate.not_before(), last);
    let root = authority::root(number + 1, &key, &ctx.random(), dates)?;
    let ends = held.certificate.not_after();
    // For servers and verifiers whose clock is a little behind.
    let begins = now.plus_seconds(-LINK_BEFORE);
    let link = authority::link(&key, (number, root_key), &ctx.random(), (begins, ends))?;
    let mut rows = vec![
        row(Purpose::Root, None, link, ends),
        seal(row(Purpose::Root, None, root.clone(), last), &key)?,
    ];
    let mut cas = Vec::new();
    for &mode in Mode::ALL {
        let is_it = |key: &&SigningKey| {
            key.purpose == Purpose::Ca && key.mode == Some(mode) && key.retired_at.is_none()
        };
        let ca = held.keys.iter().find(is_it);
        let ca =
            ca.ok_or_else(|| refused(format!("the issuing authority of {mode} is missing")))?;
        let ca_key = held.private_key(store, ca)?;
        let last = until(authority::CA_YEARS);
        let dates = (read(&ca.certificate)?.not_before(), last);
        let above = (number + 1, key.as_slice());
        let made = authority::ca(mode, &ca_key, above, &ctx.random(), dates)?;
        cas.push(read(&made)?);
        rows.push(seal(row(Purpose::Ca, Some(mode), made, last), &ca_key)?);
    }
    // As every verifier will read them.
    let root = read(&root)?;
    let all = [held.keys.as_slice(), &rows].concat();
    let before = RootFingerprint::of(&held.certificate);
    let led = Roots::new(roots::in_order(&all)).and_then(|roots| {
        let newest = roots.newest_from(before, now)?;
        Ok(newest == &root)
    });
    if !led.map_err(|error| refused(format!("the key is not that of the root: {error}")))? {
        return Err(refused("the roots do not lead to the new one"));
    }
    Authority::new(root.clone(), cas).map_err(|error| refused(format!("authority: {error}")))?;
    let rolled = Rolled {
        from: before.to_string(),
        to: RootFingerprint::of(&root).to_string(),
    };
    let roll = RollRoot {
        root_certificate: (held.certificate.der().to_vec(), root.der().to_vec()),
        signing_keys: rows,
    };
    Ok((roll, rolled))
}

fn read(der: &[u8]) -> Result<Certificate, StartError> {
    Certificate::from_der(der).map_err(|error| refused(format!("certificate: {error}")))
}
