//! The production checklist at the machine itself: of the instance, and of any tenant.

use ananke_api::checklist::Checklist;
use ananke_store::INSTANCE_TENANT;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};

use crate::app::App;
use crate::http::JsonBody;
use crate::http::checklist::read;
use crate::ops::error::Error;
use crate::ops::record::Actor;
use crate::ops::{checklist, tenants};

/// Its routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/checklist", get(of_instance))
        .route(
            "/checklist/{item}/attestation",
            put(attest_instance).delete(withdraw_instance),
        )
        .route("/tenants/{code}/checklist", get(of_tenant))
        .route(
            "/tenants/{code}/checklist/{item}/attestation",
            put(attest).delete(withdraw),
        )
}

async fn of_instance(State(app): State<App>) -> Result<Json<Checklist>, Error> {
    Ok(Json(checklist::of_instance(&app).await?))
}

async fn of_tenant(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Json<Checklist>, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    Ok(Json(checklist::of_tenant(&app, &tenant).await?))
}

async fn attest_instance(
    State(app): State<App>,
    Path(name): Path<String>,
    body: JsonBody,
) -> Result<StatusCode, Error> {
    let item = checklist::find(INSTANCE_TENANT, &name)?;
    let given = read(body.value)?;
    checklist::attest(&app, &Actor::operator(), (INSTANCE_TENANT, item), given).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn withdraw_instance(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    let item = checklist::find(INSTANCE_TENANT, &name)?;
    checklist::withdraw(&app, &Actor::operator(), (INSTANCE_TENANT, item)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn attest(
    State(app): State<App>,
    Path((code, name)): Path<(String, String)>,
    body: JsonBody,
) -> Result<StatusCode, Error> {
    let tenant = tenants::by_code(&app, &code).await?.id;
    let item = checklist::find(tenant, &name)?;
    let given = read(body.value)?;
    checklist::attest(&app, &Actor::operator(), (tenant, item), given).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn withdraw(
    State(app): State<App>,
    Path((code, name)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let tenant = tenants::by_code(&app, &code).await?.id;
    let item = checklist::find(tenant, &name)?;
    checklist::withdraw(&app, &Actor::operator(), (tenant, item)).await?;
    Ok(StatusCode::NO_CONTENT)
}
