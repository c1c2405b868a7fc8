//! What can go wrong in the store. Absence is not here: a finder says `Ok(None)`.

use std::path::PathBuf;
use std::time::Duration;

/// What a new row collided with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The external id is taken by a document of the same tenant and mode that was not replaced.
    ExternalId,
    /// The reference is taken; make another one.
    Reference,
    /// The issuer code is taken by another tenant.
    IssuerCode,
    /// The API key id is taken.
    ApiKey,
    /// The certificate reference, or the id of the signing key, is taken.
    Certificate,
    /// Nothing else could sign if this key did not.
    LastSigningKey,
    /// The template is in use and cannot be deleted.
    TemplateInUse,
    /// The document was replaced already.
    Replaced,
    /// The document was erased; nothing more can be done with it.
    Erased,
    /// This rendition is stored already; read it instead.
    Rendition,
    /// An alert of this kind about this subject is open.
    Alert,
    /// There are as many channels for alerts as there may be.
    AlertChannels,
    /// An id that the caller made exists already (tenant, template, document, event).
    Id,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ExternalId => "external id is taken",
            Self::Reference => "reference is taken",
            Self::IssuerCode => "issuer code is taken",
            Self::ApiKey => "api key id is taken",
            Self::Certificate => "certificate reference is taken",
            Self::LastSigningKey => "nothing else could sign",
            Self::TemplateInUse => "template is in use",
            Self::Replaced => "document was replaced already",
            Self::Erased => "document was erased",
            Self::Rendition => "rendition is stored already",
            Self::Alert => "such an alert is open",
            Self::AlertChannels => "there are enough channels",
            Self::Id => "id is taken",
        })
    }
}

/// Everything the store answers besides success and absence.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The queue is full, the disk is full, or the database is away. Nothing was stored.
    #[error("store is unavailable, try again in {} ms", retry_after.as_millis())]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// A row with this key or value exists. Nothing was stored.
    #[error("{what}")]
    Conflict {
        /// What collided.
        what: Conflict,
        /// The reference of the document that has it, for [`Conflict::ExternalId`].
        existing: Option<String>,
    },
    /// A row was changed behind the store's back, or holds what the store never writes.
    #[error("{table}{} of row {row} is not what was stored", column.map(|c| format!(".{c}")).unwrap_or_default())]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column, where one can be named: a wrong row MAC names none.
        column: Option<&'static str>,
        /// The primary key, for a person to find the row.
        row: String,
    },
    /// The commit was sent and its outcome is not known. The same idempotency key finds out.
    #[error("outcome of the commit is unknown")]
    Unknown,
    /// The object has changed since the caller read it, such as a document that has a newer event, or a job that was
    /// claimed anew; read it again.
    #[error("object has changed since it was read")]
    Stale,
    /// The template is at another version than the caller expected.
    #[error("template is at version {current}")]
    Precondition {
        /// The version it is at.
        current: i64,
    },
    /// A limit of its period is used up.
    #[error("limit of {} {} in this period is used up", count.limit, count.kind.as_str())]
    Exhausted {
        /// What was counted, and for whom.
        count: Box<crate::Count>,
        /// How much of it is used.
        used: i64,
    },
    /// The object to change does not exist in this tenant (and mode).
    #[error("object does not exist")]
    Missing,
    /// Another node is running a request with this idempotency key.
    #[error("a request with this idempotency key is running")]
    InFlight,
    /// The store was not unlocked: the row keys are unknown, so nothing can be written.
    #[error("store is sealed")]
    Sealed,
    /// The database is older than its anchor, or the anchor is gone or altered.
    #[error(
        "database is behind its anchor: {reason}; if an older copy was put back on purpose, go on with `ananke restore --new-epoch`"
    )]
    Behind {
        /// What did not agree.
        reason: String,
    },
    /// The database was written by a newer release.
    #[error("database has schema {found}, this release knows {known}: run the newer release")]
    Newer {
        /// Version of the schema found.
        found: i64,
        /// Newest version this binary knows.
        known: i64,
    },
    /// Another server uses this data directory.
    #[error("{} is locked by another server", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The configuration of the database is refused; the text says why and what to do.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
    },
    /// PostgreSQL does not answer when the store is opened.
    #[error("cannot reach PostgreSQL at {place}: {reason}; is it running?")]
    Unreachable {
        /// Host and port, or the directory of the socket.
        place: String,
        /// What the operating system said.
        reason: String,
    },
    /// A file or directory of the store could not be used.
    #[error("{}: {text}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        text: String,
    },
    /// The database said something the store has no better word for.
    #[error("database: {text}")]
    Database {
        /// Its words.
        text: String,
    },
}

impl Error {
    pub(crate) fn unavailable(milliseconds: u64) -> Self {
        Self::Unavailable {
            retry_after: Duration::from_millis(milliseconds),
        }
    }

    pub(crate) fn conflict(what: Conflict) -> Self {
        Self::Conflict {
            what,
            existing: None,
        }
    }

    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            text: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_says_what_collided() {
        let text = |what| Error::conflict(what).to_string();
        assert_eq!(text(Conflict::Reference), "reference is taken");
        assert_eq!(text(Conflict::Erased), "document was erased");
        assert_eq!(text(Conflict::TemplateInUse), "template is in use");
    }
}
