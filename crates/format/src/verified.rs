//! The proof that something was verified, as a type.

use std::ops::Deref;

/// A value whose signature and signer were checked by this crate.
///
/// There is no public constructor: code that is handed a `Verified<T>` was handed the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// Gives the value away, and the proof with it.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
