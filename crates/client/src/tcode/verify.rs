//! Verification of stamps by the server. No key needed, but for the history.
//!
//! Every well-formed question has an answer: a document that fails is a verdict, not an error.

use std::collections::BTreeMap;

use ananke_api::Page;
use ananke_api::tcode::verify::{ByPayload, BySync};
use ananke_api::verification::{HistoryEntry, Verification};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::request::{Need, Request};
use crate::trust::HistoryFilter;
use crate::{Client, Error, Listing};

/// Namespace of the verification of stamps.
#[derive(Debug, Clone)]
pub struct Verify(Client);

impl Verify {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// By reference; case, spaces and hyphens do not matter.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_reference(&self, reference: &str) -> Result<Verification, Error> {
        Request::get(&["v1", "tcode", "verify", "reference", reference])
            .need(Need::Nothing)
            .json(&self.0)
            .await
    }

    /// By the SHA-256, in hexadecimal, of a file, stamped or not, or of a seal.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_hash(&self, hash: &str) -> Result<Verification, Error> {
        Request::get(&["v1", "tcode", "verify", "hash", hash])
            .need(Need::Nothing)
            .json(&self.0)
            .await
    }

    /// By the bytes of a barcode.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_payload(&self, payload: &[u8]) -> Result<Verification, Error> {
        let payload = STANDARD.encode(payload);
        Request::ask(&["v1", "tcode", "verify"])
            .body(&ByPayload { payload })
            .json(&self.0)
            .await
    }

    /// The same with what is known of the scan, such as `scannerId` and `location`: kept in the issuer's history, and believed by
    /// nobody.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn sync(
        &self,
        payload: &[u8],
        context: BTreeMap<String, String>,
    ) -> Result<Verification, Error> {
        let body = BySync {
            payload: STANDARD.encode(payload),
            context: Some(context),
        };
        Request::ask(&["v1", "tcode", "verify", "sync"])
            .body(&body)
            .json(&self.0)
            .await
    }

    /// By a PNG, a JPEG or a PDF, which is sent to the server. A stamped PDF is checked byte for byte; in anything else the barcode
    /// is looked for.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn by_image(&self, file: impl Into<Vec<u8>>) -> Result<Verification, Error> {
        Request::ask(&["v1", "tcode", "verify", "image"])
            .file("file", file.into())
            .json(&self.0)
            .await
    }

    /// One page of the verifications of the tenant's stamps, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn history(&self, filter: &HistoryFilter) -> Result<Page<HistoryEntry>, Error> {
        filter
            .asked(Request::get(&["v1", "tcode", "verify", "history"]))
            .page(&self.0)
            .await
    }

    /// All verifications of the tenant's stamps, newest first.
    pub fn history_all(&self, filter: HistoryFilter) -> Listing<HistoryEntry> {
        let verify = self.clone();
        Listing::new(move |cursor| {
            let (verify, mut filter) = (verify.clone(), filter.clone());
            filter.cursor = cursor.or(filter.cursor);
            async move { verify.history(&filter).await }
        })
    }
}
