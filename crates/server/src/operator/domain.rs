//! Proves that an issuer controls a domain: it publishes its code and our root under it.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::App;
use crate::ops::Error;

/// Where the issuer publishes the statement.
pub const PATH: &str = "/.well-known/ananke-issuer.json";

/// The longest statement that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Fetches `https://{domain}/.well-known/ananke-issuer.json` and looks for the issuer in it.
///
/// # Errors
/// The domain is no host name; the file is not there, or does not name this issuer and this root.
pub async fn prove(app: &App, code: &str, domain: &str) -> Result<Value, Error> {
    let (host, port) = domain.split_once(':').unwrap_or((domain, "443"));
    let is_port = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !host.split('.').all(label) || !is_port {
        return Err(Error::invalid(
            "domain",
            "must be a host name in lower case, such as example.org",
        ));
    }
    let url = format!("https://{domain}{PATH}");
    let unproved = |what: String| {
        Error::unprocessable(format!(
            "{url} {what}; publish there {{\"issuers\":[{{\"code\":\"{code}\",\"root\":\"{}\"}}]}} and try again",
            app.authority.fingerprint()
        ))
    };
    let body = fetch(&url, app.config.outgoing.authorities().as_deref())
        .await
        .map_err(|error| unproved(format!("cannot be read: {error}")))?;
    let statement: Value =
        serde_json::from_slice(&body).map_err(|error| unproved(format!("is not JSON: {error}")))?;
    let root = app.authority.fingerprint().to_string();
    let names = |issuer: &Value| issuer["code"] == code && issuer["root"] == root.as_str();
    match statement["issuers"].as_array() {
        Some(issuers) if issuers.iter().any(names) => {
            Ok(json!({ "url": url, "code": code, "root": root }))
        }
        _ => Err(unproved(
            "does not name this issuer and this root".to_owned(),
        )),
    }
}

/// Certificates and host names are checked, redirects are not followed: the domain itself must say it.
async fn fetch(url: &str, ca_file: Option<&Path>) -> Result<Vec<u8>, String> {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one outgoing client of the server"
    )]
    let mut client = reqwest::Client::builder()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10));
    if let Some(path) = ca_file {
        let pem = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        for certificate in
            reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| error.to_string())?
        {
            client = client.add_root_certificate(certificate);
        }
    }
    let client = client.build().map_err(|error| error.to_string())?;
    let mut response = client
        .get(url)
        .send()
        .await
        .map_err(|error| cause(&error))?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(format!("status {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| cause(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return Err("longer than 64 KiB".to_owned());
        }
    }
    Ok(body)
}

/// The innermost cause: the outer ones only say that a request failed.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
