//! The HTTP face: every route on this page.
//!
//! Handlers parse, call one operation, choose the success status. They know no SQL and make no
//! decision of the product; what fails is turned into a status in `error.rs` alone.

pub mod alert_channels;
mod alerts;
pub mod api_keys;
mod audit_events;
pub mod auth;
mod body;
pub mod checklist;
mod cors;
pub mod drill;
pub(crate) mod error;
pub mod form;
pub mod idempotency;
mod issuances;
mod limits;
mod openapi;
mod pages;
mod public;
pub mod query;
mod reference_data;
mod request;
mod room;
pub mod signing_keys;
mod templates;
mod usage;
mod verify;
mod whoami;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use serde::de::DeserializeOwned;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use body::{JsonBody, OptionalJson};
pub use openapi::document as openapi_document;
pub use request::{around, in_time};

use crate::app::App;
use crate::ops::Error;

/// Parameters in the path; one that does not fit is an address that does not exist.
pub struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(value) = Path::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        Ok(Self(value))
    }
}

/// Routes of the API that need a key.
fn keyed() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(templates::list, templates::create))
        .routes(routes!(
            templates::get,
            templates::update,
            templates::delete
        ))
        .routes(routes!(templates::archive))
        .routes(routes!(templates::unarchive))
        .routes(routes!(templates::duplicate))
        .routes(routes!(templates::csv_fields))
        .routes(routes!(issuances::list, issuances::issue))
        .routes(routes!(issuances::get))
        .routes(routes!(issuances::pdf))
        .routes(routes!(issuances::credential))
        .routes(routes!(issuances::events))
        .routes(routes!(issuances::lifecycle))
        .routes(routes!(issuances::replace))
        .routes(routes!(issuances::erase))
        .routes(routes!(verify::history))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::update, api_keys::delete))
        .routes(routes!(api_keys::roll))
        .routes(routes!(api_keys::cancel_roll))
        .routes(routes!(signing_keys::list, signing_keys::create))
        .routes(routes!(signing_keys::retire))
        .routes(routes!(signing_keys::compromise))
        .routes(routes!(audit_events::list))
        .routes(routes!(audit_events::export))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::acknowledge))
        .routes(routes!(checklist::show))
        .routes(routes!(checklist::attest, checklist::withdraw))
        .routes(routes!(alert_channels::list, alert_channels::create))
        .routes(routes!(alert_channels::delete))
        .routes(routes!(alert_channels::test))
        .routes(routes!(alert_channels::rotate))
        .routes(routes!(drill::list_revocations, drill::create_revocation))
        .routes(routes!(drill::get_revocation))
        .routes(routes!(drill::list_restorations, drill::create_restoration))
        .routes(routes!(drill::get_restoration))
        .routes(routes!(drill::restoration_documents))
        .routes(routes!(usage::usage))
        .routes(routes!(whoami::whoami))
}

/// Routes of the API that anybody may call, from any page.
fn public_api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verify::by_reference))
        .routes(routes!(verify::by_hash))
        .routes(routes!(verify::by_file))
        .routes(routes!(reference_data::document_types))
        .routes(routes!(reference_data::languages))
        .routes(routes!(reference_data::countries))
        .routes(routes!(reference_data::lifecycle_reasons))
        .routes(routes!(reference_data::verdicts))
        .routes(routes!(reference_data::event_types))
        .routes(routes!(reference_data::alert_kinds))
}

/// What outsiders check signatures with, from any page.
fn evidence() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(public::trust::bundle))
        .routes(routes!(public::status_lists::token))
        .routes(routes!(public::status_lists::bitstring))
        .routes(routes!(public::issuers::did))
        .routes(routes!(public::issuers::jwks))
        .routes(routes!(public::issuers::test_did))
        .routes(routes!(public::issuers::test_jwks))
        .routes(routes!(public::certificates::certificate))
}

/// What people and machines ask of the server itself.
fn plain() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(public::health::healthz))
        .routes(routes!(public::health::readyz))
        .routes(routes!(api_keys::leaks))
        .route(
            "/.well-known/security.txt",
            get(public::security::security_txt),
        )
        .route("/openapi.json", get(openapi::serve))
        .route("/", get(pages::front))
        .route("/v", get(pages::entry))
        .route("/v/{reference}", get(pages::verdict))
        .route("/i/{code}", get(pages::issuer))
        .route("/docs/rate-limits", get(pages::rate_limits))
        .route("/errors", get(pages::errors))
        .route("/errors/{slug}", get(pages::error))
        .route("/assets/{path}", get(pages::asset))
}

/// What is open to every page, everything else, and the document of both.
fn parts() -> (Router<App>, Router<App>, utoipa::openapi::OpenApi) {
    let (public, public_document) = public_api().merge(evidence()).split_for_parts();
    let (others, mut document) = OpenApiRouter::with_openapi(openapi::base())
        .merge(keyed())
        .merge(plain())
        .split_for_parts();
    document.merge(public_document);
    (public, others, document)
}

/// The whole server.
pub fn router(app: &App) -> Router {
    let (public, others, _) = parts();
    // A page may read these answers too, so they are made inside of what opens them.
    let ended = |router: Router<App>, room: usize| {
        router
            .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(room::of(room), room::enter))
            .layer(from_fn_with_state(app.clone(), in_time))
    };
    // The fallback is set before the layer, so that preflights reach the layer too.
    let public = ended(public, room::FOR_PUBLIC).layer(from_fn(cors::open));
    ended(
        others.fallback(|| async { Error::NotFound }),
        room::FOR_KEYS,
    )
    .merge(public)
    .layer(axum::extract::DefaultBodyLimit::disable())
    .layer(from_fn_with_state(app.clone(), around))
    .with_state(app.clone())
}

/// A panic is a fault of ours: the request fails, the process and all other requests go on.
#[allow(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> axum::response::Response {
    use axum::response::IntoResponse as _;
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    Error::Internal(format!("panic: {text}")).into_response()
}
