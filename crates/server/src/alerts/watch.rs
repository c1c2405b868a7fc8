//! Counts what happens too often, in memory: a window per kind and subject, and what is to be raised of it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::Kind;

/// Kinds and subjects counted at once; whoever causes more of them hides nothing that is counted already.
const MOST: usize = 20_000;

/// Of what, about whom.
type Key = (Uuid, Kind, String);

#[derive(Default)]
struct Window {
    /// When it happened, as many as it takes.
    times: VecDeque<i64>,
    /// Whether it is too often now.
    is_storm: bool,
    /// How often since it was said, once it is too often.
    unsaid: i64,
    last: i64,
}

/// What was noticed in this process.
#[derive(Default)]
pub struct Watch(Mutex<HashMap<Key, Window>>);

/// Something that happened too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub tenant: Uuid,
    /// What.
    pub kind: Kind,
    /// About what.
    pub subject: String,
    /// How often since it was said last.
    pub times: i64,
    /// When last.
    pub last: i64,
}

impl Watch {
    /// It happened.
    pub fn note(&self, tenant: Uuid, kind: Kind, subject: &str, now: i64) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant, kind, subject.to_owned());
        if windows.len() >= MOST && !windows.contains_key(&key) {
            windows.retain(|(_, kind, _), window| {
                window.unsaid > 0 || now - window.last < kind.threshold().1
            });
            if windows.len() >= MOST {
                return;
            }
        }
        let (enough, micros) = kind.threshold();
        let window = windows.entry(key).or_default();
        let is_new = window.times.is_empty() || now - window.last >= micros;
        window.last = window.last.max(now);
        if is_new {
            window.times.clear();
        }
        while window.times.front().is_some_and(|at| now - at >= micros) {
            window.times.pop_front();
        }
        window.times.push_back(now);
        if window.times.len() < enough {
            window.is_storm = false;
            return;
        }
        // The first time it is all of them, then each one more.
        window.unsaid += match window.is_storm {
            true => 1,
            false => i64::try_from(enough).unwrap_or(i64::MAX),
        };
        window.is_storm = true;
        if window.times.len() > enough {
            window.times.pop_front();
        }
    }

    /// What is to be said now; it is not said twice.
    pub fn due(&self, now: i64) -> Vec<Due> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|(_, kind, _), window| {
            window.unsaid > 0 || now - window.last < kind.threshold().1
        });
        windows
            .iter_mut()
            .filter(|(_, window)| window.unsaid > 0)
            .map(|((tenant, kind, subject), window)| Due {
                tenant: *tenant,
                kind: *kind,
                subject: subject.clone(),
                times: std::mem::take(&mut window.unsaid),
                last: window.last,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn times(watch: &Watch, now: i64) -> Vec<i64> {
        watch.due(now).into_iter().map(|due| due.times).collect()
    }

    #[test]
    fn the_twentieth_within_a_minute_and_no_earlier() {
        let watch = Watch::default();
        let fail = |at: i64| watch.note(Uuid::nil(), Kind::AuthFailures, "key:a", at * SECOND);
        (0..19).for_each(fail);
        assert_eq!(times(&watch, 19 * SECOND), [0; 0]);
        fail(59);
        assert_eq!(times(&watch, 59 * SECOND), [20]);
        // Said once; what comes after it is counted.
        assert_eq!(times(&watch, 59 * SECOND), [0; 0]);
        fail(60);
        assert_eq!(
            times(&watch, 60 * SECOND),
            [1],
            "the first left the window, and there are twenty again"
        );
        (1..30).for_each(|_| fail(60));
        assert_eq!(times(&watch, 60 * SECOND), [29]);
        // It was quiet for a while: nineteen are nothing again.
        (0..19).for_each(|_| fail(200));
        assert_eq!(times(&watch, 200 * SECOND), [0; 0]);
    }

    #[test]
    fn slow_failures_are_no_storm() {
        let watch = Watch::default();
        for at in 0..1_000 {
            watch.note(Uuid::nil(), Kind::AuthFailures, "key:a", at * 4 * SECOND);
        }
        assert_eq!(times(&watch, 4_000 * SECOND), [0; 0]);
    }

    #[test]
    fn one_subject_is_not_another() {
        let watch = Watch::default();
        for number in 0..100 {
            watch.note(Uuid::nil(), Kind::AuthFailures, &format!("key:{number}"), 0);
        }
        assert_eq!(times(&watch, 0), [0; 0]);
        watch.note(Uuid::nil(), Kind::BrowserKey, "key:1", 0);
        assert_eq!(times(&watch, 0), [1]);
    }

    #[test]
    fn memory_is_bounded_and_forgets_what_is_over() {
        let watch = Watch::default();
        for number in 0..MOST + 100 {
            watch.note(Uuid::nil(), Kind::AuthFailures, &number.to_string(), 0);
        }
        assert_eq!(watch.0.lock().unwrap().len(), MOST);
        watch.note(Uuid::nil(), Kind::AuthFailures, "later", 61 * SECOND);
        assert_eq!(watch.0.lock().unwrap().len(), 1);
    }
}
