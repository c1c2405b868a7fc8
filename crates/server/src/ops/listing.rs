//! Pages of documents and of their events.

use ananke_api::Page;
use ananke_api::lifecycle::Event;
use ananke_store::{DocumentFilter, document_list, documents, events};
use uuid::Uuid;

use super::audit_events;
use super::document::{Whole, complete};
use super::error::Error;
use crate::app::Shared;
use crate::http::auth::{May, OfDocuments};
use crate::http::query::{PageQuery, cursor};

/// A page of documents, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn documents<S: OfDocuments, T>(
    app: &Shared,
    may: &May<S>,
    filter: DocumentFilter,
    page: PageQuery,
    show: fn(&Shared, &Whole) -> Result<T, Error>,
) -> Result<Page<T>, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
    let filter = DocumentFilter {
        product: Some(S::PRODUCT),
        ..filter
    };
    let rows = app
        .read(move |view| {
            let rows =
                document_list::list(view, tenant, mode, &filter, page.before, page.limit + 1)?;
            rows.into_iter()
                .map(|row| complete(view, row))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let items = rows
        .iter()
        .take(limit)
        .map(|whole| show(app, whole))
        .collect::<Result<Vec<_>, _>>()?;
    let last = rows.get(limit.wrapping_sub(1));
    let next_cursor = last
        .filter(|_| rows.len() > limit)
        .map(|last| cursor(last.row.id));
    Ok(Page { items, next_cursor })
}

/// A page of a document's events, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn events<S: OfDocuments>(
    app: &Shared,
    may: &May<S>,
    id: Uuid,
    page: PageQuery,
) -> Result<Page<Event>, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
    let rows = app
        .read(move |view| {
            let found = documents::find(view, tenant, mode, id)?;
            if found.is_none_or(|row| row.product != S::PRODUCT) {
                return Ok(None);
            }
            events::list_by_subject(view, tenant, id, page.before, page.limit + 1).map(Some)
        })
        .await?;
    let rows = rows.ok_or(Error::NotFound)?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    let items = rows
        .into_iter()
        .take(limit)
        .map(audit_events::show)
        .collect::<Result<Vec<_>, Error>>()?;
    let next_cursor = items.last().filter(|_| more).map(|last| cursor(last.id));
    Ok(Page { items, next_cursor })
}
