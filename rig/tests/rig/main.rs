//! Never lose, never lie: each goal of `docs/reliability.md` with its fault, and with the control that shows that
//! the checker would have noticed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod backups;
mod canary;
mod clock;
#[path = "../../../crates/store/tests/cluster/mod.rs"]
mod cluster;
mod collector;
mod commits;
mod disk;
mod drill;
mod failover;
mod failpoints;
mod full;
mod halves;
mod interview;
mod kills;
mod leases;
mod lives;
mod migrations;
mod moments;
mod partitions;
mod planted;
mod rekeyed;
mod restarts;
mod rewrapped;
mod rotation;
mod signing;
mod sources;
mod tampering;
mod twins;
mod unflushed;
mod watched;

use std::path::Path;

/// The command line with failpoints.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ananke-rig"))
}
