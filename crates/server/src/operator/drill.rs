//! The stolen-key drill at the machine itself: for any tenant, without a key, and without caps.

use ananke_api::Page;
use ananke_api::api_key::KeyMode;
use ananke_api::drill::{Restoration, Revocation};
use ananke_format::Mode;
use ananke_store::{Tenant, api_keys};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::http::JsonBody;
use crate::http::drill::{Asked, read_restoration, read_revocation, restore, revoke};
use crate::http::form::{self, Form};
use crate::http::query::{PageQuery, Params};
use crate::ops::behalf::Behalf;
use crate::ops::drill::{self, Work, restorations};
use crate::ops::error::Error;
use crate::ops::tenants;
use crate::ops::words::mode_of;

/// Shown at once.
const MOST: i64 = 10_000;

/// Its routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/tenants/{code}/revocations",
            get(list::<Revocation>).post(create_revocation),
        )
        .route("/tenants/{code}/revocations/{id}", get(show::<Revocation>))
        .route(
            "/tenants/{code}/restorations",
            get(list::<Restoration>).post(create_restoration),
        )
        .route(
            "/tenants/{code}/restorations/{id}",
            get(show::<Restoration>),
        )
        .route(
            "/tenants/{code}/restorations/{id}/documents",
            get(restoration_documents),
        )
}

/// Reads a body, and which documents it is about: those of the key's mode, else of `mode`, else live ones.
async fn read(
    app: &App,
    tenant: &Tenant,
    body: JsonBody,
    read: impl FnOnce(&mut Form<'_>) -> Asked,
) -> Result<(Asked, Mode), Error> {
    let (mode, asked) = form::read(body.value, |form| {
        let mode = form.word::<KeyMode>("mode", &["live", "test"]).map(mode_of);
        (mode, read(form))
    })?;
    let (id, key) = (tenant.id, asked.key.clone());
    let found = match key {
        None => None,
        Some(key) => app.read(move |view| api_keys::find(view, id, &key)).await?,
    };
    let mode = mode.or(found.map(|key| key.mode)).unwrap_or(Mode::Live);
    Ok((asked, mode))
}

async fn create_revocation(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Response, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let (asked, mode) = read(&app, &tenant, body, read_revocation).await?;
    revoke(&app, &Behalf::operator(tenant, mode), asked, None).await
}

async fn create_restoration(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Response, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let (asked, mode) = read(&app, &tenant, body, read_restoration).await?;
    restore(&app, &Behalf::operator(tenant, mode), asked, None).await
}

/// Every work of a tenant, of both modes.
async fn list<T: Work + Serialize>(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Json<Value>, Error> {
    let tenant = tenants::by_code(&app, &code).await?.id;
    let page = PageQuery {
        before: None,
        limit: MOST,
    };
    let mut items = Vec::new();
    for mode in Mode::ALL {
        items.extend(drill::list::<T>(&app, tenant, *mode, page).await?.items);
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.id()));
    let page = Page {
        items,
        next_cursor: None,
    };
    Ok(Json(serde_json::to_value(page)?))
}

async fn show<T: Work + Serialize>(
    State(app): State<App>,
    Path((code, id)): Path<(String, Uuid)>,
) -> Result<Json<Value>, Error> {
    let tenant = tenants::by_code(&app, &code).await?.id;
    let shown: T = drill::get(&app, tenant, Mode::ALL, id).await?;
    Ok(Json(serde_json::to_value(shown)?))
}

async fn restoration_documents(
    State(app): State<App>,
    Path((code, id)): Path<(String, Uuid)>,
    mut params: Params,
) -> Result<Json<Value>, Error> {
    let page = params.page();
    params.finish()?;
    let tenant = tenants::by_code(&app, &code).await?.id;
    let page = restorations::documents(&app, tenant, Mode::ALL, id, page).await?;
    Ok(Json(serde_json::to_value(page)?))
}
