//! Where the key-encryption key is: among the settings or in the data directory, alone or with its successor.
//!
//! ```text
//! kek                the key
//! kek.next           its successor, from the beginning of a rotation to its end
//! kek.retired-NAME   what was the key once: backups of that time need it, the server never looks at it
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Kek, KeyError};
use crate::config::Config;
use crate::ctx::Ctx;

/// The key and its successor, as far as they are there. Either may be what everything is wrapped by.
#[derive(Clone, Default)]
pub struct Keks {
    /// `keys.kek`, or the file.
    pub kek: Option<Arc<Kek>>,
    /// `keys.next_kek`, or the file.
    pub next: Option<Arc<Kek>>,
}

impl Keks {
    /// Those that these settings name, and nothing where the server is sealed.
    ///
    /// # Errors
    /// A file cannot be read, is readable by others, or is malformed.
    pub fn find(config: &Config) -> Result<Self, KeyError> {
        if config.keys.sealed {
            return Ok(Self::default());
        }
        let given = |text: &SecretString, path: PathBuf, look: bool| {
            let kek = match text.expose_secret() {
                "" if look => Kek::read(&path),
                "" => Ok(None),
                _ => Kek::parse(text).map(Some),
            };
            kek.map(|kek| kek.map(Arc::new))
        };
        let dir = &config.data.dir;
        Ok(Self {
            kek: given(&config.keys.kek, kek_file(dir), true)?,
            // Beside a key that is given, a file is somebody's mistake.
            next: given(&config.keys.next_kek, next_file(dir), !is_given(config))?,
        })
    }

    /// One key and no other.
    #[must_use]
    pub fn only(kek: Arc<Kek>) -> Self {
        Self {
            kek: Some(kek),
            next: None,
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Kek>> {
        self.kek.iter().chain(&self.next)
    }

    /// The one that opens this, and what it opened.
    ///
    /// # Errors
    /// What the first of them says, where none does.
    pub fn open<T>(
        &self,
        open: impl Fn(&Kek) -> Result<T, KeyError>,
    ) -> Result<(&Arc<Kek>, T), KeyError> {
        let mut failure = None;
        for kek in self.all() {
            match open(kek) {
                Ok(opened) => return Ok((kek, opened)),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or(KeyError::DoesNotOpen("what the key-encryption key wraps")))
    }
}

/// Whether a setting gives the key, so that no file is ours to change.
#[must_use]
pub fn is_given(config: &Config) -> bool {
    !config.keys.kek.expose_secret().is_empty()
}

/// Where the key is, if nobody gives one.
#[must_use]
pub fn kek_file(dir: &Path) -> PathBuf {
    dir.join("kek")
}

fn next_file(dir: &Path) -> PathBuf {
    dir.join("kek.next")
}

/// The successor in its file, which is made where there is none.
///
/// # Errors
/// The file cannot be read or written.
pub fn successor(dir: &Path, ctx: &Ctx) -> Result<Kek, KeyError> {
    let path = next_file(dir);
    match Kek::read(&path)? {
        Some(kek) => Ok(kek),
        None => Kek::create(&path, ctx),
    }
}

/// Puts the successor in the place of the key, which is kept under another name: at every moment both are there, or the
/// successor is where the key was. May be repeated. Gives the place of the old key.
///
/// # Errors
/// A file cannot be renamed.
pub fn switch(dir: &Path) -> Result<Option<PathBuf>, KeyError> {
    let (path, next) = (kek_file(dir), next_file(dir));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| KeyError::File { path, source }
    };
    let sync = || fs::File::open(dir).and_then(|dir| dir.sync_all());
    let mut retired = None;
    if let Some(old) = Kek::read(&path)? {
        let place = dir.join(format!("kek.retired-{}", old.fingerprint()));
        match fs::hard_link(&path, &place) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(failed(&place)(error));
            }
            _ => retired = Some(place),
        }
        sync().map_err(failed(dir))?;
    }
    crate::failpoint::crash!("crash-amid-the-switch");
    fs::rename(&next, &path).map_err(failed(&next))?;
    sync().map_err(failed(dir))?;
    Ok(retired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctx::Clock;

    #[test]
    fn at_every_moment_of_a_switch_both_keys_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let ctx = Ctx::new(Clock::System);
        let old = Kek::create(&kek_file(dir), &ctx).unwrap();
        let next = successor(dir, &ctx).unwrap();
        let again = successor(dir, &ctx).unwrap();
        assert_eq!(next.bytes(), again.bytes(), "it is made once");
        let place = dir.join(format!("kek.retired-{}", old.fingerprint()));
        // Cut short after its first half.
        fs::hard_link(kek_file(dir), &place).unwrap();
        assert_eq!(switch(dir).unwrap().as_deref(), Some(place.as_path()));
        let read = |path: &Path| *Kek::read(path).unwrap().unwrap().bytes();
        assert_eq!(read(&kek_file(dir)), *next.bytes());
        assert_eq!(read(&place), *old.bytes());
        assert!(!next_file(dir).exists());
    }
}
