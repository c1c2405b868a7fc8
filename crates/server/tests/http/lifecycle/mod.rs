//! What becomes of a document.

mod erase;
mod reasons;
mod replace;
pub(crate) mod table;
