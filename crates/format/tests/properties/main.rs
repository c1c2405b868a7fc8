//! What must hold for every input, not only for those somebody thought of.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod credentials;
mod facts;
mod hostile;
#[path = "../../examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the program that writes the vectors")]
mod keys;
mod lists;
mod mutated;
mod seals;
mod trusts;
