//! Documents: issue, replace, lifecycle, renditions.

use uuid::Uuid;

use crate::content_hashes::{ContentHash, HashKind, NewHash};
use crate::documents::{Document, NewDocument, Status};
use crate::events::{Event, NewEvent};
use crate::files::{FILES, FileRow, NewFile};
use crate::mac::sha256;
use crate::status_lists::LIST_LEN;
use crate::table::{Kept, Record};
use crate::value::Value;
use crate::write::{NewIssue, Original};
use crate::{Conflict, Digest, Error, Mode, fail};

use super::{Tx, lists, must_match};

pub(super) fn issue(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    issue: &NewIssue,
    replaces: Option<Uuid>,
) -> Result<Event, Error> {
    check(event, issue)?;
    let recorded = tx.append(event)?;
    fail::crash!("crash-after-the-event", true);
    if !tx.insert(&first(issue, &recorded, replaces))? {
        return Err(taken(tx, &issue.document)?);
    }
    fail::crash!("crash-after-the-document", true);
    for hash in &issue.hashes {
        insert_hash(tx, &issue.document, hash.kind, hash.hash)?;
    }
    insert_first_file(tx, event, issue)?;
    Ok(recorded)
}

/// What [`issue`] does, for many at once and with as few statements as possible. `None` when any of them met another:
/// then nothing may stay, and each is asked for alone.
pub(super) fn issue_all(
    tx: &mut Tx<'_>,
    issues: &[(&NewEvent, &NewIssue)],
) -> Result<Option<Vec<Event>>, Error> {
    for (event, issue) in issues {
        check(event, issue)?;
    }
    let events = issues.iter().map(|(event, _)| *event).collect::<Vec<_>>();
    let Some(recorded) = tx.append_all(&events)? else {
        return Ok(None);
    };
    fail::crash!("crash-after-the-event", true);
    let pairs = issues.iter().zip(&recorded);
    let documents: Vec<Document> = pairs
        .map(|((_, issue), recorded)| first(issue, recorded, None))
        .collect();
    if !tx.insert_all(&documents)? {
        return Ok(None);
    }
    fail::crash!("crash-after-the-document", true);
    let hashes: Vec<ContentHash> = issues
        .iter()
        .flat_map(|(_, issue)| {
            let document = &issue.document;
            let row = |hash: &NewHash| content_hash(document, hash.kind, hash.hash);
            issue.hashes.iter().map(row)
        })
        .collect();
    if !tx.insert_all(&hashes)? {
        return Ok(None);
    }
    for (event, issue) in issues {
        insert_first_file(tx, event, issue)?;
    }
    Ok(Some(recorded))
}

fn check(event: &NewEvent, issue: &NewIssue) -> Result<(), Error> {
    let new = &issue.document;
    must_match(event, new.tenant, Some(new.id))?;
    if !(0..LIST_LEN).contains(&new.status_index) || new.status_list < 0 {
        return Err(Error::Refused {
            reason: "the status index lies outside of its list".to_owned(),
        });
    }
    Ok(())
}

/// A document as its first event leaves it.
fn first(issue: &NewIssue, recorded: &Event, replaces: Option<Uuid>) -> Document {
    Document {
        issued: issue.document.clone(),
        status: Status::Active,
        status_reason: None,
        replaces,
        replaced_by: None,
        erased_at: None,
        newest_event_id: recorded.id,
        newest_event_hash: recorded.hash,
        event_count: 1,
    }
}

fn insert_first_file(tx: &mut Tx<'_>, event: &NewEvent, issue: &NewIssue) -> Result<(), Error> {
    match &issue.file {
        Some(file) if !insert_file(tx, event, &issue.document, file)? => {
            Err(Error::conflict(Conflict::Id))
        }
        _ => Ok(()),
    }
}

/// Which of the uniqueness rules refused a document.
fn taken(tx: &mut Tx<'_>, new: &NewDocument) -> Result<Error, Error> {
    let mut view = tx.view();
    if crate::locate::by_reference(&mut view, &new.reference)?.is_some() {
        return Ok(Error::conflict(Conflict::Reference));
    }
    if let Some(external_id) = &new.external_id
        && let Some(first) = crate::documents::find_by_external_id(
            &mut view,
            new.tenant,
            new.mode,
            new.product,
            external_id,
        )?
    {
        return Ok(Error::Conflict {
            what: Conflict::ExternalId,
            existing: Some(first.issued.reference),
        });
    }
    Ok(Error::conflict(Conflict::Id))
}

fn insert_hash(
    tx: &mut Tx<'_>,
    document: &NewDocument,
    kind: HashKind,
    hash: Digest,
) -> Result<(), Error> {
    // Two renderers may make the same bytes; then the row is there already.
    tx.insert(&content_hash(document, kind, hash))?;
    Ok(())
}

fn content_hash(document: &NewDocument, kind: HashKind, hash: Digest) -> ContentHash {
    ContentHash {
        tenant: document.tenant,
        document_id: document.id,
        kind,
        hash,
        mode: document.mode,
        issued_at: document.issued_at,
    }
}

fn insert_file(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    document: &NewDocument,
    file: &NewFile,
) -> Result<bool, Error> {
    if sha256(&[&file.bytes]) != file.sha256 {
        return Err(Error::Refused {
            reason: "the file is not the one its digest names".to_owned(),
        });
    }
    let row = FileRow {
        tenant: document.tenant,
        document_id: document.id,
        kind: file.kind,
        renderer_version: file.renderer_version.clone(),
        sha256: file.sha256,
        size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
        created_at: event.at,
    };
    let mut values = row.values();
    values.push(Value::Blob(tx.keys.row_mac(FILES.name, &values)));
    values.push((&file.bytes).into());
    let inserted = tx.sql.execute(
        "INSERT INTO files (tenant_id, document_id, kind, renderer_version, sha256, size, \
         created_at, row_mac, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT DO NOTHING",
        &values,
    )?;
    Ok(inserted == 1)
}

/// A document that may still change.
pub(super) fn find(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    mode: Mode,
    id: Uuid,
) -> Result<Kept<Document>, Error> {
    let kept: Kept<Document> = tx
        .one(
            " WHERE tenant_id = $1 AND mode = $2 AND id = $3",
            &[tenant.into(), mode.into(), id.into()],
        )?
        .ok_or(Error::Missing)?;
    if kept.row.erased_at.is_some() {
        return Err(Error::conflict(Conflict::Erased));
    }
    Ok(kept)
}

fn must_be_newest(document: &Document, expected: &Digest) -> Result<(), Error> {
    if document.newest_event_hash == *expected {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Status in the row and in the list, together.
fn set_status(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    document: &mut Document,
    status: Status,
    reason: Option<&str>,
) -> Result<(), Error> {
    document.status = status;
    document.status_reason = reason.map(str::to_owned);
    lists::set(tx, &document.issued, status, event.at)
}

pub(super) fn replace(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    new: &NewIssue,
    original: &Original,
) -> Result<Event, Error> {
    let (tenant, mode) = (new.document.tenant, new.document.mode);
    must_match(&original.event, tenant, Some(original.id))?;
    let mut kept = find(tx, tenant, mode, original.id)?;
    if kept.row.replaced_by.is_some() {
        return Err(Error::conflict(Conflict::Replaced));
    }
    must_be_newest(&kept.row, &original.expected)?;
    kept.row.replaced_by = Some(new.document.id);
    if let Some((status, reason)) = &original.status {
        set_status(
            tx,
            &original.event,
            &mut kept.row,
            *status,
            reason.as_deref(),
        )?;
    }
    let recorded = tx.append(&original.event)?;
    kept.row.note(&recorded);
    // The original first: it lets go of the external id that the new one may inherit.
    tx.swap(&mut kept)?;
    issue(tx, event, new, Some(original.id))
}

pub(super) fn lifecycle(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    (mode, id): (Mode, Uuid),
    expected: &Digest,
    (status, reason): (Status, Option<&str>),
) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let mut kept = find(tx, event.tenant, mode, id)?;
    must_be_newest(&kept.row, expected)?;
    set_status(tx, event, &mut kept.row, status, reason)?;
    let recorded = tx.append(event)?;
    kept.row.note(&recorded);
    tx.swap(&mut kept)?;
    Ok(recorded)
}

/// Its time has passed: an event of the document, which changes nothing else.
pub(super) fn note_expiry(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    (mode, id): (Mode, Uuid),
    expected: &Digest,
) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let mut kept = find(tx, event.tenant, mode, id)?;
    must_be_newest(&kept.row, expected)?;
    let recorded = tx.append(event)?;
    kept.row.note(&recorded);
    tx.swap(&mut kept)?;
    Ok(recorded)
}

pub(super) fn record_rendition(
    tx: &mut Tx<'_>,
    event: &NewEvent,
    mode: Mode,
    id: Uuid,
    file: &NewFile,
) -> Result<Event, Error> {
    must_match(event, event.tenant, Some(id))?;
    let mut kept = find(tx, event.tenant, mode, id)?;
    if !insert_file(tx, event, &kept.row.issued, file)? {
        return Err(Error::conflict(Conflict::Rendition));
    }
    insert_hash(tx, &kept.row.issued, HashKind::Delivered, file.sha256)?;
    let recorded = tx.append(event)?;
    kept.row.note(&recorded);
    tx.swap(&mut kept)?;
    Ok(recorded)
}
