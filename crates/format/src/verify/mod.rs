//! The one judge: every door of the product, online and offline, ends here.
//!
//! Two steps. [`signature`] looks at signed bytes and keys only; its answer does not change with
//! time and may be kept under [`cache_key`]. [`judge`] adds what does change: the clock, the status,
//! what became of the key, what was asked for.

mod facts;
mod indication;
mod judge;
mod outcome;
mod reason;
mod signature;

pub use facts::{Facts, StatusEvidence, Subject};
pub use indication::{Indication, MainIndication, SubIndication};
pub use judge::{SKEW_SECONDS, judge};
pub use outcome::{Check, CheckName, CheckResult, Outcome, Verdict};
pub use reason::Reason;
pub use signature::{Failure, cache_key, signature};
