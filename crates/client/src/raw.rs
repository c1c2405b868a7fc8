//! A call by its path, for what this crate has no method for: the answer as it came, whatever its status.

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Url};
use tracing::{Instrument as _, Span};

use crate::chance::Chance;
use crate::request::{lost, span};
use crate::{ApiError, Client, Error, retry};

/// A call that is put together by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawCall {
    /// The method, such as `GET`.
    pub method: String,
    /// The path on this client's server, from its first `/` on; it may end with a query.
    pub path: String,
    /// Further parameters of the query, escaped here.
    pub query: Vec<(String, String)>,
    /// Further headers, names in small letters. The key is not among them; an `idempotency-key` goes in the place of our own.
    pub headers: Vec<(String, String)>,
    /// The body and its media type.
    pub body: Option<(Vec<u8>, String)>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers; one that is not text is left out.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// A header's value, by its name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The error that an answer says; `None` for one that says none.
    #[must_use]
    pub fn error(&self) -> Option<ApiError> {
        if (200..300).contains(&self.status) {
            return None;
        }
        let request_id = self.header("x-request-id").map(str::to_owned);
        let wait = retry::retry_after(self.header(RETRY_AFTER.as_str()));
        Some(ApiError::read(self.status, request_id, wait, &self.body))
    }
}

impl Client {
    /// Makes a call by its path, again where that may help, as every call of this client is made: a `POST` has one
    /// idempotency key over all of its tries. The key goes along where there is one and the path is one of the API.
    ///
    /// # Errors
    /// [`Error::Setup`] for a path that is none of this server, or a method or header that is none;
    /// [`Error::Connection`] and [`Error::Timeout`]. An answer of any status is no error.
    pub async fn raw(&self, call: &RawCall) -> Result<RawAnswer, Error> {
        let url = self.raw_url(call)?;
        let method = Method::from_bytes(call.method.as_bytes())
            .map_err(|_| Error::Setup(format!("{:?} is no method of HTTP", call.method)))?;
        let span = span(&method, &url);
        self.tried_raw(call, &method, &url).instrument(span).await
    }

    /// The address that a call by its path would go to.
    ///
    /// # Errors
    /// [`Error::Setup`] for a path that is none of this server.
    pub fn raw_url(&self, call: &RawCall) -> Result<Url, Error> {
        let mut url = self.below(&call.path)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        Ok(url)
    }

    async fn tried_raw(
        &self,
        call: &RawCall,
        method: &Method,
        url: &Url,
    ) -> Result<RawAnswer, Error> {
        let is_named = |name: &str| call.headers.iter().any(|(known, _)| known == name);
        let wants_key = *method == Method::POST && !is_named("idempotency-key");
        let idempotency_key = wants_key.then(|| Chance.idempotency_key());
        // What is published for everybody is fetched without a key. The path counts as it is called, its dots resolved.
        let base = self.0.address.as_str();
        let below = url.as_str().strip_prefix(base).unwrap_or_default();
        let mut api_key = match below.starts_with("/v1/") {
            true => self.0.key.current().await?,
            false => None,
        };
        let (mut tries, mut failures, mut was_key_asked_again) = (0_u32, 0_u32, false);
        loop {
            tries += 1;
            Span::current().record("ananke.tries", tries);
            let keys = (api_key.as_ref(), idempotency_key.as_deref());
            let answer = self.try_raw(method, url, call, keys).await;
            let error = match &answer {
                Err(error) => error,
                Ok(answer) => match answer.error() {
                    None => return Ok(answer.clone()),
                    Some(error) => &Error::Api(Box::new(error)),
                },
            };
            if error.api().is_some_and(|error| error.status == 401)
                && let Some(refused) = api_key.as_ref().filter(|_| !was_key_asked_again)
            {
                was_key_asked_again = true;
                if let Some(fresh) = self.0.key.after(refused).await? {
                    api_key = Some(fresh);
                    continue;
                }
            }
            failures += 1;
            let wait = retry::wait_before(failures, error, self.0.timeout, Chance);
            match wait.filter(|_| failures <= self.0.max_retries) {
                Some(wait) => {
                    tracing::warn!(%error, wait_ms = wait.as_millis() as u64, "trying again");
                    tokio::time::sleep(wait).await;
                }
                None => return answer,
            }
        }
    }

    /// An address of this server, and of no other.
    fn below(&self, path: &str) -> Result<Url, Error> {
        let wrong = |why: &str| Error::Setup(format!("the path {path:?} {why}"));
        if !path.starts_with('/') {
            return Err(wrong(
                "must begin with /: it is one of the server asked, not an address",
            ));
        }
        let base = self.base_url();
        let url = Url::parse(&format!("{base}{path}"))
            .map_err(|error| wrong(&format!("cannot be read ({error})")))?;
        // `..` was resolved by now, written one way or another.
        let place = |text: &str| Url::parse(text).map(|url| (url.origin(), url.path().to_owned()));
        let (origin, below) = place(base).map_err(|error| wrong(&error.to_string()))?;
        let below = below.trim_end_matches('/');
        let is_below = url.path().strip_prefix(below);
        if url.origin() != origin || !is_below.is_some_and(|rest| rest.starts_with('/')) {
            return Err(wrong("leads out of the server asked"));
        }
        Ok(url)
    }

    async fn try_raw(
        &self,
        method: &Method,
        url: &Url,
        call: &RawCall,
        (api_key, idempotency_key): (Option<&HeaderValue>, Option<&str>),
    ) -> Result<RawAnswer, Error> {
        let mut request = self.0.http.request(method.clone(), url.clone());
        for (name, value) in &call.headers {
            let wrong = || Error::Setup(format!("{name:?} is no header, or its value none"));
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            let value = HeaderValue::from_str(value).map_err(|_| wrong())?;
            request = request.header(name, value);
        }
        if let Some(key) = api_key {
            request = request.header("x-api-key", key.clone());
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some((bytes, media_type)) = &call.body {
            request = request.header(CONTENT_TYPE, media_type).body(bytes.clone());
        }
        let answer = request.send().await.map_err(|error| lost(self, error))?;
        let headers = answer.headers().iter().filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        let (status, headers) = (answer.status().as_u16(), headers.collect());
        Span::current().record("http.response.status_code", status);
        if let Some(id) = answer.headers().get("x-request-id") {
            Span::current().record("ananke.request_id", id.to_str().unwrap_or_default());
        }
        let body = answer.bytes().await.map_err(|error| lost(self, error))?;
        Ok(RawAnswer {
            status,
            headers,
            body: body.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_on_its_server() {
        let client = Client::builder().base_url("https://a.example/base");
        let client = client.build().unwrap();
        for good in [
            "/v1/whoami",
            "/v1/x?a=b",
            "//evil.example/x",
            "/@evil.example",
        ] {
            let url = client.below(good).unwrap();
            assert!(url.as_str().starts_with("https://a.example/base/"), "{url}");
        }
        for bad in [
            "v1/whoami",
            "",
            "https://evil.example/",
            "@evil.example/",
            ":443/",
            "/../x",
            "/%2e%2e/x",
            "/v1/../../x",
            "\\evil.example",
        ] {
            let error = client.below(bad).unwrap_err().to_string();
            assert!(error.contains("the path"), "{bad}: {error}");
        }
    }
}
