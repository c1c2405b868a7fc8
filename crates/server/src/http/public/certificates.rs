//! `GET /c/{name}`: certificates and revocation lists.

use ananke_format::{CertificateReference, Mode};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::App;
use crate::http::InPath;
use crate::ops::{Error, root, trust};

fn pem(der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines = encoded
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect::<Vec<_>>()
        .join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
}

fn send(content_type: &'static str, bytes: impl Into<Vec<u8>>, max_age: u32) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={max_age}")),
    ];
    (headers, bytes.into()).into_response()
}

/// Sends a certificate: `{reference}` as DER, `{reference}.pem` with its chain, `root.pem`, `ca-live.pem`,
/// `ca-test.pem`; `roots.pem`, every root there was with what leads from each to the next; or a revocation list, `live.crl` or
/// `test.crl`.
#[utoipa::path(get, path = "/c/{name}", tag = "Evidence", operation_id = "get_certificate",
    params(("name" = String, Path, description = "Certificate reference, with `.pem` for the chain, or one of the names above")),
    responses((status = 200, description = "DER or PEM.", content(
        (ananke_api::upload::Binary = "application/pkix-cert"), (ananke_api::upload::Binary = "application/pkix-crl"),
        (String = "application/pem-certificate-chain")))))]
pub async fn certificate(
    State(app): State<App>,
    InPath(name): InPath<String>,
) -> Result<Response, Error> {
    const PEM: &str = "application/pem-certificate-chain";
    let day = 86_400;
    match name.as_str() {
        "root.pem" => return Ok(send(PEM, pem(app.authority.root().der()), day)),
        "roots.pem" => {
            let all: String = root::chain(&app)
                .await?
                .iter()
                .map(|der| pem(der))
                .collect();
            return Ok(send(PEM, all, 300));
        }
        "ca-live.pem" => return Ok(send(PEM, pem(trust::ca(&app, Mode::Live)?.der()), day)),
        "ca-test.pem" => return Ok(send(PEM, pem(trust::ca(&app, Mode::Test)?.der()), day)),
        "live.crl" => {
            return Ok(send(
                "application/pkix-crl",
                trust::crl(&app, Mode::Live).await?,
                300,
            ));
        }
        "test.crl" => {
            return Ok(send(
                "application/pkix-crl",
                trust::crl(&app, Mode::Test).await?,
                300,
            ));
        }
        _ => {}
    }
    let (reference, chain) = match name.strip_suffix(".pem") {
        Some(reference) => (reference, true),
        None => (name.as_str(), false),
    };
    let reference = CertificateReference::parse(reference).map_err(|_| Error::NotFound)?;
    let leaf = trust::leaf(&app, reference).await?;
    if !chain {
        return Ok(send("application/pkix-cert", leaf.certificate, day));
    }
    let mode = leaf.mode.unwrap_or(Mode::Live);
    let above = [trust::ca(&app, mode)?.der(), app.authority.root().der()];
    let text = std::iter::once(leaf.certificate.as_slice())
        .chain(above)
        .map(pem)
        .collect::<String>();
    Ok(send(PEM, text, day))
}
