//! Proves that an issuer controls a domain: it publishes its code and our root under it.

use serde_json::{Value, json};

use crate::app::App;
use crate::config::Config;
use crate::ops::Error;
use crate::outgoing;

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
    let body = fetch(&url, &app.config)
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

/// The domain itself must say it, and not where it redirects to.
async fn fetch(url: &str, config: &Config) -> Result<Vec<u8>, String> {
    let client = outgoing::client(config)?;
    let client = client.build().map_err(|error| error.to_string())?;
    let mut response = client
        .get(url)
        .send()
        .await
        .map_err(|error| outgoing::cause(&error))?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(format!("status {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| outgoing::cause(&error))?
    {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return Err("longer than 64 KiB".to_owned());
        }
    }
    Ok(body)
}
