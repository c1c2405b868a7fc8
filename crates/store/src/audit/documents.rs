//! Documents and what hangs on them: events, hashes, files, bits of the status lists.

use uuid::Uuid;

use crate::apply::{decompress, entry};
use crate::content_hashes::{self, ContentHash, HashKind};
use crate::documents::Document;
use crate::events::Event;
use crate::files::{self, FileKind, FileRow};
use crate::status_lists::StatusList;
use crate::table::Kept;
use crate::value::Value;
use crate::{Error, Mode, Product, View};

use super::{Report, intact, rows};

/// The list looked at last: documents of one tenant follow each other, and so do their indexes.
type Bits = Option<((Uuid, Mode, i64), Option<Vec<u8>>)>;

pub(super) fn sweep(view: &mut View<'_>, report: &mut Report) -> Result<(), Error> {
    rows::<StatusList>(view, report, |_, row: &StatusList, wrong| {
        if decompress(&row.zlib).is_none() {
            wrong("its bits cannot be unpacked");
        }
        Ok(())
    })?;
    let mut bits: Bits = None;
    let mut documents = 0;
    rows::<Document>(view, report, |view, row: &Document, wrong| {
        documents += 1;
        newest_event(view, row, wrong)?;
        status(view, row, &mut bits, wrong)?;
        hashes(view, row, wrong)
    })?;
    report.documents = documents;
    rows::<ContentHash>(view, report, |view, row: &ContentHash, wrong| {
        let key = [row.tenant.into(), row.mode.into(), row.document_id.into()];
        if count(view, "documents", "mode = $2 AND id = $3", &key)? != 1 {
            wrong("its document is missing");
        }
        Ok(())
    })?;
    rows::<FileRow>(view, report, |view, row: &FileRow, wrong| {
        let bytes = match files::read(view, row) {
            Ok(bytes) => Some(bytes),
            Err(Error::Corrupt { .. }) => None,
            Err(error) => return Err(error),
        };
        if bytes.is_none_or(|bytes| bytes.len() as i64 != row.size) {
            wrong("its bytes are not those of its digest");
        }
        Ok(())
    })
}

fn newest_event(
    view: &mut View<'_>,
    row: &Document,
    wrong: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    let newest: Option<Kept<Event>> = intact(view.one(
        " WHERE tenant_id = $1 AND id = $2",
        &[row.tenant.into(), row.newest_event_id.into()],
    ))?;
    let agrees = newest
        .is_some_and(|kept| kept.row.hash == row.newest_event_hash && kept.row.subject == row.id);
    if !agrees {
        wrong("its newest event is missing or another one");
    }
    let key = [row.tenant.into(), row.id.into()];
    let events = count(view, "events", "subject_id = $2", &key)?;
    if events != row.event_count {
        // An older copy of the row, put back.
        wrong("it does not know all of its events");
    }
    Ok(())
}

fn status(
    view: &mut View<'_>,
    row: &Document,
    bits: &mut Bits,
    wrong: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    let key = (row.tenant, row.mode, row.status_list);
    if bits.as_ref().is_none_or(|(at, _)| *at != key) {
        let list = intact(crate::status_lists::find(view, key.0, key.1, key.2))?;
        *bits = Some((key, list.and_then(|list| decompress(&list.zlib))));
    }
    let value = bits
        .as_ref()
        .and_then(|(_, bits)| entry(bits.as_ref()?, row.status_index));
    match value {
        None => wrong("its status list is missing or altered"),
        Some(value) if value != row.status.list_value() => {
            wrong("its status list says another status");
        }
        Some(_) => {}
    }
    Ok(())
}

/// Whether a list says of each of its documents that is not active what the document's row says.
///
/// # Errors
/// A row of them was altered, and what the database says.
pub fn list_agrees(view: &mut View<'_>, list: &StatusList) -> Result<bool, Error> {
    let Some(bits) = decompress(&list.zlib) else {
        return Ok(false);
    };
    let mut after = Uuid::nil();
    loop {
        let page: Vec<Document> = view.rows(
            " WHERE tenant_id = $1 AND mode = $2 AND id > $3 AND status_list = $4 AND status <> 'active' \
             ORDER BY id LIMIT 500",
            &[
                list.tenant.into(),
                list.mode.into(),
                after.into(),
                list.number.into(),
            ],
        )?;
        let Some(last) = page.last() else {
            return Ok(true);
        };
        after = last.id;
        let says = |row: &Document| entry(&bits, row.status_index) == Some(row.status.list_value());
        if !page.iter().all(says) {
            return Ok(false);
        }
    }
}

fn hashes(view: &mut View<'_>, row: &Document, wrong: &mut dyn FnMut(&str)) -> Result<(), Error> {
    let hashes = match content_hashes::list_by_document(view, row.tenant, row.id) {
        Ok(hashes) => hashes,
        // Found with the hashes.
        Err(Error::Corrupt { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let of_credential = row.content_hash == row.credential_hash;
    if !of_credential && !hashes.iter().any(|hash| hash.hash == row.content_hash) {
        wrong("its content hash cannot be looked up");
    }
    if row.erased_at.is_some() {
        return Ok(());
    }
    // A file whose row is altered is found with the files.
    let stored = match files::list(view, row.tenant, row.id) {
        Ok(stored) => stored,
        Err(Error::Corrupt { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    if let Some(stamped) = row.stamped_hash
        && !hashes
            .iter()
            .any(|hash| hash.kind == HashKind::Delivered && hash.hash == stamped)
    {
        wrong("its stamped file cannot be looked up");
    }
    for hash in hashes {
        let kind = match (row.product, hash.kind) {
            (Product::Trust, HashKind::Submitted) => FileKind::Submitted,
            (Product::Trust, HashKind::Delivered) => FileKind::Rendition,
            (Product::TCode, HashKind::Delivered) => FileKind::Stamped,
            // It is the beginning of the stamped file, which says so itself.
            (Product::TCode, HashKind::Submitted) => continue,
        };
        if !stored
            .iter()
            .any(|file| file.kind == kind && file.sha256 == hash.hash)
        {
            wrong("its file is missing");
        }
    }
    Ok(())
}

/// Rows of a tenant under a condition whose values begin with the tenant.
fn count(
    view: &mut View<'_>,
    table: &str,
    condition: &str,
    values: &[Value],
) -> Result<i64, Error> {
    let text = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1 AND {condition}");
    match view.sql.query(&text, values)?.into_iter().flatten().next() {
        Some(Value::Int(count)) => Ok(count),
        _ => Ok(0),
    }
}
