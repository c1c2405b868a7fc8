//! The targets, by what they parse.

pub(crate) mod certificates;
pub(crate) mod files;
pub(crate) mod lists;
pub(crate) mod names;
pub(crate) mod requests;
pub(crate) mod seals;
pub(crate) mod signed;

/// The bytes as text, where they are one.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
