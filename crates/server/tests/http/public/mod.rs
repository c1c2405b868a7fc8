//! What anybody may ask.

mod cors;
mod history;
mod pages;
mod questions;
