//! The one judge: every door of the product, online and offline, ends here.
//!
//! Two steps. [`signature`] looks at signed bytes and keys only; its answer does not change with
//! time and may be kept under [`cache_key`]. For what was stamped [`seal`] and [`stamped`] do the same; a seal does not hold its
//! certificate, so that their answers change with the keys that are listed. [`judge`] adds what does change: the clock, the
//! status, what became of the key, what was asked for.

mod document;
mod facts;
mod indication;
mod judge;
mod outcome;
mod reason;
mod sealed;
mod signature;
mod status;

pub use facts::{Facts, StatusEvidence, Subject};
pub use indication::{Indication, MainIndication, SubIndication};
pub use judge::{SKEW_SECONDS, judge};
pub use outcome::{Check, CheckName, CheckResult, Outcome, Verdict};
pub use reason::Reason;
pub use sealed::{StampedFailure, seal, stamped};
pub use signature::{Failure, cache_key, signature};
