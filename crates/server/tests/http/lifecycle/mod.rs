//! What becomes of a document.

mod erase;
mod reasons;
mod replace;
mod table;
