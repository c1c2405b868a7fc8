//! API keys of the tenant.

use ananke_api::Page;
use ananke_api::api_key::{ApiKey, CreateApiKey, CreatedApiKey, RollApiKey, UpdateApiKey};

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

    /// Changes a key: what is left out stays.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn update(&self, id: &str, change: &UpdateApiKey) -> Result<ApiKey, Error> {
        Request::patch(&["v1", "api-keys", id])
            .body(change)
            .json(&self.0)
            .await
    }

    /// Makes the successor of a key, which may do the same. Its secret is in this answer and nowhere else, ever; the old
    /// key goes on for the overlap, by default a day.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn roll(&self, id: &str, request: RollApiKey) -> Result<CreatedApiKey, Error> {
        Request::post(&["v1", "api-keys", id, "roll"])
            .body(&request)
            .json(&self.0)
            .await
    }

    /// Takes a roll back during its overlap: the successor is deleted, the key goes on. A successor that was used within
    /// 24 hours is refused with 409 unless `force` is set.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn cancel_roll(&self, id: &str, force: bool) -> Result<ApiKey, Error> {
        Request::post(&["v1", "api-keys", id, "cancel-roll"])
            .query("force", force.then_some(true))
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
