//! Writes without an event, because nobody relies on them: leases, signed artifacts, histories,
//! replays, pruning. They share the writer and its transactions.

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::queue::Job;
use crate::write::{Chore, ChoreReply};
use crate::{
    ApiKeyUse, ClaimName, Digest, Error, IndexLease, Micros, Mode, Outcome, SignedArtifact, Store,
    Verification, idempotency,
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

    async fn chore(&self, chore: Chore) -> Result<ChoreReply, Error> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Job::Chore(chore, reply))?;
        self.answered(answer).await
    }
}
