use ananke_store::*;

use crate::harness::*;
use crate::made::*;

const LIMIT: i64 = 37;

fn count(limit: i64) -> Count {
    Count {
        kind: Counted::Issuances,
        subject: String::new(),
        period: START,
        limit,
    }
}

fn counted(issuer: &Issuer, counts: Vec<Count>) -> Write {
    let mut write = issuer.write(issuer.document());
    write.counts = counts;
    write
}

fn used(db: &Db) -> i64 {
    db.raw().count("SELECT CAST(sum(used) AS BIGINT) FROM counters")
}

/// However many ask at once, on however many nodes.
pub(crate) fn a_limit_is_exact(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let mut stores = vec![issuer.store.clone()];
    if db.engine == Engine::Postgres {
        stores.push(db.other_node_open());
    }
    let answers: Vec<Result<Outcome, Error>> = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..80)
            .map(|n| {
                let store = &stores[n % stores.len()];
                let write = counted(&issuer, vec![count(LIMIT)]);
                scope.spawn(move || {
                    loop {
                        match store.write_blocking(write.clone()) {
                            // Another node began the counter at the same moment.
                            Err(Error::Unavailable { .. }) => {}
                            other => return other,
                        }
                    }
                })
            })
            .collect();
        hands.into_iter().map(|hand| hand.join().unwrap()).collect()
    });
    let (passed, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(passed.len() as i64, LIMIT);
    for answer in refused {
        assert!(
            matches!(&answer, Err(Error::Exhausted { used: LIMIT, count }) if count.limit == LIMIT),
            "{answer:?}"
        );
    }
    assert_eq!(used(db), LIMIT);
    let report = assert_sound(&issuer.store);
    assert_eq!(report.documents as i64, LIMIT);
}

pub(crate) fn a_limit_begins_with_the_record(db: &Db) {
    let issuer = Issuer::new(&db.open());
    for _ in 0..3 {
        issuer.issued();
    }
    done(issuer.store.write_blocking(counted(&issuer, vec![count(5)])));
    assert_eq!(used(db), 4);
    // Whoever removes the row gains nothing.
    db.raw().execute("DELETE FROM counters");
    done(issuer.store.write_blocking(counted(&issuer, vec![count(5)])));
    let full = issuer.store.write_blocking(counted(&issuer, vec![count(5)]));
    assert!(matches!(full, Err(Error::Exhausted { used: 5, .. })), "{full:?}");
    // Whoever edits it stops everything.
    db.raw().execute("UPDATE counters SET used = 0");
    let edited = issuer.store.write_blocking(counted(&issuer, vec![count(5)]));
    assert!(
        matches!(edited, Err(Error::Corrupt { table: "counters", .. })),
        "{edited:?}"
    );
}

pub(crate) fn counters_of_keys_and_periods(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let of = |subject: &str, period: Micros, limit: i64| Count {
        subject: subject.to_owned(),
        period,
        ..count(limit)
    };
    let write = |counts: Vec<Count>| issuer.store.write_blocking(counted(&issuer, counts));
    done(write(vec![of("", START, 9), of("key:a", START, 1)]));
    // One of two limits is enough, and then nothing is counted.
    let full = write(vec![of("", START, 9), of("key:a", START, 1)]);
    assert!(
        matches!(&full, Err(Error::Exhausted { count, .. }) if count.subject == "key:a"),
        "{full:?}"
    );
    done(write(vec![of("", START, 9), of("key:b", START, 1)]));
    assert_eq!(used(db), 4);
    // The next period begins with what the record says of it: nothing, so far ahead.
    let next = START + 86_400_000_000;
    done(write(vec![of("key:a", next, 1)]));
    let full = write(vec![of("key:a", next, 1)]);
    assert!(matches!(full, Err(Error::Exhausted { used: 1, .. })), "{full:?}");
    // A clock that is put back into the period before finds the limit as it is.
    let full = write(vec![of("key:a", START, 1)]);
    assert!(matches!(full, Err(Error::Exhausted { .. })), "{full:?}");
    assert_sound(&issuer.store);
}
