//! Writes the vectors that are missing: `cargo run -p ananke-format --example vectors`.
//!
//! Expectations are written down here by hand, never taken from what the code answers. ECDSA
//! signatures are random, so a file is made once and then kept; a new case is a new file.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "run by hand, on files of its own"
)]

mod api_keys;
mod bundles;
mod case;
mod certificates;
mod claims;
mod credentials;
mod documents;
mod heads;
mod keys;
mod lists;
mod own_seals;
mod pki;
mod roots;
mod seals;
mod stamps;
mod statements;
mod status_tables;
mod texts;
mod verdicts;
mod words;

fn main() {
    pki::make_missing();
    bundles::make_given();
    lists::make_given();
    texts::write();
    api_keys::write();
    status_tables::write();
    words::write();
    certificates::write();
    bundles::write();
    roots::write();
    seals::write();
    own_seals::write();
    stamps::write();
    credentials::write();
    statements::write();
    heads::write();
    lists::write();
    verdicts::write();
    println!("{} vectors written", case::written());
}
