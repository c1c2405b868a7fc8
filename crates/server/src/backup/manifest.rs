//! What a backup says about itself, and the sums by which every byte of it is known.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::ops::words::hex;
use crate::start::{StartError, refused};

/// What it says about itself.
pub const MANIFEST: &str = "backup.json";
/// The sums, in the form `sha256sum -c` reads.
pub const SUMS: &str = "SHA256SUMS";
/// The fingerprint of the instance's root, as the data directory has it.
pub const PIN: &str = "root.fingerprint";

const FORMAT: u32 = 1;

/// `backup.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Everything acknowledged before this instant is in the backup. RFC 3339, UTC.
    pub as_of: String,
    /// The release that made it.
    pub version: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Version of the database's schema.
    pub schema: i64,
    /// The file with the database.
    pub database: String,
    /// Fingerprint of the instance's root.
    pub root: String,
    /// Fingerprint of the key-encryption key, which is not in the backup and without which it is useless.
    pub kek: String,
}

impl Manifest {
    pub(super) fn new(
        as_of: String,
        engine: &str,
        database: &str,
        root: String,
        kek: String,
    ) -> Self {
        Self {
            format: FORMAT,
            as_of,
            version: crate::VERSION.to_owned(),
            engine: engine.to_owned(),
            schema: ananke_store::backup::schema(),
            database: database.to_owned(),
            root,
            kek,
        }
    }

    /// Writes it and the sums beside the files that are there already; all of it is on disk then.
    pub(super) fn write(&self, dir: &Path) -> Result<(), StartError> {
        write(dir, MANIFEST, &self.to_text())?;
        let sums = sums(dir, &self.database)?;
        write(dir, SUMS, &sums)?;
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(|source| failed(dir, source))
    }

    /// Reads it, after every byte of the backup was compared with the sums.
    ///
    /// # Errors
    /// This is no backup, a byte of it is not as it was written, or a newer release made it.
    pub fn read(dir: &Path) -> Result<Self, StartError> {
        let recorded = match fs::read_to_string(dir.join(SUMS)) {
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                return Err(refused(format!(
                    "{} is no backup: it has no {SUMS}",
                    dir.display()
                )));
            }
            // Bytes that are no text are damage like any other.
            Err(source) if source.kind() == std::io::ErrorKind::InvalidData => String::new(),
            other => other.map_err(|source| failed(&dir.join(SUMS), source))?,
        };
        let database = [
            ananke_store::backup::SQLITE_FILE,
            ananke_store::backup::DUMP_FILE,
        ]
        .into_iter()
        .find(|name| dir.join(name).exists())
        .ok_or_else(|| {
            refused(format!(
                "{} is not whole: its database is missing",
                dir.display()
            ))
        })?;
        let found = sums(dir, database)?;
        if found != recorded {
            return Err(damaged(dir, &recorded, &found));
        }
        let path = dir.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|source| failed(&path, source))?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| refused(format!("{}: {error}", path.display())))?;
        let known = ananke_store::backup::schema();
        if manifest.format != FORMAT || manifest.schema > known {
            return Err(refused(format!(
                "{} was made by release {} in a form this release does not know: use that one or a later one",
                dir.display(),
                manifest.version
            )));
        }
        if manifest.database != database {
            return Err(refused(format!(
                "{} names another database than the one beside it",
                path.display()
            )));
        }
        Ok(manifest)
    }

    fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// Which file and its sum are not what was written together.
fn damaged(dir: &Path, recorded: &str, found: &str) -> StartError {
    let name = found
        .lines()
        .find(|line| !recorded.lines().any(|known| known == *line))
        .and_then(|line| line.split("  ").nth(1));
    let what = match name {
        Some(name) => format!("{name} and {SUMS} do not fit together"),
        None => format!("{SUMS} is not as it was written"),
    };
    refused(format!(
        "{} is damaged: {what}; take another backup",
        dir.display()
    ))
}

/// The sums of a backup's files, in a fixed order and form.
fn sums(dir: &Path, database: &str) -> Result<String, StartError> {
    let mut text = String::new();
    for name in [MANIFEST, PIN, database] {
        let path = dir.join(name);
        let digest = digest(&path).map_err(|source| failed(&path, source))?;
        text += &format!("{}  {name}\n", hex(&digest));
    }
    Ok(text)
}

fn digest(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut sum = Context::new(&SHA256);
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok(sum.finish().as_ref().to_vec());
        }
        sum.update(chunk.get(..read).unwrap_or_default());
    }
}

pub(super) fn write(dir: &Path, name: &str, text: &str) -> Result<(), StartError> {
    let path = dir.join(name);
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .map_err(|source| failed(&path, source))
}

pub(super) fn failed(path: &Path, source: std::io::Error) -> StartError {
    StartError::Io {
        what: path.display().to_string(),
        source,
    }
}
