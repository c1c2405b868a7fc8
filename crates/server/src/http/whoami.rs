//! `GET /v1/whoami`.

use axum::Json;
use axum::extract::State;

use super::auth::{AnyScope, May};
use crate::app::App;
use crate::ops::{Error, api_keys};

/// Says who a key is.
#[utoipa::path(get, path = "/v1/whoami", tag = "Keys", operation_id = "whoami",
    responses((status = 200, description = "The key and its tenant.", body = ananke_api::whoami::Whoami)),
    security(("apiKey" = [])))]
pub async fn whoami(
    State(app): State<App>,
    may: May<AnyScope>,
) -> Result<Json<ananke_api::whoami::Whoami>, Error> {
    Ok(Json(api_keys::whoami(&app, &may)?))
}
