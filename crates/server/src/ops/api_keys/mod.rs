//! API keys: made, listed, changed, rolled, deleted.

mod leaked;
mod newest;
mod rights;
mod rolled;
mod update;

use ananke_api::api_key::{ApiKey, CreatedApiKey};
use ananke_api::{Page, whoami};
use ananke_format::api_key::ApiKey as KeyText;
use ananke_format::{Mode, Sha256};
use ananke_store::{ApiKey as Row, ApiKeyUse, ApiKeyWrite, Command, Tenant, api_keys, templates};
use uuid::Uuid;

pub use self::leaked::report;
pub use self::newest::{CREATED, revision};
pub use self::rights::Rights;
pub use self::rolled::{DEFAULT_OVERLAP_SECONDS, cancel_roll, cancel_roll_for, roll, roll_for};
pub use self::update::{Change, delete, delete_for, update, update_for};

use self::newest::seal;
use super::error::{Error, FieldErrors};
use super::record::{Actor, Answer, Once, commit, event};
use super::words::{hex, key_mode, shown};
use crate::app::Shared;
use crate::http::auth::{Caller, KeysRead, KeysWrite, May};

/// How many hours an idempotency key is kept.
pub const IDEMPOTENCY_HOURS: u64 = 72;

/// A key nobody used for so long is idle, in microseconds: 30 days.
const IDLE: i64 = 30 * 24 * 3_600 * 1_000_000;

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

/// What a new key shall be. What is left out of its rights is as the key that asks has it.
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
    /// What it may do.
    pub scopes: Option<Vec<String>>,
    /// The only templates.
    pub template_ids: Option<Vec<Uuid>>,
    /// The only networks.
    pub allowed_cidrs: Option<Vec<ipnet::IpNet>>,
    /// When it lapses, in microseconds.
    pub expires_at: Option<i64>,
    /// How many live documents it may take out of force in a day.
    pub revocations_per_day: Option<i64>,
}

impl Input {
    /// The rights it asks for, of somebody who has these.
    fn rights(&self, giver: &Rights) -> Rights {
        let giver = giver.clone();
        Rights {
            revocations_per_day: self.revocations_per_day.or(giver.own_cap()),
            scopes: self.scopes.clone().unwrap_or(giver.scopes),
            template_ids: self.template_ids.clone().or(giver.template_ids),
            allowed_cidrs: self.allowed_cidrs.clone().or(giver.allowed_cidrs),
            expires_at: self.expires_at.or(giver.expires_at),
        }
    }
}

/// Makes the row of a new key from its text.
///
/// # Errors
/// The server is sealed.
pub fn row(
    app: &Shared,
    tenant: Uuid,
    actor: &Actor,
    (input, rights): (Input, &Rights),
    text: &KeyText,
) -> Result<Row, Error> {
    let default = if input.mode == Mode::Live {
        "production"
    } else {
        "development"
    };
    let mut row = Row {
        tenant,
        id: text.id().to_string(),
        mode: input.mode,
        name: input.name,
        environment: input.environment.unwrap_or_else(|| default.to_owned()),
        service: input.service,
        scopes: String::new(),
        template_ids: None,
        allowed_cidrs: None,
        note: input.note,
        expires_at: None,
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
        revocations_per_day: None,
    };
    rights.write(&mut row)?;
    Ok(row)
}

/// The answer that shows a key.
///
/// # Errors
/// The row holds what this server does not write.
pub fn show(app: &Shared, row: &Row, used: Option<&ApiKeyUse>) -> Result<ApiKey, Error> {
    let mode = row.mode;
    let rights = Rights::of(row)?;
    let allowed_cidrs = rights.shown_cidrs();
    let last = used.map_or(row.created_at, |used| used.last_used_at.max(row.created_at));
    Ok(ApiKey {
        id: row.id.clone(),
        name: row.name.clone(),
        prefix: prefix(mode, &row.id),
        last4: row.last4.clone(),
        mode: key_mode(mode),
        environment: row.environment.clone(),
        service: row.service.clone(),
        scopes: rights.scopes,
        template_ids: rights.template_ids,
        allowed_cidrs,
        note: row.note.clone(),
        created_at: shown(row.created_at),
        last_used_at: used.map(|used| shown(used.last_used_at)),
        expires_at: row.expires_at.map(shown),
        is_idle: app.ctx.now_micros() - last >= IDLE,
        superseded_by: row.superseded_by.clone(),
        overlap_ends_at: row.overlap_end.map(shown),
        revocations_per_day: row.revocations_per_day,
    })
}

/// How many documents a key may take out of force in a day that has no cap of its own.
fn default_cap(app: &Shared) -> Option<i64> {
    super::limits::cap_of_key(app, None)
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
/// A key of another mode than the one that asks, or one that may do more; templates that are not the tenant's.
pub async fn create(
    app: &Shared,
    may: &May<KeysWrite>,
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let mut errors = input
        .rights(&may.rights)
        .beyond(&may.rights, default_cap(app));
    if let Err(message) = check_mode(may, &input) {
        errors.insert("mode".to_owned(), vec![message]);
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    create_for(app, &may.tenant, (&may.actor, &may.rights), input, once).await
}

/// Makes a key for a tenant, whoever asks.
///
/// # Errors
/// Templates that are not the tenant's; the server is sealed or cannot write.
pub async fn create_for(
    app: &Shared,
    tenant: &Tenant,
    (actor, giver): (&Actor, &Rights),
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let rights = input.rights(giver);
    own_templates(app, tenant.id, &rights).await?;
    let text = new_text(app, input.mode);
    let row = row(app, tenant.id, actor, (input, &rights), &text)?;
    let (fresh, stored) = shown_once(app, &row, &text)?;
    let event = created(app, &row, actor);
    let command = Command::WriteApiKey {
        key: Box::new(ApiKeyWrite {
            before: None,
            after: row,
        }),
        beside: None,
    };
    commit(app, once, command, event, &fresh, Some(&stored)).await
}

/// The answer with a new key's secret, and the one a replay gets.
fn shown_once(
    app: &Shared,
    row: &Row,
    text: &KeyText,
) -> Result<(CreatedApiKey, CreatedApiKey), Error> {
    let key = show(app, row, None)?;
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
    Ok((fresh, stored))
}

/// The event that makes a key.
#[must_use]
pub fn created(app: &Shared, row: &Row, actor: &Actor) -> ananke_store::NewEvent {
    let record = serde_json::json!({
        "key": row.id, "name": row.name, "mode": row.mode, "environment": row.environment, "service": row.service,
        "scopes": row.scopes, "templateIds": row.template_ids, "allowedCidrs": row.allowed_cidrs,
        "expiresAt": row.expires_at, "revocationsPerDay": row.revocations_per_day,
    });
    let record = seal(record, 1, row);
    event(app, row.tenant, CREATED, subject(&row.id), actor, &record)
}

/// Whether every template a key would be bound to is one of the tenant.
async fn own_templates(app: &Shared, tenant: Uuid, rights: &Rights) -> Result<(), Error> {
    let Some(ids) = rights.template_ids.clone() else {
        return Ok(());
    };
    let missing = app
        .read(move |view| {
            let mut missing = Vec::new();
            for (index, id) in ids.iter().enumerate() {
                if templates::find(view, tenant, *id)?.is_none() {
                    missing.push(index);
                }
            }
            Ok(missing)
        })
        .await?;
    if missing.is_empty() {
        return Ok(());
    }
    let unknown = "is not a template of this tenant; see GET /v1/trust/templates";
    let errors = missing
        .iter()
        .map(|index| (format!("templateIds[{index}]"), vec![unknown.to_owned()]));
    Err(Error::Invalid(errors.collect::<FieldErrors>()))
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
    // Uses are written once a second, and whoever asks wants to know of all.
    app.key_uses.flush(app).await;
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
        .map(|(row, used)| show(app, row, used.as_ref()))
        .collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor })
}

/// Who a key is.
///
/// # Errors
/// The row holds what this server does not write.
pub fn whoami(app: &Shared, caller: &Caller) -> Result<whoami::Whoami, Error> {
    let (tenant, row, rights) = (&caller.tenant, &caller.key, &caller.rights);
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
            scopes: rights.scopes.clone(),
            template_ids: rights.template_ids.clone(),
            expires_at: row.expires_at.map(shown),
            superseded_by: row.superseded_by.clone(),
            overlap_ends_at: row.overlap_end.map(shown),
        },
        limits: whoami::Limits {
            pdf_max_bytes: ananke_api::PDF_MAX_BYTES as u64,
            field_value_max_chars: ananke_api::FIELD_VALUE_MAX_CHARS as u64,
            idempotency_hours: IDEMPOTENCY_HOURS,
            rates: app
                .limiter
                .policies()
                .iter()
                .map(|policy| whoami::Rate {
                    name: policy.class.as_str().to_owned(),
                    requests: policy.units,
                    seconds: policy.seconds,
                    burst: policy.burst,
                })
                .collect(),
        },
    })
}
