//! Sends a message as a mail of plain text, by the server that the settings name.

use std::time::{Duration, SystemTime};

use ananke_api::alert_channel::DeliveryFailure;
use ananke_store::AlertChannel;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;

use super::message::Message;
use crate::app::Shared;
use crate::config::Config;
use crate::ops::Error;

/// How long each step may take, and all of them.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(20));

/// Whether an address is one that mail can be sent to.
#[must_use]
pub fn is_address(text: &str) -> bool {
    crate::ops::is_email(text) && text.parse::<Address>().is_ok()
}

/// Sends it, if there is a server for mail.
///
/// # Errors
/// Settings that cannot be used: certificates that cannot be read.
pub async fn send(
    app: &Shared,
    channel: &AlertChannel,
    message: &Message,
) -> Result<Result<(), DeliveryFailure>, Error> {
    let smtp = &app.config.smtp;
    if smtp.host.is_empty() {
        return Ok(Err(DeliveryFailure::NoMailServer));
    }
    let domain = smtp.from.rsplit('@').next().unwrap_or_default().to_owned();
    let mailbox = |text: &str| {
        let address = text.parse::<Address>();
        address
            .map(|address| Mailbox::new(None, address))
            .map_err(unusable)
    };
    let now = u64::try_from(message.at / 1_000_000).unwrap_or(0);
    let mail = Mail::builder()
        .from(mailbox(&smtp.from)?)
        .to(mailbox(&channel.target)?)
        .subject(&message.subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(now))
        // The same when it is tried again, so that a mail that came twice is known for one.
        .message_id(Some(format!(
            "<{}.{}@{domain}>",
            message.id,
            channel.id.simple()
        )))
        .header(ContentType::TEXT_PLAIN)
        .body(message.text.clone())
        .map_err(unusable)?;
    let transport = transport(&app.config, domain)?;
    Ok(
        match tokio::time::timeout(PATIENCE.1, transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Err(_) => Err(DeliveryFailure::TimedOut),
            Ok(Err(error)) if error.is_timeout() => Err(DeliveryFailure::TimedOut),
            Ok(Err(error)) if error.status().is_some() => Err(DeliveryFailure::Refused),
            Ok(Err(error)) => Err(super::failure(&error)),
        },
    )
}

/// The way to the mail server. Without encryption it leads to this machine only: the settings were checked.
fn transport(config: &Config, domain: String) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    let smtp = &config.smtp;
    let tls = match smtp.security.as_str() {
        "none" => Tls::None,
        "tls" => Tls::Wrapper(parameters(config)?),
        // Required: it does not go on in clear where the server offers none.
        _ => Tls::Required(parameters(config)?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .hello_name(ClientId::Domain(domain))
        .timeout(Some(PATIENCE.0))
        .tls(tls);
    if !smtp.username.is_empty() {
        let password = smtp.password.expose_secret().to_owned();
        builder = builder.credentials(Credentials::new(smtp.username.clone(), password));
    }
    Ok(builder.build())
}

fn parameters(config: &Config) -> Result<TlsParameters, Error> {
    let mut parameters = TlsParameters::builder(config.smtp.host.clone());
    if let Some(path) = config.outgoing.authorities() {
        let pem = std::fs::read(&path)
            .map_err(|error| Error::Internal(format!("{}: {error}", path.display())))?;
        let certificates = Certificate::from_pem(&pem).map_err(unusable)?;
        parameters = parameters.add_root_certificate(certificates);
    }
    parameters.build().map_err(unusable)
}

fn unusable(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("mail: {error}"))
}
