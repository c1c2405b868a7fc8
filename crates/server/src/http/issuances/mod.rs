//! `/v1/trust/issuances`.

mod change;
mod input;
mod issue;
mod show;

pub use change::{__path_erase, __path_lifecycle, __path_replace};
pub use change::{erase, lifecycle, replace};
pub use issue::{__path_issue, issue};
pub use show::{__path_credential, __path_events, __path_get, __path_list, __path_pdf};
pub use show::{credential, events, get, list, pdf};
