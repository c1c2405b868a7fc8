//! Pages of documents: newest first, stable under inserts, because ids are in time order and the
//! cursor is the last id seen.

use ananke_format::Product;
use uuid::Uuid;

use crate::documents::{Document, Status};
use crate::value::Value;
use crate::{Error, Micros, Mode, View};

/// Which documents a list shows. `Default` shows all.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// Of this product.
    pub product: Option<Product>,
    /// As it stands at `now`: active documents past their time count as expired.
    pub status: Option<Status>,
    /// The time for `status`.
    pub now: Micros,
    /// Of this template.
    pub template_id: Option<Uuid>,
    /// With this external id, replaced ones too.
    pub external_id: Option<String>,
    /// Part of the recipient's name or e-mail address, without regard to case. Not a pattern.
    pub recipient: Option<String>,
    /// Issued at or after.
    pub issued_after: Option<Micros>,
    /// Issued before.
    pub issued_before: Option<Micros>,
    /// Exactly this reference.
    pub reference: Option<String>,
}

/// A page of at most `limit` documents older than `before`, the id of the last one seen.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    filter: &DocumentFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Document>, Error> {
    let mut values = vec![Value::from(tenant), Value::from(mode)];
    let mut text = String::from(" WHERE tenant_id = $1 AND mode = $2");
    match filter.product {
        None => {}
        Some(Product::Trust) => text.push_str(" AND product IS NULL"),
        Some(Product::TCode) => text.push_str(" AND product IS NOT NULL"),
    }
    let mut also = |condition: &str, value: Value| {
        values.push(value);
        text.push_str(&condition.replace('#', &format!("${}", values.len())));
    };
    if let Some(before) = before {
        also(" AND id < #", before.into());
    }
    match filter.status {
        None => {}
        Some(Status::Active) => also(
            " AND status = 'active' AND (expires_at IS NULL OR expires_at > #)",
            filter.now.into(),
        ),
        Some(Status::Expired) => also(
            " AND (status = 'expired' OR (status = 'active' AND expires_at <= #))",
            filter.now.into(),
        ),
        Some(status) => also(" AND status = #", status.as_str().into()),
    }
    if let Some(template_id) = filter.template_id {
        also(" AND template_id = #", template_id.into());
    }
    if let Some(external_id) = &filter.external_id {
        also(" AND external_id = #", external_id.into());
    }
    if let Some(recipient) = &filter.recipient {
        // `LIKE` would give `%` and `_` a meaning and fold case differently on each engine.
        let within = view.sql.engine().pick("instr", "strpos");
        also(
            &format!(" AND {within}(recipient_folded, #) > 0"),
            Value::Text(recipient.to_lowercase()),
        );
    }
    if let Some(after) = filter.issued_after {
        also(" AND issued_at >= #", after.into());
    }
    if let Some(end) = filter.issued_before {
        also(" AND issued_at < #", end.into());
    }
    if let Some(reference) = &filter.reference {
        also(" AND reference = #", reference.into());
    }
    also(" ORDER BY id DESC LIMIT #", limit.into());
    view.rows(&text, &values)
}

/// By whom and when documents were issued.
#[derive(Debug, Clone, Default)]
pub struct Issued {
    /// By this actor, as in events.
    pub by: Option<String>,
    /// At or after.
    pub from: Option<Micros>,
    /// Before.
    pub to: Option<Micros>,
}

/// A page of the documents issued so that are neither revoked nor erased, in the order of their ids, after the last one
/// seen.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn unrevoked(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    issued: &Issued,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Document>, Error> {
    let mut values = vec![Value::from(tenant), mode.into(), after.into()];
    let mut text = String::from(
        " WHERE tenant_id = $1 AND mode = $2 AND id > $3 AND status <> 'revoked' AND erased_at IS NULL",
    );
    let mut also = |condition: &str, value: Value| {
        values.push(value);
        text.push_str(&condition.replace('#', &format!("${}", values.len())));
    };
    if let Some(by) = &issued.by {
        also(" AND created_by = #", by.into());
    }
    if let Some(from) = issued.from {
        also(" AND issued_at >= #", from.into());
    }
    if let Some(to) = issued.to {
        also(" AND issued_at < #", to.into());
    }
    also(" ORDER BY id LIMIT #", limit.into());
    view.rows(&text, &values)
}
