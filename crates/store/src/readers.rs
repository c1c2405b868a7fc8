//! Readers: SQLite inline on pooled connections, PostgreSQL on threads that own one each.
//!
//! A question whose connection is lost is asked again on another one while somebody still waits for its answer: it
//! changes nothing, and after a failover the next host has it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::postgres::{Postgres, Role};
use crate::sql::{Fault, FaultKind, Sql};
use crate::sqlite::SqliteReaders;
use crate::{Error, patience};

/// Questions that may wait for a thread.
const QUEUE: usize = 1_024;
/// Between two tries to reach a database that is away.
const PAUSE: Duration = Duration::from_millis(50);

/// Whoever reads.
pub(crate) enum Readers {
    Sqlite(SqliteReaders),
    Postgres {
        threads: SyncSender<Waiting>,
        patience: Duration,
    },
}

/// A question, and until when its answer is waited for; without an end it is asked once.
pub(crate) struct Waiting {
    question: Box<dyn Question>,
    until: Option<Instant>,
}

/// What a thread is handed.
trait Question: Send {
    /// Asks, and keeps the answer.
    fn ask(&mut self, sql: &mut dyn Sql);
    /// Sends the answer that was kept.
    fn answer(self: Box<Self>);
    /// Sends why there is none.
    fn refuse(self: Box<Self>, error: Error);
    /// Whether whoever asked has gone.
    fn is_over(&self) -> bool;
}

struct Asked<F, T> {
    run: F,
    kept: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<F, T: Send> Question for Asked<F, T>
where
    F: Fn(&mut dyn Sql) -> Result<T, Error> + Send,
{
    fn ask(&mut self, sql: &mut dyn Sql) {
        self.kept = Some((self.run)(sql));
    }

    fn answer(self: Box<Self>) {
        if let Some(kept) = self.kept {
            // Whoever asked may have gone.
            let _ = self.reply.send(kept);
        }
    }

    fn refuse(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Err(error));
    }

    fn is_over(&self) -> bool {
        self.reply.is_closed()
    }
}

impl Readers {
    /// Starts threads for PostgreSQL; they end when the last sender is gone.
    pub(crate) fn postgres(
        config: &tokio_postgres::Config,
        threads: usize,
        patience: Duration,
    ) -> Result<Self, Error> {
        let (sender, receiver) = sync_channel::<Waiting>(QUEUE);
        let shared = Arc::new(Shared {
            questions: Mutex::new(receiver),
            losses: AtomicU64::new(0),
            config: config.clone(),
            patience,
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
        Ok(Self::Postgres {
            threads: sender,
            patience,
        })
    }

    /// Asks, and waits no longer than patience lasts.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        run: impl Fn(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let patience = match self {
            Self::Sqlite(_) => None,
            Self::Postgres { patience, .. } => Some(*patience),
        };
        let until = patience::left(patience).map(|left| Instant::now() + left);
        let late = Error::unavailable(1_000);
        patience::wait(patience, late, self.ask(run, until)).await
    }

    /// Asks what takes as long as the database is large.
    pub(crate) async fn read_at_length<T: Send + 'static>(
        &self,
        run: impl Fn(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.ask(run, None).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        run: impl Fn(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
        until: Option<Instant>,
    ) -> Result<T, Error> {
        match self {
            Self::Sqlite(readers) => readers.with(run),
            Self::Postgres { threads, .. } => {
                let (reply, answer) = oneshot::channel();
                let question = Box::new(Asked {
                    run,
                    kept: None,
                    reply,
                });
                threads
                    .try_send(Waiting { question, until })
                    .map_err(|_| Error::unavailable(500))?;
                answer.await.map_err(|_| Error::unavailable(500))?
            }
        }
    }
}

struct Shared {
    questions: Mutex<Receiver<Waiting>>,
    /// How often a connection was lost. What ends one mostly ends all, so every thread renews its
    /// own before the next question instead of finding out by failing it.
    losses: AtomicU64,
    config: tokio_postgres::Config,
    patience: Duration,
}

impl Shared {
    fn answer(&self) {
        let mut connection = None;
        loop {
            let waiting = self
                .questions
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .recv();
            let Ok(waiting) = waiting else { return };
            self.one(&mut connection, waiting);
        }
    }

    /// One question, on as many connections as it takes and time allows.
    fn one(&self, connection: &mut Option<(u64, Postgres)>, waiting: Waiting) {
        let Waiting {
            mut question,
            until,
        } = waiting;
        let again = || until.is_some_and(|until| Instant::now() + PAUSE < until);
        let mut told = false;
        while !question.is_over() {
            let postgres = match self.connected(connection) {
                Ok(postgres) => postgres,
                Err(fault) => {
                    if !told {
                        tracing::error!(error = fault.text, "PostgreSQL cannot be reached");
                        told = true;
                    }
                    if !again() {
                        return question.refuse(fault.into());
                    }
                    std::thread::sleep(PAUSE);
                    continue;
                }
            };
            let left = until.map_or(self.patience, |until| {
                until.saturating_duration_since(Instant::now())
            });
            if left.is_zero() {
                return question.refuse(Error::unavailable(1_000));
            }
            postgres.limit(Some(left));
            // A panic in a finder is its caller's; this thread serves others too.
            let survived = catch_unwind(AssertUnwindSafe(|| question.ask(postgres))).is_ok();
            let lost = postgres.take_fault() == Some(FaultKind::Connection);
            if lost {
                self.losses.fetch_add(1, Ordering::SeqCst);
            }
            if lost || !survived || postgres.in_transaction() {
                *connection = None;
            }
            if !survived {
                return;
            }
            if !lost || !again() {
                return question.answer();
            }
        }
    }

    /// This thread's connection, or a new one where it was lost.
    fn connected<'a>(
        &self,
        connection: &'a mut Option<(u64, Postgres)>,
    ) -> Result<&'a mut Postgres, Fault> {
        let losses = self.losses.load(Ordering::SeqCst);
        if connection
            .as_ref()
            .is_some_and(|(made, postgres)| *made != losses || postgres.is_closed())
        {
            *connection = None;
        }
        match connection {
            Some((_, postgres)) => Ok(postgres),
            None => {
                let fresh = Postgres::connect(&self.config, Role::Reader)?;
                Ok(&mut connection.insert((losses, fresh)).1)
            }
        }
    }
}
