//! What there is to be told of: one arm for each, so that a kind without its words does not compile.

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Requests were refused as unauthorised or forbidden again and again.
    AuthFailures,
    /// A good key was sent by a web browser.
    BrowserKey,
    /// A key was reported as leaked.
    LeakedKey,
    /// A key makes many more requests than it used to.
    TrafficSpike,
    /// One network asks for many documents that do not exist.
    UnknownDocuments,
    /// A document that is revoked or suspended is presented again and again.
    RevokedDocument,
    /// A quota or cap is nearly or wholly used up.
    QuotaUsed,
    /// A certificate ends soon.
    CertificateExpiry,
    /// The record is not what was stored.
    RecordAltered,
    /// The clock was changed while the server ran.
    ClockChanged,
    /// How far the record has come cannot be given away.
    HeadNotDelivered,
    /// Writes of a key fail one after the other.
    BulkFailures,
    /// The anchor cannot be written, or names what the database does not hold.
    AnchorFailed,
}

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For a look when there is time.
    Info,
    /// For a look today.
    Warning,
    /// For a look now.
    Critical,
}

impl Severity {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

const MINUTE: i64 = 60 * 1_000_000;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::AuthFailures,
        Self::BrowserKey,
        Self::LeakedKey,
        Self::TrafficSpike,
        Self::UnknownDocuments,
        Self::RevokedDocument,
        Self::QuotaUsed,
        Self::CertificateExpiry,
        Self::RecordAltered,
        Self::ClockChanged,
        Self::HeadNotDelivered,
        Self::BulkFailures,
        Self::AnchorFailed,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthFailures => "auth_failures",
            Self::BrowserKey => "browser_key",
            Self::LeakedKey => "leaked_key",
            Self::TrafficSpike => "traffic_spike",
            Self::UnknownDocuments => "unknown_documents",
            Self::RevokedDocument => "revoked_document",
            Self::QuotaUsed => "quota_used",
            Self::CertificateExpiry => "certificate_expiry",
            Self::RecordAltered => "record_altered",
            Self::ClockChanged => "clock_changed",
            Self::HeadNotDelivered => "head_not_delivered",
            Self::BulkFailures => "bulk_failures",
            Self::AnchorFailed => "anchor_failed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How urgent it is, unless whoever raises it knows better.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::LeakedKey
            | Self::RecordAltered
            | Self::BrowserKey
            | Self::HeadNotDelivered
            | Self::AnchorFailed => Severity::Critical,
            Self::AuthFailures
            | Self::BulkFailures
            | Self::TrafficSpike
            | Self::QuotaUsed
            | Self::CertificateExpiry
            | Self::ClockChanged => Severity::Warning,
            Self::UnknownDocuments | Self::RevokedDocument => Severity::Info,
        }
    }

    /// What happened, and the way out, for people.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::AuthFailures => {
                "requests were refused again and again: a key that was deleted is still in use somewhere, or somebody tries \
                 keys; the audit log and the log of the server say from where"
            }
            Self::BrowserKey => {
                "an API key was sent by a web browser, where everybody can read it: roll it, and call from a server"
            }
            Self::LeakedKey => "an API key was found where it does not belong: roll it now",
            Self::TrafficSpike => {
                "a key makes many times the requests it used to: if nobody knows why, roll it"
            }
            Self::UnknownDocuments => {
                "one network asks for many documents that do not exist: somebody tries references, or an import went wrong"
            }
            Self::RevokedDocument => {
                "a document that is not in force is presented again and again: somebody may still be using it"
            }
            Self::QuotaUsed => {
                "a quota or cap is nearly or wholly used up: ask the operator for more, or wait until it begins anew"
            }
            Self::CertificateExpiry => "a certificate ends soon: make its successor before it does",
            Self::RecordAltered => {
                "the database holds what this server did not store: see `ananke audit verify`, and restore a backup"
            }
            Self::ClockChanged => {
                "the clock of the server was changed while it ran: check how it is kept"
            }
            Self::HeadNotDelivered => {
                "for five minutes nothing could be written to audit.sink: until it can, a record that is rewritten is not found \
                 out; the log of the server says why"
            }
            Self::BulkFailures => {
                "writes of a key fail one after the other: an integration sends what this server does not take; the answers \
                 say what is wrong with each"
            }
            Self::AnchorFailed => {
                "the anchor cannot be written, or names what the database does not hold: until it is whole, a database that is \
                 put back is not found out; see `ananke doctor --instance`"
            }
        }
    }

    /// How often within how many microseconds is worth an alert, for kinds that are counted.
    #[must_use]
    pub const fn threshold(self) -> (usize, i64) {
        match self {
            Self::AuthFailures => (20, MINUTE),
            Self::BulkFailures => (100, 5 * MINUTE),
            Self::UnknownDocuments => (50, 5 * MINUTE),
            Self::RevokedDocument => (10, 60 * MINUTE),
            _ => (1, MINUTE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            let word = serde_json::to_value(kind).unwrap();
            assert_eq!(word, kind.as_str());
        }
    }
}
