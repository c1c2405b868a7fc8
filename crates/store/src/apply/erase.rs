//! Erasure: everything personal about one document, in every table.

use uuid::Uuid;

use crate::events::{Event, NewEvent};
use crate::write::Claim;
use crate::{Error, Mode, idempotency};

use super::{Tx, documents, must_match};

pub(super) fn erase(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    mode: Mode,
    id: Uuid,
    claim: Option<&Claim>,
) -> Result<Event, Error> {
    let tenant = event.tenant;
    must_match(event, tenant, Some(id))?;
    let mut kept = documents::find(tx, tenant, mode, id)?;
    let row = &mut kept.row;
    row.issued.title = None;
    row.issued.recipient_name = None;
    row.issued.recipient_email = None;
    row.issued.external_id = None;
    row.issued.fields = None;
    row.issued.credential = None;
    row.issued.awarded_on = None;
    row.erased_at = Some(event.at);
    // Before the event of the erasure itself is written: its body stays.
    tx.sql.execute(
        "DELETE FROM event_bodies WHERE tenant_id = $1 AND event_id IN \
         (SELECT id FROM events WHERE tenant_id = $1 AND subject_id = $2)",
        &[tenant.into(), id.into()],
    )?;
    tx.sql.execute(
        "DELETE FROM files WHERE tenant_id = $1 AND document_id = $2",
        &[tenant.into(), id.into()],
    )?;
    // Where it was scanned is about whoever carried it.
    tx.sql.execute(
        "UPDATE verifications SET scan = NULL WHERE tenant_id = $1 AND mode = $2 AND document_id = $3",
        &[tenant.into(), mode.into(), id.into()],
    )?;
    idempotency::erase(tx.sql, tx.keys, tenant, id, claim)?;
    let recorded = tx.append(event)?;
    kept.row.note(&recorded);
    tx.swap(&mut kept)?;
    Ok(recorded)
}
