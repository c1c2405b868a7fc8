//! Stamps a document: from request to commit, top to bottom. What a place on a page must hold is `size.rs`'s.

mod show;
mod size;

use ananke_api::issuance::FieldValue;
use ananke_format::seal::{SealIssueError, Statement};
use ananke_format::stamp::{self as format, FillError};
use ananke_format::{Instant, Prefix, Product, Reference, Sha256, Signer as _};
use ananke_pdf::job::{Done, Fault, Job, Refusal};
use ananke_pdf::stamp::{Mark, Placement as Place, Warning};
use ananke_store::{FileKind, HashKind, NewDocument, NewFile, NewHash, NewIssue, Purpose};
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use uuid::Uuid;

pub use self::show::{pdf, show};
use super::behalf::{Asker, Behalf};
use super::document::{Shown, pdf_info};
use super::error::Error;
use super::issue::{self, Prepared};
use super::record::{Answer, Once};
use super::templates::{self, Placement, Tdoc};
use super::words::hex;
use super::{fields, limits, verify};
use crate::app::Shared;
use crate::http::auth::{May, StampsWrite};
use crate::http::off_thread;
use crate::workers::WorkError;

/// Where stamps are, in the API.
pub const STAMPS: &str = "tcode/stamps";

/// What a request to stamp says.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name for people; stored, never signed.
    pub name: String,
    /// Code of the document type.
    pub document_type: String,
    /// The document.
    pub pdf: Original,
    /// Where the stamp goes.
    pub placement_id: Option<Uuid>,
    /// Which fields go into the seal.
    pub template_id: Option<Uuid>,
    /// Their values.
    pub fields: Vec<FieldValue>,
    /// The issuer's own number.
    pub external_id: Option<String>,
    /// The last day of its validity.
    pub valid_to: Option<Date>,
    /// Whether a file that carries a signature is stamped.
    pub allow_signed: bool,
    /// Whether a damaged file is repaired first.
    pub repair: bool,
}

/// A file to be stamped, hashed once: what begins with it is hashed from its end on.
#[derive(Debug, Clone)]
pub struct Original {
    bytes: Bytes,
    sha256: Sha256,
    prefix: Prefix,
}

impl Original {
    /// A file, hashed.
    #[must_use]
    pub fn of(bytes: Bytes) -> Self {
        let (sha256, prefix) = Prefix::of(&bytes);
        Self {
            bytes,
            sha256,
            prefix,
        }
    }
}

/// Stamps a document.
///
/// # Errors
/// Members at fault, a file that cannot be stamped, `externalId` taken, the server sealed or unable to write.
pub async fn stamp(
    app: &Shared,
    may: &May<StampsWrite>,
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let prepared = prepare(app, may, input).await?;
    issue::store(app, may, prepared, once).await
}

/// What a template has to say of a stamp.
struct Chosen {
    template_id: Uuid,
    version: i64,
    profile: Option<Uuid>,
    /// Values by position, as they are signed.
    values: Vec<(u8, String)>,
    /// The same as they are kept.
    kept: Vec<FieldValue>,
}

/// Checks, has the file laid out, and signs; nothing is stored yet.
///
/// # Errors
/// As [`stamp`].
pub async fn prepare(app: &Shared, behalf: &Behalf, input: Input) -> Result<Prepared, Error> {
    let (mode, tenant) = (behalf.mode, behalf.tenant.id);
    let chosen = chosen(app, behalf, &input).await?;
    let place = place(app, tenant, input.placement_id).await?;
    let expires_at = input
        .valid_to
        .map(|day| end_of(day, app.now()))
        .transpose()?;
    let (signer, _) = app
        .ring()?
        .signer(app, tenant, Purpose::Tenant, mode)
        .await?;
    let issuer = signer.certificate_reference().issuer();
    let position = app.positions.next(app, tenant, issuer, mode).await?;
    let reference = Reference::from_random(Product::TCode, app.ctx.random());
    let mut statement = Statement {
        mode,
        certificate: signer.certificate_reference(),
        template_version: chosen.profile.map(Uuid::into_bytes),
        valid_to: input.valid_to,
        status: position.number(),
        reference,
        original: input.pdf.sha256,
        issued_at: app.now(),
        type_code: input.document_type.clone(),
        stamp: Sha256::from_bytes([0; 32]),
        fields: chosen.values,
    };
    let side = size::side(&statement, place.size)?;
    let url = format!("{}/v/{reference}", app.base_url);
    let job = Job::Stamp {
        original: input.pdf.bytes.to_vec(),
        placement: place,
        mark: Mark {
            side,
            reference: reference.to_string(),
            url,
        },
        allow_signed: input.allow_signed,
        repair: input.repair,
    };
    let done = app.workers.run(job).await;
    let done = done.map_err(|error| refused(error, input.repair))?;
    let Done::Stamped {
        mut update,
        original,
    } = done
    else {
        return Err(Error::Internal("a worker did something else".to_owned()));
    };
    // Somebody may have waited for that: whether they still may is asked again.
    let asker = Asker::of(behalf);
    let still = asker.now(app, tenant, &["stamps:write"]).await?;
    still.map_err(|_| Error::Unauthorized)?;
    // A repaired file is the original from here on.
    let pdf = match original {
        Some(bytes) => off_thread(bytes.len(), move || Original::of(bytes.into())).await?,
        None => input.pdf,
    };
    statement.original = pdf.sha256;
    // As late as can be: what is signed says that it was signed now.
    let (signer, issued_at) = app
        .ring()?
        .signer(app, tenant, Purpose::Tenant, mode)
        .await?;
    (statement.issued_at, statement.certificate) = (issued_at, signer.certificate_reference());
    if expires_at.is_some_and(|end| end <= issued_at) {
        return Err(past());
    }
    let length = pdf.bytes.len();
    let hole = update.hole.clone();
    let seal = format::fill(
        length,
        &mut update.bytes,
        hole,
        &mut statement,
        signer.as_ref(),
    )
    .map_err(unsigned)?;
    verify::self_check_seal(app, behalf, &seal, &statement.certificate).await?;
    let (original, prefix) = (pdf.bytes, pdf.prefix);
    let (stamped, stamped_hash) = off_thread(length, move || {
        let stamped = [&original, update.bytes.as_slice()].concat();
        (stamped, prefix.followed_by(&update.bytes))
    })
    .await?;

    let id = app.ctx.id();
    let seal_hash = Sha256::of(&seal);
    let document = NewDocument {
        tenant,
        mode,
        id,
        reference: reference.to_string(),
        product: Product::TCode,
        template_id: chosen.template_id,
        template_version: chosen.version,
        document_type: input.document_type,
        title: Some(input.name),
        recipient_name: None,
        recipient_email: None,
        external_id: input.external_id,
        fields: Some(serde_json::to_string(&chosen.kept)?),
        content_hash: *pdf.sha256.as_bytes(),
        credential: Some(STANDARD.encode(&seal)),
        credential_hash: *seal_hash.as_bytes(),
        certificate_reference: statement.certificate.to_string(),
        status_list: i64::from(position.list),
        status_index: i64::from(position.index),
        issued_at: issued_at.as_microsecond(),
        awarded_on: None,
        expires_at: expires_at.map(Instant::as_microsecond),
        created_by: behalf.actor.name.clone(),
        placement_id: input.placement_id,
        stamped_hash: Some(*stamped_hash.as_bytes()),
    };
    let mut shown = show::show_new(app, &document)?;
    shown.warnings = issue::warnings(app, mode);
    shown.warnings.extend(update.warnings.iter().map(told));
    let size = i64::try_from(stamped.len()).unwrap_or(i64::MAX);
    shown.pdf = Some(pdf_info(app, STAMPS, id, (stamped_hash.as_bytes(), size)));
    let record = serde_json::json!({
        "reference": document.reference,
        "mode": mode.as_str(),
        "template": input.template_id,
        "templateVersion": input.template_id.map(|_| chosen.version),
        "contentHash": hex(&document.content_hash),
        "stampedHash": hex(stamped_hash.as_bytes()),
        "sealHash": hex(seal_hash.as_bytes()),
        "certificate": document.certificate_reference,
    });
    let hash = |kind, hash: Sha256| NewHash {
        kind,
        hash: *hash.as_bytes(),
    };
    Ok(Prepared {
        issue: NewIssue {
            document,
            hashes: vec![
                hash(HashKind::Submitted, pdf.sha256),
                hash(HashKind::Delivered, stamped_hash),
            ],
            file: Some(NewFile {
                kind: FileKind::Stamped,
                renderer_version: String::new(),
                sha256: *stamped_hash.as_bytes(),
                bytes: stamped,
            }),
        },
        shown: Shown::Stamp(Box::new(shown)),
        record,
    })
}

/// The TDoc template and its values; none of both is allowed.
async fn chosen(app: &Shared, behalf: &Behalf, input: &Input) -> Result<Chosen, Error> {
    let Some(id) = input.template_id else {
        if behalf.may_use(Uuid::nil()).is_err() {
            return Err(Error::invalid(
                "tdocTemplateId",
                "is required: this key is for certain templates only",
            ));
        }
        if !input.fields.is_empty() {
            return Err(Error::invalid(
                "fields",
                "belong to a TDoc template: name it in `tdocTemplateId`, or send none",
            ));
        }
        return Ok(Chosen {
            template_id: Uuid::nil(),
            version: 0,
            profile: None,
            values: Vec::new(),
            kept: Vec::new(),
        });
    };
    behalf.may_use(id)?;
    let (row, body) = match templates::find::<Tdoc>(app, behalf.tenant.id, id).await {
        Err(Error::NotFound) => {
            return Err(Error::invalid(
                "tdocTemplateId",
                "is not a TDoc template of this tenant; see GET /v1/tcode/templates",
            ));
        }
        found => found?,
    };
    if row.is_archived || !row.is_active {
        let state = if row.is_archived {
            "archived"
        } else {
            "not active"
        };
        return Err(Error::unprocessable(format!(
            "the TDoc template `{}` is {state}: no stamps are made from it",
            row.name
        )));
    }
    let checked = fields::check(&body.schema, &input.fields)?;
    let position = |key: &str| body.schema.iter().position(|field| field.key == key);
    let mut values = Vec::with_capacity(checked.len());
    for field in &checked {
        let position = position(&field.key).and_then(|at| u8::try_from(at).ok());
        let position =
            position.ok_or_else(|| Error::Internal("a field without a place".to_owned()))?;
        values.push((position, field.value.clone()));
    }
    let kept = checked.into_iter().map(|field| FieldValue {
        key: field.key,
        value: field.value,
    });
    Ok(Chosen {
        template_id: id,
        version: row.version,
        profile: Some(body.profile_id),
        values,
        kept: kept.collect(),
    })
}

async fn place(app: &Shared, tenant: Uuid, id: Option<Uuid>) -> Result<Place, Error> {
    let Some(id) = id else {
        return Ok(Place::default());
    };
    match templates::find::<Placement>(app, tenant, id).await {
        Ok((_, body)) => Ok(body.placement()),
        Err(Error::NotFound) => Err(Error::invalid(
            "placementTemplateId",
            "is not a placement template of this tenant; see GET /v1/tcode/placement-templates",
        )),
        Err(error) => Err(error),
    }
}

/// Through the last second of that day, UTC.
fn end_of(day: Date, now: Instant) -> Result<Instant, Error> {
    let next = day.tomorrow().ok();
    let end = next.and_then(limits::midnight);
    match end.map(super::words::instant) {
        Some(end) if end > now => Ok(end),
        Some(_) => Err(past()),
        None => Err(Error::invalid("expiresAt", "is later than can be kept")),
    }
}

/// A refusal in the words of a request to stamp, which has a placement template and no members of one.
fn refused(error: WorkError, repairs: bool) -> Error {
    match error {
        WorkError::Refused(Refusal { fault, text }) => match fault {
            Fault::Page | Fault::Place | Fault::SymbolSize | Fault::Label => {
                Error::invalid("placementTemplateId", text)
            }
            Fault::Damage if !repairs => Error::invalid("pdf", format!("{text}, with `repair`")),
            Fault::Signature => Error::invalid("pdf", format!("{text} with `allowSigned`")),
            _ => Refusal { fault, text }.into(),
        },
        other => other.into(),
    }
}

fn past() -> Error {
    Error::invalid("expiresAt", "must be today or later, by UTC")
}

fn unsigned(error: FillError) -> Error {
    match error {
        FillError::Seal(SealIssueError::Signer(error)) => error.into(),
        other => Error::Internal(format!("seal: {other}")),
    }
}

/// A warning, in words.
fn told(warning: &Warning) -> String {
    match warning {
        Warning::Repaired => "the PDF was damaged and is repaired: the repaired file is the original, whose hash is `contentHash`; compare \
             its pages with yours before it goes out"
            .to_owned(),
        Warning::PdfA => "the PDF says that it is PDF/A and has no output intent: the stamp's grey makes it PDF/A no more".to_owned(),
        Warning::Covers => "the stamp covers something on the page: choose another place in the placement template".to_owned(),
        Warning::CoverUnknown => "whether the stamp covers something is not known: this page cannot be drawn here".to_owned(),
        Warning::SmallModules { module_mm, size } => format!(
            "modules of {module_mm:.2} mm are read by good scanners only: a placement of {size:.0} pt has modules of 0.30 mm"
        ),
        Warning::Signed => "the PDF carries a signature: it stays intact, and readers say that the file was changed since; \
             stamp first and sign last"
            .to_owned(),
    }
}
