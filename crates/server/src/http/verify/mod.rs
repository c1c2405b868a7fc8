//! `/v1/trust/verify/…`: a well-formed question always gets 200 and a verdict.

use ananke_api::Page;
use ananke_api::upload::FileUpload;
use ananke_api::verification::{ByHash, ByReference, Door, HistoryEntry, Verdict, Verification};
use ananke_format::{IssuerCode, Reference, Sha256};
use ananke_store::{INSTANCE_TENANT, Product};
use axum::Json;
use axum::extract::State;
use ipnet::IpNet;
use serde_json::Value;

use super::auth::{Caller, From, May, VerificationsRead};
use super::body::{FileQuestion, JsonBody, off_thread, pdf_too_large};
use super::form::Form;
use super::query::Params;
use crate::alerts::Kind;
use crate::app::App;
use crate::ops::error::{Error, FieldErrors};
use crate::ops::verify::{self, Asked, Filter};

pub(super) const REFERENCE_CHARS: usize = 64;
pub(super) const VERDICTS: &[&str] = &[
    "valid",
    "suspended",
    "revoked",
    "expired",
    "invalid",
    "not_found",
    "indeterminate",
];

/// Verifies a document by its reference.
#[utoipa::path(post, path = "/v1/trust/verify/by-reference", tag = "Verification",
    operation_id = "verify_by_reference", request_body = ByReference,
    responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn by_reference(
    State(app): State<App>,
    caller: Option<Caller>,
    From(network): From,
    body: JsonBody,
) -> Result<Json<Verification>, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let reference = reference(&mut form);
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let asked = Asked {
        door: Door::Reference,
        caller: caller.as_ref(),
    };
    let answer = verify::by_reference(&app, &reference, &asked).await?;
    unknown(&app, &answer, network);
    Ok(Json(answer))
}

/// Notes who asks for what is not there.
pub(super) fn unknown(app: &App, answer: &Verification, network: Option<IpNet>) {
    if let (Verdict::NotFound, Some(network)) = (answer.verdict, network) {
        let (kind, subject) = (Kind::UnknownDocuments, format!("network:{network}"));
        let now = app.ctx.now_micros();
        app.watch.note(INSTANCE_TENANT, kind, &subject, now);
    }
}

/// Any text of a length one can ask about, whatever is in it: what is no reference gets a verdict too.
fn reference(form: &mut Form<'_>) -> String {
    let (reference, message) = match form.take("reference") {
        None => (String::new(), Some("is required")),
        Some(Value::String(text)) if text.chars().count() <= REFERENCE_CHARS => (text, None),
        Some(Value::String(_)) => (String::new(), Some("has more than 64 characters")),
        Some(_) => (String::new(), Some("must be a text")),
    };
    if let Some(message) = message {
        form.error("reference", message);
    }
    reference
}

/// Verifies a document by the SHA-256 of its file or of its credential.
#[utoipa::path(post, path = "/v1/trust/verify/by-hash", tag = "Verification", operation_id = "verify_by_hash",
    request_body = ByHash, responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn by_hash(
    State(app): State<App>,
    caller: Option<Caller>,
    body: JsonBody,
) -> Result<Json<Verification>, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let text = form.required_text("hash", 64);
    let hash = Sha256::from_hex(&text.to_ascii_lowercase()).ok();
    if hash.is_none() && !text.is_empty() {
        form.error("hash", "must be a SHA-256: 64 hexadecimal digits");
    }
    // Blank is no code either: it would narrow nothing, and say so to nobody.
    let issuer = match form.take("issuerCode") {
        None => Ok(None),
        Some(Value::String(code)) => issuer_code(Some(&code)),
        Some(_) => Err(()),
    };
    if issuer.is_err() {
        form.error("issuerCode", "must be six characters of 0-9 and A-Z");
    }
    form.finish();
    match (hash, issuer) {
        (Some(hash), Ok(issuer)) if errors.is_empty() => {
            let asked = Asked {
                door: Door::Hash,
                caller: caller.as_ref(),
            };
            Ok(Json(verify::by_hash(&app, hash, issuer, &asked).await?))
        }
        _ => Err(Error::Invalid(errors)),
    }
}

fn issuer_code(text: Option<&str>) -> Result<Option<IssuerCode>, ()> {
    text.map(|text| IssuerCode::parse(&text.to_ascii_uppercase()))
        .transpose()
        .map_err(|_| ())
}

/// Verifies a document by its file. Browsers hash the file themselves and ask by hash.
#[utoipa::path(post, path = "/v1/trust/verify/by-file", tag = "Verification", operation_id = "verify_by_file",
    request_body(content = FileUpload, content_type = "multipart/form-data",
        description = "The file as part `pdf`; optionally `issuerCode`"),
    responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn by_file(
    State(app): State<App>,
    caller: Option<Caller>,
    question: FileQuestion,
) -> Result<Json<Verification>, Error> {
    if question.pdf.len() > ananke_api::PDF_MAX_BYTES {
        return Err(Error::TooLarge(pdf_too_large()));
    }
    let issuer = issuer_code(question.issuer_code.as_deref())
        .map_err(|()| Error::invalid("issuerCode", "must be six characters of 0-9 and A-Z"))?;
    let size = question.pdf.len();
    let hash = off_thread(size, move || Sha256::of(&question.pdf)).await?;
    let asked = Asked {
        door: Door::File,
        caller: caller.as_ref(),
    };
    Ok(Json(verify::by_hash(&app, hash, issuer, &asked).await?))
}

/// Lists the verifications of the tenant's own documents, newest first.
#[utoipa::path(get, path = "/v1/trust/verify/history", tag = "Verification",
    operation_id = "list_verifications",
    params(("reference" = Option<String>, Query, description = "Of this document"),
        ("verdict" = Option<Verdict>, Query, description = "With this verdict"),
        ("after" = Option<String>, Query, description = "At or after this instant"),
        ("before" = Option<String>, Query, description = "Before this instant"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of verifications.", body = Page<HistoryEntry>)),
    security(("apiKey" = ["verifications:read"])))]
pub async fn history(
    State(app): State<App>,
    may: May<VerificationsRead>,
    mut params: Params,
) -> Result<Json<Page<HistoryEntry>>, Error> {
    let reference = params.text("reference");
    let filter = Filter {
        reference: reference
            .map(|text| Reference::typed(&text).map_or(text, |reference| reference.to_string())),
        verdict: params.word("verdict", VERDICTS),
        after: params.instant("after"),
        before: params.instant("before"),
    };
    let page = params.page();
    params.finish()?;
    Ok(Json(
        verify::history(&app, &may, Some(Product::Trust), filter, page).await?,
    ))
}
