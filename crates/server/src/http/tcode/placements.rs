//! `/v1/tcode/placement-templates`.

use ananke_api::Page;
use ananke_api::tcode::placement::{PageNumber, PageWord, PlacementInput, PlacementTemplate};
use ananke_api::template::DuplicateRequest;
use ananke_store::{TemplateFilter, TemplateKind};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::http::auth::{May, TemplatesRead, TemplatesWrite};
use crate::http::form::{self, Form};
use crate::http::idempotency::{Begun, IdempotencyKey, begin};
use crate::http::query::Params;
use crate::http::templates::version::{if_match, read_name, tagged, tagged_answer};
use crate::http::{InPath, JsonBody};
use crate::ops::Error;
use crate::ops::templates::{self, Placement};

/// The largest page there is (ISO 32000), in points.
const LARGEST: f64 = 14_400.0;
/// Pages are counted in 32 bits; nobody has so many.
const PAGES: u32 = 1_000_000;

/// Lists placement templates, newest first.
#[utoipa::path(get, path = "/v1/tcode/placement-templates", tag = "Placement templates",
    operation_id = "list_placement_templates",
    params(("search" = Option<String>, Query, description = "Part of the name"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of templates.", body = Page<PlacementTemplate>)),
    security(("apiKey" = ["templates:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<TemplatesRead>,
    mut params: Params,
) -> Result<Json<Page<PlacementTemplate>>, Error> {
    let filter = TemplateFilter {
        kind: TemplateKind::Placement,
        search: params.text("search"),
        ..TemplateFilter::default()
    };
    let page = params.page();
    params.finish()?;
    Ok(Json(
        templates::list::<Placement>(&app, &may, filter, page).await?,
    ))
}

fn read(body: Value) -> Result<PlacementInput, Error> {
    form::read(body, |form| PlacementInput {
        name: form.required_text("name", 200),
        page_number: page(form),
        x: either(form, ["x", "positionX"]),
        y: either(form, ["y", "positionY"]),
        size: form.number("size", 10.0, 1_000.0),
        margin: form.number("margin", 0.0, 1_000.0),
        label_text: form.text("labelText", 200),
    })
}

/// A length that has two names, of which one may stand.
fn either(form: &mut Form<'_>, [name, other]: [&'static str; 2]) -> Option<f64> {
    let (one, two) = (
        form.number(name, 0.0, LARGEST),
        form.number(other, 0.0, LARGEST),
    );
    if one.is_some() && two.is_some() {
        form.error(
            other,
            format!("is the same as `{name}`: send one of the two"),
        );
    }
    one.or(two)
}

fn page(form: &mut Form<'_>) -> Option<PageNumber> {
    let mut read = |name| {
        let value = form.take(name)?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let page = match (value.as_str(), number) {
            (Some("first"), _) => Some(PageNumber::Word(PageWord::First)),
            (Some("last"), _) => Some(PageNumber::Word(PageWord::Last)),
            (_, Some(number @ 1..=PAGES)) => Some(PageNumber::Number(number)),
            _ => None,
        };
        if page.is_none() {
            let rule = format!("must be a whole number from 1 to {PAGES}, first or last");
            form.error(name, rule);
        }
        page
    };
    let (one, two) = (read("pageNumber"), read("page"));
    if one.is_some() && two.is_some() {
        form.error("page", "is the same as `pageNumber`: send one of the two");
    }
    one.or(two)
}

/// Makes a placement template.
#[utoipa::path(post, path = "/v1/tcode/placement-templates", tag = "Placement templates",
    operation_id = "create_placement_template", request_body = PlacementInput,
    responses((status = 201, description = "The template.", body = PlacementTemplate)),
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
    let input = read(body.value)?;
    let made = templates::create::<Placement>(&app, &may, &input, running.once()).await?;
    Ok(tagged_answer(StatusCode::CREATED, made))
}

/// Shows a placement template.
#[utoipa::path(get, path = "/v1/tcode/placement-templates/{id}", tag = "Placement templates",
    operation_id = "get_placement_template", params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 200, description = "The template; `ETag` is its version.", body = PlacementTemplate)),
    security(("apiKey" = ["templates:read"])))]
pub async fn get(
    State(app): State<App>,
    may: May<TemplatesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let template = templates::show::<Placement>(&app, &may, id).await?;
    Ok(tagged(template.version, template))
}

/// Writes the next version of a placement template. What was stamped stays as it is.
#[utoipa::path(put, path = "/v1/tcode/placement-templates/{id}", tag = "Placement templates",
    operation_id = "update_placement_template",
    params(("id" = Uuid, Path, description = "Template id"),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the version that was read")),
    request_body = PlacementInput,
    responses((status = 200, description = "The template at its new version.", body = PlacementTemplate)),
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
    let made = templates::update::<Placement>(&app, &may, id, expected, &input).await?;
    Ok(tagged_answer(StatusCode::OK, made))
}

/// Deletes a placement template that no template names.
#[utoipa::path(delete, path = "/v1/tcode/placement-templates/{id}", tag = "Placement templates",
    operation_id = "delete_placement_template", params(("id" = Uuid, Path, description = "Template id")),
    responses((status = 204, description = "Deleted.")), security(("apiKey" = ["templates:write"])))]
pub async fn delete(
    State(app): State<App>,
    may: May<TemplatesWrite>,
    InPath(id): InPath<Uuid>,
) -> Result<StatusCode, Error> {
    templates::delete::<Placement>(&app, &may, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Copies a placement template under another name.
#[utoipa::path(post, path = "/v1/tcode/placement-templates/{id}/duplicate", tag = "Placement templates",
    operation_id = "duplicate_placement_template", params(("id" = Uuid, Path, description = "Template id")),
    request_body = DuplicateRequest,
    responses((status = 201, description = "The copy.", body = PlacementTemplate)),
    security(("apiKey" = ["templates:write"])))]
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
    let name = read_name(body.value)?;
    let made = templates::duplicate::<Placement>(&app, &may, id, &name, running.once()).await?;
    Ok(tagged_answer(StatusCode::CREATED, made))
}
