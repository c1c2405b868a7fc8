//! The operator's routes for the alerts of the instance, and the channels they go out by.

use ananke_store::INSTANCE_TENANT;
use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::http::alert_channels::{read_channel, read_overlap};
use crate::http::idempotency::answer;
use crate::http::query::{PageQuery, Params};
use crate::http::{JsonBody, OptionalJson};
use crate::ops::error::Error;
use crate::ops::record::Actor;
use crate::ops::{alert_channels, alerts};

/// These routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/alerts", get(list))
        .route("/alerts/{id}/acknowledge", post(acknowledge))
        .route("/alert-channels", get(channels).post(add))
        .route("/alert-channels/{id}", delete(remove))
        .route("/alert-channels/{id}/test", post(test))
        .route("/alert-channels/{id}/rotate-secret", post(rotate))
}

async fn list(State(app): State<App>, mut params: Params) -> Result<Json<Value>, Error> {
    let state = params.word::<String>("state", &["open", "ended"]);
    params.finish()?;
    let is_open = state.map(|state| state == "open");
    let page = PageQuery {
        before: None,
        limit: 10_000,
    };
    let page = alerts::list(&app, INSTANCE_TENANT, is_open, page).await?;
    Ok(Json(serde_json::to_value(page)?))
}

async fn acknowledge(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    OptionalJson(_): OptionalJson,
) -> Result<Response, Error> {
    let of = (INSTANCE_TENANT, id);
    let ended = alerts::acknowledge(&app, &Actor::operator(), of, None).await?;
    Ok(answer(StatusCode::OK, ended))
}

async fn channels(State(app): State<App>) -> Result<Json<Value>, Error> {
    let page = alert_channels::list(&app, INSTANCE_TENANT).await?;
    Ok(Json(serde_json::to_value(page)?))
}

async fn add(State(app): State<App>, body: JsonBody) -> Result<Response, Error> {
    let new = (INSTANCE_TENANT, read_channel(body.value)?);
    let made = alert_channels::create(&app, &Actor::operator(), new, None).await?;
    Ok(answer(StatusCode::CREATED, made))
}

async fn remove(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    OptionalJson(_): OptionalJson,
) -> Result<StatusCode, Error> {
    alert_channels::delete(&app, &Actor::operator(), (INSTANCE_TENANT, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    OptionalJson(_): OptionalJson,
) -> Result<Response, Error> {
    let of = (INSTANCE_TENANT, id);
    let tested = alert_channels::test(&app, &Actor::operator(), of, None).await?;
    Ok(answer(StatusCode::OK, tested))
}

async fn rotate(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let (of, overlap) = ((INSTANCE_TENANT, id), read_overlap(body.value)?);
    let rotated = alert_channels::rotate(&app, &Actor::operator(), of, overlap, None).await?;
    Ok(answer(StatusCode::OK, rotated))
}
