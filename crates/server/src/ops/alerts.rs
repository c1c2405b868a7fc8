//! Alerts of a tenant, listed and acknowledged.

use ananke_api::Page;
use ananke_api::alert::Alert;
use ananke_store::{Alert as Row, Command, alerts};
use uuid::Uuid;

use super::error::Error;
use super::record::{Actor, Answer, Once, commit, event};
use super::words::shown;
use crate::alerts::Kind;
use crate::app::Shared;
use crate::http::query::{PageQuery, cursor};

/// An alert as it is shown.
///
/// # Errors
/// The row holds what this server does not write.
pub fn show(row: Row) -> Result<Alert, Error> {
    Ok(Alert {
        id: row.id,
        message: Kind::parse(&row.kind).map_or("", Kind::text).to_owned(),
        kind: row.kind,
        subject: row.subject,
        severity: serde_json::from_value(row.severity.into())?,
        details: serde_json::from_str(&row.details)?,
        first_at: shown(row.first_at),
        last_at: shown(row.last_at),
        occurrences: row.occurrences,
        ended_at: row.ended_at.map(shown),
        ended_by: row.ended_by,
    })
}

/// A page of a tenant's alerts, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(
    app: &Shared,
    tenant: Uuid,
    is_open: Option<bool>,
    page: PageQuery,
) -> Result<Page<Alert>, Error> {
    let (before, limit) = (page.before, page.limit);
    let rows = app
        .read(move |view| alerts::list(view, tenant, is_open, before, limit + 1))
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    let items = rows.into_iter().take(limit).map(show);
    let items = items.collect::<Result<Vec<_>, _>>()?;
    let next_cursor = items
        .last()
        .filter(|_| has_more)
        .map(|last| cursor(last.id));
    Ok(Page { items, next_cursor })
}

/// Ends an alert because somebody saw to it.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it has ended.
pub async fn acknowledge(
    app: &Shared,
    actor: &Actor,
    (tenant, id): (Uuid, Uuid),
    once: Option<Once>,
) -> Result<Answer, Error> {
    let ended = || Error::conflict("this alert has ended already");
    let found = app.read(move |view| alerts::find(view, tenant, id)).await?;
    let mut row = found.ok_or(Error::NotFound)?;
    if row.ended_at.is_some() {
        return Err(ended());
    }
    let body = serde_json::json!({ "kind": row.kind, "subject": row.subject });
    let event = event(app, tenant, "alert.acknowledged", id, actor, &body);
    row.ended_at = Some(event.at);
    row.ended_by = Some(event.actor.clone());
    let shown = show(row)?;
    match commit(app, once, Command::EndAlert { id }, event, &shown, None).await {
        Err(Error::Stale) => Err(ended()),
        other => other,
    }
}
