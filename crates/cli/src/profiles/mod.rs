//! Profiles: servers a person has logged in to, by name. What is secret of them is in `keys.rs`, all else in `file.rs`.
//! Which key goes to which server is decided in `choice.rs`, and nowhere else.

pub(crate) mod choice;
pub(crate) mod file;
mod keyring;
pub(crate) mod keys;

use std::fs::{DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// What a first login is called.
pub(crate) const FIRST: &str = "default";

/// Where profiles are: `$XDG_CONFIG_HOME/ananke`, else `~/.config/ananke`. `None` for whoever has no home.
fn directory() -> Option<PathBuf> {
    let absolute = |name| {
        let path = PathBuf::from(std::env::var_os(name)?);
        // The specification of these directories ignores a relative one.
        path.is_absolute().then_some(path)
    };
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(config.join("ananke"))
}

/// The same for somebody who wants to write there.
fn directory_to_write() -> Result<PathBuf, Failure> {
    let path = directory().ok_or_else(|| {
        Failure::usage("there is no place for profiles: set HOME or XDG_CONFIG_HOME")
    })?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&path)
        .map_err(|error| Failure::file(&path, &error))?;
    Ok(path)
}

/// Held while profiles are changed: two logins at once would each write what the other has not.
pub(crate) fn alone() -> Result<File, Failure> {
    let path = directory_to_write()?.join("lock");
    let mut options = File::options();
    let opened = options.create(true).truncate(false).write(true).mode(0o600);
    let locked = opened
        .open(&path)
        .and_then(|file| file.lock().map(|()| file));
    locked.map_err(|error| Failure::file(&path, &error))
}

/// Reads a file of ours, whose mode has none of the `forbidden` bits; `None` where there is none.
fn read(path: &Path, forbidden: u32) -> Result<Option<String>, Failure> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        // Services are often told of a home that is not theirs.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(Failure::file(path, &error)),
    };
    let parent = path.parent().unwrap_or(Path::new("."));
    let directory = File::open(parent).map_err(|error| Failure::file(parent, &error))?;
    // Whoever can write the directory can put another file there.
    must_be_ours(&directory, parent, 0o022)?;
    must_be_ours(&file, path, forbidden)?;
    let mut text = String::new();
    file.read_to_string(&mut text)
        .map_err(|error| Failure::file(path, &error))?;
    Ok(Some(text))
}

/// Whether somebody else could use what was opened.
fn must_be_ours(opened: &File, path: &Path, forbidden: u32) -> Result<(), Failure> {
    let metadata = opened.metadata();
    let metadata = metadata.map_err(|error| Failure::file(path, &error))?;
    let owner = rustix::process::geteuid().as_raw();
    let path = path.display();
    if metadata.uid() != owner {
        return Err(Failure::usage(format!(
            "{path} belongs to somebody else, who could send you to another server: remove it, and log in again"
        )));
    }
    if metadata.mode() & forbidden == 0 {
        return Ok(());
    }
    let mode = if metadata.is_dir() { "700" } else { "600" };
    Err(Failure::usage(format!(
        "{path} can be used by others, who could act as you: chmod {mode} {path}"
    )))
}

/// Writes a file that only its owner can read, whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        // Such files have mode 0600 from the beginning.
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error| Failure::file(path, &error))
}

/// The name of a profile, as it may be given.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if (1..=64).contains(&text.len()) && text.bytes().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err("a profile has 1 to 64 letters, digits, `-`, `_` or `.`".to_owned())
    }
}
