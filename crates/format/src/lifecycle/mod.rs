//! The life of a document: four states, and which action leads where.

mod statement;
mod transition;

pub use statement::{LifecycleStatement, LifecycleStatementError};
pub use transition::{Illegal, Transition, apply};

use crate::instant::Instant;
use crate::words::words;

words! {
    /// The state of a document.
    pub enum Status ("status") {
        /// In force.
        Active = "Active",
        /// Not in force for now.
        Suspended = "Suspended",
        /// Withdrawn for good.
        Revoked = "Revoked",
        /// Past its time, or expired early by its issuer.
        Expired = "Expired",
    }
}

impl Status {
    /// The state at a time: a document that is active passes into expired by the clock, whether or
    /// not a job has run. Precedence is revoked, suspended, expired.
    #[must_use]
    pub fn at(self, expires_at: Option<Instant>, now: Instant) -> Self {
        match self {
            Self::Active if is_past(expires_at, now) => Self::Expired,
            other => other,
        }
    }
}

/// Whether a document's time has passed: its last moment is the one before `expires_at`.
#[must_use]
pub fn is_past(expires_at: Option<Instant>, now: Instant) -> bool {
    expires_at.is_some_and(|expires_at| now >= expires_at)
}

words! {
    /// What an issuer can do to a document.
    pub enum Action ("action") {
        /// Take it out of force for now.
        Suspend = "suspend",
        /// Withdraw it for good.
        Revoke = "revoke",
        /// Put a suspended document back into force.
        Reinstate = "reinstate",
        /// Another word for `reinstate`.
        Reactivate = "reactivate",
        /// End its time early.
        Expire = "expire",
    }
}

words! {
    /// Why a document was revoked.
    pub enum Reason ("revocation reason") {
        /// The key that signed it fell into wrong hands.
        KeyCompromise = "keyCompromise",
        /// It should not have been issued, or not like this.
        IssuedInError = "issuedInError",
        /// Another document takes its place.
        Superseded = "superseded",
        /// The recipient left the group it speaks of.
        AffiliationEnded = "affiliationEnded",
        /// It was obtained or made by deceit.
        Fraud = "fraud",
        /// None of these, or not said.
        Other = "other",
    }
}
