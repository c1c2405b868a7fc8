//! The store itself.

use std::sync::Arc;

use uuid::Uuid;

use crate::mac::RowKeys;
use crate::write::Write;
use crate::{
    ApiKeyUse, Engine, Error, IndexLease, InstanceRow, Micros, Mode, NewInstance, Options, Outcome,
    SignedArtifact, Verification, View,
};

/// An open store. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {}

impl Store {
    /// Opens the database, creates the data directory, takes the lock and migrates. The store is
    /// *locked* then: reads work, but are not authenticated, and writes answer [`Error::Sealed`].
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Newer`], [`Error::Refused`], [`Error::File`], and what the
    /// database says.
    pub fn open(options: Options) -> Result<Self, Error> {
        let _ = options;
        Err(Error::Unknown)
    }

    /// Which engine it speaks to.
    #[must_use]
    pub fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    /// The instance, or `None` before the first start has finished.
    ///
    /// # Errors
    /// [`Error::Corrupt`] once unlocked, and what the database says.
    pub fn instance(&self) -> Result<Option<InstanceRow>, Error> {
        Ok(None)
    }

    /// First start: stores instance, keys and event in one transaction. [`Store::unlock`] follows.
    ///
    /// # Errors
    /// [`Error::Behind`] when there is an anchor of an earlier instance, [`crate::Conflict::Id`]
    /// when there is an instance, and what the database says.
    pub fn initialise(&self, new: &NewInstance, keys: &RowKeys) -> Result<(), Error> {
        let _ = (new, keys);
        Err(Error::Unknown)
    }

    /// Hands over the keys: checks anchor and streams, closes what a crash left open, starts the
    /// writer. From here on reads are authenticated.
    ///
    /// # Errors
    /// [`Error::Behind`], [`Error::Corrupt`], and what the database says.
    pub fn unlock(&self, keys: RowKeys) -> Result<(), Error> {
        let _ = keys;
        Err(Error::Unknown)
    }

    /// Whether the row keys are missing.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        true
    }

    /// Runs finders. On SQLite inline (a point read takes microseconds), on PostgreSQL on a thread
    /// that owns a connection.
    ///
    /// # Errors
    /// What the closure says; [`Error::Unavailable`] when no reader is free or the database is
    /// away.
    pub async fn read<T, F>(&self, finders: F) -> Result<T, Error>
    where
        F: FnOnce(&mut View<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let _ = finders;
        Err(Error::Unknown)
    }

    /// [`Store::read`] for callers without a runtime. It panics on the threads of one.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, F>(&self, finders: F) -> Result<T, Error>
    where
        F: FnOnce(&mut View<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let _ = finders;
        Err(Error::Unknown)
    }

    /// Hands a command to the writer and waits for its commit. Dropping the future cancels
    /// nothing.
    ///
    /// # Errors
    /// Those of the command; [`Error::Sealed`], [`Error::Unavailable`], [`Error::Unknown`].
    pub async fn write(&self, write: Write) -> Result<Outcome, Error> {
        let _ = write;
        Err(Error::Unknown)
    }

    /// [`Store::write`] for callers without a runtime. It panics on the threads of one.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking(&self, write: Write) -> Result<Outcome, Error> {
        let _ = write;
        Err(Error::Unknown)
    }

    /// Takes [`crate::status_lists::LEASE_LEN`] positions of the tenant's newest list, beginning a
    /// new list when it is full. Durable before it answers, so no position is given twice.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`], [`Error::Corrupt`].
    pub async fn lease_indexes(&self, tenant: Uuid, mode: Mode) -> Result<IndexLease, Error> {
        let _ = (tenant, mode);
        Err(Error::Unknown)
    }

    /// Keeps signed artifacts; an older version never overwrites a newer one.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn save_signed(&self, artifacts: Vec<SignedArtifact>) -> Result<(), Error> {
        let _ = artifacts;
        Err(Error::Unknown)
    }

    /// Adds to the history of verifications.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn record_verifications(&self, batch: Vec<Verification>) -> Result<(), Error> {
        let _ = batch;
        Err(Error::Unknown)
    }

    /// Adds to the uses of API keys.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn touch_api_keys(&self, batch: Vec<ApiKeyUse>) -> Result<(), Error> {
        let _ = batch;
        Err(Error::Unknown)
    }

    /// Forgets idempotency keys claimed before this time, at most 1,000 per call; says how many.
    ///
    /// # Errors
    /// [`Error::Sealed`], [`Error::Unavailable`].
    pub async fn prune_idempotency(&self, before: Micros) -> Result<u64, Error> {
        let _ = before;
        Err(Error::Unknown)
    }

    /// Asks the database for one row: for readiness.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Ends the writer after what is queued, closes its stream with an event, writes the anchor.
    /// Reads go on. Does nothing the second time; dropping the last clone does it too.
    pub fn close(&self) {
        let _ = &self.inner;
    }
}
