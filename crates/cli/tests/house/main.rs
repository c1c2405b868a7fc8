//! The rules of the house, as tests: which crate may use which, what we build from, what the README promises,
//! how files look, what log lines may say, and that `docs/status.md` names tests that exist.
//!
//! Nothing here tests the product; it keeps the repository true to its own pages.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod arrows;
mod licence;
mod metadata;
mod observability;
mod readme;
mod shape;
mod status;
mod supply;
mod tree;
