//! Removes the personal data of a document for good.

use ananke_store::Command;
use uuid::Uuid;

use super::document::{self, Shown};
use super::error::Error;
use super::limits;
use super::record::{Answer, Once, commit_counted, event};
use crate::app::Shared;
use crate::http::auth::{May, OfDocuments};

/// Erases a document: reference, hashes, status and issuer stay.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it was erased already.
pub async fn erase<S: OfDocuments>(
    app: &Shared,
    may: &May<S>,
    id: Uuid,
    reason: &str,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let mut whole = document::find(app, (may.tenant.id, may.mode), S::PRODUCT, id).await?;
    may.may_use(whole.row.template_id)?;
    if whole.row.erased_at.is_some() {
        return Err(Error::conflict("this document was erased already"));
    }
    // What waits there about it would come behind its erasure.
    app.history.flush(app).await;
    let record = serde_json::json!({ "reference": whole.row.reference, "reason": reason });
    let event = event(
        app,
        whole.row.tenant,
        &whole.row.event_kind("erased"),
        id,
        &may.actor,
        &record,
    );
    let command = Command::Erase {
        mode: whole.row.mode,
        id,
    };
    let row = &mut whole.row;
    let credential = row.issued.credential.take();
    row.issued.title = None;
    row.issued.recipient_name = None;
    row.issued.recipient_email = None;
    row.issued.external_id = None;
    row.issued.fields = None;
    row.issued.awarded_on = None;
    row.erased_at = Some(event.at);
    whole.files.clear();
    let (counts, shown) = (limits::withdrawing(app, may)?, Shown::of(app, &whole)?);
    let answer = commit_counted(app, once, command, event, counts, &shown).await;
    // Afterwards: until then somebody may have asked and brought it back.
    if let Some(credential) = credential {
        app.verified.forget(&credential);
    }
    answer
}
