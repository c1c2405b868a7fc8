//! What the judge says.

use serde::Serialize;

use super::indication::Indication;
use super::reason::Reason;
use crate::instant::Instant;
use crate::lifecycle::{self, Status};
use crate::mode::Mode;
use crate::trust::TrustAnchor;
use crate::words::words;

words! {
    /// The one word.
    pub enum Verdict ("verdict") {
        /// Genuine and in force.
        Valid = "valid",
        /// Genuine, not in force for now.
        Suspended = "suspended",
        /// Genuine once, withdrawn.
        Revoked = "revoked",
        /// Genuine, its time has passed.
        Expired = "expired",
        /// Altered, or not from whom it claims to be.
        Invalid = "invalid",
        /// Nothing is known by this name.
        NotFound = "not_found",
        /// Something could not be checked.
        Indeterminate = "indeterminate",
    }
}

words! {
    /// What is checked, in this order.
    pub enum CheckName ("check") {
        /// The signed bytes are unaltered and are the document asked about.
        Integrity = "integrity",
        /// The key that signed was the issuer's, under a trusted root.
        Issuer = "issuer",
        /// The document's time has begun and not passed.
        Time = "time",
        /// The issuer has not revoked, suspended or expired it.
        Status = "status",
        /// It stands in the transparency log.
        Log = "log",
    }
}

words! {
    /// How a check came out.
    pub enum CheckResult ("check result") {
        /// Done, and good.
        Passed = "passed",
        /// Done, and bad.
        Failed = "failed",
        /// Could not be done.
        NotChecked = "not_checked",
    }
}

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: CheckName,
    /// How it came out.
    pub result: CheckResult,
    /// Why; none when it passed.
    pub reason: Option<Reason>,
}

impl Check {
    pub(super) fn new(name: CheckName, reason: Option<Reason>) -> Self {
        Self {
            name,
            result: reason.map_or(CheckResult::Passed, Reason::result),
            reason,
        }
    }
}

/// A verdict and everything it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The one word.
    pub verdict: Verdict,
    /// What ETSI EN 319 102-1 would call it.
    pub indication: Indication,
    /// The five checks, in the order of [`CheckName::ALL`].
    pub checks: [Check; 5],
    /// The document's state, where the status was read and the document is not invalid.
    pub status: Option<Status>,
    /// Why it was revoked, where authenticated evidence says so.
    pub status_reason: Option<lifecycle::Reason>,
    /// The time the status is from, when a list told it.
    pub status_as_of: Option<Instant>,
    /// Live or test, from the certificate; none where no certificate was believed.
    pub mode: Option<Mode>,
    /// What the verdict's trust rests on.
    pub trust_anchor: TrustAnchor,
}

impl Outcome {
    /// The check of a name.
    #[must_use]
    pub const fn check(&self, name: CheckName) -> &Check {
        let [integrity, issuer, time, status, log] = &self.checks;
        match name {
            CheckName::Integrity => integrity,
            CheckName::Issuer => issuer,
            CheckName::Time => time,
            CheckName::Status => status,
            CheckName::Log => log,
        }
    }
}
