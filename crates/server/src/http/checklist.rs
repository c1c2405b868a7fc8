//! `/v1/checklist`.

use ananke_api::checklist::{AttestRequest, Checklist, ChecklistItem};
use ananke_store::Tenant;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::auth::{May, TenantRead, TenantWrite};
use super::form;
use super::{InPath, JsonBody};
use crate::app::App;
use crate::ops::checklist::{self, Given, Item};
use crate::ops::error::Error;

/// Says how the tenant stands against the production checklist, with evidence and what to do.
#[utoipa::path(get, path = "/v1/checklist", tag = "Checklist", operation_id = "show_checklist",
    responses((status = 200, description = "Every item.", body = Checklist)),
    security(("apiKey" = ["tenant:read"])))]
pub async fn show(State(app): State<App>, may: May<TenantRead>) -> Result<Json<Checklist>, Error> {
    Ok(Json(checklist::of_tenant(&app, &may.tenant).await?))
}

/// Vouches for an item that the server cannot see, for 180 days. A newer word takes the place of the older one. What the
/// server sees by itself is nobody's to vouch for.
#[utoipa::path(put, path = "/v1/checklist/{item}/attestation", tag = "Checklist", operation_id = "attest",
    params(("item" = String, Path, description = "Name of the item")),
    request_body = AttestRequest,
    responses((status = 200, description = "The item as it is now.", body = ChecklistItem)),
    security(("apiKey" = ["tenant:write"])))]
pub async fn attest(
    State(app): State<App>,
    may: May<TenantWrite>,
    InPath(name): InPath<String>,
    body: JsonBody,
) -> Result<Json<ChecklistItem>, Error> {
    let item = checklist::find(may.tenant.id, &name)?;
    let given = read(body.value)?;
    checklist::attest(&app, &may.actor, (may.tenant.id, item), given).await?;
    Ok(Json(shown(&app, &may.tenant, item).await?))
}

/// Takes back what somebody vouched for.
#[utoipa::path(delete, path = "/v1/checklist/{item}/attestation", tag = "Checklist",
    operation_id = "withdraw_attestation",
    params(("item" = String, Path, description = "Name of the item")),
    responses((status = 204, description = "Nobody vouches for it now.")),
    security(("apiKey" = ["tenant:write"])))]
pub async fn withdraw(
    State(app): State<App>,
    may: May<TenantWrite>,
    InPath(name): InPath<String>,
) -> Result<StatusCode, Error> {
    let of: (Uuid, Item) = (may.tenant.id, checklist::find(may.tenant.id, &name)?);
    checklist::withdraw(&app, &may.actor, of).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One item of a tenant as it is now.
///
/// # Errors
/// The store cannot be read.
pub async fn shown(app: &App, tenant: &Tenant, item: Item) -> Result<ChecklistItem, Error> {
    let whole = checklist::of_tenant(app, tenant).await?;
    let mut items = whole.items.into_iter();
    items
        .find(|one| one.item == item.as_str())
        .ok_or(Error::NotFound)
}

/// Reads a person's word.
///
/// # Errors
/// Members at fault.
pub fn read(body: Value) -> Result<Given, Error> {
    form::read(body, |form| {
        let given = Given {
            attested_by: form.required_text("attestedBy", 200),
            link: form.text("link", 2_000),
        };
        let is_link = |link: &String| link.starts_with("https://");
        if !given.link.as_ref().is_none_or(is_link) {
            form.error(
                "link",
                "must begin with https://, such as https://wiki.example.org/keys",
            );
        }
        given
    })
}
