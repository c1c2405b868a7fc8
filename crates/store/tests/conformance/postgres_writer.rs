use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ananke_store::*;

use crate::cluster::pause;
use crate::harness::*;
use crate::made::*;

fn db() -> Option<Db> {
    Db::new(Engine::Postgres)
}

/// Ends every connection of the store's, and waits until it is gone.
fn disconnect(db: &Db) {
    let mut raw = db.raw();
    let pids = raw.query(
        "SELECT CAST(pid AS TEXT) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'ananke'",
    );
    let pids: Vec<String> = pids.into_iter().flatten().flatten().collect();
    let pids = pids.join(", ");
    raw.query(&format!(
        "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity WHERE pid IN ({pids})"
    ));
    let there = format!("SELECT count(*) FROM pg_stat_activity WHERE pid IN ({pids})");
    while raw.count(&there) > 0 {
        pause();
    }
}

#[test]
fn a_write_on_a_line_that_was_lost_before_is_not_stored_for_certain() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    disconnect(&db);
    let document = issuer.document();
    while let Err(error) = issuer.issue(document.clone()) {
        assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
        pause();
    }
    assert_eq!(assert_sound(&issuer.store).documents, 2);
}

#[test]
fn a_database_that_forgot_what_was_acknowledged_takes_nothing_more() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    let newest = done(issuer.issue(issuer.document()));
    let event = format!(
        "FROM events WHERE stream_id = '\\x{}' AND seq = {}",
        newest.stream.simple(),
        newest.seq
    );
    let mut raw = db.raw();
    raw.script(&format!(
        "CREATE TABLE kept AS SELECT * {event}; DELETE {event}"
    ));
    disconnect(&db);
    for _ in 0..5 {
        let refused = issuer.issue(issuer.document());
        assert!(
            matches!(refused, Err(Error::Unavailable { .. })),
            "{refused:?}"
        );
        pause();
    }
    raw.script("INSERT INTO events SELECT * FROM kept; DROP TABLE kept");
    while issuer.issue(issuer.document()).is_err() {
        pause();
    }
    assert_eq!(assert_sound(&issuer.store).documents, 2);
}

#[test]
fn a_stamp_older_than_five_seconds_is_renewed_with_whatever_is_written() {
    let Some(db) = db() else { return };
    let (options, now) = db.standing();
    let issuer = Issuer::new(&db.try_open(options).unwrap());
    let mut raw = db.raw();
    let mut seen = || raw.count("SELECT seen_at FROM streams WHERE closed_at IS NULL");
    let chore = || wait(issuer.store.prune_idempotency(0)).unwrap();
    loop {
        let began = Instant::now();
        issuer.issued();
        let stamp = now.fetch_add(5_000_000, Ordering::SeqCst);
        assert_eq!(seen(), stamp);
        chore();
        let then = seen();
        now.fetch_add(1, Ordering::SeqCst);
        chore();
        let renewed = seen();
        // A writer that is idle for two seconds renews it of itself.
        if began.elapsed() < Duration::from_secs(1) {
            assert_eq!((then, renewed), (stamp, stamp + 5_000_001));
            break;
        }
    }
}

#[test]
fn a_request_waits_for_all_its_questions_together() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    let mut holder = postgres::Client::connect(db.url.as_ref().unwrap(), postgres::NoTls).unwrap();
    let mut held = holder.transaction().unwrap();
    held.batch_execute("LOCK TABLE documents IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let ask = || {
        let (tenant, id) = (document.tenant, document.id);
        let store = &issuer.store;
        store.read(move |view| documents::find(view, tenant, Mode::Live, id))
    };
    let began = Instant::now();
    let patience = Duration::from_millis(500);
    let answers = wait(patience::of_one_request(patience, async {
        [ask().await, ask().await, ask().await]
    }));
    assert!(began.elapsed() < Duration::from_secs(3));
    for answer in answers {
        assert!(
            matches!(answer, Err(Error::Unavailable { .. })),
            "{answer:?}"
        );
    }
    held.rollback().unwrap();
    assert_eq!(issuer.find(document.id), document);
}

#[test]
fn a_node_waits_for_the_one_that_migrates_however_long_it_takes() {
    let Some(db) = db() else { return };
    let mut holder = postgres::Client::connect(db.url.as_ref().unwrap(), postgres::NoTls).unwrap();
    holder
        .batch_execute(
            "CREATE TABLE schema_version (id BIGINT NOT NULL, version BIGINT NOT NULL, \
             PRIMARY KEY (id)); INSERT INTO schema_version (id, version) VALUES (1, 0)",
        )
        .unwrap();
    let mut held = holder.transaction().unwrap();
    held.batch_execute("UPDATE schema_version SET version = version")
        .unwrap();
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| Store::open(db.options()));
        // Longer than any lock is waited for at once.
        std::thread::sleep(Duration::from_secs(3));
        assert!(!opening.is_finished());
        held.rollback().unwrap();
        opening.join().unwrap().unwrap();
    });
    db.open();
}

#[test]
fn a_dump_that_is_none_is_refused_with_what_its_reader_says() {
    let Some(db) = db() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join(backup::DUMP_FILE);
    std::fs::write(&dump, b"nothing of the kind").unwrap();
    let unpacked = backup::unpack(&dump, backup::schema(), folder.path());
    for refused in [unpacked, backup::put_back(&dump, &db.options())] {
        match refused {
            Err(Error::Refused { reason }) => assert!(reason.contains("archive"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}
