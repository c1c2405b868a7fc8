//! `/v1/alerts`.

use ananke_api::Page;
use ananke_api::alert::Alert;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::auth::{AlertsRead, AlertsWrite, May};
use super::form::read;
use super::idempotency::{Begun, IdempotencyKey, answer, begin};
use super::query::Params;
use super::{InPath, OptionalJson};
use crate::app::App;
use crate::ops::alerts;
use crate::ops::error::Error;

/// Lists the alerts of the tenant, newest first.
#[utoipa::path(get, path = "/v1/alerts", tag = "Alerts", operation_id = "list_alerts",
    params(("state" = Option<String>, Query, description = "`open` or `ended`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of alerts.", body = Page<Alert>)),
    security(("apiKey" = ["alerts:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<AlertsRead>,
    mut params: Params,
) -> Result<Json<Page<Alert>>, Error> {
    let state = params.word::<String>("state", &["open", "ended"]);
    let page = params.page();
    params.finish()?;
    let is_open = state.map(|state| state == "open");
    Ok(Json(
        alerts::list(&app, may.tenant.id, is_open, page).await?,
    ))
}

/// Ends an alert because somebody saw to it. Seen again, it is a new one.
#[utoipa::path(post, path = "/v1/alerts/{id}/acknowledge", tag = "Alerts", operation_id = "acknowledge_alert",
    params(("id" = Uuid, Path, description = "Id of the alert")),
    responses((status = 200, description = "The alert as it is now.", body = Alert)),
    security(("apiKey" = ["alerts:write"])))]
pub async fn acknowledge(
    State(app): State<App>,
    may: May<AlertsWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<Uuid>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    read(body.value, |_| ())?;
    let of = (may.tenant.id, id);
    let ended = alerts::acknowledge(&app, &may.actor, of, running.once()).await?;
    Ok(answer(StatusCode::OK, ended))
}
