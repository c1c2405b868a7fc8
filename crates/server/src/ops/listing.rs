//! Pages of documents and of their events.

use ananke_api::Page;
use ananke_api::issuance::Issuance;
use ananke_api::lifecycle::Event;
use ananke_store::{DocumentFilter, document_list, documents, events};
use uuid::Uuid;

use super::audit_events;
use super::document::{complete, show};
use super::error::Error;
use crate::app::Shared;
use crate::http::auth::{IssuancesRead, May};
use crate::http::query::{PageQuery, cursor};

/// A page of documents, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn documents(
    app: &Shared,
    may: &May<IssuancesRead>,
    filter: DocumentFilter,
    page: PageQuery,
) -> Result<Page<Issuance>, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
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
    let next_cursor = items
        .last()
        .filter(|_| rows.len() > limit)
        .map(|last| cursor(last.id));
    Ok(Page { items, next_cursor })
}

/// A page of a document's events, oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn events(
    app: &Shared,
    may: &May<IssuancesRead>,
    id: Uuid,
    page: PageQuery,
) -> Result<Page<Event>, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
    let rows = app
        .read(move |view| {
            if documents::find(view, tenant, mode, id)?.is_none() {
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
