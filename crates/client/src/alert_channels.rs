//! Channels that alerts of the tenant go out by.

use ananke_api::Page;
use ananke_api::alert_channel::{
    AlertChannel, CreateAlertChannel, CreatedAlertChannel, RotateAlertChannelSecret,
    TestedAlertChannel,
};
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error};

/// Namespace of the channels for alerts.
#[derive(Debug, Clone)]
pub struct AlertChannels(Client);

impl AlertChannels {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// All channels, oldest first: there are never more than fit a page.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(&self) -> Result<Page<AlertChannel>, Error> {
        Request::get(&["v1", "alert-channels"]).page(&self.0).await
    }

    /// Makes a channel. The secret of a webhook is in this answer and nowhere else.
    ///
    /// # Errors
    /// Any [`Error`]; a conflict where there are ten.
    pub async fn create(&self, request: &CreateAlertChannel) -> Result<CreatedAlertChannel, Error> {
        Request::post(&["v1", "alert-channels"])
            .body(request)
            .json(&self.0)
            .await
    }

    /// Deletes a channel: nothing more is sent there.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn delete(&self, id: Uuid) -> Result<(), Error> {
        let id = id.to_string();
        Request::delete(&["v1", "alert-channels", &id])
            .nothing(&self.0)
            .await
    }

    /// Sends a test now, and says whether the receiver took it.
    ///
    /// # Errors
    /// Any [`Error`]; a delivery that failed is none.
    pub async fn test(&self, id: Uuid) -> Result<TestedAlertChannel, Error> {
        let id = id.to_string();
        Request::post(&["v1", "alert-channels", &id, "test"])
            .json(&self.0)
            .await
    }

    /// Gives a webhook another secret, which is in this answer and nowhere else.
    ///
    /// # Errors
    /// Any [`Error`]; a conflict where it is no webhook.
    pub async fn rotate_secret(
        &self,
        id: Uuid,
        request: &RotateAlertChannelSecret,
    ) -> Result<CreatedAlertChannel, Error> {
        let id = id.to_string();
        Request::post(&["v1", "alert-channels", &id, "rotate-secret"])
            .body(request)
            .json(&self.0)
            .await
    }
}
