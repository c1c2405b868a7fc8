//! How far what can be read is on disk (SQLite, whose commits are seen before they are flushed).
//!
//! Nobody is told of a state that a power cut could take back: whoever reads while a commit waits for its flush
//! waits with it.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// The number of the newest commit that may be seen, and of the newest that is on disk.
#[derive(Default)]
pub(crate) struct Durable {
    visible: AtomicU64,
    flushed: AtomicU64,
    changed: Notify,
}

impl Durable {
    /// To be called before a commit; gives its number.
    pub(crate) fn announce(&self) -> u64 {
        self.visible.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Everything up to this commit is on disk, or will never be seen.
    pub(crate) fn reached(&self, number: u64) {
        self.flushed.fetch_max(number, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// To be called after reading: waits until everything that can have been seen is on disk.
    pub(crate) async fn wait(&self) {
        let seen = self.visible.load(Ordering::SeqCst);
        loop {
            // Before looking, so that no change is missed in between.
            let changed = self.changed.notified();
            if self.flushed.load(Ordering::SeqCst) >= seen {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn whoever_may_have_seen_a_commit_waits_for_its_flush_and_for_no_later_one() {
        let durable = Durable::default();
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(durable.wait()).poll(&mut context).is_ready());
        let first = durable.announce();
        let mut reader = pin!(durable.wait());
        assert_eq!(reader.as_mut().poll(&mut context), Poll::Pending);
        let second = durable.announce();
        durable.reached(first);
        assert!(reader.as_mut().poll(&mut context).is_ready());
        assert_eq!(pin!(durable.wait()).poll(&mut context), Poll::Pending);
        durable.reached(second);
        // One that was overtaken changes nothing.
        durable.reached(first);
        assert!(pin!(durable.wait()).poll(&mut context).is_ready());
    }
}
