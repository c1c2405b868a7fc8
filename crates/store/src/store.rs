//! The store itself.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::block_on::block_on;
use crate::connection::Connector;
use crate::durable::Durable;
use crate::load::{Counted, Load};
use crate::mac::RowKeys;
use crate::postgres::Target;
use crate::queue::{Job, enqueue};
use crate::readers::Readers;
use crate::sqlite::SqliteReaders;
use crate::write::Write;
use crate::{
    Database, Engine, Error, InstanceRow, NewInstance, Options, Outcome, View, anchor, apply,
    data_dir, fail, instance, migrate, patience, postgres, start,
};

/// An open store. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    connector: Connector,
    readers: Readers,
    keys: OnceLock<RowKeys>,
    queue: OnceLock<SyncSender<Job>>,
    foundations: Arc<AtomicU64>,
    durable: Arc<Durable>,
    counted: Arc<Counted>,
    writer: Mutex<Option<JoinHandle<()>>>,
    // Held until the store is closed, not read: it keeps a second server out.
    lock: Mutex<Option<File>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("options", &self.inner.options)
            .field("sealed", &self.is_sealed())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, creates the data directory, takes the lock and migrates. The store is
    /// *locked* then: reads work, but are not authenticated, and writes answer [`Error::Sealed`].
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Newer`], [`Error::Refused`], [`Error::Unreachable`],
    /// [`Error::File`], and what the database says.
    pub fn open(options: Options) -> Result<Self, Error> {
        let connector = match &options.database {
            Database::Sqlite => Connector::Sqlite(options.sqlite_file(), options.max_pages),
            Database::Postgres(url) => {
                Connector::Postgres(Box::new(Target::parse(url, &options.network)?))
            }
        };
        if lies_in(&options.anchor, &options.data_dir) {
            return Err(Error::Refused {
                reason: "the anchor must lie outside of the data directory: it would be put back \
                         together with the database"
                    .to_owned(),
            });
        }
        let mut lock = None;
        if !options.read_only {
            data_dir::create(&options.data_dir)?;
            if options.database == Database::Sqlite {
                lock = Some(data_dir::lock(&options.data_dir)?);
            }
        }
        if let Connector::Postgres(target) = &connector {
            on_thread(|| postgres::reach(target))?;
        }
        let readers = match &connector {
            Connector::Sqlite(path, _) => {
                if options.read_only && !path.exists() {
                    return Err(Error::Refused {
                        reason: format!("{} does not exist", path.display()),
                    });
                }
                Readers::Sqlite(SqliteReaders::new(path))
            }
            Connector::Postgres(target) => {
                Readers::postgres(target, options.readers, options.patience)?
            }
        };
        if options.read_only {
            block_on(readers.read(migrate::must_be_current))?;
        } else {
            on_thread(|| {
                let mut connection = connector.connect()?;
                migrate::migrate(connection.sql())
            })?;
            data_dir::sync(&options.data_dir)?;
        }
        Ok(Self {
            inner: Arc::new(Inner {
                options,
                connector,
                readers,
                keys: OnceLock::new(),
                queue: OnceLock::new(),
                foundations: Arc::default(),
                durable: Arc::default(),
                counted: Arc::default(),
                writer: Mutex::new(None),
                lock: Mutex::new(lock),
            }),
        })
    }

    /// Which engine it speaks to.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.connector.engine()
    }

    /// The instance, or `None` before the first start has finished.
    ///
    /// # Errors
    /// [`Error::Corrupt`] once unlocked, and what the database says.
    pub fn instance(&self) -> Result<Option<InstanceRow>, Error> {
        self.read_blocking(instance::find)
    }

    /// First start: stores instance, keys and event in one transaction. [`Store::unlock`] follows.
    ///
    /// # Errors
    /// [`Error::Behind`] when there is an anchor of an earlier instance, [`crate::Conflict::Id`]
    /// when there is an instance, and what the database says.
    pub fn initialise(&self, new: &NewInstance, keys: &RowKeys) -> Result<(), Error> {
        let inner = &self.inner;
        if inner.options.read_only {
            return Err(Error::Sealed);
        }
        // An empty database beside an anchor is a lost database, not a first start.
        if inner.options.anchor.exists() && !inner.options.new_epoch {
            return Err(Error::Behind {
                reason: format!(
                    "{} remembers an instance and the database has none",
                    inner.options.anchor.display()
                ),
            });
        }
        on_thread(|| {
            let mut connection = inner.connector.connect()?;
            start::transaction(&mut connection, |sql| {
                apply::initialise(sql, keys, &inner.options, new)
            })
        })
    }

    /// Hands over the keys: checks anchor and streams, closes what a crash left open, starts the
    /// writer. From here on reads are authenticated.
    ///
    /// # Errors
    /// [`Error::Behind`], [`Error::Corrupt`], and what the database says.
    pub fn unlock(&self, keys: RowKeys) -> Result<(), Error> {
        let inner = &self.inner;
        if inner.options.read_only {
            return self.unlock_reading(keys);
        }
        let mut writer = inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.queue.get().is_some() {
            return Ok(());
        }
        let (sender, receiver) = sync_channel(inner.options.queue);
        let (started, outcome) = channel();
        let (options, connector) = (inner.options.clone(), inner.connector.clone());
        let theirs = keys.clone();
        let foundations = Arc::clone(&inner.foundations);
        let durable = Arc::clone(&inner.durable);
        let counted = Arc::clone(&inner.counted);
        let thread = std::thread::Builder::new()
            .name("ananke-write".to_owned())
            .spawn(move || match start::start(options, theirs, connector) {
                Ok(mut writer) => {
                    writer.share(foundations, durable, counted);
                    let fatal = Arc::clone(&writer.options.fatal);
                    let _ = started.send(Ok(()));
                    // Without its writer a server would go on and refuse everything, for ever.
                    if catch_unwind(AssertUnwindSafe(|| writer.run(&receiver))).is_err() {
                        fatal("the writer panicked");
                    }
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            })
            .map_err(|error| Error::Database {
                text: error.to_string(),
            })?;
        outcome.recv().map_err(|_| Error::Unknown)??;
        let _ = inner.keys.set(keys);
        let _ = inner.queue.set(sender);
        *writer = Some(thread);
        Ok(())
    }

    /// Whether the row keys are missing.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.inner.keys.get().is_none()
    }

    /// Runs finders. On SQLite inline (a point read takes microseconds), on PostgreSQL on a thread
    /// that owns a connection; where that is lost, they run again on another one, in time. What they found is on disk.
    ///
    /// # Errors
    /// What the closure says; [`Error::Unavailable`] when no reader is free, or the database is
    /// away, or says nothing for longer than [`Options::patience`].
    pub async fn read<T, F>(&self, finders: F) -> Result<T, Error>
    where
        F: Fn(&mut View<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let keys = self.inner.keys.get().cloned();
        let readers = &self.inner.readers;
        let found = readers.read(with_keys(keys, finders)).await;
        self.until_on_disk().await;
        found
    }

    /// [`Store::read`] for what takes as long as the database is large.
    ///
    /// # Errors
    /// As [`Store::read`], but for the time it takes.
    pub async fn read_at_length<T, F>(&self, finders: F) -> Result<T, Error>
    where
        F: Fn(&mut View<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let keys = self.inner.keys.get().cloned();
        let readers = &self.inner.readers;
        let found = readers.read_at_length(with_keys(keys, finders)).await;
        self.until_on_disk().await;
        found
    }

    /// Waits for what may just have been read.
    async fn until_on_disk(&self) {
        if !fail::at!("believe-what-is-not-on-disk") {
            self.inner.durable.wait().await;
        }
    }

    /// [`Store::read`] for callers without a runtime: it blocks the thread.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, F>(&self, finders: F) -> Result<T, Error>
    where
        F: Fn(&mut View<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        block_on(self.read(finders))
    }

    /// Hands a command to the writer and waits for its commit. Dropping the future cancels
    /// nothing.
    ///
    /// # Errors
    /// Those of the command; [`Error::Sealed`], [`Error::Unavailable`], [`Error::Unknown`].
    pub async fn write(&self, write: Write) -> Result<Outcome, Error> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Job::Write(Box::new(write), reply))?;
        let outcome = self.answered(answer).await;
        fail::crash!("crash-before-the-answer", true);
        outcome
    }

    /// [`Store::write`] for callers without a runtime: it blocks the thread.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking(&self, write: Write) -> Result<Outcome, Error> {
        block_on(self.write(write))
    }

    /// Changes with every write of this process that touches instance, tenants, keys or templates, before that write is
    /// answered: what was read while it was the same is as new as this process can make it.
    #[must_use]
    pub fn foundations(&self) -> u64 {
        self.inner.foundations.load(Ordering::SeqCst)
    }

    /// How busy its writer is.
    #[must_use]
    pub fn load(&self) -> Load {
        self.inner.counted.load()
    }

    /// Asks the database for one row: for readiness.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn ping(&self) -> Result<(), Error> {
        self.read(|view| {
            view.sql
                .query("SELECT version FROM schema_version WHERE id = 1", &[])?;
            Ok(())
        })
        .await
    }

    /// Bytes left on the disk of the data directory, and how many have to be for new documents; `None` where it cannot
    /// be asked.
    #[must_use]
    pub fn free_bytes(&self) -> Option<(u64, u64)> {
        let options = &self.inner.options;
        let free = crate::space::free(&options.data_dir)?;
        Some((free, options.min_free_bytes))
    }

    /// Whether it was opened to be read, beside whoever writes.
    #[must_use]
    pub fn reads_only(&self) -> bool {
        self.inner.options.read_only
    }

    /// The file that says how far the database had come.
    #[must_use]
    pub fn anchor(&self) -> &std::path::Path {
        &self.inner.options.anchor
    }

    /// Whether the database still holds everything its anchor names.
    ///
    /// # Errors
    /// [`Error::Behind`] where it does not, [`Error::Sealed`] without keys, and what the database says.
    pub async fn check_anchor(&self) -> Result<(), Error> {
        let keys = self.inner.keys.get().cloned().ok_or(Error::Sealed)?;
        let options = self.inner.options.clone();
        let path = options.anchor.clone();
        let anchored = tokio::task::spawn_blocking(move || anchor::read(&path, &keys)).await;
        let anchored = anchored.map_err(|_| Error::Unknown)?;
        self.read(move |view| {
            let row = instance::find(view)?.ok_or(Error::Missing)?;
            let root = anchor::root_fingerprint(&row.root_certificate);
            start::compare(view, anchored.clone(), &options, root)
        })
        .await
    }

    /// Ends the writer after what is queued, closes its stream with an event, writes the anchor,
    /// lets go of the data directory.
    /// Reads go on. Does nothing the second time; dropping the last clone does it too.
    pub fn close(&self) {
        self.inner.close();
    }

    /// Whoever only reads beside a running server checks the keys and the anchor, and no more.
    fn unlock_reading(&self, keys: RowKeys) -> Result<(), Error> {
        let (theirs, options) = (keys.clone(), self.inner.options.clone());
        let anchored = anchor::read(&options.anchor, &keys);
        block_on(self.inner.readers.read(move |sql| {
            let mut view = View {
                sql,
                keys: Some(&theirs),
            };
            let row = instance::find(&mut view)?.ok_or(Error::Missing)?;
            let root = anchor::root_fingerprint(&row.root_certificate);
            match start::compare(&mut view, anchored.clone(), &options, root) {
                Err(Error::Behind { .. }) if options.new_epoch => Ok(()),
                result => result,
            }
        }))?;
        let _ = self.inner.keys.set(keys);
        Ok(())
    }

    /// Waits for the writer's answer. One that died with the job in hand may have committed it, and so may one that
    /// says nothing in time.
    pub(crate) async fn answered<T>(
        &self,
        answer: oneshot::Receiver<Result<T, Error>>,
    ) -> Result<T, Error> {
        let _waiting = self.inner.counted.wait();
        let patience = match self.engine() {
            Engine::Sqlite => None,
            Engine::Postgres => Some(self.inner.options.patience),
        };
        let answer = async { answer.await.map_err(|_| Error::Unknown)? };
        patience::wait(patience, Error::Unknown, answer).await
    }

    pub(crate) fn enqueue(&self, job: Job) -> Result<(), Error> {
        enqueue(self.inner.queue.get().ok_or(Error::Sealed)?, job)
    }
}

impl Inner {
    fn close(&self) {
        let thread = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let (Some(thread), Some(queue)) = (thread, self.queue.get()) {
            // Waits for a place in the queue: what is queued is written first.
            let _ = queue.send(Job::Stop);
            let _ = thread.join();
        }
        // The next server need not wait for the last clone of this one.
        drop(
            self.lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// Finders as a question to a connection.
fn with_keys<T>(
    keys: Option<RowKeys>,
    finders: impl Fn(&mut View<'_>) -> Result<T, Error>,
) -> impl Fn(&mut dyn crate::sql::Sql) -> Result<T, Error> {
    move |sql| {
        finders(&mut View {
            sql,
            keys: keys.as_ref(),
        })
    }
}

/// The PostgreSQL client must not be used on the threads of an async runtime, from which a server
/// may open its store.
pub(crate) fn on_thread<T: Send>(
    run: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    std::thread::scope(|scope| {
        scope
            .spawn(run)
            .join()
            .unwrap_or_else(|_| Err(Error::Unknown))
    })
}

/// Whether a path is below a directory, however either is written.
fn lies_in(path: &std::path::Path, dir: &std::path::Path) -> bool {
    let real = |path: &std::path::Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // The last parts may not be there yet.
        path.ancestors()
            .find_map(|there| Some((there.canonicalize().ok()?, path.strip_prefix(there).ok()?)))
            .map_or(path.clone(), |(there, rest)| there.join(rest))
    };
    real(path).starts_with(real(dir))
}
