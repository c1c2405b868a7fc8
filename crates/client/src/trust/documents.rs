//! Documents: issued, read, and led through their life.

use ananke_api::Page;
use ananke_api::issuance::{Issuance, IssueRequest, ReplaceRequest};
use ananke_api::lifecycle::{Action, EraseRequest, Event, LifecycleRequest, Status};
use uuid::Uuid;

use crate::listing::status_word;
use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of documents.
#[derive(Debug, Clone)]
pub struct Documents(Client);

/// Which documents to list.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// In this status now.
    pub status: Option<Status>,
    /// Issued from this template.
    pub template_id: Option<Uuid>,
    /// With this number of the issuer's.
    pub external_id: Option<String>,
    /// Whose recipient has this in name or address.
    pub recipient: Option<String>,
    /// Issued at or after this instant.
    pub issued_after: Option<String>,
    /// Issued before this instant.
    pub issued_before: Option<String>,
    /// With this reference.
    pub reference: Option<String>,
    /// Items of a page, 1 to 200; default 50.
    pub limit: Option<u8>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Documents {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Issues a document; [`super::Issue`] puts the request together.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn issue(&self, request: &IssueRequest) -> Result<Issuance, Error> {
        Request::post(&PATH).body(request).json(&self.0).await
    }

    /// One page of the documents, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, filter: &DocumentFilter) -> Result<Page<Issuance>, Error> {
        Request::get(&PATH)
            .query("status", filter.status.map(status_word))
            .query("templateId", filter.template_id)
            .query("externalId", filter.external_id.as_ref())
            .query("recipient", filter.recipient.as_ref())
            .query("issuedAfter", filter.issued_after.as_ref())
            .query("issuedBefore", filter.issued_before.as_ref())
            .query("reference", filter.reference.as_ref())
            .query("limit", filter.limit)
            .query("cursor", filter.cursor.as_ref())
            .page(&self.0)
            .await
    }

    /// All documents, newest first.
    pub fn list_all(&self, filter: DocumentFilter) -> Listing<Issuance> {
        let documents = self.clone();
        Listing::new(move |cursor| {
            let (documents, mut filter) = (documents.clone(), filter.clone());
            filter.cursor = cursor.or(filter.cursor);
            async move { documents.list(&filter).await }
        })
    }

    /// One document.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<Issuance, Error> {
        Request::get(&path(&id.to_string())).json(&self.0).await
    }

    /// Its PDF: the submitted one, or the rendition.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn pdf(&self, id: Uuid) -> Result<Vec<u8>, Error> {
        Request::get(&verb(&id.to_string(), "pdf"))
            .accept("application/pdf")
            .bytes(&self.0)
            .await
    }

    /// Its signed record, a compact JWS.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn credential(&self, id: Uuid) -> Result<String, Error> {
        let text = Request::get(&verb(&id.to_string(), "credential"))
            .accept("*/*")
            .text(&self.0)
            .await?;
        Ok(text.trim_end().to_owned())
    }

    /// One page of what happened to it, oldest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn events(&self, id: Uuid, cursor: Option<&str>) -> Result<Page<Event>, Error> {
        Request::get(&verb(&id.to_string(), "events"))
            .query("cursor", cursor)
            .page(&self.0)
            .await
    }

    /// All that happened to it, oldest first.
    pub fn events_all(&self, id: Uuid) -> Listing<Event> {
        let documents = self.clone();
        Listing::new(move |cursor| {
            let documents = documents.clone();
            async move { documents.events(id, cursor.as_deref()).await }
        })
    }

    /// A lifecycle action with everything it can carry.
    ///
    /// # Errors
    /// Any [`Error`]; 409 says which actions are allowed.
    pub async fn lifecycle(&self, id: Uuid, request: &LifecycleRequest) -> Result<Issuance, Error> {
        Request::post(&verb(&id.to_string(), "lifecycle"))
            .body(request)
            .json(&self.0)
            .await
    }

    /// Takes it out of force for now.
    ///
    /// # Errors
    /// As [`Documents::lifecycle`].
    pub async fn suspend(&self, id: Uuid) -> Result<Issuance, Error> {
        self.act(id, Action::Suspend, None).await
    }

    /// Puts it in force again.
    ///
    /// # Errors
    /// As [`Documents::lifecycle`].
    pub async fn reinstate(&self, id: Uuid) -> Result<Issuance, Error> {
        self.act(id, Action::Reinstate, None).await
    }

    /// The same as [`Documents::reinstate`].
    ///
    /// # Errors
    /// As [`Documents::lifecycle`].
    pub async fn reactivate(&self, id: Uuid) -> Result<Issuance, Error> {
        self.act(id, Action::Reactivate, None).await
    }

    /// Takes it out of force for good, for one of the lifecycle reasons; default `other`.
    ///
    /// # Errors
    /// As [`Documents::lifecycle`].
    pub async fn revoke(&self, id: Uuid, reason: Option<&str>) -> Result<Issuance, Error> {
        self.act(id, Action::Revoke, reason).await
    }

    /// Lets it expire ahead of time.
    ///
    /// # Errors
    /// As [`Documents::lifecycle`].
    pub async fn expire(&self, id: Uuid) -> Result<Issuance, Error> {
        self.act(id, Action::Expire, None).await
    }

    /// Issues another document in its place.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn replace(&self, id: Uuid, request: &ReplaceRequest) -> Result<Issuance, Error> {
        Request::post(&verb(&id.to_string(), "replace"))
            .body(request)
            .json(&self.0)
            .await
    }

    /// Erases its content for good; reference, hashes, status and issuer stay.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn erase(&self, id: Uuid, reason: &str) -> Result<Issuance, Error> {
        let body = EraseRequest {
            reason: reason.to_owned(),
        };
        Request::post(&verb(&id.to_string(), "erase"))
            .body(&body)
            .json(&self.0)
            .await
    }

    async fn act(&self, id: Uuid, action: Action, reason: Option<&str>) -> Result<Issuance, Error> {
        self.lifecycle(
            id,
            &LifecycleRequest {
                action,
                reason: reason.map(str::to_owned),
                note: None,
            },
        )
        .await
    }
}

const PATH: [&str; 3] = ["v1", "trust", "issuances"];

const fn path(id: &str) -> [&str; 4] {
    ["v1", "trust", "issuances", id]
}

const fn verb<'a>(id: &'a str, verb: &'a str) -> [&'a str; 5] {
    ["v1", "trust", "issuances", id, verb]
}
