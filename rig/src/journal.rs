//! The acknowledgement journal: what clients asked for and what they were promised, on disk before anybody believes it.
//!
//! Lines are `ask KEY`, `ack KEY REFERENCE`, `revoked KEY` and `refused KEY WHY`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    state: Mutex<State>,
    acknowledged: Condvar,
}

#[derive(Debug)]
struct State {
    file: File,
    acknowledged: usize,
}

/// What a journal says.
#[derive(Debug, Default)]
pub struct Promises {
    /// Every key that was asked for, with the reference it was promised, if it was.
    pub keys: BTreeMap<String, Option<String>>,
    /// Keys whose documents are revoked.
    pub revoked: BTreeSet<String>,
    /// Answers that no request of the rig deserves, and promises that contradict each other.
    pub wrong: Vec<String>,
}

impl Journal {
    /// An empty one.
    ///
    /// # Panics
    /// When it cannot be written, like all below.
    #[must_use]
    pub fn create(path: &Path) -> Self {
        let file = File::create_new(path).expect("a new journal");
        Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                acknowledged: 0,
            }),
            acknowledged: Condvar::new(),
        }
    }

    /// A copy of what was written so far, as a journal of its own.
    #[must_use]
    pub fn until_now(&self, path: &Path) -> Self {
        let state = self.state();
        std::fs::copy(&self.path, path).expect("a copy");
        let file = File::options().append(true).open(path).expect("the copy");
        Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                acknowledged: state.acknowledged,
            }),
            acknowledged: Condvar::new(),
        }
    }

    /// Adds what another journal asked for, without what it was promised.
    pub fn and_asked(&self, other: &Path) {
        let other = std::fs::read_to_string(other).expect("the journal");
        for line in other.lines().filter(|line| line.starts_with("ask ")) {
            drop(self.write(&format!("{line}\n")));
        }
    }

    /// Before a key is used for the first time.
    pub fn ask(&self, key: &str) {
        drop(self.write(&format!("ask {key}\n")));
    }

    /// Before an answer is believed.
    pub fn acknowledge(&self, key: &str, reference: &str) {
        let mut state = self.write(&format!("ack {key} {reference}\n"));
        state.acknowledged += 1;
        drop(state);
        self.acknowledged.notify_all();
    }

    /// Before an answer that a document is revoked is believed.
    pub fn revoked(&self, key: &str) {
        drop(self.write(&format!("revoked {key}\n")));
    }

    /// An answer that the request did not deserve.
    pub fn refused(&self, key: &str, why: &str) {
        drop(self.write(&format!("refused {key} {}\n", why.replace('\n', " "))));
    }

    fn write(&self, line: &str) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.file.write_all(line.as_bytes()).expect("written");
        state.file.sync_data().expect("synced");
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many promises there are.
    #[must_use]
    pub fn acknowledged(&self) -> usize {
        self.state().acknowledged
    }

    /// Waits until there are so many promises, at most this long; whether there are.
    #[must_use]
    pub fn wait_for(&self, acknowledged: usize, at_most: Duration) -> bool {
        let waited = self
            .acknowledged
            .wait_timeout_while(self.state(), at_most, |state| {
                state.acknowledged < acknowledged
            });
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.acknowledged >= acknowledged
    }

    /// What is on disk.
    #[must_use]
    pub fn promises(&self) -> Promises {
        read(&std::fs::read_to_string(&self.path).expect("the journal"))
    }
}

fn read(text: &str) -> Promises {
    let mut promises = Promises::default();
    for line in text.lines() {
        let mut words = line.splitn(3, ' ');
        match (words.next(), words.next(), words.next()) {
            (Some("ask"), Some(key), None) => {
                promises.keys.entry(key.to_owned()).or_default();
            }
            (Some("ack"), Some(key), Some(reference)) => {
                let before = promises
                    .keys
                    .insert(key.to_owned(), Some(reference.to_owned()));
                if let Some(Some(before)) = before
                    && before != reference
                {
                    let both = format!("{key} was answered with {before}, then with {reference}");
                    promises.wrong.push(both);
                }
            }
            (Some("revoked"), Some(key), None) => {
                promises.revoked.insert(key.to_owned());
            }
            _ => promises.wrong.push(line.to_owned()),
        }
    }
    promises
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_journal_says_what_was_promised_and_what_cannot_be() {
        let promises = read("ask a\nask b\nack a T-1\nack a T-1\nrevoked a\n");
        assert_eq!(promises.keys["a"].as_deref(), Some("T-1"));
        assert_eq!(promises.keys["b"], None);
        assert!(promises.wrong.is_empty());
        assert!(promises.revoked.contains("a") && !promises.revoked.contains("b"));
        assert_eq!(read("ask a\nack a T-1\nack a T-2\n").wrong.len(), 1);
        assert_eq!(read("ask a\nrefused a 422 why\n").wrong.len(), 1);
    }
}
