use std::process::Command as Process;

use ananke_store::*;

use crate::harness::*;

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

pub(crate) fn stream_of_a_killed_process_is_closed(db: &Db) {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process
        .args(["--exact", "crashing::child", "--nocapture"])
        .env(DIR, db.dir.path());
    if let Some(url) = &db.url {
        process.env(URL, url);
    }
    let output = process.output().unwrap();
    assert!(!output.status.success());
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
            .fetch_add(60_000_000, std::sync::atomic::Ordering::SeqCst);
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
