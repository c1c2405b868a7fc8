//! What the rows say about a document, all read in one view and all authenticated.

use ananke_format::lifecycle::{Reason, Status};
use ananke_format::status::{ListError, StatusList};
use ananke_format::trust::Trust;
use ananke_format::verify::StatusEvidence;
use ananke_format::{Instant, Sha256, Verified};
use ananke_store::{
    Document, Error as StoreError, HashKind, Mode, Product, View, content_hashes, documents,
    events, locate, templates,
};
use uuid::Uuid;

use crate::app::Shared;
use crate::ops::error::Error;
use crate::ops::issuers::{self, Rows};
use crate::ops::templates::{Body, tdoc};
use crate::ops::words::{instant, recorded};

/// A document and what stands beside it.
pub struct Found {
    /// Its row.
    pub document: Document,
    /// Its issuer's rows.
    pub rows: Rows,
    /// Reference of the document that took its place.
    pub replaced_by: Option<String>,
    /// Hashes of its renditions.
    pub renditions: Vec<Sha256>,
    /// What its template makes public.
    pub shows: Shows,
}

/// What a template makes public.
pub enum Shows {
    /// Of an issued document: whether its recipient is named.
    Recipient(bool),
    /// Of a stamp: the template, which names the fields of its seal and those that are shown.
    Fields(Option<tdoc::Body>),
}

/// Reads a document with everything a verdict needs.
pub async fn find(
    app: &Shared,
    tenant: Uuid,
    mode: Mode,
    id: Uuid,
) -> Result<Option<Found>, StoreError> {
    app.ask(move |view| view.together(|view| whole(view, tenant, mode, id)))
        .await
}

/// The same by its reference.
pub async fn find_by_reference(
    app: &Shared,
    reference: String,
) -> Result<Option<Found>, StoreError> {
    app.ask(move |view| {
        view.together(|view| match locate::by_reference(view, &reference)? {
            Some(place) => whole(view, place.tenant, place.mode, place.id),
            None => Ok(None),
        })
    })
    .await
}

fn whole(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    id: Uuid,
) -> Result<Option<Found>, StoreError> {
    let Some(document) = newest(view, tenant, mode, id)? else {
        return Ok(None);
    };
    let rows = issuers::read(view, tenant)?;
    let replaced_by = match document.replaced_by {
        Some(successor) => {
            documents::find(view, tenant, mode, successor)?.map(|row| row.issued.reference)
        }
        None => None,
    };
    let hashes = content_hashes::list_by_document(view, tenant, id)?;
    let renditions = hashes.iter().filter(|row| row.kind == HashKind::Delivered);
    let renditions = renditions.map(|row| Sha256::from_bytes(row.hash)).collect();
    let pinned = (document.template_id, document.template_version);
    let shows = match document.product {
        Product::Trust => {
            let version = templates::find_version(view, tenant, pinned.0, pinned.1)?;
            let gone = || StoreError::Corrupt {
                table: "template_versions",
                column: None,
                row: id.to_string(),
            };
            let body: Body =
                serde_json::from_str(&version.ok_or_else(gone)?.body).map_err(|_| gone())?;
            let public = body.presentation.public_fields;
            Shows::Recipient(
                public.is_none_or(|fields| fields.iter().any(|field| field == "recipientName")),
            )
        }
        Product::TCode => Shows::Fields(tdoc::pinned(view, tenant, pinned.0, pinned.1)?),
    };
    Ok(Some(Found {
        document,
        rows,
        replaced_by,
        renditions,
        shows,
    }))
}

/// A document's row, as new as its events: an older copy of it, put back, would still hold its MAC.
fn newest(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    id: Uuid,
) -> Result<Option<Document>, StoreError> {
    let row = documents::find(view, tenant, mode, id)?;
    let Some(known) = row.as_ref().map(|row| row.event_count) else {
        return Ok(None);
    };
    if !view.authenticated() {
        return Ok(row);
    }
    let events = events::count_by_subject(view, tenant, id)?;
    if events == known {
        return Ok(row);
    }
    // Row and event are written together but were read one after the other: a change may have come between.
    let again = documents::find(view, tenant, mode, id)?;
    match again {
        Some(again) if known < events && events <= again.event_count => Ok(Some(again)),
        _ => Err(StoreError::Corrupt {
            table: "documents",
            column: Some("event_count"),
            row: id.to_string(),
        }),
    }
}

/// What the judge is told of trust and status.
pub struct Evidence {
    /// The keys believed.
    pub trust: Trust,
    /// When the document is known to have existed.
    pub existed_at: Option<Instant>,
    /// Why it has its status.
    pub status_reason: Option<String>,
    /// Whether rows were authenticated.
    pub authenticated: bool,
    /// The status.
    pub known: Known,
}

/// Where the status comes from.
pub enum Known {
    /// An authenticated row.
    Row(Status, Option<Reason>),
    /// A signed list.
    Lists(Vec<Verified<StatusList>>),
    /// A signed list that was refused.
    Refused(ListError),
    /// Nowhere.
    Nothing,
}

impl Evidence {
    /// The status in the judge's words.
    pub fn status(&self) -> StatusEvidence<'_> {
        match &self.known {
            Known::Row(status, reason) => StatusEvidence::Authenticated {
                status: *status,
                reason: *reason,
            },
            Known::Lists(lists) => StatusEvidence::Lists(lists),
            Known::Refused(error) => StatusEvidence::ListRejected(*error),
            Known::Nothing => StatusEvidence::Unavailable,
        }
    }
}

/// The evidence of authenticated rows.
pub fn authenticated(app: &Shared, found: &Found, now: Instant) -> Result<Evidence, Error> {
    let row = &found.document;
    let reason = row
        .status_reason
        .as_deref()
        .and_then(|word| word.parse().ok());
    Ok(Evidence {
        trust: issuers::trust(app, &found.rows, now)?,
        // The row was written with the event of the issuance; its key cannot have changed it since.
        existed_at: Some(instant(row.issued_at)),
        status_reason: row.status_reason.clone(),
        authenticated: true,
        known: Known::Row(recorded(row.status), reason),
    })
}
