//! `/v1/trust/templates`.

pub(super) mod input;
pub(super) mod version;

use ananke_api::Page;
use ananke_api::template::{
    ArchiveRequest, CsvField, DuplicateRequest, PlacementChoice, Template, TemplateInput,
    UnarchiveRequest,
};
use ananke_store::{TemplateFilter, TemplateKind};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use self::version::{if_match, tagged_answer};
use super::auth::{May, TemplatesRead, TemplatesWrite};
use super::form::{self, Form};
use super::idempotency::{Begun, IdempotencyKey, begin};
use super::query::Params;
use super::{InPath, JsonBody, OptionalJson};
use crate::app::App;
use crate::ops::Error;
use crate::ops::templates::{self, Trust};

/// Lists templates, newest first.
#[utoipa::path(get, path = "/v1/trust/templates", tag = "Templates", operation_id = "list_templates",
    params(("search" = Option<String>, Query, description = "Part of the name"),
        ("isActive" = Option<bool>, Query, description = "Only active, or only inactive"),
        ("isArchived" = Option<bool>, Query, description = "Only archived, or only not"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of templates.", body = Page<Template>)),
    security(("apiKey" = ["templates:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<TemplatesRead>,
    mut params: Params,
) -> Result<Json<Page<Template>>, Error> {
    let filter = TemplateFilter {
        kind: TemplateKind::Trust,
        search: params.text("search"),
        is_active: params.flag("isActive"),
        is_archived: params.flag("isArchived"),
    };
    let page = params.page();
    params.finish()?;
    Ok(Json(
        templates::list::<Trust>(&app, &may, filter, page).await?,
    ))
}

/// Makes a template.
#[utoipa::path(post, path = "/v1/trust/templates", tag = "Templates", operation_id = "create_template",
    request_body = TemplateInput,
    responses((status = 201, description = "The template.", body = Template)),
    security(("apiKey" = ["templates:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(tagged_answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let input = input::read(body.value)?;
    Ok(tagged_answer(
        StatusCode::CREATED,
        templates::create::<Trust>(&app, &may, &input, running.once()).await?,
    ))
}

/// Shows a template.
#[utoipa::path(get, path = "/v1/trust/templates/{id}", tag = "Templates", operation_id = "get_template",
    params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 200, description = "The template; `ETag` is its version.", body = Template)),
    security(("apiKey" = ["templates:read"])))]
pub async fn get(
    State(app): State<App>,
    may: May<TemplatesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let template = templates::show::<Trust>(&app, &may, id).await?;
    Ok(version::tagged(template.version, template))
}

/// Writes the next version of a template. Documents keep the version they were issued from.
#[utoipa::path(put, path = "/v1/trust/templates/{id}", tag = "Templates", operation_id = "update_template",
    params(("id" = Uuid, Path, description = "Template id"),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the version that was read")),
    request_body = TemplateInput,
    responses((status = 200, description = "The template at its new version.", body = Template)),
    security(("apiKey" = ["templates:write"])))]
pub async fn update(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Error> {
    let expected = if_match(&headers)?;
    let input = input::read(body.value)?;
    Ok(tagged_answer(
        StatusCode::OK,
        templates::update::<Trust>(&app, &may, id, expected, &input).await?,
    ))
}

/// Deletes a template nothing was issued from.
#[utoipa::path(delete, path = "/v1/trust/templates/{id}", tag = "Templates", operation_id = "delete_template",
    params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 204, description = "Deleted.")), security(("apiKey" = ["templates:write"])))]
pub async fn delete(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
) -> Result<StatusCode, Error> {
    templates::delete::<Trust>(&app, &may, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a template away: nothing is issued from it any more.
#[utoipa::path(post, path = "/v1/trust/templates/{id}/archive", tag = "Templates", operation_id = "archive_template",
    params(("id" = Uuid, Path, description = "Template id")), request_body = Option<ArchiveRequest>,
    responses((status = 200, description = "The template.", body = Template)),
    security(("apiKey" = ["templates:write"])))]
pub async fn archive(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: OptionalJson,
) -> Result<Response, Error> {
    set_archived(&app, &may, id, &key, body, true).await
}

/// Takes a template out of the archive.
#[utoipa::path(post, path = "/v1/trust/templates/{id}/unarchive", tag = "Templates",
    operation_id = "unarchive_template", params(("id" = Uuid, Path, description = "Template id")),
    request_body = Option<UnarchiveRequest>,
    responses((status = 200, description = "The template.", body = Template)),
    security(("apiKey" = ["templates:write"])))]
pub async fn unarchive(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: OptionalJson,
) -> Result<Response, Error> {
    set_archived(&app, &may, id, &key, body, false).await
}

async fn set_archived(
    app: &App,
    may: &May<TemplatesWrite>,
    id: Uuid,
    key: &IdempotencyKey,
    OptionalJson(body): OptionalJson,
    archived: bool,
) -> Result<Response, Error> {
    let running = match begin(app, may, key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(tagged_answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let reason = version::read_reason(body.value, archived)?;
    let made = templates::archive::<Trust>(app, may, id, archived, reason, running.once()).await?;
    Ok(tagged_answer(StatusCode::OK, made))
}

/// Copies a template under another name.
#[utoipa::path(post, path = "/v1/trust/templates/{id}/duplicate", tag = "Templates",
    operation_id = "duplicate_template", params(("id" = Uuid, Path, description = "Template id")),
    request_body = DuplicateRequest,
    responses((status = 201, description = "The copy.", body = Template)), security(("apiKey" = ["templates:write"])))]
pub async fn duplicate(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(tagged_answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let name = version::read_name(body.value)?;
    Ok(tagged_answer(
        StatusCode::CREATED,
        templates::duplicate::<Trust>(&app, &may, id, &name, running.once()).await?,
    ))
}

/// Says where a barcode goes on the documents of a template, or takes that back.
#[utoipa::path(put, path = "/v1/trust/templates/{id}/placement-template", tag = "Templates",
    operation_id = "set_template_placement", params(("id" = Uuid, Path, description = "Template id")),
    request_body = PlacementChoice,
    responses((status = 200, description = "The template.", body = Template)),
    security(("apiKey" = ["templates:write"])))]
pub async fn set_placement(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
    body: JsonBody,
) -> Result<Response, Error> {
    let placement = form::read(body.value, |form| {
        let placement = form.nullable("placementTemplateId", Form::id);
        if placement.is_none() {
            form.error(
                "placementTemplateId",
                "is required: an id, or null for none",
            );
        }
        placement.flatten()
    })?;
    let made = templates::set_placement(&app, &may, id, placement).await?;
    Ok(tagged_answer(StatusCode::OK, made))
}

/// Lists the columns of the CSV a template accepts.
#[utoipa::path(get, path = "/v1/trust/templates/{id}/csv-fields", tag = "Templates",
    operation_id = "list_template_csv_fields", params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 200, description = "The columns.", body = Vec<CsvField>)),
    security(("apiKey" = ["templates:read"])))]
pub async fn csv_fields(
    State(app): State<App>,
    may: May<TemplatesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Json<Vec<CsvField>>, Error> {
    Ok(Json(templates::csv_fields(&app, &may, id).await?))
}
