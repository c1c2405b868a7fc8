//! Rolls a key: a successor that may do the same, and the old one beside it for as long as wanted.

use ananke_api::ForbiddenReason;
use ananke_api::api_key::ApiKey;
use ananke_format::Mode;
use ananke_store::{ApiKey as Row, ApiKeyWrite, Command};
use serde_json::json;
use uuid::Uuid;

use super::newest::seal;
use super::update::{ended, find, find_ended};
use super::{CREATED, Rights, new_text, show, shown_once, subject};
use crate::app::Shared;
use crate::failpoint as fail;
use crate::http::auth::{KeysWrite, May};
use crate::ops::error::Error;
use crate::ops::record::{Actor, Answer, Once, commit, event};
use crate::ops::words::shown;

/// Kind of the event of the old key.
const ROLLED: &str = "api_key.rolled";
/// Kind of the event that takes it back.
const CANCELLED: &str = "api_key.roll_cancelled";

/// How long the old key works beside the new one, where nobody says otherwise: a day.
pub const DEFAULT_OVERLAP_SECONDS: u32 = 86_400;

/// Makes the successor of a key; the old one goes on for so many seconds.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it was rolled already or has lapsed; a key that may do more than the one that
/// asks.
pub async fn roll(
    app: &Shared,
    may: &May<KeysWrite>,
    id: &str,
    overlap_seconds: u32,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let of = (may.tenant.id, Some(may.mode));
    let by = (&may.actor, &may.rights);
    roll_for(app, of, by, id, overlap_seconds, once).await
}

/// Rolls a key of a tenant, whoever asks.
///
/// # Errors
/// As [`roll`].
pub async fn roll_for(
    app: &Shared,
    (tenant, mode): (Uuid, Option<Mode>),
    (actor, giver): (&Actor, &Rights),
    id: &str,
    overlap_seconds: u32,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let found = find(app, tenant, mode, id).await?;
    let (now, old) = (app.ctx.now_micros(), &found.row);
    no_more(app, &Rights::of(old)?, giver)?;
    if let Some(successor) = &old.superseded_by {
        return Err(Error::conflict(format!(
            "this key was rolled already: its successor is {successor}; roll that one, or cancel the roll first"
        )));
    }
    if old.expires_at.is_some_and(|end| now >= end) {
        return Err(Error::conflict(
            "this key has lapsed, and so would its successor: make a new one",
        ));
    }
    let text = new_text(app, old.mode);
    let new = Row {
        id: text.id().to_string(),
        created_by: actor.name.clone(),
        created_at: now,
        secret_mac: app
            .ring()?
            .derived
            .secret_mac(text.expose_secret().as_bytes()),
        last4: text.last4().to_owned(),
        ..old.clone()
    };
    let overlap = match fail::at!("roll-without-an-overlap") {
        true => 0,
        false => i64::from(overlap_seconds) * 1_000_000,
    };
    let overlap_end = now + overlap;
    let after = Row {
        superseded_by: Some(new.id.clone()),
        overlap_end: Some(overlap_end),
        ..old.clone()
    };
    let (fresh, stored) = shown_once(app, &new, &text)?;
    let record = json!({
        "key": after.id, "name": after.name, "successor": new.id, "overlapEndsAt": shown(overlap_end),
    });
    let beside = found.becoming(app, after, actor, ROLLED, record);
    let made = json!({ "key": new.id, "name": new.name, "mode": new.mode, "supersedes": id });
    let made = seal(made, 1, &new);
    let event = event(app, tenant, CREATED, subject(&new.id), actor, &made);
    let key = ApiKeyWrite {
        before: None,
        after: new,
    };
    let command = Command::WriteApiKey {
        key: Box::new(key),
        beside: Some(Box::new(beside)),
    };
    let answer = commit(app, once, command, event, &fresh, Some(&stored)).await?;
    app.key_cache.forget(id);
    Ok(answer)
}

/// Refuses what would hand over more than whoever asks has.
fn no_more(app: &Shared, rights: &Rights, giver: &Rights) -> Result<(), Error> {
    let beyond = rights.beyond(giver, super::default_cap(app));
    if beyond.is_empty() {
        return Ok(());
    }
    let members: Vec<&str> = beyond.keys().map(String::as_str).collect();
    Err(Error::Forbidden {
        reason: ForbiddenReason::InsufficientScope,
        detail: format!(
            "that key may do more than the one that asks ({}): roll it by a key that may do as much, or as the operator",
            members.join(", ")
        ),
    })
}

/// Takes a roll back while both keys work: the successor is deleted, the old key goes on.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where nothing was rolled, the overlap is over, the successor was rolled itself, or,
/// without `force`, was used within 24 hours.
pub async fn cancel_roll(
    app: &Shared,
    may: &May<KeysWrite>,
    id: &str,
    force: bool,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let of = (may.tenant.id, Some(may.mode));
    let by = (&may.actor, &may.rights);
    cancel_roll_for(app, of, by, id, force, once).await
}

/// Takes back the roll of a key of a tenant, whoever asks.
///
/// # Errors
/// As [`cancel_roll`].
pub async fn cancel_roll_for(
    app: &Shared,
    of: (Uuid, Option<Mode>),
    (actor, giver): (&Actor, &Rights),
    id: &str,
    force: bool,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let (tenant, mode) = of;
    let found = find(app, tenant, mode, id).await?;
    no_more(app, &Rights::of(&found.row)?, giver)?;
    let Some(successor) = found.row.superseded_by.clone() else {
        return Err(Error::conflict("this key was not rolled"));
    };
    let now = app.ctx.now_micros();
    if let Some(end) = found.row.overlap_end.filter(|end| now >= *end) {
        return Err(Error::conflict(format!(
            "the overlap ended at {}: the old key works no more, and would not again",
            shown(end)
        )));
    }
    let next = find_ended(app, tenant, mode, &successor).await?;
    let beside = if next.row.deleted_at.is_some() {
        None
    } else {
        if let Some(third) = &next.row.superseded_by {
            return Err(Error::conflict(format!(
                "its successor {successor} was rolled itself, to {third}: cancel that roll first"
            )));
        }
        if !force {
            next.unused(app, "its successor", "delete that one")?;
        }
        Some(Box::new(ended(app, next, actor, force)))
    };
    let after = Row {
        superseded_by: None,
        overlap_end: None,
        ..found.row.clone()
    };
    let answer: ApiKey = show(app, &after, found.used.as_ref())?;
    let record = json!({ "key": after.id, "name": after.name, "successor": successor });
    let (key, event) = found.becoming(app, after, actor, CANCELLED, record);
    let command = Command::WriteApiKey {
        key: Box::new(key),
        beside,
    };
    let answer = commit(app, once, command, event, &answer, None).await?;
    app.key_cache.forget(id);
    app.key_cache.forget(&successor);
    Ok(answer)
}
