//! API keys. Only a MAC of the secret is stored, and the row's own MAC covers every column, so
//! whoever can write rows still cannot mint, widen or revive a key.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Digest, Error, Micros, Mode, View};

/// An API key. Deleted keys stay as rows with `deleted_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Whose.
    pub tenant: Uuid,
    /// Twelve characters, the part of the key that may be logged.
    pub id: String,
    /// Live or test.
    pub mode: Mode,
    /// What people call it.
    pub name: String,
    /// `development`, `staging`, `production`.
    pub environment: String,
    /// Which service uses it.
    pub service: Option<String>,
    /// JSON array of scopes.
    pub scopes: String,
    /// JSON array of the only templates it may use, or all.
    pub template_ids: Option<String>,
    /// JSON array of the only networks it may come from, or all.
    pub allowed_cidrs: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// When it ends by itself.
    pub expires_at: Option<Micros>,
    /// Its successor, after a roll.
    pub superseded_by: Option<String>,
    /// Until when it works beside its successor.
    pub overlap_end: Option<Micros>,
    /// Since when it works no more.
    pub deleted_at: Option<Micros>,
    /// Who made it: an actor as in events.
    pub created_by: String,
    /// When.
    pub created_at: Micros,
    /// HMAC over the secret under its own key.
    pub secret_mac: Digest,
    /// The last four characters, for people.
    pub last4: String,
    /// How many documents it may take out of force in a day, where that is not the instance's default.
    pub revocations_per_day: Option<i64>,
}

/// When a key was last seen. Neither authenticated nor complete: batched off the request path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyUse {
    /// Whose.
    pub tenant: Uuid,
    /// Which key.
    pub key_id: String,
    /// When it was last used.
    pub last_used_at: Micros,
    /// How often, roughly. In a batch: how often since the last batch.
    pub uses: i64,
}

pub(crate) static API_KEYS: Table = Table::new(
    "api_keys",
    2,
    &[
        "tenant_id",
        "id",
        "mode",
        "name",
        "environment",
        "service",
        "scopes",
        "template_ids",
        "allowed_cidrs",
        "note",
        "expires_at",
        "superseded_by",
        "overlap_end",
        "deleted_at",
        "created_by",
        "created_at",
        "secret_mac",
        "last4",
        "revocations_per_day",
    ],
)
.added(1);

impl Record for ApiKey {
    fn table() -> &'static Table {
        &API_KEYS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            (&self.id).into(),
            self.mode.into(),
            (&self.name).into(),
            (&self.environment).into(),
            (&self.service).into(),
            (&self.scopes).into(),
            (&self.template_ids).into(),
            (&self.allowed_cidrs).into(),
            (&self.note).into(),
            self.expires_at.into(),
            (&self.superseded_by).into(),
            self.overlap_end.into(),
            self.deleted_at.into(),
            (&self.created_by).into(),
            self.created_at.into(),
            self.secret_mac.into(),
            (&self.last4).into(),
            self.revocations_per_day.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            id: fields.text()?,
            mode: fields.mode()?,
            name: fields.text()?,
            environment: fields.text()?,
            service: fields.opt_text()?,
            scopes: fields.text()?,
            template_ids: fields.opt_text()?,
            allowed_cidrs: fields.opt_text()?,
            note: fields.opt_text()?,
            expires_at: fields.opt_int()?,
            superseded_by: fields.opt_text()?,
            overlap_end: fields.opt_int()?,
            deleted_at: fields.opt_int()?,
            created_by: fields.text()?,
            created_at: fields.int()?,
            secret_mac: fields.digest()?,
            last4: fields.text()?,
            revocations_per_day: fields.opt_int()?,
        })
    }
}

/// One key of a tenant, deleted ones too: the caller looks at `mode`, `deleted_at` and the rest.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid, id: &str) -> Result<Option<ApiKey>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[tenant.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// A page of a tenant's keys that are not deleted, of one mode or both, in the order of their ids,
/// after the id given.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Option<Mode>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<ApiKey>, Error> {
    let first = mode.unwrap_or(Mode::Live);
    let second = mode.unwrap_or(Mode::Test);
    view.rows(
        " WHERE tenant_id = $1 AND mode IN ($2, $3) AND id > $4 AND deleted_at IS NULL \
         ORDER BY id LIMIT $5",
        &[
            tenant.into(),
            first.into(),
            second.into(),
            after.unwrap_or("").into(),
            limit.into(),
        ],
    )
}

/// When a key was last seen, if ever.
///
/// # Errors
/// What the database says.
pub fn find_use(view: &mut View<'_>, tenant: Uuid, id: &str) -> Result<Option<ApiKeyUse>, Error> {
    let columns: &[&str] = &["last_used_at", "uses"];
    let rows = view.sql.query(
        "SELECT last_used_at, uses FROM api_key_uses WHERE tenant_id = $1 AND key_id = $2",
        &[tenant.into(), id.into()],
    )?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let mut fields = Fields::new("api_key_uses", columns, id.to_owned(), row);
    Ok(Some(ApiKeyUse {
        tenant,
        key_id: id.to_owned(),
        last_used_at: fields.int()?,
        uses: fields.int()?,
    }))
}
