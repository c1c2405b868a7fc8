use std::sync::atomic::Ordering;

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

pub(crate) fn first_start_then_again(db: &Db) {
    let store = Store::open(db.options()).unwrap();
    assert_eq!(store.instance().unwrap(), None);
    assert!(store.is_sealed());
    let new = new_instance();
    store.initialise(&new, &keys()).unwrap();
    assert!(matches!(
        store.initialise(&new_instance(), &keys()),
        Err(Error::Conflict {
            what: Conflict::Id,
            ..
        } | Error::Behind { .. })
    ));
    store.unlock(keys()).unwrap();
    assert!(!store.is_sealed());
    assert_eq!(store.instance().unwrap(), Some(new.instance.clone()));
    let issuer = Issuer::new(&store);
    let document = issuer.issued();
    let change = Command::SetBaseUrls(r#"["https://two.example","https://one.example"]"#.into());
    done(put(
        &store,
        change,
        event(INSTANCE_TENANT, "instance.urls", INSTANCE_TENANT),
    ));
    store.close();
    assert!(matches!(
        issuer.issue(issuer.document()),
        Err(Error::Unavailable { .. })
    ));
    drop((store, issuer.store));

    let store = db.open();
    let instance = store.instance().unwrap().unwrap();
    assert!(instance.base_urls.contains("two.example"));
    let (tenant, id) = (document.tenant, document.id);
    let found = store
        .read_blocking(move |view| {
            assert!(view.authenticated());
            documents::find(view, tenant, Mode::Live, id)
        })
        .unwrap();
    assert_eq!(found, Some(document));
    wait(store.ping()).unwrap();
    assert_sound(&store);
    // One stream for the first start, and one for each opening; the last one to let go of a store closes it.
    let mut raw = db.raw();
    assert_eq!(raw.count("SELECT count(*) FROM streams"), 3);
    let open = "SELECT count(*) FROM streams WHERE closed_at IS NULL";
    let other = store.clone();
    drop(store);
    assert_eq!(raw.count(open), 1);
    drop(other);
    assert_eq!(raw.count(open), 0);
}

pub(crate) fn sealed_store_reads_and_says_so(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    let write = issuer.write(issuer.document());
    issuer.store.close();
    drop(issuer);
    let store = Store::open(db.options()).unwrap();
    let (tenant, id) = (document.tenant, document.id);
    let (found, authenticated) = store
        .read_blocking(move |view| {
            let found = documents::find(view, tenant, Mode::Live, id)?;
            Ok((found, view.authenticated()))
        })
        .unwrap();
    assert_eq!(found, Some(document));
    assert!(!authenticated);
    assert!(matches!(store.write_blocking(write), Err(Error::Sealed)));
    assert!(matches!(
        wait(store.lease_indexes(tenant, Mode::Live)),
        Err(Error::Sealed)
    ));
    assert!(matches!(
        store.read_blocking(audit::sweep),
        Err(Error::Sealed)
    ));
}

pub(crate) fn newer_schema_is_refused(db: &Db) {
    db.open().close();
    db.raw().execute("UPDATE schema_version SET version = 99");
    assert!(matches!(
        Store::open(db.options()),
        Err(Error::Newer { found: 99, .. })
    ));
}

pub(crate) fn nodes_migrating_at_once(db: &Db) {
    // On SQLite the lock lets one in; on PostgreSQL all come in, and one migrates.
    let nodes: Vec<Db> = (0..4).map(|_| db.other_node()).collect();
    let opened: Vec<Result<Store, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = nodes
            .iter()
            .map(|node| {
                let mut options = node.options();
                if db.engine == Engine::Sqlite {
                    options.data_dir = db.dir.path().join("data");
                }
                scope.spawn(move || {
                    let store = Store::open(options)?;
                    store.instance()?;
                    Ok(store)
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let (fine, refused): (Vec<_>, Vec<_>) = opened.into_iter().partition(Result::is_ok);
    match db.engine {
        Engine::Sqlite => {
            assert_eq!(fine.len(), 1);
            for error in refused {
                assert!(matches!(error, Err(Error::Locked { .. })), "{error:?}");
            }
        }
        Engine::Postgres => assert!(refused.is_empty(), "{refused:?}"),
    }
}

pub(crate) fn a_tool_reads_beside_the_server(db: &Db) {
    let mut options = db.options();
    options.read_only = true;
    assert!(matches!(
        Store::open(options.clone()),
        Err(Error::Refused { .. })
    ));
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    let tool = Store::open(options).unwrap();
    tool.unlock(keys()).unwrap();
    let report = assert_sound(&tool);
    assert_eq!(report.documents, 1);
    assert!(matches!(
        tool.write_blocking(issuer.write(issuer.document())),
        Err(Error::Sealed)
    ));
    issuer.issued();
    assert_eq!(assert_sound(&tool).documents, 2);
}

pub(crate) fn wrong_keys_are_refused(db: &Db) {
    db.open().close();
    let store = Store::open(db.options()).unwrap();
    let result = store.unlock(RowKeys::new(&[99; 32], &[12; 32]));
    assert!(matches!(
        result,
        Err(Error::Corrupt {
            table: "instance",
            ..
        })
    ));
    assert!(store.is_sealed());
    let result = store.unlock(RowKeys::new(&[11; 32], &[99; 32]));
    assert!(matches!(result, Err(Error::Behind { .. })));
    store.unlock(keys()).unwrap();
    assert!(!store.is_sealed());
}

pub(crate) fn a_clock_put_back_while_running_issues_nothing(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    db.clock.fetch_sub(60_000_000, Ordering::SeqCst);
    let answer = issuer.issue(issuer.document());
    assert!(
        matches!(answer, Err(Error::Unavailable { .. })),
        "{answer:?}"
    );
    // To revoke is never too early, and does not make the record forget how late it was.
    done(issuer.lifecycle(&document, Status::Revoked));
    issuer.store.close();
    assert!(matches!(
        db.try_open(db.options()),
        Err(Error::Refused { .. })
    ));
    db.clock.fetch_add(60_000_000, Ordering::SeqCst);
    let store = db.open();
    let issuer = Issuer { store, ..issuer };
    issuer.issued();
    assert_sound(&issuer.store);
}

pub(crate) fn a_clock_behind_the_record_is_refused(db: &Db) {
    let issuer = Issuer::new(&db.open());
    issuer.issued();
    issuer.store.close();
    drop(issuer);
    db.clock.fetch_sub(60_000_000, Ordering::SeqCst);
    let refused = db.try_open(db.options());
    assert!(
        matches!(&refused, Err(Error::Refused { reason }) if reason.contains("clock")),
        "{:?}",
        refused.err()
    );
    // A little is forgiven: clocks are set by the network.
    db.clock.fetch_add(57_000_000, Ordering::SeqCst);
    assert!(db.try_open(db.options()).is_ok());
}

pub(crate) fn five_seconds_behind_are_forgiven_and_no_more(db: &Db) {
    let (options, now) = db.standing();
    let issuer = Issuer::new(&db.try_open(options.clone()).unwrap());
    now.store(START - 5_000_000, Ordering::SeqCst);
    issuer.issued();
    now.store(START - 5_000_001, Ordering::SeqCst);
    let late = issuer.issue(issuer.document());
    assert!(matches!(late, Err(Error::Unavailable { .. })), "{late:?}");
    issuer.store.close();
    drop(issuer);
    match db.try_open(options.clone()) {
        Err(Error::Refused { reason }) => assert!(reason.contains("is 5 s behind"), "{reason}"),
        other => panic!("{other:?}"),
    }
    now.store(START - 5_000_000, Ordering::SeqCst);
    db.try_open(options).unwrap();
}
