//! `Idempotency-Key`: the same request sent twice has one effect and one answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ananke_api::IDEMPOTENCY_KEY_MAX_CHARS;
use ananke_format::Sha256;
use ananke_store::ClaimName;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use uuid::Uuid;

use super::auth::Caller;
use crate::app::App;
use crate::ops::Error;
use crate::ops::record::{Answer, Once, replay};

/// Header a client names its request with.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Header of an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The key of a request, if it has one, and the operation it belongs to.
pub struct IdempotencyKey {
    key: Option<String>,
    operation: String,
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let key = match parts.headers.get(IDEMPOTENCY_KEY) {
            None => None,
            Some(value) => {
                let text = value.to_str().ok().filter(|text| {
                    !text.is_empty()
                        && text.len() <= IDEMPOTENCY_KEY_MAX_CHARS
                        && !text.chars().any(char::is_control)
                });
                Some(text.map(str::to_owned).ok_or_else(|| {
                    Error::Malformed(
                        "the header Idempotency-Key must be 1 to 255 printable ASCII characters, such as a UUID".to_owned(),
                    )
                })?)
            }
        };
        Ok(Self {
            key,
            operation: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}

type Name = (Uuid, ananke_store::Mode, String, String);

/// Requests with a key that are running in this process.
#[derive(Default, Clone)]
pub struct InFlight(Arc<Mutex<HashSet<Name>>>);

impl InFlight {
    fn set(&self) -> std::sync::MutexGuard<'_, HashSet<Name>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that may go on. Dropping it lets its twin go on.
pub struct Running {
    once: Option<Once>,
    place: Option<(InFlight, Name)>,
}

impl Running {
    /// What is stored with the change.
    #[must_use]
    pub fn once(&self) -> Option<Once> {
        self.once.clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some((in_flight, name)) = self.place.take() {
            in_flight.set().remove(&name);
        }
    }
}

/// How a request begins.
pub enum Begun {
    /// It was answered before.
    Replayed(Answer),
    /// It goes on.
    Go(Running),
}

/// Begins a request: replays the answer of its twin, or lets it go on alone. `status` is what its
/// success will be answered with.
///
/// # Errors
/// Its twin is still running; the key was used with another body.
pub async fn begin(
    app: &App,
    caller: &Caller,
    key: &IdempotencyKey,
    status: StatusCode,
    body: Sha256,
) -> Result<Begun, Error> {
    let Some(text) = &key.key else {
        return Ok(Begun::Go(Running {
            once: None,
            place: None,
        }));
    };
    let (tenant, mode) = (caller.tenant.id, caller.mode);
    let name = (tenant, mode, key.operation.clone(), text.clone());
    if !app.in_flight.set().insert(name.clone()) {
        return Err(Error::Conflict {
            detail: "the first request with this Idempotency-Key is still running".to_owned(),
            retry_after: Some(Duration::from_secs(1)),
        });
    }
    let once = Once {
        tenant,
        mode,
        operation: key.operation.clone(),
        key: text.clone(),
        body_hash: *body.as_bytes(),
        status: status.as_u16(),
    };
    let running = Running {
        once: Some(once),
        place: Some((app.in_flight.clone(), name)),
    };
    let claimed = ClaimName {
        tenant,
        mode,
        operation: key.operation.clone(),
        key: text.clone(),
    };
    let before = app.store.replay(claimed, *body.as_bytes()).await?;
    match before.map(replay).transpose()?.flatten() {
        Some(earlier) => Ok(Begun::Replayed(earlier)),
        None => Ok(Begun::Go(running)),
    }
}

/// The response to a mutation.
pub fn answer(status: StatusCode, answer: Answer) -> Response {
    let (status, body, replayed) = match answer {
        Answer::Done(body) => (status, body, false),
        Answer::Replayed { status: then, body } => {
            (StatusCode::from_u16(then).unwrap_or(status), body, true)
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
