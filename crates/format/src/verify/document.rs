//! What the judge needs of a document, whatever carries it.

use crate::base_url::BaseUrl;
use crate::credential::{Credential, StatusPosition};
use crate::digest::Sha256;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;
use crate::reference::Reference;
use crate::seal::SealedDocument;
use crate::status::ListId;

/// A document, by its credential or its seal.
pub(super) struct Document<'a> {
    pub(super) reference: Reference,
    pub(super) issued_at: Instant,
    pub(super) expires_at: Option<Instant>,
    /// Of the certificate that signed it.
    pub(super) thumbprint: Sha256,
    /// The file it names, where it names one.
    file: Option<Sha256>,
    /// Its own digest.
    digest: Sha256,
    issuer: IssuerCode,
    mode: Mode,
    /// Its place in the status lists; none that is beyond every list.
    pub(super) status: Option<StatusPosition>,
    /// The public URL it names; a seal names none.
    base_url: Option<&'a BaseUrl>,
}

impl Document<'_> {
    /// Whether a file is the one it names, or its own record.
    pub(super) fn names_file(&self, file: Sha256) -> bool {
        Some(file) == self.file || file == self.digest
    }

    /// Whether this is its status list: same issuer, mode and number, at the address it names or at a public URL the instance has
    /// or had.
    pub(super) fn names_list(&self, list: &ListId, known: &[BaseUrl]) -> bool {
        (list.issuer, list.mode) == (self.issuer, self.mode)
            && self.status.is_some_and(|status| status.list == list.number)
            && (Some(&list.base_url) == self.base_url || known.contains(&list.base_url))
    }
}

impl<'a> From<&'a Credential> for Document<'a> {
    fn from(credential: &'a Credential) -> Self {
        let statement = &credential.statement;
        Self {
            reference: statement.reference,
            issued_at: statement.issued_at,
            expires_at: statement.expires_at,
            thumbprint: credential.thumbprint,
            file: statement.pdf,
            digest: credential.digest,
            issuer: statement.issuer,
            mode: statement.mode,
            status: Some(statement.status),
            base_url: Some(&statement.base_url),
        }
    }
}

impl From<&SealedDocument> for Document<'_> {
    fn from(seal: &SealedDocument) -> Self {
        let statement = &seal.statement;
        Self {
            reference: statement.reference,
            issued_at: statement.issued_at,
            expires_at: statement.expires_at(),
            thumbprint: seal.thumbprint,
            file: Some(statement.original),
            digest: seal.digest,
            issuer: statement.certificate.issuer(),
            mode: statement.mode,
            status: statement.status_position(),
            base_url: None,
        }
    }
}
