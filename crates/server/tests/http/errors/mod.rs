//! Every error code with its whole body, and where it comes from.

mod keys;
mod members;
mod pages;
mod size;
mod state;
mod unreadable;
