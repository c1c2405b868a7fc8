//! Hostile files (goal G-19): a generator of them, and what is said of each. Nothing of them is kept: every one is made when it is
//! wanted.
//!
//! `parts` is what files are made of; a page for each kind of harm makes them; `http` sends them to a server with real processes.

mod bombs;
mod counts;
mod cut;
mod depth;
mod http;
mod judged;
mod kinds;
mod locked;
mod loops;
mod numbers;
mod objects;
mod pages;
mod parts;
mod pictures;
mod tables;

use std::collections::HashSet;

use ananke_format::Sha256;

/// A file that does harm, or tries to.
pub(crate) struct Hostile {
    /// What it is, in words.
    pub(crate) name: String,
    make: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
    /// What is said of it.
    pub(crate) said: Said,
}

impl Hostile {
    fn new(
        name: impl Into<String>,
        said: Said,
        make: impl Fn() -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let (name, make) = (name.into(), Box::new(make));
        Self { name, make, said }
    }

    /// Its bytes.
    pub(crate) fn file(&self) -> Vec<u8> {
        (self.make)()
    }
}

/// What is said of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is refused.
    Refused {
        status: u16,
        code: &'static str,
        /// The member at fault.
        member: &'static str,
        /// Some of the words about it.
        words: &'static str,
    },
    /// It takes more memory or time than there is, and that ends its own process; on a busy machine the time may be over first.
    Ends,
    /// It only looks hostile, or its harm is to whoever opens it: it is taken.
    Taken,
}

impl Said {
    const fn refused(
        status: u16,
        code: &'static str,
        member: &'static str,
        words: &'static str,
    ) -> Self {
        Self::Refused {
            status,
            code,
            member,
            words,
        }
    }

    /// Its structure is not whole.
    const fn damaged(words: &'static str) -> Self {
        Self::refused(422, "VALIDATION_FAILED", "pdf", words)
    }

    /// It is of another kind.
    const fn other(words: &'static str) -> Self {
        Self::refused(415, "UNSUPPORTED_MEDIA_TYPE", "pdf", words)
    }

    /// It is too large.
    const fn large(words: &'static str) -> Self {
        Self::refused(413, "PAYLOAD_TOO_LARGE", "pdf", words)
    }

    /// It is no picture that can be read.
    const fn unread(words: &'static str) -> Self {
        Self::refused(422, "VALIDATION_FAILED", "file", words)
    }
}

/// Files that somebody wants stamped.
pub(crate) fn files() -> Vec<Hostile> {
    [
        bombs::files(),
        loops::files(),
        depth::files(),
        counts::files(),
        numbers::files(),
        locked::files(),
        cut::files(),
        tables::files(),
        objects::files(),
        pages::files(),
        kinds::files(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn there_are_a_hundred_of_them_and_each_is_another() {
    let stamped = files();
    let refused = stamped.iter().filter(|file| file.said != Said::Taken);
    assert!(refused.count() >= 100);
    for door in [stamped, pictures::files()] {
        let (mut names, mut hashes) = (HashSet::new(), HashSet::new());
        for hostile in &door {
            let (file, name) = (hostile.file(), &hostile.name);
            assert!(file.len() <= (10 << 20) + 1, "{name}: {}", file.len());
            assert!(names.insert(name), "{name} stands twice");
            let is_new = hashes.insert(Sha256::of(&file).to_string());
            assert!(is_new, "{name} is like another one");
        }
    }
}
