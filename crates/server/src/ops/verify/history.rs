//! The tenant's own verifications: noted off the request path, read by key.

use ananke_api::Page;
use ananke_api::tcode::verify::Scan;
use ananke_api::verification::{Door, HistoryEntry, Verdict, Verification};
use ananke_store::{Product, Verification as Row, VerificationFilter, verifications};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Asked;
use super::evidence::Found;
use crate::alerts::Kind;
use crate::app::Shared;
use crate::http::auth::{May, VerificationsRead};
use crate::http::query::{PageQuery, cursor};
use crate::ops::error::Error;
use crate::ops::words::shown;

fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    Ok(serde_json::from_value(serde_json::Value::String(
        text.to_owned(),
    ))?)
}

/// Notes a verification of a known document. Under pressure it is lost, and nothing waits for it.
pub fn note(app: &Shared, found: &Found, answer: &Verification, asked: &Asked<'_>) {
    let (row, scan) = (&found.document, &answer.scan);
    let scan = scan.as_ref();
    if matches!(answer.verdict, Verdict::Revoked | Verdict::Suspended) {
        let now = app.ctx.now_micros();
        let kind = Kind::RevokedDocument;
        app.watch.note(row.tenant, kind, &row.reference, now);
    }
    app.history.note(Row {
        tenant: row.tenant,
        mode: row.mode,
        id: app.ctx.id(),
        document_id: row.id,
        reference: row.reference.clone(),
        method: word(asked.door),
        verdict: word(answer.verdict),
        at: app.ctx.now_micros(),
        actor: asked.caller.map(|caller| caller.actor.name.clone()),
        scan: scan.and_then(|scan| serde_json::to_string(&scan.context).ok()),
    });
}

/// What was said of a scan, as it is kept.
fn scanned(text: &str) -> Result<Scan, Error> {
    Ok(Scan {
        verified: false,
        context: serde_json::from_str(text)?,
    })
}

/// Which verifications to show.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of the document with this reference.
    pub reference: Option<String>,
    /// With this verdict.
    pub verdict: Option<Verdict>,
    /// At or after, in microseconds.
    pub after: Option<i64>,
    /// Before, in microseconds.
    pub before: Option<i64>,
}

/// A page of the tenant's verifications, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn history(
    app: &Shared,
    may: &May<VerificationsRead>,
    product: Option<Product>,
    filter: Filter,
    page: PageQuery,
) -> Result<Page<HistoryEntry>, Error> {
    app.history.flush(app).await;
    let (tenant, mode) = (may.tenant.id, may.mode);
    let rows = app
        .read(move |view| {
            let document_id = match &filter.reference {
                None => None,
                Some(reference) => match ananke_store::locate::by_reference(view, reference)? {
                    // Another tenant's document is as good as none.
                    Some(place) if place.tenant == tenant => Some(place.id),
                    _ => return Ok(Vec::new()),
                },
            };
            let filter = VerificationFilter {
                product,
                document_id,
                verdict: filter.verdict.map(word),
                after: filter.after,
                before: filter.before,
            };
            verifications::list(view, tenant, mode, &filter, page.before, page.limit + 1)
        })
        .await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let items = rows
        .iter()
        .take(limit)
        .map(|row| {
            Ok(HistoryEntry {
                id: row.id,
                at: shown(row.at),
                reference: row.reference.clone(),
                document_id: row.document_id,
                door: read::<Door>(&row.method)?,
                verdict: read(&row.verdict)?,
                scan: row.scan.as_deref().map(scanned).transpose()?,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let next_cursor = items
        .last()
        .filter(|_| rows.len() > limit)
        .map(|last| cursor(last.id));
    Ok(Page { items, next_cursor })
}
