//! What the goals of `docs/reliability.md` are tried with: a load that writes down what it was promised, servers that
//! are killed and lied to, and a checker that believes only what anybody can ask for.
//!
//! Nothing here knows the store or its tables. The tests in `tests/rig` say which fault, how often, and what must hold.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a rig that cannot go on fails its test"
)]

pub mod checker;
pub mod http;
pub mod instance;
pub mod journal;
pub mod load;
pub mod nbd;
pub mod needles;
pub mod offline;
pub mod platter;
pub mod seed;
pub mod server;
pub mod shim;
pub mod small_disk;
pub mod tries;
pub mod watch;
pub mod wire;

use std::io::Write as _;

/// Says a line to whoever runs the tests, past the capture of the test harness.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A number of the run: the quick one, or what the environment asks for.
///
/// # Panics
/// When the environment holds no number.
#[must_use]
pub fn number(variable: &str, quick: usize) -> usize {
    std::env::var(variable).map_or(quick, |text| text.parse().expect(variable))
}
