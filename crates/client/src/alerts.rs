//! Alerts of the tenant.

use ananke_api::Page;
use ananke_api::alert::Alert;
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error, Listing};

/// Namespace of the tenant's alerts.
#[derive(Debug, Clone)]
pub struct Alerts(Client);

impl Alerts {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// One page of alerts, newest first; only open or only ended ones where asked.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(
        &self,
        is_open: Option<bool>,
        cursor: Option<&str>,
    ) -> Result<Page<Alert>, Error> {
        let state = is_open.map(|is_open| if is_open { "open" } else { "ended" });
        Request::get(&["v1", "alerts"])
            .query("state", state)
            .query("cursor", cursor)
            .page(&self.0)
            .await
    }

    /// All alerts, newest first.
    pub fn list_all(&self, is_open: Option<bool>) -> Listing<Alert> {
        let alerts = self.clone();
        Listing::new(move |cursor| {
            let alerts = alerts.clone();
            async move { alerts.list(is_open, cursor.as_deref()).await }
        })
    }

    /// Ends an alert because somebody saw to it.
    ///
    /// # Errors
    /// Any [`Error`]; a conflict where it has ended.
    pub async fn acknowledge(&self, id: Uuid) -> Result<Alert, Error> {
        let id = id.to_string();
        Request::post(&["v1", "alerts", &id, "acknowledge"])
            .json(&self.0)
            .await
    }
}
