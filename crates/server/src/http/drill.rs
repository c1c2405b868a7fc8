//! `/v1/revocations` and `/v1/restorations`: what is done when a key was stolen.

use ananke_api::drill::{
    HarmedDocument, Restoration, RestorationPreview, RestorationRequest, Revocation,
    RevocationPreview, RevocationRequest,
};
use ananke_api::{ForbiddenReason, Page, scope};
use ananke_format::api_key::ApiKeyId;
use ananke_format::lifecycle::Reason;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use super::auth::{IssuancesLifecycle, IssuancesRead, May};
use super::form::{Form, read};
use super::idempotency::{Begun, IdempotencyKey, answer, begin};
use super::query::Params;
use super::{InPath, JsonBody};
use crate::app::App;
use crate::ops::behalf::Behalf;
use crate::ops::drill::{self, Reach, restorations, revocations};
use crate::ops::error::Error;
use crate::ops::record::Once;

/// What is asked for, before anything of it was looked for.
pub struct Asked {
    /// The key, in its form.
    pub key: Option<String>,
    span: (Option<i64>, Option<i64>),
    reason: Option<Reason>,
    note: Option<String>,
    replace: bool,
    dry_run: bool,
}

/// A key's id, in its form. Empty is what was not given, or was no text.
fn key_id(form: &mut Form<'_>, text: String) -> Option<String> {
    if text.is_empty() || ApiKeyId::parse(&text).is_ok() {
        return Some(text).filter(|text| !text.is_empty());
    }
    form.error(
        "keyId",
        "must be the id of a key: 12 characters of 0-9, A-Z and a-z",
    );
    None
}

fn span(form: &mut Form<'_>) -> (Option<i64>, Option<i64>) {
    let micros = ananke_format::Instant::as_microsecond;
    (
        form.instant("from").map(micros),
        form.instant("to").map(micros),
    )
}

/// Reads a request for a revocation.
pub fn read_revocation(form: &mut Form<'_>) -> Asked {
    let reasons: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    let key = form.text("keyId", 100).unwrap_or_default();
    Asked {
        key: key_id(form, key),
        span: span(form),
        reason: form.required_word("reason", &reasons),
        note: form.text("note", 500),
        replace: false,
        dry_run: form.flag("dryRun").unwrap_or(false),
    }
}

/// Reads a request for a restoration.
pub fn read_restoration(form: &mut Form<'_>) -> Asked {
    let key = form.required_text("keyId", 100);
    Asked {
        key: key_id(form, key),
        span: span(form),
        reason: None,
        note: None,
        replace: form.flag("replace").unwrap_or(false),
        dry_run: form.flag("dryRun").unwrap_or(false),
    }
}

/// Previews a revocation, or asks for it.
///
/// # Errors
/// Members at fault; the server cannot write.
pub async fn revoke(
    app: &App,
    behalf: &Behalf,
    asked: Asked,
    once: Option<Once>,
) -> Result<Response, Error> {
    if asked.key.is_none() && asked.span.0.is_none() {
        return Err(Error::invalid(
            "from",
            "is required where there is no `keyId`: name the key, the time, or both",
        ));
    }
    let reach = Reach::of(app, behalf, asked.key, asked.span).await?;
    let input = revocations::Input {
        reach,
        // It was required when the request was read.
        reason: asked.reason.unwrap_or(Reason::Other),
        note: asked.note,
    };
    if asked.dry_run {
        let preview = revocations::preview(app, behalf, &input).await?;
        return Ok(Json(preview).into_response());
    }
    let started = revocations::start(app, behalf, input, once).await?;
    Ok(answer(StatusCode::CREATED, started))
}

/// Previews a restoration, or asks for it.
///
/// # Errors
/// Members at fault; the key may not replace; the server cannot write.
pub async fn restore(
    app: &App,
    behalf: &Behalf,
    asked: Asked,
    once: Option<Once>,
) -> Result<Response, Error> {
    let [_, writes] = restorations::SCOPES;
    if asked.replace && !scope::includes(&behalf.rights.scopes, writes) {
        return Err(Error::Forbidden {
            reason: ForbiddenReason::InsufficientScope,
            detail: format!(
                "this key may not replace documents: it needs the scope `{writes}` too; use another key, or leave \
                 `replace` out"
            ),
        });
    }
    let reach = Reach::of(app, behalf, asked.key, asked.span).await?;
    if asked.dry_run {
        let preview = restorations::preview(app, behalf, &reach).await?;
        return Ok(Json(preview).into_response());
    }
    let started = restorations::start(app, behalf, (reach, asked.replace), once).await?;
    Ok(answer(StatusCode::CREATED, started))
}

/// Revokes everything a key issued, or everything of a time, that is not revoked yet. Each document is revoked once, with a
/// statement of its own; the work goes on after a restart, and where a cap is used up it waits until that begins anew. It
/// stops when the key that asked for it is deleted.
#[utoipa::path(post, path = "/v1/revocations", tag = "Incidents", operation_id = "revoke_many",
    request_body = RevocationRequest,
    responses((status = 200, description = "With `dryRun`: what would be done.", body = RevocationPreview),
        (status = 201, description = "The revocation, which goes on by itself.", body = Revocation)),
    security(("apiKey" = ["issuances:lifecycle"])))]
pub async fn create_revocation(
    State(app): State<App>,
    may: May<IssuancesLifecycle>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let asked = read(body.value, read_revocation)?;
    revoke(&app, &may, asked, running.once()).await
}

/// Lists revocations of many documents, newest first.
#[utoipa::path(get, path = "/v1/revocations", tag = "Incidents", operation_id = "list_revocations",
    params(("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of revocations.", body = Page<Revocation>)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn list_revocations(
    State(app): State<App>,
    may: May<IssuancesRead>,
    mut params: Params,
) -> Result<Json<Page<Revocation>>, Error> {
    let page = params.page();
    params.finish()?;
    Ok(Json(
        drill::list(&app, may.tenant.id, may.mode, page).await?,
    ))
}

/// Shows how far a revocation of many documents is.
#[utoipa::path(get, path = "/v1/revocations/{id}", tag = "Incidents", operation_id = "get_revocation",
    params(("id" = Uuid, Path, description = "Id of the revocation")),
    responses((status = 200, description = "The revocation.", body = Revocation)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn get_revocation(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Json<Revocation>, Error> {
    Ok(Json(
        drill::get(&app, may.tenant.id, &[may.mode], id).await?,
    ))
}

/// Puts right what a key took out of force: what it suspended, and nobody else since, is reinstated; with `replace`, what it
/// revoked or expired is replaced by new documents of the same content. Everything it took out of force is listed.
#[utoipa::path(post, path = "/v1/restorations", tag = "Incidents", operation_id = "restore_many",
    request_body = RestorationRequest,
    responses((status = 200, description = "With `dryRun`: what would be done.", body = RestorationPreview),
        (status = 201, description = "The restoration, which goes on by itself.", body = Restoration)),
    security(("apiKey" = ["issuances:lifecycle"])))]
pub async fn create_restoration(
    State(app): State<App>,
    may: May<IssuancesLifecycle>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let asked = read(body.value, read_restoration)?;
    restore(&app, &may, asked, running.once()).await
}

/// Lists restorations, newest first.
#[utoipa::path(get, path = "/v1/restorations", tag = "Incidents", operation_id = "list_restorations",
    params(("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of restorations.", body = Page<Restoration>)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn list_restorations(
    State(app): State<App>,
    may: May<IssuancesRead>,
    mut params: Params,
) -> Result<Json<Page<Restoration>>, Error> {
    let page = params.page();
    params.finish()?;
    Ok(Json(
        drill::list(&app, may.tenant.id, may.mode, page).await?,
    ))
}

/// Shows how far a restoration is.
#[utoipa::path(get, path = "/v1/restorations/{id}", tag = "Incidents", operation_id = "get_restoration",
    params(("id" = Uuid, Path, description = "Id of the restoration")),
    responses((status = 200, description = "The restoration.", body = Restoration)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn get_restoration(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
) -> Result<Json<Restoration>, Error> {
    Ok(Json(
        drill::get(&app, may.tenant.id, &[may.mode], id).await?,
    ))
}

/// Lists the documents that the key of a restoration took out of force, those last touched first, each as it is now. A page
/// may hold fewer than `limit`, or none, and still not be the last.
#[utoipa::path(get, path = "/v1/restorations/{id}/documents", tag = "Incidents", operation_id = "list_restoration_documents",
    params(("id" = Uuid, Path, description = "Id of the restoration"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of documents.", body = Page<HarmedDocument>)),
    security(("apiKey" = ["issuances:read"])))]
pub async fn restoration_documents(
    State(app): State<App>,
    may: May<IssuancesRead>,
    InPath(id): InPath<Uuid>,
    mut params: Params,
) -> Result<Json<Page<HarmedDocument>>, Error> {
    let page = params.page();
    params.finish()?;
    Ok(Json(
        restorations::documents(&app, may.tenant.id, &[may.mode], id, page).await?,
    ))
}
