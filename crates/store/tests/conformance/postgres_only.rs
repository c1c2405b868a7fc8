use std::sync::atomic::Ordering;

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

/// A database can be copied only while nobody is connected to it; readers end a moment after their
/// store.
pub(crate) fn nobody_is_connected(db: &Db) {
    let Some(url) = &db.url else { return };
    let name = url.rsplit('/').next().unwrap();
    let admin = url.replace(&format!("/{name}"), "/postgres");
    let mut client = postgres::Client::connect(&admin, postgres::NoTls).unwrap();
    let text = format!("SELECT 1 FROM pg_stat_activity WHERE datname = '{name}'");
    while !client.query(&text, &[]).unwrap().is_empty() {
        crate::cluster::pause();
    }
}

fn db() -> Option<Db> {
    Db::new(Engine::Postgres)
}

#[test]
fn two_nodes_write_side_by_side() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    let other = db.other_node_open();
    std::thread::scope(|scope| {
        for store in [&issuer.store, &other] {
            let issuer = &issuer;
            scope.spawn(move || {
                for _ in 0..50 {
                    done(store.write_blocking(issuer.write(issuer.document())));
                }
            });
        }
    });
    let report = assert_sound(&other);
    assert_eq!(report.documents, 100);
    other.close();
    issuer.store.close();
    let open = "SELECT count(*) FROM streams WHERE closed_at IS NULL";
    assert_eq!(db.raw().count(open), 0);
}

#[test]
fn a_writer_taken_for_dead_is_fenced_off_and_comes_back() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    let first = done(issuer.issue(issuer.document()));
    // Its clock stands still for the others; the next node to start closes its stream.
    db.clock.fetch_add(3_600_000_000, Ordering::SeqCst);
    let other = db.other_node_open();
    let second = loop {
        match issuer.issue(issuer.document()) {
            Ok(outcome) => break done(Ok(outcome)),
            Err(Error::Unavailable { .. }) => crate::cluster::pause(),
            Err(error) => panic!("{error:?}"),
        }
    };
    assert_ne!(first.stream, second.stream);
    let report = assert_sound(&other);
    assert_eq!(report.documents, 2);
}

#[test]
fn an_idle_writer_shows_that_it_lives() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    let mut raw = db.raw();
    let mut seen = || raw.count("SELECT seen_at FROM streams WHERE closed_at IS NULL");
    let mut last = seen();
    // With time standing nearly still, and with time passing.
    for passed in [0, 60_000_000] {
        let now = db.clock.fetch_add(passed, Ordering::SeqCst) + passed;
        let began = std::time::Instant::now();
        while seen() == last {
            assert!(began.elapsed().as_secs() < 20, "it looks dead");
            crate::cluster::pause();
        }
        last = seen();
        assert!(last >= now);
    }
    let other = db.other_node_open();
    done(issuer.issue(issuer.document()));
    assert_sound(&other);
    assert_eq!(
        db.raw()
            .count("SELECT count(*) FROM streams WHERE closed_at IS NULL"),
        2
    );
}

#[test]
fn lost_connections_are_replaced() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    for _ in 0..3 {
        db.raw().query(
            "SELECT CAST(count(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'ananke'",
        );
        let document = issuer.document();
        loop {
            match issuer.issue(document.clone()) {
                Ok(_) => break,
                // Nothing is promised here but that the outcome is not claimed to be known.
                Err(Error::Unavailable { .. } | Error::Unknown) => crate::cluster::pause(),
                Err(Error::Conflict { .. }) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
        while wait(issuer.store.ping()).is_err() {
            crate::cluster::pause();
        }
    }
    let report = assert_sound(&issuer.store);
    assert_eq!(report.documents, 4);
}

#[test]
fn a_crash_of_the_database_loses_and_doubles_nothing() {
    let Some(cluster) = crate::cluster::start() else {
        return;
    };
    let db = Db::at(Engine::Postgres, Some(cluster.database()));
    let issuer = Issuer::new(&db.open());
    let acknowledged = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut acknowledged = Vec::new();
                    for _ in 0..100 {
                        let document = issuer.document();
                        let mut write = issuer.write(document.clone());
                        let key = document.id.to_string();
                        write.claim = Some(claim(issuer.tenant, &key, 1, document.id));
                        loop {
                            match issuer.store.write_blocking(write.clone()) {
                                Ok(Outcome::Mismatch) => panic!("mismatch"),
                                Ok(_) => break,
                                Err(
                                    Error::Unavailable { .. } | Error::Unknown | Error::InFlight,
                                ) => crate::cluster::pause(),
                                Err(error) => panic!("{error:?}"),
                            }
                        }
                        acknowledged.push(document.id);
                    }
                    acknowledged
                })
            })
            .collect();
        for _ in 0..3 {
            std::thread::sleep(std::time::Duration::from_millis(150));
            cluster.crash_and_restart();
        }
        threads
            .into_iter()
            .flat_map(|t| t.join().unwrap())
            .collect::<Vec<_>>()
    });
    while wait(issuer.store.ping()).is_err() {
        crate::cluster::pause();
    }
    for id in &acknowledged {
        issuer.find(*id);
    }
    let report = assert_sound(&issuer.store);
    assert_eq!(report.documents, acknowledged.len() as u64);
}

#[test]
fn a_warning_at_commit_is_unknown() {
    // A synchronous standby that does not exist: COMMIT waits, and ends with a warning when the
    // wait is cancelled, as if all were well.
    let Some(cluster) = crate::cluster::start() else {
        return;
    };
    let db = Db::at(Engine::Postgres, Some(cluster.database()));
    let issuer = Issuer::new(&db.open());
    let reload = |change: &str| {
        db.raw().script(&format!("ALTER SYSTEM {change}"));
        db.raw().query("SELECT CAST(pg_reload_conf() AS TEXT)");
    };
    reload("SET synchronous_standby_names = 'nobody'");
    // The setting takes hold a moment later, so it is tried until one hangs.
    let (write, error) = loop {
        let document = issuer.document();
        let mut write = issuer.write(document.clone());
        let key = document.id.to_string();
        write.claim = Some(claim(issuer.tenant, &key, 1, document.id));
        let outcome = std::thread::scope(|scope| {
            let writing = scope.spawn(|| issuer.store.write_blocking(write.clone()));
            let mut raw = db.raw();
            while !writing.is_finished() {
                raw.query(
                    "SELECT CAST(count(pg_cancel_backend(pid)) AS BIGINT) FROM pg_stat_activity \
                     WHERE wait_event = 'SyncRep'",
                );
                crate::cluster::pause();
            }
            writing.join().unwrap()
        });
        if let Err(error) = outcome {
            break (write, error);
        }
    };
    // The standby is given up; the same key finds out what became of it.
    reload("RESET synchronous_standby_names");
    assert!(matches!(error, Error::Unknown), "{error:?}");
    let outcome = loop {
        match issuer.store.write_blocking(write.clone()) {
            Err(Error::Unavailable { .. } | Error::Unknown) => crate::cluster::pause(),
            outcome => break outcome.unwrap(),
        }
    };
    assert!(matches!(outcome, Outcome::Replayed { .. }), "{outcome:?}");
    assert_sound(&issuer.store);
}

#[test]
fn a_claim_another_node_is_writing_is_waited_for_two_seconds() {
    let Some(db) = db() else { return };
    let issuer = Issuer::new(&db.open());
    let document = issuer.document();
    let mut write = issuer.write(document.clone());
    write.claim = Some(claim(issuer.tenant, "one", 1, document.id));
    done(issuer.store.write_blocking(write.clone()));
    // Somebody holds the row and has not decided yet.
    let mut holder = postgres::Client::connect(db.url.as_ref().unwrap(), postgres::NoTls).unwrap();
    let mut held = holder.transaction().unwrap();
    assert_eq!(
        held.execute("UPDATE idempotency SET replays = replays", &[])
            .unwrap(),
        1
    );
    let began = std::time::Instant::now();
    let answer = issuer.store.write_blocking(write.clone());
    assert!(matches!(answer, Err(Error::InFlight)), "{answer:?}");
    assert!(
        began.elapsed() >= std::time::Duration::from_millis(1900),
        "it was waited for"
    );
    held.rollback().unwrap();
    let answer = issuer.store.write_blocking(write).unwrap();
    assert!(matches!(answer, Outcome::Replayed { .. }), "{answer:?}");
}

#[test]
fn settings_under_which_documents_are_lost_are_refused() {
    let Some(cluster) = crate::cluster::start() else {
        return;
    };
    let db = Db::at(Engine::Postgres, Some(cluster.database()));
    let refusal = |db: &Db| match db.try_open(db.options()) {
        Err(Error::Refused { reason }) => reason,
        other => panic!("{other:?}"),
    };
    for name in ["fsync", "full_page_writes"] {
        cluster.ask(&format!("ALTER SYSTEM SET {name} = off"));
        cluster.ask("SELECT pg_reload_conf()");
        while cluster.ask(&format!("SHOW {name}")) != "off" {
            crate::cluster::pause();
        }
        assert!(refusal(&db).contains(&format!("{name} = off")));
        cluster.ask(&format!("ALTER SYSTEM RESET {name}"));
        cluster.ask("SELECT pg_reload_conf()");
        while cluster.ask(&format!("SHOW {name}")) != "on" {
            crate::cluster::pause();
        }
    }
    cluster.ask("CREATE DATABASE bytes TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'");
    let url = db.url.as_ref().unwrap();
    let bytes = url.replace(url.rsplit('/').next().unwrap(), "bytes");
    let reason = refusal(&Db::at(Engine::Postgres, Some(bytes)));
    assert!(reason.contains("SQL_ASCII"), "{reason}");
    // What can be set for a connection is set.
    cluster.ask("ALTER SYSTEM SET synchronous_commit = off");
    cluster.ask("SELECT pg_reload_conf()");
    let issuer = Issuer::new(&db.open());
    for _ in 0..20 {
        issuer.issued();
        // An asynchronous commit is answered before it is flushed, by up to 0.2 s.
        let behind =
            "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn()) = 0";
        assert_eq!(cluster.ask(behind), "t");
    }
}
