//! Alerts: what people should be told of, noticed while it happens and raised once while it lasts.
//!
//! Owns what is noticed and how often is too often. An alert is open until somebody acknowledges it or nothing of the kind
//! was seen for a day; seen again meanwhile, it counts. Raising one writes its event and a line of the log.

mod kinds;
mod raised;
mod watch;

pub use kinds::{Kind, Severity};
pub use raised::{Raise, end_old, raise};
pub use watch::Watch;
