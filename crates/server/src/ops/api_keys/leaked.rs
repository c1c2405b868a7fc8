//! Keys somebody found where they do not belong, and reported.

use ananke_format::api_key::ApiKey as KeyText;
use ananke_store::event_list::{self, EventFilter, From};
use ananke_store::{api_keys, locate};
use serde_json::json;
use uuid::Uuid;

use super::subject;
use super::update::{Found, ended, find, write};
use crate::app::Shared;
use crate::ops::error::Error;
use crate::ops::record::Actor;
use crate::telemetry::access::KeyId;

/// Kind of the event of a report.
const LEAKED: &str = "api_key.leaked";

/// A key that was reported is not recorded again within so many microseconds: a day.
const ONCE_IN: i64 = 24 * 3_600 * 1_000_000;

/// Records which of these are keys in use, and ends them where the settings say so. Whoever reports is told nothing.
///
/// # Errors
/// The server is sealed, or cannot read or write.
pub async fn report(app: &Shared, actor: &Actor, texts: &[String]) -> Result<(), Error> {
    let ring = app.ring()?;
    for text in texts {
        let Ok(key) = KeyText::parse(text.trim()) else {
            continue;
        };
        let id = key.id().as_str().to_owned();
        let wanted = id.clone();
        let found = app
            .read(move |view| {
                let Some(tenant) = locate::by_api_key(view, &wanted)? else {
                    return Ok(None);
                };
                api_keys::find(view, tenant, &wanted)
            })
            .await?;
        let secret = key.expose_secret().as_bytes();
        let Some(row) = found.filter(|row| ring.derived.secret_matches(secret, &row.secret_mac))
        else {
            continue;
        };
        match one(app, actor, row.tenant, &id).await {
            // Deleted meanwhile, or changed: then nobody waits for it to be told again.
            Ok(()) | Err(Error::NotFound | Error::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn one(app: &Shared, actor: &Actor, tenant: Uuid, id: &str) -> Result<(), Error> {
    let found = find(app, tenant, None, id).await?;
    if known(app, &found).await? {
        return Ok(());
    }
    tracing::error!(keyId = %KeyId(&found.row), "this API key was reported as leaked: roll it");
    let (key, event) = if app.config.keys.delete_leaked {
        ended(app, found, actor, true)
    } else {
        let row = found.row.clone();
        let record = json!({ "key": row.id, "name": row.name });
        found.becoming(app, row, actor, LEAKED, record)
    };
    write(app, key, event).await
}

/// Whether that was recorded lately.
async fn known(app: &Shared, found: &Found) -> Result<bool, Error> {
    let tenant = found.row.tenant;
    let filter = EventFilter {
        kind: Some(LEAKED.to_owned()),
        subject: Some(subject(&found.row.id)),
        after: Some(app.ctx.now_micros() - ONCE_IN + 1),
        ..EventFilter::default()
    };
    let told = app
        .read(move |view| event_list::list(view, tenant, &filter, From::Before(None), 1))
        .await?;
    Ok(!told.is_empty())
}
