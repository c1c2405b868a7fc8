//! Signing keys of the tenant, in the mode of the key that asks.

use ananke_api::Page;
use ananke_api::signing_key::{
    CompromiseSigningKey, CreateSigningKey, EndedSigningKey, RetireSigningKey, SigningKey,
};
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of the tenant's signing keys.
#[derive(Debug, Clone)]
pub struct SigningKeys(Client);

impl SigningKeys {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// One page of the signing keys, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, cursor: Option<&str>) -> Result<Page<SigningKey>, Error> {
        Request::get(&["v1", "signing-keys"])
            .query("cursor", cursor)
            .page(&self.0)
            .await
    }

    /// All signing keys, newest first.
    pub fn list_all(&self) -> Listing<SigningKey> {
        let keys = self.clone();
        Listing::new(move |cursor| {
            let keys = keys.clone();
            async move { keys.list(cursor.as_deref()).await }
        })
    }

    /// Makes a key that signs at once, or from `starts_at` on; until then the one there is goes on.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, request: &CreateSigningKey) -> Result<SigningKey, Error> {
        Request::post(&["v1", "signing-keys"])
            .body(request)
            .json(&self.0)
            .await
    }

    /// Retires a key: it signs no more, what it signed stays good. With `dry_run` only what it would do is said.
    ///
    /// # Errors
    /// Any [`Error`]; a conflict where it is the only one that could sign.
    pub async fn retire(
        &self,
        id: Uuid,
        request: &RetireSigningKey,
        dry_run: bool,
    ) -> Result<EndedSigningKey, Error> {
        self.end(id, "retire", dry_run, request).await
    }

    /// Declares a key compromised: what it signed since then is invalid. With `dry_run` only what it would do is said.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn compromise(
        &self,
        id: Uuid,
        request: &CompromiseSigningKey,
        dry_run: bool,
    ) -> Result<EndedSigningKey, Error> {
        self.end(id, "compromise", dry_run, request).await
    }

    async fn end(
        &self,
        id: Uuid,
        how: &str,
        dry_run: bool,
        request: &impl serde::Serialize,
    ) -> Result<EndedSigningKey, Error> {
        let id = id.to_string();
        Request::post(&["v1", "signing-keys", &id, how])
            .query("dryRun", dry_run.then_some(true))
            .body(request)
            .json(&self.0)
            .await
    }
}
