use std::process::Command as Process;

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

const DIR: &str = "ANANKE_TEST_CRASH_DIR";
const URL: &str = "ANANKE_TEST_CRASH_URL";

/// What the child process does: issues, and dies without any farewell.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let url = std::env::var(URL).ok();
    let engine = match url {
        None => Engine::Sqlite,
        Some(_) => Engine::Postgres,
    };
    let db = Db::at(engine, url);
    // Its own directory is not needed, and nobody will be left to remove it.
    let _ = std::fs::remove_dir(db.dir.path());
    let mut options = db.options();
    options.data_dir = std::path::Path::new(&dir).join("data");
    options.anchor = std::path::Path::new(&dir).join("data.anchor");
    let store = db.try_open(options).unwrap();
    let issuer = Issuer::new(&store);
    for _ in 0..5 {
        issuer.issued();
    }
    std::process::abort();
}

/// Five documents, and nobody who closed their stream.
pub(crate) fn killed(db: &Db) {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process
        .args(["--exact", "crashing::child", "--nocapture"])
        .env(DIR, db.dir.path());
    if let Some(url) = &db.url {
        process.env(URL, url);
    }
    let output = process.output().unwrap();
    assert!(!output.status.success());
}

pub(crate) fn stream_of_a_killed_process_is_closed(db: &Db) {
    killed(db);
    let mut raw = db.raw();
    assert_eq!(raw.count("SELECT count(*) FROM documents"), 5);
    let open = "SELECT count(*) FROM streams WHERE closed_at IS NULL";
    assert_eq!(raw.count(open), 1);
    if db.engine == Engine::Postgres {
        // Another node might still be writing it: it is left alone until it was not seen for long.
        let store = db.open();
        assert_eq!(raw.count(open), 2);
        store.close();
        drop(store);
        assert_eq!(raw.count(open), 1);
        db.clock
            .fetch_add(120_000_000, std::sync::atomic::Ordering::SeqCst);
    }
    let store = db.open();
    assert_eq!(raw.count(open), 1);
    let report = assert_sound(&store);
    assert_eq!(report.documents, 5);
    store.close();
    assert_eq!(raw.count(open), 0);
    let closing = store
        .read_blocking(|view| events::list(view, INSTANCE_TENANT, None, 100))
        .unwrap();
    assert!(
        closing.iter().filter(|e| e.kind == "stream.closed").count() >= 3,
        "initialising, the crash, and the shutdown"
    );
    // Issuing goes on.
    drop(store);
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    assert_sound(&issuer.store);
}

/// A server without its writer would go on and refuse everything: it is told to end.
#[test]
fn a_writer_that_panics_ends_the_process() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    let db = Db::new(Engine::Sqlite).unwrap();
    let mut options = db.options();
    let (broken, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (clock, breaks, ends) = (Arc::clone(&options.clock), Arc::clone(&broken), Arc::clone(&ended));
    options.clock = Arc::new(move || {
        let on_writer = std::thread::current().name() == Some("ananke-write");
        assert!(!(on_writer && breaks.load(Ordering::SeqCst)), "a fault of ours");
        clock()
    });
    options.fatal = Arc::new(move |_| ends.store(true, Ordering::SeqCst));
    let issuer = Issuer::new(&db.try_open(options).unwrap());
    issuer.issued();
    broken.store(true, Ordering::SeqCst);
    assert!(issuer.issue(issuer.document()).is_err());
    issuer.store.close();
    assert!(ended.load(Ordering::SeqCst));
}

const LIMIT: &str = "ANANKE_TEST_WRITE_ERROR_DIR";

/// A store of a child in its parent's directory; where it cannot be believed any more, the child ends with 42.
fn issuer_in(dir: &std::path::Path) -> Issuer {
    let db = Db::new(Engine::Sqlite).unwrap();
    // Its own directory is not needed, and nobody will be left to remove it.
    let _ = std::fs::remove_dir(db.dir.path());
    let mut options = db.options();
    options.data_dir = dir.join("data");
    options.anchor = dir.join("data.anchor");
    options.fatal = std::sync::Arc::new(|_| std::process::exit(42));
    Issuer::new(&db.try_open(options).unwrap())
}

/// A child whose files may not grow beyond a limit: a write fails, and not for want of space.
#[test]
fn failing_child() {
    let Some(dir) = std::env::var_os(LIMIT) else {
        return;
    };
    let issuer = issuer_in(std::path::Path::new(&dir));
    for _ in 0..2_000 {
        let mut document = issuer.document();
        document.fields = Some("x".repeat(8_000));
        let id = document.id;
        done(issuer.issue(document));
        println!("acknowledged {id}");
    }
}

/// A failed write or sync may leave a commit that nobody can vouch for: the process has to go, and
/// what it had acknowledged is there afterwards.
#[test]
fn a_failing_disk_ends_the_process() {
    let db = Db::new(Engine::Sqlite).unwrap();
    // Blocks of 512 or 1024 bytes, as the shell likes; ignored signals are inherited.
    let output = Process::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 3000; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "crashing::failing_child", "--nocapture"])
        .env(LIMIT, db.dir.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(42), "{output:?}");
    let acknowledged: Vec<uuid::Uuid> = text
        .lines()
        .filter_map(|line| line.strip_prefix("acknowledged "))
        .map(|id| id.parse().unwrap())
        .collect();
    assert!(!acknowledged.is_empty());
    let store = db.open();
    let report = assert_sound(&store);
    assert!(report.documents >= acknowledged.len() as u64);
    let tenant = store
        .read_blocking(|view| locate::tenants(view, None, 1))
        .unwrap()[0];
    for id in acknowledged {
        let found = store
            .read_blocking(move |view| documents::find(view, tenant, Mode::Live, id))
            .unwrap();
        assert!(found.is_some());
    }
}

const ERASES: &str = "ANANKE_TEST_ERASES";

/// A child that makes the log long, or short by an erasure, and then waits for its end.
#[test]
fn child_with_a_log() {
    let Some(dir) = std::env::var_os(LIMIT) else {
        return;
    };
    numbers_of_a_child();
    let issuer = issuer_in(std::path::Path::new(&dir));
    let document = issuer.issued();
    let erases = std::env::var_os(ERASES).is_some();
    for _ in 0..if erases { 20 } else { 2_000 } {
        let mut document = issuer.document();
        document.fields = Some("x".repeat(100_000));
        if issuer.issue(document).is_err() {
            break;
        }
    }
    if erases {
        let id = document.id;
        let erase = Command::Erase {
            mode: Mode::Live,
            id,
        };
        done(put(&issuer.store, erase, event(issuer.tenant, "issuance.erased", id)));
    }
    // The end comes from the writer's thread.
    std::thread::sleep(std::time::Duration::from_secs(10));
}

/// A database that may grow by 1 MB and no more; gives how long the log was when the child ended.
fn ended_by_its_log(erases: bool) -> u64 {
    let db = Db::new(Engine::Sqlite).unwrap();
    let issuer = Issuer::new(&db.open());
    for _ in 0..60 {
        let mut document = issuer.document();
        document.fields = Some("x".repeat(100_000));
        done(issuer.issue(document));
    }
    issuer.store.close();
    drop(issuer);
    let data = db.dir.path().join("data");
    let length = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |file| file.len());
    assert_eq!(length("ananke.db-wal"), 0);
    let most = length("ananke.db") + 1_000_000;
    assert!(most > 7_000_000);
    let mut child = Process::new("sh");
    child
        .args(["-c", "trap '' XFSZ; exec prlimit --fsize=\"$0\" \"$@\""])
        .arg(most.to_string())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "crashing::child_with_a_log", "--nocapture"])
        .env(LIMIT, db.dir.path());
    if erases {
        child.env(ERASES, "1");
    }
    let output = child.output().unwrap();
    assert_eq!(output.status.code(), Some(42), "{output:?}");
    let log = length("ananke.db-wal");
    // And what was acknowledged is there.
    assert_sound(&db.open());
    log
}

/// The log is moved into the database behind a commit: what fails there is not kept from the writer.
#[test]
fn a_disk_that_fails_behind_a_commit_ends_the_process() {
    let log = ended_by_its_log(false);
    assert!(log < 6_000_000, "it went on until the log was full: {log}");
}

#[test]
fn a_disk_that_fails_at_emptying_the_log_ends_the_process() {
    ended_by_its_log(true);
}
