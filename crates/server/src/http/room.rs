//! Room for large bodies: only so many bytes of them are in memory at once, however many come. The others wait before
//! they are read, and after a while are told to come again.
//!
//! Whoever has a key and whoever verifies have room of their own, so that the public cannot keep issuers waiting.

use std::sync::Arc;
use std::time::Duration;

use ananke_store::patience::of_one_request;
use axum::body::HttpBody as _;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use tokio::sync::Semaphore;

use super::body::{JSON_MAX_BYTES, JSON_WITH_PDF_MAX_BYTES};
use super::request::DATABASE;
use crate::ops::Error;
use crate::telemetry::trail::carried;

/// Bytes of bodies for those who have a key: five of the largest. While one is worked on, it takes several times its
/// size.
pub const FOR_KEYS: usize = 5 * JSON_WITH_PDF_MAX_BYTES;
/// For everybody else.
pub const FOR_PUBLIC: usize = 4 * JSON_WITH_PDF_MAX_BYTES;

/// How long somebody waits for room.
const PATIENCE: Duration = Duration::from_secs(5);
/// What is counted.
const UNIT: usize = 1024;

/// Room for so many bytes.
pub fn of(bytes: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(bytes / UNIT))
}

/// Lets a request with a large body in when there is room for it.
pub async fn enter(State(room): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    // What does not say how long it is may be as long as any. What is too long is refused unread, further in.
    let announced = request.body().size_hint().upper();
    let announced = announced.and_then(|bytes| usize::try_from(bytes).ok());
    let bytes = announced.unwrap_or(JSON_WITH_PDF_MAX_BYTES);
    if !(JSON_MAX_BYTES..=JSON_WITH_PDF_MAX_BYTES).contains(&bytes) {
        return next.run(request).await;
    }
    let units = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX);
    match tokio::time::timeout(PATIENCE, room.acquire_many_owned(units)).await {
        // On a task of its own: when the client goes away, what was begun goes on, and holds its body until then.
        Ok(Ok(taken)) => {
            let answer = async move {
                let _taken = taken;
                of_one_request(DATABASE, next.run(request)).await
            };
            tokio::spawn(carried(answer)).await.unwrap_or_else(|error| {
                Error::Internal(format!("a large body: {error}")).into_response()
            })
        }
        _ => {
            // Most clients read no answer before they have sent everything.
            let mut body = request.into_body();
            while let Some(Ok(_)) = body.frame().await {}
            Error::Unavailable {
                detail:
                    "too many large files come at the same time; send this one again in a moment"
                        .to_owned(),
                retry_after: Duration::from_secs(2),
            }
            .into_response()
        }
    }
}
