//! The operator's routes.

use ananke_format::{IssuerCode, Mode};
use ananke_store::{Identity, Tenant, TenantChange, TenantState};
use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, patch, post};
use serde_json::{Value, json};

use super::domain;
use crate::app::App;
use crate::http::form::{Form, read};
use crate::http::idempotency::answer;
use crate::http::{JsonBody, OptionalJson, around};
use crate::ops::api_keys::Rights;
use crate::ops::error::Error;
use crate::ops::limits::OwnLimits;
use crate::ops::record::Actor;
use crate::ops::words::shown;
use crate::ops::{api_keys, audit, heads, kek, root, tenants, trust};

/// Every route of the operator.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/tenants", get(list).post(create))
        .route("/tenants/{code}", get(show_one).patch(update))
        .route("/tenants/{code}/limits", post(set_limits))
        .route("/tenants/{code}/suspend", post(suspend))
        .route("/tenants/{code}/resume", post(resume))
        .route("/tenants/{code}/close", post(close))
        .route("/tenants/{code}/prove-domain", post(prove_domain))
        .route("/tenants/{code}/keys", get(keys).post(create_key))
        .route(
            "/tenants/{code}/keys/{id}",
            patch(update_key).delete(delete_key),
        )
        .route("/tenants/{code}/keys/{id}/roll", post(roll_key))
        .route("/tenants/{code}/keys/{id}/cancel-roll", post(cancel_roll))
        .merge(super::checklist::routes())
        .merge(super::drill::routes())
        .merge(super::signing_keys::routes())
        .merge(super::alerts::routes())
        .route("/audit/verify", get(verify_audit))
        .route("/audit/heads", post(check_heads))
        .route("/root", get(show_root))
        .route("/root/exported", post(root_exported))
        .route("/root/bundles", post(sign_bundles))
        .route("/kek", get(show_kek))
        .route("/kek/rotate", post(rotate_kek))
        .route("/kek/exported", post(kek_exported))
        .fallback(|| async { Error::NotFound })
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app.clone())
}

fn show(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id,
        "code": tenant.code,
        "name": tenant.name,
        "domain": tenant.domain,
        "identity": tenant.identity.as_str(),
        "provedAt": tenant.proved_at.map(shown),
        "timeZone": tenant.time_zone,
        "state": tenant.state.as_str(),
        "requireRevocationReason": tenant.requires_reason,
        "createdAt": shown(tenant.created_at),
        // What stands there was checked when it was written.
        "limits": OwnLimits::of(tenant).unwrap_or_default(),
    })
}

async fn list(State(app): State<App>) -> Result<Json<Value>, Error> {
    let items: Vec<Value> = tenants::list(&app).await?.iter().map(show).collect();
    Ok(Json(json!({ "items": items })))
}

async fn create(
    State(app): State<App>,
    body: JsonBody,
) -> Result<(StatusCode, Json<Value>), Error> {
    let new = read(body.value, |form| tenants::NewTenant {
        name: form.required_text("name", 200),
        code: issuer_code(form),
        time_zone: form
            .text("timeZone", 64)
            .unwrap_or_else(|| "UTC".to_owned()),
    })?;
    let tenant = tenants::create(&app, &Actor::operator(), new).await?;
    Ok((StatusCode::CREATED, Json(show(&tenant))))
}

fn issuer_code(form: &mut Form<'_>) -> Option<IssuerCode> {
    let text = form.text("code", 6)?;
    let code = IssuerCode::parse(&text);
    if code.is_err() {
        form.error("code", "must be six characters of 0-9 and A-Z");
    }
    code.ok()
}

async fn show_one(State(app): State<App>, Path(code): Path<String>) -> Result<Json<Value>, Error> {
    Ok(Json(show(&tenants::by_code(&app, &code).await?)))
}

async fn update(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    let record = body.value.clone();
    let change = read(body.value, |form| TenantChange {
        name: form.text("name", 200),
        time_zone: form.text("timeZone", 64),
        requires_reason: form.flag("requireRevocationReason"),
        ..TenantChange::default()
    })?;
    if change
        .time_zone
        .as_deref()
        .is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_err())
    {
        return Err(Error::invalid(
            "timeZone",
            "must be a time zone of the IANA list, such as Europe/Berlin",
        ));
    }
    let tenant = tenants::change(
        &app,
        &Actor::operator(),
        &code,
        "tenant.updated",
        change,
        &record,
    )
    .await?;
    Ok(Json(show(&tenant)))
}

/// What is left out stays; `null` is the server's default again, 0 no limit.
async fn set_limits(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    let record = body.value.clone();
    let mut own = OwnLimits::of(&tenants::by_code(&app, &code).await?)?;
    let (issuances, stamps, revocations) = read(body.value, |form| {
        let limit = |form: &mut Form<'_>, name| form.integer(name, 0, 1_000_000_000).map(i64::from);
        (
            form.nullable("issuancesPerMonth", limit),
            form.nullable("stampsPerMonth", limit),
            form.nullable("revocationsPerDay", limit),
        )
    })?;
    own.issuances_per_month = issuances.unwrap_or(own.issuances_per_month);
    own.stamps_per_month = stamps.unwrap_or(own.stamps_per_month);
    own.revocations_per_day = revocations.unwrap_or(own.revocations_per_day);
    let limits = (own != OwnLimits::default()).then(|| serde_json::to_string(&own));
    let change = TenantChange {
        limits: Some(limits.transpose()?),
        ..TenantChange::default()
    };
    let operator = Actor::operator();
    let tenant = tenants::change(&app, &operator, &code, "tenant.limited", change, &record).await?;
    Ok(Json(show(&tenant)))
}

async fn set_state(
    app: &App,
    code: &str,
    body: JsonBody,
    to: TenantState,
    kind: &str,
) -> Result<Json<Value>, Error> {
    let reason = read(body.value, |form| form.required_text("reason", 500))?;
    let tenant = tenants::by_code(app, code).await?;
    if tenant.state == TenantState::Closed {
        return Err(Error::conflict("this tenant was closed, which is final"));
    }
    let allowed = match to {
        TenantState::Active => tenant.state == TenantState::Suspended,
        TenantState::Suspended => tenant.state == TenantState::Active,
        TenantState::Closed => true,
    };
    if !allowed {
        return Err(Error::conflict(format!(
            "this tenant is {} already",
            tenant.state.as_str()
        )));
    }
    let change = TenantChange {
        state: Some(to),
        ..TenantChange::default()
    };
    let record = json!({ "reason": reason });
    let tenant = tenants::change(app, &Actor::operator(), code, kind, change, &record).await?;
    app.key_cache.clear();
    Ok(Json(show(&tenant)))
}

async fn suspend(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    set_state(
        &app,
        &code,
        body,
        TenantState::Suspended,
        "tenant.suspended",
    )
    .await
}

async fn resume(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    set_state(&app, &code, body, TenantState::Active, "tenant.resumed").await
}

async fn close(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    set_state(&app, &code, body, TenantState::Closed, "tenant.closed").await
}

async fn prove_domain(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    let domain = read(body.value, |form| form.required_text("domain", 253))?;
    let tenant = tenants::by_code(&app, &code).await?;
    let proof = domain::prove(&app, &tenant.code, &domain).await?;
    let change = TenantChange {
        domain: Some(Some(domain.clone())),
        identity: Some((
            Identity::DomainProved,
            Some(app.ctx.now_micros()),
            Some(proof.to_string()),
        )),
        ..TenantChange::default()
    };
    let record = json!({ "domain": domain, "proof": proof });
    let tenant = tenants::change(
        &app,
        &Actor::operator(),
        &code,
        "tenant.domain_proved",
        change,
        &record,
    )
    .await?;
    Ok(Json(show(&tenant)))
}

async fn keys(State(app): State<App>, Path(code): Path<String>) -> Result<Json<Value>, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let page = api_keys::list_for(&app, tenant.id, None, None, 10_000).await?;
    Ok(Json(serde_json::to_value(page)?))
}

async fn create_key(
    State(app): State<App>,
    Path(code): Path<String>,
    body: JsonBody,
) -> Result<Response, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let input = read(body.value, |form| {
        crate::http::api_keys::read(form, Mode::Live)
    })?;
    let (operator, full) = (Actor::operator(), Rights::full());
    let made = api_keys::create_for(&app, &tenant, (&operator, &full), input, None).await?;
    Ok(answer(StatusCode::CREATED, made))
}

async fn delete_key(
    State(app): State<App>,
    Path((code, id)): Path<(String, String)>,
    OptionalJson(_): OptionalJson,
) -> Result<StatusCode, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    // The operator knows what he does: no question about its last use.
    api_keys::delete_for(&app, (tenant.id, None), &Actor::operator(), &id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn update_key(
    State(app): State<App>,
    Path((code, id)): Path<(String, String)>,
    body: JsonBody,
) -> Result<Json<Value>, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let change = read(body.value, crate::http::api_keys::read_change)?;
    let (operator, full) = (Actor::operator(), Rights::full());
    let of = (tenant.id, None);
    let key = api_keys::update_for(&app, of, (&operator, &full), &id, change).await?;
    Ok(Json(serde_json::to_value(key)?))
}

async fn roll_key(
    State(app): State<App>,
    Path((code, id)): Path<(String, String)>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let overlap = read(body.value, crate::http::api_keys::read_overlap)?;
    let (operator, full) = (Actor::operator(), Rights::full());
    let of = (tenant.id, None);
    let rolled = api_keys::roll_for(&app, of, (&operator, &full), &id, overlap, None).await?;
    Ok(answer(StatusCode::CREATED, rolled))
}

async fn cancel_roll(
    State(app): State<App>,
    Path((code, id)): Path<(String, String)>,
    OptionalJson(_): OptionalJson,
) -> Result<Response, Error> {
    let tenant = tenants::by_code(&app, &code).await?;
    let (operator, full) = (Actor::operator(), Rights::full());
    let of = (tenant.id, None);
    // As with deleting: no question about the last use of the successor.
    let old = api_keys::cancel_roll_for(&app, of, (&operator, &full), &id, true, None).await?;
    Ok(answer(StatusCode::OK, old))
}

async fn verify_audit(State(app): State<App>) -> Result<Json<Value>, Error> {
    let report = audit::verify_on_thread(&app).await?;
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| json!({ "table": finding.table, "row": finding.row, "what": finding.what }))
        .collect();
    Ok(Json(
        json!({ "findings": findings, "rows": report.rows, "signatures": report.signatures }),
    ))
}

async fn check_heads(State(app): State<App>, body: JsonBody) -> Result<Json<Value>, Error> {
    let file = read(body.value, |form| form.required_text("file", 4_096))?;
    let checked = heads::check_on_thread(&app, file.into()).await?;
    Ok(Json(serde_json::to_value(checked)?))
}

async fn show_root(State(app): State<App>) -> Result<Json<Value>, Error> {
    Ok(Json(root::show(&app).await?))
}

async fn root_exported(State(app): State<App>, body: JsonBody) -> Result<StatusCode, Error> {
    let (name, remove) = read(body.value, |form| {
        (
            form.required_text("root", 71),
            form.flag("remove").unwrap_or(false),
        )
    })?;
    root::exported(&app, &Actor::operator(), &name, remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What verifiers get is under the new root from now on, a sealed server's answers included.
async fn sign_bundles(
    State(app): State<App>,
    OptionalJson(_): OptionalJson,
) -> Result<StatusCode, Error> {
    for mode in ananke_format::Mode::ALL {
        trust::bundle(&app, *mode).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn show_kek(State(app): State<App>) -> Result<Json<Value>, Error> {
    Ok(Json(kek::show(&app).await?))
}

async fn rotate_kek(
    State(app): State<App>,
    OptionalJson(_): OptionalJson,
) -> Result<Json<Value>, Error> {
    Ok(Json(kek::rotate(&app, &Actor::operator()).await?))
}

async fn kek_exported(State(app): State<App>, body: JsonBody) -> Result<StatusCode, Error> {
    let name = read(body.value, |form| form.required_text("kek", 16))?;
    kek::exported(&app, &Actor::operator(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
