//! How busy the writer is: numbers it counts as it goes, for whoever watches. They decide nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What was counted since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Commands and chores that wait for their commit now.
    pub waiting: u64,
    /// Transactions that ended, whichever way.
    pub batches: u64,
    /// Commands and chores in them.
    pub commands: u64,
    /// How often something was flushed behind a commit (SQLite; PostgreSQL flushes as it commits).
    pub flushes: u64,
    /// Microseconds that took.
    pub flush_micros: u64,
    /// Tries to write the anchor that failed since it was written last; there are two a second.
    pub anchor_failures: u64,
}

/// The counters themselves.
#[derive(Default)]
pub(crate) struct Counted {
    waiting: AtomicU64,
    batches: AtomicU64,
    commands: AtomicU64,
    flushes: AtomicU64,
    flush_micros: AtomicU64,
    anchor_failures: AtomicU64,
}

impl Counted {
    /// Somebody waits for an answer until this is dropped, heard or not.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(self)
    }

    /// A batch of so many ended.
    pub(crate) fn batch(&self, commands: usize) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.commands.fetch_add(commands as u64, Ordering::Relaxed);
    }

    /// A flush took so long.
    pub(crate) fn flush(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.flushes.fetch_add(1, Ordering::Relaxed);
        self.flush_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// The anchor was written, or was not.
    pub(crate) fn anchor(&self, is_written: bool) {
        match is_written {
            true => self.anchor_failures.store(0, Ordering::Relaxed),
            false => {
                self.anchor_failures.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// As of now.
    pub(crate) fn load(&self) -> Load {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Load {
            waiting: read(&self.waiting),
            batches: read(&self.batches),
            commands: read(&self.commands),
            flushes: read(&self.flushes),
            flush_micros: read(&self.flush_micros),
            anchor_failures: read(&self.anchor_failures),
        }
    }
}

/// One who waits.
pub(crate) struct Waiting<'a>(&'a Counted);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
