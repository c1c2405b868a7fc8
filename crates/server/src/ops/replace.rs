//! Issues a document in the place of another.

use ananke_api::lifecycle::Action;
use ananke_format::lifecycle::Reason;
use ananke_store::{Command, Count, Document, Error as StoreError, NewEvent, Original, Product};
use uuid::Uuid;

use super::behalf::Behalf;
use super::document::{self, Shown, status_now};
use super::error::Error;
use super::issue::{self, Prepared};
use super::lifecycle::decide;
use super::limits;
use super::record::{Answer, Once, commit_counted, event};
use super::stamps;
use super::words::stored_status;
use crate::app::Shared;
use crate::http::auth::{May, OfDocuments};

const TRIES: usize = 4;

/// What takes a document's place.
#[derive(Debug, Clone)]
pub enum Successor {
    /// An issued document.
    Issuance(Box<issue::Input>),
    /// A stamp.
    Stamp(Box<stamps::Input>),
}

impl Successor {
    const fn product(&self) -> Product {
        match self {
            Self::Issuance(_) => Product::Trust,
            Self::Stamp(_) => Product::TCode,
        }
    }

    fn external_id(&mut self) -> &mut Option<String> {
        match self {
            Self::Issuance(input) => &mut input.external_id,
            Self::Stamp(input) => &mut input.external_id,
        }
    }

    async fn prepare(self, app: &Shared, behalf: &Behalf) -> Result<Prepared, Error> {
        match self {
            Self::Issuance(input) => issue::prepare(app, behalf, *input).await,
            Self::Stamp(input) => stamps::prepare(app, behalf, *input).await,
        }
    }
}

/// Replaces a document; the new one inherits its external id unless it brings one.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it was replaced or erased already; and as issuing.
pub async fn replace<S: OfDocuments>(
    app: &Shared,
    may: &May<S>,
    id: Uuid,
    input: &Successor,
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

async fn try_replace<S: OfDocuments>(
    app: &Shared,
    may: &May<S>,
    id: Uuid,
    input: Successor,
    revoke_original: bool,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let plan = plan(app, may, id, input, revoke_original, None).await?;
    let answer = commit_counted(
        app,
        once,
        plan.command,
        plan.event,
        plan.counts,
        &plan.shown,
    )
    .await?;
    app.list_changed(&plan.original);
    Ok(answer)
}

/// A replacement, decided and signed, not yet stored.
pub struct Plan {
    /// What is stored.
    pub command: Command,
    /// The event of the new document.
    pub event: NewEvent,
    /// What it is counted against.
    pub counts: Vec<Count>,
    /// The new document as it is answered.
    pub shown: Shown,
    /// The old one as it was read.
    pub original: Document,
}

/// Decides a replacement and signs the new document. What a job does says so in the record.
///
/// # Errors
/// As [`replace`].
pub async fn plan(
    app: &Shared,
    behalf: &Behalf,
    id: Uuid,
    mut input: Successor,
    revoke_original: bool,
    job: Option<Uuid>,
) -> Result<Plan, Error> {
    let of = (behalf.tenant.id, behalf.mode);
    let whole = document::find(app, of, input.product(), id).await?;
    behalf.may_use(whole.row.template_id)?;
    if let Some(successor) = &whole.replaced_by {
        return Err(Error::conflict(format!(
            "this document was replaced already, by {successor}: replace that one"
        )));
    }
    let row = whole.row;
    // Whatever is revoked stays so; an expired one cannot be revoked for having been replaced.
    let status = status_now(app, &row);
    let revocable = status.revocation_reasons().contains(&Reason::Superseded);
    if input.external_id().is_none() {
        input.external_id().clone_from(&row.external_id);
    }
    let mut prepared = Box::pin(input.prepare(app, behalf)).await?;
    // After that: a file may have been laid out, and what is signed says that it happened now.
    let change = if revoke_original && revocable {
        Some(decide(app, &row, Action::Revoke, Some(Reason::Superseded), None).await?)
    } else {
        None
    };
    prepared.shown.set_replaces(row.reference.clone());
    let successor = &prepared.issue.document;
    let mut record = change
        .as_ref()
        .map_or_else(|| serde_json::json!({}), |change| change.record.clone());
    record["replacedBy"] = successor.reference.clone().into();
    prepared.record["replaces"] = row.reference.clone().into();
    if let Some(job) = job {
        record["job"] = job.to_string().into();
        prepared.record["job"] = job.to_string().into();
    }
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
            &row.event_kind("replaced"),
            row.id,
            &behalf.actor,
            &record,
        ),
    };
    let event = event(
        app,
        row.tenant,
        &successor.event_kind("issued"),
        successor.id,
        &behalf.actor,
        &prepared.record,
    );
    let mut counts = limits::issuing(app, behalf, row.product)?;
    counts.extend(limits::withdrawing(app, behalf)?);
    Ok(Plan {
        command: Command::Replace {
            issue: Box::new(prepared.issue),
            original: Box::new(original),
        },
        event,
        counts,
        shown: prepared.shown,
        original: row,
    })
}
