//! Whether a key's row is the newest there was.
//!
//! Its MAC alone does not tell: an older copy of the row, put back, is still authentic, and would bring a deleted or
//! rolled key back to life. So every event of a key says how many there are by then, and what the row says since.

use ananke_format::Sha256;
use ananke_store::{ApiKey as Row, Error as StoreError, View, events};
use serde_json::{Value, json};

use super::subject;

/// Kind of the event that ends a key.
pub const DELETED: &str = "api_key.deleted";
/// Kind of the event that makes a key.
pub const CREATED: &str = "api_key.created";

/// Events read at once.
const PAGE: i64 = 200;

/// A digest of everything a row says.
fn state(row: &Row) -> String {
    let mut all = json!([
        row.tenant,
        row.id,
        row.mode,
        row.name,
        row.environment,
        row.service,
        row.scopes,
        row.template_ids,
        row.allowed_cidrs,
        row.note,
        row.expires_at,
        row.superseded_by,
        row.overlap_end,
        row.deleted_at,
        row.created_by,
        row.created_at,
        row.last4,
        super::hex(&row.secret_mac),
    ]);
    // Came later: rows and events from before say nothing of it.
    if let (Some(cap), Some(all)) = (row.revocations_per_day, all.as_array_mut()) {
        all.push(cap.into());
    }
    Sha256::of(all.to_string().as_bytes()).to_string()
}

/// What an event adds to its record: which of the key's events it is, and what the row says since.
pub fn seal(mut record: Value, number: usize, row: &Row) -> Value {
    record["revision"] = number.into();
    record["state"] = state(row).into();
    record
}

/// How many events a key has, where its row is as new as the newest of them.
///
/// # Errors
/// As the store; [`StoreError::Corrupt`] where the row is older than its events.
pub fn revision(view: &mut View<'_>, row: &Row) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    let (mut newest, mut was_deleted) = (None::<(u64, String)>, false);
    loop {
        let page = events::list_by_subject(view, row.tenant, subject(&row.id), after, PAGE)?;
        count += page.len();
        let is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        after = page.last().map(|(event, _)| event.id);
        for (event, body) in page {
            was_deleted |= event.kind == DELETED;
            let body = body.and_then(|body| serde_json::from_slice::<Value>(&body.body).ok());
            let said = body.and_then(|body| {
                let number = body["revision"].as_u64()?;
                Some((number, body["state"].as_str()?.to_owned()))
            });
            newest = newest.max(said);
        }
        if is_last {
            break;
        }
    }
    let holds = match newest {
        Some((number, said)) => number == count as u64 && said == state(row),
        // Made and deleted before events said so.
        None => count <= 2 && was_deleted == row.deleted_at.is_some(),
    };
    if holds {
        Ok(count)
    } else {
        Err(StoreError::Corrupt {
            table: "api_keys",
            column: None,
            row: row.id.clone(),
        })
    }
}
