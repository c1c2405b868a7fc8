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

use crate::postgres::{Postgres, Role, Target};
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
        target: &Target,
        threads: usize,
        patience: Duration,
    ) -> Result<Self, Error> {
        let (sender, receiver) = sync_channel::<Waiting>(QUEUE);
        let shared = Arc::new(Shared {
            questions: Mutex::new(receiver),
            losses: AtomicU64::new(0),
            target: target.clone(),
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
    target: Target,
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
            // One that was lost is older than its loss, and made anew for that.
            if !survived || postgres.in_transaction() {
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
        if connection.as_ref().is_some_and(|(made, _)| *made != losses) {
            *connection = None;
        }
        match connection {
            Some((_, postgres)) => Ok(postgres),
            None => {
                let fresh = Postgres::connect(&self.target, Role::Reader)?;
                Ok(&mut connection.insert((losses, fresh)).1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Network;
    use crate::block_on::block_on;
    use crate::cluster::{self, Cluster};
    use crate::value::Value;

    /// One thread, so that every question meets the same connection.
    fn one_reader(cluster: &Cluster, patience: Duration) -> Readers {
        let target = Target::parse(&cluster.database(), &Network::default()).unwrap();
        Readers::postgres(&target, 1, patience).unwrap()
    }

    fn ask<T: Send + 'static>(
        readers: &Readers,
        run: impl Fn(&mut dyn Sql) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        block_on(readers.read(run))
    }

    fn pid(sql: &mut dyn Sql) -> Result<String, Error> {
        let rows = sql.query("SELECT CAST(pg_backend_pid() AS TEXT)", &[])?;
        match rows.into_iter().flatten().next() {
            Some(Value::Text(pid)) => Ok(pid),
            other => panic!("{other:?}"),
        }
    }

    fn end(cluster: &Cluster, pid: &str) {
        cluster.ask(&format!("SELECT pg_terminate_backend({pid})"));
        let there = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}");
        while cluster.ask(&there) != "0" {
            cluster::pause();
        }
    }

    #[test]
    fn a_connection_is_kept_until_something_is_left_open_on_it() {
        let Some(cluster) = cluster::shared() else {
            return;
        };
        let readers = one_reader(cluster, Duration::from_secs(10));
        let first = ask(&readers, pid).unwrap();
        ask(&readers, |sql| {
            sql.batch("BEGIN")?;
            Ok(sql.batch("ROLLBACK")?)
        })
        .unwrap();
        let wrong = ask(&readers, |sql| Ok(sql.batch("SELECT nothing")?));
        assert!(matches!(wrong, Err(Error::Database { .. })), "{wrong:?}");
        assert_eq!(ask(&readers, pid).unwrap(), first);
        ask(&readers, |sql| Ok(sql.batch("BEGIN")?)).unwrap();
        let second = ask(&readers, pid).unwrap();
        assert_ne!(second, first);
        let panicked = ask(&readers, |_| -> Result<(), Error> {
            panic!("a fault of ours")
        });
        assert!(matches!(panicked, Err(Error::Unavailable { .. })));
        assert_ne!(ask(&readers, pid).unwrap(), second);
    }

    #[test]
    fn a_question_whose_connection_is_lost_is_asked_again_where_there_is_time() {
        let Some(cluster) = cluster::shared() else {
            return;
        };
        let readers = one_reader(cluster, Duration::from_secs(10));
        let first = ask(&readers, pid).unwrap();
        end(cluster, &first);
        let second = ask(&readers, pid).unwrap();
        assert_ne!(first, second);
        // What has no end is asked once: nobody knows how long it took the first time.
        end(cluster, &second);
        let lost = block_on(readers.read_at_length(pid));
        assert!(matches!(lost, Err(Error::Unavailable { .. })), "{lost:?}");
        ask(&readers, pid).unwrap();
    }

    #[test]
    fn a_database_that_is_away_is_waited_for_as_long_as_patience_lasts() {
        let Some(cluster) = cluster::start() else {
            return;
        };
        let (short, long) = (Duration::from_millis(300), Duration::from_secs(60));
        let readers = one_reader(&cluster, short);
        cluster.stop();
        let began = Instant::now();
        match ask(&readers, pid) {
            Err(Error::Unavailable { retry_after }) => {
                assert_eq!(retry_after, Duration::from_secs(1));
            }
            other => panic!("{other:?}"),
        }
        let waited = began.elapsed();
        assert!(
            waited >= short - 2 * PAUSE && waited < long / 2,
            "{waited:?}"
        );
        cluster.launch();
        let readers = one_reader(&cluster, long);
        cluster.stop();
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| ask(&readers, pid));
            std::thread::sleep(short);
            cluster.launch();
            asked.join().unwrap().unwrap();
        });
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_not_asked() {
        let Some(cluster) = cluster::shared() else {
            return;
        };
        let readers = one_reader(cluster, Duration::from_secs(10));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = Mutex::new(held);
        let (begin, begun) = std::sync::mpsc::channel::<()>();
        let begin = Mutex::new(begin);
        let asked = Arc::new(AtomicU64::new(0));
        std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                ask(&readers, move |_| {
                    let _ = begin.lock().map(|begin| begin.send(()));
                    let _ = held.lock().map(|held| held.recv());
                    Ok(())
                })
            });
            begun.recv().unwrap();
            {
                let asked = Arc::clone(&asked);
                let question = readers.read(move |_| {
                    asked.fetch_add(1, Ordering::SeqCst);
                    Ok(())
                });
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                // Handed over, and given up.
                assert!(std::pin::pin!(question).poll(&mut context).is_pending());
            }
            release.send(()).unwrap();
            first.join().unwrap().unwrap();
        });
        ask(&readers, pid).unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }
}
