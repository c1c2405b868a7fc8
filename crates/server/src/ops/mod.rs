//! The product: one operation, one function, top to bottom.
//!
//! Knows neither HTTP nor SQL. A permission comes as an argument; a change is one command with the
//! event that records it.

pub mod alert_channels;
pub mod alerts;
pub mod api_keys;
pub mod audit;
pub mod audit_events;
pub mod behalf;
pub mod checklist;
pub mod document;
pub mod drill;
pub mod erase;
pub mod error;
mod failures;
mod fields;
pub mod heads;
pub mod issue;
pub mod issuers;
pub mod kek;
pub mod lifecycle;
pub mod limits;
pub mod listing;
pub mod lists;
pub mod positions;
pub mod record;
pub mod reference_data;
pub mod rendition;
pub mod replace;
pub mod root;
pub mod signing_keys;
pub mod stamps;
pub mod templates;
pub mod tenants;
pub mod trust;
pub mod usage;
mod validity;
pub mod verify;
pub mod words;

pub use error::Error;
pub use fields::{EMAIL_MAX_CHARS, EXTERNAL_ID_MAX_CHARS, is_date, is_email};
