//! The one place of the command line that asks the machine for the time.

use ananke_format::Instant;

/// Now.
#[allow(
    clippy::disallowed_methods,
    reason = "the one clock of the command line; `--at` replaces it"
)]
pub(crate) fn now() -> Instant {
    Instant::from_timestamp(jiff::Timestamp::now()).unwrap_or(Instant::UNIX_EPOCH)
}
