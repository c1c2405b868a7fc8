//! `GET /trust/{mode}.jws`: the signed trust bundle.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::mode;
use crate::app::App;
use crate::http::InPath;
use crate::ops::{Error, trust};

/// Sends the trust bundle of a mode, `live.jws` or `test.jws`: issuers, certificates, status keys, signed.
#[utoipa::path(get, path = "/trust/{bundle}", tag = "Evidence", operation_id = "get_trust_bundle",
    params(("bundle" = String, Path, description = "`live.jws` or `test.jws`")),
    responses((status = 200, description = "Compact JWS.", body = String, content_type = "application/jose")))]
pub async fn bundle(
    State(app): State<App>,
    InPath(name): InPath<String>,
) -> Result<Response, Error> {
    let mode = mode(name.strip_suffix(".jws").ok_or(Error::NotFound)?)?;
    let bundle = trust::bundle(&app, mode).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/jose".to_owned()),
        (header::CACHE_CONTROL, "public, max-age=60".to_owned()),
        (header::ETAG, format!("\"{}\"", bundle.version)),
    ];
    Ok((headers, bundle.jws).into_response())
}
