//! The operator's routes for the signing keys of a tenant, of the mode that is named.

use ananke_format::Mode;
use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::http::idempotency::answer;
use crate::http::query::{PageQuery, Params};
use crate::http::signing_keys::{read_compromise, read_dry_run, read_retirement, read_start};
use crate::http::{JsonBody, OptionalJson};
use crate::ops::error::Error;
use crate::ops::record::Actor;
use crate::ops::signing_keys::{self, Ending, Whose};
use crate::ops::tenants;

/// These routes.
pub fn routes() -> Router<App> {
    let keys = "/tenants/{code}/signing-keys/{mode}";
    Router::new()
        .route(keys, get(list).post(create))
        .route(&format!("{keys}/{{id}}/retire"), post(retire))
        .route(&format!("{keys}/{{id}}/compromise"), post(compromise))
}

fn mode(word: &str) -> Result<Mode, Error> {
    word.parse().map_err(|_| Error::NotFound)
}

async fn list(
    State(app): State<App>,
    Path((code, word)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let (tenant, mode) = (tenants::by_code(&app, &code).await?, mode(&word)?);
    let whose = Whose {
        tenant: &tenant,
        mode,
    };
    let page = PageQuery {
        before: None,
        limit: 10_000,
    };
    let page = signing_keys::list(&app, whose, page).await?;
    Ok(Json(serde_json::to_value(page)?))
}

async fn create(
    State(app): State<App>,
    Path((code, word)): Path<(String, String)>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let (tenant, mode) = (tenants::by_code(&app, &code).await?, mode(&word)?);
    let whose = Whose {
        tenant: &tenant,
        mode,
    };
    let starts_at = read_start(body.value)?;
    let made = signing_keys::create(&app, whose, &Actor::operator(), starts_at, None).await?;
    Ok(answer(StatusCode::CREATED, made))
}

async fn retire(
    State(app): State<App>,
    Path(named): Path<(String, String, Uuid)>,
    mut params: Params,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let dry_run = read_dry_run(&mut params);
    params.finish()?;
    end(&app, named, read_retirement(body.value, dry_run)?).await
}

async fn compromise(
    State(app): State<App>,
    Path(named): Path<(String, String, Uuid)>,
    mut params: Params,
    body: JsonBody,
) -> Result<Response, Error> {
    let dry_run = read_dry_run(&mut params);
    params.finish()?;
    end(&app, named, read_compromise(body.value, dry_run)?).await
}

async fn end(
    app: &App,
    (code, word, id): (String, String, Uuid),
    ending: Ending,
) -> Result<Response, Error> {
    let (tenant, mode) = (tenants::by_code(app, &code).await?, mode(&word)?);
    let whose = Whose {
        tenant: &tenant,
        mode,
    };
    let done = signing_keys::end(app, whose, &Actor::operator(), (id, ending), None).await?;
    Ok(answer(StatusCode::OK, done))
}
