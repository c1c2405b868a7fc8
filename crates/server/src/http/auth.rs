//! Who asks: a permission is an argument, and only this file makes one.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use ananke_api::ForbiddenReason;
use ananke_format::Mode;
use ananke_format::api_key::ApiKey as KeyText;
use ananke_store::{ApiKey, Tenant, TenantState, api_keys, locate, tenants};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use quick_cache::sync::Cache;

use super::request::Ids;
use crate::app::App;
use crate::believed::FRESH_MICROS;
use crate::failpoint as fail;
use crate::ops::Error;
use crate::ops::api_keys::was_deleted;
use crate::ops::record::Actor;

/// Header that carries the key.
pub const API_KEY: &str = "x-api-key";

/// A tenant's key that was checked, in one request.
pub struct Caller {
    /// Whose.
    pub tenant: Tenant,
    /// Documents it sees and makes.
    pub mode: Mode,
    /// The key.
    pub key: ApiKey,
    /// As events name it.
    pub actor: Actor,
}

/// What a scope is called, and whether it writes.
pub trait Scope {
    /// Name, such as `issuances:write`.
    const NAME: &'static str;
    /// Whether a suspended tenant loses it.
    const WRITES: bool;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $writes:literal;)+) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Scope for $name {
                const NAME: &'static str = $text;
                const WRITES: bool = $writes;
            }
        )+
    };
}

scopes! {
    /// Any valid key.
    AnyScope = "", false;
    /// See templates.
    TemplatesRead = "templates:read", false;
    /// Make and change templates.
    TemplatesWrite = "templates:write", true;
    /// See documents.
    IssuancesRead = "issuances:read", false;
    /// Issue and replace documents.
    IssuancesWrite = "issuances:write", true;
    /// Suspend, revoke, reinstate, expire, erase.
    IssuancesLifecycle = "issuances:lifecycle", true;
    /// See the verification history.
    VerificationsRead = "verifications:read", false;
    /// See keys.
    KeysRead = "keys:read", false;
    /// Make and delete keys.
    KeysWrite = "keys:write", true;
}

/// Proof that the caller may do what `S` names.
pub struct May<S> {
    caller: Caller,
    scope: PhantomData<S>,
}

impl<S> Deref for May<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: Scope> FromRequestParts<App> for May<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = caller(parts, app).await?.ok_or(Error::Unauthorized)?;
        let scopes: Vec<String> = serde_json::from_str(&caller.key.scopes)?;
        // A key without the scope cannot be made in this release: every key has `*`.
        if !scopes.iter().any(|scope| scope == "*" || scope == S::NAME) {
            return Err(Error::Unauthorized);
        }
        if S::WRITES && caller.tenant.state != TenantState::Active {
            return Err(Error::Forbidden {
                reason: ForbiddenReason::TenantSuspended,
                detail: format!(
                    "the tenant is {}: its documents can be read and verified, but nothing can be written; ask the \
                     operator of this server",
                    caller.tenant.state.as_str()
                ),
            });
        }
        Ok(Self {
            caller,
            scope: PhantomData,
        })
    }
}

/// Public addresses: a key is not needed, but a wrong one is refused. A sealed server cannot tell
/// wrong from right: then it is as if none had been sent, because verification goes on.
impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        match caller(parts, app).await {
            Err(Error::Unavailable { .. }) if app.ring.is_none() => Ok(None),
            other => other,
        }
    }
}

async fn caller(parts: &Parts, app: &App) -> Result<Option<Caller>, Error> {
    let Some(header) = parts.headers.get(API_KEY) else {
        return Ok(None);
    };
    if fail::at!("log-the-presented-key") {
        tracing::debug!(?header, "presented");
    }
    if parts.headers.contains_key(ORIGIN) || parts.headers.contains_key("sec-fetch-site") {
        tracing::warn!(route = %parts.uri.path(), "API key sent by a browser");
        return Err(Error::Forbidden {
            reason: ForbiddenReason::BrowserOrigin,
            detail: "an API key was sent by a browser: whoever opens the page can read it; call from a server, and \
                     replace this key"
                .to_owned(),
        });
    }
    let text = header
        .to_str()
        .ok()
        .and_then(|text| KeyText::parse(text).ok())
        .ok_or(Error::Unauthorized)?;
    let ring = app.ring()?;
    let known = find(app, text.id().as_str()).await?;
    // An unknown id costs as much as a wrong secret.
    let mac = known.as_ref().map_or([0; 32], |known| known.key.secret_mac);
    let matches = ring
        .derived
        .secret_matches(text.expose_secret().as_bytes(), &mac);
    let Some(known) = known.filter(|_| matches) else {
        return Err(Error::Unauthorized);
    };
    let now = app.ctx.now_micros();
    let key = &known.key;
    let lapsed = [key.expires_at, key.overlap_end, key.deleted_at]
        .into_iter()
        .flatten()
        .any(|end| now >= end);
    if lapsed || key.mode != text.mode() {
        return Err(Error::Unauthorized);
    }
    app.key_uses.note(key, now);
    let ids = parts.extensions.get::<Ids>();
    let actor = Actor {
        name: format!("key:{}", key.id),
        request_id: ids.map_or_else(String::new, |ids| ids.request.clone()),
        trace_id: ids.map_or_else(String::new, |ids| ids.trace.clone()),
    };
    Ok(Some(Caller {
        tenant: known.tenant.clone(),
        mode: text.mode(),
        key: known.key.clone(),
        actor,
    }))
}

/// A key's row with its tenant's.
struct Known {
    key: ApiKey,
    tenant: Tenant,
    read_at: i64,
}

/// Keys seen lately.
pub struct KeyCache(Cache<String, Arc<Known>>);

impl Default for KeyCache {
    fn default() -> Self {
        Self(Cache::new(10_000))
    }
}

impl KeyCache {
    /// Asks the database about this key next time.
    pub fn forget(&self, id: &str) {
        self.0.remove(id);
    }

    /// Asks the database about every key next time.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Believes that a key with all scopes has only these, until its row is read again. It can give none.
    pub fn narrow(&self, id: &str, scopes: &[&str]) {
        let known = self.0.get(id);
        if let Some(known) = known.filter(|known| known.key.scopes == r#"["*"]"#) {
            let mut key = known.key.clone();
            key.scopes = serde_json::json!(scopes).to_string();
            let (tenant, read_at) = (known.tenant.clone(), known.read_at);
            let known = Known {
                key,
                tenant,
                read_at,
            };
            self.0.insert(id.to_owned(), Arc::new(known));
        }
    }
}

async fn find(app: &App, id: &str) -> Result<Option<Arc<Known>>, Error> {
    let (now, foundations) = (app.ctx.now_micros(), app.store.foundations());
    if let Some(known) = app.key_cache.0.get(id)
        && (0..FRESH_MICROS).contains(&(now - known.read_at))
    {
        return Ok(Some(known));
    }
    let wanted = id.to_owned();
    let found = app
        .store
        .read(move |view| {
            let Some(tenant) = locate::by_api_key(view, &wanted)? else {
                return Ok(None);
            };
            if was_deleted(view, tenant, &wanted)? {
                return Ok(None);
            }
            let key = api_keys::find(view, tenant, &wanted)?;
            let tenant = tenants::find(view, tenant)?;
            Ok(key.zip(tenant))
        })
        .await;
    let found = match found {
        // A row edited behind the server's back opens nothing, and says no more than any wrong key.
        Err(ananke_store::Error::Corrupt { table, row, .. }) => {
            tracing::error!(table, row, "API key refused: its row was altered");
            app.key_cache.forget(id);
            return Ok(None);
        }
        found => found?,
    };
    let Some((key, tenant)) = found else {
        app.key_cache.forget(id);
        return Ok(None);
    };
    let known = Arc::new(Known {
        key,
        tenant,
        read_at: now,
    });
    // What was changed meanwhile, such as by deleting the key, is not remembered as it was before.
    if app.store.foundations() == foundations {
        app.key_cache.0.insert(id.to_owned(), Arc::clone(&known));
    }
    Ok(Some(known))
}
