//! API keys: made, listed, deleted.

use ananke_api::api_key::{ApiKey, CreatedApiKey};
use ananke_api::{Page, whoami};
use ananke_format::api_key::ApiKey as KeyText;
use ananke_format::{Mode, Sha256};
use ananke_store::{ApiKey as Row, ApiKeyUse, Command, Tenant, View, api_keys, events};
use uuid::Uuid;

use super::error::Error;
use super::record::{Actor, Answer, Once, commit, event};
use super::words::{key_mode, shown};
use crate::app::Shared;
use crate::http::auth::{KeysRead, KeysWrite, May};

/// How many hours an idempotency key is kept.
pub const IDEMPOTENCY_HOURS: u64 = 72;

/// Kind of the event that ends a key.
const DELETED: &str = "api_key.deleted";

/// What the events of a key are about: ids of keys are no UUIDs.
#[must_use]
pub fn subject(id: &str) -> Uuid {
    let digest = Sha256::of_parts(&[b"ananke api key\0", id.as_bytes()]);
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.as_bytes()) {
        *byte = *from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether a key was deleted, by its events. Its row alone does not tell: an older copy of the row,
/// put back, would still be authentic.
///
/// # Errors
/// As the store.
pub fn was_deleted(
    view: &mut View<'_>,
    tenant: Uuid,
    id: &str,
) -> Result<bool, ananke_store::Error> {
    let events = events::list_by_subject(view, tenant, subject(id), None, 200)?;
    Ok(events.iter().any(|(event, _)| event.kind == DELETED))
}

/// What a new key shall be.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name.
    pub name: String,
    /// Documents it sees and makes.
    pub mode: Mode,
    /// Environment label.
    pub environment: Option<String>,
    /// Service label.
    pub service: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// When it lapses, in microseconds.
    pub expires_at: Option<i64>,
}

/// Makes the row of a new key from its text.
///
/// # Errors
/// The server is sealed.
pub fn row(
    app: &Shared,
    tenant: Uuid,
    actor: &Actor,
    input: Input,
    text: &KeyText,
) -> Result<Row, Error> {
    let default = if input.mode == Mode::Live {
        "production"
    } else {
        "development"
    };
    Ok(Row {
        tenant,
        id: text.id().to_string(),
        mode: input.mode,
        name: input.name,
        environment: input.environment.unwrap_or_else(|| default.to_owned()),
        service: input.service,
        scopes: r#"["*"]"#.to_owned(),
        template_ids: None,
        allowed_cidrs: None,
        note: input.note,
        expires_at: input.expires_at,
        superseded_by: None,
        overlap_end: None,
        deleted_at: None,
        created_by: actor.name.clone(),
        created_at: app.ctx.now_micros(),
        secret_mac: app
            .ring()?
            .derived
            .secret_mac(text.expose_secret().as_bytes()),
        last4: text.last4().to_owned(),
    })
}

/// The answer that shows a key.
///
/// # Errors
/// The row holds what this server does not write.
pub fn show(row: &Row, used: Option<&ApiKeyUse>) -> Result<ApiKey, Error> {
    let mode = row.mode;
    Ok(ApiKey {
        id: row.id.clone(),
        name: row.name.clone(),
        prefix: prefix(mode, &row.id),
        last4: row.last4.clone(),
        mode: key_mode(mode),
        environment: row.environment.clone(),
        service: row.service.clone(),
        scopes: serde_json::from_str(&row.scopes)?,
        note: row.note.clone(),
        created_at: shown(row.created_at),
        last_used_at: used.map(|used| shown(used.last_used_at)),
        expires_at: row.expires_at.map(shown),
        superseded_by: row.superseded_by.clone(),
    })
}

fn prefix(mode: Mode, id: &str) -> String {
    format!("ak_{mode}_{id}")
}

/// Whether a key may make this key.
///
/// # Errors
/// What to say where it may not.
pub fn check_mode(may: &May<KeysWrite>, input: &Input) -> Result<(), String> {
    if input.mode == may.mode {
        Ok(())
    } else {
        Err(format!(
            "must be `{}`: a key makes keys of its own mode only",
            may.mode
        ))
    }
}

/// Makes a key; the answer is the only place its secret is ever shown.
///
/// # Errors
/// A key of another mode than the one that asks.
pub async fn create(
    app: &Shared,
    may: &May<KeysWrite>,
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    check_mode(may, &input).map_err(|message| Error::invalid("mode", message))?;
    create_for(app, &may.tenant, &may.actor, input, once).await
}

/// Makes a key for a tenant, whoever asks.
///
/// # Errors
/// The server is sealed or cannot write.
pub async fn create_for(
    app: &Shared,
    tenant: &Tenant,
    actor: &Actor,
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let text = new_text(app, input.mode);
    let row = row(app, tenant.id, actor, input, &text)?;
    let key = show(&row, None)?;
    let stored = CreatedApiKey {
        key: key.clone(),
        secret: None,
        secret_shown_once: Some(true),
    };
    let fresh = CreatedApiKey {
        key,
        secret: Some(text.expose().to_owned()),
        secret_shown_once: None,
    };
    let record = serde_json::json!({ "key": row.id, "name": row.name, "mode": row.mode });
    let event = event(
        app,
        tenant.id,
        "api_key.created",
        subject(&row.id),
        actor,
        &record,
    );
    commit(
        app,
        once,
        Command::CreateApiKey(row),
        event,
        &fresh,
        Some(&stored),
    )
    .await
}

/// A new key's text.
#[must_use]
pub fn new_text(app: &Shared, mode: Mode) -> KeyText {
    loop {
        // Bytes that would favour some characters are thrown away; rarely, too few are left.
        if let Ok(text) = KeyText::from_random(mode, &app.ctx.random()) {
            return text;
        }
    }
}

/// A page of a tenant's keys of the caller's mode.
///
/// # Errors
/// The store cannot be read.
pub async fn list(
    app: &Shared,
    may: &May<KeysRead>,
    after: Option<String>,
    limit: i64,
) -> Result<Page<ApiKey>, Error> {
    list_for(app, may.tenant.id, Some(may.mode), after, limit).await
}

/// A page of a tenant's keys.
///
/// # Errors
/// The store cannot be read.
pub async fn list_for(
    app: &Shared,
    tenant: Uuid,
    mode: Option<Mode>,
    after: Option<String>,
    limit: i64,
) -> Result<Page<ApiKey>, Error> {
    let rows = app
        .read(move |view| {
            let rows = api_keys::list(view, tenant, mode, after.as_deref(), limit + 1)?;
            rows.into_iter()
                .map(|row| {
                    let used = api_keys::find_use(view, tenant, &row.id)?;
                    Ok((row, used))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = (rows.len() > limit)
        .then(|| rows.get(limit - 1).map(|(row, _)| row.id.clone()))
        .flatten();
    let items = rows
        .iter()
        .take(limit)
        .map(|(row, used)| show(row, used.as_ref()))
        .collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor })
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
    delete_for(app, may.tenant.id, Some(may.mode), &may.actor, id, force).await
}

/// Deletes a key of a tenant, whoever asks.
///
/// # Errors
/// As [`delete`].
pub async fn delete_for(
    app: &Shared,
    tenant: Uuid,
    mode: Option<Mode>,
    actor: &Actor,
    id: &str,
    force: bool,
) -> Result<(), Error> {
    app.key_uses.flush(app).await;
    let key = id.to_owned();
    let found = app
        .read(move |view| {
            let row = api_keys::find(view, tenant, &key)?;
            let used = api_keys::find_use(view, tenant, &key)?;
            Ok((row, used))
        })
        .await?;
    let (Some(row), used) = found else {
        return Err(Error::NotFound);
    };
    if row.deleted_at.is_some() || mode.is_some_and(|mode| mode != row.mode) {
        return Err(Error::NotFound);
    }
    let day = 24 * 3_600 * 1_000_000;
    if let Some(used) = used.filter(|used| !force && app.ctx.now_micros() - used.last_used_at < day)
    {
        return Err(Error::conflict(format!(
            "this key was used {} times, the last time at {}: whoever uses it would be locked out; send ?force=true to \
             delete it all the same",
            used.uses,
            shown(used.last_used_at)
        )));
    }
    let record = serde_json::json!({ "key": row.id, "name": row.name, "force": force });
    let event = event(app, tenant, DELETED, subject(&row.id), actor, &record);
    commit(
        app,
        None,
        Command::DeleteApiKey { id: id.to_owned() },
        event,
        &(),
        None,
    )
    .await?;
    app.key_cache.forget(id);
    Ok(())
}

/// Who a key is.
///
/// # Errors
/// The row holds what this server does not write.
pub fn whoami(tenant: &Tenant, row: &Row) -> Result<whoami::Whoami, Error> {
    let mode = row.mode;
    Ok(whoami::Whoami {
        tenant: tenant.name.clone(),
        issuer_code: tenant.code.clone(),
        key: whoami::WhoamiKey {
            id: row.id.clone(),
            name: row.name.clone(),
            prefix: prefix(mode, &row.id),
            mode: key_mode(mode),
            environment: row.environment.clone(),
            service: row.service.clone(),
            scopes: serde_json::from_str(&row.scopes)?,
            expires_at: row.expires_at.map(shown),
            superseded_by: row.superseded_by.clone(),
        },
        limits: whoami::Limits {
            pdf_max_bytes: ananke_api::PDF_MAX_BYTES as u64,
            field_value_max_chars: ananke_api::FIELD_VALUE_MAX_CHARS as u64,
            idempotency_hours: IDEMPOTENCY_HOURS,
        },
    })
}
