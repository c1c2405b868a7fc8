//! `/v1/api-keys`.

use std::sync::Arc;

use ananke_api::Page;
use ananke_api::api_key::{
    ApiKey, CreateApiKey, CreatedApiKey, KeyMode, LeakReport, RollApiKey, UpdateApiKey,
};
use ananke_api::scope;
use ananke_format::Mode;
use ananke_format::api_key::ApiKeyId;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use ipnet::IpNet;
use uuid::Uuid;

use super::auth::{Caller, KeysRead, KeysWrite, May};
use super::form::{self, Form};
use super::idempotency::{Begun, IdempotencyKey, answer, begin};
use super::query::Params;
use super::{InPath, JsonBody, OptionalJson};
use crate::app::App;
use crate::network;
use crate::ops::api_keys::{self, Change, DEFAULT_OVERLAP_SECONDS, Input};
use crate::ops::error::{Error, FieldErrors};
use crate::ops::record::Actor;
use crate::ops::words::mode_of;
use crate::telemetry::trail::Trail;

const ENVIRONMENTS: &[&str] = &["development", "staging", "production"];
/// 30 days.
const LONGEST_OVERLAP: u32 = 2_592_000;

/// Lists the keys of the caller's tenant and mode.
#[utoipa::path(get, path = "/v1/api-keys", tag = "Keys", operation_id = "list_api_keys",
    params(("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKey>)),
    security(("apiKey" = ["keys:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<KeysRead>,
    mut params: Params,
) -> Result<Json<Page<ApiKey>>, Error> {
    let limit = params.limit();
    let after = params.key_cursor();
    params.finish()?;
    Ok(Json(api_keys::list(&app, &may, after, limit).await?))
}

/// Makes a key. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/api-keys", tag = "Keys", operation_id = "create_api_key",
    request_body = CreateApiKey,
    responses((status = 201, description = "The key with its secret.", body = CreatedApiKey)),
    security(("apiKey" = ["keys:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<KeysWrite>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let input = read(&mut form, may.mode);
    if let Err(message) = api_keys::check_mode(&may, &input) {
        form.error("mode", message);
    }
    in_future(&app, &mut form, input.expires_at);
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let made = api_keys::create(&app, &may, input, running.once()).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Reads what a new key shall be.
pub fn read(form: &mut Form<'_>, default_mode: Mode) -> Input {
    Input {
        name: form.required_text("name", 100),
        mode: form
            .word::<KeyMode>("mode", &["live", "test"])
            .map_or(default_mode, mode_of),
        environment: form.word::<String>("environment", ENVIRONMENTS),
        service: form.text("service", 100),
        note: form.text("note", 500),
        scopes: scopes(form),
        template_ids: template_ids(form, "templateIds"),
        allowed_cidrs: networks(form, "allowedCidrs"),
        expires_at: instant(form, "expiresAt"),
        revocations_per_day: cap(form, "revocationsPerDay"),
    }
}

/// Reads what of a key shall be otherwise.
pub fn read_change(form: &mut Form<'_>) -> Change {
    for name in ["name", "environment", "scopes"] {
        if form.is_null(name) {
            form.error(name, "cannot be taken away");
        }
    }
    let name = form.text("name", 100);
    Change {
        name,
        environment: form.word::<String>("environment", ENVIRONMENTS),
        service: form.nullable("service", |form, name| form.text(name, 100)),
        note: form.nullable("note", |form, name| form.text(name, 500)),
        scopes: scopes(form),
        template_ids: form.nullable("templateIds", template_ids),
        allowed_cidrs: form.nullable("allowedCidrs", networks),
        expires_at: form.nullable("expiresAt", instant),
        revocations_per_day: form.nullable("revocationsPerDay", cap),
    }
}

fn cap(form: &mut Form<'_>, name: &'static str) -> Option<i64> {
    form.integer(name, 1, 1_000_000_000).map(i64::from)
}

fn instant(form: &mut Form<'_>, name: &'static str) -> Option<i64> {
    form.instant(name)
        .map(ananke_format::Instant::as_microsecond)
}

/// A list that is not empty; each of its texts is read by `read`, and stands once.
fn distinct<T: PartialEq>(
    form: &mut Form<'_>,
    name: &'static str,
    max: usize,
    read: impl Fn(&str) -> Result<T, String>,
) -> Option<Vec<T>> {
    let texts = form.texts(name, max, 64)?;
    if texts.is_empty() {
        form.error(name, "must not be empty; leave it out for no limit");
    }
    let mut values = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        match read(text) {
            Ok(value) if values.contains(&value) => {
                form.error(&format!("{name}[{index}]"), "stands twice");
            }
            Ok(value) => values.push(value),
            Err(message) => form.error(&format!("{name}[{index}]"), message),
        }
    }
    Some(values)
}

fn scopes(form: &mut Form<'_>) -> Option<Vec<String>> {
    let read = |text: &str| {
        if scope::is_scope(text) {
            return Ok(text.to_owned());
        }
        let all: Vec<String> = scope::all().collect();
        let nearest = all
            .iter()
            .map(|known| (strsim::damerau_levenshtein(text, known), known))
            .min();
        let near = nearest.filter(|(distance, _)| *distance <= 3);
        Err(match near {
            Some((_, known)) => format!("is not a scope; did you mean `{known}`?"),
            None => format!("is not a scope; there are * and {}", all.join(", ")),
        })
    };
    distinct(form, "scopes", 28, read)
}

fn template_ids(form: &mut Form<'_>, name: &'static str) -> Option<Vec<Uuid>> {
    let read = |text: &str| Uuid::try_parse(text).map_err(|_| "must be an id (UUID)".to_owned());
    distinct(form, name, 100, read)
}

fn networks(form: &mut Form<'_>, name: &'static str) -> Option<Vec<IpNet>> {
    distinct(form, name, 50, network::parse)
}

/// Refuses an end that has come already.
fn in_future(app: &App, form: &mut Form<'_>, end: Option<i64>) {
    if end.is_some_and(|end| end <= app.ctx.now_micros()) {
        form.error("expiresAt", "must be in the future");
    }
}

/// Changes a key. What is left out stays, `null` takes away.
#[utoipa::path(patch, path = "/v1/api-keys/{id}", tag = "Keys", operation_id = "update_api_key",
    params(("id" = String, Path, description = "Key id")), request_body = UpdateApiKey,
    responses((status = 200, description = "The key as it is now.", body = ApiKey)),
    security(("apiKey" = ["keys:write"])))]
pub async fn update(
    State(app): State<App>,
    may: May<KeysWrite>,
    InPath(id): InPath<String>,
    body: JsonBody,
) -> Result<Json<ApiKey>, Error> {
    let id = ApiKeyId::parse(&id).map_err(|_| Error::NotFound)?;
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let change = read_change(&mut form);
    in_future(&app, &mut form, change.expires_at.flatten());
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(Json(
        api_keys::update(&app, &may, id.as_str(), change).await?,
    ))
}

/// Takes API keys that were found where they do not belong, in code or in a log. The answer is the same whatever they
/// are; of those in use their tenants learn.
#[utoipa::path(post, path = "/v1/leaks", tag = "Keys", operation_id = "report_leaks", request_body = LeakReport,
    responses((status = 202, description = "Taken.")))]
pub async fn leaks(
    State(app): State<App>,
    _: Option<Caller>,
    Extension(trail): Extension<Arc<Trail>>,
    body: JsonBody,
) -> Result<StatusCode, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    // Whatever was found, as it was found.
    let keys = match form.take("keys") {
        Some(serde_json::Value::Array(items)) if (1..=100).contains(&items.len()) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>()
        }
        _ => None,
    };
    if keys.is_none() {
        form.error("keys", "must hold what was found, 1 to 100 texts");
    }
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let actor = Actor::public(&trail.request, &trail.trace);
    api_keys::report(&app, &actor, &keys.unwrap_or_default()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// How long the old key works beside the new one, in seconds.
pub fn read_overlap(form: &mut Form<'_>) -> u32 {
    form.integer("overlapSeconds", 0, LONGEST_OVERLAP)
        .unwrap_or(DEFAULT_OVERLAP_SECONDS)
}

/// Makes the successor of a key, which may do the same; the old one goes on for the overlap. The secret is in this
/// answer and nowhere else.
#[utoipa::path(post, path = "/v1/api-keys/{id}/roll", tag = "Keys", operation_id = "roll_api_key",
    params(("id" = String, Path, description = "Key id")), request_body = Option<RollApiKey>,
    responses((status = 201, description = "The successor with its secret.", body = CreatedApiKey)),
    security(("apiKey" = ["keys:write"])))]
pub async fn roll(
    State(app): State<App>,
    may: May<KeysWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<String>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let id = ApiKeyId::parse(&id).map_err(|_| Error::NotFound)?;
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let overlap = read_overlap(&mut form);
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let rolled = api_keys::roll(&app, &may, id.as_str(), overlap, running.once()).await?;
    Ok(answer(StatusCode::CREATED, rolled))
}

/// Takes a roll back during its overlap: the successor is deleted, and the key goes on as before.
#[utoipa::path(post, path = "/v1/api-keys/{id}/cancel-roll", tag = "Keys", operation_id = "cancel_roll_of_api_key",
    params(("id" = String, Path, description = "Id of the key that was rolled"),
        ("force" = Option<bool>, Query, description = "Although its successor was used within 24 hours")),
    responses((status = 200, description = "The key as it is now.", body = ApiKey)),
    security(("apiKey" = ["keys:write"])))]
pub async fn cancel_roll(
    State(app): State<App>,
    may: May<KeysWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<String>,
    mut params: Params,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let force = params.flag("force").unwrap_or(false);
    params.finish()?;
    let id = ApiKeyId::parse(&id).map_err(|_| Error::NotFound)?;
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    form::read(body.value, |_| ())?;
    let cancelled = api_keys::cancel_roll(&app, &may, id.as_str(), force, running.once()).await?;
    Ok(answer(StatusCode::OK, cancelled))
}

/// Deletes a key; it is refused from then on.
#[utoipa::path(delete, path = "/v1/api-keys/{id}", tag = "Keys", operation_id = "delete_api_key",
    params(("id" = String, Path, description = "Key id"),
        ("force" = Option<bool>, Query, description = "Delete a key that was used within 24 hours")),
    responses((status = 204, description = "Deleted.")),
    security(("apiKey" = ["keys:write"])))]
pub async fn delete(
    State(app): State<App>,
    may: May<KeysWrite>,
    InPath(id): InPath<String>,
    mut params: Params,
) -> Result<StatusCode, Error> {
    let force = params.flag("force").unwrap_or(false);
    params.finish()?;
    let id = ApiKeyId::parse(&id).map_err(|_| Error::NotFound)?;
    api_keys::delete(&app, &may, id.as_str(), force).await?;
    Ok(StatusCode::NO_CONTENT)
}
