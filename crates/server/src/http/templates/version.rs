//! What requests about templates of every kind share: versions as `ETag` and `If-Match`, and bodies of one member.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;

use crate::http::form;
use crate::http::idempotency::answer;
use crate::ops::Error;
use crate::ops::record::Answer;

/// A template, with its `ETag`.
pub fn tagged(version: u32, template: impl Serialize) -> Response {
    ([(header::ETAG, etag(version))], Json(template)).into_response()
}

fn etag(version: u32) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn tag(response: &mut Response, template: &[u8]) {
    // What was answered is what was made here: reading its version back cannot fail.
    let version = serde_json::from_slice::<serde_json::Value>(template).ok();
    let version = version
        .and_then(|template| template["version"].as_u64())
        .and_then(|n| u32::try_from(n).ok());
    if let Some(version) = version {
        response.headers_mut().insert(header::ETAG, etag(version));
    }
}

/// The answer to a change, with its `ETag`.
pub fn tagged_answer(status: StatusCode, made: Answer) -> Response {
    let (Answer::Done(body) | Answer::Replayed { body, .. }) = &made;
    let body = body.clone();
    let mut response = answer(status, made);
    tag(&mut response, &body);
    response
}

/// `If-Match: "3"`; `*` and absence ask for nothing. What is an ETag and none of ours matches no version.
///
/// # Errors
/// It is no ETag at all.
pub fn if_match(headers: &HeaderMap) -> Result<Option<u32>, Error> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix("W/").unwrap_or(text);
    let inside = tag
        .strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .filter(|inside| !inside.contains('"'));
    // A weak tag never matches (RFC 9110, 13.1.1); versions begin with 1.
    let version = inside.map(|inside| match tag.len() == text.len() {
        true => inside.parse().unwrap_or(0),
        false => 0,
    });
    version.map(Some).ok_or_else(|| {
        Error::Malformed(
            "the header If-Match must be the ETag of this template, such as \"3\" in double quotes"
                .to_owned(),
        )
    })
}

/// Why a template is archived; taking it out again needs no words.
///
/// # Errors
/// Everything that is wrong with the body.
pub fn read_reason(body: Value, archived: bool) -> Result<Option<String>, Error> {
    form::read(body, |form| match archived {
        true => form.text("reason", 500),
        false => None,
    })
}

/// The name of a copy.
///
/// # Errors
/// Everything that is wrong with the body.
pub fn read_name(body: Value) -> Result<String, Error> {
    form::read(body, |form| form.required_text("name", 200))
}
