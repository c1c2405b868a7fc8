//! `/i/{code}`: who an issuer is, how far that is proved, and with which certificates it signs.

use askama::Template;

use super::{Identity, Moment, Site, html};

/// The page about one issuer.
#[derive(Debug, Clone)]
pub struct IssuerPage {
    /// The server.
    pub site: Site,
    /// Name it goes by.
    pub name: String,
    /// Issuer code.
    pub code: String,
    /// What was proved.
    pub identity: Identity,
    /// `did:web` identifier.
    pub did: String,
    /// Fingerprint of the instance root.
    pub root_fingerprint: String,
    /// Certificates of live documents, newest first.
    pub certificates: Vec<CertificateRow>,
    /// Certificates of test documents, newest first.
    pub test_certificates: Vec<CertificateRow>,
}

/// One certificate of an issuer.
#[derive(Debug, Clone)]
pub struct CertificateRow {
    /// Certificate reference, 8 characters.
    pub reference: String,
    /// First instant of its validity.
    pub valid_from: Moment,
    /// Last instant of its validity.
    pub valid_until: Moment,
    /// Where it stands.
    pub state: CertificateState,
}

/// Where a certificate stands in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateState {
    /// Signs new documents.
    Active,
    /// Signs nothing new; what it signed stays good.
    Retired {
        /// Since when.
        at: Moment,
    },
    /// Must not be trusted from this instant on.
    Compromised {
        /// Since when.
        at: Moment,
    },
}

impl IssuerPage {
    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&Page {
            page: self,
            site: &self.site,
        })
    }
}

#[derive(Template)]
#[template(path = "issuer.html")]
struct Page<'a> {
    page: &'a IssuerPage,
    site: &'a Site,
}
