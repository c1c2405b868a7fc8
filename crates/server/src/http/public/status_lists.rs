//! `GET /s/{code}/{mode}/{n}` and its two W3C forms.

use ananke_format::status::{Purpose, TTL_SECONDS};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::{code, mode};
use crate::app::App;
use crate::http::InPath;
use crate::ops::{Error, lists};

/// Sends a Token Status List.
#[utoipa::path(get, path = "/s/{code}/{mode}/{number}", tag = "Evidence", operation_id = "get_status_list",
    params(("code" = String, Path, description = "Issuer code"), ("mode" = String, Path, description = "`live` or `test`"),
        ("number" = u32, Path, description = "Number of the list")),
    responses((status = 200, description = "Compact JWS.", body = String, content_type = "application/statuslist+jwt")))]
pub async fn token(
    State(app): State<App>,
    InPath((issuer, mode_word, number)): InPath<(String, String, u32)>,
) -> Result<Response, Error> {
    let signed = lists::at(
        &app,
        code(&issuer)?,
        mode(&mode_word)?,
        number,
        Purpose::Token,
    )
    .await?;
    Ok(send(&app, signed, "application/statuslist+jwt"))
}

/// Sends a W3C Bitstring Status List credential.
#[utoipa::path(get, path = "/s/{code}/{mode}/{number}/{purpose}", tag = "Evidence",
    operation_id = "get_bitstring_status_list",
    params(("code" = String, Path, description = "Issuer code"), ("mode" = String, Path, description = "`live` or `test`"),
        ("number" = u32, Path, description = "Number of the list"),
        ("purpose" = String, Path, description = "`revocation` or `suspension`")),
    responses((status = 200, description = "Compact JWS.", body = String, content_type = "application/vc+jwt")))]
pub async fn bitstring(
    State(app): State<App>,
    InPath((issuer, mode_word, number, purpose)): InPath<(String, String, u32, String)>,
) -> Result<Response, Error> {
    let purpose = match purpose.parse() {
        Ok(purpose @ (Purpose::Revocation | Purpose::Suspension)) => purpose,
        _ => return Err(Error::NotFound),
    };
    let signed = lists::at(&app, code(&issuer)?, mode(&mode_word)?, number, purpose).await?;
    Ok(send(&app, signed, "application/vc+jwt"))
}

fn send(app: &App, signed: lists::Signed, content_type: &'static str) -> Response {
    let age = app.now().as_second() - signed.signed_at.as_second();
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (
            header::CACHE_CONTROL,
            format!(
                "public, max-age={}",
                (TTL_SECONDS - age).clamp(0, TTL_SECONDS)
            ),
        ),
    ];
    (headers, signed.jws).into_response()
}
