//! Issuers as the judge knows them: name, identity and admitted certificates, from authenticated rows.

use std::sync::Arc;

use ananke_format::certificate::Certificate;
use ananke_format::trust::{Identity, Issuer, KeyState, Source, Trust, TrustedKey};
use ananke_format::{Instant, IssuerCode};
use ananke_store::{INSTANCE_TENANT, Purpose, SigningKey, Tenant, View, signing_keys};
use quick_cache::sync::Cache;
use uuid::Uuid;

use super::error::Error;
use super::words::instant;
use crate::app::Shared;

/// Issuers whose certificates were admitted in this process, kept as long as their rows are the same.
pub struct IssuerCache(Cache<Uuid, Arc<Known>>);

impl Default for IssuerCache {
    fn default() -> Self {
        Self(Cache::new(10_000))
    }
}

struct Known {
    tenant: Tenant,
    keys: Vec<SigningKey>,
    issuer: Arc<Issuer>,
}

/// The rows an issuer is made of.
#[derive(Clone)]
pub struct Rows {
    /// The tenant.
    pub tenant: Tenant,
    /// Its keys, of both modes.
    pub keys: Vec<SigningKey>,
}

/// Reads the rows of an issuer.
///
/// # Errors
/// As the store; the tenant is gone, which only an edit behind the server's back can do.
pub fn read(view: &mut View<'_>, tenant: Uuid) -> Result<Rows, ananke_store::Error> {
    let gone = || ananke_store::Error::Corrupt {
        table: "tenants",
        column: None,
        row: tenant.to_string(),
    };
    Ok(Rows {
        tenant: ananke_store::tenants::find(view, tenant)?.ok_or_else(gone)?,
        keys: signing_keys::list(view, tenant)?,
    })
}

fn state(key: &SigningKey) -> KeyState {
    KeyState {
        valid_from: instant(key.valid_from),
        valid_until: instant(key.valid_until),
        retired_at: key.retired_at.map(instant),
        compromised_at: key.compromised_at.map(instant),
    }
}

/// Admits a key's certificate under the authorities of this server.
///
/// # Errors
/// The certificate is not what this server writes.
pub fn admit(app: &Shared, key: &SigningKey) -> Result<TrustedKey, Error> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::Internal(format!("certificate of key {}: {error}", key.id))
    };
    let leaf = Certificate::from_der(&key.certificate).map_err(|error| failed(&error))?;
    app.authority
        .admit(leaf, state(key))
        .map_err(|error| failed(&error))
}

/// The issuer its rows describe.
///
/// # Errors
/// The rows are not what this server writes.
pub fn issuer(app: &Shared, rows: &Rows) -> Result<Arc<Issuer>, Error> {
    if let Some(known) = app.issuers.0.get(&rows.tenant.id)
        && known.tenant == rows.tenant
        && known.keys == rows.keys
    {
        return Ok(Arc::clone(&known.issuer));
    }
    let tenant = &rows.tenant;
    let identity = match tenant.identity {
        ananke_store::Identity::SelfAsserted => Identity::SelfAsserted,
        ananke_store::Identity::DomainProved => Identity::DomainProved,
    };
    let code =
        IssuerCode::parse(&tenant.code).map_err(|error| Error::Internal(error.to_string()))?;
    // A domain that was named and not proved is nobody's business.
    let domain = tenant
        .domain
        .clone()
        .filter(|_| identity == Identity::DomainProved);
    let mut issuer = Issuer::new(
        code,
        tenant.name.clone(),
        domain,
        identity,
        tenant.proved_at.map(instant),
    );
    for key in rows
        .keys
        .iter()
        .filter(|key| key.purpose == Purpose::Tenant)
    {
        issuer = issuer
            .with_key(admit(app, key)?)
            .map_err(|error| Error::Internal(error.to_string()))?;
    }
    let issuer = Arc::new(issuer);
    let known = Known {
        tenant: tenant.clone(),
        keys: rows.keys.clone(),
        issuer: Arc::clone(&issuer),
    };
    app.issuers.0.insert(tenant.id, Arc::new(known));
    Ok(issuer)
}

/// Trust in this server's authorities and in nobody under them.
#[must_use]
pub fn bare_trust(app: &Shared, now: Instant) -> Trust {
    Trust::new(
        Arc::clone(&app.authority),
        Arc::clone(&app.base_urls),
        Source::Server,
        now,
    )
}

/// Trust in one issuer.
///
/// # Errors
/// As [`issuer`].
pub fn trust(app: &Shared, rows: &Rows, now: Instant) -> Result<Trust, Error> {
    Ok(bare_trust(app, now).with_issuer(issuer(app, rows)?))
}

/// The status keys of the instance.
///
/// # Errors
/// The store cannot be read.
pub async fn status_keys(app: &Shared) -> Result<Vec<SigningKey>, Error> {
    let mut keys = app
        .read(|view| signing_keys::list(view, INSTANCE_TENANT))
        .await?;
    keys.retain(|key| key.purpose == Purpose::Status);
    Ok(keys)
}
