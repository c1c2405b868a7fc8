//! Puts right what a key took out of force. What it did is read from the record each time: there is no second list that
//! could disagree with it.

use ananke_api::Page;
use ananke_api::drill::{Harm, HarmedDocument, Remedy, Restoration, RestorationPreview};
use ananke_format::Mode;
use ananke_store::event_list::{self, EventFilter, From};
use ananke_store::{
    Command, Document, Error as StoreError, Event, JobRow, Status, View, documents,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Reach, TOLD, Work, standing};
use crate::app::Shared;
use crate::http::query::{PageQuery, cursor};
use crate::ops::behalf::{Asker, Behalf};
use crate::ops::document::status_now;
use crate::ops::error::Error;
use crate::ops::record::{Answer, Once, commit, event};
use crate::ops::words::{instant, shown, status};

/// What a key needs to ask for it, and still has to have when it is done; the second one where it replaces.
pub const SCOPES: [&str; 2] = ["issuances:lifecycle", "issuances:write"];

/// Events read at once.
const PAGE: i64 = 200;

/// All that takes a document out of force.
const HARMS: &[&str] = &[
    "issuance.suspended",
    "issuance.revoked",
    "issuance.expired",
    "issuance.replaced",
    "issuance.erased",
    "stamp.suspended",
    "stamp.revoked",
    "stamp.replaced",
    "stamp.erased",
];
const SUSPENSIONS: &[&str] = &["issuance.suspended", "stamp.suspended"];
const ENDS: &[&str] = &["issuance.revoked", "issuance.expired", "stamp.revoked"];

/// What an event did, without the product.
fn what(event: &Event) -> &str {
    event.kind.split_once('.').map_or("", |(_, what)| what)
}

/// The job's payload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Who asked.
    pub asker: Asker,
    /// What the key did, and when.
    pub reach: Reach,
    /// Whether what was revoked is replaced.
    pub replace: bool,
    /// Documents there were to put right when it was asked for.
    pub matched: u64,
    /// Events up to this one were looked at in this pass.
    pub cursor: Uuid,
    /// Whether this pass found something to do.
    pub found: bool,
    /// Documents reinstated.
    pub reinstated: u64,
    /// Documents replaced.
    pub replaced: u64,
    /// Documents that could not be put right in this pass.
    pub skipped: u64,
    /// Why the last of them could not.
    pub trouble: Option<String>,
    /// What it waits for.
    pub waits: Option<String>,
}

impl Run {
    /// What the job needs to be allowed.
    #[must_use]
    pub fn scopes(&self) -> &'static [&'static str] {
        if self.replace { &SCOPES } else { &SCOPES[..1] }
    }
}

/// A document that the key took out of force, as it is now.
pub struct Harmed {
    /// The event that did it last.
    pub event: Event,
    /// The document.
    pub row: Document,
    /// Reference of the document that replaced it.
    replaced_by: Option<String>,
    /// Whether nobody did the same to it since: then it is still this key's doing.
    is_its_doing: bool,
}

impl Harmed {
    fn harm(&self) -> Harm {
        match what(&self.event) {
            "suspended" => Harm::Suspended,
            "revoked" => Harm::Revoked,
            "expired" => Harm::Expired,
            "replaced" => Harm::Replaced,
            _ => Harm::Erased,
        }
    }

    /// What is to be done about it. What another one did since stays, and what has expired by itself is not made anew.
    #[must_use]
    pub fn remedy(&self, app: &Shared) -> Option<Remedy> {
        let row = &self.row;
        if row.erased_at.is_some() || !self.is_its_doing {
            return None;
        }
        let is_past = row.expires_at.is_some_and(|end| instant(end) <= app.now());
        match (self.harm(), row.status) {
            (Harm::Suspended, Status::Suspended) => Some(Remedy::Reinstate),
            (Harm::Revoked, Status::Revoked) | (Harm::Expired, Status::Expired)
                if row.replaced_by.is_none() && !is_past =>
            {
                Some(Remedy::Replace)
            }
            _ => None,
        }
    }

    fn show(self, app: &Shared) -> HarmedDocument {
        HarmedDocument {
            id: self.row.id,
            harm: self.harm(),
            harmed_at: shown(self.event.at),
            status: status(status_now(app, &self.row)),
            is_erased: self.row.erased_at.is_some(),
            remedy: self.remedy(app),
            reference: self.row.issued.reference,
            replaced_by: self.replaced_by,
        }
    }
}

fn filter(reach: &Reach) -> EventFilter {
    EventFilter {
        kinds: HARMS,
        actor: reach.actor(),
        after: reach.from,
        before: Some(reach.to),
        ..EventFilter::default()
    }
}

/// The newest event of these kinds about a document, by this actor or by anybody.
fn newest(
    view: &mut View<'_>,
    row: &Document,
    kinds: &'static [&'static str],
    actor: Option<&str>,
) -> Result<Option<Uuid>, StoreError> {
    let filter = EventFilter {
        kinds,
        subject: Some(row.id),
        actor: actor.map(str::to_owned),
        ..EventFilter::default()
    };
    let found = event_list::list(view, row.tenant, &filter, From::Before(None), 1)?;
    Ok(found.first().map(|(event, _)| event.id))
}

/// The document of an event, unless it is of the other mode, or the key did something to it later: each is told once.
fn harmed(view: &mut View<'_>, mode: Mode, event: Event) -> Result<Option<Harmed>, StoreError> {
    let Some(row) = documents::find(view, event.tenant, mode, event.subject)? else {
        return Ok(None);
    };
    if newest(view, &row, HARMS, Some(&event.actor))? != Some(event.id) {
        return Ok(None);
    }
    let kinds = match what(&event) {
        "suspended" => SUSPENSIONS,
        _ => ENDS,
    };
    let is_its_doing = newest(view, &row, kinds, None)? == Some(event.id);
    let replaced_by = match row.replaced_by {
        Some(id) => documents::find(view, row.tenant, mode, id)?.map(|row| row.issued.reference),
        None => None,
    };
    Ok(Some(Harmed {
        event,
        row,
        replaced_by,
        is_its_doing,
    }))
}

/// Some of what the key did, and the event to go on from, where there is more.
///
/// # Errors
/// The store cannot be read.
pub async fn page(
    app: &Shared,
    (tenant, mode): (Uuid, Mode),
    reach: &Reach,
    from: From,
    limit: i64,
) -> Result<(Vec<Harmed>, Option<Uuid>), Error> {
    let filter = filter(reach);
    let found = app
        .store
        .read_at_length(move |view| {
            let mut found = event_list::list(view, tenant, &filter, from, limit + 1)?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let has_more = found.len() > limit;
            found.truncate(limit);
            let last = found.last().filter(|_| has_more).map(|(event, _)| event.id);
            let mut all = Vec::with_capacity(found.len());
            for (event, _) in found {
                all.extend(harmed(view, mode, event)?);
            }
            Ok((all, last))
        })
        .await?;
    Ok(found)
}

/// What would be done.
///
/// # Errors
/// The store cannot be read.
pub async fn preview(
    app: &Shared,
    behalf: &Behalf,
    reach: &Reach,
) -> Result<RestorationPreview, Error> {
    let mut preview = RestorationPreview {
        harmed: 0,
        to_reinstate: 0,
        to_replace: 0,
        lost: 0,
        documents: Vec::new(),
    };
    let (of, mut last) = ((behalf.tenant.id, behalf.mode), None);
    loop {
        let (found, next) = page(app, of, reach, From::Before(last), PAGE).await?;
        for harmed in found {
            preview.harmed += 1;
            preview.lost += u64::from(harmed.row.erased_at.is_some());
            if behalf.rights.reaches(harmed.row.template_id)
                && behalf.may_change(harmed.row.product).is_ok()
            {
                match harmed.remedy(app) {
                    Some(Remedy::Reinstate) => preview.to_reinstate += 1,
                    Some(Remedy::Replace) => preview.to_replace += 1,
                    None => {}
                }
            }
            if preview.documents.len() < TOLD {
                preview.documents.push(harmed.show(app));
            }
        }
        match next {
            Some(next) => last = Some(next),
            None => return Ok(preview),
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
    (reach, replace): (Reach, bool),
    once: Option<Once>,
) -> Result<Answer, Error> {
    let preview = preview(app, behalf, &reach).await?;
    let run = Run {
        asker: Asker::of(behalf),
        reach,
        replace,
        matched: preview.to_reinstate + if replace { preview.to_replace } else { 0 },
        cursor: Uuid::nil(),
        found: false,
        reinstated: 0,
        replaced: 0,
        skipped: 0,
        trouble: None,
        waits: None,
    };
    let job = super::job(app, behalf, Restoration::NAME, serde_json::to_string(&run)?);
    let body = serde_json::json!({
        "mode": behalf.mode,
        "key": run.reach.key,
        "from": run.reach.from.map(shown),
        "to": shown(run.reach.to),
        "replace": replace,
        "matched": run.matched,
    });
    let kind = "restoration.started";
    let event = event(app, job.tenant, kind, job.id, &behalf.actor, &body);
    let shown = Restoration::show(&job)?;
    commit(app, once, Command::StartJob(job), event, &shown, None).await
}

impl Work for Restoration {
    const NAME: &'static str = "restoration";

    fn show(job: &JobRow) -> Result<Self, Error> {
        let run: Run = serde_json::from_str(&job.payload)?;
        let (state, next_try_at, last_error) = standing(job, run.waits.as_ref());
        Ok(Self {
            id: job.id,
            state,
            key_id: run.reach.key.unwrap_or_default(),
            from: run.reach.from.map(shown),
            to: shown(run.reach.to),
            replace: run.replace,
            matched: run.matched,
            reinstated: run.reinstated,
            replaced: run.replaced,
            skipped: run.skipped,
            created_at: shown(job.created_at),
            created_by: run.asker.name(),
            next_try_at,
            last_error: last_error.or(run.trouble),
        })
    }

    fn id(&self) -> Uuid {
        self.id
    }
}

/// A page of the documents of one of them, those harmed last first, each as it is now. A page may hold fewer than it could.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn documents(
    app: &Shared,
    tenant: Uuid,
    modes: &[Mode],
    id: Uuid,
    query: PageQuery,
) -> Result<Page<HarmedDocument>, Error> {
    let job = super::find(app, tenant, (Restoration::NAME, modes), id).await?;
    let run: Run = serde_json::from_str(&job.payload)?;
    let from = From::Before(query.before);
    let of = (tenant, run.asker.mode());
    let (found, next) = page(app, of, &run.reach, from, query.limit).await?;
    Ok(Page {
        items: found.into_iter().map(|harmed| harmed.show(app)).collect(),
        next_cursor: next.map(cursor),
    })
}
