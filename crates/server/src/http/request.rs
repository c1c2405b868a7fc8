//! Around every request: its ids, its log line, and the body of its error.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use ananke_api::Problem;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;

use super::error::Failure;
use crate::app::App;
use crate::ctx::Ctx;
use crate::ops::Error;
use crate::ops::words::hex;
use crate::rates::Standing;

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

/// The ids of one request.
#[derive(Clone, Debug)]
pub struct Ids {
    /// UUIDv7, ours.
    pub request: String,
    /// 32 hexadecimal digits, the caller's or ours.
    pub trace: String,
    span: String,
    sampled: bool,
}

impl Ids {
    fn new(ctx: &Ctx, headers: &HeaderMap) -> Self {
        let incoming = headers
            .get(TRACEPARENT)
            .and_then(|value| value.to_str().ok())
            .and_then(parse_traceparent);
        let (trace, sampled) = incoming.unwrap_or_else(|| (hex(&ctx.random::<16>()), false));
        Self {
            request: ctx.id().to_string(),
            trace,
            span: hex(&ctx.random::<8>()),
            sampled,
        }
    }

    fn stamp(&self, headers: &mut HeaderMap) {
        let traceparent = format!(
            "00-{}-{}-{:02x}",
            self.trace,
            self.span,
            u8::from(self.sampled)
        );
        for (name, value) in [
            (REQUEST_ID, self.request.clone()),
            (TRACEPARENT, traceparent),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// What was counted under a limit, on its way to the headers of the answer.
#[derive(Clone, Default)]
pub struct Told(Arc<OnceLock<Standing>>);

impl Told {
    /// Tells of a request that was counted.
    pub fn tell(&self, standing: Standing) {
        let _ = self.0.set(standing);
    }

    /// The headers of draft-ietf-httpapi-ratelimit-headers: what is left, and what the limit is.
    fn stamp(&self, headers: &mut HeaderMap) {
        let Some(standing) = self.0.get() else { return };
        let class = standing.class.as_str();
        let left = format!("\"{class}\";r={};t={}", standing.left, standing.full_in);
        let policy = format!("\"{class}\";q={};w={}", standing.burst, standing.window);
        for (name, value) in [(RATE_LIMIT, left), (RATE_LIMIT_POLICY, policy)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// `version-traceid-parentid-flags`; versions above 00 may carry more, which is ignored.
fn parse_traceparent(text: &str) -> Option<(String, bool)> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, len| {
        part.len() == len
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let known =
        is_hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    let whole = is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    let zero = trace.bytes().all(|b| b == b'0') || parent.bytes().all(|b| b == b'0');
    let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    (known && whole && !zero).then(|| (trace.to_owned(), sampled))
}

/// The outermost layer.
pub async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let ids = Ids::new(&app.ctx, request.headers());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(String::new, |path| path.as_str().to_owned());
    let wants_page = !request.uri().path().starts_with("/v1") && accepts_html(request.headers());
    request.extensions_mut().insert(ids.clone());
    let standing = Told::default();
    request.extensions_mut().insert(standing.clone());

    // Whatever is logged on the way carries both ids, whatever the level.
    let span = tracing::error_span!("request", request_id = %ids.request, trace_id = %ids.trace);
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        if let Some(text) = &failure.internal {
            tracing::error!(error = %text, "request failed");
        }
        let headers = std::mem::take(response.headers_mut());
        response = if wants_page {
            failure_page(&app, &failure, &ids)
        } else {
            problem(&app, &failure, &ids)
        };
        for (name, value) in &headers {
            if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
                response.headers_mut().insert(name.clone(), value.clone());
            }
        }
    }
    ids.stamp(response.headers_mut());
    standing.stamp(response.headers_mut());
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
    tracing::info!(
        method = %method,
        route = %route,
        status = response.status().as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
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

fn problem(app: &App, failure: &Failure, ids: &Ids) -> Response {
    let body = Problem {
        kind: format!("{}/errors/{}", app.public_url(), failure.code.slug()),
        title: failure.code.title().to_owned(),
        status: failure.code.status(),
        detail: failure.detail.clone(),
        code: failure.code,
        message: failure.detail.clone(),
        trace_id: ids.trace.clone(),
        request_id: ids.request.clone(),
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

fn failure_page(app: &App, failure: &Failure, ids: &Ids) -> Response {
    let mut response = super::pages::failure(app, failure, &ids.request);
    *response.status_mut() = status_of(failure);
    retry_after(failure, response.headers_mut());
    response
}
