//! What commands share that write or read a copy of a key under a passphrase.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::context::Context;
use crate::exit::Failure;
use crate::passphrase;
use crate::verify::evidence::chain;

#[derive(Debug, clap::Args)]
pub(super) struct Passphrase {
    /// File with the passphrase; default: typed, or the first line of standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    /// Reads it; `twice` where it is a new one.
    pub(super) fn read(&self, twice: bool, context: &Context) -> Result<SecretString, Failure> {
        passphrase::read(self.passphrase_file.as_deref(), twice, context.may_ask)
    }
}

/// A copy there is, of which the record says nothing.
pub(super) fn not_recorded(path: &Path, failure: &Failure) -> Failure {
    let message = format!(
        "{} is made, but that was not recorded: {}",
        path.display(),
        failure.message
    );
    Failure::with(failure.exit, message)
}

/// Memory-hard work, and the store, which waits for its database.
pub(super) async fn on_thread<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, ananke_server::StartError> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(run).await;
    let done = done.map_err(|error| Failure::error(error.to_string()))?;
    done.map_err(|error| Failure::error(chain(&error)))
}

pub(super) fn refuse_existing(path: &Path) -> Result<(), Failure> {
    match path.exists() {
        true => Err(Failure::error(format!(
            "{} is there already and was left alone; name another file",
            path.display()
        ))),
        false => Ok(()),
    }
}

/// Writes a new file for this user only; it is on disk then.
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
