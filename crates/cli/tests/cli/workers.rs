//! The queue before processes for foreign files, with the real program and with some in its place that crash, sleep and get lost.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ananke_pdf::job::Broken;
use ananke_server::workers::{Terms, WAITING, WorkError, Workers};

use crate::pdf_worker::{document, soon, stamp};
use crate::world::BINARY;

/// A program in place of the real one, which notes its process; `$real` is the real one.
struct StandIn {
    dir: tempfile::TempDir,
}

impl StandIn {
    fn new(script: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("program");
        let here = dir.path().display();
        let script =
            format!("#!/bin/sh\ncd {here}\necho $$ >> processes\nreal={BINARY}\n{script}\n");
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
        Self { dir }
    }

    fn program(&self) -> PathBuf {
        self.dir.path().join("program")
    }

    fn processes(&self) -> Vec<String> {
        let noted = std::fs::read_to_string(self.dir.path().join("processes")).unwrap_or_default();
        noted.lines().map(str::to_owned).collect()
    }

    /// Whether every process that was ever started has ended and was waited for.
    fn all_gone(&self) -> bool {
        let there = |process: &String| Path::new("/proc").join(process).exists();
        !self.processes().iter().any(there)
    }
}

pub(crate) fn workers(
    program: impl Into<PathBuf>,
    processes: usize,
    patience: Duration,
) -> Workers {
    Workers::new(Terms {
        program: program.into(),
        processes,
        patience,
        filtered: true,
    })
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn fifty_jobs_at_once() {
    let stand_in = StandIn::new(r#"exec "$real" "$@""#);
    let workers = std::sync::Arc::new(workers(stand_in.program(), 3, LONG));
    let jobs: Vec<_> = (0..50)
        .map(|at| {
            let workers = std::sync::Arc::clone(&workers);
            let job = stamp(document(1 + at * 10), 18.0 + at as f64 / 3.0);
            tokio::spawn(async move { (workers.run(job.clone()).await, job) })
        })
        .collect();
    for job in jobs {
        let (outcome, job) = job.await.unwrap();
        assert_eq!(outcome, job.perform().map_err(WorkError::Refused));
        assert!(outcome.is_ok());
    }
    // One file, one process.
    assert!(stand_in.processes().len() >= 50);
    workers.stop().await;
    assert!(stand_in.all_gone(), "{:?}", stand_in.processes());
    let late = workers.run(stamp(document(1), 18.0)).await;
    assert!(matches!(late, Err(WorkError::Unavailable(_))), "{late:?}");
}

#[tokio::test]
async fn a_crash_harms_nobody_else() {
    let stand_in = StandIn::new(
        r#"[ -e crashed ] && exec "$real" "$@"
        : > crashed; printf '!'; read line; kill -SEGV $$"#,
    );
    let workers = workers(stand_in.program(), 1, LONG);
    let job = stamp(document(100), 18.0);
    let crashed = workers.run(job.clone()).await;
    assert!(
        matches!(&crashed, Err(WorkError::Died(reason)) if reason.contains("SIGSEGV")),
        "{crashed:?}"
    );
    assert!(workers.run(job).await.is_ok());
    workers.stop().await;
    assert!(stand_in.all_gone());
}

#[tokio::test]
async fn what_ends_from_outside_is_not_the_files_fault() {
    let stand_in = StandIn::new("printf '!'; read line; kill -TERM $$");
    let workers = workers(stand_in.program(), 1, LONG);
    let ended = workers.run(stamp(document(1), 18.0)).await;
    assert!(matches!(ended, Err(WorkError::Unavailable(_))), "{ended:?}");
    for missing in ["/nowhere/ananke", "/bin/false"] {
        let workers = self::workers(missing, 1, LONG);
        let absent = workers.run(stamp(document(1), 18.0)).await;
        assert!(
            matches!(absent, Err(WorkError::Unavailable(_))),
            "{absent:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_no_answer() {
    let stand_in = StandIn::new("printf '!garbage and no frame at all'; exec /bin/sleep 60");
    let workers = workers(stand_in.program(), 1, LONG);
    let answer = workers.run(stamp(document(1), 18.0)).await;
    let expected = Broken::TooLong.to_string();
    assert!(
        matches!(&answer, Err(WorkError::Died(reason)) if reason.contains(&expected)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn patience_ends() {
    let stand_in = StandIn::new(
        r#"/bin/cat /proc/$$/environ > environment; echo "$@" > arguments; printf '!'; exec /bin/sleep 60"#,
    );
    let workers = workers(stand_in.program(), 1, Duration::from_millis(500));
    let begun = Instant::now();
    // Longer than what fits between the two: it is not even read.
    let outcome = workers.run(stamp(document(100_000), 18.0)).await;
    assert_eq!(outcome, Err(WorkError::TookTooLong));
    assert!(begun.elapsed() < Duration::from_secs(15));
    // It was told nothing but this.
    let told = |name: &str| std::fs::read_to_string(stand_in.dir.path().join(name)).unwrap();
    assert_eq!(told("environment"), "");
    assert_eq!(told("arguments"), "pdf-worker 1\n");
    // What is left of it ends without being asked.
    drop(workers);
    soon(|| stand_in.all_gone());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_has_an_end() {
    let stand_in = StandIn::new("printf '!'; exec /bin/sleep 60");
    let workers = std::sync::Arc::new(workers(stand_in.program(), 1, LONG));
    let run = || {
        let workers = std::sync::Arc::clone(&workers);
        tokio::spawn(async move { workers.run(stamp(document(1), 18.0)).await })
    };
    let first = run();
    // Taken from the queue before the others come.
    while stand_in.processes().is_empty() || workers.waiting() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let waiting: Vec<_> = (0..WAITING).map(|_| run()).collect();
    while workers.waiting() < WAITING {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(run().await.unwrap(), Err(WorkError::Busy));
    // Whoever goes makes room.
    waiting[7].abort();
    while !waiting[7].is_finished() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let job = stamp(document(1), 18.0);
    let last = tokio::time::timeout(Duration::from_millis(500), workers.run(job)).await;
    assert!(last.is_err(), "{last:?}");
    // A server that stops leaves nobody waiting.
    let begun = Instant::now();
    workers.stop().await;
    for (at, job) in waiting.into_iter().chain([first]).enumerate() {
        if at != 7 {
            let outcome = job.await.unwrap();
            assert!(
                matches!(outcome, Err(WorkError::Unavailable(_))),
                "{outcome:?}"
            );
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(stand_in.all_gone());
}
