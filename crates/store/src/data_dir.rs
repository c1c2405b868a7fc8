//! The data directory: created private, and locked against a second server.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::Error;
use crate::anchor::sync_parent;

/// Creates the directory with mode 0700 unless it is there.
pub(crate) fn create(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| sync_parent(path))
        .map_err(|error| Error::file(path, &error))
}

/// Locks the directory for as long as the file is held. The lock ends with the process, however
/// that ends.
pub(crate) fn lock(data_dir: &Path) -> Result<File, Error> {
    let path = data_dir.join("lock");
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|error| Error::file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
        Err(TryLockError::Error(error)) => Err(Error::file(&path, &error)),
    }
}

/// Makes the names of files just created in it durable.
pub(crate) fn sync(data_dir: &Path) -> Result<(), Error> {
    File::open(data_dir)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| Error::file(data_dir, &error))
}
