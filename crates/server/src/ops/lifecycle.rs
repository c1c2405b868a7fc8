//! Suspends, revokes, reinstates and expires documents.

use ananke_api::lifecycle::Action as Asked;
use ananke_format::lifecycle::{self, Action, LifecycleStatement, Reason, Status};
use ananke_format::{Reference, Sha256};
use ananke_store::{Command, Document, Error as StoreError};
use uuid::Uuid;

use super::document::{self, Shown, Whole};
use super::error::Error;
use super::limits;
use super::record::{Answer, Once, commit_counted, event};
use super::words::{instant, recorded, status, stored_status};
use crate::app::Shared;
use crate::http::auth::{May, OfDocuments};

/// What a lifecycle request says.
#[derive(Debug, Clone)]
pub struct Input {
    /// What to do.
    pub action: Asked,
    /// Why, for `revoke`.
    pub reason: Option<Reason>,
    /// A note for the issuer's records.
    pub note: Option<String>,
}

/// A change of status, decided and signed, not yet stored.
pub struct Change {
    /// What is recorded from now on.
    pub status: Status,
    /// Why.
    pub reason: Option<Reason>,
    /// What the document is now, for readers: expired where its time has passed.
    pub effective: Status,
    /// Kind of the event.
    pub kind: String,
    /// Body of the event.
    pub record: serde_json::Value,
}

impl Change {
    /// What is stored of it, if the document is still as it was when this was decided.
    #[must_use]
    pub fn command(&self, row: &Document) -> Command {
        Command::Lifecycle {
            mode: row.mode,
            id: row.id,
            expected: row.newest_event_hash,
            status: stored_status(self.status),
            reason: self.reason.map(|reason| reason.as_str().to_owned()),
        }
    }
}

/// Another request may change a document between reading and writing; then it is read again.
const TRIES: usize = 4;

/// Changes the status of a document.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where the status does not allow it.
pub async fn change<S: OfDocuments>(
    app: &Shared,
    may: &May<S>,
    id: Uuid,
    input: &Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    for _ in 1..TRIES {
        match try_change(app, may, id, input, once.clone()).await {
            Err(Error::Stale) => {}
            other => return other,
        }
    }
    Err(StoreError::Stale.into())
}

async fn try_change<S: OfDocuments>(
    app: &Shared,
    may: &May<S>,
    id: Uuid,
    input: &Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let mut whole = document::find(app, (may.tenant.id, may.mode), S::PRODUCT, id).await?;
    may.may_use(whole.row.template_id)?;
    if input.action == Asked::Revoke && input.reason.is_none() && may.tenant.requires_reason {
        return Err(Error::invalid(
            "reason",
            "is required: this tenant asks for a reason with every revocation",
        ));
    }
    let change = decide(
        app,
        &whole.row,
        input.action,
        input.reason,
        input.note.as_deref(),
    )
    .await?;
    let row = &whole.row;
    let event = event(
        app,
        row.tenant,
        &change.kind,
        row.id,
        &may.actor,
        &change.record,
    );
    let command = change.command(row);
    let shown = after(app, &mut whole, &change)?;
    let counts = match input.action {
        Asked::Suspend | Asked::Revoke | Asked::Expire => limits::withdrawing(app, may)?,
        Asked::Reinstate | Asked::Reactivate => Vec::new(),
    };
    commit_counted(app, once, command, event, counts, &shown)
        .await
        .inspect(|_| app.list_changed(&whole.row))
}

/// The document as it is after the change.
fn after(app: &Shared, whole: &mut Whole, change: &Change) -> Result<Shown, Error> {
    whole.row.status = stored_status(change.status);
    whole.row.status_reason = change.reason.map(|reason| reason.as_str().to_owned());
    let mut shown = Shown::of(app, whole)?;
    shown.set_status(status(change.effective));
    Ok(shown)
}

/// Decides a change and signs its statement.
///
/// # Errors
/// A conflict that says what is allowed; the server is sealed.
pub async fn decide(
    app: &Shared,
    row: &Document,
    asked: Asked,
    reason: Option<Reason>,
    note: Option<&str>,
) -> Result<Change, Error> {
    if row.erased_at.is_some() {
        return Err(Error::conflict(
            "this document was erased; nothing more can be done with it",
        ));
    }
    let action = match asked {
        Asked::Suspend => Action::Suspend,
        Asked::Revoke => Action::Revoke,
        Asked::Reinstate => Action::Reinstate,
        Asked::Reactivate => Action::Reactivate,
        Asked::Expire => Action::Expire,
    };
    let now = app.now();
    let expires_at = row.expires_at.map(instant);
    let late = lifecycle::is_past(expires_at, now);
    let transition = lifecycle::apply(recorded(row.status), action, reason, late)
        .map_err(|illegal| refuse(&illegal))?;
    let reference = Reference::parse_canonical(&row.reference)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let statement = LifecycleStatement {
        reference,
        action,
        from: transition.from,
        to: transition.to,
        reason: transition.reason,
        at: now,
        document: Sha256::from_bytes(row.credential_hash),
    };
    let mode = row.mode;
    let signer = app.ring()?.status_signer(app, mode).await?;
    let statement = statement.issue(&app.base_url, mode, signer.as_ref())?;
    let kind = row.event_kind(match action {
        Action::Suspend => "suspended",
        Action::Revoke => "revoked",
        Action::Reinstate | Action::Reactivate => "reinstated",
        Action::Expire => "expired",
    });
    let record = serde_json::json!({
        "reference": row.reference,
        "action": action,
        "from": transition.from,
        "to": transition.to,
        "reason": transition.reason,
        "note": note,
        "statement": statement,
    });
    Ok(Change {
        status: transition.recorded,
        reason: transition.reason,
        effective: transition.to,
        kind,
        record,
    })
}

fn refuse(illegal: &lifecycle::Illegal) -> Error {
    let allowed = match illegal.allowed {
        [] => "nothing can be done with it any more".to_owned(),
        actions => {
            let words: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
            format!("allowed: {}", words.join(", "))
        }
    };
    let reasons = if illegal.action == Action::Revoke && !illegal.reasons.is_empty() {
        let words: Vec<_> = illegal
            .reasons
            .iter()
            .map(|reason| reason.as_str())
            .collect();
        format!(" (revoke only with the reason {})", words.join(", "))
    } else {
        String::new()
    };
    Error::conflict(format!(
        "cannot {} a document that is {}; {allowed}{reasons}",
        illegal.action, illegal.from
    ))
}
