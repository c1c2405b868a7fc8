//! `GET /v1/trust/issuances`, `…/{id}`, `…/{id}/pdf`, `…/{id}/credential`, `…/{id}/events`.

use ananke_api::Page;
use ananke_api::issuance::Issuance;
use ananke_api::lifecycle::{Event, Status};
use ananke_format::Reference;
use ananke_store::{DocumentFilter, Product};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use crate::app::App;
use crate::http::InPath;
use crate::http::auth::{IssuancesRead, May};
use crate::http::query::Params;
use crate::ops::words::{hex, stored_word};
use crate::ops::{Error, document, listing, rendition};

/// Media type of a credential secured as a JWS.
pub const CREDENTIAL_TYPE: &str = "application/vc+jwt";

/// Lists documents, newest first.
#[utoipa::path(get, path = "/v1/trust/issuances", tag = "Issuances", operation_id = "list_issuances",
    params(("status" = Option<Status>, Query, description = "Status at the time of the question"),
        ("templateId" = Option<Uuid>, Query, description = "Issued from this template"),
        ("externalId" = Option<String>, Query, description = "With this number of the issuer's"),
        ("recipient" = Option<String>, Query, description = "Part of the recipient's name or address"),
        ("issuedAfter" = Option<String>, Query, description = "Issued at or after this instant"),
        ("issuedBefore" = Option<String>, Query, description = "Issued before this instant"),
        ("reference" = Option<String>, Query, description = "With this reference"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of documents.", body = Page<Issuance>)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<IssuancesRead>,
    mut params: Params,
) -> Result<Json<Page<Issuance>>, Error> {
    let status = params.word::<Status>("status", &["Active", "Suspended", "Revoked", "Expired"]);
    let reference = params.text("reference");
    let filter = DocumentFilter {
        status: status.map(stored_word),
        now: app.ctx.now_micros(),
        template_id: params.id("templateId"),
        external_id: params.text("externalId"),
        recipient: params.text("recipient"),
        issued_after: params.instant("issuedAfter"),
        issued_before: params.instant("issuedBefore"),
        // As people type it; what is no reference finds nothing.
        reference: reference
            .map(|text| Reference::typed(&text).map_or(text, |reference| reference.to_string())),
        ..DocumentFilter::default()
    };
    let page = params.page();
    params.finish()?;
    Ok(Json(
        listing::documents(&app, &may, filter, page, document::show).await?,
    ))
}

/// Shows a document.
#[utoipa::path(get, path = "/v1/trust/issuances/{id}", tag = "Issuances", operation_id = "get_issuance",
    params(("id" = Uuid, Path, description = "Issuance id")),
    responses((status = 200, description = "The document.", body = Issuance)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn get(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Json<Issuance>, Error> {
    let whole = document::find(&app, (may.tenant.id, may.mode), Product::Trust, id).await?;
    Ok(Json(document::show(&app, &whole)?))
}

/// Sends the PDF of a document: the submitted one, or a page made from the record.
#[utoipa::path(get, path = "/v1/trust/issuances/{id}/pdf", tag = "Issuances", operation_id = "get_issuance_pdf",
    params(("id" = Uuid, Path, description = "Issuance id")),
    responses((status = 200, description = "The file.", body = ananke_api::upload::Binary, content_type = "application/pdf")),
    security(("apiKey" = ["issuances:read"])))]
pub async fn pdf(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let pdf = rendition::pdf(&app, &may, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.pdf\"", pdf.reference),
        ),
        (header::ETAG, format!("\"{}\"", hex(&pdf.sha256))),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, pdf.bytes).into_response())
}

/// Sends the signed record: a compact JWS, checkable with any JOSE library.
#[utoipa::path(get, path = "/v1/trust/issuances/{id}/credential", tag = "Issuances",
    operation_id = "get_issuance_credential", params(("id" = Uuid, Path, description = "Issuance id")),
    responses((status = 200, description = "The credential.", body = String, content_type = "application/vc+jwt")),
    security(("apiKey" = ["issuances:read"])))]
pub async fn credential(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Response, Error> {
    let whole = document::find(&app, (may.tenant.id, may.mode), Product::Trust, id).await?;
    let credential = whole.row.issued.credential.ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, CREDENTIAL_TYPE)], credential).into_response())
}

/// Lists what happened to a document, oldest first.
#[utoipa::path(get, path = "/v1/trust/issuances/{id}/events", tag = "Issuances",
    operation_id = "list_issuance_events",
    params(("id" = Uuid, Path, description = "Issuance id"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of events.", body = Page<Event>)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn events(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
    mut params: Params,
) -> Result<Json<Page<Event>>, Error> {
    let page = params.page();
    params.finish()?;
    Ok(Json(listing::events(&app, &may, id, page).await?))
}
