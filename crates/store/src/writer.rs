//! The writer: one thread that owns one connection and makes transactions out of what is queued.
//!
//! At most 256 commands or 5 ms of work go into one transaction, each in a savepoint; they are
//! answered after COMMIT. While one transaction is flushed, the next ones gather in the queue.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::anchor::Keeper;
use crate::apply::{self, Tx};
use crate::connection::{Connection, Connector};
use crate::mac::RowKeys;
use crate::sql::{Engine, FaultKind};
use crate::streams::{self, Stream};
use crate::table::{self, Kept};
use crate::write::{Chore, ChoreReply, Command, Write};
use crate::{Error, Options, Outcome, start};

const BATCH: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(5);
/// How often an idle writer looks around.
const TICK: Duration = Duration::from_secs(2);
/// How often space is looked for after the disk was full.
const PROBE_PAUSE: Duration = Duration::from_millis(500);

/// What the writer is handed.
pub(crate) enum Job {
    Write(Box<Write>, oneshot::Sender<Result<Outcome, Error>>),
    Chore(Chore, oneshot::Sender<Result<ChoreReply, Error>>),
    /// Ends the writer.
    Stop,
}

impl Job {
    fn refuse(self, error: Error) {
        // Whoever asked may have gone; nobody else is interested.
        match self {
            Self::Write(_, reply) => drop(reply.send(Err(error))),
            Self::Chore(_, reply) => drop(reply.send(Err(error))),
            Self::Stop => {}
        }
    }
}

/// Hands a job over without waiting.
pub(crate) fn enqueue(queue: &SyncSender<Job>, job: Job) -> Result<(), Error> {
    queue.try_send(job).map_err(|error| match error {
        TrySendError::Full(_) => Error::unavailable(1_000),
        TrySendError::Disconnected(_) => Error::unavailable(5_000),
    })
}

/// An answer that waits for its commit.
enum Pending {
    Write(
        oneshot::Sender<Result<Outcome, Error>>,
        Result<Outcome, Error>,
    ),
    Chore(
        oneshot::Sender<Result<ChoreReply, Error>>,
        Result<ChoreReply, Error>,
    ),
}

impl Pending {
    fn send(self) {
        match self {
            Self::Write(reply, answer) => drop(reply.send(answer)),
            Self::Chore(reply, answer) => drop(reply.send(answer)),
        }
    }

    /// What was going to be answered is not true: the batch was not committed.
    fn fail(self, error: Error) {
        match self {
            Self::Write(reply, _) => drop(reply.send(Err(error))),
            Self::Chore(reply, _) => drop(reply.send(Err(error))),
        }
    }
}

/// How a batch that was not committed ended.
enum Broken {
    /// Certainly not stored.
    Lost(Error),
    /// Perhaps stored.
    Unknown,
    /// The storage cannot be believed any more.
    Fatal(String),
}

/// What the writer keeps between batches.
pub(crate) struct Writer {
    pub(crate) options: Options,
    pub(crate) keys: RowKeys,
    pub(crate) connector: Connector,
    pub(crate) connection: Connection,
    pub(crate) stream: Kept<Stream>,
    pub(crate) keeper: Keeper,
    full_since: Option<Instant>,
    /// The connection or the stream cannot be gone on with; both are renewed before the next batch.
    lost: bool,
    /// Something was erased, and old page images may still stand in the log (SQLite).
    empty_log: bool,
}

impl Writer {
    pub(crate) fn new(
        options: Options,
        keys: RowKeys,
        connector: Connector,
        connection: Connection,
        stream: Kept<Stream>,
        keeper: Keeper,
    ) -> Self {
        Self {
            options,
            keys,
            connector,
            connection,
            stream,
            keeper,
            full_since: None,
            lost: false,
            empty_log: false,
        }
    }

    /// Until it is told to stop, or every sender is gone.
    pub(crate) fn run(mut self, queue: &Receiver<Job>) {
        loop {
            let first = match queue.recv_timeout(TICK) {
                Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    self.tick();
                    continue;
                }
            };
            if let Err(error) = self.ready() {
                first.refuse(error);
                continue;
            }
            if self.batch(first, queue) {
                break;
            }
        }
        self.end();
        // Nothing after this is written; those who still wait hear it.
        while let Ok(job) = queue.try_recv() {
            job.refuse(Error::unavailable(5_000));
        }
    }

    /// Whether writing makes sense now: the connection is there and the disk has space.
    fn ready(&mut self) -> Result<(), Error> {
        if self.lost {
            self.recover()?;
        }
        if let Some(since) = self.full_since {
            if since.elapsed() < PROBE_PAUSE || !self.probe() {
                return Err(Error::unavailable(2_000));
            }
            tracing::warn!("the disk has space again, writing goes on");
            self.full_since = None;
        }
        Ok(())
    }

    /// One transaction; `true` when it met the order to stop.
    fn batch(&mut self, first: Job, queue: &Receiver<Job>) -> bool {
        let began = Instant::now();
        let mut pending = Vec::new();
        let mut stop = false;
        let mut next = Some(first);
        let before = self.stream.clone();
        let mut result = self
            .connection
            .batch(self.begin())
            .map_err(|fault| self.judge(&fault.text));
        while result.is_ok() {
            let Some(job) = next.take() else { break };
            match job {
                Job::Stop => {
                    stop = true;
                    break;
                }
                job => result = self.one(job, &mut pending),
            }
            if pending.len() < BATCH && began.elapsed() < BATCH_TIME {
                next = queue.try_recv().ok();
            }
        }
        // When the transaction could not even begin, its first job is still in hand.
        let unstarted = next.take();
        let result = result.and_then(|()| self.finish(&before));
        match result {
            Ok(()) => {
                if self.stream.row.seq != before.row.seq {
                    self.keeper.advance(self.stream.row.head());
                }
                pending.into_iter().for_each(Pending::send);
            }
            Err(broken) => {
                self.stream = before;
                let error = self.after(broken);
                for answer in pending {
                    answer.fail(error.clone());
                }
                if let Some(job) = unstarted {
                    job.refuse(error);
                }
            }
        }
        if self.empty_log {
            self.empty_log = !self.connection.empty_log();
        }
        stop
    }

    fn begin(&self) -> &'static str {
        // IMMEDIATE: a transaction that reads first and writes later would fail against another.
        match self.connector.engine() {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        }
    }

    /// One command in its savepoint. `Err` only when the whole batch is gone.
    fn one(&mut self, job: Job, pending: &mut Vec<Pending>) -> Result<(), Broken> {
        match job {
            Job::Write(write, reply) => {
                let (mut answer, waited, result) = self.in_savepoint(|tx| apply::write(tx, &write));
                if waited && write.claim.is_some() {
                    // Most likely the same key, held by another node.
                    answer = Err(Error::InFlight);
                }
                if matches!(write.command, Command::Erase { .. }) && answer.is_ok() {
                    self.empty_log = true;
                }
                pending.push(Pending::Write(reply, answer));
                result
            }
            Job::Chore(chore, reply) => {
                let now = (self.options.clock)();
                let (answer, _, result) = self.in_savepoint(|tx| apply::chore(tx, &chore, now));
                pending.push(Pending::Chore(reply, answer));
                result
            }
            Job::Stop => Ok(()),
        }
    }

    /// What the command said, whether it waited for a lock in vain, and whether the batch lives.
    fn in_savepoint<T>(
        &mut self,
        run: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> (Result<T, Error>, bool, Result<(), Broken>) {
        let before = self.stream.row.clone();
        self.connection.take_fault();
        if let Err(fault) = self.connection.batch("SAVEPOINT command") {
            let broken = self.judge(&fault.text);
            return (Err(Error::unavailable(1_000)), false, Err(broken));
        }
        let answer = run(&mut Tx {
            sql: self.connection.sql(),
            keys: &self.keys,
            stream: &mut self.stream.row,
        });
        let (end, kind) = match &answer {
            Ok(_) => ("RELEASE command", None),
            Err(error) => {
                let fenced = self.stream.row.closed_at.is_some();
                self.stream.row = before;
                if fenced {
                    self.lost = true;
                    return (answer, false, Err(Broken::Lost(Error::unavailable(200))));
                }
                // A full or failed disk takes the whole transaction with it: what ran before is
                // gone too, and the next command would commit alone.
                let kind = self.connection.take_fault();
                let lost = matches!(
                    kind,
                    Some(FaultKind::Full | FaultKind::Io | FaultKind::Connection)
                );
                if lost || !self.connection.in_transaction() {
                    let broken = self.judge_kind(kind, &error.to_string(), false);
                    return (answer, false, Err(broken));
                }
                ("ROLLBACK TO command; RELEASE command", kind)
            }
        };
        let result = self
            .connection
            .batch(end)
            .map_err(|fault| self.judge(&fault.text));
        (answer, kind == Some(FaultKind::Busy), result)
    }

    /// The stream's row, once per batch, and COMMIT.
    fn finish(&mut self, before: &Kept<Stream>) -> Result<(), Broken> {
        if self.stream.row.seq != before.row.seq {
            self.stream.row.seen_at = (self.options.clock)();
            let swapped = table::swap(self.connection.sql(), &self.keys, &mut self.stream);
            match swapped {
                Ok(true) => {}
                Ok(false) => {
                    // Somebody closed our stream: we were taken for dead. Nothing of this batch may
                    // stay, and nothing does, since COMMIT was not sent.
                    self.lost = true;
                    return Err(Broken::Lost(Error::unavailable(1_000)));
                }
                Err(error) => {
                    let kind = self.connection.take_fault();
                    return Err(self.judge_kind(kind, &error.to_string(), false));
                }
            }
        }
        self.connection.take_fault();
        self.connection
            .commit()
            .map_err(|fault| self.judge_kind(Some(fault.kind), &fault.text, true))
    }

    fn judge(&mut self, text: &str) -> Broken {
        let kind = self.connection.take_fault();
        self.judge_kind(kind, text, false)
    }

    /// The table of traps, as a function.
    fn judge_kind(&mut self, kind: Option<FaultKind>, text: &str, committing: bool) -> Broken {
        tracing::error!(?kind, committing, error = text, "a batch of writes broke");
        match (self.connector.engine(), kind) {
            // The row may be in the log although the sync failed; and after a failed sync nothing
            // that the disk says can be believed.
            (Engine::Sqlite, Some(FaultKind::Io)) => Broken::Fatal(text.to_owned()),
            (Engine::Sqlite, Some(FaultKind::Full)) => {
                self.full_since = Some(Instant::now());
                Broken::Lost(Error::unavailable(2_000))
            }
            (Engine::Sqlite, _) if committing => {
                // Still open: it can be taken back. Gone: nobody knows.
                if self.connection.in_transaction() {
                    Broken::Lost(Error::unavailable(1_000))
                } else {
                    Broken::Unknown
                }
            }
            (Engine::Postgres, _) if committing => Broken::Unknown,
            (Engine::Postgres, Some(FaultKind::Connection)) => {
                self.lost = true;
                Broken::Lost(Error::unavailable(1_000))
            }
            _ => Broken::Lost(Error::unavailable(1_000)),
        }
    }

    /// Puts the connection in order after a broken batch, and says what to answer.
    fn after(&mut self, broken: Broken) -> Error {
        let error = match broken {
            Broken::Lost(error) => error,
            Broken::Unknown => {
                self.lost = true;
                Error::Unknown
            }
            Broken::Fatal(text) => {
                (self.options.fatal)(&text);
                self.lost = true;
                Error::Unknown
            }
        };
        if self.connection.in_transaction() && self.connection.batch("ROLLBACK").is_err() {
            self.lost = true;
        }
        error
    }

    /// A new connection; what the old one left behind is read back, its stream closed, a new one
    /// opened.
    fn recover(&mut self) -> Result<(), Error> {
        let mut connection = self.connector.connect()?;
        let old = self.stream.row.id;
        let stream = start::reopen(&mut connection, &self.keys, &self.options, old)?;
        self.connection = connection;
        self.stream = stream;
        self.keeper.advance(self.stream.row.head());
        self.lost = false;
        tracing::warn!("writing goes on in a new stream");
        Ok(())
    }

    /// Writes something as large as a batch may be, and removes it.
    fn probe(&mut self) -> bool {
        self.full_since = Some(Instant::now());
        let nil = uuid::Uuid::nil().into();
        let filler = crate::value::Value::Blob(vec![0; 256 * 1024]);
        let written = self
            .connection
            .sql()
            .execute(
                "INSERT INTO probe (tenant_id, filler) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[nil, filler],
            )
            .and_then(|_| self.connection.sql().execute("DELETE FROM probe", &[]));
        match written {
            Ok(_) => true,
            Err(fault) if fault.kind == FaultKind::Io => {
                (self.options.fatal)(&fault.text);
                false
            }
            Err(_) => false,
        }
    }

    /// What an idle writer does: shows that it lives (PostgreSQL), fences off those that do not,
    /// and looks after what an earlier batch could not.
    fn tick(&mut self) {
        if self.lost {
            let _ = self.recover();
            return;
        }
        if self.empty_log {
            self.empty_log = !self.connection.empty_log();
        }
        if self.connector.engine() == Engine::Sqlite {
            return;
        }
        let before = self.stream.clone();
        self.stream.row.seen_at = (self.options.clock)();
        let result = self
            .connection
            .batch("BEGIN")
            .map_err(|fault| self.judge(&fault.text))
            .and_then(|()| {
                let swapped = table::swap(self.connection.sql(), &self.keys, &mut self.stream);
                let closed = start::close_lapsed(
                    self.connection.sql(),
                    &self.keys,
                    &self.options,
                    Some(before.row.id),
                );
                match (swapped, closed) {
                    (Ok(true), Ok(_)) => Ok(()),
                    (Ok(false), _) => {
                        self.lost = true;
                        Err(Broken::Lost(Error::unavailable(1_000)))
                    }
                    (Err(error), _) | (_, Err(error)) => Err(self.judge(&error.to_string())),
                }
            })
            .and_then(|()| {
                self.connection
                    .commit()
                    .map_err(|fault| self.judge_kind(Some(fault.kind), &fault.text, true))
            });
        if let Err(broken) = result {
            self.stream = before;
            let _ = self.after(broken);
        }
    }

    /// Closes the stream, so that the next start finds everything in order.
    fn end(&mut self) {
        if self.lost && self.recover().is_err() {
            return;
        }
        let closed = (|| -> Result<bool, Error> {
            self.connection.batch(self.begin())?;
            let sql = self.connection.sql();
            if !streams::close(sql, &self.keys, &self.options, &mut self.stream, "shutdown")? {
                self.connection.batch("ROLLBACK")?;
                return Ok(false);
            }
            self.connection.commit()?;
            Ok(true)
        })();
        match closed {
            Ok(true) => self.keeper.advance(self.stream.row.head()),
            Ok(false) => tracing::warn!("the stream was closed by another node"),
            Err(error) => tracing::error!(%error, "the stream could not be closed"),
        }
    }
}
