//! How a store is opened.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::Micros;

/// Where the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// `ananke.db` in the data directory.
    Sqlite,
    /// A PostgreSQL URL. Off this machine it must say `sslmode=verify-full`, or [`Network`] that it need not.
    Postgres(String),
}

/// What the URL of a PostgreSQL database does not say about the way there.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// A PEM file of certificate authorities believed besides the system's, where the URL names none by `sslrootcert`.
    pub ca_file: Option<PathBuf>,
    /// The way is guarded by other means: without `sslmode=verify-full` cleartext is spoken off this machine, too.
    pub trusted: bool,
}

/// The application clock, in microseconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> Micros + Send + Sync>;
/// Fills a buffer with random bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
/// Called when going on could acknowledge what is not stored (a failed sync at COMMIT). It should
/// not return; when it does, the writer stays shut.
pub type Fatal = Arc<dyn Fn(&str) + Send + Sync>;

/// How a store is opened. [`Options::new`] gives a working SQLite store. Time and randomness are
/// parameters, so that tests can freeze them.
#[derive(Clone)]
pub struct Options {
    /// Created with mode 0700 when absent. Holds the SQLite file and the lock against a second
    /// server.
    pub data_dir: PathBuf,
    /// Which database.
    pub database: Database,
    /// The way to it (PostgreSQL).
    pub network: Network,
    /// The anchor file; it must not lie in the data directory, or it would be rolled back with it.
    pub anchor: PathBuf,
    /// Go on although the database is behind its anchor, and record an event that says so.
    pub new_epoch: bool,
    /// For tools beside a running server: no lock, no migration, no writer.
    pub read_only: bool,
    /// Commands that may wait; more are answered `Unavailable` at once.
    pub queue: usize,
    /// The most pages of 4 KiB the SQLite file may have; beyond that it behaves like a full disk.
    pub max_pages: Option<u32>,
    /// No new document while the disk has less space than this, in bytes (SQLite). What ends a
    /// document's force, a revocation above all, is still written.
    pub min_free_bytes: u64,
    /// Connections (and threads) that read, on PostgreSQL.
    pub readers: usize,
    /// How long whoever asks waits for an answer, on PostgreSQL. After that a question is `Unavailable`, a write `Unknown`.
    pub patience: Duration,
    /// Time for stream rows and housekeeping events. Commands bring their own.
    pub clock: Clock,
    /// Randomness for stream ids and salts of housekeeping events.
    pub random: Random,
    /// What to do when the storage can no longer be believed. Default: abort the process.
    pub fatal: Fatal,
}

impl Options {
    /// SQLite in `data_dir`, the anchor in `<data_dir>.anchor` beside it.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>, clock: Clock, random: Random) -> Self {
        let data_dir = data_dir.into();
        Self {
            anchor: sibling_anchor(&data_dir),
            data_dir,
            database: Database::Sqlite,
            network: Network::default(),
            new_epoch: false,
            read_only: false,
            queue: 4096,
            max_pages: None,
            min_free_bytes: crate::space::MIN_FREE_BYTES,
            readers: 4,
            patience: Duration::from_secs(4),
            clock,
            random,
            fatal: Arc::new(|_| std::process::abort()),
        }
    }

    /// Where SQLite keeps the rows.
    #[must_use]
    pub fn sqlite_file(&self) -> PathBuf {
        self.data_dir.join("ananke.db")
    }
}

impl fmt::Debug for Options {
    /// Leaves the URL out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("data_dir", &self.data_dir)
            .field("anchor", &self.anchor)
            .field("new_epoch", &self.new_epoch)
            .field("read_only", &self.read_only)
            .finish_non_exhaustive()
    }
}

fn sibling_anchor(data_dir: &Path) -> PathBuf {
    // `dir/` and `dir` must name the same anchor, and `.` has no name to append to.
    let full = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    let mut name = full
        .file_name()
        .map_or_else(|| "ananke-data".into(), std::ffi::OsStr::to_os_string);
    name.push(".anchor");
    full.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_say_where_things_are_and_never_the_url() {
        let mut options = Options::new("/var/lib/ananke", Arc::new(|| 0), Arc::new(|_| ()));
        assert_eq!(options.min_free_bytes, 67_108_864);
        options.database = Database::Postgres("postgres://ananke:secret@localhost/a".to_owned());
        let text = format!("{options:?}");
        assert!(text.contains("/var/lib/ananke.anchor"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn the_anchor_lies_beside_the_data_directory() {
        assert_eq!(
            sibling_anchor(Path::new("/var/lib/ananke")),
            Path::new("/var/lib/ananke.anchor")
        );
        assert_eq!(
            sibling_anchor(Path::new("/var/lib/ananke/")),
            Path::new("/var/lib/ananke.anchor")
        );
    }
}
