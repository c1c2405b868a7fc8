//! `POST /v1/trust/issuances`.

use ananke_api::issuance::{Issuance, IssueRequest};
use ananke_api::upload::IssueUpload;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::input;
use crate::app::App;
use crate::http::auth::{IssuancesWrite, May};
use crate::http::body::Upload;
use crate::http::idempotency::{Begun, IdempotencyKey, answer, begin};
use crate::ops::{self, Error};

/// Issues a document: signed, stored and verifiable once this is answered.
#[utoipa::path(post, path = "/v1/trust/issuances", tag = "Issuances", operation_id = "issue",
    request_body(content((IssueRequest = "application/json"), (IssueUpload = "multipart/form-data")),
        description = "JSON, or the same JSON as part `request` beside the file as part `pdf`"),
    responses((status = 201, description = "The document.", body = Issuance)),
    security(("apiKey" = ["issuances:write"])))]
pub async fn issue(
    State(app): State<App>,
    may: May<IssuancesWrite>,
    key: IdempotencyKey,
    upload: Upload,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, upload.json.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let request = input::read(upload, false).await?;
    let issued = ops::issue::issue(&app, &may, request.input, running.once()).await?;
    Ok(answer(StatusCode::CREATED, issued))
}
