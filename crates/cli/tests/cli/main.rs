//! The binary as people and scripts use it: real commands against a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on fails"
)]

mod agreement;
mod api;
mod backup;
#[path = "../../../server/tests/trust/certificates.rs"]
mod certificates;
#[path = "../../../store/tests/cluster/mod.rs"]
mod cluster;
mod configuration;
mod demo;
mod doctor;
mod documents;
mod drill;
mod examples;
mod exit_codes;
mod folder;
mod heads;
mod help;
mod hostile;
mod kek;
mod keyring;
mod limits;
mod logging;
mod manual;
mod no_input;
mod operator;
mod outgoing;
mod pdf_worker;
mod profiles;
mod raw;
mod recipes;
mod record;
mod root;
mod scan;
mod scenarios;
mod sdk;
mod sdk_tcode;
mod seal;
mod secrets;
mod serving;
mod stamp_agreement;
mod stamp_templates;
mod stamps;
mod telemetry;
mod templates;
mod tls;
mod tls_reload;
mod tls_settings;
#[allow(dead_code, reason = "several tests share this")]
#[path = "../../../pdf/tests/tool/mod.rs"]
mod tool;
mod traces;
mod transcripts;
mod watch;
mod workers;
mod world;
