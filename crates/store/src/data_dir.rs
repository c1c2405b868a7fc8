//! The data directory: created private, and locked against a second server.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use crate::Error;
use crate::anchor::sync_parent;

/// Creates the directory with mode 0700. One that is there and empty gets that mode; one that is in use keeps
/// its own, but nobody else may be able to replace its files.
pub(crate) fn create(path: &Path) -> Result<(), Error> {
    if let Ok(there) = fs::metadata(path) {
        let failed = |error| Error::file(path, &error);
        if fs::read_dir(path).map_err(failed)?.next().is_none() {
            return fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed);
        }
        if there.permissions().mode() & 0o022 != 0 {
            let reason = format!(
                "others can write to the data directory: `chmod 700 {}`",
                path.display()
            );
            return Err(Error::Refused { reason });
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_not_there_cannot_be_made_durable() {
        let dir = tempfile::tempdir().unwrap();
        sync(dir.path()).unwrap();
        assert!(matches!(
            sync(&dir.path().join("nowhere")),
            Err(Error::File { .. })
        ));
    }
}
