//! The work of the stolen-key drill: every document one write with its own statement and event, in which the job's payload
//! moves on too. A server that dies in between leaves a job that goes on where it was.
//!
//! What is asked for and shown of it is `ops/drill/`.

use ananke_api::drill::{Remedy, Restoration, Revocation};
use ananke_api::lifecycle::Action;
use ananke_format::lifecycle::Reason;
use ananke_format::{Mode, Sha256};
use ananke_store::document_list::unrevoked;
use ananke_store::event_list::From;
use ananke_store::{
    Document, Error as StoreError, FileKind, JobEnd, JobRow, Product, Write, documents, files,
};
use serde::Serialize;
use uuid::Uuid;

use super::leased::step;
use crate::app::App;
use crate::failpoint as fail;
use crate::ops::behalf::Behalf;
use crate::ops::drill::{Work as _, restorations, revocations};
use crate::ops::error::FieldErrors;
use crate::ops::issue::{Input, Pdf};
use crate::ops::record::event;
use crate::ops::replace::Successor;
use crate::ops::words::shown;
use crate::ops::{Error, lifecycle, limits, replace};

/// Documents looked at between two looks at whether the asker may still do it.
const PAGE: i64 = 100;

/// Another request may change a document between reading and writing.
const TRIES: usize = 4;

/// The name of a job of this page, without its mode.
pub fn name(job: &JobRow) -> Option<&'static str> {
    let (name, _) = job.kind.split_once('.')?;
    [Revocation::NAME, Restoration::NAME]
        .into_iter()
        .find(|known| *known == name)
}

/// How a step went.
enum Went {
    /// It is stored.
    Done,
    /// The document is another one by now: it is read again.
    Changed,
    /// A limit is used up.
    Full { until: i64, says: String },
}

/// How far a document got.
enum Met {
    /// The job is past it.
    Past,
    /// A limit is used up.
    Full { until: i64, says: String },
}

/// Commits a step; the job is as far as `run` says in the same transaction.
async fn commit(
    app: &App,
    job: &JobRow,
    write: Write,
    run: &impl Serialize,
) -> Result<Went, Error> {
    let write = Write {
        step: Some(step(app, job, Some(serde_json::to_string(run)?))),
        ..write
    };
    if fail::at!("slow-steps") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    match app.write(write).await {
        Ok(_) => Ok(Went::Done),
        Err(StoreError::Stale | StoreError::Conflict { .. }) => {
            // Or the job is somebody else's.
            app.store.keep_job(step(app, job, None)).await?;
            Ok(Went::Changed)
        }
        Err(StoreError::Exhausted { count, used }) => Ok(Went::Full {
            until: limits::period_end(&count),
            says: Error::from(StoreError::Exhausted { count, used }).to_string(),
        }),
        Err(error) => Err(error.into()),
    }
}

/// Keeps how far the job is where nothing else is stored.
async fn keep(app: &App, job: &JobRow, run: &impl Serialize) -> Result<(), Error> {
    let step = step(app, job, Some(serde_json::to_string(run)?));
    Ok(app.store.keep_job(step).await?)
}

/// The control of the rig: what was begun once counts as done, however far it got.
fn forgets(job: &JobRow) -> bool {
    job.token > 1 && fail::at!("begun-is-done")
}

/// Revokes what is still to be revoked. It passes over the documents until a pass finds nothing more.
pub async fn revoke(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    let mut run: revocations::Run = serde_json::from_str(&job.payload)?;
    loop {
        let behalf = match run.asker.now(app, job.tenant, &revocations::SCOPES).await? {
            Ok(behalf) => behalf,
            Err(error) => return Ok(JobEnd::Dead { error }),
        };
        run.waits = None;
        let (of, issued) = ((job.tenant, behalf.mode), revocations::issued(&run.reach));
        let after = run.cursor;
        let page = app
            .store
            .read_at_length(move |view| unrevoked(view, of.0, of.1, &issued, after, PAGE))
            .await?;
        if page.is_empty() || forgets(job) {
            if !run.found || forgets(job) {
                keep(app, job, &run).await?;
                return Ok(JobEnd::Done);
            }
            (run.cursor, run.found, run.skipped) = (Uuid::nil(), false, 0);
        }
        for row in page {
            if let Met::Full { until, says } =
                revoke_one(app, job, &behalf, &mut run, row.id).await?
            {
                run.waits = Some(says);
                return Ok(JobEnd::Again {
                    at: until,
                    payload: serde_json::to_string(&run)?,
                });
            }
        }
    }
}

async fn revoke_one(
    app: &App,
    job: &JobRow,
    behalf: &Behalf,
    run: &mut revocations::Run,
    id: Uuid,
) -> Result<Met, Error> {
    for _ in 0..TRIES {
        let row = current(app, (job.tenant, behalf.mode), id).await?;
        let is_done = |row: &Document| row.status == ananke_store::Status::Revoked;
        let Some(row) = row.filter(|row| row.erased_at.is_none() && !is_done(row)) else {
            run.cursor = id;
            return Ok(Met::Past);
        };
        if !revocations::is_meant(app, behalf, &row, run.reason) {
            run.cursor = id;
            run.skipped += 1;
            return Ok(Met::Past);
        }
        let note = run.note.as_deref();
        let write = change(
            app,
            job,
            behalf,
            &row,
            (Action::Revoke, Some(run.reason), note),
        )
        .await?;
        let mut next = run.clone();
        (next.cursor, next.found) = (id, true);
        next.done += 1;
        match commit(app, job, write, &next).await? {
            Went::Done => {
                *run = next;
                app.list_changed(&row);
                return Ok(Met::Past);
            }
            Went::Changed => {}
            Went::Full { until, says } => return Ok(Met::Full { until, says }),
        }
    }
    Err(Error::conflict(
        "a document was changed by others at every try",
    ))
}

async fn current(
    app: &App,
    (tenant, mode): (Uuid, Mode),
    id: Uuid,
) -> Result<Option<Document>, Error> {
    app.read(move |view| documents::find(view, tenant, mode, id))
        .await
}

/// A change of status, signed and counted, that says which job did it.
async fn change(
    app: &App,
    job: &JobRow,
    behalf: &Behalf,
    row: &Document,
    (action, reason, note): (Action, Option<Reason>, Option<&str>),
) -> Result<Write, Error> {
    let mut change = lifecycle::decide(app, row, action, reason, note).await?;
    change.record["job"] = job.id.to_string().into();
    let event = event(
        app,
        row.tenant,
        &change.kind,
        row.id,
        &behalf.actor,
        &change.record,
    );
    let counts = match action {
        Action::Reinstate | Action::Reactivate => Vec::new(),
        Action::Suspend | Action::Revoke | Action::Expire => limits::withdrawing(app, behalf)?,
    };
    Ok(Write {
        counts,
        ..Write::new(None, change.command(row), event)
    })
}

/// Puts right what is still to be put right, in passes as [`revoke`] does.
pub async fn restore(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    let mut run: restorations::Run = serde_json::from_str(&job.payload)?;
    loop {
        let behalf = match run.asker.now(app, job.tenant, run.scopes()).await? {
            Ok(behalf) => behalf,
            Err(error) => return Ok(JobEnd::Dead { error }),
        };
        run.waits = None;
        let of = (job.tenant, behalf.mode);
        let after = From::After(Some(run.cursor));
        let (page, next) = restorations::page(app, of, &run.reach, after, PAGE).await?;
        if forgets(job) {
            return Ok(JobEnd::Done);
        }
        for harmed in page {
            let Some(remedy) = harmed.remedy(app) else {
                continue;
            };
            let to = (remedy, harmed.event.id);
            if let Met::Full { until, says } = restore_one(app, job, &behalf, &mut run, to).await? {
                run.waits = Some(says);
                return Ok(JobEnd::Again {
                    at: until,
                    payload: serde_json::to_string(&run)?,
                });
            }
        }
        match next {
            Some(next) => run.cursor = next,
            None if run.found => {
                (run.cursor, run.found) = (Uuid::nil(), false);
                (run.skipped, run.trouble) = (0, None);
            }
            None => {
                keep(app, job, &run).await?;
                return Ok(JobEnd::Done);
            }
        }
    }
}

async fn restore_one(
    app: &App,
    job: &JobRow,
    behalf: &Behalf,
    run: &mut restorations::Run,
    (remedy, cause): (Remedy, Uuid),
) -> Result<Met, Error> {
    if remedy == Remedy::Replace && !run.replace {
        return Ok(Met::Past);
    }
    let of = (job.tenant, behalf.mode);
    // The one event behind the id before it.
    let before = From::After(Some(Uuid::from_u128(cause.as_u128() - 1)));
    for _ in 0..TRIES {
        // As it is now: the page may be old.
        let (found, _) = restorations::page(app, of, &run.reach, before, 1).await?;
        let is_still =
            |one: &restorations::Harmed| one.event.id == cause && one.remedy(app) == Some(remedy);
        let Some(harmed) = found.into_iter().find(is_still) else {
            return Ok(Met::Past);
        };
        let row = harmed.row;
        let mut next = run.clone();
        (next.cursor, next.found) = (cause, true);
        match remedy {
            Remedy::Reinstate => next.reinstated += 1,
            Remedy::Replace => next.replaced += 1,
        }
        let write = match remedy_of(app, job, behalf, &row, remedy).await {
            Ok(write) => write,
            Err(error) if is_of_the_document(&error) => {
                run.skipped += 1;
                run.trouble = Some(format!("{} was left: {error}", row.reference));
                return Ok(Met::Past);
            }
            Err(error) => return Err(error),
        };
        match commit(app, job, write, &next).await? {
            Went::Done => {
                *run = next;
                app.list_changed(&row);
                return Ok(Met::Past);
            }
            Went::Changed => {}
            Went::Full { until, says } => return Ok(Met::Full { until, says }),
        }
    }
    Err(Error::conflict(
        "a document was changed by others at every try",
    ))
}

/// Whether it is this document that cannot be put right; the others can.
fn is_of_the_document(error: &Error) -> bool {
    matches!(
        error,
        Error::Invalid(_)
            | Error::Unprocessable { .. }
            | Error::Conflict { .. }
            | Error::Forbidden { .. }
    )
}

async fn remedy_of(
    app: &App,
    job: &JobRow,
    behalf: &Behalf,
    row: &Document,
    remedy: Remedy,
) -> Result<Write, Error> {
    behalf.may_use(row.template_id)?;
    behalf.may_change(row.product)?;
    if remedy == Remedy::Reinstate {
        return change(app, job, behalf, row, (Action::Reinstate, None, None)).await;
    }
    let input = Successor::Issuance(Box::new(same_again(app, row).await?));
    let plan = Box::pin(replace::plan(
        app,
        behalf,
        row.id,
        input,
        false,
        Some(job.id),
    ))
    .await?;
    Ok(Write {
        counts: plan.counts,
        ..Write::new(None, plan.command, plan.event)
    })
}

/// What a document was issued with.
async fn same_again(app: &App, row: &Document) -> Result<Input, Error> {
    if row.product == Product::TCode {
        // Where its stamp goes is for whoever knows the page.
        return Err(Error::unprocessable(
            "a stamp is not made anew by a restoration: replace it by POST /v1/tcode/stamps/{id}/replace",
        ));
    }
    let (tenant, id) = (row.tenant, row.id);
    let file = app
        .read(move |view| {
            let Some(file) = files::find(view, tenant, id, FileKind::Submitted, "")? else {
                return Ok(None);
            };
            files::read(view, &file).map(|bytes| Some((file.sha256, bytes)))
        })
        .await?;
    let fields = row
        .fields
        .as_deref()
        .map(serde_json::from_str)
        .transpose()?;
    Ok(Input {
        template_id: row.template_id,
        recipient_name: row.recipient_name.clone().unwrap_or_default(),
        fields: fields.unwrap_or_default(),
        recipient_email: row.recipient_email.clone(),
        document_title: row.title.clone(),
        external_id: row.external_id.clone(),
        pdf: file.map(|(sha256, bytes)| Pdf {
            bytes: bytes.into(),
            sha256: Sha256::from_bytes(sha256),
        }),
        awarded_on: row.awarded_on.clone(),
        expires_at: row.expires_at.map(shown),
        validity_type: None,
        validity_value: None,
        at_fault: FieldErrors::new(),
    })
}
