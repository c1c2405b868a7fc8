//! The client against a server that follows a script: what is sent, how often, and what comes of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod calls;
mod keys;
mod retries;
mod script;
