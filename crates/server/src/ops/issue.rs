//! Issues a document: from request to commit, top to bottom.

use ananke_api::issuance::FieldValue;
use ananke_api::template::ValidityType;
use ananke_format::credential::{self, Statement};
use ananke_format::{Mode, Product, Reference, Sha256, Signer as _};
use ananke_store::{Command, FileKind, HashKind, NewDocument, NewFile, NewHash, NewIssue, Purpose};
use axum::body::Bytes;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::behalf::Behalf;
use super::document::{ISSUANCES, Shown, pdf_info, show_new};
use super::error::{Error, FieldErrors};
use super::record::{Answer, Once, commit_counted, event};
use super::words::hex;
use super::{fields, limits, templates, validity, verify};
use crate::app::Shared;
use crate::http::auth::{IssuancesWrite, May};

/// What a request to issue says.
#[derive(Debug, Clone)]
pub struct Input {
    /// Template to issue from.
    pub template_id: Uuid,
    /// To whom.
    pub recipient_name: String,
    /// Values.
    pub fields: Vec<FieldValue>,
    /// Address; stored, never signed.
    pub recipient_email: Option<String>,
    /// Title; default the template's name.
    pub document_title: Option<String>,
    /// The issuer's own number.
    pub external_id: Option<String>,
    /// The document itself.
    pub pdf: Option<Pdf>,
    /// A date the issuer states.
    pub awarded_on: Option<String>,
    /// End of validity, stated.
    pub expires_at: Option<String>,
    /// End of validity, counted.
    pub validity_type: Option<ValidityType>,
    /// End of validity, counted.
    pub validity_value: Option<u32>,
    /// Members that could not even be read. [`prepare`] adds what template and clock find, and refuses.
    pub at_fault: FieldErrors,
}

/// A submitted file and its digest, taken once.
#[derive(Debug, Clone)]
pub struct Pdf {
    /// The file.
    pub bytes: Bytes,
    /// SHA-256 of it.
    pub sha256: Sha256,
}

impl Pdf {
    /// A file, hashed.
    #[must_use]
    pub fn of(bytes: Bytes) -> Self {
        let sha256 = Sha256::of(&bytes);
        Self { bytes, sha256 }
    }
}

/// A document that is signed and not yet stored.
pub struct Prepared {
    /// What is stored.
    pub issue: NewIssue,
    /// What is answered.
    pub shown: Shown,
    /// What is recorded.
    pub record: serde_json::Value,
}

/// Issues a document.
///
/// # Errors
/// Members at fault, a template that cannot be used, `externalId` taken, the server sealed or unable to write.
pub async fn issue(
    app: &Shared,
    may: &May<IssuancesWrite>,
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let prepared = prepare(app, may, input).await?;
    store(app, may, prepared, once).await
}

/// Stores a document that was prepared.
///
/// # Errors
/// A quota is used up, `externalId` is taken, the server cannot write.
pub async fn store(
    app: &Shared,
    behalf: &Behalf,
    prepared: Prepared,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let document = &prepared.issue.document;
    let event = event(
        app,
        document.tenant,
        &document.event_kind("issued"),
        document.id,
        &behalf.actor,
        &prepared.record,
    );
    let counts = limits::issuing(app, behalf, document.product)?;
    let command = Command::Issue(Box::new(prepared.issue));
    commit_counted(app, once, command, event, counts, &prepared.shown).await
}

/// Checks, states and signs; nothing is stored yet.
///
/// # Errors
/// As [`issue`].
pub async fn prepare(app: &Shared, behalf: &Behalf, mut input: Input) -> Result<Prepared, Error> {
    let at_fault = std::mem::take(&mut input.at_fault);
    if at_fault.contains_key("templateId") {
        return Err(Error::Invalid(at_fault));
    }
    behalf.may_use(input.template_id)?;
    let mode = behalf.mode;
    let found = match templates::lately(app, behalf.tenant.id, input.template_id).await {
        Err(Error::NotFound) => {
            let unknown = "is not a template of this tenant; see GET /v1/trust/templates";
            return Err(Error::invalid("templateId", unknown).beside(at_fault));
        }
        found => found?,
    };
    let (template, version) = &*found;
    if template.is_archived || !template.is_active {
        let state = if template.is_archived {
            "archived"
        } else {
            "not active"
        };
        let refused = format!(
            "the template `{}` is {state}: no documents are issued from it",
            template.name
        );
        return Err(Error::unprocessable(refused).beside(at_fault));
    }
    // Of what could not be read, nothing more is said.
    let unread = |start: &str| at_fault.keys().any(|path| path.starts_with(start));
    let signed_fields = if unread("fields") {
        Ok(Vec::new())
    } else {
        fields::check(&version.schema, &input.fields)
    };
    let zone = TimeZone::get(&behalf.tenant.time_zone)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let (signer, issued_at) = app
        .ring()?
        .signer(app, behalf.tenant.id, Purpose::Tenant, mode)
        .await?;
    let asked = validity::Asked {
        expires_at: input.expires_at.as_deref(),
        kind: input.validity_type,
        value: input.validity_value,
    };
    let expires_at = if unread("expiresAt") || unread("validity") {
        Ok(None)
    } else {
        validity::end(&asked, version.validity, issued_at, &zone)
    };
    let (signed_fields, expires_at) = match both(signed_fields, expires_at) {
        Err(error) => return Err(error.beside(at_fault)),
        Ok(_) if !at_fault.is_empty() => return Err(Error::Invalid(at_fault)),
        Ok(both) => both,
    };
    let pdf_digest = input.pdf.as_ref().map(|pdf| pdf.sha256);

    let issuer = signer.certificate_reference().issuer();
    let position = app
        .positions
        .next(app, behalf.tenant.id, issuer, mode)
        .await?;
    let reference = Reference::from_random(Product::Trust, app.ctx.random());
    let document_type = serde_json::to_value(version.doc_type)?
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let title = input
        .document_title
        .unwrap_or_else(|| template.name.clone());
    let statement = Statement {
        base_url: app.base_url.clone(),
        reference,
        issuer,
        issuer_name: behalf.tenant.name.clone(),
        mode,
        document_type: document_type.clone(),
        document_title: Some(title.clone()),
        recipient_name: input.recipient_name.clone(),
        fields: signed_fields,
        awarded_on: input
            .awarded_on
            .as_deref()
            .and_then(|date| date.parse().ok()),
        issued_at,
        expires_at,
        pdf: pdf_digest,
        status: position,
    };
    // Some 15 µs: shorter than the way to another thread.
    let credential = credential::issue(&statement, signer.as_ref())?;
    verify::self_check(
        app,
        behalf,
        &credential,
        signer.certificate_reference().as_str(),
    )
    .await?;
    let credential_hash = Sha256::of(credential.as_bytes());
    let content_hash = pdf_digest.unwrap_or(credential_hash);

    let id = app.ctx.id();
    let kept: Vec<FieldValue> = statement
        .fields
        .iter()
        .map(|field| FieldValue {
            key: field.key.clone(),
            value: field.value.clone(),
        })
        .collect();
    let document = NewDocument {
        tenant: behalf.tenant.id,
        mode,
        id,
        reference: statement.reference.to_string(),
        product: Product::Trust,
        template_id: template.id,
        template_version: template.version,
        document_type,
        title: Some(title),
        recipient_name: Some(input.recipient_name),
        recipient_email: input.recipient_email,
        external_id: input.external_id,
        fields: Some(serde_json::to_string(&kept)?),
        content_hash: *content_hash.as_bytes(),
        credential: Some(credential),
        credential_hash: *credential_hash.as_bytes(),
        certificate_reference: signer.certificate_reference().to_string(),
        status_list: i64::from(statement.status.list),
        status_index: i64::from(statement.status.index),
        issued_at: issued_at.as_microsecond(),
        awarded_on: input.awarded_on,
        expires_at: expires_at.map(ananke_format::Instant::as_microsecond),
        created_by: behalf.actor.name.clone(),
        placement_id: None,
        stamped_hash: None,
    };
    let mut hashes = Vec::new();
    let mut shown = show_new(app, &document)?;
    shown.warnings = warnings(app, mode);
    let file = input.pdf.map(|Pdf { bytes, .. }| {
        hashes.push(NewHash {
            kind: HashKind::Submitted,
            hash: *content_hash.as_bytes(),
        });
        shown.pdf = Some(pdf_info(
            app,
            ISSUANCES,
            id,
            (
                content_hash.as_bytes(),
                i64::try_from(bytes.len()).unwrap_or(0),
            ),
        ));
        NewFile {
            kind: FileKind::Submitted,
            renderer_version: String::new(),
            sha256: *content_hash.as_bytes(),
            bytes: bytes.into(),
        }
    });
    let record = serde_json::json!({
        "reference": document.reference,
        "mode": mode.as_str(),
        "template": template.id,
        "templateVersion": template.version,
        "contentHash": hex(&document.content_hash),
        "credentialHash": hex(&document.credential_hash),
        "certificate": document.certificate_reference,
    });
    Ok(Prepared {
        issue: NewIssue {
            document,
            hashes,
            file,
        },
        shown: Shown::Issuance(Box::new(shown)),
        record,
    })
}

/// Two results, or what is wrong with either: whoever made two mistakes hears of both.
fn both<A, B>(one: Result<A, Error>, two: Result<B, Error>) -> Result<(A, B), Error> {
    match (one, two) {
        (Err(error), Err(Error::Invalid(more))) => Err(error.beside(more)),
        (one, two) => Ok((one?, two?)),
    }
}

/// What an issuer should know about documents made now.
#[must_use]
pub fn warnings(app: &Shared, mode: Mode) -> Vec<String> {
    if mode == Mode::Live && app.on_loopback() {
        vec![format!(
            "the public URL {} can be reached from this machine only: documents that leave it cannot be verified online; \
             set server.public_url before issuing in earnest",
            app.base_url
        )]
    } else {
        Vec::new()
    }
}
