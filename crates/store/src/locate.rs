//! The only finders that name no tenant: they tell where something is, and nothing about it. A
//! test lists the functions of this file; add none without a reason.

use uuid::Uuid;

use crate::content_hashes::{ContentHash, prefix};
use crate::value::Fields;
use crate::{Digest, Error, Micros, Mode, View};

/// Where a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// Whose.
    pub tenant: Uuid,
    /// Live or test.
    pub mode: Mode,
    /// The document.
    pub id: Uuid,
}

/// The document with this reference, in its normal form. A pointer: the finder that reads the
/// document checks it.
///
/// # Errors
/// What the database says.
pub fn by_reference(view: &mut View<'_>, reference: &str) -> Result<Option<Located>, Error> {
    let found = pointer(
        view,
        "documents",
        &["tenant_id", "mode", "id"],
        "reference",
        reference,
    )?;
    let Some(mut fields) = found else {
        return Ok(None);
    };
    Ok(Some(Located {
        tenant: fields.uuid()?,
        mode: fields.mode()?,
        id: fields.uuid()?,
    }))
}

/// The documents with this hash, of a file or of their credential, each once: live ones first, of them those issued
/// first. However many test documents there are, they hide no live one.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn by_hash(view: &mut View<'_>, hash: &Digest, limit: i64) -> Result<Vec<Located>, Error> {
    let rows: Vec<ContentHash> = view.rows(
        " WHERE substr(hash, 1, 8) = $1 AND hash = $2 ORDER BY mode, issued_at, document_id LIMIT $3",
        &[prefix(hash), (*hash).into(), limit.into()],
    )?;
    let mut found: Vec<(Located, Micros)> = rows
        .iter()
        .map(|row| (row.located(), row.issued_at))
        .collect();
    found.extend(by_credential_hash(view, hash, limit)?);
    found.sort_by_key(|(located, at)| (located.mode, *at, located.id));
    // A file may be both submitted and delivered.
    found.dedup_by_key(|(located, _)| located.id);
    Ok(found.into_iter().map(|(located, _)| located).collect())
}

/// The document whose credential has this hash, and when it was issued; more than one only where somebody edited rows. A
/// pointer, like the one of a reference.
pub(crate) fn by_credential_hash(
    view: &mut View<'_>,
    hash: &Digest,
    limit: i64,
) -> Result<Vec<(Located, Micros)>, Error> {
    const COLUMNS: &[&str] = &["tenant_id", "mode", "id", "issued_at"];
    let rows = view.sql.query(
        "SELECT tenant_id, mode, id, issued_at FROM documents \
         WHERE substr(credential_hash, 1, 8) = $1 AND credential_hash = $2 ORDER BY mode, issued_at, id LIMIT $3",
        &[prefix(hash), (*hash).into(), limit.into()],
    )?;
    rows.into_iter()
        .map(|row| located_at(COLUMNS, row))
        .collect()
}

fn located_at(
    columns: &'static [&'static str],
    row: Vec<crate::value::Value>,
) -> Result<(Located, Micros), Error> {
    let mut fields = Fields::new("documents", columns, String::new(), row);
    let located = Located {
        tenant: fields.uuid()?,
        mode: fields.mode()?,
        id: fields.uuid()?,
    };
    Ok((located, fields.int()?))
}

/// The tenant of the API key with this id.
///
/// # Errors
/// What the database says.
pub fn by_api_key(view: &mut View<'_>, id: &str) -> Result<Option<Uuid>, Error> {
    let found = pointer(view, "api_keys", &["tenant_id"], "id", id)?;
    found.map(|mut fields| fields.uuid()).transpose()
}

/// The tenant with this issuer code.
///
/// # Errors
/// What the database says.
pub fn by_issuer_code(view: &mut View<'_>, code: &str) -> Result<Option<Uuid>, Error> {
    let found = pointer(view, "tenants", &["tenant_id"], "code", code)?;
    found.map(|mut fields| fields.uuid()).transpose()
}

/// The tenant and id of the signing key with this certificate reference.
///
/// # Errors
/// What the database says.
pub fn by_certificate(
    view: &mut View<'_>,
    certificate_reference: &str,
) -> Result<Option<(Uuid, Uuid)>, Error> {
    let found = pointer(
        view,
        "signing_keys",
        &["tenant_id", "id"],
        "certificate_reference",
        certificate_reference,
    )?;
    let Some(mut fields) = found else {
        return Ok(None);
    };
    Ok(Some((fields.uuid()?, fields.uuid()?)))
}

/// A page of tenant ids in order, after the one given: for what concerns every issuer, such as the
/// trust bundle.
///
/// # Errors
/// What the database says.
pub fn tenants(view: &mut View<'_>, after: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>, Error> {
    let rows = view.sql.query(
        "SELECT tenant_id FROM tenants WHERE tenant_id > $1 ORDER BY tenant_id LIMIT $2",
        &[after.unwrap_or(Uuid::nil()).into(), limit.into()],
    )?;
    rows.into_iter()
        .map(|row| Fields::new("tenants", &["tenant_id"], String::new(), row).uuid())
        .collect()
}

/// Documents whose time passed after one moment and document and up to another moment, in that order, each with that
/// time. Pointers: the finder that reads the document checks it.
///
/// # Errors
/// What the database says.
pub fn expired(
    view: &mut View<'_>,
    (after, last): (Micros, Uuid),
    until: Micros,
    limit: i64,
) -> Result<Vec<(Located, Micros)>, Error> {
    const COLUMNS: &[&str] = &["tenant_id", "mode", "id", "expires_at"];
    let rows = view.sql.query(
        "SELECT tenant_id, mode, id, expires_at FROM documents WHERE expires_at IS NOT NULL \
         AND (expires_at, id) > ($1, $2) AND expires_at <= $3 ORDER BY expires_at, id LIMIT $4",
        &[after.into(), last.into(), until.into(), limit.into()],
    )?;
    rows.into_iter()
        .map(|row| located_at(COLUMNS, row))
        .collect()
}

/// Tenant and id of the jobs that may be claimed now, those due longest first. A pointer: the claim checks the row. On
/// PostgreSQL those are passed over that another node is claiming at this moment.
pub(crate) fn due_jobs(
    view: &mut View<'_>,
    now: Micros,
    limit: i64,
    claims: bool,
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let lock = match claims {
        true => view.sql.engine().pick("", " FOR UPDATE SKIP LOCKED"),
        false => "",
    };
    let rows = view.sql.query(
        &format!(
            "SELECT tenant_id, id FROM jobs WHERE state = 'waiting' AND run_at <= $1 ORDER BY run_at LIMIT $2{lock}"
        ),
        &[now.into(), limit.into()],
    )?;
    let read = |row| {
        let mut fields = Fields::new("jobs", &["tenant_id", "id"], String::new(), row);
        Ok((fields.uuid()?, fields.uuid()?))
    };
    rows.into_iter().map(read).collect()
}

/// The columns of the row whose unique column has this value.
fn pointer(
    view: &mut View<'_>,
    table: &'static str,
    columns: &'static [&'static str],
    unique: &str,
    value: &str,
) -> Result<Option<Fields>, Error> {
    let text = format!(
        "SELECT {} FROM {table} WHERE {unique} = $1",
        columns.join(", ")
    );
    let row = view.sql.query(&text, &[value.into()])?.into_iter().next();
    Ok(row.map(|row| Fields::new(table, columns, value.to_owned(), row)))
}
