//! `GET /healthz`, `GET /readyz`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;

/// Says that the process answers.
#[utoipa::path(get, path = "/healthz", tag = "Server", operation_id = "healthz",
    responses((status = 200, description = "It does.", body = Object)))]
pub async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok", "version": crate::VERSION }))
}

/// Says whether the server can do its work, check by check. Sealed, it can verify: that is ready too.
#[utoipa::path(get, path = "/readyz", tag = "Server", operation_id = "readyz",
    responses((status = 200, description = "Ready.", body = Object), (status = 503, description = "Not ready.", body = Object)))]
pub async fn readyz(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let database = tokio::time::timeout(Duration::from_secs(2), app.store.ping()).await;
    let reachable = matches!(database, Ok(Ok(())));
    let keys = if app.ring.is_some() { "ok" } else { "sealed" };
    let (status, word) = if reachable {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    };
    (
        status,
        Json(json!({ "status": word, "checks": { "database": word, "keys": keys } })),
    )
}
