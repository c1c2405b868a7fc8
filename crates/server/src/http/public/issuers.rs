//! `GET /i/{code}/did.json`, `…/jwks.json`, and the same under `/test`.

use ananke_format::Mode;
use ananke_format::certificate::Certificate;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::code;
use crate::app::App;
use crate::http::InPath;
use crate::ops::{Error, trust};

fn jwk(
    app: &App,
    issuer: &str,
    mode: Mode,
    certificate: &Certificate,
) -> Result<(String, Value), Error> {
    let reference = certificate
        .reference()
        .map_err(|error| Error::Internal(error.to_string()))?;
    let kid = app.base_url.key_id(&code(issuer)?, mode, &reference);
    let jwk = certificate.to_jwk(kid.clone());
    Ok((kid, serde_json::to_value(jwk)?))
}

async fn key_set(app: &App, issuer: &str, mode: Mode) -> Result<Json<Value>, Error> {
    let certificates = trust::published(app, code(issuer)?, mode).await?;
    let keys = certificates
        .iter()
        .map(|certificate| jwk(app, issuer, mode, certificate).map(|(_, jwk)| jwk));
    Ok(Json(
        json!({ "keys": keys.collect::<Result<Vec<_>, _>>()? }),
    ))
}

async fn document(app: &App, issuer: &str, mode: Mode) -> Result<Json<Value>, Error> {
    let certificates = trust::published(app, code(issuer)?, mode).await?;
    let did = app.base_url.did(&code(issuer)?, mode);
    let mut methods = Vec::new();
    for certificate in &certificates {
        let (id, jwk) = jwk(app, issuer, mode, certificate)?;
        methods.push(
            json!({ "id": id, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk }),
        );
    }
    let ids: Vec<&Value> = methods.iter().map(|method| &method["id"]).collect();
    Ok(Json(json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "assertionMethod": ids,
        "verificationMethod": methods,
    })))
}

/// Sends the keys of an issuer as a JWK set.
#[utoipa::path(get, path = "/i/{code}/jwks.json", tag = "Evidence", operation_id = "get_jwks",
    params(("code" = String, Path, description = "Issuer code")),
    responses((status = 200, description = "RFC 7517 key set.", body = Object)))]
pub async fn jwks(
    State(app): State<App>,
    InPath(code): InPath<String>,
) -> Result<Json<Value>, Error> {
    key_set(&app, &code, Mode::Live).await
}

/// Sends the DID document of an issuer.
#[utoipa::path(get, path = "/i/{code}/did.json", tag = "Evidence", operation_id = "get_did",
    params(("code" = String, Path, description = "Issuer code")),
    responses((status = 200, description = "did:web document.", body = Object)))]
pub async fn did(
    State(app): State<App>,
    InPath(code): InPath<String>,
) -> Result<Json<Value>, Error> {
    document(&app, &code, Mode::Live).await
}

/// Sends the keys of an issuer's test documents as a JWK set.
#[utoipa::path(get, path = "/i/{code}/test/jwks.json", tag = "Evidence", operation_id = "get_test_jwks",
    params(("code" = String, Path, description = "Issuer code")),
    responses((status = 200, description = "RFC 7517 key set.", body = Object)))]
pub async fn test_jwks(
    State(app): State<App>,
    InPath(code): InPath<String>,
) -> Result<Json<Value>, Error> {
    key_set(&app, &code, Mode::Test).await
}

/// Sends the DID document of an issuer's test documents.
#[utoipa::path(get, path = "/i/{code}/test/did.json", tag = "Evidence", operation_id = "get_test_did",
    params(("code" = String, Path, description = "Issuer code")),
    responses((status = 200, description = "did:web document.", body = Object)))]
pub async fn test_did(
    State(app): State<App>,
    InPath(code): InPath<String>,
) -> Result<Json<Value>, Error> {
    document(&app, &code, Mode::Test).await
}
