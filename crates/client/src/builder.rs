//! Puts a client together: who, where, how patient.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use secrecy::SecretString;

use crate::address::Address;
use crate::client::Inner;
use crate::key::{Cause, Key, Provider};
use crate::{Client, Error};

const BASE_URL: &str = "http://127.0.0.1:8787";
const TIMEOUT: Duration = Duration::from_secs(30);
/// What a time-out of the environment may be at least.
const SHORTEST: Duration = Duration::from_millis(1);
const MAX_RETRIES: u32 = 2;

/// Settings of a client to be.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    api_key: Option<SecretString>,
    provider: Option<Provider>,
    base_url: String,
    ca_file: Option<PathBuf>,
    timeout: Duration,
    max_retries: u32,
    /// What of the environment cannot be read.
    wrong: Option<String>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            api_key: None,
            provider: None,
            base_url: BASE_URL.to_owned(),
            ca_file: None,
            timeout: TIMEOUT,
            max_retries: MAX_RETRIES,
            wrong: None,
        }
    }
}

impl ClientBuilder {
    /// Takes `ANANKE_API_KEY`, `ANANKE_BASE_URL`, `ANANKE_CA_FILE`, `ANANKE_TIMEOUT` (seconds) and `ANANKE_MAX_RETRIES` where they are
    /// set and not empty.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(find: impl Fn(&str) -> Option<String>) -> Self {
        let find = |name| find(name).filter(|value| !value.trim().is_empty());
        let mut builder = Self {
            api_key: find("ANANKE_API_KEY").map(SecretString::from),
            ..Self::default()
        };
        if let Some(url) = find("ANANKE_BASE_URL") {
            builder.base_url = url;
        }
        builder.ca_file = find("ANANKE_CA_FILE").map(PathBuf::from);
        if let Some(text) = find("ANANKE_TIMEOUT") {
            let seconds = text.trim().parse().ok();
            let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            match timeout.filter(|timeout| *timeout >= SHORTEST) {
                Some(timeout) => builder.timeout = timeout,
                None => {
                    builder.wrong = Some(format!(
                        "ANANKE_TIMEOUT is {text:?}: it must be seconds, such as 30"
                    ))
                }
            }
        }
        if let Some(text) = find("ANANKE_MAX_RETRIES") {
            match text.trim().parse() {
                Ok(retries) => builder.max_retries = retries,
                Err(_) => {
                    builder.wrong = Some(format!(
                        "ANANKE_MAX_RETRIES is {text:?}: it must be a number below 4294967296, such as 2"
                    ))
                }
            }
        }
        builder
    }

    /// The API key, `ak_live_…` or `ak_test_…`.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self.provider = None;
        self
    }

    /// What gives the API key, such as a question to a secrets manager. It is asked when a call first needs the key, and what it gave is
    /// kept; when the server no longer takes that, it is asked once more and the call goes on.
    pub fn api_key_from<F, E>(mut self, provider: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<SecretString, E>> + Send + 'static,
        E: Into<Cause>,
    {
        self.api_key = None;
        self.provider = Some(Arc::new(move || {
            let asked = provider();
            Box::pin(async move { asked.await.map_err(Into::into) })
        }));
        self
    }

    /// Forgets the API key: calls are made as anybody.
    pub fn without_api_key(mut self) -> Self {
        self.api_key = None;
        self.provider = None;
        self
    }

    /// Where the server is, default `http://127.0.0.1:8787`. Cleartext `http` is for this machine only.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// A PEM file of certificate authorities to believe besides the system's, for private ones.
    pub fn ca_file(mut self, path: impl AsRef<Path>) -> Self {
        self.ca_file = Some(path.as_ref().to_owned());
        self
    }

    /// How long one try may take in all, default 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a failed call is tried again, default 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The base URL as it will be called, without a slash at the end: two that are written differently and equal here
    /// are one server.
    ///
    /// # Errors
    /// [`Error::Setup`] for a base URL that is none, or in clear off this machine.
    pub fn normal_base_url(&self) -> Result<String, Error> {
        Ok(Address::parse(&self.base_url)?.as_str().to_owned())
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Setup`] for a base URL that is none or in clear off this machine, a CA file that cannot be read, a text that is no API
    /// key, or a number of the environment that is none. A missing key is no error here: verifying needs none.
    pub fn build(self) -> Result<Client, Error> {
        if let Some(wrong) = self.wrong {
            return Err(Error::Setup(wrong));
        }
        let address = Address::parse(&self.base_url)?;
        let key = match (self.provider, &self.api_key) {
            (Some(provider), _) => Key::provided(provider),
            (None, Some(key)) => Key::fixed(key)?,
            (None, None) => Key::Missing,
        };
        let http = http(&address, self.ca_file.as_deref(), self.timeout)?;
        Ok(Client(Arc::new(Inner {
            http,
            address,
            key,
            timeout: self.timeout,
            max_retries: self.max_retries,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api_key", &self.api_key.as_ref().map(|_| "(set)"))
            .field("provider", &self.provider.as_ref().map(|_| "(set)"))
            .field("ca_file", &self.ca_file)
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one HTTP client of this crate: redirects, proxies, certificates"
)]
fn http(
    address: &Address,
    ca_file: Option<&Path>,
    timeout: Duration,
) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("ananke-rust/", env!("CARGO_PKG_VERSION")))
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        // A redirect would carry the key to an address nobody chose.
        .redirect(Policy::none())
        .referer(false)
        .https_only(address.is_tls());
    if address.is_loopback() {
        builder = builder.no_proxy();
    }
    if !address.is_tls() {
        // No TLS is spoken, so the system's authorities are not even read; a minimal image has none.
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = ca_file {
        let wrong = |cause: &dyn fmt::Display| {
            Error::Setup(format!("the CA file {}: {cause}", path.display()))
        };
        let pem = std::fs::read(path).map_err(|error| wrong(&error))?;
        let authorities =
            reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| wrong(&error))?;
        if authorities.is_empty() {
            return Err(wrong(&"holds no certificate in PEM"));
        }
        builder = builder.tls_certs_merge(authorities);
    }
    builder
        .build()
        .map_err(|error| Error::Setup(format!("the HTTP client cannot be set up: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_key_is_no_error_yet() {
        let client = ClientBuilder::from_variables(|_| None).build().unwrap();
        assert_eq!(client.base_url(), BASE_URL);
        let client = ClientBuilder::from_variables(|name| {
            (name == "ANANKE_API_KEY").then(|| "  ".to_owned())
        })
        .build();
        assert!(matches!(client.unwrap().0.key, Key::Missing));
    }

    #[test]
    fn the_environment_says_who_and_where() {
        let builder = ClientBuilder::from_variables(|name| match name {
            "ANANKE_API_KEY" => Some("ak_live_0123456789abSECRET\n".to_owned()),
            "ANANKE_BASE_URL" => Some("https://documents.example.org/".to_owned()),
            _ => None,
        });
        assert!(!format!("{builder:?}").contains("ak_live"));
        let client = builder.build().unwrap();
        assert_eq!(client.base_url(), "https://documents.example.org");
        let seen = format!("{client:?} {:?}", client.0.key);
        assert!(
            !seen.contains("SECRET") && !seen.contains("ak_live"),
            "{seen}"
        );
    }

    #[test]
    fn numbers_of_the_environment_are_numbers() {
        let with = |wanted: &str, value: &str| {
            let find = |name: &str| (name == wanted).then(|| value.to_owned());
            ClientBuilder::from_variables(find).build()
        };
        let client = with("ANANKE_TIMEOUT", "0.5").unwrap();
        assert_eq!(client.0.timeout, Duration::from_millis(500));
        assert_eq!(with("ANANKE_MAX_RETRIES", "0").unwrap().0.max_retries, 0);
        for (name, value) in [
            ("ANANKE_TIMEOUT", "0"),
            ("ANANKE_TIMEOUT", "1e-12"),
            ("ANANKE_TIMEOUT", "30s"),
            ("ANANKE_TIMEOUT", "inf"),
            ("ANANKE_MAX_RETRIES", "-1"),
        ] {
            let error = with(name, value).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("such as"), "{error}");
        }
    }

    #[test]
    fn a_key_that_is_no_key_is_not_repeated() {
        for key in [
            "SECRET\nx",
            "sk_live_SECRET",
            "ak_live_",
            "ak_live_SECRET_SECRET",
        ] {
            let built = ClientBuilder::default().api_key(key).build();
            let error = built.unwrap_err().to_string();
            assert!(
                !error.contains("SECRET") && error.contains("ak_live_"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_ca_file_must_hold_certificates() {
        for path in [
            "/no/such/file.pem",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ] {
            let built = ClientBuilder::default()
                .base_url("https://a.example")
                .ca_file(path)
                .build();
            assert!(built.unwrap_err().to_string().contains(path), "{path}");
        }
    }
}
