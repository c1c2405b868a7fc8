//! What follows a commit: its flush, the anchor, the answers. On SQLite a thread of its own does it, so that the next
//! batch is written while the last one is flushed.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::anchor::Keeper;
use crate::durable::Durable;
use crate::load::Counted;
use crate::queue::Pending;
use crate::streams::Head;
use crate::{Error, Options, fail};

/// A batch that was committed.
pub(super) struct Committed {
    /// The log, when something of this batch or an earlier one may not be on disk yet.
    pub(super) log: Option<Arc<File>>,
    /// Its number, where commits are seen before they are on disk.
    pub(super) number: u64,
    /// How far its stream has come, when it recorded anything.
    pub(super) head: Option<Head>,
    /// Who waits for it.
    pub(super) answers: Vec<Pending>,
}

/// What happens to it, on whichever thread.
#[derive(Clone)]
pub(super) struct Settler {
    pub(super) keeper: Arc<Keeper>,
    pub(super) durable: Arc<Durable>,
    pub(super) counted: Arc<Counted>,
    options: Options,
    failed: Arc<AtomicBool>,
}

impl Settler {
    pub(super) fn new(options: Options, keeper: Keeper) -> Self {
        Self {
            keeper: Arc::new(keeper),
            durable: Arc::default(),
            counted: Arc::default(),
            options,
            failed: Arc::default(),
        }
    }

    /// Whether a flush failed since this was asked last.
    pub(super) fn take_failure(&self) -> bool {
        self.failed.swap(false, Ordering::SeqCst)
    }

    /// Flushes it, and says so.
    pub(super) fn settle(&self, batch: Committed) {
        self.counted.batch(batch.answers.len());
        let flushed = self.flush(batch.log.as_deref());
        if flushed.is_ok() {
            fail::crash!("crash-after-the-commit", batch.head.is_some());
            if let Some(head) = &batch.head {
                self.keeper.advance(*head);
            }
            fail::crash!("crash-after-the-anchor", batch.head.is_some());
            // What is not on disk is not shown to anybody.
            self.durable.reached(batch.number);
        }
        for answer in batch.answers {
            match &flushed {
                Ok(()) => answer.send(),
                Err(error) => answer.fail(error.clone()),
            }
        }
    }

    fn flush(&self, log: Option<&File>) -> Result<(), Error> {
        // What one that failed did not write, one that comes after it does not write either, and succeeds.
        if self.failed.load(Ordering::SeqCst) {
            return Err(Error::Unknown);
        }
        match log {
            Some(log) if !fail::at!("answer-without-flush") => {
                let began = Instant::now();
                let synced = log.sync_data();
                self.counted.flush(began.elapsed());
                synced.or_else(|error| self.after(&error))
            }
            _ => Ok(()),
        }
    }

    /// After a failed flush nothing that the disk says can be believed: what was committed may be there or not.
    fn after(&self, error: &std::io::Error) -> Result<(), Error> {
        tracing::error!(%error, "the log could not be flushed");
        self.failed.store(true, Ordering::SeqCst);
        (self.options.fatal)(&format!("the log could not be flushed: {error}"));
        Err(Error::Unknown)
    }
}

/// The thread.
pub(super) struct Flusher {
    /// Without room: whoever hands something over waits until the one before it is settled.
    batches: SyncSender<Committed>,
    handed_over: u64,
    settled: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Flusher {
    pub(super) fn start(settler: Settler) -> std::io::Result<Self> {
        let (batches, theirs): (_, Receiver<Committed>) = sync_channel(0);
        let settled = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&settled);
        let thread = std::thread::Builder::new()
            .name("ananke-flush".to_owned())
            .spawn(move || {
                for batch in theirs {
                    settler.settle(batch);
                    count.fetch_add(1, Ordering::SeqCst);
                }
            })?;
        Ok(Self {
            batches,
            handed_over: 0,
            settled,
            thread,
        })
    }

    /// Whether everything handed over is settled.
    pub(super) fn is_idle(&self) -> bool {
        self.settled.load(Ordering::SeqCst) == self.handed_over
    }

    /// Hands a batch over, once the one before it is settled.
    ///
    /// # Errors
    /// It is given back: the thread has died.
    pub(super) fn settle(&mut self, batch: Committed) -> Result<(), Committed> {
        self.handed_over += 1;
        self.batches.send(batch).map_err(|error| error.0)
    }

    /// Waits until everything is settled.
    pub(super) fn end(self) {
        drop(self.batches);
        // One that panicked took its answers with it: they are heard as unknown.
        let _ = self.thread.join();
    }
}
