//! Documents of both products: one row each, carrying the id and hash of its newest event.

use ananke_format::Product;
use uuid::Uuid;

use crate::events::Event;
use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Digest, Error, Micros, Mode, View};

/// What was decided about a document. Expiry by time is not here: it is told by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// In force, until it expires.
    Active,
    /// On hold.
    Suspended,
    /// Ended, for good.
    Revoked,
    /// Ended early by `expire`.
    Expired,
}

impl Status {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "active" => Some(Self::Active),
            "suspended" => Some(Self::Suspended),
            "revoked" => Some(Self::Revoked),
            "expired" => Some(Self::Expired),
            _ => None,
        }
    }

    /// Its two bits in the status list: 0 valid, 1 invalid, 2 suspended, 3 expired early.
    #[must_use]
    pub fn list_value(self) -> u8 {
        match self {
            Self::Active => 0,
            Self::Revoked => 1,
            Self::Suspended => 2,
            Self::Expired => 3,
        }
    }
}

/// A document as it is issued. What the store adds is in [`Document`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Whose.
    pub tenant: Uuid,
    /// Live or test.
    pub mode: Mode,
    /// UUIDv7.
    pub id: Uuid,
    /// Unique in the instance, as printed.
    pub reference: String,
    /// Of which product it is.
    pub product: Product,
    /// The template; nil for a stamp without one.
    pub template_id: Uuid,
    /// Its version, pinned; 0 without one.
    pub template_version: i64,
    /// What kind of document.
    pub document_type: String,
    /// Its title; erasable.
    pub title: Option<String>,
    /// To whom; erasable.
    pub recipient_name: Option<String>,
    /// Erasable.
    pub recipient_email: Option<String>,
    /// The issuer's own id; unique per tenant and mode among documents not replaced; erasable.
    pub external_id: Option<String>,
    /// JSON; erasable.
    pub fields: Option<String>,
    /// SHA-256 of the submitted PDF, or of the credential.
    pub content_hash: Digest,
    /// The signed record: the compact credential, or base64 of the seal; erasable.
    pub credential: Option<String>,
    /// SHA-256 of the compact credential or of the seal's bytes; it stays after an erasure.
    pub credential_hash: Digest,
    /// The certificate that signed it.
    pub certificate_reference: String,
    /// Number of its status list.
    pub status_list: i64,
    /// Its index there, after the permutation.
    pub status_index: i64,
    /// When it was issued.
    pub issued_at: Micros,
    /// A date the issuer states, as written.
    pub awarded_on: Option<String>,
    /// From when on it is expired.
    pub expires_at: Option<Micros>,
    /// Who issued it: an actor as in events, such as the id of an API key.
    pub created_by: String,
    /// The placement template a stamp was made with.
    pub placement_id: Option<Uuid>,
    /// SHA-256 of the stamped file.
    pub stamped_hash: Option<Digest>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What was issued.
    pub issued: NewDocument,
    /// What was decided about it.
    pub status: Status,
    /// Why.
    pub status_reason: Option<String>,
    /// The document it replaces.
    pub replaces: Option<Uuid>,
    /// The document that replaces it.
    pub replaced_by: Option<Uuid>,
    /// Since when its personal data are gone.
    pub erased_at: Option<Micros>,
    /// Its newest event.
    pub newest_event_id: Uuid,
    /// The hash of its newest event; hand it back with the next lifecycle command.
    pub newest_event_hash: Digest,
    /// How many events it has: an older copy of the row has fewer than the table of events.
    pub event_count: i64,
}

impl std::ops::Deref for Document {
    type Target = NewDocument;

    /// A document is what was issued, and what became of it.
    fn deref(&self) -> &NewDocument {
        &self.issued
    }
}

pub(crate) static DOCUMENTS: Table = Table::new(
    "documents",
    3,
    &[
        "tenant_id",
        "mode",
        "id",
        "reference",
        "template_id",
        "template_version",
        "document_type",
        "title",
        "recipient_name",
        "recipient_email",
        "recipient_folded",
        "external_id",
        "fields",
        "content_hash",
        "credential",
        "credential_hash",
        "certificate_reference",
        "status",
        "status_reason",
        "status_list",
        "status_index",
        "issued_at",
        "awarded_on",
        "expires_at",
        "replaces",
        "replaced_by",
        "erased_at",
        "created_by",
        "newest_event_id",
        "newest_event_hash",
        "event_count",
        "product",
        "placement_id",
        "stamped_hash",
    ],
)
.packing(14)
.added(3);

/// How rows name a product: the first one by nothing, since there was no other.
const fn named(product: Product) -> Option<&'static str> {
    match product {
        Product::Trust => None,
        Product::TCode => Some("tcode"),
    }
}

impl Record for Document {
    fn table() -> &'static Table {
        &DOCUMENTS
    }

    fn values(&self) -> Vec<Value> {
        let issued = &self.issued;
        vec![
            issued.tenant.into(),
            issued.mode.into(),
            issued.id.into(),
            (&issued.reference).into(),
            issued.template_id.into(),
            issued.template_version.into(),
            (&issued.document_type).into(),
            (&issued.title).into(),
            (&issued.recipient_name).into(),
            (&issued.recipient_email).into(),
            (&folded(
                issued.recipient_name.as_deref(),
                issued.recipient_email.as_deref(),
            ))
                .into(),
            (&issued.external_id).into(),
            (&issued.fields).into(),
            issued.content_hash.into(),
            (&issued.credential).into(),
            issued.credential_hash.into(),
            (&issued.certificate_reference).into(),
            self.status.as_str().into(),
            (&self.status_reason).into(),
            issued.status_list.into(),
            issued.status_index.into(),
            issued.issued_at.into(),
            (&issued.awarded_on).into(),
            issued.expires_at.into(),
            self.replaces.into(),
            self.replaced_by.into(),
            self.erased_at.into(),
            (&issued.created_by).into(),
            self.newest_event_id.into(),
            self.newest_event_hash.into(),
            self.event_count.into(),
            named(issued.product).map_or(Value::Null, Into::into),
            issued.placement_id.into(),
            issued.stamped_hash.map_or(Value::Null, Into::into),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        let tenant = fields.uuid()?;
        let mode = fields.mode()?;
        let id = fields.uuid()?;
        let reference = fields.text()?;
        let template_id = fields.uuid()?;
        let template_version = fields.int()?;
        let document_type = fields.text()?;
        let title = fields.opt_text()?;
        let recipient_name = fields.opt_text()?;
        let recipient_email = fields.opt_text()?;
        let _folded = fields.opt_text()?;
        let external_id = fields.opt_text()?;
        let body = fields.opt_text()?;
        let content_hash = fields.digest()?;
        let credential = fields.opt_text()?;
        let credential_hash = fields.digest()?;
        let certificate_reference = fields.text()?;
        let status = fields.word(Status::parse)?;
        let status_reason = fields.opt_text()?;
        let status_list = fields.int()?;
        let status_index = fields.int()?;
        let issued_at = fields.int()?;
        let awarded_on = fields.opt_text()?;
        let expires_at = fields.opt_int()?;
        let replaces = fields.opt_uuid()?;
        let replaced_by = fields.opt_uuid()?;
        let erased_at = fields.opt_int()?;
        let created_by = fields.text()?;
        let newest_event_id = fields.uuid()?;
        let newest_event_hash = fields.digest()?;
        let event_count = fields.int()?;
        let product = match fields.opt_word(|word| (word == "tcode").then_some(Product::TCode))? {
            None => Product::Trust,
            Some(product) => product,
        };
        Ok(Self {
            issued: NewDocument {
                tenant,
                mode,
                id,
                reference,
                product,
                template_id,
                template_version,
                document_type,
                title,
                recipient_name,
                recipient_email,
                external_id,
                fields: body,
                content_hash,
                credential,
                credential_hash,
                certificate_reference,
                status_list,
                status_index,
                issued_at,
                awarded_on,
                expires_at,
                created_by,
                placement_id: fields.opt_uuid()?,
                stamped_hash: fields.opt_digest()?,
            },
            status,
            status_reason,
            replaces,
            replaced_by,
            erased_at,
            newest_event_id,
            newest_event_hash,
            event_count,
        })
    }
}

impl NewDocument {
    /// The kind of an event about it, such as `issuance.issued` or `stamp.revoked`.
    #[must_use]
    pub fn event_kind(&self, what: &str) -> String {
        let noun = match self.product {
            Product::Trust => ISSUANCE,
            Product::TCode => STAMP,
        };
        [noun, what].concat()
    }
}

const ISSUANCE: &str = "issuance.";
const STAMP: &str = "stamp.";

/// Whether an event of this kind is about a document.
#[must_use]
pub fn is_about_document(event_kind: &str) -> bool {
    event_kind.starts_with(ISSUANCE) || event_kind.starts_with(STAMP)
}

impl Document {
    /// Takes note of an event about this document.
    pub(crate) fn note(&mut self, event: &Event) {
        self.newest_event_id = event.id;
        self.newest_event_hash = event.hash;
        self.event_count += 1;
    }
}

/// What the recipient filter looks through.
fn folded(name: Option<&str>, email: Option<&str>) -> Option<String> {
    if name.is_none() && email.is_none() {
        return None;
    }
    Some(format!("{}\n{}", name.unwrap_or(""), email.unwrap_or("")).to_lowercase())
}

/// One document.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    id: Uuid,
) -> Result<Option<Document>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND mode = $2 AND id = $3",
        &[tenant.into(), mode.into(), id.into()],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// How many documents a certificate signed, since a moment or in all. It looks at every document of the tenant.
///
/// # Errors
/// What the database says.
pub fn count_by_certificate(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    certificate_reference: &str,
    since: Option<Micros>,
) -> Result<i64, Error> {
    let rows = view.sql.query(
        "SELECT count(*) FROM documents WHERE tenant_id = $1 AND mode = $2 \
         AND certificate_reference = $3 AND issued_at >= $4",
        &[
            tenant.into(),
            mode.into(),
            certificate_reference.into(),
            since.unwrap_or(0).into(),
        ],
    )?;
    match rows.into_iter().flatten().next() {
        Some(Value::Int(count)) => Ok(count),
        _ => Ok(0),
    }
}

/// The document of this tenant, mode and product with this external id that was not replaced.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find_by_external_id(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    product: Product,
    external_id: &str,
) -> Result<Option<Document>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND mode = $2 AND external_id = $3 AND coalesce(product, '') = $4 AND replaced_by IS NULL",
        &[
            tenant.into(),
            mode.into(),
            external_id.into(),
            named(product).unwrap_or_default().into(),
        ],
    )?;
    Ok(kept.map(|kept| kept.row))
}
