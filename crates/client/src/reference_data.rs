//! The closed lists of the contract. No key needed.

use ananke_api::reference_data::Entry;

use crate::request::{Need, Request};
use crate::{Client, Error};

/// Namespace of the reference data.
#[derive(Debug, Clone)]
pub struct ReferenceData(Client);

impl ReferenceData {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// Kinds of documents.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn document_types(&self) -> Result<Vec<Entry>, Error> {
        self.list("document-types").await
    }

    /// Languages of documents.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn languages(&self) -> Result<Vec<Entry>, Error> {
        self.list("languages").await
    }

    /// Countries.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn countries(&self) -> Result<Vec<Entry>, Error> {
        self.list("countries").await
    }

    /// Reasons of lifecycle actions.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn lifecycle_reasons(&self) -> Result<Vec<Entry>, Error> {
        self.list("lifecycle-reasons").await
    }

    /// Verdicts.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn verdicts(&self) -> Result<Vec<Entry>, Error> {
        self.list("verdicts").await
    }

    /// Types of events.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn event_types(&self) -> Result<Vec<Entry>, Error> {
        self.list("event-types").await
    }

    /// Kinds of alerts.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn alert_kinds(&self) -> Result<Vec<Entry>, Error> {
        self.list("alert-kinds").await
    }

    async fn list(&self, name: &str) -> Result<Vec<Entry>, Error> {
        Request::get(&["v1", "reference-data", name])
            .need(Need::Nothing)
            .json(&self.0)
            .await
    }
}
