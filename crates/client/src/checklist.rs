//! The tenant's production checklist.

use ananke_api::checklist::{AttestRequest, Checklist, ChecklistItem};

use crate::request::Request;
use crate::{Client, Error};

/// Namespace of the tenant's checklist.
#[derive(Debug, Clone)]
pub struct Checklists(Client);

impl Checklists {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// How every item stands now.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn show(&self) -> Result<Checklist, Error> {
        Request::get(&["v1", "checklist"]).json(&self.0).await
    }

    /// Vouches for an item, for 180 days.
    ///
    /// # Errors
    /// Any [`Error`]; some items are for the server to see, and nobody's to vouch for.
    pub async fn attest(
        &self,
        item: &str,
        request: &AttestRequest,
    ) -> Result<ChecklistItem, Error> {
        Request::put(&["v1", "checklist", item, "attestation"])
            .body(request)
            .json(&self.0)
            .await
    }

    /// Takes that back.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn withdraw(&self, item: &str) -> Result<(), Error> {
        Request::delete(&["v1", "checklist", item, "attestation"])
            .nothing(&self.0)
            .await
    }
}
