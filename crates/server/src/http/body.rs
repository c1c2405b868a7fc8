//! Reads request bodies: JSON, or `multipart/form-data` with a `request` and a `pdf` part.

use ananke_api::PDF_MAX_BYTES;
use ananke_format::Sha256;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::ops::Error;

/// Largest JSON body without a PDF, in bytes.
pub const JSON_MAX_BYTES: usize = 1024 * 1024;
/// Largest JSON body with a PDF in it: 10 MiB grow by a third in base64.
pub const JSON_WITH_PDF_MAX_BYTES: usize = PDF_MAX_BYTES / 3 * 4 + 8 + JSON_MAX_BYTES;
/// Largest multipart body: the PDF, the request and the separators.
const MULTIPART_MAX_BYTES: usize = PDF_MAX_BYTES + JSON_MAX_BYTES + 64 * 1024;

/// Largest body that is read to its end although it is refused.
const DISCARDED_MAX_BYTES: usize = 8 * PDF_MAX_BYTES;

/// A JSON body and the digest that tells two requests with one idempotency key apart.
pub struct JsonBody {
    /// The body.
    pub value: Value,
    /// SHA-256 of its bytes.
    pub digest: Sha256,
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        read_json(request, JSON_MAX_BYTES, false)
            .await
            .map(|(body, _)| body)
    }
}

/// A JSON body that may be left out: then it is `{}`.
pub struct OptionalJson(pub JsonBody);

impl<S: Send + Sync> FromRequest<S> for OptionalJson {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        read_json(request, JSON_MAX_BYTES, true)
            .await
            .map(|(body, _)| Self(body))
    }
}

/// A request that may carry a PDF.
pub struct Upload {
    /// The request, without the file of a multipart body.
    pub json: JsonBody,
    /// The file of a multipart body.
    pub pdf: Option<Bytes>,
    /// Bytes of both.
    pub size: usize,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is(request.headers(), "multipart/form-data") {
            let (json, size) = read_json(request, JSON_WITH_PDF_MAX_BYTES, false).await?;
            return Ok(Self {
                json,
                pdf: None,
                size,
            });
        }
        let parts = Parts::read(request, state, "request", "pdf").await?;
        let text = parts
            .text
            .ok_or_else(|| Error::invalid("request", "is required: the JSON of the request"))?;
        let pdf = parts.file;
        let size = text.len() + pdf.as_ref().map_or(0, Bytes::len);
        off_thread(size, move || {
            let file = pdf.as_deref().unwrap_or_default();
            let digest = Sha256::of_parts(&[&text.len().to_be_bytes(), &text, file]);
            Ok(Self {
                json: JsonBody {
                    value: parse(&text)?,
                    digest,
                },
                pdf,
                size,
            })
        })
        .await?
    }
}

/// A file to verify, and which issuer's documents count.
pub struct FileQuestion {
    /// The file.
    pub pdf: Bytes,
    /// `issuerCode`, where the question names one.
    pub issuer_code: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for FileQuestion {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is(request.headers(), "multipart/form-data") {
            return Err(wrong_type("multipart/form-data with a part `pdf`"));
        }
        let parts = Parts::read(request, state, "issuerCode", "pdf").await?;
        let pdf = parts
            .file
            .ok_or_else(|| Error::invalid("pdf", "is required: the file to verify"))?;
        let issuer_code = match parts.text {
            None => None,
            Some(text) => Some(
                String::from_utf8(text.to_vec())
                    .map_err(|_| Error::invalid("issuerCode", "must be a text"))?,
            ),
        };
        Ok(Self { pdf, issuer_code })
    }
}

/// A picture or a file in which a barcode is looked for.
pub struct ImageQuestion {
    /// The file.
    pub file: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for ImageQuestion {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is(request.headers(), "multipart/form-data") {
            return Err(wrong_type("multipart/form-data with a part `file`"));
        }
        let parts = Parts::read(request, state, "", "file").await?;
        let file = parts
            .file
            .ok_or_else(|| Error::invalid("file", "is required: a PNG, a JPEG or a PDF"))?;
        if file.len() > PDF_MAX_BYTES {
            return Err(Error::TooLarge(format!(
                "the file is larger than 10 MB ({PDF_MAX_BYTES} bytes), the most that is accepted"
            )));
        }
        Ok(Self { file })
    }
}

/// An XML document.
pub struct XmlBody {
    /// The document.
    pub text: String,
    /// SHA-256 of its bytes.
    pub digest: Sha256,
}

impl<S: Send + Sync> FromRequest<S> for XmlBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let headers = request.headers();
        if !is(headers, "application/xml") && !is(headers, "text/xml") {
            return Err(wrong_type("application/xml"));
        }
        let bytes = read_all(check_length(request, JSON_MAX_BYTES).await?, JSON_MAX_BYTES).await?;
        let digest = Sha256::of(&bytes);
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|_| Error::Malformed("the body is not UTF-8".to_owned()))?;
        Ok(Self { text, digest })
    }
}

/// The two parts a multipart body can have here.
struct Parts {
    text: Option<Bytes>,
    file: Option<Bytes>,
}

impl Parts {
    async fn read<S: Send + Sync>(
        request: Request,
        state: &S,
        text_part: &str,
        file_part: &str,
    ) -> Result<Self, Error> {
        let request = check_length(request, MULTIPART_MAX_BYTES).await?;
        let request = limited(request, MULTIPART_MAX_BYTES);
        let mut multipart = Multipart::from_request(request, state)
            .await
            .map_err(|error| malformed(&error))?;
        let mut parts = Self {
            text: None,
            file: None,
        };
        while let Some(field) = multipart.next_field().await.map_err(|error| cut(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let slot = match name.as_str() {
                "pdf" | "file" => &mut parts.file,
                name if name == text_part && !name.is_empty() => &mut parts.text,
                _ => {
                    return Err(Error::invalid(
                        if name.is_empty() { "body" } else { &name },
                        match text_part {
                            "" => format!("is not a part of this request; it takes {file_part}"),
                            _ => format!(
                                "is not a part of this request; it takes {text_part} and {file_part}"
                            ),
                        },
                    ));
                }
            };
            if slot.is_some() {
                return Err(Error::invalid(&name, "stands twice"));
            }
            *slot = Some(field.bytes().await.map_err(|error| cut(&error))?);
        }
        Ok(parts)
    }
}

fn limited(request: Request, max: usize) -> Request {
    request.map(|body| axum::body::Body::new(http_body_util::Limited::new(body, max)))
}

fn malformed(error: &dyn std::fmt::Display) -> Error {
    Error::Malformed(format!("the multipart body cannot be read: {error}"))
}

fn cut(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE
        || error.body_text().contains("length limit")
    {
        too_large(MULTIPART_MAX_BYTES)
    } else {
        malformed(error)
    }
}

fn too_large(max: usize) -> Error {
    let detail = if max == JSON_MAX_BYTES {
        "the request is larger than 1 MiB".to_owned()
    } else {
        pdf_too_large()
    };
    Error::TooLarge(detail)
}

/// The one sentence about the largest PDF.
pub fn pdf_too_large() -> String {
    format!("the PDF is larger than 10 MB ({PDF_MAX_BYTES} bytes), the most that is accepted")
}

/// Refuses a body that is announced as too large. Most clients read no answer before they have sent
/// everything, so what is not far too large is read to its end and thrown away.
async fn check_length(request: Request, max: usize) -> Result<Request, Error> {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    match length.and_then(|text| text.parse::<usize>().ok()) {
        Some(length) if length > max => {
            if length <= DISCARDED_MAX_BYTES {
                let mut body = request.into_body();
                while let Some(Ok(_)) = body.frame().await {}
            }
            Err(too_large(max))
        }
        _ => Ok(request),
    }
}

fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case(wanted)
}

async fn read_all(request: Request, max: usize) -> Result<Bytes, Error> {
    let bytes = axum::body::to_bytes(request.into_body(), max).await;
    bytes.map_err(|error| {
        // The body was cut at the limit, or the client went away.
        let text = error.to_string();
        if text.contains("length limit") {
            too_large(max)
        } else {
            Error::Malformed(format!("the body ended early: {text}"))
        }
    })
}

fn wrong_type(wanted: &str) -> Error {
    Error::Malformed(format!(
        "send the body as {wanted}, and say so in the content-type header"
    ))
}

async fn read_json(
    request: Request,
    max: usize,
    optional: bool,
) -> Result<(JsonBody, usize), Error> {
    let json = is(request.headers(), "application/json");
    let typed = request.headers().contains_key(header::CONTENT_TYPE);
    let request = check_length(request, max).await?;
    let bytes = read_all(request, max).await?;
    if optional && bytes.is_empty() {
        let body = JsonBody {
            value: Value::Object(serde_json::Map::new()),
            digest: Sha256::of(b""),
        };
        return Ok((body, 0));
    }
    if !json {
        return Err(wrong_type(if typed {
            "application/json, not another type"
        } else {
            "application/json"
        }));
    }
    let size = bytes.len();
    let body = off_thread(size, move || {
        Ok(JsonBody {
            value: parse(&bytes)?,
            digest: Sha256::of(&bytes),
        })
    });
    body.await?.map(|body: JsonBody| (body, size))
}

/// From this many bytes on, hashing and decoding take longer than the way to another thread.
const LARGE_BYTES: usize = 128 * 1024;

/// Works on a body of so many bytes: a large one keeps no other request waiting.
///
/// # Errors
/// The work panicked.
pub async fn off_thread<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    if bytes < LARGE_BYTES {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("body: {error}")))
}

fn parse(bytes: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Malformed(format!("the body is not valid JSON: {error}")))
}
