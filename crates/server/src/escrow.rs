//! The copy of the key-encryption key that is kept for the worst day: made from an instance, and put in place where one
//! was lost. The text itself is `keys/copy.rs`'s.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::config::Config;
use crate::ctx::{Clock, Ctx};
use crate::keys::copy::{self, CopyError, Label};
use crate::keys::places::kek_file;
use crate::keys::ring::open_secret;
use crate::keys::{Kek, Keks};
use crate::start::instance::{Opened, open_reading, options};
use crate::start::{StartError, refused};

pub use crate::keys::copy::SHORTEST_PASSPHRASE;

/// What is answered where the keys do not open.
pub(crate) const SEALED: &str = "the key-encryption key is not here: this is for a server that is not sealed, on its own machine";

const KEK: &str = "key-encryption key";

/// A copy as it is written, and the name of the key in it.
pub struct Exported {
    /// The text.
    pub text: String,
    /// Fingerprint of the key.
    pub kek: String,
}

/// A copy of the key under which everything of this instance is, running or not.
///
/// # Errors
/// There is no instance, or its key is not there; the passphrase is too short.
pub fn export(config: &Config, passphrase: &SecretString) -> Result<Exported, StartError> {
    let ctx = Ctx::new(Clock::System);
    let (opened, keks) = open(config, &ctx)?;
    let row = opened.store.instance()?;
    let row = row.ok_or_else(|| refused("there is no instance in this database"))?;
    let (kek, _) = keks.open(|kek| open_secret(kek, &row))?;
    let label = Label {
        what: KEK.to_owned(),
        name: kek.fingerprint(),
        root: opened.authority.fingerprint().to_string(),
    };
    let text = copy::wrap(&label, kek.bytes(), passphrase, &ctx).map_err(wrong)?;
    Ok(Exported {
        text,
        kek: label.name,
    })
}

/// This instance, for copies of its keys, beside whoever runs it.
pub(crate) fn open(config: &Config, ctx: &Ctx) -> Result<(Opened, Keks), StartError> {
    let pin = config.data.dir.join("root.fingerprint");
    let keks = Keks::find(config)?;
    if keks.all().next().is_none() {
        return Err(refused(SEALED));
    }
    let opened = open_reading(options(config, ctx, false), keks.clone(), &pin)?;
    Ok((opened, keks))
}

/// The key in a copy, where it was put.
pub struct Imported {
    /// Fingerprint of the key.
    pub kek: String,
    /// Fingerprint of the root of its instance.
    pub root: String,
    /// The new file.
    pub path: PathBuf,
}

/// Puts the key in a copy where these settings look for it, or into another new file. Nothing is written over.
///
/// # Errors
/// The copy does not open; there is a file already.
pub fn import(
    config: &Config,
    text: &str,
    passphrase: &SecretString,
    out: Option<&Path>,
) -> Result<Imported, StartError> {
    let (label, secret) = copy::unwrap(text, passphrase).map_err(wrong)?;
    let kek =
        Kek::from_bytes(&secret).filter(|kek| label.what == KEK && kek.fingerprint() == label.name);
    let kek =
        kek.ok_or_else(|| refused(format!("this is a copy of something else: {}", label.what)))?;
    let path = match out {
        Some(out) => out.to_owned(),
        None => {
            ananke_store::backup::make_room(&options(config, &Ctx::new(Clock::System), false))?;
            kek_file(&config.data.dir)
        }
    };
    if path.exists() {
        return Err(refused(format!(
            "{} is there already and was left alone: move it away first, or name another file with --out",
            path.display()
        )));
    }
    kek.write(&path)?;
    Ok(Imported {
        kek: label.name,
        root: label.root,
        path,
    })
}

/// What is wrong with a copy or its passphrase.
pub(crate) fn wrong(error: CopyError) -> StartError {
    match error {
        CopyError::Key(error) => error.into(),
        error => refused(error.to_string()),
    }
}
