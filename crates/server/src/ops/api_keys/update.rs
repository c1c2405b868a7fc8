//! Changes a key, or ends it.

use ananke_api::api_key::ApiKey;
use ananke_format::Mode;
use ananke_store::{ApiKey as Row, ApiKeyUse, ApiKeyWrite, Command, NewEvent, api_keys};
use ipnet::IpNet;
use serde_json::json;
use uuid::Uuid;

use super::newest::{DELETED, revision, seal};
use super::{Rights, own_templates, show, subject};
use crate::app::Shared;
use crate::http::auth::{KeysWrite, May};
use crate::ops::error::Error;
use crate::ops::record::{Actor, commit, event};
use crate::ops::words::shown;

/// Kind of the event of a change.
const UPDATED: &str = "api_key.updated";

/// How often a change is tried against others made at the same moment.
const TRIES: usize = 4;

/// A key used within so many microseconds is not ended without a word: 24 hours.
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// What of a key shall be otherwise; the inner `None` takes away.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "as in the row")]
pub struct Change {
    pub name: Option<String>,
    pub environment: Option<String>,
    pub service: Option<Option<String>>,
    pub note: Option<Option<String>>,
    pub scopes: Option<Vec<String>>,
    pub template_ids: Option<Option<Vec<Uuid>>>,
    pub allowed_cidrs: Option<Option<Vec<IpNet>>>,
    pub expires_at: Option<Option<i64>>,
    pub revocations_per_day: Option<Option<i64>>,
}

impl Change {
    /// The row after it, and the rights.
    fn of(self, before: &Row) -> Result<(Row, Rights), Error> {
        let mut row = before.clone();
        let rights = Rights::of(before)?;
        let rights = Rights {
            scopes: self.scopes.unwrap_or(rights.scopes),
            template_ids: self.template_ids.unwrap_or(rights.template_ids),
            allowed_cidrs: self.allowed_cidrs.unwrap_or(rights.allowed_cidrs),
            expires_at: self.expires_at.unwrap_or(rights.expires_at),
            revocations_per_day: self
                .revocations_per_day
                .unwrap_or(rights.revocations_per_day),
        };
        row.name = self.name.unwrap_or(row.name);
        row.environment = self.environment.unwrap_or(row.environment);
        row.service = self.service.unwrap_or(row.service);
        row.note = self.note.unwrap_or(row.note);
        rights.write(&mut row)?;
        Ok((row, rights))
    }
}

/// A key that was found, as new as its events.
pub(super) struct Found {
    pub(super) row: Row,
    /// How many events it has.
    pub(super) revision: usize,
    pub(super) used: Option<ApiKeyUse>,
}

/// Reads a key of a tenant and mode that was not deleted.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn find(
    app: &Shared,
    tenant: Uuid,
    mode: Option<Mode>,
    id: &str,
) -> Result<Found, Error> {
    let found = find_ended(app, tenant, mode, id).await?;
    if found.row.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    Ok(found)
}

/// The same, also of one that was deleted.
pub(super) async fn find_ended(
    app: &Shared,
    tenant: Uuid,
    mode: Option<Mode>,
    id: &str,
) -> Result<Found, Error> {
    app.key_uses.flush(app).await;
    let key = id.to_owned();
    let found = app
        .read(move |view| {
            let Some(row) = api_keys::find(view, tenant, &key)? else {
                return Ok(None);
            };
            let revision = revision(view, &row)?;
            let used = api_keys::find_use(view, tenant, &key)?;
            Ok(Some(Found {
                row,
                revision,
                used,
            }))
        })
        .await?;
    found
        .filter(|found| mode.is_none_or(|mode| mode == found.row.mode))
        .ok_or(Error::NotFound)
}

impl Found {
    /// Refuses to end a key that was used lately.
    pub(super) fn unused(&self, app: &Shared, which: &str, then: &str) -> Result<(), Error> {
        match &self.used {
            Some(used) if app.ctx.now_micros() - used.last_used_at < DAY => {
                Err(Error::conflict(format!(
                    "{which} was used {} times, the last time at {}: whoever uses it would be locked out; send \
                     ?force=true to {then} all the same",
                    used.uses,
                    shown(used.last_used_at)
                )))
            }
            _ => Ok(()),
        }
    }

    /// Writes what becomes of it, with the event that says so.
    pub(super) fn becoming(
        self,
        app: &Shared,
        after: Row,
        actor: &Actor,
        kind: &str,
        record: serde_json::Value,
    ) -> (ApiKeyWrite, NewEvent) {
        let record = seal(record, self.revision + 1, &after);
        let event = event(app, after.tenant, kind, subject(&after.id), actor, &record);
        let before = Some(self.row);
        (ApiKeyWrite { before, after }, event)
    }
}

/// Changes a key.
///
/// # Errors
/// [`Error::NotFound`]; rights beyond those of the key that asks; templates that are not the tenant's.
pub async fn update(
    app: &Shared,
    may: &May<KeysWrite>,
    id: &str,
    change: Change,
) -> Result<ApiKey, Error> {
    let of = (may.tenant.id, Some(may.mode));
    update_for(app, of, (&may.actor, &may.rights), id, change).await
}

/// Changes a key of a tenant, whoever asks.
///
/// # Errors
/// As [`update`].
pub async fn update_for(
    app: &Shared,
    of: (Uuid, Option<Mode>),
    by: (&Actor, &Rights),
    id: &str,
    change: Change,
) -> Result<ApiKey, Error> {
    for _ in 1..TRIES {
        match try_update(app, of, by, id, change.clone()).await {
            Err(Error::Stale) => {}
            other => return other,
        }
    }
    try_update(app, of, by, id, change).await
}

async fn try_update(
    app: &Shared,
    (tenant, mode): (Uuid, Option<Mode>),
    (actor, giver): (&Actor, &Rights),
    id: &str,
    change: Change,
) -> Result<ApiKey, Error> {
    let found = find(app, tenant, mode, id).await?;
    let used = found.used.clone();
    let (after, rights) = change.of(&found.row)?;
    if after == found.row {
        return show(app, &after, used.as_ref());
    }
    if rights != Rights::of(&found.row)? {
        let beyond = rights.beyond(giver, super::default_cap(app));
        if !beyond.is_empty() {
            return Err(Error::Invalid(beyond));
        }
        own_templates(app, tenant, &rights).await?;
    }
    let answer = show(app, &after, used.as_ref())?;
    let record = json!({
        "key": after.id, "name": after.name, "environment": after.environment, "service": after.service,
        "scopes": after.scopes, "templateIds": after.template_ids, "allowedCidrs": after.allowed_cidrs,
        "expiresAt": after.expires_at, "revocationsPerDay": after.revocations_per_day,
    });
    let (key, event) = found.becoming(app, after, actor, UPDATED, record);
    write(app, key, event).await?;
    Ok(answer)
}

/// Commits one key's change; it holds here at once.
pub(super) async fn write(app: &Shared, key: ApiKeyWrite, event: NewEvent) -> Result<(), Error> {
    let id = key.after.id.clone();
    let command = Command::WriteApiKey {
        key: Box::new(key),
        beside: None,
    };
    commit(app, None, command, event, &(), None).await?;
    app.key_cache.forget(&id);
    Ok(())
}

/// Deletes a key: it is refused from now on. A key used within 24 hours is deleted only with `force`.
///
/// # Errors
/// [`Error::NotFound`]; a conflict that says when and how often it was used.
pub async fn delete(
    app: &Shared,
    may: &May<KeysWrite>,
    id: &str,
    force: bool,
) -> Result<(), Error> {
    delete_for(app, (may.tenant.id, Some(may.mode)), &may.actor, id, force).await
}

/// Deletes a key of a tenant, whoever asks.
///
/// # Errors
/// As [`delete`].
pub async fn delete_for(
    app: &Shared,
    of: (Uuid, Option<Mode>),
    actor: &Actor,
    id: &str,
    force: bool,
) -> Result<(), Error> {
    for _ in 1..TRIES {
        match try_delete(app, of, actor, id, force).await {
            Err(Error::Stale) => {}
            other => return other,
        }
    }
    try_delete(app, of, actor, id, force).await
}

async fn try_delete(
    app: &Shared,
    (tenant, mode): (Uuid, Option<Mode>),
    actor: &Actor,
    id: &str,
    force: bool,
) -> Result<(), Error> {
    let found = find(app, tenant, mode, id).await?;
    if !force {
        found.unused(app, "this key", "delete it")?;
    }
    let (key, event) = ended(app, found, actor, force);
    write(app, key, event).await
}

/// A key that is no more, and the event that says so.
pub(super) fn ended(
    app: &Shared,
    found: Found,
    actor: &Actor,
    force: bool,
) -> (ApiKeyWrite, NewEvent) {
    let after = Row {
        deleted_at: Some(app.ctx.now_micros()),
        ..found.row.clone()
    };
    let record = json!({ "key": after.id, "name": after.name, "force": force });
    found.becoming(app, after, actor, DELETED, record)
}
