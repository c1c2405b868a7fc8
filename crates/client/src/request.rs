//! One call: built once, tried as often as it takes, read into a type.

use ananke_api::Page;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, IF_MATCH, RETRY_AFTER};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::chance::Chance;
use crate::{ApiError, Client, Error, retry};

/// Whether a call needs an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It does.
    Key,
    /// Anybody may; a key is sent along where there is one, so that the question is attributed.
    Nothing,
    /// It is a published file: a key has no business there.
    NoKey,
}

/// A call to be made.
#[must_use]
pub(crate) struct Request {
    method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Body,
    need: Need,
    accept: &'static str,
    idempotent_by_key: bool,
    own_key: Option<String>,
    if_match: Option<String>,
    failed: Option<String>,
}

enum Body {
    None,
    Bytes(Vec<u8>, &'static str),
    Form(Vec<(&'static str, FormPart)>),
}

/// A part of a form.
enum FormPart {
    Text(String),
    File(Vec<u8>),
}

impl Request {
    fn new(method: Method, path: &[&str]) -> Self {
        Self {
            method,
            path: path.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            body: Body::None,
            need: Need::Key,
            accept: "application/json",
            idempotent_by_key: false,
            own_key: None,
            if_match: None,
            failed: None,
        }
    }

    pub(crate) fn get(path: &[&str]) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST that makes or changes something: it carries an idempotency key.
    pub(crate) fn post(path: &[&str]) -> Self {
        Self {
            idempotent_by_key: true,
            ..Self::new(Method::POST, path)
        }
    }

    /// A POST that asks something: nothing is stored, nothing is repeated.
    pub(crate) fn ask(path: &[&str]) -> Self {
        Self {
            need: Need::Nothing,
            ..Self::new(Method::POST, path)
        }
    }

    pub(crate) fn put(path: &[&str]) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn patch(path: &[&str]) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub(crate) fn delete(path: &[&str]) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn need(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    pub(crate) fn accept(mut self, media_type: &'static str) -> Self {
        self.accept = media_type;
        self
    }

    pub(crate) fn if_match(mut self, etag: Option<String>) -> Self {
        self.if_match = etag;
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query
            .extend(value.map(|value| (name, value.to_string())));
        self
    }

    pub(crate) fn body(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Body::Bytes(bytes, "application/json"),
            Err(error) => self.failed = Some(error.to_string()),
        }
        self
    }

    pub(crate) fn xml(mut self, text: String) -> Self {
        self.body = Body::Bytes(text.into_bytes(), "application/xml");
        self
    }

    /// A form with a file in it.
    pub(crate) fn file(mut self, name: &'static str, bytes: Vec<u8>) -> Self {
        self.part(name, FormPart::File(bytes));
        self
    }

    /// The same with a request beside its file.
    pub(crate) fn request(mut self, request: &impl Serialize) -> Self {
        match serde_json::to_string(request) {
            Ok(text) => self.part("request", FormPart::Text(text)),
            Err(error) => self.failed = Some(error.to_string()),
        }
        self
    }

    fn part(&mut self, name: &'static str, part: FormPart) {
        match &mut self.body {
            Body::Form(parts) => parts.push((name, part)),
            body => *body = Body::Form(vec![(name, part)]),
        }
    }

    /// A key of the caller's own: what was done under it before is not done again.
    pub(crate) fn under_key(mut self, key: Option<String>) -> Self {
        self.own_key = key;
        self
    }

    /// Makes the call and reads JSON.
    pub(crate) async fn json<T: DeserializeOwned>(self, client: &Client) -> Result<T, Error> {
        let bytes = self.bytes(client).await?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Answer {
            origin: client.0.address.origin(),
            cause: error.to_string(),
        })
    }

    /// Makes the call and reads one page of a list.
    pub(crate) async fn page<T: DeserializeOwned>(self, client: &Client) -> Result<Page<T>, Error> {
        self.json(client).await
    }

    /// Makes the call and reads text.
    pub(crate) async fn text(self, client: &Client) -> Result<String, Error> {
        let bytes = self.bytes(client).await?;
        String::from_utf8(bytes).map_err(|error| Error::Answer {
            origin: client.0.address.origin(),
            cause: error.to_string(),
        })
    }

    /// Makes the call and reads nothing.
    pub(crate) async fn nothing(self, client: &Client) -> Result<(), Error> {
        self.bytes(client).await.map(drop)
    }

    /// Makes the call, again where that may help, and gives the body of the answer.
    pub(crate) async fn bytes(self, client: &Client) -> Result<Vec<u8>, Error> {
        let segments: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let url = client.0.address.join(&segments, &self.query);
        let span = span(&self.method, &url);
        self.tried(client, url).instrument(span).await
    }

    async fn tried(self, client: &Client, url: Url) -> Result<Vec<u8>, Error> {
        if let Some(cause) = self.failed {
            return Err(Error::Setup(format!(
                "the request cannot be written as JSON: {cause}"
            )));
        }
        let mut api_key = match self.need {
            Need::NoKey => None,
            Need::Key | Need::Nothing => client.0.key.current().await?,
        };
        if self.need == Need::Key && api_key.is_none() {
            return Err(Error::MissingKey);
        }
        // One key for the call, not for the try: that is what makes trying again safe.
        let own_key = || self.own_key.clone();
        let key = || own_key().unwrap_or_else(|| Chance.idempotency_key());
        let idempotency_key = self.idempotent_by_key.then(key);
        let (mut tries, mut failures, mut was_key_asked_again) = (0_u32, 0, false);
        loop {
            tries += 1;
            Span::current().record("ananke.tries", tries);
            let keys = (api_key.as_ref(), idempotency_key.as_deref());
            let error = match self.try_once(client, url.clone(), keys).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => error,
            };
            let refused = error.api().filter(|error| error.status == 401);
            let refused = refused
                .and(api_key.as_ref())
                .filter(|_| !was_key_asked_again);
            if let Some(refused) = refused {
                was_key_asked_again = true;
                if let Some(fresh) = client.0.key.after(refused).await? {
                    tracing::info!("the server no longer takes the API key; there is a new one");
                    api_key = Some(fresh);
                    continue;
                }
            }
            failures += 1;
            let wait = retry::wait_before(failures, &error, client.0.timeout, Chance);
            let Some(wait) = wait.filter(|_| failures <= client.0.max_retries) else {
                return Err(error);
            };
            tracing::warn!(%error, wait_ms = wait.as_millis() as u64, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn try_once(
        &self,
        client: &Client,
        url: Url,
        (api_key, idempotency_key): (Option<&HeaderValue>, Option<&str>),
    ) -> Result<Vec<u8>, Error> {
        let lost = |error: reqwest::Error| lost(client, error);
        let mut request = client
            .0
            .http
            .request(self.method.clone(), url)
            .header(ACCEPT, self.accept);
        if let Some(key) = api_key {
            request = request.header("x-api-key", key.clone());
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(etag) = &self.if_match {
            request = request.header(IF_MATCH, etag);
        }
        let request = match &self.body {
            Body::None => request,
            Body::Bytes(bytes, media_type) => request
                .header(CONTENT_TYPE, HeaderValue::from_static(media_type))
                .body(bytes.clone()),
            Body::Form(parts) => {
                let form = parts
                    .iter()
                    .fold(Form::new(), |form, (name, part)| match part {
                        FormPart::Text(text) => form.text(*name, text.clone()),
                        FormPart::File(bytes) => {
                            let file = Part::bytes(bytes.clone()).file_name("document");
                            form.part(*name, file)
                        }
                    });
                request.multipart(form)
            }
        };
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let request_id = header("x-request-id").map(str::to_owned);
        Span::current().record("http.response.status_code", status.as_u16());
        if let Some(id) = &request_id {
            Span::current().record("ananke.request_id", id);
        }
        let retry_after = retry::retry_after(header(RETRY_AFTER.as_str()));
        let bytes = answer.bytes().await.map_err(lost)?;
        if status.is_success() {
            Ok(bytes.into())
        } else {
            Err(Error::Api(Box::new(ApiError::read(
                status.as_u16(),
                request_id,
                retry_after,
                &bytes,
            ))))
        }
    }
}

/// A call without an answer: in time, or at all.
pub(crate) fn lost(client: &Client, error: reqwest::Error) -> Error {
    let origin = client.0.address.origin();
    if error.is_timeout() {
        return Error::Timeout {
            origin,
            seconds: client.0.timeout.as_secs_f64(),
        };
    }
    // The address is in the message already, and its query may be long.
    let error = error.without_url();
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    Error::Connection {
        origin,
        cause: deepest.to_string(),
    }
}

/// The span of a call. A query may name people.
pub(crate) fn span(method: &Method, url: &Url) -> Span {
    tracing::info_span!(
        "ananke", otel.kind = "client", otel.name = %format_args!("{method} {}", url.path()),
        http.request.method = %method, server.address = url.host_str(), url.path = url.path(),
        http.response.status_code = Empty, ananke.request_id = Empty, ananke.tries = Empty,
    )
}
