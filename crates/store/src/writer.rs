//! The writer: one thread that owns one connection and makes transactions out of what is queued.
//!
//! At most 256 commands or 5 ms of work go into one transaction, each in a savepoint; they are answered after COMMIT
//! and its flush. While one transaction is flushed, the next one is written (SQLite), and more gather in the queue. New
//! documents that gathered share a savepoint; where one of them meets another, each is asked for alone.

mod flush;
mod group;
mod recovery;

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::anchor::Keeper;
use crate::apply::{self, Tx};
use crate::connection::{Connection, Connector};
use crate::durable::Durable;
use crate::fail;
use crate::load::Counted;
use crate::mac::RowKeys;
use crate::queue::{Job, Pending};
use crate::space::Space;
use crate::sql::{Engine, FaultKind};
use crate::start::CLOCK_SLACK;
use crate::streams::Stream;
use crate::table::{self, Kept};
use crate::write::{Chore, Command};
use crate::{Error, Micros, Options};

use flush::{Committed, Flusher, Settler};

const BATCH: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(5);
/// How often an idle writer looks around.
const TICK: Duration = Duration::from_secs(2);
/// How often space is looked for after the disk was full.
const PROBE_PAUSE: Duration = Duration::from_millis(500);
/// How old the stamp on the stream's row may get while there is no event to write, so that nobody
/// takes this writer for dead (PostgreSQL).
const STAMP_AGE: Micros = 5_000_000;

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
    settler: Settler,
    flusher: Option<Flusher>,
    /// What has to be flushed behind a commit (SQLite).
    log: Option<Arc<File>>,
    full_since: Option<Instant>,
    space: Space,
    /// The connection or the stream cannot be gone on with; both are renewed before the next batch.
    lost: bool,
    /// Something was erased, and old page images may still stand in the log (SQLite).
    empty_log: bool,
    /// Counts the batches that changed a foundation; see [`crate::Store::foundations`].
    foundations: Arc<AtomicU64>,
    /// Whether this batch is one of them.
    founded: bool,
    /// Whether anybody relies on this batch: it holds more than histories.
    relied_on: bool,
}

impl Writer {
    pub(crate) fn new(
        options: Options,
        keys: RowKeys,
        connector: Connector,
        mut connection: Connection,
        stream: Kept<Stream>,
        keeper: Keeper,
    ) -> Result<Self, Error> {
        let space = Space::new(&options);
        connection.limit(Some(options.patience));
        let log = connection.leave_flushing(&connector)?;
        Ok(Self {
            settler: Settler::new(options.clone(), keeper),
            flusher: None,
            log: log.map(Arc::new),
            options,
            keys,
            connector,
            connection,
            stream,
            full_since: None,
            space,
            lost: false,
            // A process that was killed may have left erased data in the log.
            empty_log: true,
            foundations: Arc::default(),
            founded: false,
            relied_on: false,
        })
    }

    /// What the store looks at while this writes.
    pub(crate) fn share(
        &mut self,
        foundations: Arc<AtomicU64>,
        durable: Arc<Durable>,
        counted: Arc<Counted>,
    ) {
        self.foundations = foundations;
        self.settler.durable = durable;
        self.settler.keeper.share(&counted);
        self.settler.counted = counted;
    }

    /// Until it is told to stop, or every sender is gone.
    pub(crate) fn run(mut self, queue: &Receiver<Job>) {
        if self.log.is_some() {
            // Without it everything is flushed here.
            self.flusher = Flusher::start(self.settler.clone()).ok();
        }
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
                first.refuse(error.clone());
                // The others waited for the same; trying for each would make the last wait for all.
                let mut waiting = queue.try_iter();
                if waiting.any(|job| job.refused_or_stop(&error)) {
                    break;
                }
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
        self.lost |= self.settler.take_failure();
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
        let behind = before.row.seen_at - (self.options.clock)();
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
                Job::Write(write, reply) if group::may_join(&write) => {
                    let room = BATCH - pending.len();
                    let (group, other) = group::gather((write, reply), queue, room);
                    next = other;
                    result = self.group(group, behind, &mut pending);
                }
                job => result = self.one(job, behind, &mut pending),
            }
            // Once the batch is broken nothing more is taken: it could be the order to stop.
            if next.is_none()
                && result.is_ok()
                && pending.len() < BATCH
                && began.elapsed() < BATCH_TIME
            {
                next = queue.try_recv().ok();
            }
        }
        // Where the transaction broke, or could not even begin, a job is still in hand.
        let unstarted = next.take();
        if result.is_ok() && fail::at!("answer-before-commit") {
            pending.drain(..).for_each(Pending::send);
            // As long as a slow disk takes, so that the moment in between can be hit.
            std::thread::sleep(Duration::from_millis(50));
        }
        let recorded = self.stream.row.seq != before.row.seq;
        fail::crash!("crash-before-the-commit", recorded);
        let relied_on = std::mem::take(&mut self.relied_on);
        // From the commit on it may be seen.
        let number = match self.log {
            Some(_) if relied_on => self.settler.durable.announce(),
            _ => 0,
        };
        let result = result.and_then(|()| self.finish(&before));
        // Before anybody hears of it, and also where nobody knows how it ended.
        if std::mem::take(&mut self.founded) {
            self.foundations.fetch_add(1, Ordering::SeqCst);
        }
        let head = match result {
            Ok(()) => recorded.then(|| self.stream.row.head()),
            Err(broken) => {
                self.stream = before;
                let error = self.after(broken);
                for answer in pending.drain(..) {
                    answer.fail(error.clone());
                }
                stop |= unstarted.is_some_and(|job| job.refused_or_stop(&error));
                None
            }
        };
        // Histories are flushed with whatever comes next.
        let logged = relied_on && self.connection.take_logged();
        self.settle(Committed {
            log: self.log.clone().filter(|_| logged),
            number,
            head,
            answers: pending,
        });
        if self.empty_log {
            self.empty_log();
        }
        stop
    }

    /// One command alone is settled here, where nothing else is: a thread in between would only take time.
    fn settle(&mut self, batch: Committed) {
        let alone = batch.answers.len() <= 1;
        match &mut self.flusher {
            Some(flusher) if !alone || !flusher.is_idle() => {
                if let Err(batch) = flusher.settle(batch) {
                    (self.options.fatal)("the flusher panicked");
                    let answers = batch.answers.into_iter();
                    answers.for_each(|answer| answer.fail(Error::Unknown));
                }
            }
            _ => self.settler.settle(batch),
        }
    }

    fn begin(&self) -> &'static str {
        // IMMEDIATE: a transaction that reads first and writes later would fail against another.
        match self.connector.engine() {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        }
    }

    /// One command in its savepoint. `Err` only when the whole batch is gone.
    fn one(&mut self, job: Job, behind: Micros, pending: &mut Vec<Pending>) -> Result<(), Broken> {
        match job {
            Job::Write(write, reply) => {
                self.relied_on = true;
                let issues = matches!(write.command, Command::Issue(_) | Command::Replace { .. });
                self.founded |= write.command.is_foundation();
                let admitted = self.space.admit(self.connector.engine(), issues);
                if let Err(error) = admitted.and_then(|()| in_order_of_time(issues, behind)) {
                    pending.push(Pending::Write(reply, Err(error)));
                    return Ok(());
                }
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
                // What anybody can cause must not eat the space that is kept for revocations.
                let history = matches!(
                    chore,
                    Chore::RecordVerifications(_) | Chore::NoteSightings(_)
                );
                let count = matches!(chore, Chore::TouchApiKeys(_) | Chore::NoteKeyHours(_));
                self.relied_on |= !history && !count;
                if let Err(error) = self.space.admit(self.connector.engine(), history) {
                    pending.push(Pending::Chore(reply, Err(error)));
                    return Ok(());
                }
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
        let wrote = self.stream.row.seq != before.row.seq;
        let stale = || (self.options.clock)() - before.row.seen_at > STAMP_AGE;
        if wrote || (self.connector.engine() == Engine::Postgres && stale()) {
            self.stream.row.seen_at = before.row.seen_at.max((self.options.clock)());
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
        let Err(fault) = self.connection.commit() else {
            return Ok(());
        };
        let broken = self.judge_kind(Some(fault.kind), &fault.text, true);
        if fail::at!("log-a-failed-commit-and-go-on") {
            self.lost = true;
            return Ok(());
        }
        Err(broken)
    }
}

/// Refuses new documents while the clock is behind the newest record: they would be signed into the past.
fn in_order_of_time(issues: bool, behind: Micros) -> Result<(), Error> {
    if issues && behind > CLOCK_SLACK {
        tracing::error!(
            behindMicros = behind,
            "the clock is behind the newest record: no new documents"
        );
        return Err(Error::unavailable(5_000));
    }
    Ok(())
}
