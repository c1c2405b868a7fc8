//! The HTTP contract, on SQLite and on PostgreSQL: the same tests, the same answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on fails"
)]

#[path = "../../../store/tests/cluster/mod.rs"]
mod cluster;

#[macro_use]
mod world;
#[macro_use]
mod shape;
mod disk;

mod alerting;
mod api_keys;
#[path = "../trust/certificates.rs"]
mod certificates;
mod channels;
mod checklist;
mod contract;
mod crowded;
mod differential;
mod drill;
mod errors;
mod expiry;
mod guessing;
mod idempotency;
mod ids;
mod isolation;
mod issuing;
mod lifecycle;
mod limits;
mod lists;
mod members;
#[allow(dead_code, reason = "here documents are judged as they were published")]
#[path = "../trust/offline.rs"]
mod offline;
mod public;
mod quotas;
#[allow(dead_code, reason = "here only questions are asked")]
#[path = "../trust/raw.rs"]
mod raw;
mod receivers;
mod record;
mod reference_data;
mod rolling;
mod same_file;
mod sealed;
mod server;
mod signing_keys;
mod tcode;
mod template_rules;
mod templates;
#[allow(dead_code, reason = "shared with the tests of the library")]
#[path = "../../../pdf/tests/tool/mod.rs"]
mod tool;
mod unreachable;
mod webhook_secrets;
