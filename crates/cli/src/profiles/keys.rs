//! The key of a profile: in the keyring of the desktop, or in `keys.toml`, a file of mode 0600, where there is none.
//! Beside each key stands the server it was made for, so that no edit of a profile sends it to another one.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::file::{KeptIn, Profile};
use super::{directory, directory_to_write, keyring, write};
use crate::exit::{Exit, Failure};

const NAME: &str = "keys.toml";
const HEAD: &str =
    "# Written by `ananke login`. Whoever reads this file can act as you: it stays mode 0600.\n\n";

/// A key as it stands in the file. No `Debug`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    server: String,
    key: String,
}

type File = BTreeMap<String, Kept>;

/// Stores a key: in the keyring, else in the file, and says why not in the keyring.
pub(crate) fn store(
    name: &str,
    server: &str,
    key: &SecretString,
    may_ask: bool,
) -> Result<(KeptIn, Option<String>), Failure> {
    match keyring::store(name, server, key, may_ask) {
        Ok(()) => {
            forget_in_file(name)?;
            Ok((KeptIn::Keyring, None))
        }
        Err(why) => {
            let path = directory_to_write()?.join(NAME);
            let mut file = read(&path)?;
            let kept = Kept {
                server: server.to_owned(),
                key: key.expose_secret().to_owned(),
            };
            file.insert(name.to_owned(), kept);
            write_all(&path, &file)?;
            let words = format!(
                "there is no keyring to keep the key in ({why}), so it is in {}, which only you can read",
                path.display()
            );
            Ok((KeptIn::File, Some(words)))
        }
    }
}

/// The key of a profile.
pub(crate) fn find(name: &str, profile: &Profile, may_ask: bool) -> Result<SecretString, Failure> {
    let lost = |why: String| {
        Failure::with(
            Exit::Authentication,
            format!("{why}; log in again: ananke login --profile {name}"),
        )
    };
    match profile.kept_in {
        KeptIn::Keyring => match keyring::find(name, &profile.base_url, may_ask) {
            Ok(Some(key)) => Ok(key),
            Ok(None) => Err(lost(format!(
                "the keyring holds no key of profile {name:?} for {}",
                profile.base_url
            ))),
            Err(error) => Err(lost(format!(
                "the key of profile {name:?} is in a keyring that does not open ({})",
                error
            ))),
        },
        KeptIn::File => {
            let path = directory().unwrap_or_default().join(NAME);
            match read(&path)?.remove(name) {
                Some(kept) if kept.server == profile.base_url => Ok(SecretString::from(kept.key)),
                Some(kept) => Err(lost(format!(
                    "the key of profile {name:?} is for {0}, and the profile now says {1}: a key goes to its own server only; \
                     where {0} is right, say it: --base-url {0}",
                    kept.server, profile.base_url
                ))),
                None => Err(lost(format!(
                    "{} holds no key of profile {name:?}",
                    path.display()
                ))),
            }
        }
    }
}

/// Forgets the key of a profile.
pub(crate) fn forget(name: &str, profile: &Profile, may_ask: bool) -> Result<(), Failure> {
    match profile.kept_in {
        KeptIn::File => forget_in_file(name),
        KeptIn::Keyring => {
            keyring::forget(name, &profile.base_url, may_ask).map_err(|error| {
                Failure::error(format!(
                    "the key of profile {name:?} is in a keyring that does not open ({}), and stays there",
                    error
                ))
            })
        }
    }
}

fn forget_in_file(name: &str) -> Result<(), Failure> {
    let Some(path) = directory().map(|directory| directory.join(NAME)) else {
        return Ok(());
    };
    let mut file = read(&path)?;
    match file.remove(name) {
        Some(_) => write_all(&path, &file),
        None => Ok(()),
    }
}

/// The file, refused where anybody else can read it; empty where there is none.
fn read(path: &Path) -> Result<File, Failure> {
    let Some(text) = super::read(path, 0o077)? else {
        return Ok(File::new());
    };
    let text = SecretString::from(text);
    // The parser's own words would quote a line, which holds a key.
    toml::from_str(text.expose_secret()).map_err(|_| {
        Failure::usage(format!(
            "{} is not as `ananke login` writes it: remove it, and log in again",
            path.display()
        ))
    })
}

fn write_all(path: &Path, file: &File) -> Result<(), Failure> {
    let text = toml::to_string(file).map_err(|error| Failure::error(error.to_string()))?;
    write(path, &format!("{HEAD}{text}"))
}
