//! Who asks: a permission is an argument, and only this file makes one.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use ananke_api::{ForbiddenReason, scope};
use ananke_format::Mode;
use ananke_format::api_key::ApiKey as KeyText;
use ananke_store::{ApiKey, INSTANCE_TENANT, Tenant, TenantState, api_keys, locate, tenants};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, OptionalFromRequestParts};
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method};
use ipnet::IpNet;
use quick_cache::sync::Cache;
use uuid::Uuid;

use crate::alerts::Kind;
use crate::app::App;
use crate::believed::FRESH_MICROS;
use crate::failpoint as fail;
use crate::network;
use crate::ops::Error;
use crate::ops::api_keys::{Rights, revision};
use crate::ops::record::{Actor, By};
use crate::rates::{Class, Standing};
use crate::telemetry::access::KeyId;
use crate::telemetry::metrics::Refusal;
use crate::telemetry::trail::Trail;

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
    /// What it may do.
    pub rights: Rights,
    /// As events name it.
    pub actor: Actor,
}

impl Caller {
    /// Refuses a template that the key is not for.
    ///
    /// # Errors
    /// It is bound to others; whether this one exists is not told.
    pub fn may_use(&self, template: Uuid) -> Result<(), Error> {
        if self.rights.reaches(template) {
            Ok(())
        } else {
            Err(Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: format!(
                    "this key is not for the template {template}: `templateIds` of GET /v1/whoami names those it is for"
                ),
            })
        }
    }

    /// Refuses to make a template with a key that is bound to those there are.
    ///
    /// # Errors
    /// It is.
    pub fn may_make_templates(&self) -> Result<(), Error> {
        match self.rights.template_ids {
            None => Ok(()),
            Some(_) => Err(Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: "this key is for certain templates only, and makes no others".to_owned(),
            }),
        }
    }
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
    /// See the record of everything that happened.
    AuditRead = "audit:read", false;
    /// See what was used.
    UsageRead = "usage:read", false;
    /// See alerts.
    AlertsRead = "alerts:read", false;
    /// Acknowledge alerts.
    AlertsWrite = "alerts:write", true;
    /// See signing keys.
    SigningKeysRead = "signing-keys:read", false;
    /// Make signing keys, retire them, declare them compromised.
    SigningKeysWrite = "signing-keys:write", true;
    /// Make, change, roll and delete keys.
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
        let refused = |why| app.telemetry.metrics.refused(why);
        let Some(caller) = caller(parts, app).await? else {
            refused(Refusal::Missing);
            return Err(Error::Unauthorized);
        };
        if !S::NAME.is_empty() && !scope::includes(&caller.rights.scopes, S::NAME) {
            refused(Refusal::Scope);
            let error = Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: format!(
                    "this key may not do this: it needs the scope `{}` and has {}; use another key, or give it that scope",
                    S::NAME,
                    caller.rights.scopes.join(", ")
                ),
            };
            return Err(noted(app, &caller.key, error));
        }
        if S::WRITES && caller.tenant.state != TenantState::Active {
            refused(Refusal::Tenant);
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
        let caller = match caller(parts, app).await {
            Err(Error::Unavailable { .. }) if app.ring.is_none() => None,
            other => other?,
        };
        if caller.is_none() {
            count_public(parts, app, public_cost(parts))?;
        }
        Ok(caller)
    }
}

/// Whoever looks at a page that verifies: counted like one who asks without a key.
pub struct Visitor;

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        count_public(parts, app, 1).map(|()| Self)
    }
}

/// The network a request comes from, as far as anybody can say.
pub struct From(pub Option<IpNet>);

impl FromRequestParts<App> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(
            address(&parts.extensions, &parts.headers, app).map(network::around),
        ))
    }
}

/// The route's path, as it stands in the contract.
fn route(parts: &Parts) -> &str {
    let matched = parts.extensions.get::<MatchedPath>();
    matched.map_or("", MatchedPath::as_str)
}

/// What a question without a key costs: a file is hashed here, reference data cost nothing.
fn public_cost(parts: &Parts) -> i64 {
    match route(parts) {
        "/v1/leaks" => 10,
        route if route.ends_with("/by-file") => 5,
        route if route.starts_with("/v1/reference-data/") => 0,
        _ => 1,
    }
}

/// Under what a request with a key is counted.
fn class(parts: &Parts) -> Class {
    let route = route(parts);
    if route.ends_with("/pdf") || route.ends_with("/by-file") {
        Class::Files
    } else if parts.method == Method::GET || route.contains("/verify/") {
        Class::Reads
    } else {
        Class::Writes
    }
}

fn count_public(parts: &Parts, app: &App, cost: i64) -> Result<(), Error> {
    match address(&parts.extensions, &parts.headers, app) {
        Some(address) if cost > 0 => passed(
            parts,
            app.limiter.public(address, app.ctx.now_micros(), cost),
        ),
        _ => Ok(()),
    }
}

/// Tells of it in the headers, and refuses what comes too often.
fn passed(parts: &Parts, standing: Option<Standing>) -> Result<(), Error> {
    let Some(standing) = standing else {
        return Ok(());
    };
    if let Some(trail) = parts.extensions.get::<Arc<Trail>>() {
        trail.counted(standing);
    }
    match standing.wait {
        None => Ok(()),
        Some(retry_after) => Err(Error::TooOften {
            class: standing.class.as_str(),
            retry_after,
        }),
    }
}

/// Who asks with a key. Wrong keys are counted like no key: whoever guesses does not guess fast, and nobody else is
/// kept waiting by it.
async fn caller(parts: &Parts, app: &App) -> Result<Option<Caller>, Error> {
    match known(parts, app).await {
        Err(Error::Unauthorized) => {
            noticed(parts, app).await;
            count_public(parts, app, 1)?;
            Err(Error::Unauthorized)
        }
        other => other,
    }
}

/// A wrong key: told to the tenant where the key is one of its own, such as one that was deleted; else it is the operator
/// who hears from which network keys are tried.
async fn noticed(parts: &Parts, app: &App) {
    let id = parts
        .headers
        .get(API_KEY)
        .and_then(|header| KeyText::parse(header.to_str().ok()?).ok())
        .map(|text| text.id().to_string());
    let now = app.ctx.now_micros();
    // It was looked for just now: this asks memory.
    if let Some(id) = id
        && let Ok(Some(known)) = find(app, &id).await
    {
        let subject = format!("key:{id}");
        return app
            .watch
            .note(known.key.tenant, Kind::AuthFailures, &subject, now);
    }
    let from = address(&parts.extensions, &parts.headers, app)
        .map(|address| format!("network:{}", network::around(address)));
    app.watch.note(
        INSTANCE_TENANT,
        Kind::AuthFailures,
        &from.unwrap_or_default(),
        now,
    );
}

/// A good key that may not do this.
fn noted(app: &App, key: &ApiKey, error: Error) -> Error {
    let subject = format!("key:{}", key.id);
    app.watch.note(
        key.tenant,
        Kind::AuthFailures,
        &subject,
        app.ctx.now_micros(),
    );
    error
}

/// A key in a browser: whoever holds it is told, where it is a good one.
async fn exposed(app: &App, header: &HeaderValue) {
    let text = header.to_str().ok();
    let Some(text) = text.and_then(|text| KeyText::parse(text).ok()) else {
        return;
    };
    let (Ok(ring), Ok(Some(known))) = (app.ring(), find(app, text.id().as_str()).await) else {
        return;
    };
    let secret = text.expose_secret().as_bytes();
    if ring.derived.secret_matches(secret, &known.key.secret_mac) {
        let (subject, now) = (format!("key:{}", known.key.id), app.ctx.now_micros());
        let tenant = known.key.tenant;
        app.watch.note(tenant, Kind::BrowserKey, &subject, now);
        app.seen
            .note(tenant, Kind::BrowserKey.as_str(), &known.key.id, now);
    }
}

async fn known(parts: &Parts, app: &App) -> Result<Option<Caller>, Error> {
    let Some(header) = parts.headers.get(API_KEY) else {
        return Ok(None);
    };
    let refused = |why| app.telemetry.metrics.refused(why);
    if fail::at!("log-the-presented-key") {
        tracing::debug!("presented {header:?}");
    }
    if parts.headers.contains_key(ORIGIN) || parts.headers.contains_key("sec-fetch-site") {
        refused(Refusal::Browser);
        tracing::warn!(route = route(parts), "API key sent by a browser");
        exposed(app, header).await;
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
        .and_then(|text| KeyText::parse(text).ok());
    let Some(text) = text else {
        refused(Refusal::Malformed);
        return Err(Error::Unauthorized);
    };
    let ring = app.ring()?;
    let known = find(app, text.id().as_str()).await?;
    // An unknown id costs as much as a wrong secret.
    let mac = known.as_ref().map_or([0; 32], |known| known.key.secret_mac);
    let matches = ring
        .derived
        .secret_matches(text.expose_secret().as_bytes(), &mac);
    let Some(known) = known.filter(|_| matches) else {
        refused(Refusal::Unknown);
        return Err(Error::Unauthorized);
    };
    let trail = parts.extensions.get::<Arc<Trail>>();
    if let Some(trail) = trail {
        trail.keyed(&known);
    }
    let now = app.ctx.now_micros();
    let key = &known.key;
    let lapsed = [key.expires_at, key.overlap_end, key.deleted_at]
        .into_iter()
        .flatten()
        .any(|end| now >= end);
    if lapsed || key.mode != text.mode() {
        refused(Refusal::Lapsed);
        return Err(Error::Unauthorized);
    }
    let from = address(&parts.extensions, &parts.headers, app);
    if !known.rights.admits(from) {
        refused(Refusal::Network);
        tracing::warn!(keyId = %KeyId(key), "API key used from a network that is none of its own");
        let error = Error::Forbidden {
            reason: ForbiddenReason::IpNotAllowed,
            detail: "this key may be used from certain networks only, and this request comes from none of them: check \
                     where it is used, and `allowedCidrs` of the key"
                .to_owned(),
        };
        return Err(noted(app, key, error));
    }
    let counted = app.limiter.keyed(class(parts), &key.id, key.tenant, now);
    passed(parts, counted)?;
    app.key_uses.note(key, now);
    let actor = Actor {
        name: format!("key:{}", key.id),
        request_id: trail.map_or_else(String::new, |trail| trail.request.clone()),
        trace_id: trail.map_or_else(String::new, |trail| trail.trace.clone()),
        by: Some(By {
            environment: key.environment.clone(),
            service: key.service.clone(),
            network: from.map(|address| network::around(address).to_string()),
        }),
    };
    Ok(Some(Caller {
        tenant: known.tenant.clone(),
        mode: text.mode(),
        key: known.key.clone(),
        rights: known.rights.clone(),
        actor,
    }))
}

/// Where the request comes from, as far as anybody can say.
pub(super) fn address(extensions: &Extensions, headers: &HeaderMap, app: &App) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(network::client(*peer, headers, &app.proxies))
}

/// A key's row with its tenant's.
pub(crate) struct Known {
    pub(crate) key: ApiKey,
    rights: Rights,
    pub(crate) tenant: Tenant,
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
}

async fn find(app: &App, id: &str) -> Result<Option<Arc<Known>>, Error> {
    let (now, foundations) = (app.ctx.now_micros(), app.store.foundations());
    let fresh = match fail::at!("believe-keys-for-a-minute") {
        true => 60 * FRESH_MICROS,
        false => FRESH_MICROS,
    };
    if let Some(known) = app.key_cache.0.get(id)
        && (0..fresh).contains(&(now - known.read_at))
    {
        return Ok(Some(known));
    }
    let wanted = id.to_owned();
    let found = app
        .ask(move |view| {
            let Some(tenant) = locate::by_api_key(view, &wanted)? else {
                return Ok(None);
            };
            let Some(key) = api_keys::find(view, tenant, &wanted)? else {
                return Ok(None);
            };
            revision(view, &key)?;
            let tenant = tenants::find(view, tenant)?;
            Ok(Some(key).zip(tenant))
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
        rights: Rights::of(&key)?,
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
