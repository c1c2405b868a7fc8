//! Every request of a load, how it ended and how long it took: what a client sees of a fault.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Requests so far.
#[derive(Debug, Default)]
pub struct Tries(Mutex<Seen>);

/// What became of them.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// How many ended with each status; without an answer under `None`.
    pub statuses: BTreeMap<Option<u16>, usize>,
    /// The slowest one.
    pub slowest: Duration,
}

impl Tries {
    /// One more.
    pub fn note(&self, status: Option<u16>, took: Duration) {
        let mut seen = self.lock();
        *seen.statuses.entry(status).or_default() += 1;
        seen.slowest = seen.slowest.max(took);
    }

    /// All so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// How many there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.statuses.values().sum()
    }

    /// How many ended otherwise than this.
    #[must_use]
    pub fn other_than(&self, statuses: &[u16]) -> usize {
        let others = self
            .statuses
            .iter()
            .filter(|(status, _)| status.is_none_or(|status| !statuses.contains(&status)));
        others.map(|(_, count)| count).sum()
    }

    /// The numbers in words.
    #[must_use]
    pub fn words(&self) -> String {
        let each = self
            .statuses
            .iter()
            .rev()
            .map(|(status, count)| match status {
                Some(status) => format!("{count} with {status}"),
                None => format!("{count} without an answer"),
            });
        let each: Vec<String> = each.collect();
        format!(
            "{} requests ({}), the slowest {:.2} s",
            self.count(),
            each.join(", "),
            self.slowest.as_secs_f64()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Tries;
    use std::time::Duration;

    #[test]
    fn requests_are_counted_by_how_they_ended() {
        let tries = Tries::default();
        tries.note(Some(201), Duration::from_millis(10));
        tries.note(Some(503), Duration::from_millis(2_500));
        tries.note(None, Duration::ZERO);
        let seen = tries.seen();
        assert_eq!(seen.other_than(&[201, 503]), 1);
        assert_eq!(
            seen.words(),
            "3 requests (1 with 503, 1 with 201, 1 without an answer), the slowest 2.50 s"
        );
    }
}
