//! Somebody edits the database: nothing of it is ever believed, and the audit names it.

mod columns;
mod copies;
mod remembered;
mod starting;
mod subject;
mod tenants_mixed;

pub(crate) use subject::{Subject, edits, unbelieved};
