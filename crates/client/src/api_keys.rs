//! API keys of the tenant.

use ananke_api::Page;
use ananke_api::api_key::{ApiKey, CreateApiKey, CreatedApiKey};

use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of the tenant's API keys.
#[derive(Debug, Clone)]
pub struct ApiKeys(Client);

impl ApiKeys {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// One page of the keys, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, cursor: Option<&str>) -> Result<Page<ApiKey>, Error> {
        Request::get(&["v1", "api-keys"])
            .query("cursor", cursor)
            .page(&self.0)
            .await
    }

    /// All keys, newest first.
    pub fn list_all(&self) -> Listing<ApiKey> {
        let keys = self.clone();
        Listing::new(move |cursor| {
            let keys = keys.clone();
            async move { keys.list(cursor.as_deref()).await }
        })
    }

    /// Makes a key. Its secret is in this answer and nowhere else, ever.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, request: &CreateApiKey) -> Result<CreatedApiKey, Error> {
        Request::post(&["v1", "api-keys"])
            .body(request)
            .json(&self.0)
            .await
    }

    /// Deletes a key, at once. One used within 24 hours is refused with 409 unless `force` is set.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn delete(&self, id: &str, force: bool) -> Result<(), Error> {
        Request::delete(&["v1", "api-keys", id])
            .query("force", force.then_some(true))
            .nothing(&self.0)
            .await
    }
}
