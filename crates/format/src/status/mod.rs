//! Status lists: 131,072 documents of one issuer and mode in one small signed text.
//!
//! One table of two bits per document gives three texts: an IETF token status list, and two W3C
//! bitstring lists (revocation, suspension), all with the same index.

mod edition;
mod list_id;
mod permutation;
mod read;
mod table;

pub use edition::{Edition, LIFETIME_SECONDS, TTL_SECONDS};
pub use list_id::{ListId, Purpose};
pub use permutation::Permutation;
pub use read::{ListError, StatusList, verify};
pub use table::{Table, TableError, Value};

/// Entries of one list.
pub const LIST_LEN: u32 = 131_072;
