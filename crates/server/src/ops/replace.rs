//! Issues a document in the place of another.

use ananke_api::lifecycle::Action;
use ananke_format::lifecycle::Reason;
use ananke_store::{Command, Error as StoreError, Original};
use uuid::Uuid;

use super::document::{self, status_now};
use super::error::Error;
use super::issue::{self, Input};
use super::lifecycle::decide;
use super::limits;
use super::record::{Answer, Once, commit_counted, event};
use super::words::stored_status;
use crate::app::Shared;
use crate::http::auth::{IssuancesWrite, May};

const TRIES: usize = 4;

/// Replaces a document; the new one inherits its external id unless it brings one.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it was replaced or erased already; and as issuing.
pub async fn replace(
    app: &Shared,
    may: &May<IssuancesWrite>,
    id: Uuid,
    input: &Input,
    revoke_original: bool,
    once: Option<Once>,
) -> Result<Answer, Error> {
    for _ in 1..TRIES {
        match try_replace(app, may, id, input.clone(), revoke_original, once.clone()).await {
            Err(Error::Stale) => {}
            other => return other,
        }
    }
    Err(StoreError::Stale.into())
}

async fn try_replace(
    app: &Shared,
    may: &May<IssuancesWrite>,
    id: Uuid,
    mut input: Input,
    revoke_original: bool,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let original = document::find(app, may.tenant.id, may.mode, id).await?;
    may.may_use(original.row.template_id)?;
    if let Some(successor) = &original.replaced_by {
        return Err(Error::conflict(format!(
            "this document was replaced already, by {successor}: replace that one"
        )));
    }
    let row = &original.row;
    // Whatever is revoked stays so; an expired one cannot be revoked for having been replaced.
    let status = status_now(app, row);
    let revocable = status.revocation_reasons().contains(&Reason::Superseded);
    let change = if revoke_original && revocable {
        Some(decide(app, row, Action::Revoke, Some(Reason::Superseded), None).await?)
    } else {
        None
    };
    input.external_id = input.external_id.or_else(|| row.external_id.clone());
    let mut prepared = issue::prepare(app, may, input).await?;
    prepared.shown.replaces = Some(row.reference.clone());
    let successor = &prepared.issue.document;
    let mut record = change
        .as_ref()
        .map_or_else(|| serde_json::json!({}), |change| change.record.clone());
    record["replacedBy"] = successor.reference.clone().into();
    let original = Original {
        id: row.id,
        expected: row.newest_event_hash,
        status: change.as_ref().map(|change| {
            (
                stored_status(change.status),
                change.reason.map(|reason| reason.as_str().to_owned()),
            )
        }),
        event: event(
            app,
            row.tenant,
            "issuance.replaced",
            row.id,
            &may.actor,
            &record,
        ),
    };
    prepared.record["replaces"] = row.reference.clone().into();
    let event = event(
        app,
        row.tenant,
        "issuance.issued",
        successor.id,
        &may.actor,
        &prepared.record,
    );
    let command = Command::Replace {
        issue: Box::new(prepared.issue),
        original: Box::new(original),
    };
    let mut counts = limits::issuing(app, may)?;
    counts.extend(limits::withdrawing(app, may)?);
    let answer = commit_counted(app, once, command, event, counts, &prepared.shown).await?;
    app.list_changed(row);
    Ok(answer)
}
