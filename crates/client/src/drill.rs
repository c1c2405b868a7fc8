//! What is done when a key was stolen: revocations and restorations of many documents.

use ananke_api::Page;
use ananke_api::drill::{
    HarmedDocument, Restoration, RestorationPreview, RestorationRequest, Revocation,
    RevocationPreview, RevocationRequest,
};
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of revocations of many documents.
#[derive(Debug, Clone)]
pub struct Revocations(Client);

impl Revocations {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Revokes everything a key issued, or everything of a time. It goes on by itself; `dry_run` is left out of it.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, request: &RevocationRequest) -> Result<Revocation, Error> {
        let request = RevocationRequest {
            dry_run: None,
            ..request.clone()
        };
        Request::post(&["v1", "revocations"])
            .body(&request)
            .json(&self.0)
            .await
    }

    /// Says what [`Revocations::create`] would do, and does nothing.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn preview(&self, request: &RevocationRequest) -> Result<RevocationPreview, Error> {
        let request = RevocationRequest {
            dry_run: Some(true),
            ..request.clone()
        };
        Request::post(&["v1", "revocations"])
            .body(&request)
            .json(&self.0)
            .await
    }

    /// How far one is.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<Revocation, Error> {
        Request::get(&["v1", "revocations", &id.to_string()])
            .json(&self.0)
            .await
    }

    /// One page of them, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, cursor: Option<&str>) -> Result<Page<Revocation>, Error> {
        Request::get(&["v1", "revocations"])
            .query("cursor", cursor)
            .page(&self.0)
            .await
    }

    /// All of them, newest first.
    pub fn list_all(&self) -> Listing<Revocation> {
        let all = self.clone();
        Listing::new(move |cursor| {
            let all = all.clone();
            async move { all.list(cursor.as_deref()).await }
        })
    }
}

/// Namespace of restorations.
#[derive(Debug, Clone)]
pub struct Restorations(Client);

impl Restorations {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Puts right what a key took out of force. It goes on by itself; `dry_run` is left out of it.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, request: &RestorationRequest) -> Result<Restoration, Error> {
        let request = RestorationRequest {
            dry_run: None,
            ..request.clone()
        };
        Request::post(&["v1", "restorations"])
            .body(&request)
            .json(&self.0)
            .await
    }

    /// Says what [`Restorations::create`] would do, and does nothing.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn preview(&self, request: &RestorationRequest) -> Result<RestorationPreview, Error> {
        let request = RestorationRequest {
            dry_run: Some(true),
            ..request.clone()
        };
        Request::post(&["v1", "restorations"])
            .body(&request)
            .json(&self.0)
            .await
    }

    /// How far one is.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<Restoration, Error> {
        Request::get(&["v1", "restorations", &id.to_string()])
            .json(&self.0)
            .await
    }

    /// One page of them, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, cursor: Option<&str>) -> Result<Page<Restoration>, Error> {
        Request::get(&["v1", "restorations"])
            .query("cursor", cursor)
            .page(&self.0)
            .await
    }

    /// All of them, newest first.
    pub fn list_all(&self) -> Listing<Restoration> {
        let all = self.clone();
        Listing::new(move |cursor| {
            let all = all.clone();
            async move { all.list(cursor.as_deref()).await }
        })
    }

    /// What its key took out of force, document by document, those last touched first.
    pub fn documents(&self, id: Uuid) -> Listing<HarmedDocument> {
        let all = self.clone();
        Listing::new(move |cursor| {
            let all = all.clone();
            async move {
                Request::get(&["v1", "restorations", &id.to_string(), "documents"])
                    .query("cursor", cursor.as_deref())
                    .page(&all.0)
                    .await
            }
        })
    }
}
