//! `GET` and `POST /v1/tcode/stamps`, `…/{id}`, `…/{id}/pdf`, `…/{id}/events`.

use ananke_api::Page;
use ananke_api::lifecycle::{Event, Status};
use ananke_api::tcode::stamp::{Stamp, StampRequest, StampUpload};
use ananke_format::Reference;
use ananke_store::{DocumentFilter, Product};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use super::input;
use crate::app::App;
use crate::http::InPath;
use crate::http::auth::{May, StampsRead, StampsWrite};
use crate::http::body::Upload;
use crate::http::idempotency::{Begun, IdempotencyKey, answer, begin};
use crate::http::query::Params;
use crate::ops::words::{hex, stored_word};
use crate::ops::{Error, document, listing, stamps};

/// Stamps a PDF: signed, stored and verifiable once this is answered.
#[utoipa::path(post, path = "/v1/tcode/stamps", tag = "Stamps", operation_id = "create_stamp",
    request_body(content((StampRequest = "application/json"), (StampUpload = "multipart/form-data")),
        description = "JSON, or the same JSON as part `request` beside the file as part `pdf`"),
    responses((status = 201, description = "The stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<StampsWrite>,
    key: IdempotencyKey,
    upload: Upload,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, upload.json.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let request = input::read(upload, false).await?;
    let made = Box::pin(stamps::stamp(&app, &may, request.input, running.once())).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Lists stamps, newest first.
#[utoipa::path(get, path = "/v1/tcode/stamps", tag = "Stamps", operation_id = "list_stamps",
    params(("status" = Option<Status>, Query, description = "Status at the time of the question"),
        ("tdocTemplateId" = Option<Uuid>, Query, description = "Made from this TDoc template"),
        ("externalId" = Option<String>, Query, description = "With this number of the issuer's"),
        ("issuedAfter" = Option<String>, Query, description = "Made at or after this instant"),
        ("issuedBefore" = Option<String>, Query, description = "Made before this instant"),
        ("reference" = Option<String>, Query, description = "With this reference"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of stamps.", body = Page<Stamp>)),
    security(("apiKey" = ["stamps:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<StampsRead>,
    mut params: Params,
) -> Result<Json<Page<Stamp>>, Error> {
    let status = params.word::<Status>("status", &["Active", "Suspended", "Revoked", "Expired"]);
    let reference = params.text("reference");
    let filter = DocumentFilter {
        status: status.map(stored_word),
        now: app.ctx.now_micros(),
        template_id: params.id("tdocTemplateId"),
        external_id: params.text("externalId"),
        issued_after: params.instant("issuedAfter"),
        issued_before: params.instant("issuedBefore"),
        reference: reference
            .map(|text| Reference::typed(&text).map_or(text, |reference| reference.to_string())),
        ..DocumentFilter::default()
    };
    let page = params.page();
    params.finish()?;
    Ok(Json(
        listing::documents(&app, &may, filter, page, stamps::show).await?,
    ))
}

/// Shows a stamp.
#[utoipa::path(get, path = "/v1/tcode/stamps/{id}", tag = "Stamps", operation_id = "get_stamp",
    params(("id" = Uuid, Path, description = "Stamp id")),
    responses((status = 200, description = "The stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:read"])))]
pub async fn get(
    State(app): State<App>,
    may: May<StampsRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Json<Stamp>, Error> {
    let whole = document::find(&app, (may.tenant.id, may.mode), Product::TCode, id).await?;
    Ok(Json(stamps::show(&app, &whole)?))
}

/// Sends the stamped PDF.
#[utoipa::path(get, path = "/v1/tcode/stamps/{id}/pdf", tag = "Stamps", operation_id = "get_stamp_pdf",
    params(("id" = Uuid, Path, description = "Stamp id")),
    responses((status = 200, description = "The file.", body = ananke_api::upload::Binary, content_type = "application/pdf")),
    security(("apiKey" = ["stamps:read"])))]
pub async fn pdf(
    State(app): State<App>,
    may: May<StampsRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let pdf = stamps::pdf(&app, &may, id).await?;
    let name = format!("attachment; filename=\"{}.pdf\"", pdf.reference);
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::ETAG, format!("\"{}\"", hex(&pdf.sha256))),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, pdf.bytes).into_response())
}

/// Lists what happened to a stamp, oldest first.
#[utoipa::path(get, path = "/v1/tcode/stamps/{id}/events", tag = "Stamps", operation_id = "list_stamp_events",
    params(("id" = Uuid, Path, description = "Stamp id"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of events.", body = Page<Event>)),
    security(("apiKey" = ["stamps:read"])))]
pub async fn events(
    State(app): State<App>,
    may: May<StampsRead>,
    InPath(id): InPath<Uuid>,
    mut params: Params,
) -> Result<Json<Page<Event>>, Error> {
    let page = params.page();
    params.finish()?;
    Ok(Json(listing::events(&app, &may, id, page).await?))
}
