//! `profiles.toml`: which server each profile is for, and what is shown of its key. No secret is in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{directory, directory_to_write, read, write};
use crate::exit::Failure;

const NAME: &str = "profiles.toml";
const HEAD: &str = "# Written by `ananke login`. No secret is in here.\n\n";

/// All profiles of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    /// The one in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    /// By name.
    #[serde(default, rename = "profile")]
    pub(crate) by_name: BTreeMap<String, Profile>,
}

/// One server, and a key there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// Where the server is.
    pub(crate) base_url: String,
    /// Further certificate authorities to believe there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The tenant's name and issuer code, as they were at the login.
    pub(crate) tenant: String,
    /// What may be shown of the key.
    pub(crate) key_prefix: String,
    /// Where the key is.
    pub(crate) kept_in: KeptIn,
}

/// Where a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeptIn {
    /// The keyring of the desktop.
    Keyring,
    /// A file of mode 0600.
    File,
}

impl Profiles {
    /// Reads the profiles; none where there is no file.
    pub(crate) fn read() -> Result<Self, Failure> {
        let Some(path) = directory().map(|directory| directory.join(NAME)) else {
            return Ok(Self::default());
        };
        let Some(text) = read(&path, 0o022)? else {
            return Ok(Self::default());
        };
        toml::from_str(&text)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display()).trim_end()))
    }

    /// Writes the profiles.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        let path = directory_to_write()?.join(NAME);
        let text = toml::to_string(self).map_err(|error| Failure::error(error.to_string()))?;
        write(&path, &format!("{HEAD}{text}"))
    }

    /// A profile by its name.
    pub(crate) fn named(&self, name: &str) -> Result<&Profile, Failure> {
        self.by_name.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
            Failure::usage(match known.as_slice() {
                [] => format!("there is no profile {name:?}: `ananke login --profile {name}` makes one"),
                known => format!(
                    "there is no profile {name:?}, only {}; `ananke login --profile {name}` makes one",
                    known.join(", ")
                ),
            })
        })
    }

    /// The profile in use.
    pub(crate) fn in_use(&self) -> Option<(&str, &Profile)> {
        let name = self.current.as_deref()?;
        Some((name, self.by_name.get(name)?))
    }
}
