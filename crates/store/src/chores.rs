//! Writes without an event, because nobody relies on them: leases, signed artifacts, histories,
//! replays, pruning. They share the writer and its transactions.

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::queue::Job;
use crate::write::{Chore, ChoreReply};
use crate::{
    ApiKeyUse, ClaimName, Delivery, Digest, Error, IndexLease, JobEnd, JobRow, JobStep, KeyHour,
    Micros, Mode, Outcome, Sighting, SignedArtifact, Store, Verification, idempotency, locate,
};

impl Store {
    /// Takes [`crate::status_lists::LEASE_LEN`] positions of the tenant's newest list, beginning a
    /// new list when it is full. Durable before it answers, so no position is given twice.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`], [`Error::Corrupt`].
    pub async fn lease_indexes(&self, tenant: Uuid, mode: Mode) -> Result<IndexLease, Error> {
        match self.chore(Chore::LeaseIndexes { tenant, mode }).await? {
            ChoreReply::Lease(lease) => Ok(lease),
            _ => Err(Error::Unknown),
        }
    }

    /// Keeps signed artifacts; an older version never overwrites a newer one.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn save_signed(&self, artifacts: Vec<SignedArtifact>) -> Result<(), Error> {
        self.chore(Chore::SaveSigned(artifacts)).await.map(drop)
    }

    /// Keeps a signed artifact in the place of the version `last`, 0 where there was none. `false`: another version
    /// stands there by now, so that what this one was made of may have changed since.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn save_next(&self, artifact: SignedArtifact, last: i64) -> Result<bool, Error> {
        match self.chore(Chore::SaveNext { artifact, last }).await? {
            ChoreReply::Count(saved) => Ok(saved > 0),
            _ => Err(Error::Unknown),
        }
    }

    /// Adds to the history of verifications.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn record_verifications(&self, batch: Vec<Verification>) -> Result<(), Error> {
        self.chore(Chore::RecordVerifications(batch))
            .await
            .map(drop)
    }

    /// Adds to the uses of API keys.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn touch_api_keys(&self, batch: Vec<ApiKeyUse>) -> Result<(), Error> {
        self.chore(Chore::TouchApiKeys(batch)).await.map(drop)
    }

    /// How the first request with an idempotency key ended, if there was one: asked before the work
    /// of a request begins, so that a replay does none. Nothing is claimed here.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`], [`Error::InFlight`].
    pub async fn replay(
        &self,
        name: ClaimName,
        body_hash: Digest,
    ) -> Result<Option<Outcome>, Error> {
        let asked = name.clone();
        if !self
            .read(move |view| idempotency::is_claimed(view, &asked))
            .await?
        {
            return Ok(None);
        }
        match self.chore(Chore::Replay { name, body_hash }).await? {
            ChoreReply::Replayed(outcome) => Ok(outcome),
            _ => Err(Error::Unknown),
        }
    }

    /// Forgets idempotency keys claimed before this time, at most 1,000 per call; says how many.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn prune_idempotency(&self, before: Micros) -> Result<u64, Error> {
        match self.chore(Chore::PruneIdempotency { before }).await? {
            ChoreReply::Count(count) => Ok(count),
            _ => Err(Error::Unknown),
        }
    }

    /// Makes a job unless there is one with its id.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn ensure_job(&self, job: JobRow) -> Result<(), Error> {
        self.chore(Chore::EnsureJob(job)).await.map(drop)
    }

    /// Takes the job that has been due longest, until the lease ends. Durable before it answers.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn claim_job(&self, now: Micros, lease_end: Micros) -> Result<Option<JobRow>, Error> {
        // Most of the time there is none, and then nothing is written.
        let due = self.read(move |view| locate::due_jobs(view, now, 1, false));
        if due.await?.is_empty() {
            return Ok(None);
        }
        match self.chore(Chore::ClaimJob { now, lease_end }).await? {
            ChoreReply::Claimed(job) => Ok(job),
            _ => Err(Error::Unknown),
        }
    }

    /// A step of a job that changes nothing else: its lease lasts longer, or its payload says more.
    ///
    /// # Errors
    /// [`Error::Stale`] when somebody else has it by now; [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn keep_job(&self, step: JobStep) -> Result<(), Error> {
        self.chore(Chore::KeepJob(step)).await.map(drop)
    }

    /// Says what becomes of a claimed job.
    ///
    /// # Errors
    /// [`Error::Stale`] when somebody else has it by now; [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn end_job(&self, job: &JobRow, end: JobEnd) -> Result<(), Error> {
        let (tenant, id, token) = (job.tenant, job.id, job.token);
        let chore = Chore::EndJob {
            tenant,
            id,
            token,
            end,
        };
        self.chore(chore).await.map(drop)
    }

    /// An open alert was seen again; nothing happens to one that has ended.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn repeat_alert(
        &self,
        tenant: Uuid,
        id: Uuid,
        times: i64,
        at: Micros,
    ) -> Result<(), Error> {
        let chore = Chore::RepeatAlert {
            tenant,
            id,
            times,
            at,
        };
        self.chore(chore).await.map(drop)
    }

    /// Keeps how a message to a channel went.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn note_delivery(&self, delivery: Delivery) -> Result<(), Error> {
        self.chore(Chore::NoteDelivery(delivery)).await.map(drop)
    }

    /// Adds to what was seen.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn note_sightings(&self, batch: Vec<Sighting>) -> Result<(), Error> {
        self.chore(Chore::NoteSightings(batch)).await.map(drop)
    }

    /// Adds to the requests of keys by the hour.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn note_key_hours(&self, batch: Vec<KeyHour>) -> Result<(), Error> {
        self.chore(Chore::NoteKeyHours(batch)).await.map(drop)
    }

    /// Forgets what was seen before a day, and requests of keys before an hour; says how many rows.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn prune_sightings(&self, day: i64, hour: i64) -> Result<u64, Error> {
        match self.chore(Chore::PruneSightings { day, hour }).await? {
            ChoreReply::Count(count) => Ok(count),
            _ => Err(Error::Unknown),
        }
    }

    async fn chore(&self, chore: Chore) -> Result<ChoreReply, Error> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Job::Chore(chore, reply))?;
        self.answered(answer).await
    }
}
