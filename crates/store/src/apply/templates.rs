//! Templates.

use uuid::Uuid;

use crate::events::{Event, NewEvent};
use crate::table::Kept;
use crate::templates::{Template, TemplateKind, TemplateVersion};
use crate::{Conflict, Error};

use super::{Tx, must_match};

pub(super) fn create(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    (kind, id): (TemplateKind, Uuid),
    name: &str,
    body: &str,
    (is_active, placement_id): (bool, Option<Uuid>),
) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let template = Template {
        tenant: event.tenant,
        id,
        kind,
        name: name.to_owned(),
        version: 1,
        is_active,
        is_archived: false,
        archive_reason: None,
        placement_id,
        created_at: event.at,
        updated_at: event.at,
        deleted_at: None,
    };
    if !tx.insert(&template)? {
        return Err(Error::conflict(Conflict::Id));
    }
    insert_version(tx, event, id, 1, body)?;
    tx.append(event)
}

fn insert_version(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    template_id: Uuid,
    version: i64,
    body: &str,
) -> Result<(), Error> {
    let row = TemplateVersion {
        tenant: event.tenant,
        template_id,
        version,
        body: body.to_owned(),
        created_at: event.at,
    };
    match tx.insert(&row)? {
        true => Ok(()),
        false => Err(Error::conflict(Conflict::Id)),
    }
}

fn find(tx: &mut Tx<'_>, event: &NewEvent, id: Uuid) -> Result<Kept<Template>, Error> {
    must_match(event, event.tenant, Some(id))?;
    tx.one(
        " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
        &[event.tenant.into(), id.into()],
    )?
    .ok_or(Error::Missing)
}

fn store(tx: &mut Tx<'_>, event: &NewEvent, kept: &mut Kept<Template>) -> Result<Event, Error> {
    kept.row.updated_at = event.at;
    tx.swap(kept)?;
    tx.append(event)
}

pub(super) fn update(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    expected: i64,
    (name, body): (&str, &str),
    (is_active, placement_id): (Option<bool>, Option<Uuid>),
) -> Result<Event, Error> {
    let mut kept = find(tx, event, id)?;
    if kept.row.version != expected {
        return Err(Error::Precondition {
            current: kept.row.version,
        });
    }
    kept.row.version += 1;
    name.clone_into(&mut kept.row.name);
    kept.row.is_active = is_active.unwrap_or(kept.row.is_active);
    kept.row.placement_id = placement_id.or(kept.row.placement_id);
    insert_version(tx, event, id, kept.row.version, body)?;
    store(tx, event, &mut kept)
}

pub(super) fn set_flags(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    is_active: Option<bool>,
    is_archived: Option<&(bool, Option<String>)>,
) -> Result<Event, Error> {
    let mut kept = find(tx, event, id)?;
    kept.row.is_active = is_active.unwrap_or(kept.row.is_active);
    if let Some((is_archived, reason)) = is_archived {
        kept.row.is_archived = *is_archived;
        kept.row.archive_reason.clone_from(reason);
    }
    store(tx, event, &mut kept)
}

pub(super) fn set_placement(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    id: Uuid,
    placement_id: Option<Uuid>,
) -> Result<Event, Error> {
    let mut kept = find(tx, event, id)?;
    kept.row.placement_id = placement_id;
    store(tx, event, &mut kept)
}

/// The row stays: a document issued by another node at this very moment may pin its version.
pub(super) fn delete(tx: &mut Tx<'_>, event: &NewEvent, id: Uuid) -> Result<Event, Error> {
    let mut kept = find(tx, event, id)?;
    // A stamp says which placement template it was made with, and needs it no more.
    let question = match kept.row.kind {
        TemplateKind::Trust | TemplateKind::Tdoc => {
            "SELECT template_version FROM documents WHERE tenant_id = $1 AND template_id = $2 LIMIT 1"
        }
        TemplateKind::Placement => {
            "SELECT version FROM templates WHERE tenant_id = $1 AND placement_id = $2 AND deleted_at IS NULL LIMIT 1"
        }
    };
    let used = tx.sql.query(question, &[event.tenant.into(), id.into()])?;
    if !used.is_empty() {
        return Err(Error::conflict(Conflict::TemplateInUse));
    }
    kept.row.deleted_at = Some(event.at);
    store(tx, event, &mut kept)
}
