//! What the answers rest on: rows nobody edited, keys, signed evidence, and outside judges of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

#[path = "../../../store/tests/cluster/mod.rs"]
mod cluster;

#[macro_use]
#[path = "../http/world.rs"]
mod world;

mod agreement;
mod bundles;
mod certificates;
mod domain;
mod domain_server;
mod evidence;
mod interop;
mod kek;
mod keys;
mod moving;
mod offline;
mod raw;
mod sealed;
mod tampering;
mod upgrade;
