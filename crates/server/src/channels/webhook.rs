//! Sends a message to a webhook: one signed POST, whose answer is its status.

use std::sync::Arc;

use ananke_api::alert_channel::DeliveryFailure;
use ananke_store::AlertChannel;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};

use super::guard::Guard;
use super::message::Message;
use super::signature::Secrets;
use crate::app::Shared;
use crate::ops::Error;
use crate::outgoing;

/// Sends it within ten seconds. Nothing is read of the answer but its head, and no redirect is followed.
///
/// # Errors
/// Certificates named by the settings cannot be read.
pub async fn send(
    app: &Shared,
    channel: &AlertChannel,
    secrets: &Secrets,
    message: &Message,
) -> Result<Result<(), DeliveryFailure>, Error> {
    let guard = Guard::new(&app.config.outgoing);
    // An address that stands in it as a number is resolved by nobody: it is judged here, at every delivery.
    let Ok(url) = guard.read(&channel.target) else {
        return Ok(Err(DeliveryFailure::NoAddress));
    };
    let client = outgoing::client(&app.config)
        .map_err(Error::Internal)?
        .https_only(url.scheme() == "https")
        // A proxy would call whatever it is told to.
        .no_proxy()
        .dns_resolver(Arc::new(guard))
        .build()
        .map_err(|error| Error::Internal(outgoing::cause(&error)))?;
    let now = app.ctx.now_micros();
    let request = client
        .post(url)
        .header(USER_AGENT, concat!("ananke/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", now / 1_000_000)
        .header(
            "webhook-signature",
            secrets.sign(&message.id, now, &message.body),
        )
        .body(message.body.clone());
    Ok(match request.send().await {
        Ok(answer) => judge(answer.status()),
        Err(error) if error.is_timeout() => Err(DeliveryFailure::TimedOut),
        Err(error) => Err(super::failure(&error)),
    })
}

fn judge(status: StatusCode) -> Result<(), DeliveryFailure> {
    match status {
        status if status.is_success() => Ok(()),
        status if status.is_redirection() => Err(DeliveryFailure::Redirected),
        StatusCode::GONE => Err(DeliveryFailure::Gone),
        _ => Err(DeliveryFailure::Refused),
    }
}
