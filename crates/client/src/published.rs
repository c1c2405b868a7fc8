//! What a server publishes for verifiers, and how it is. No key is ever sent there.

use ananke_format::Mode;

use crate::request::{Need, Request};
use crate::{Client, Error};

/// Namespace of what is published.
#[derive(Debug, Clone)]
pub struct Published(Client);

impl Published {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// The trust bundle of a mode: everything an offline verifier needs but the root's fingerprint.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn trust_bundle(&self, mode: Mode) -> Result<String, Error> {
        self.file(&["trust", &format!("{mode}.jws")]).await
    }

    /// List number `list` of the token status lists of an issuer.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn status_list(
        &self,
        issuer_code: &str,
        mode: Mode,
        list: u32,
    ) -> Result<String, Error> {
        self.file(&["s", issuer_code, mode.as_str(), &list.to_string()])
            .await
    }

    /// The certificate of the root, PEM.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn root(&self) -> Result<String, Error> {
        self.file(&["c", "root.pem"]).await
    }

    /// Every root there was, the oldest first, before each later one what leads to it, PEM.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn roots(&self) -> Result<String, Error> {
        self.file(&["c", "roots.pem"]).await
    }

    /// A certificate by its reference, with those above it, or an issuing authority (`ca-live`, `ca-test`), PEM.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn certificate(&self, name: &str) -> Result<String, Error> {
        self.file(&["c", &format!("{name}.pem")]).await
    }

    /// The page where anybody verifies a document, HTML.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn page(&self, reference: &str) -> Result<String, Error> {
        self.file(&["v", reference]).await
    }

    /// Whether the server is ready to work, with a check per dependency.
    ///
    /// # Errors
    /// Any [`Error`]; 503 says that it is up but not ready.
    pub async fn ready(&self) -> Result<serde_json::Value, Error> {
        Request::get(&["readyz"])
            .need(Need::NoKey)
            .json(&self.0)
            .await
    }

    async fn file(&self, path: &[&str]) -> Result<String, Error> {
        Request::get(path)
            .need(Need::NoKey)
            .accept("*/*")
            .text(&self.0)
            .await
    }
}
