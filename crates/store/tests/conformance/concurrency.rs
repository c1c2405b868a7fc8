use std::collections::HashSet;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Waker};

use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;
use crate::made::*;

pub(crate) fn parallel_writers(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..40)
                        .map(|_| done(issuer.issue(issuer.document())))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    let places: HashSet<(Uuid, i64)> = replies.iter().map(|r| (r.stream, r.seq)).collect();
    assert_eq!(places.len(), 320);
    let report = assert_sound(&issuer.store);
    assert_eq!(report.documents, 320);
}

pub(crate) fn lifecycle_races_have_one_winner(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let other = match db.engine {
        Engine::Sqlite => issuer.store.clone(),
        Engine::Postgres => db.other_node_open(),
    };
    for _ in 0..5 {
        let document = issuer.issued();
        let outcomes: Vec<Result<Outcome, Error>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let store = if n % 2 == 0 { &issuer.store } else { &other };
                    let (document, tenant) = (&document, issuer.tenant);
                    scope.spawn(move || {
                        let status = [Status::Revoked, Status::Suspended][n % 2];
                        let command = Command::Lifecycle {
                            mode: Mode::Live,
                            id: document.id,
                            expected: document.newest_event_hash,
                            status,
                            reason: None,
                        };
                        put(store, command, event(tenant, "issuance.status", document.id))
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1, "{lost:?}");
        for error in lost {
            // Two nodes may lock the same rows in two orders; then one is sent away unharmed.
            assert!(
                matches!(error, Err(Error::Stale | Error::Unavailable { .. })),
                "{error:?}"
            );
        }
        assert_eq!(issuer.find(document.id).event_count, 2);
    }
    assert_sound(&issuer.store);
}

pub(crate) fn external_id_race(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let other = match db.engine {
        Engine::Sqlite => issuer.store.clone(),
        Engine::Postgres => db.other_node_open(),
    };
    let outcomes: Vec<Result<Outcome, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|n| {
                let store = if n % 2 == 0 { &issuer.store } else { &other };
                let document = NewDocument {
                    external_id: Some("the one".to_owned()),
                    ..issuer.document()
                };
                let write = issuer.write(document);
                scope.spawn(move || store.write_blocking(write))
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let won = outcomes.iter().filter(|o| o.is_ok()).count();
    assert_eq!(won, 1);
    let reference = db.raw().query("SELECT reference FROM documents").remove(0).remove(0);
    for error in outcomes.into_iter().filter_map(Result::err) {
        match error {
            Error::Conflict {
                what: Conflict::ExternalId,
                existing,
            } => assert_eq!(existing, reference),
            error => panic!("{error:?}"),
        }
    }
    assert_sound(&issuer.store);
}

pub(crate) fn pages_are_stable_under_inserts(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let tenant = issuer.tenant;
    let before: Vec<Uuid> = (0..23).map(|_| issuer.issued().id).collect();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = issuer
            .store
            .read_blocking(move |view| {
                document_list::list(view, tenant, Mode::Live, &DocumentFilter::default(), cursor, 5)
            })
            .unwrap();
        // Somebody issues between any two pages.
        issuer.issued();
        seen.extend(page.iter().map(|d| d.id));
        cursor = page.last().map(|d| d.id);
        if page.len() < 5 {
            break;
        }
    }
    let mut expected = before;
    expected.reverse();
    assert_eq!(seen, expected);
}

pub(crate) fn many_commands_share_a_commit(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build().unwrap();
    let before = db.asked.load(Ordering::SeqCst);
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (store, write) = (issuer.store.clone(), issuer.write(issuer.document()));
            runtime.spawn(async move { store.write(write).await })
        })
        .collect();
    for task in tasks {
        done(runtime.block_on(task).unwrap());
    }
    // A transaction looks at the clock where it begins and stamps the stream's row where it ends; nothing else
    // asks for the time here.
    let commits = (db.asked.load(Ordering::SeqCst) - before) / 2;
    assert!(commits < 200, "{commits} commits for 200 commands");
    assert_sound(&issuer.store);
}

pub(crate) fn a_failing_command_harms_no_other(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let taken = issuer.issued();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build().unwrap();
    let tasks: Vec<_> = (0..120)
        .map(|n| {
            let mut document = issuer.document();
            if n % 3 == 0 {
                document.reference.clone_from(&taken.reference);
            }
            let mut write = issuer.write(document.clone());
            write.claim = Some(claim(issuer.tenant, &format!("n{n}"), 1, document.id));
            let store = issuer.store.clone();
            (n, runtime.spawn(async move { store.write(write).await }))
        })
        .collect();
    for (n, task) in tasks {
        let outcome = runtime.block_on(task).unwrap();
        if n % 3 == 0 {
            assert!(matches!(
                outcome,
                Err(Error::Conflict {
                    what: Conflict::Reference,
                    ..
                })
            ));
        } else {
            done(outcome);
        }
    }
    let mut raw = db.raw();
    assert_eq!(raw.count("SELECT count(*) FROM documents"), 81);
    assert_eq!(raw.count("SELECT count(*) FROM idempotency"), 80);
    assert_sound(&issuer.store);
}

pub(crate) fn full_queue_refuses(db: &Db) {
    Issuer::new(&db.open()).store.close();
    let mut options = db.options();
    options.queue = 2;
    let store = db.try_open(options).unwrap();
    let issuer = Issuer::new(&store);
    // Each is handed over when it is polled for the first time, faster than one can be flushed.
    let mut futures: Vec<_> = (0..300)
        .map(|_| Box::pin(store.write(issuer.write(issuer.document()))))
        .collect();
    let mut context = Context::from_waker(Waker::noop());
    let refused = futures
        .iter_mut()
        .filter_map(|future| match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(Err(Error::Unavailable { retry_after })) => Some(retry_after),
            _ => None,
        })
        .count();
    assert!(refused > 0);
    drop(futures);
    assert_sound(&store);
}

pub(crate) fn dropping_the_future_cancels_nothing(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let document = issuer.document();
    {
        let mut future = pin!(issuer.store.write(issuer.write(document.clone())));
        let mut context = Context::from_waker(Waker::noop());
        let _ = future.as_mut().poll(&mut context);
    }
    // The queue is in order, so after the next answer the first one has been dealt with.
    issuer.issued();
    assert_eq!(issuer.find(document.id).issued, document);
}
