//! `/v1/signing-keys`.

use ananke_api::Page;
use ananke_api::signing_key::{
    CompromiseSigningKey, CreateSigningKey, EndedSigningKey, RetireSigningKey, SigningKey,
};
use ananke_format::Instant;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use super::auth::{Caller, May, SigningKeysRead, SigningKeysWrite};
use super::form::read;
use super::idempotency::{Begun, IdempotencyKey, answer, begin};
use super::query::Params;
use super::{InPath, JsonBody, OptionalJson};
use crate::app::App;
use crate::ops::error::Error;
use crate::ops::signing_keys::{self, Ending, Whose};

fn whose(caller: &Caller) -> Whose<'_> {
    Whose {
        tenant: &caller.tenant,
        mode: caller.mode,
    }
}

/// Lists the signing keys of the tenant in the mode of the key that asks, newest first.
#[utoipa::path(get, path = "/v1/signing-keys", tag = "Signing keys", operation_id = "list_signing_keys",
    params(("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of signing keys.", body = Page<SigningKey>)),
    security(("apiKey" = ["signing-keys:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<SigningKeysRead>,
    mut params: Params,
) -> Result<Json<Page<SigningKey>>, Error> {
    let page = params.page();
    params.finish()?;
    Ok(Json(signing_keys::list(&app, whose(&may), page).await?))
}

/// Makes a signing key with its certificate. New documents are signed with it at once, or from `startsAt` on; until then
/// the key there is goes on, and no request fails in between.
#[utoipa::path(post, path = "/v1/signing-keys", tag = "Signing keys", operation_id = "create_signing_key",
    request_body = Option<CreateSigningKey>,
    responses((status = 201, description = "The key.", body = SigningKey)),
    security(("apiKey" = ["signing-keys:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<SigningKeysWrite>,
    key: IdempotencyKey,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let starts_at = read_start(body.value)?;
    let once = running.once();
    let made = signing_keys::create(&app, whose(&may), &may.actor, starts_at, once).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Retires a signing key: it signs no more, and what it signed before stays good. Refused where it is the only one that
/// could sign.
#[utoipa::path(post, path = "/v1/signing-keys/{id}/retire", tag = "Signing keys", operation_id = "retire_signing_key",
    params(("id" = Uuid, Path, description = "Id of the signing key"),
        ("dryRun" = Option<bool>, Query, description = "Only say what it would do")),
    request_body = Option<RetireSigningKey>,
    responses((status = 200, description = "The key as it is now.", body = EndedSigningKey)),
    security(("apiKey" = ["signing-keys:write"])))]
pub async fn retire(
    State(app): State<App>,
    may: May<SigningKeysWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<Uuid>,
    mut params: Params,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let dry_run = read_dry_run(&mut params);
    params.finish()?;
    end(&app, &may, &key, id, body, |value| {
        read_retirement(value, dry_run)
    })
    .await
}

/// Declares a signing key compromised since a moment: documents issued with it at that moment or later are `invalid`,
/// here and, with the trust bundle that is signed before this is answered, everywhere. Those issued before stay valid
/// here, where the moment of issue is proved by the record; a verifier without such a proof cannot decide. It signs no
/// more, and where there is no other, a successor is made.
#[utoipa::path(post, path = "/v1/signing-keys/{id}/compromise", tag = "Signing keys",
    operation_id = "compromise_signing_key",
    params(("id" = Uuid, Path, description = "Id of the signing key"),
        ("dryRun" = Option<bool>, Query, description = "Only say what it would do")),
    request_body = CompromiseSigningKey,
    responses((status = 200, description = "The key as it is now.", body = EndedSigningKey)),
    security(("apiKey" = ["signing-keys:write"])))]
pub async fn compromise(
    State(app): State<App>,
    may: May<SigningKeysWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<Uuid>,
    mut params: Params,
    body: JsonBody,
) -> Result<Response, Error> {
    let dry_run = read_dry_run(&mut params);
    params.finish()?;
    end(&app, &may, &key, id, body, |value| {
        read_compromise(value, dry_run)
    })
    .await
}

async fn end(
    app: &App,
    may: &May<SigningKeysWrite>,
    key: &IdempotencyKey,
    id: Uuid,
    body: JsonBody,
    read: impl FnOnce(Value) -> Result<Ending, Error>,
) -> Result<Response, Error> {
    let running = match begin(app, may, key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let ending = read(body.value)?;
    let once = running.once();
    let done = signing_keys::end(app, whose(may), &may.actor, (id, ending), once).await?;
    Ok(answer(StatusCode::OK, done))
}

/// Whether to say only what would be done.
pub fn read_dry_run(params: &mut Params) -> bool {
    params.flag("dryRun").unwrap_or(false)
}

/// Reads from when on a new key signs.
///
/// # Errors
/// Members at fault.
pub fn read_start(body: Value) -> Result<Option<Instant>, Error> {
    read(body, |form| form.instant("startsAt"))
}

/// Reads how a key is retired.
///
/// # Errors
/// Members at fault.
pub fn read_retirement(body: Value, dry_run: bool) -> Result<Ending, Error> {
    read(body, |form| Ending {
        compromised_at: None,
        reason: form.text("reason", 500),
        dry_run,
    })
}

/// Reads since when a key is compromised.
///
/// # Errors
/// Members at fault.
pub fn read_compromise(body: Value, dry_run: bool) -> Result<Ending, Error> {
    read(body, |form| Ending {
        compromised_at: form.required_instant("at"),
        reason: form.text("reason", 500),
        dry_run,
    })
}
