//! Channels of a tenant for alerts: made, tried, deleted, and given other secrets. How they send is `channels/`'s.

use ananke_api::Page;
use ananke_api::alert_channel::{
    AlertChannel, AlertChannelKind, CreatedAlertChannel, TestedAlertChannel,
};
use ananke_store::{AlertChannel as Row, Command, Write, alerts};
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::Error;
use super::record::{Actor, Answer, Once, commit, event};
use super::words::shown;
use crate::app::Shared;
use crate::channels::guard::Guard;
use crate::channels::message::Message;
use crate::channels::signature::Secrets;
use crate::channels::{self, EMAIL, mail, word};

/// How many a tenant may have.
const AT_MOST: usize = 10;

/// How long two secrets sign where nobody says otherwise, in seconds: a day.
pub const OVERLAP: u32 = 86_400;
/// The longest overlap, in seconds: a week.
pub const LONGEST_OVERLAP: u32 = 604_800;

/// What a new channel shall be.
#[derive(Debug, Clone)]
pub struct Input {
    /// How it sends.
    pub kind: AlertChannelKind,
    /// Where to.
    pub target: String,
}

/// A channel as it is shown.
///
/// # Errors
/// The row holds what this server does not write.
fn show(row: &Row) -> Result<AlertChannel, Error> {
    let last_error = row.last_error.clone().map(Value::from);
    Ok(AlertChannel {
        id: row.id,
        kind: serde_json::from_value(row.kind.clone().into())?,
        target: row.target.clone(),
        created_at: shown(row.created_at),
        tested_at: row.tested_at.map(shown),
        failed_at: row.failed_at.map(shown),
        last_error: last_error.map(serde_json::from_value).transpose()?,
    })
}

/// What the record says of a channel: not its target, which may be a person's address or hold a secret in its path.
fn facts(row: &Row) -> Value {
    let url = reqwest::Url::parse(&row.target).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    json!({ "kind": row.kind, "host": host.filter(|_| row.kind != EMAIL) })
}

async fn find(app: &Shared, tenant: Uuid, id: Uuid) -> Result<Row, Error> {
    let found = app
        .read(move |view| alerts::find_channel(view, tenant, id))
        .await?;
    found.ok_or(Error::NotFound)
}

/// The channels of a tenant, oldest first; there are never more than fit a page.
///
/// # Errors
/// The store cannot be read.
pub async fn list(app: &Shared, tenant: Uuid) -> Result<Page<AlertChannel>, Error> {
    let rows = app
        .read(move |view| alerts::list_channels(view, tenant))
        .await?;
    let items = rows.iter().map(show).collect::<Result<_, _>>()?;
    Ok(Page {
        items,
        next_cursor: None,
    })
}

/// Whether this server would send there.
async fn check(app: &Shared, input: &Input) -> Result<(), Error> {
    match input.kind {
        AlertChannelKind::Email if app.config.smtp.host.is_empty() => Err(Error::invalid(
            "kind",
            "this server sends no mail: its operator names a mail server in smtp.host; a webhook needs none",
        )),
        AlertChannelKind::Email if !mail::is_address(&input.target) => {
            Err(Error::invalid("target", "must be an e-mail address"))
        }
        AlertChannelKind::Email => Ok(()),
        AlertChannelKind::Webhook => {
            let guard = Guard::new(&app.config.outgoing);
            let url = guard.read(&input.target);
            let url = url.map_err(|message| Error::invalid("target", message))?;
            let Some(name) = url.domain() else {
                return Ok(());
            };
            let found = guard.resolve(name).await;
            found
                .map(drop)
                .map_err(|error| Error::invalid("target", error.to_string()))
        }
    }
}

/// Makes a channel. Of a webhook the secret is shown, this once.
///
/// # Errors
/// Members at fault; there are too many; the server is sealed or cannot write.
pub async fn create(
    app: &Shared,
    actor: &Actor,
    (tenant, input): (Uuid, Input),
    once: Option<Once>,
) -> Result<Answer, Error> {
    check(app, &input).await?;
    let id = app.ctx.id();
    let secrets = match input.kind {
        AlertChannelKind::Email => None,
        AlertChannelKind::Webhook => Some(Secrets::new(&app.ctx.random())),
    };
    let sealed = match &secrets {
        Some(secrets) => Some(channels::seal(app, (tenant, id), secrets).await?),
        None => None,
    };
    let kind = serde_json::to_value(input.kind)?;
    let (sealed_secret, dek_version) = sealed.unzip();
    let row = Row {
        tenant,
        id,
        kind: kind.as_str().unwrap_or_default().to_owned(),
        target: input.target,
        sealed_secret,
        dek_version,
        created_at: app.ctx.now_micros(),
        tested_at: None,
        failed_at: None,
        last_error: None,
        deleted_at: None,
    };
    let event = event(
        app,
        tenant,
        "alert_channel.created",
        id,
        actor,
        &facts(&row),
    );
    let (whole, stored) = created(&row, secrets.as_ref())?;
    let command = Command::AddAlertChannel {
        channel: row,
        at_most: AT_MOST,
    };
    commit(app, once, command, event, &whole, Some(&stored)).await
}

/// The answer with a secret, and what a replay of it shows.
fn created(
    row: &Row,
    secrets: Option<&Secrets>,
) -> Result<(CreatedAlertChannel, CreatedAlertChannel), Error> {
    let channel = show(row)?;
    let stored = CreatedAlertChannel {
        channel: channel.clone(),
        secret: None,
        secret_shown_once: secrets.map(|_| true),
    };
    let whole = CreatedAlertChannel {
        channel,
        secret: secrets.map(Secrets::shown),
        secret_shown_once: None,
    };
    Ok((whole, stored))
}

/// Deletes a channel: nothing more is sent there.
///
/// # Errors
/// [`Error::NotFound`]; the server cannot write.
pub async fn delete(app: &Shared, actor: &Actor, (tenant, id): (Uuid, Uuid)) -> Result<(), Error> {
    let row = find(app, tenant, id).await?;
    remove(app, actor, &row, &facts(&row)).await
}

/// Deletes a channel whose receiver says that it is gone for good.
///
/// # Errors
/// The server cannot write.
pub async fn gone(app: &Shared, row: &Row) -> Result<(), Error> {
    let mut body = facts(row);
    body["reason"] = "gone".into();
    match remove(app, &Actor::system(), row, &body).await {
        // Somebody else deleted it meanwhile.
        Err(Error::NotFound) => Ok(()),
        other => other,
    }
}

async fn remove(app: &Shared, actor: &Actor, row: &Row, body: &Value) -> Result<(), Error> {
    let kind = "alert_channel.deleted";
    let event = event(app, row.tenant, kind, row.id, actor, body);
    let command = Command::DeleteAlertChannel { id: row.id };
    app.write(Write::new(None, command, event)).await?;
    Ok(())
}

/// Sends a test now, and says what became of it. A receiver that says it is gone is not deleted by that: somebody is looking.
///
/// # Errors
/// [`Error::NotFound`]; the server is sealed or cannot write.
pub async fn test(
    app: &Shared,
    actor: &Actor,
    (tenant, id): (Uuid, Uuid),
    once: Option<Once>,
) -> Result<Answer, Error> {
    let row = find(app, tenant, id).await?;
    let message = Message::of_test(app, &row).await?;
    let failure = channels::deliver(app, &row, &message).await?;
    let mut body = facts(&row);
    body["delivered"] = failure.is_none().into();
    let event = event(app, tenant, "alert_channel.tested", id, actor, &body);
    let tested = TestedAlertChannel {
        delivered: failure.is_none(),
        error: failure,
    };
    let failure = failure.map(word);
    let command = Command::TestAlertChannel { id, failure };
    commit(app, once, command, event, &tested, None).await
}

/// Gives a webhook another secret; the one before signs beside it for so many seconds.
///
/// # Errors
/// [`Error::NotFound`]; it is no webhook; the server is sealed or cannot write.
pub async fn rotate(
    app: &Shared,
    actor: &Actor,
    (tenant, id): (Uuid, Uuid),
    overlap_seconds: u32,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let row = find(app, tenant, id).await?;
    if row.sealed_secret.is_none() {
        return Err(Error::conflict(
            "this channel sends mail, and has no secret",
        ));
    }
    let until = app.ctx.now_micros() + i64::from(overlap_seconds) * 1_000_000;
    let before = channels::secrets(app, &row).await?;
    let secrets = before.rotated(&app.ctx.random(), until);
    let (sealed, dek_version) = channels::seal(app, (tenant, id), &secrets).await?;
    let mut body = facts(&row);
    body["overlapSeconds"] = overlap_seconds.into();
    let kind = "alert_channel.secret_rotated";
    let event = event(app, tenant, kind, id, actor, &body);
    let (whole, stored) = created(&row, Some(&secrets))?;
    let command = Command::ResealAlertChannel {
        id,
        expected: row.sealed_secret,
        sealed,
        dek_version,
    };
    match commit(app, once, command, event, &whole, Some(&stored)).await {
        Err(Error::Stale) => Err(Error::conflict(
            "this secret was changed by another request meanwhile: ask again if it shall be changed once more",
        )),
        other => other,
    }
}

/// Records that people were not told of an alert by this channel.
///
/// # Errors
/// The server cannot write.
pub async fn given_up(app: &Shared, row: &Row, alert: Uuid, failure: &str) -> Result<(), Error> {
    let mut body = facts(row);
    body["alert"] = json!(alert);
    body["error"] = failure.into();
    let kind = "alert_channel.failed";
    let event = event(app, row.tenant, kind, row.id, &Actor::system(), &body);
    app.write(Write::new(None, Command::Record, event)).await?;
    Ok(())
}

/// What is said where there are as many as there may be.
#[must_use]
pub fn too_many() -> Error {
    Error::conflict(format!(
        "there are {AT_MOST} channels, and no more are taken: delete one first"
    ))
}
