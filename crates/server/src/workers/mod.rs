//! Foreign files are worked on in processes of their own (docs/decisions/0116): a few of them wait, started ahead; each
//! takes one file, answers, and ends. What a file does to its process is the end of that process, and of nothing else.
//!
//! `inside` is what such a process does, `limits` what it gives up first, `child` how it is seen from here. This page owns
//! the queue before them. A thread for each process waits for it: the system ends a process with the thread that started
//! it, and nothing here holds up a thread of the runtime.

mod child;
mod inside;
mod limits;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use ananke_pdf::job::{Done, Job, Refusal};
use tokio::sync::oneshot;

pub use self::inside::{NAME, main};
pub use self::limits::MEMORY;

use self::child::Child;
use crate::telemetry::metrics::Tally;

/// So many jobs wait, and the next is told to come again; of questions, which anybody may ask, half as many.
pub const WAITING: usize = 64;
/// Without a number of its own, a server has at most so many processes.
const MOST: usize = 4;

/// How work is done.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The program that is started with [`NAME`].
    pub program: PathBuf,
    /// How many processes there are at once; 0 for as many as the machine has processors, up to four.
    pub processes: usize,
    /// How long one may take for a file.
    pub patience: Duration,
    /// Whether system calls are filtered. Where they cannot be, nothing is done.
    pub filtered: bool,
}

impl Terms {
    /// Seconds of a processor. Time ends the process before: this holds when nobody looks.
    fn cpu_seconds(&self) -> u64 {
        self.patience.as_secs() + 1
    }

    fn most(&self) -> usize {
        match self.processes {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get().min(MOST)),
            processes => processes,
        }
    }
}

/// This program, to be started once more. Where the system can tell, the very file that runs, though another may stand in
/// its place by now.
///
/// # Errors
/// The system does not say.
pub fn this_program() -> std::io::Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    match running.exists() {
        true => Ok(running),
        false => std::env::current_exe(),
    }
}

/// Why a job was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// The file is not one that this can be done with.
    #[error(transparent)]
    Refused(Refusal),
    /// The process ended without an answer: the file took more than there is, or something else it must not.
    #[error("a worker process ended without an answer: {0}")]
    Died(String),
    /// There was no answer in time.
    #[error("a worker process took too long")]
    TookTooLong,
    /// Too many wait.
    #[error("too many files wait to be worked on")]
    Busy,
    /// No process begins, or somebody ends them: no file is to blame.
    #[error("files cannot be worked on: {0}")]
    Unavailable(String),
}

impl WorkError {
    const OUTCOMES: [&str; 6] = ["done", "refused", "died", "too_long", "busy", "unavailable"];

    fn outcome(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Died(_) => "died",
            Self::TookTooLong => "too_long",
            Self::Busy => "busy",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

/// What foreign files are given to.
pub struct Workers {
    pool: Arc<Pool>,
}

struct Pool {
    terms: Terms,
    desk: Mutex<Desk>,
    arrived: Condvar,
    stopping: AtomicBool,
    outcomes: Tally,
}

/// What waits, and who works.
#[derive(Default)]
struct Desk {
    waiting: VecDeque<Task>,
    threads: Vec<JoinHandle<()>>,
    idle: usize,
    /// Processes that are at a question.
    asked: usize,
}

impl Desk {
    /// The first job that may be taken: questions leave a process to those who stamp, where there are two.
    fn take(&mut self, most: usize) -> Option<Task> {
        self.waiting.retain(|task| !task.answer.is_closed());
        let is_full = most > 1 && self.asked + 1 >= most;
        let may = |task: &Task| !(is_full && is_question(&task.job));
        let at = self.waiting.iter().position(may)?;
        let task = self.waiting.remove(at)?;
        self.asked += usize::from(is_question(&task.job));
        Some(task)
    }
}

/// Whether anybody may ask for it, and nothing is made.
const fn is_question(job: &Job) -> bool {
    matches!(job, Job::Read { .. })
}

struct Task {
    job: Job,
    answer: oneshot::Sender<Result<Done, WorkError>>,
}

impl Workers {
    /// None is started before there is something to do.
    #[must_use]
    pub fn new(terms: Terms) -> Self {
        let pool = Pool {
            terms,
            desk: Mutex::default(),
            arrived: Condvar::new(),
            stopping: AtomicBool::new(false),
            outcomes: Tally::of(WorkError::OUTCOMES),
        };
        Self {
            pool: Arc::new(pool),
        }
    }

    /// Has a job done. Whoever stops waiting before it begins takes it back.
    ///
    /// # Errors
    /// [`WorkError`]
    pub async fn run(&self, job: Job) -> Result<Done, WorkError> {
        let kind = job.kind();
        let outcome = match self.hand_in(job) {
            Ok(answer) => answer.await.unwrap_or_else(|_| Err(stops())),
            Err(error) => Err(error),
        };
        match &outcome {
            Err(WorkError::Died(reason)) => {
                tracing::warn!(
                    kind = kind,
                    reason = reason.as_str(),
                    "a worker process ended without an answer"
                );
            }
            Err(WorkError::TookTooLong) => {
                tracing::warn!(kind = kind, "a worker process took too long");
            }
            Err(WorkError::Unavailable(reason)) => {
                tracing::error!(
                    kind = kind,
                    reason = reason.as_str(),
                    "files cannot be worked on"
                );
            }
            _ => {}
        }
        let word = outcome.as_ref().err().map_or("done", WorkError::outcome);
        self.pool.outcomes.count(word);
        outcome
    }

    /// Ends every process, and waits for that.
    pub async fn stop(&self) {
        let threads = self.pool.stop();
        let joined = tokio::task::spawn_blocking(move || {
            threads.into_iter().for_each(|thread| drop(thread.join()));
        });
        let _ = joined.await;
    }

    /// Jobs by what became of them.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.pool.outcomes.counts()
    }

    /// Jobs that wait for a process now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pool.desk().waiting.len()
    }

    fn hand_in(&self, job: Job) -> Result<oneshot::Receiver<Result<Done, WorkError>>, WorkError> {
        let pool = &self.pool;
        let mut desk = pool.desk();
        if pool.stopping.load(Ordering::Relaxed) {
            return Err(stops());
        }
        desk.waiting.retain(|task| !task.answer.is_closed());
        let questions = || desk.waiting.iter().filter(|task| is_question(&task.job));
        if desk.waiting.len() >= WAITING || is_question(&job) && questions().count() >= WAITING / 2
        {
            return Err(WorkError::Busy);
        }
        if desk.idle <= desk.waiting.len() && desk.threads.len() < pool.terms.most() {
            let worker = Arc::clone(pool);
            let thread = std::thread::Builder::new().name(NAME.to_owned());
            match thread.spawn(move || worker.work()) {
                Ok(thread) => desk.threads.push(thread),
                Err(error) if desk.threads.is_empty() => {
                    return Err(WorkError::Unavailable(error.to_string()));
                }
                // Those there are do it.
                Err(_) => {}
            }
        }
        let (answer, answered) = oneshot::channel();
        desk.waiting.push_back(Task { job, answer });
        pool.arrived.notify_one();
        Ok(answered)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // The threads end their processes, and themselves.
        drop(self.pool.stop());
    }
}

fn stops() -> WorkError {
    WorkError::Unavailable("the server stops".to_owned())
}

impl Pool {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) -> Vec<JoinHandle<()>> {
        let mut desk = self.desk();
        self.stopping.store(true, Ordering::Relaxed);
        desk.waiting.clear();
        self.arrived.notify_all();
        std::mem::take(&mut desk.threads)
    }

    /// The next job somebody waits for; `None` once there is none any more.
    fn next(&self) -> Option<Task> {
        let mut desk = self.desk();
        loop {
            if self.stopping.load(Ordering::Relaxed) {
                return None;
            }
            match desk.take(self.terms.most()) {
                Some(task) => return Some(task),
                None => {
                    desk.idle += 1;
                    desk = self
                        .arrived
                        .wait(desk)
                        .unwrap_or_else(PoisonError::into_inner);
                    desk.idle -= 1;
                }
            }
        }
    }

    /// A thread's life: one process after the other, each started before there is a job for it.
    fn work(&self) {
        let mut ahead = Child::start(&self.terms);
        while let Some(Task { job, answer }) = self.next() {
            // One that ended while it waited, or did not begin, is nobody's fault: another may.
            if !ahead.as_mut().is_ok_and(Child::is_alive) {
                ahead = Child::start(&self.terms);
            }
            let child = ahead;
            let done = child
                .map_err(|error| WorkError::Unavailable(error.to_string()))
                .and_then(|child| child.run(&job, self.terms.patience, &self.stopping));
            if is_question(&job) {
                self.desk().asked -= 1;
                self.arrived.notify_one();
            }
            drop(job);
            // Whoever asked may have gone.
            let _ = answer.send(done);
            ahead = Child::start(&self.terms);
        }
    }
}
