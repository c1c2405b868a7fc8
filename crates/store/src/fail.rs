//! Failpoints: places where the rig makes the store do the wrong thing, to see that its checker notices.
//!
//! They exist only under the feature `failpoints`, which only the rig asks for. There `ANANKE_FAILPOINT=name[:n]`
//! chooses one, from its n-th passing on, and `a,b` two. Everywhere else `at!` is the word `false`, and not even the
//! name is in the binary; `crash!`, which is `kill -9` from inside, is nothing.

#[cfg(not(feature = "failpoints"))]
macro_rules! at {
    ($name:literal) => {
        false
    };
}

#[cfg(feature = "failpoints")]
macro_rules! at {
    ($name:literal) => {
        $crate::fail::chosen($name)
    };
}

#[cfg(not(feature = "failpoints"))]
macro_rules! crash {
    ($name:literal, $here:expr) => {};
}

#[cfg(feature = "failpoints")]
macro_rules! crash {
    ($name:literal, $here:expr) => {
        if $here && $crate::fail::chosen($name) {
            $crate::fail::die();
        }
    };
}

pub(crate) use {at, crash};

/// Whether the wrong way is to be taken here.
#[cfg(feature = "failpoints")]
#[must_use]
pub fn chosen(name: &str) -> bool {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static CHOSEN: LazyLock<Vec<(String, u64, AtomicU64)>> = LazyLock::new(|| {
        let text = std::env::var("ANANKE_FAILPOINT").unwrap_or_default();
        let one = |text: &str| {
            let (name, from) = text.split_once(':').unwrap_or((text, "1"));
            // What is no number never comes: the control then finds nothing, and its test fails.
            let from = from.parse().unwrap_or(u64::MAX);
            (name.to_owned(), from, AtomicU64::new(0))
        };
        text.split(',').map(one).collect()
    });
    let found = CHOSEN.iter().find(|(chosen, _, _)| chosen == name);
    found.is_some_and(|(_, from, passed)| passed.fetch_add(1, Ordering::SeqCst) + 1 >= *from)
}

/// `kill -9` of this process: nothing is flushed, dropped or answered any more.
#[cfg(feature = "failpoints")]
pub fn die() -> ! {
    let killed =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    // The signal may take a moment; this thread must do nothing more.
    loop {
        std::thread::park();
        let _ = &killed;
    }
}
