//! Calls to elsewhere: the one client of the server, so that redirects, certificates and time are decided once.

use std::time::Duration;

use crate::config::Config;

/// A client to be finished: HTTPS with certificates and host names that are checked, redirects that are not followed.
///
/// # Errors
/// Certificates named by the settings cannot be read.
pub fn client(config: &Config) -> Result<reqwest::ClientBuilder, String> {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one outgoing client of the server"
    )]
    let mut client = reqwest::Client::builder()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10));
    if let Some(path) = config.outgoing.authorities() {
        let pem = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for certificate in
            reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| error.to_string())?
        {
            client = client.add_root_certificate(certificate);
        }
    }
    Ok(client)
}

/// The innermost cause: the outer ones only say that a request failed.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
