//! Stamps: made, read, and led through their life.

use ananke_api::Page;
use ananke_api::lifecycle::{EraseRequest, Event, Status};
use ananke_api::tcode::stamp::{
    Stamp, StampChangeRequest, StampReplaceRequest, StampRevokeRequest,
};
use uuid::Uuid;

use super::Stamping;
use crate::listing::status_word;
use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of stamps.
#[derive(Debug, Clone)]
pub struct Stamps(Client);

/// Which stamps to list.
#[derive(Debug, Clone, Default)]
pub struct StampFilter {
    /// In this status now.
    pub status: Option<Status>,
    /// Made from this TDoc template.
    pub tdoc_template_id: Option<Uuid>,
    /// With this number of the issuer's.
    pub external_id: Option<String>,
    /// Made at or after this instant.
    pub issued_after: Option<String>,
    /// Made before this instant.
    pub issued_before: Option<String>,
    /// With this reference.
    pub reference: Option<String>,
    /// Items of a page, 1 to 200; default 50.
    pub limit: Option<u8>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Stamps {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Stamps a PDF; [`Stamps::pdf`] fetches the stamped one.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn create(&self, stamping: &Stamping) -> Result<Stamp, Error> {
        Request::post(&PATH)
            .request(&stamping.request)
            .file("pdf", stamping.pdf.clone())
            .under_key(stamping.idempotency_key.clone())
            .json(&self.0)
            .await
    }

    /// One page of the stamps, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self, filter: &StampFilter) -> Result<Page<Stamp>, Error> {
        Request::get(&PATH)
            .query("status", filter.status.map(status_word))
            .query("tdocTemplateId", filter.tdoc_template_id)
            .query("externalId", filter.external_id.as_ref())
            .query("issuedAfter", filter.issued_after.as_ref())
            .query("issuedBefore", filter.issued_before.as_ref())
            .query("reference", filter.reference.as_ref())
            .query("limit", filter.limit)
            .query("cursor", filter.cursor.as_ref())
            .page(&self.0)
            .await
    }

    /// All stamps, newest first.
    pub fn list_all(&self, filter: StampFilter) -> Listing<Stamp> {
        let stamps = self.clone();
        Listing::new(move |cursor| {
            let (stamps, mut filter) = (stamps.clone(), filter.clone());
            filter.cursor = cursor.or(filter.cursor);
            async move { stamps.list(&filter).await }
        })
    }

    /// One stamp.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn get(&self, id: Uuid) -> Result<Stamp, Error> {
        Request::get(&path(&id.to_string())).json(&self.0).await
    }

    /// The stamped PDF.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn pdf(&self, id: Uuid) -> Result<Vec<u8>, Error> {
        Request::get(&verb(&id.to_string(), "pdf"))
            .accept("application/pdf")
            .bytes(&self.0)
            .await
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
        let stamps = self.clone();
        Listing::new(move |cursor| {
            let stamps = stamps.clone();
            async move { stamps.events(id, cursor.as_deref()).await }
        })
    }

    /// Takes it out of force for now, with a note for the issuer's own records.
    ///
    /// # Errors
    /// Any [`Error`]; 409 says which actions are allowed.
    pub async fn suspend(&self, id: Uuid, note: Option<&str>) -> Result<Stamp, Error> {
        self.change(id, "suspend", note).await
    }

    /// Puts it in force again.
    ///
    /// # Errors
    /// As [`Stamps::suspend`].
    pub async fn reactivate(&self, id: Uuid, note: Option<&str>) -> Result<Stamp, Error> {
        self.change(id, "reactivate", note).await
    }

    /// Takes it out of force for good, for one of the lifecycle reasons; default `other`.
    ///
    /// # Errors
    /// As [`Stamps::suspend`].
    pub async fn revoke(
        &self,
        id: Uuid,
        reason: Option<&str>,
        note: Option<&str>,
    ) -> Result<Stamp, Error> {
        let body = StampRevokeRequest {
            reason: reason.map(str::to_owned),
            note: note.map(str::to_owned),
        };
        Request::post(&verb(&id.to_string(), "revoke"))
            .body(&body)
            .json(&self.0)
            .await
    }

    /// Stamps another PDF in its place, and revokes it as superseded unless told not to.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn replace(
        &self,
        id: Uuid,
        stamping: &Stamping,
        revoke_original: bool,
    ) -> Result<Stamp, Error> {
        let request = StampReplaceRequest {
            stamp: stamping.request.clone(),
            revoke_original: Some(revoke_original),
        };
        Request::post(&verb(&id.to_string(), "replace"))
            .request(&request)
            .file("pdf", stamping.pdf.clone())
            .under_key(stamping.idempotency_key.clone())
            .json(&self.0)
            .await
    }

    /// Erases its content for good, its file among it; reference, hashes, status and issuer stay.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn erase(&self, id: Uuid, reason: &str) -> Result<Stamp, Error> {
        let body = EraseRequest {
            reason: reason.to_owned(),
        };
        Request::post(&verb(&id.to_string(), "erase"))
            .body(&body)
            .json(&self.0)
            .await
    }

    async fn change(&self, id: Uuid, action: &str, note: Option<&str>) -> Result<Stamp, Error> {
        let body = StampChangeRequest {
            note: note.map(str::to_owned),
        };
        Request::post(&verb(&id.to_string(), action))
            .body(&body)
            .json(&self.0)
            .await
    }
}

const PATH: [&str; 3] = ["v1", "tcode", "stamps"];

const fn path(id: &str) -> [&str; 4] {
    ["v1", "tcode", "stamps", id]
}

const fn verb<'a>(id: &'a str, verb: &'a str) -> [&'a str; 5] {
    ["v1", "tcode", "stamps", id, verb]
}
