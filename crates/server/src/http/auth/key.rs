//! Keys: who asks with one, and what is remembered of those seen lately.

use std::sync::Arc;

use ananke_api::ForbiddenReason;
use ananke_format::api_key::ApiKey as KeyText;
use ananke_store::{ApiKey, Tenant, api_keys, locate, tenants};
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use quick_cache::sync::Cache;

use super::counted::{address, class, count_public, passed, route};
use super::{Caller, alarms, way};
use crate::app::App;
use crate::believed::FRESH_MICROS;
use crate::failpoint as fail;
use crate::network;
use crate::ops::Error;
use crate::ops::api_keys::{Rights, revision};
use crate::ops::behalf::Behalf;
use crate::ops::record::{Actor, By};
use crate::telemetry::access::KeyId;
use crate::telemetry::metrics::Refusal;
use crate::telemetry::trail::Trail;

/// Header that carries the key.
pub const API_KEY: &str = "x-api-key";

/// Who asks with a key. Wrong keys are counted like no key: whoever guesses does not guess fast, and nobody else is
/// kept waiting by it.
pub(super) async fn caller(parts: &Parts, app: &App) -> Result<Option<Caller>, Error> {
    match known(parts, app).await {
        Err(Error::Unauthorized) => {
            count_public(parts, app, 1)?;
            Err(Error::Unauthorized)
        }
        other => other,
    }
}

async fn known(parts: &Parts, app: &App) -> Result<Option<Caller>, Error> {
    let Some(header) = parts.headers.get(API_KEY) else {
        return Ok(None);
    };
    let refused = |why| app.telemetry.metrics.refused(why);
    let unauthorised = |why, known: Option<&Known>| {
        refused(why);
        alarms::wrong_key(parts, app, known);
        Error::Unauthorized
    };
    if fail::at!("log-the-presented-key") {
        tracing::debug!("presented {header:?}");
    }
    if parts.headers.contains_key(ORIGIN) || parts.headers.contains_key("sec-fetch-site") {
        refused(Refusal::Browser);
        tracing::warn!(route = route(parts), "API key sent by a browser");
        // To find out whether it is a good one costs a question like any other.
        count_public(parts, app, 1)?;
        alarms::in_browser(app, header).await;
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
        return Err(unauthorised(Refusal::Malformed, None));
    };
    let ring = app.ring()?;
    let known = find(app, text.id().as_str()).await?;
    // An unknown id costs as much as a wrong secret.
    let mac = known.as_ref().map_or([0; 32], |known| known.key.secret_mac);
    let matches = ring
        .derived
        .secret_matches(text.expose_secret().as_bytes(), &mac);
    let Some(known) = known.as_ref().filter(|_| matches) else {
        return Err(unauthorised(Refusal::Unknown, known.as_deref()));
    };
    let trail = parts.extensions.get::<Arc<Trail>>();
    if let Some(trail) = trail {
        trail.keyed(known);
    }
    let now = app.ctx.now_micros();
    let key = &known.key;
    let lapsed = [key.expires_at, key.overlap_end, key.deleted_at]
        .into_iter()
        .flatten()
        .any(|end| now >= end);
    if lapsed || key.mode != text.mode() {
        return Err(unauthorised(Refusal::Lapsed, Some(known)));
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
        return Err(alarms::refused(app, key, error));
    }
    let steady = app.ctx.steady_nanos();
    let counted = app.limiter.keyed(class(parts), &key.id, key.tenant, steady);
    passed(parts, counted)?;
    app.key_uses.note(key, now);
    way::note(parts, app, key, now);
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
        key: known.key.clone(),
        behalf: Behalf {
            tenant: known.tenant.clone(),
            mode: text.mode(),
            rights: known.rights.clone(),
            actor,
            is_limited: true,
        },
    }))
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

pub(super) async fn find(app: &App, id: &str) -> Result<Option<Arc<Known>>, Error> {
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
