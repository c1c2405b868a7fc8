//! Channels by which people are told of alerts: mail, and signed messages to webhooks.
//!
//! Owns how a message is written and sent, and who may be called. When it is sent and tried again is `jobs/told.rs`'s, which
//! channels there are `ops/alert_channels.rs`'s.

pub mod guard;
pub mod mail;
pub mod message;
pub mod signature;
pub mod webhook;

use std::error::Error as StdError;

use ananke_api::alert_channel::DeliveryFailure;
use ananke_store::AlertChannel;
use uuid::Uuid;

use crate::app::Shared;
use crate::keys::KeyError;
use crate::keys::envelope::{self, Context};
use crate::ops::Error;
use message::Message;
use signature::Secrets;

/// The kind of channels that send mail, in rows.
pub const EMAIL: &str = "email";

/// Sends a message now: why it failed, if it did.
///
/// # Errors
/// The server is sealed, or cannot read what it needs.
pub async fn deliver(
    app: &Shared,
    channel: &AlertChannel,
    message: &Message,
) -> Result<Option<DeliveryFailure>, Error> {
    let sent = match channel.kind.as_str() {
        EMAIL => mail::send(app, channel, message).await?,
        _ => {
            let secrets = secrets(app, channel).await?;
            webhook::send(app, channel, &secrets, message).await?
        }
    };
    Ok(sent.err())
}

/// The word of a failure, as rows and logs have it.
#[must_use]
pub fn word(failure: DeliveryFailure) -> String {
    let word = serde_json::to_value(failure).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

/// What a webhook is signed with.
///
/// # Errors
/// It does not open.
pub async fn secrets(app: &Shared, channel: &AlertChannel) -> Result<Secrets, Error> {
    let missing = KeyError::DoesNotOpen("the secret of a channel that has none");
    let (Some(version), Some(sealed)) = (channel.dek_version, &channel.sealed_secret) else {
        return Err(missing.into());
    };
    let data_key = app.ring()?.data_key(app, channel.tenant, version).await?;
    let context = context(channel.tenant, channel.id, version);
    let plain = envelope::open(&data_key, &context, sealed, "the secret of a channel")?;
    Ok(serde_json::from_slice(&plain)?)
}

/// The secrets of a channel, sealed, and the version of the data key they are sealed under.
///
/// # Errors
/// The server is sealed, or cannot read the data key.
pub async fn seal(
    app: &Shared,
    (tenant, id): (Uuid, Uuid),
    secrets: &Secrets,
) -> Result<(Vec<u8>, i64), Error> {
    let keys = app
        .read(move |view| ananke_store::data_keys::list(view, tenant))
        .await?;
    let newest = keys.last().map(|key| key.version);
    let version = newest.ok_or(KeyError::Crypto("data key of a tenant"))?;
    let data_key = app.ring()?.data_key(app, tenant, version).await?;
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(secrets)?);
    let sealed = envelope::seal(&data_key, &context(tenant, id, version), &plain)?;
    Ok((sealed, version))
}

const fn context(tenant: Uuid, id: Uuid, version: i64) -> Context<'static> {
    Context {
        tenant,
        key: id,
        version,
        purpose: "alert channel",
    }
}

/// What went wrong on the way to a receiver. Nothing of it is told but one of these words: the texts of errors name
/// addresses.
fn failure(error: &(dyn StdError + 'static)) -> DeliveryFailure {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<guard::NoAddress>() {
            return DeliveryFailure::NoAddress;
        }
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return DeliveryFailure::Certificate;
        }
        // The source of such an error is that of what it holds, which itself would be passed over.
        let held = error.downcast_ref::<std::io::Error>();
        let held = held.and_then(|error| error.get_ref());
        next = match held {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    DeliveryFailure::Unreachable
}
