use ananke_store::*;

use crate::harness::*;
use crate::made::*;

pub(crate) fn replay_mismatch_and_failure(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let write = |key: &str, body: u8| {
        let document = issuer.document();
        let mut write = issuer.write(document.clone());
        write.claim = Some(claim(issuer.tenant, key, body, document.id));
        write
    };
    let first = write("one", 1);
    let subject = first.event.subject;
    done(issuer.store.write_blocking(first.clone()));
    for expected in 1..=3 {
        let replay = issuer.store.write_blocking(write("one", 1)).unwrap();
        assert_eq!(
            replay,
            Outcome::Replayed {
                status: 201,
                response: Some(first.claim.clone().unwrap().response),
                subject,
            }
        );
        // The replay wrote something, so that its answer waited for a commit.
        let replays = db.raw().count("SELECT replays FROM idempotency");
        assert_eq!(replays, expected);
    }
    assert_eq!(
        issuer.store.write_blocking(write("one", 2)).unwrap(),
        Outcome::Mismatch
    );
    // Asked before any work is done: the same answers, nothing claimed, and a write all the same.
    let ask = |key: &str, body: u8| {
        let name = ClaimName {
            tenant: issuer.tenant,
            mode: Mode::Live,
            operation: first.claim.clone().unwrap().operation,
            key: key.to_owned(),
        };
        wait(issuer.store.replay(name, [body; 32])).unwrap()
    };
    assert!(matches!(ask("one", 1), Some(Outcome::Replayed { .. })));
    assert_eq!(ask("one", 2), Some(Outcome::Mismatch));
    assert_eq!(ask("two", 1), None);
    assert_eq!(db.raw().count("SELECT replays FROM idempotency"), 4);

    // Nothing is stored when the command fails, so the key is free.
    let mut failing = write("two", 1);
    if let Command::Issue(issue) = &mut failing.command {
        let taken = issuer.find(subject);
        issue.document.reference.clone_from(&taken.reference);
    }
    assert!(matches!(
        issuer.store.write_blocking(failing),
        Err(Error::Conflict {
            what: Conflict::Reference,
            ..
        })
    ));
    done(issuer.store.write_blocking(write("two", 3)));

    // Scoped to operation and mode.
    let mut other = write("one", 1);
    other.claim.as_mut().unwrap().operation = "POST /v1/trust/templates".to_owned();
    done(issuer.store.write_blocking(other));
    let mut other = write("one", 1);
    other.claim.as_mut().unwrap().mode = Mode::Test;
    done(issuer.store.write_blocking(other));
    assert_eq!(db.raw().count("SELECT count(*) FROM documents"), 4);
    assert_sound(&issuer.store);
}

pub(crate) fn twins_make_one_document(db: &Db) {
    let issuer = Issuer::new(&db.open());
    // On PostgreSQL half of them come through another node.
    let other = match db.engine {
        Engine::Sqlite => issuer.store.clone(),
        Engine::Postgres => db.other_node_open(),
    };
    let outcomes: Vec<Result<Outcome, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..48)
            .map(|n| {
                let document = issuer.document();
                let mut write = issuer.write(document.clone());
                write.claim = Some(claim(issuer.tenant, "twin", 1, document.id));
                let store = if n % 2 == 0 { &issuer.store } else { &other };
                scope.spawn(move || {
                    loop {
                        match store.write_blocking(write.clone()) {
                            Err(Error::InFlight | Error::Unavailable { .. }) => {
                                crate::cluster::pause();
                            }
                            outcome => return outcome,
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let done: Vec<_> = outcomes
        .iter()
        .filter(|o| matches!(o, Ok(Outcome::Done(_))))
        .collect();
    assert_eq!(done.len(), 1, "{outcomes:?}");
    let replayed = outcomes
        .iter()
        .filter(|o| matches!(o, Ok(Outcome::Replayed { .. })))
        .count();
    assert_eq!(replayed, outcomes.len() - 1, "{outcomes:?}");
    assert_eq!(db.raw().count("SELECT count(*) FROM documents"), 1);
    assert_sound(&issuer.store);
}

pub(crate) fn pruning(db: &Db) {
    let issuer = Issuer::new(&db.open());
    for key in ["old", "new"] {
        let document = issuer.document();
        let mut write = issuer.write(document.clone());
        write.claim = Some(claim(issuer.tenant, key, 1, document.id));
        if key == "old" {
            write.event.at = START - 10;
        }
        done(issuer.store.write_blocking(write));
    }
    assert_eq!(wait(issuer.store.prune_idempotency(START)).unwrap(), 1);
    assert_eq!(wait(issuer.store.prune_idempotency(START)).unwrap(), 0);
    let document = issuer.document();
    let mut write = issuer.write(document.clone());
    write.claim = Some(claim(issuer.tenant, "new", 1, document.id));
    assert!(matches!(
        issuer.store.write_blocking(write),
        Ok(Outcome::Replayed { .. })
    ));
}
