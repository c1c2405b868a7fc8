//! Around every request: its ids, its log line, and the body of its error.

use std::sync::Arc;
use std::time::Duration;

use ananke_api::Problem;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::auth::{address, failed};
use super::error::Failure;
use crate::app::App;
use crate::ops::Error;
use crate::rates::Standing;
use crate::telemetry::access::{self, Answered};
use crate::telemetry::trail::{self, Trail};
use crate::{network, telemetry};

/// Names the request in answers and log lines.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// W3C Trace Context.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What is left of a limit.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// What the limit is.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What no handler says otherwise of is nobody's to keep.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// How long a request waits for its database in all.
pub const DATABASE: Duration = Duration::from_secs(4);
/// Two years of HTTPS only, for this host and no other: names below it may be somebody else's.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Ids of the request and of its trace, for whoever asked.
fn stamp(trail: &Trail, headers: &mut HeaderMap) {
    let sampled = u8::from(trail.sampled);
    let traceparent = format!("00-{}-{}-{sampled:02x}", trail.trace, trail.span);
    let ids = [
        (REQUEST_ID, HeaderValue::try_from(&trail.request)),
        (TRACEPARENT, HeaderValue::try_from(traceparent)),
    ];
    for (name, value) in ids {
        if let Ok(value) = value {
            headers.insert(name, value);
        }
    }
}

/// The headers of draft-ietf-httpapi-ratelimit-headers: what is left, and what the limit is.
fn stamp_limit(standing: &Standing, headers: &mut HeaderMap) {
    let class = standing.class.as_str();
    let left = format!("\"{class}\";r={};t={}", standing.left, standing.full_in);
    let policy = format!("\"{class}\";q={};w={}", standing.burst, standing.window);
    for (name, value) in [(RATE_LIMIT, left), (RATE_LIMIT_POLICY, policy)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

/// The outermost layer.
pub async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let running = app.telemetry.metrics.begin();
    let traceparent = request.headers().get(TRACEPARENT);
    let traceparent = traceparent.and_then(|value| value.to_str().ok());
    let trail = Arc::new(Trail::new(&app, traceparent));
    let asked = request.method().clone();
    let method = access::method(&asked);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let wants_page = !request.uri().path().starts_with("/v1") && accepts_html(request.headers());
    // What nobody is told is not found out.
    let is_told = trail.exported || access::is_told();
    let network = is_told
        .then(|| address(request.extensions(), request.headers(), &app).map(network::around))
        .flatten();
    let began = match trail.exported {
        true => u64::try_from(telemetry::now().as_nanosecond()).unwrap_or(0),
        false => 0,
    };
    request.extensions_mut().insert(Arc::clone(&trail));

    let response = trail::along(Arc::clone(&trail), next.run(request)).await;
    failed(&app, &trail, &asked, response.status());
    let (failure, mut response) = worded(&app, &trail, wants_page, response);
    stamp(&trail, response.headers_mut());
    if let Some(standing) = trail.standing() {
        stamp_limit(standing, response.headers_mut());
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(NO_STORE);
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if app.is_https() {
        response
            .headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    let answered = Answered {
        trail: Arc::clone(&trail),
        method,
        route,
        network,
        status: response.status().as_u16(),
        code: failure.as_ref().map(|failure| failure.code),
        micros: u64::try_from(trail.age().as_micros()).unwrap_or(u64::MAX),
        began,
    };
    trail::at_once(&trail, || {
        if let Some(text) = failure
            .as_ref()
            .and_then(|failure| failure.internal.as_ref())
        {
            tracing::error!(error = %text, "request failed");
        }
        answered.told(&app);
    });
    running.answered();
    response
}

/// What failed, and the answer with its body: a failure gets one here, where the ids are known.
fn worded(
    app: &App,
    trail: &Trail,
    wants_page: bool,
    mut response: Response,
) -> (Option<Failure>, Response) {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return (None, response);
    };
    let headers = std::mem::take(response.headers_mut());
    let mut response = if wants_page {
        failure_page(app, &failure, trail)
    } else {
        problem(app, &failure, trail)
    };
    for (name, value) in &headers {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    (Some(failure), response)
}

/// A request that takes too long is answered all the same. What it handed to the writer goes on there.
pub async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(app.config.server.request_timeout_seconds);
    let late = || {
        Error::Unavailable {
        detail: "the request took too long; repeat it with the same Idempotency-Key to find out what became of it".to_owned(),
        retry_after: Duration::from_secs(1),
    }
    };
    // Most of that is for bodies that come slowly. Of its database nobody waits that long.
    let answer = ananke_store::patience::of_one_request(DATABASE, next.run(request));
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| late().into_response())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn status_of(failure: &Failure) -> axum::http::StatusCode {
    axum::http::StatusCode::from_u16(failure.code.status())
        .unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR)
}

fn retry_after(failure: &Failure, headers: &mut HeaderMap) {
    if let Some(wait) = failure.retry_after {
        headers.insert(
            header::RETRY_AFTER,
            // Rounded up: a second earlier it would be too early.
            HeaderValue::from(wait.as_nanos().div_ceil(1_000_000_000).max(1) as u64),
        );
    }
}

fn problem(app: &App, failure: &Failure, trail: &Trail) -> Response {
    let body = Problem {
        kind: format!("{}/errors/{}", app.public_url(), failure.code.slug()),
        title: failure.code.title().to_owned(),
        status: failure.code.status(),
        detail: failure.detail.clone(),
        code: failure.code,
        message: failure.detail.clone(),
        trace_id: trail.trace.clone(),
        request_id: trail.request.clone(),
        errors: failure.errors.clone(),
        reason: failure.reason,
    };
    let mut response = (status_of(failure), axum::Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    retry_after(failure, headers);
    response
}

fn failure_page(app: &App, failure: &Failure, trail: &Trail) -> Response {
    let mut response = super::pages::failure(app, failure, &trail.request);
    *response.status_mut() = status_of(failure);
    retry_after(failure, response.headers_mut());
    response
}
