//! Failpoints: places where the rig makes the store do the wrong thing, to see that its checker notices.
//!
//! They exist only under the feature `failpoints`, which only the rig asks for. There `ANANKE_FAILPOINT=name[:n]`
//! chooses one, from its n-th passing on. Everywhere else `at!` is the word `false`, and not even the name is in
//! the binary.

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

pub(crate) use at;

/// Whether the wrong way is to be taken here.
#[cfg(feature = "failpoints")]
#[must_use]
pub fn chosen(name: &str) -> bool {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static PASSED: AtomicU64 = AtomicU64::new(0);
    static CHOSEN: LazyLock<(String, u64)> = LazyLock::new(|| {
        let text = std::env::var("ANANKE_FAILPOINT").unwrap_or_default();
        let (name, from) = text.split_once(':').unwrap_or((&text, "1"));
        // What is no number never comes: the control then finds nothing, and its test fails.
        (name.to_owned(), from.parse().unwrap_or(u64::MAX))
    });
    CHOSEN.0 == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 >= CHOSEN.1
}
