//! `/v1/tcode/verify/…`: a well-formed question always gets 200 and a verdict.

use std::collections::BTreeMap;

use ananke_api::Page;
use ananke_api::tcode::verify::{
    ByPayload, BySync, CONTEXT_CHARS, CONTEXT_MEMBERS, ImageUpload, Scan,
};
use ananke_api::verification::{Door, HistoryEntry, Verdict, Verification};
use ananke_format::{Reference, Sha256};
use ananke_store::Product;
use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::app::App;
use crate::http::auth::{Caller, From, May, VerificationsRead};
use crate::http::body::ImageQuestion;
use crate::http::form::{self, Form};
use crate::http::query::Params;
use crate::http::verify::{REFERENCE_CHARS, VERDICTS, unknown};
use crate::http::{InPath, JsonBody};
use crate::ops::Error;
use crate::ops::verify::{self, Asked, Filter};

/// Longest payload in base64: no symbol holds more.
const PAYLOAD_CHARS: usize = 8_192;

/// Verifies a document by its reference.
#[utoipa::path(get, path = "/v1/tcode/verify/reference/{reference}", tag = "Verification of stamps",
    operation_id = "verify_stamp_by_reference",
    params(("reference" = String, Path, description = "A reference, at most 64 characters, as people type it")),
    responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn by_reference(
    State(app): State<App>,
    caller: Option<Caller>,
    From(network): From,
    InPath(reference): InPath<String>,
) -> Result<Json<Verification>, Error> {
    if reference.chars().count() > REFERENCE_CHARS {
        return Err(Error::invalid("reference", "has more than 64 characters"));
    }
    let asked = Asked {
        door: Door::Reference,
        caller: caller.as_ref(),
    };
    let answer = verify::by_reference(&app, &reference, &asked).await?;
    unknown(&app, &answer, network);
    Ok(Json(answer))
}

/// Verifies a document by the SHA-256 of its file, stamped or not, or of its seal.
#[utoipa::path(get, path = "/v1/tcode/verify/hash/{hash}", tag = "Verification of stamps",
    operation_id = "verify_stamp_by_hash",
    params(("hash" = String, Path, description = "SHA-256 in hexadecimal")),
    responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn by_hash(
    State(app): State<App>,
    caller: Option<Caller>,
    InPath(hash): InPath<String>,
) -> Result<Json<Verification>, Error> {
    let hash = Sha256::from_hex(&hash.to_ascii_lowercase())
        .map_err(|_| Error::invalid("hash", "must be a SHA-256: 64 hexadecimal digits"))?;
    let asked = Asked {
        door: Door::Hash,
        caller: caller.as_ref(),
    };
    Ok(Json(verify::by_hash(&app, hash, None, &asked).await?))
}

fn payload(form: &mut Form<'_>) -> Vec<u8> {
    let text = form.required_text("payload", PAYLOAD_CHARS);
    STANDARD.decode(&text).unwrap_or_else(|_| {
        form.error(
            "payload",
            "must be base64, with padding and without line breaks: the bytes of the barcode",
        );
        Vec::new()
    })
}

/// Verifies a stamp by the bytes of its barcode.
#[utoipa::path(post, path = "/v1/tcode/verify", tag = "Verification of stamps", operation_id = "verify_payload",
    request_body = ByPayload, responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn by_payload(
    State(app): State<App>,
    caller: Option<Caller>,
    body: JsonBody,
) -> Result<Json<Verification>, Error> {
    let payload = form::read(body.value, payload)?;
    answered(&app, caller, &payload, None).await
}

async fn answered(
    app: &App,
    caller: Option<Caller>,
    payload: &[u8],
    scan: Option<Scan>,
) -> Result<Json<Verification>, Error> {
    let asked = Asked {
        door: Door::Payload,
        caller: caller.as_ref(),
    };
    Ok(Json(verify::by_payload(app, payload, scan, &asked).await?))
}

/// Verifies a stamp by the bytes of its barcode, and keeps what the asker says of the scan in the issuer's history.
#[utoipa::path(post, path = "/v1/tcode/verify/sync", tag = "Verification of stamps", operation_id = "verify_sync",
    request_body = BySync, responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn sync(
    State(app): State<App>,
    caller: Option<Caller>,
    body: JsonBody,
) -> Result<Json<Verification>, Error> {
    let (payload, context) = form::read(body.value, |form| (payload(form), context(form)))?;
    let scan = context.map(|context| Scan {
        verified: false,
        context,
    });
    answered(&app, caller, &payload, scan).await
}

/// Texts about a scan.
fn context(form: &mut Form<'_>) -> Option<BTreeMap<String, String>> {
    let members = match form.take("context")? {
        Value::Object(members) => members,
        _ => {
            form.error("context", "must be an object of texts");
            return None;
        }
    };
    if members.len() > CONTEXT_MEMBERS {
        let count = members.len();
        form.error(
            "context",
            format!("has {count} members; at most {CONTEXT_MEMBERS} are allowed"),
        );
        return None;
    }
    let mut context = BTreeMap::new();
    for (name, value) in members {
        let short: String = name.chars().take(CONTEXT_CHARS).collect();
        let path = format!("context.{short}");
        let is_plain = |text: &str| {
            text.chars().count() <= CONTEXT_CHARS && !text.chars().any(char::is_control)
        };
        match value {
            Value::String(text) if is_plain(&text) && is_plain(&name) => {
                context.insert(name, text);
            }
            _ => form.error(
                &path,
                format!("must be a text of at most {CONTEXT_CHARS} characters without controls, and so must its name"),
            ),
        }
    }
    Some(context)
}

/// Verifies a stamp by a PNG, a JPEG or a PDF. A stamped PDF is checked byte for byte; in anything else the barcode is looked for,
/// and the verdict is about what it says: compare `fields` with the paper.
#[utoipa::path(post, path = "/v1/tcode/verify/image", tag = "Verification of stamps", operation_id = "verify_image",
    request_body(content = ImageUpload, content_type = "multipart/form-data", description = "The picture as part `file`"),
    responses((status = 200, description = "The verdict.", body = Verification)))]
pub async fn image(
    State(app): State<App>,
    caller: Option<Caller>,
    question: ImageQuestion,
) -> Result<Json<Verification>, Error> {
    let asked = Asked {
        door: Door::Image,
        caller: caller.as_ref(),
    };
    let answer = Box::pin(verify::by_image(&app, question.file, &asked)).await;
    // The file of this request is called otherwise.
    Ok(Json(answer.map_err(|error| error.renamed("pdf", "file"))?))
}

/// Lists the verifications of the tenant's own stamps, newest first.
#[utoipa::path(get, path = "/v1/tcode/verify/history", tag = "Verification of stamps",
    operation_id = "list_stamp_verifications",
    params(("reference" = Option<String>, Query, description = "Of this stamp"),
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
    let of = Some(Product::TCode);
    Ok(Json(verify::history(&app, &may, of, filter, page).await?))
}
