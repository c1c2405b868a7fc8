use std::sync::atomic::Ordering;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use ananke_store::*;

use crate::cluster::pause;
use crate::harness::*;
use crate::made::*;

type Answer = Result<Outcome, Error>;

/// Hands so many documents to the writer and does not wait.
fn handed_over(
    issuer: &Issuer,
    count: usize,
) -> Vec<std::pin::Pin<Box<dyn Future<Output = Answer> + '_>>> {
    let mut context = Context::from_waker(Waker::noop());
    (0..count)
        .map(|_| {
            let write = issuer.write(issuer.document());
            let mut future: std::pin::Pin<Box<dyn Future<Output = Answer>>> =
                Box::pin(issuer.store.write(write));
            assert!(future.as_mut().poll(&mut context).is_pending());
            future
        })
        .collect()
}

fn unavailable(answer: &Answer) -> bool {
    matches!(answer, Err(Error::Unavailable { .. }))
}

#[test]
fn a_batch_is_256_commands_at_most() {
    let db = Db::new(Engine::Sqlite).unwrap();
    let mut options = db.options();
    // Every document is refused, so that a batch of them takes next to no time.
    options.min_free_bytes = u64::MAX;
    let issuer = Issuer::new(&db.try_open(options).unwrap());
    let mut raw = db.raw();
    raw.script("BEGIN IMMEDIATE");
    let before = db.asked.load(Ordering::SeqCst);
    // The first one waits for the lock; then it takes along as many as make a group, and its batch is over: 5 ms have
    // passed.
    let answers = handed_over(&issuer, 64 + 257);
    std::thread::sleep(Duration::from_millis(50));
    raw.script("COMMIT");
    for answer in answers {
        assert!(unavailable(&wait(answer)));
    }
    // Each looks at the clock once where nothing is written.
    let batches = db.asked.load(Ordering::SeqCst) - before;
    assert!(batches >= 3, "{batches}");
}

#[test]
fn behind_a_lock_nothing_is_stored_for_certain() {
    let db = Db::new(Engine::Sqlite).unwrap();
    let issuer = Issuer::new(&db.open());
    let mut raw = db.raw();
    let streams = raw.count("SELECT count(*) FROM streams");
    raw.script("BEGIN IMMEDIATE");
    let refused = issuer.issue(issuer.document());
    assert!(unavailable(&refused), "{refused:?}");
    raw.script("COMMIT");
    issuer.issued();
    // It goes on in the same stream.
    assert_eq!(raw.count("SELECT count(*) FROM streams"), streams);
    assert_eq!(assert_sound(&issuer.store).documents, 1);
}

#[test]
fn the_log_is_emptied_after_an_erasure_and_not_after_every_commit() {
    let db = Db::new(Engine::Sqlite).unwrap();
    let issuer = Issuer::new(&db.open());
    let log = || {
        let path = db.dir.path().join("data/ananke.db-wal");
        std::fs::metadata(path).unwrap().len()
    };
    let mut document = issuer.issued();
    let began = Instant::now();
    loop {
        // What a killed process may have left is emptied once.
        std::thread::sleep(Duration::from_millis(300));
        if log() > 0 {
            break;
        }
        assert!(began.elapsed().as_secs() < 10, "it is emptied every time");
        document = issuer.issued();
    }
    let id = document.id;
    let erase = Command::Erase {
        mode: Mode::Live,
        id,
    };
    done(put(
        &issuer.store,
        erase,
        event(issuer.tenant, "issuance.erased", id),
    ));
    while log() > 0 {
        assert!(began.elapsed().as_secs() < 30, "it is never emptied");
        pause();
    }
}

const BALLAST: &str =
    "CREATE TABLE ballast (x BLOB); INSERT INTO ballast VALUES (zeroblob(4000000))";

#[test]
fn whoever_waits_while_the_disk_is_full_hears_it_and_the_writer_still_stops() {
    let db = Db::new(Engine::Sqlite).unwrap();
    db.open().close();
    let mut raw = db.raw();
    raw.script(BALLAST);
    let mut options = db.options();
    let pages = u32::try_from(raw.count("PRAGMA page_count")).unwrap();
    options.max_pages = Some(pages + 100);
    let issuer = Issuer::new(&db.try_open(options).unwrap());
    let fill = || {
        loop {
            let mut large = issuer.document();
            large.fields = Some("x".repeat(20_000));
            if unavailable(&issuer.issue(large)) {
                // From now on the next one looks for space.
                return std::thread::sleep(Duration::from_millis(600));
            }
        }
    };
    fill();
    // The writer looks for space as soon as the lock is let go; the others wait meanwhile.
    raw.script("BEGIN IMMEDIATE");
    let answers = handed_over(&issuer, 5);
    raw.script("COMMIT");
    for answer in answers {
        let answer = wait(answer);
        assert!(unavailable(&answer), "{answer:?}");
    }
    raw.script("DROP TABLE ballast");
    let began = Instant::now();
    while issuer.issue(issuer.document()).is_err() {
        assert!(began.elapsed().as_secs() < 20, "nobody writes any more");
        pause();
    }
    raw.script(BALLAST);
    fill();
    raw.script("BEGIN IMMEDIATE");
    let answers = handed_over(&issuer, 3);
    std::thread::scope(|scope| {
        let closing = scope.spawn(|| issuer.store.close());
        std::thread::sleep(Duration::from_millis(100));
        raw.script("COMMIT");
        closing.join().unwrap();
    });
    for answer in answers {
        assert!(unavailable(&wait(answer)));
    }
    drop(issuer);
    assert_sound(&db.open());
}
