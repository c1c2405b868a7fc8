//! What of a refused request people should know of.

use ananke_format::api_key::ApiKey as KeyText;
use ananke_store::{ApiKey, INSTANCE_TENANT};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};

use super::counted::address;
use super::key::{Known, find};
use crate::alerts::Kind;
use crate::app::App;
use crate::network;
use crate::ops::Error;
use crate::telemetry::trail::Trail;

/// A wrong key: told to the tenant where the key is one of its own, such as one that was deleted; else it is the operator
/// who hears from which network keys are tried.
pub(super) fn wrong_key(parts: &Parts, app: &App, known: Option<&Known>) {
    let (tenant, subject) = match known {
        Some(known) => (known.key.tenant, format!("key:{}", known.key.id)),
        None => {
            let from = address(&parts.extensions, &parts.headers, app).map(network::around);
            let from = from.map_or_else(String::new, |network| format!("network:{network}"));
            (INSTANCE_TENANT, from)
        }
    };
    let now = app.ctx.now_micros();
    app.watch.note(tenant, Kind::AuthFailures, &subject, now);
}

/// A good key that may not do this.
pub(super) fn refused(app: &App, key: &ApiKey, error: Error) -> Error {
    let subject = format!("key:{}", key.id);
    app.watch.note(
        key.tenant,
        Kind::AuthFailures,
        &subject,
        app.ctx.now_micros(),
    );
    error
}

/// A write of a good key that failed for what was sent. What it may not do is counted as `refused`; too often, and what is
/// the server's fault, is nobody's failure.
pub(in crate::http) fn failed(app: &App, trail: &Trail, method: &Method, status: StatusCode) {
    let Some(known) = trail.key().filter(|_| *method != Method::GET) else {
        return;
    };
    let elsewhere = matches!(status.as_u16(), 401 | 403 | 429);
    if status.is_client_error() && !elsewhere {
        let subject = format!("key:{}", known.key.id);
        app.watch.note(
            known.key.tenant,
            Kind::BulkFailures,
            &subject,
            app.ctx.now_micros(),
        );
    }
}

/// A key in a browser: whoever holds it is told, where it is a good one.
pub(super) async fn in_browser(app: &App, header: &HeaderValue) {
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
