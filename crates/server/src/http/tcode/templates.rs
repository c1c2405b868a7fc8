//! `/v1/tcode/templates`.

use ananke_api::tcode::template::{TdocTemplate, TdocTemplateInput};
use ananke_api::template::{ArchiveRequest, CsvField, UnarchiveRequest};
use ananke_format::Sha256;
use ananke_store::{TemplateFilter, TemplateKind};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::http::auth::{May, TemplatesRead, TemplatesWrite};
use crate::http::body::XmlBody;
use crate::http::form;
use crate::http::idempotency::{Begun, IdempotencyKey, begin};
use crate::http::off_thread;
use crate::http::query::{PageQuery, Params};
use crate::http::templates::input::schema;
use crate::http::templates::version::{if_match, read_reason, tagged, tagged_answer};
use crate::http::{InPath, JsonBody, OptionalJson};
use crate::ops::Error;
use crate::ops::templates::{self, Tdoc, profile, tdoc};

/// More templates than a tenant makes: the list has no pages.
const MOST: i64 = 1_000;
const XML: &str = "application/xml";

/// Lists TDoc templates, newest first: all of them, at most 1,000.
#[utoipa::path(get, path = "/v1/tcode/templates", tag = "TDoc templates", operation_id = "list_tdoc_templates",
    params(("search" = Option<String>, Query, description = "Part of the name"),
        ("isActive" = Option<bool>, Query, description = "Only active, or only inactive"),
        ("isArchived" = Option<bool>, Query, description = "Only archived, or only not")),
    responses((status = 200, description = "The templates.", body = Vec<TdocTemplate>)),
    security(("apiKey" = ["templates:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<TemplatesRead>,
    mut params: Params,
) -> Result<Json<Vec<TdocTemplate>>, Error> {
    let filter = TemplateFilter {
        kind: TemplateKind::Tdoc,
        search: params.text("search"),
        is_active: params.flag("isActive"),
        is_archived: params.flag("isArchived"),
    };
    params.finish()?;
    let page = PageQuery {
        before: None,
        limit: MOST,
    };
    let page = templates::list::<Tdoc>(&app, &may, filter, page).await?;
    Ok(Json(page.items))
}

fn read(body: Value) -> Result<TdocTemplateInput, Error> {
    form::read(body, |form| {
        let name = form.required_text("name", 200);
        let schema = schema(form);
        let public_fields = form.texts("publicFields", 60, 64);
        for (index, key) in public_fields.iter().flatten().enumerate() {
            if !schema.iter().flatten().any(|field| field.key == *key) {
                let path = format!("publicFields[{index}]");
                form.error(&path, "must be the key of a field in `schema`");
            }
        }
        TdocTemplateInput {
            name,
            schema,
            public_fields,
            is_active: form.flag("isActive"),
        }
    })
}

/// Makes a TDoc template.
#[utoipa::path(post, path = "/v1/tcode/templates", tag = "TDoc templates", operation_id = "create_tdoc_template",
    request_body = TdocTemplateInput,
    responses((status = 201, description = "The template.", body = TdocTemplate)),
    security(("apiKey" = ["templates:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let digest = body.digest;
    make(&app, &may, &key, digest, async || read(body.value)).await
}

/// Makes a TDoc template of a document profile of BSI TR-03171. Its fields are the profile's entries in the order of their tags; the
/// profile gets a number of its own.
#[utoipa::path(post, path = "/v1/tcode/templates/import", tag = "TDoc templates", operation_id = "import_tdoc_template",
    request_body(content = String, content_type = "application/xml", description = "The profile, at most 1 MiB"),
    responses((status = 201, description = "The template.", body = TdocTemplate)),
    security(("apiKey" = ["templates:write"])))]
pub async fn import(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    key: IdempotencyKey,
    body: XmlBody,
) -> Result<Response, Error> {
    let XmlBody { text, digest } = body;
    let read = async || off_thread(text.len(), move || profile::import(&text)).await?;
    make(&app, &may, &key, digest, read).await
}

async fn make(
    app: &App,
    may: &May<TemplatesWrite>,
    key: &IdempotencyKey,
    digest: Sha256,
    read: impl AsyncFnOnce() -> Result<TdocTemplateInput, Error>,
) -> Result<Response, Error> {
    let running = match begin(app, may, key, StatusCode::CREATED, digest).await? {
        Begun::Replayed(earlier) => return Ok(tagged_answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let input = read().await?;
    if tdoc::count(app, may.tenant.id, MOST).await? >= MOST {
        return Err(Error::conflict(format!(
            "there are {MOST} TDoc templates, the most there may be: delete some that nothing was stamped from"
        )));
    }
    let made = templates::create::<Tdoc>(app, may, &input, running.once()).await?;
    Ok(tagged_answer(StatusCode::CREATED, made))
}

/// Shows a TDoc template.
#[utoipa::path(get, path = "/v1/tcode/templates/{id}", tag = "TDoc templates", operation_id = "get_tdoc_template",
    params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 200, description = "The template; `ETag` is its version.", body = TdocTemplate)),
    security(("apiKey" = ["templates:read"])))]
pub async fn get(
    State(app): State<App>,
    may: May<TemplatesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let template = templates::show::<Tdoc>(&app, &may, id).await?;
    Ok(tagged(template.version, template))
}

/// Writes the next version of a TDoc template. Stamps keep the version they were made from.
#[utoipa::path(put, path = "/v1/tcode/templates/{id}", tag = "TDoc templates", operation_id = "update_tdoc_template",
    params(("id" = Uuid, Path, description = "Template id"),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the version that was read")),
    request_body = TdocTemplateInput,
    responses((status = 200, description = "The template at its new version.", body = TdocTemplate)),
    security(("apiKey" = ["templates:write"])))]
pub async fn update(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Error> {
    let expected = if_match(&headers)?;
    let input = read(body.value)?;
    let made = templates::update::<Tdoc>(&app, &may, id, expected, &input).await?;
    Ok(tagged_answer(StatusCode::OK, made))
}

/// Deletes a TDoc template nothing was stamped from.
#[utoipa::path(delete, path = "/v1/tcode/templates/{id}", tag = "TDoc templates", operation_id = "delete_tdoc_template",
    params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 204, description = "Deleted.")), security(("apiKey" = ["templates:write"])))]
pub async fn delete(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
) -> Result<StatusCode, Error> {
    templates::delete::<Tdoc>(&app, &may, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a TDoc template away: nothing is stamped from it any more.
#[utoipa::path(post, path = "/v1/tcode/templates/{id}/archive", tag = "TDoc templates",
    operation_id = "archive_tdoc_template",
    params(("id" = Uuid, Path, description = "Template id")), request_body = Option<ArchiveRequest>,
    responses((status = 200, description = "The template.", body = TdocTemplate)),
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

/// Takes a TDoc template out of the archive.
#[utoipa::path(post, path = "/v1/tcode/templates/{id}/unarchive", tag = "TDoc templates",
    operation_id = "unarchive_tdoc_template", params(("id" = Uuid, Path, description = "Template id")),
    request_body = Option<UnarchiveRequest>,
    responses((status = 200, description = "The template.", body = TdocTemplate)),
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
    let reason = read_reason(body.value, archived)?;
    let once = running.once();
    let made = templates::archive::<Tdoc>(app, may, id, archived, reason, once).await?;
    Ok(tagged_answer(StatusCode::OK, made))
}

/// Lists the columns of the CSV a TDoc template accepts.
#[utoipa::path(get, path = "/v1/tcode/templates/{id}/csv-fields", tag = "TDoc templates",
    operation_id = "list_tdoc_template_csv_fields", params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 200, description = "The columns.", body = Vec<CsvField>)),
    security(("apiKey" = ["templates:read"])))]
pub async fn csv_fields(
    State(app): State<App>,
    may: May<TemplatesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Json<Vec<CsvField>>, Error> {
    Ok(Json(tdoc::csv_fields(&app, &may, id).await?))
}

/// Sends the present version of a TDoc template as a document profile of BSI TR-03171.
#[utoipa::path(get, path = "/v1/tcode/templates/{id}/profile.xml", tag = "TDoc templates",
    operation_id = "get_tdoc_template_profile", params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 200, description = "The profile.", body = String, content_type = "application/xml")),
    security(("apiKey" = ["templates:read"])))]
pub async fn profile_xml(
    State(app): State<App>,
    may: May<TemplatesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let xml = profile::export(&app, &may, id).await?;
    Ok(([(header::CONTENT_TYPE, XML)], xml).into_response())
}
