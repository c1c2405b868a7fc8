//! Readers: SQLite inline on pooled connections, PostgreSQL on threads that own one each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::Error;
use crate::postgres::{Postgres, Role};
use crate::sql::{FaultKind, Sql};
use crate::sqlite::SqliteReaders;

/// Questions that may wait for a thread.
const QUEUE: usize = 1_024;

/// What a thread is handed: a connection, or why there is none.
type Question = Box<dyn FnOnce(Result<&mut dyn Sql, Error>) + Send>;

/// Whoever reads.
pub(crate) enum Readers {
    Sqlite(SqliteReaders),
    Postgres(SyncSender<Question>),
}

impl Readers {
    /// Starts threads for PostgreSQL; they end when the last sender is gone.
    pub(crate) fn postgres(config: &::postgres::Config, threads: usize) -> Result<Self, Error> {
        let (sender, receiver) = sync_channel::<Question>(QUEUE);
        let shared = Arc::new(Shared {
            questions: Mutex::new(receiver),
            losses: AtomicU64::new(0),
            config: config.clone(),
        });
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("ananke-read-{number}"))
                .spawn(move || shared.answer())
                .map_err(|error| Error::Database {
                    text: error.to_string(),
                })?;
        }
        Ok(Self::Postgres(sender))
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        match self {
            Self::Sqlite(readers) => readers.with(run),
            Self::Postgres(threads) => {
                let (reply, answer) = oneshot::channel();
                let question: Question = Box::new(move |sql| {
                    // Whoever asked may have gone.
                    let _ = reply.send(sql.and_then(run));
                });
                threads
                    .try_send(question)
                    .map_err(|_| Error::unavailable(500))?;
                answer.await.map_err(|_| Error::unavailable(500))?
            }
        }
    }
}

struct Shared {
    questions: Mutex<Receiver<Question>>,
    /// How often a connection was lost. What ends one mostly ends all, so every thread renews its
    /// own before the next question instead of finding out by failing it.
    losses: AtomicU64,
    config: ::postgres::Config,
}

impl Shared {
    fn answer(&self) {
        let mut connection: Option<(u64, Postgres)> = None;
        loop {
            let question = self
                .questions
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .recv();
            let Ok(question) = question else { return };
            let losses = self.losses.load(Ordering::SeqCst);
            if connection
                .as_ref()
                .is_some_and(|(made, postgres)| *made != losses || postgres.is_closed())
            {
                connection = None;
            }
            let connected = match &mut connection {
                Some((_, connection)) => Ok(connection),
                None => match Postgres::connect(&self.config, Role::Reader) {
                    Ok(fresh) => Ok(&mut connection.insert((losses, fresh)).1),
                    Err(fault) => {
                        tracing::error!(error = fault.text, "PostgreSQL cannot be reached");
                        Err(Error::from(fault))
                    }
                },
            };
            // A panic in a finder is its caller's; this thread serves others too.
            let survived = catch_unwind(AssertUnwindSafe(|| match connected {
                Ok(sql) => question(Ok(sql)),
                Err(error) => question(Err(error)),
            }))
            .is_ok();
            let Some((_, postgres)) = &mut connection else {
                continue;
            };
            let lost = postgres.take_fault() == Some(FaultKind::Connection);
            if lost {
                self.losses.fetch_add(1, Ordering::SeqCst);
            }
            if lost || !survived || postgres.in_transaction() {
                connection = None;
            }
        }
    }
}
