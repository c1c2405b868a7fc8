//! What the judge is told.

use super::sealed::StampedFailure;
use super::signature::Failure;
use crate::credential::Credential;
use crate::digest::Sha256;
use crate::instant::Instant;
use crate::lifecycle::{Reason, Status};
use crate::reference::Reference;
use crate::seal::SealedDocument;
use crate::status::{ListError, StatusList};
use crate::trust::Trust;
use crate::verified::Verified;

/// What a question is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A credential whose signature was verified.
    Credential(&'a Verified<Credential>),
    /// A seal whose signature was verified.
    Seal(&'a Verified<SealedDocument>),
    /// A credential, a seal or a stamped file that was refused.
    Rejected(Failure),
    /// A text that is no reference.
    MalformedReference,
    /// A well-formed reference this instance has no document for.
    UnknownReference,
    /// A hash this instance has no document for.
    UnknownHash,
    /// A document whose contents were erased.
    Erased,
    /// A bare reference or hash, asked where no documents are kept: offline.
    NotAtHand,
}

impl<'a> From<&'a Result<Verified<Credential>, Failure>> for Subject<'a> {
    fn from(result: &'a Result<Verified<Credential>, Failure>) -> Self {
        match result {
            Ok(credential) => Self::Credential(credential),
            Err(failure) => Self::Rejected(*failure),
        }
    }
}

impl<'a> From<&'a Result<Verified<SealedDocument>, Failure>> for Subject<'a> {
    fn from(result: &'a Result<Verified<SealedDocument>, Failure>) -> Self {
        match result {
            Ok(seal) => Self::Seal(seal),
            Err(failure) => Self::Rejected(*failure),
        }
    }
}

impl<'a> From<&'a Result<Verified<SealedDocument>, StampedFailure>> for Subject<'a> {
    fn from(result: &'a Result<Verified<SealedDocument>, StampedFailure>) -> Self {
        match result {
            Ok(seal) => Self::Seal(seal),
            Err(refused) => Self::Rejected(refused.failure),
        }
    }
}

/// What is known about the document's status, and how well.
#[derive(Debug, Clone, Copy)]
pub enum StatusEvidence<'a> {
    /// A row the server has authenticated just now.
    Authenticated {
        /// The recorded state: active also when the document's time has simply passed.
        status: Status,
        /// The reason on record, for a revoked document.
        reason: Option<Reason>,
    },
    /// Verified lists: the token list, or both W3C lists. The judge picks those the document names.
    Lists(&'a [Verified<StatusList>]),
    /// A list was given and refused.
    ListRejected(ListError),
    /// No status could be had.
    Unavailable,
    /// The row's authentication failed: the record was altered.
    Tampered,
}

/// Everything a verdict depends on. Make it with [`Facts::new`] and set what more is known.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What the question is about.
    pub subject: Subject<'a>,
    /// The keys believed.
    pub trust: &'a Trust,
    /// The status.
    pub status: StatusEvidence<'a>,
    /// The verifier's clock.
    pub now: Instant,
    /// A proof, not coming from the document's key, that the document existed at this time: online
    /// the authenticated issuance event. Looked at only if the key was compromised.
    pub existed_at: Option<Instant>,
    /// The reference that was asked for, if one was.
    pub reference: Option<Reference>,
    /// The hash of the file that was shown, if one was.
    pub file: Option<Sha256>,
    /// Hashes of renditions of this document, its stamped file among them, from authenticated rows.
    pub renditions: &'a [Sha256],
    /// Whether documents under test certificates are accepted. A server says yes and shows the
    /// mode; an offline verifier says no unless told.
    pub allow_test: bool,
}

impl<'a> Facts<'a> {
    /// Facts with nothing beyond the needed: nothing asked for, nothing proved, no test documents.
    #[must_use]
    pub const fn new(
        subject: Subject<'a>,
        trust: &'a Trust,
        status: StatusEvidence<'a>,
        now: Instant,
    ) -> Self {
        Self {
            subject,
            trust,
            status,
            now,
            existed_at: None,
            reference: None,
            file: None,
            renditions: &[],
            allow_test: false,
        }
    }
}
