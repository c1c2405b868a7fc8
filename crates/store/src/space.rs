//! Free space: documents are refused before the disk is full, so that there is room left to revoke.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::sql::Engine;
use crate::{Error, Options};

/// What is kept free for everything but new documents.
pub(crate) const MIN_FREE_BYTES: u64 = 64 * 1024 * 1024;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Bytes left for this user on the disk a directory is on; `None` where it cannot be asked.
pub(crate) fn free(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}

/// Looks at the disk now and then.
pub(crate) struct Space {
    dir: PathBuf,
    min_free_bytes: u64,
    /// When it was looked at last, and whether there was too little.
    seen: Option<(Instant, bool)>,
}

impl Space {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            dir: options.data_dir.clone(),
            min_free_bytes: options.min_free_bytes,
            seen: None,
        }
    }

    /// Refuses what takes space and can wait where the disk is nearly full. PostgreSQL looks after its own disk.
    pub(crate) fn admit(&mut self, engine: Engine, takes_space: bool) -> Result<(), Error> {
        if takes_space && engine == Engine::Sqlite && self.is_low() {
            return Err(Error::unavailable(5_000));
        }
        Ok(())
    }

    fn is_low(&mut self) -> bool {
        if let Some((at, low)) = self.seen
            && at.elapsed() < LOOK_EVERY
        {
            return low;
        }
        let free = free(&self.dir);
        // A disk that cannot be asked is not a full one; a write will tell.
        let low = free.is_some_and(|free| free < self.min_free_bytes);
        if low && !self.seen.is_some_and(|(_, before)| before) {
            tracing::error!(
                freeBytes = free.unwrap_or(0),
                "the disk is nearly full: no new documents"
            );
        }
        self.seen = Some((Instant::now(), low));
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_is_looked_at_once_a_second() {
        let mut space = Space {
            dir: std::env::temp_dir(),
            min_free_bytes: 0,
            seen: None,
        };
        let began = Instant::now();
        assert!(space.admit(Engine::Sqlite, true).is_ok());
        space.min_free_bytes = u64::MAX;
        while space.admit(Engine::Sqlite, true).is_ok() {
            assert!(began.elapsed() < 5 * LOOK_EVERY, "it never looks again");
            std::thread::sleep(LOOK_EVERY / 20);
        }
        assert!(began.elapsed() >= LOOK_EVERY, "it always looks");
        assert!(space.admit(Engine::Sqlite, false).is_ok());
        assert!(space.admit(Engine::Postgres, true).is_ok());
        // A disk that cannot be asked is not a full one.
        space.dir = "/nowhere".into();
        space.seen = None;
        assert!(space.admit(Engine::Sqlite, true).is_ok());
    }
}
