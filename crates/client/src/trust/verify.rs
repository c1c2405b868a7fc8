//! Verification by the server. No key needed, but for the history.
//!
//! Every well-formed question has an answer: a document that fails is a verdict, not an error.

use ananke_api::Page;
use ananke_api::verification::{ByHash, ByReference, HistoryEntry, Verdict, Verification};

use crate::request::{Need, Request};
use crate::{Client, Error, Listing};

/// Namespace of verification.
#[derive(Debug, Clone)]
pub struct Verify(Client);

/// Which verifications to list.
#[derive(Debug, Clone, Default)]
pub struct HistoryFilter {
    /// Of the document with this reference.
    pub reference: Option<String>,
    /// With this answer.
    pub verdict: Option<Verdict>,
    /// Asked at or after this instant.
    pub after: Option<String>,
    /// Asked before this instant.
    pub before: Option<String>,
    /// Items of a page, 1 to 200; default 50.
    pub limit: Option<u8>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl HistoryFilter {
    /// A question with this filter.
    pub(crate) fn asked(&self, request: Request) -> Request {
        request
            .need(Need::Key)
            .query("reference", self.reference.as_ref())
            .query("verdict", self.verdict.map(Verdict::as_str))
            .query("after", self.after.as_ref())
            .query("before", self.before.as_ref())
            .query("limit", self.limit)
            .query("cursor", self.cursor.as_ref())
    }
}

impl Verify {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// By reference; case, spaces and hyphens do not matter.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_reference(&self, reference: &str) -> Result<Verification, Error> {
        Request::ask(&door("by-reference"))
            .body(&ByReference {
                reference: reference.to_owned(),
            })
            .json(&self.0)
            .await
    }

    /// By the SHA-256 of a file, in hexadecimal: the file itself stays where it is.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_hash(&self, hash: &str) -> Result<Verification, Error> {
        self.ask_hash(hash, None).await
    }

    /// By hash, among the documents of one issuer.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_hash_of(&self, hash: &str, issuer_code: &str) -> Result<Verification, Error> {
        self.ask_hash(hash, Some(issuer_code)).await
    }

    /// By file, which is sent to the server. [`Verify::by_hash`] gives the same answer without sending it.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_file(&self, file: impl Into<Vec<u8>>) -> Result<Verification, Error> {
        Request::ask(&door("by-file"))
            .file("pdf", file.into())
            .json(&self.0)
            .await
    }

    /// One page of the verifications of the tenant's documents, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn history(&self, filter: &HistoryFilter) -> Result<Page<HistoryEntry>, Error> {
        filter
            .asked(Request::get(&door("history")))
            .page(&self.0)
            .await
    }

    /// All verifications of the tenant's documents, newest first.
    pub fn history_all(&self, filter: HistoryFilter) -> Listing<HistoryEntry> {
        let verify = self.clone();
        Listing::new(move |cursor| {
            let (verify, mut filter) = (verify.clone(), filter.clone());
            filter.cursor = cursor.or(filter.cursor);
            async move { verify.history(&filter).await }
        })
    }

    async fn ask_hash(&self, hash: &str, issuer_code: Option<&str>) -> Result<Verification, Error> {
        let body = ByHash {
            hash: hash.to_owned(),
            issuer_code: issuer_code.map(str::to_owned),
        };
        Request::ask(&door("by-hash"))
            .body(&body)
            .json(&self.0)
            .await
    }
}

const fn door(name: &str) -> [&str; 4] {
    ["v1", "trust", "verify", name]
}
