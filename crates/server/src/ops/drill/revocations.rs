//! Revokes everything a key issued, or everything of a time.

use ananke_api::drill::{Revocation, RevocationPreview};
use ananke_format::lifecycle::Reason;
use ananke_store::document_list::{Issued, unrevoked};
use ananke_store::{Command, Document, JobRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Reach, TOLD, Work, standing};
use crate::app::Shared;
use crate::ops::behalf::{Asker, Behalf};
use crate::ops::document::status_now;
use crate::ops::error::Error;
use crate::ops::record::{Answer, Once, commit, event};
use crate::ops::words::shown;

/// What a key needs to ask for it, and still has to have when it is done.
pub const SCOPES: [&str; 1] = ["issuances:lifecycle"];

/// Documents read at once.
const PAGE: i64 = 200;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Input {
    /// Which documents.
    pub reach: Reach,
    /// Why.
    pub reason: Reason,
    /// A note for the issuer's records.
    pub note: Option<String>,
}

/// The job's payload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Who asked.
    pub asker: Asker,
    /// Which documents.
    pub reach: Reach,
    /// Why.
    pub reason: Reason,
    /// A note for the issuer's records.
    pub note: Option<String>,
    /// Documents there were when it was asked for.
    pub matched: u64,
    /// Documents up to this one were looked at in this pass.
    pub cursor: Uuid,
    /// Whether this pass found something to do. What was in flight when it went by is found by another one.
    pub found: bool,
    /// Documents revoked.
    pub done: u64,
    /// Documents left as they are in this pass.
    pub skipped: u64,
    /// What it waits for.
    pub waits: Option<String>,
}

/// What `reach` names, for the store.
#[must_use]
pub fn issued(reach: &Reach) -> Issued {
    Issued {
        by: reach.actor(),
        from: reach.from,
        to: Some(reach.to),
    }
}

/// Whether this document can be revoked so.
#[must_use]
pub fn is_meant(app: &Shared, behalf: &Behalf, row: &Document, reason: Reason) -> bool {
    let reasons = status_now(app, row).revocation_reasons();
    behalf.rights.reaches(row.template_id)
        && behalf.may_change(row.product).is_ok()
        && reasons.contains(&reason)
}

/// What would be done.
///
/// # Errors
/// The store cannot be read.
pub async fn preview(
    app: &Shared,
    behalf: &Behalf,
    input: &Input,
) -> Result<RevocationPreview, Error> {
    let mut preview = RevocationPreview {
        matched: 0,
        skipped: 0,
        references: Vec::new(),
    };
    let (tenant, mode, mut last) = (behalf.tenant.id, behalf.mode, Uuid::nil());
    loop {
        let issued = issued(&input.reach);
        let page = app
            .store
            .read_at_length(move |view| unrevoked(view, tenant, mode, &issued, last, PAGE))
            .await?;
        let Some(newest) = page.last() else {
            return Ok(preview);
        };
        last = newest.id;
        for row in page {
            if !is_meant(app, behalf, &row, input.reason) {
                preview.skipped += 1;
                continue;
            }
            preview.matched += 1;
            if preview.references.len() < TOLD {
                preview.references.push(row.issued.reference);
            }
        }
    }
}

/// Asks for it.
///
/// # Errors
/// The server is sealed or cannot write.
pub async fn start(
    app: &Shared,
    behalf: &Behalf,
    input: Input,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let matched = preview(app, behalf, &input).await?.matched;
    let run = Run {
        asker: Asker::of(behalf),
        reach: input.reach,
        reason: input.reason,
        note: input.note,
        matched,
        cursor: Uuid::nil(),
        found: false,
        done: 0,
        skipped: 0,
        waits: None,
    };
    let job = super::job(app, behalf, Revocation::NAME, serde_json::to_string(&run)?);
    let body = serde_json::json!({
        "mode": behalf.mode,
        "key": run.reach.key,
        "from": run.reach.from.map(shown),
        "to": shown(run.reach.to),
        "reason": run.reason,
        "note": run.note,
        "matched": matched,
    });
    let kind = "revocation.started";
    let event = event(app, job.tenant, kind, job.id, &behalf.actor, &body);
    let shown = Revocation::show(&job)?;
    commit(app, once, Command::StartJob(job), event, &shown, None).await
}

impl Work for Revocation {
    const NAME: &'static str = "revocation";

    fn show(job: &JobRow) -> Result<Self, Error> {
        let run: Run = serde_json::from_str(&job.payload)?;
        let (state, next_try_at, last_error) = standing(job, run.waits.as_ref());
        Ok(Self {
            id: job.id,
            state,
            key_id: run.reach.key,
            from: run.reach.from.map(shown),
            to: shown(run.reach.to),
            reason: run.reason.as_str().to_owned(),
            note: run.note,
            matched: run.matched,
            done: run.done,
            skipped: run.skipped,
            created_at: shown(job.created_at),
            created_by: run.asker.name(),
            next_try_at,
            last_error,
        })
    }

    fn id(&self) -> Uuid {
        self.id
    }
}
