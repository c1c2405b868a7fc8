//! Commands at work: what each one does inside the writer's transaction.
//!
//! A command runs in a savepoint. It may stop with an error at any point; then nothing of it stays.
//! No statement is expected to fail: uniqueness is asked with `ON CONFLICT DO NOTHING` and the
//! number of rows.

mod alerts;
mod counters;
mod documents;
mod erase;
mod instance;
mod jobs;
mod keys;
mod lists;
mod templates;

use uuid::Uuid;

use crate::events::{Event, NewEvent};
use crate::idempotency::Claimed;
use crate::mac::RowKeys;
use crate::sql::Sql;
use crate::streams::{self, Stream};
use crate::table::{self, Kept, Record};
use crate::write::{Chore, ChoreReply, Command, Write};
use crate::{Error, Micros, Outcome, Reply, View, fail, idempotency, sightings};

pub(crate) use instance::initialise;
pub(crate) use lists::{decompress, entry};

/// What a command is handed.
pub(crate) struct Tx<'a> {
    pub(crate) sql: &'a mut dyn Sql,
    pub(crate) keys: &'a RowKeys,
    /// Moves with every event; the writer puts it back when the command fails.
    pub(crate) stream: &'a mut Stream,
}

impl Tx<'_> {
    fn view(&mut self) -> View<'_> {
        View {
            sql: self.sql,
            keys: Some(self.keys),
        }
    }

    fn one<T: Record>(
        &mut self,
        condition: &str,
        values: &[crate::value::Value],
    ) -> Result<Option<Kept<T>>, Error> {
        self.view().one(condition, values)
    }

    fn insert<T: Record>(&mut self, row: &T) -> Result<bool, Error> {
        table::insert(self.sql, self.keys, row)
    }

    fn insert_all<T: Record>(&mut self, rows: &[T]) -> Result<bool, Error> {
        table::insert_all(self.sql, self.keys, rows)
    }

    fn swap<T: Record>(&mut self, kept: &mut Kept<T>) -> Result<(), Error> {
        // Only another node can have come in between, since it was read in this transaction.
        if table::swap(self.sql, self.keys, kept)? {
            Ok(())
        } else {
            Err(Error::Stale)
        }
    }

    fn append(&mut self, event: &NewEvent) -> Result<Event, Error> {
        streams::append(self.sql, self.keys, self.stream, event)
    }

    fn append_all(&mut self, events: &[&NewEvent]) -> Result<Option<Vec<Event>>, Error> {
        streams::append_all(self.sql, self.keys, self.stream, events)
    }
}

/// New documents, each with its claim, in one go. `None` when any of them met another: then nothing may stay, and each
/// is asked for alone, where it is found out which and why.
pub(crate) fn issue_all(tx: &mut Tx<'_>, writes: &[&Write]) -> Result<Option<Vec<Outcome>>, Error> {
    let mut claims: Vec<Claimed> = writes
        .iter()
        .filter_map(|write| Some(Claimed::new(write.claim.as_ref()?, write.event.at)))
        .collect();
    // In one order on every node, so that two do not wait for each other.
    claims.sort_by(|one, other| one.key().cmp(other.key()));
    fail::crash!("crash-before-the-claim", !claims.is_empty());
    if !fail::at!("skip-the-claim") && !tx.insert_all(&claims)? {
        return Ok(None);
    }
    fail::crash!("crash-after-the-claim", !claims.is_empty());
    if !counters::count_all(tx, writes)? {
        return Ok(None);
    }
    let issues: Vec<_> = writes
        .iter()
        .filter_map(|write| match &write.command {
            Command::Issue(issue) => Some((&write.event, issue.as_ref())),
            _ => None,
        })
        .collect();
    let recorded = documents::issue_all(tx, &issues)?;
    Ok(recorded.map(|recorded| recorded.iter().map(done).collect()))
}

fn done(recorded: &Event) -> Outcome {
    Outcome::Done(Reply {
        stream: recorded.stream,
        seq: recorded.seq,
        event_hash: recorded.hash,
    })
}

/// One write: claim, then command and event.
pub(crate) fn write(tx: &mut Tx<'_>, write: &Write) -> Result<Outcome, Error> {
    let claim = if fail::at!("skip-the-claim") {
        None
    } else {
        write.claim.as_ref()
    };
    fail::crash!("crash-before-the-claim", write.claim.is_some());
    if let Some(claim) = claim
        && let Some(outcome) = idempotency::claim(tx.sql, tx.keys, claim, write.event.at)?
    {
        return Ok(outcome);
    }
    fail::crash!("crash-after-the-claim", write.claim.is_some());
    if let Some(step) = &write.step {
        jobs::step(tx, step)?;
    }
    counters::count(tx, write)?;
    let event = &write.event;
    let recorded = match &write.command {
        Command::CreateTenant {
            tenant,
            data_key,
            signing_keys,
        } => keys::create_tenant(tx, event, tenant, data_key, signing_keys)?,
        Command::UpdateTenant(change) => keys::update_tenant(tx, event, change)?,
        Command::SetBaseUrls(urls) => instance::set_base_urls(tx, event, urls)?,
        Command::Rewrap(rewrap) => instance::rewrap(tx, event, rewrap)?,
        Command::TakeRootKey { id, expected } => instance::take_root_key(tx, event, *id, expected)?,
        Command::RollRoot(roll) => instance::roll_root(tx, event, roll)?,
        Command::InsertSigningKey { key, data_key } => {
            keys::insert_signing_key(tx, event, key, data_key.as_ref())?
        }
        Command::RetireSigningKey { id, at } => keys::retire_signing_key(tx, event, *id, *at)?,
        Command::CompromiseSigningKey {
            id,
            since,
            successor,
        } => keys::compromise_signing_key(tx, event, *id, *since, successor.as_deref())?,
        Command::WriteApiKey { key, beside } => {
            if let Some(beside) = beside {
                keys::write_api_key(tx, &beside.1, &beside.0)?;
            }
            keys::write_api_key(tx, event, key)?
        }
        Command::CreateTemplate {
            kind,
            id,
            name,
            body,
            is_active,
            placement_id,
        } => {
            let flags = (*is_active, *placement_id);
            templates::create(tx, event, (*kind, *id), name, body, flags)?
        }
        Command::UpdateTemplate {
            id,
            expected,
            name,
            body,
            is_active,
            placement_id,
        } => {
            let flags = (*is_active, *placement_id);
            templates::update(tx, event, *id, *expected, (name, body), flags)?
        }
        Command::SetTemplateFlags {
            id,
            is_active,
            is_archived,
        } => templates::set_flags(tx, event, *id, *is_active, is_archived.as_ref())?,
        Command::SetTemplatePlacement { id, placement_id } => {
            templates::set_placement(tx, event, *id, *placement_id)?
        }
        Command::DeleteTemplate { id } => templates::delete(tx, event, *id)?,
        Command::Issue(issue) => documents::issue(tx, event, issue, None)?,
        Command::Replace { issue, original } => documents::replace(tx, event, issue, original)?,
        Command::Lifecycle {
            mode,
            id,
            expected,
            status,
            reason,
        } => documents::lifecycle(
            tx,
            event,
            (*mode, *id),
            expected,
            (*status, reason.as_deref()),
        )?,
        Command::Erase { mode, id } => erase::erase(tx, event, *mode, *id, claim)?,
        Command::RecordRendition { mode, id, file } => {
            documents::record_rendition(tx, event, *mode, *id, file)?
        }
        Command::NoteExpiry { mode, id, expected } => {
            documents::note_expiry(tx, event, (*mode, *id), expected)?
        }
        Command::StartJob(job) => {
            must_match(event, job.tenant, Some(job.id))?;
            jobs::insert(tx, job)?;
            tx.append(event)?
        }
        Command::RaiseAlert { alert, tell } => alerts::raise(tx, event, alert, tell)?,
        Command::EndAlert { id } => alerts::end(tx, event, *id)?,
        Command::AddAlertChannel { channel, at_most } => {
            alerts::add_channel(tx, event, channel, *at_most)?
        }
        Command::TestAlertChannel { id, failure } => {
            alerts::test_channel(tx, event, *id, failure.as_deref())?
        }
        Command::ResealAlertChannel {
            id,
            expected,
            sealed,
            dek_version,
        } => alerts::reseal_channel(tx, event, *id, expected.as_ref(), (sealed, *dek_version))?,
        Command::DeleteAlertChannel { id } => alerts::delete_channel(tx, event, *id)?,
        Command::Attest(attestation) => alerts::attest(tx, event, attestation)?,
        Command::Unattest { item } => alerts::unattest(tx, event, item)?,
        Command::Record => tx.append(event)?,
    };
    Ok(done(&recorded))
}

/// One write without an event.
pub(crate) fn chore(tx: &mut Tx<'_>, chore: &Chore, now: Micros) -> Result<ChoreReply, Error> {
    match chore {
        Chore::LeaseIndexes { tenant, mode } => {
            lists::lease(tx, *tenant, *mode, now).map(ChoreReply::Lease)
        }
        Chore::SaveSigned(artifacts) => {
            lists::save_signed(tx, artifacts).map(|()| ChoreReply::Done)
        }
        Chore::SaveNext { artifact, last } => {
            lists::save_next(tx, artifact, *last).map(|saved| ChoreReply::Count(u64::from(saved)))
        }
        Chore::RecordVerifications(batch) => {
            keys::record_verifications(tx, batch).map(|()| ChoreReply::Done)
        }
        Chore::TouchApiKeys(batch) => keys::touch_api_keys(tx, batch).map(|()| ChoreReply::Done),
        Chore::EnsureJob(job) => jobs::ensure(tx, job).map(|()| ChoreReply::Done),
        Chore::ClaimJob { now, lease_end } => {
            jobs::claim(tx, *now, *lease_end).map(ChoreReply::Claimed)
        }
        Chore::KeepJob(step) => jobs::step(tx, step).map(|()| ChoreReply::Done),
        Chore::EndJob {
            tenant,
            id,
            token,
            end,
        } => jobs::end(tx, (*tenant, *id, *token), end).map(|()| ChoreReply::Done),
        Chore::RepeatAlert {
            tenant,
            id,
            times,
            at,
        } => alerts::repeat(tx, (*tenant, *id), *times, *at).map(|()| ChoreReply::Done),
        Chore::NoteDelivery(delivery) => {
            let of = (delivery.tenant, delivery.channel);
            alerts::delivered(
                tx,
                of,
                delivery.at,
                delivery.failure.as_deref(),
                delivery.is_test,
            )
            .map(|()| ChoreReply::Done)
        }
        Chore::NoteSightings(batch) => sightings::note(tx.sql, batch).map(|()| ChoreReply::Done),
        Chore::NoteKeyHours(batch) => {
            sightings::note_hours(tx.sql, batch).map(|()| ChoreReply::Done)
        }
        Chore::PruneSightings { day, hour } => {
            sightings::prune(tx.sql, *day, *hour).map(ChoreReply::Count)
        }
        Chore::Replay { name, body_hash } => {
            idempotency::replay(tx.sql, tx.keys, name, *body_hash).map(ChoreReply::Replayed)
        }
        Chore::PruneIdempotency { before } => {
            idempotency::prune(tx.sql, *before).map(ChoreReply::Count)
        }
    }
}

/// A write whose event speaks of something else than its command is a mistake of the caller that
/// the audit would trip over later.
fn must_match(event: &NewEvent, tenant: Uuid, subject: Option<Uuid>) -> Result<(), Error> {
    if event.tenant == tenant && subject.is_none_or(|subject| subject == event.subject) {
        Ok(())
    } else {
        Err(Error::Refused {
            reason: "the event is not about the object of its command".to_owned(),
        })
    }
}
