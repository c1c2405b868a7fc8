//! Verification history: known documents only, batched off the request path, neither authenticated
//! nor complete under pressure.

use ananke_format::Product;
use uuid::Uuid;

use crate::value::{Fields, Value};
use crate::{Error, Micros, Mode, View};

/// One verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Whose document.
    pub tenant: Uuid,
    /// Its mode.
    pub mode: Mode,
    /// UUIDv7 of the verification.
    pub id: Uuid,
    /// The document.
    pub document_id: Uuid,
    /// Its reference.
    pub reference: String,
    /// How it was asked: `reference`, `hash`, `file`, `page`, `payload`, `image`.
    pub method: String,
    /// What was answered.
    pub verdict: String,
    /// When.
    pub at: Micros,
    /// The key that came with the question, if any.
    pub actor: Option<String>,
    /// JSON: what the asker said of the scan.
    pub scan: Option<String>,
}

/// Which verifications a list shows.
#[derive(Debug, Clone, Default)]
pub struct VerificationFilter {
    /// Of documents of this product.
    pub product: Option<Product>,
    /// Of this document.
    pub document_id: Option<Uuid>,
    /// With this answer.
    pub verdict: Option<String>,
    /// At or after.
    pub after: Option<Micros>,
    /// Before.
    pub before: Option<Micros>,
}

pub(crate) const COLUMNS: &[&str] = &[
    "tenant_id",
    "mode",
    "id",
    "document_id",
    "reference",
    "method",
    "verdict",
    "at",
    "actor",
    "scan",
];

/// What the references of a product begin with.
const fn prefix(product: Product) -> &'static str {
    match product {
        Product::Trust => "TRF-",
        Product::TCode => "TCR-",
    }
}

/// A page of a tenant's verifications, newest first, older than the cursor (the id of the last one
/// seen).
///
/// # Errors
/// What the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    filter: &VerificationFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Verification>, Error> {
    let mut values = vec![Value::from(tenant), Value::from(mode)];
    let mut text = format!(
        "SELECT {} FROM verifications WHERE tenant_id = $1 AND mode = $2",
        COLUMNS.join(", ")
    );
    let mut also = |condition: &str, value: Value| {
        values.push(value);
        text.push_str(&condition.replace('#', &format!("${}", values.len())));
    };
    if let Some(before) = before {
        also(" AND id < #", before.into());
    }
    if let Some(product) = filter.product {
        also(" AND substr(reference, 1, 4) = #", prefix(product).into());
    }
    if let Some(document) = filter.document_id {
        also(" AND document_id = #", document.into());
    }
    if let Some(verdict) = &filter.verdict {
        also(" AND verdict = #", verdict.into());
    }
    if let Some(after) = filter.after {
        also(" AND at >= #", after.into());
    }
    if let Some(end) = filter.before {
        also(" AND at < #", end.into());
    }
    also(" ORDER BY id DESC LIMIT #", limit.into());
    let rows = view.sql.query(&text, &values)?;
    rows.into_iter()
        .map(|row| {
            let mut fields = Fields::new("verifications", COLUMNS, String::new(), row);
            Ok(Verification {
                tenant: fields.uuid()?,
                mode: fields.mode()?,
                id: fields.uuid()?,
                document_id: fields.uuid()?,
                reference: fields.text()?,
                method: fields.text()?,
                verdict: fields.text()?,
                at: fields.int()?,
                actor: fields.opt_text()?,
                scan: fields.opt_text()?,
            })
        })
        .collect()
}
