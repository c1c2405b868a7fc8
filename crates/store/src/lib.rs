//! Ananke's store: the only crate that speaks SQL.
//!
//! It owns rows, events, the anchor and the two engines (SQLite in the data directory, PostgreSQL
//! at a URL). It does not own meaning: which lifecycle action is legal, what a response looks like
//! and what is signed is decided by the server before it comes here.
//!
//! # How a server uses it
//!
//! ```text
//! let store = Store::open(Options::new(dir, clock, random))?;     // locked: reads only
//! let keys = match store.instance()? {
//!     Some(row) => derive(unwrap(kek, &row.wrapped_secret)),      // RowKeys::new(&row_key, &anchor_key)
//!     None => { store.initialise(&new_instance, &keys)?; keys }   // first start
//! };
//! store.unlock(keys)?;                                            // without a KEK: leave it out, it is sealed
//!
//! let document = store.read(move |view| documents::find(view, tenant, mode, id)).await?;
//! let outcome = store.write(Write { claim, command: Command::Issue(…), event }).await?;
//! store.close();
//! ```
//!
//! * **Reads** are closures over a [`View`], calling the finders of the noun modules. A finder
//!   names its tenant; only those of [`locate`] do not. `Ok(None)` is absence; a row that is not as
//!   it was stored is [`Error::Corrupt`]. A sealed store reads without checking, and
//!   [`View::authenticated`] says so.
//! * **Writes** are [`Write`]: claim, [`Command`] and event, committed together by one writer and
//!   answered after COMMIT. What nobody relies on has no event: index leases, signed artifacts, histories and
//!   counts of uses, claims and ends of jobs, repetitions of alerts and how their messages went, the counting of a
//!   replay, pruning.
//! * **Durability**: an answer is given after the commit is on disk (SQLite: WAL, FULL; PostgreSQL:
//!   as the cluster is set, never less than its own disk). **Atomicity**: one write is all or
//!   nothing, whatever happens to others in its batch. **Concurrency**: writes of one process take
//!   effect one after the other; changes of a document are optimistic and answer [`Error::Stale`].

#![deny(missing_docs)]

mod anchor;
mod apply;
mod block_on;
mod chores;
mod connection;
mod data_dir;
mod durable;
mod error;
#[doc(hidden)]
pub mod fail;
mod idempotency;
mod load;
mod mac;
mod migrate;
mod options;
mod packed;
mod postgres;
mod queue;
mod readers;
mod space;
mod sql;
mod sqlite;
mod start;
mod store;
mod streams;
mod table;
mod value;
mod view;
mod write;
mod writer;

// A real PostgreSQL for what only that can show.
#[cfg(test)]
#[path = "../tests/cluster/mod.rs"]
mod cluster;

pub mod alerts;
pub mod api_keys;
pub mod attestations;
pub mod audit;
pub mod backup;
pub mod content_hashes;
pub mod counters;
pub mod data_keys;
pub mod document_list;
pub mod documents;
pub mod event_list;
pub mod events;
pub mod files;
pub mod heads;
pub mod instance;
pub mod jobs;
pub mod locate;
pub mod patience;
pub mod sightings;
pub mod signed_artifacts;
pub mod signing_keys;
pub mod status_lists;
pub mod templates;
pub mod tenants;
pub mod verifications;

pub use alerts::{Alert, AlertChannel};
/// Live or test: part of the isolation of documents and keys.
pub use ananke_format::Mode;
/// Whether a document was issued or stamped.
pub use ananke_format::Product;
pub use api_keys::{ApiKey, ApiKeyUse};
pub use attestations::Attestation;
pub use content_hashes::{ContentHash, HashKind, NewHash};
pub use counters::{Count, Counted};
pub use data_keys::{DataKey, NewDataKey};
pub use document_list::DocumentFilter;
pub use documents::{Document, NewDocument, Status};
pub use error::{Conflict, Error};
pub use events::{Event, EventBody, NewEvent};
pub use files::{FileKind, FileRow, NewFile};
pub use instance::{INSTANCE_TENANT, InstanceRow, NewInstance};
pub use jobs::{JobEnd, JobRow, JobState, JobStep};
pub use load::Load;
pub use mac::RowKeys;
pub use migrate::KNOWN as SCHEMA;
pub use options::{Clock, Database, Fatal, Network, Options, Random};
pub use postgres::check_postgres_url;
pub use sightings::{KeyHour, Sighting};
pub use signed_artifacts::SignedArtifact;
pub use signing_keys::{Purpose, SigningKey};
pub use sql::Engine;
pub use status_lists::{IndexLease, StatusList};
pub use store::Store;
pub(crate) use store::on_thread;
pub use streams::Head;
pub use templates::{Template, TemplateFilter, TemplateKind, TemplateVersion};
pub use tenants::{Identity, Tenant, TenantChange, TenantState};
pub use verifications::{Verification, VerificationFilter};
pub use view::View;
pub use write::{
    ApiKeyWrite, Claim, ClaimName, Command, Delivery, NewIssue, Original, Outcome, Reply, Rewrap,
    RollRoot, Write,
};

/// Microseconds since 1970-01-01T00:00:00Z on the application's clock.
pub type Micros = i64;

/// SHA-256.
pub type Digest = [u8; 32];
