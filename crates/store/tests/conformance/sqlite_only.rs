use ananke_store::*;

use crate::harness::*;
use crate::made::*;

#[test]
fn a_second_server_is_locked_out() {
    let db = Db::new(Engine::Sqlite).unwrap();
    let store = db.open();
    assert!(matches!(
        Store::open(db.options()),
        Err(Error::Locked { .. })
    ));
    drop(store);
    db.open();
}

#[test]
fn the_data_directory_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let db = Db::new(Engine::Sqlite).unwrap();
    let options = db.options();
    let store = db.open();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&options.data_dir) & 0o777, 0o700);
    assert_eq!(mode(&options.anchor) & 0o777, 0o600);
    drop(store);
}

#[test]
fn durable_settings() {
    let db = Db::new(Engine::Sqlite).unwrap();
    drop(db.open());
    let mut raw = db.raw();
    assert_eq!(
        raw.query("PRAGMA journal_mode")[0][0].as_deref(),
        Some("wal")
    );
    let tables = raw.query("SELECT sql FROM sqlite_master WHERE type = 'table'");
    for table in tables {
        let sql = table[0].clone().unwrap();
        assert!(
            sql.ends_with("STRICT") || sql.ends_with("STRICT, WITHOUT ROWID"),
            "{sql}"
        );
    }
}

#[test]
fn full_disk_stops_writing_and_nothing_else() {
    // How often space is looked for.
    let pause = std::time::Duration::from_millis(500);
    let db = Db::new(Engine::Sqlite).unwrap();
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    issuer.store.close();
    let (tenant, template, lease) = (issuer.tenant, issuer.template, issuer.lease);
    let (code, key_id) = (issuer.code.clone(), issuer.key_id.clone());
    drop(issuer);
    let mut options = db.options();
    db.raw()
        .script("CREATE TABLE ballast (x BLOB); INSERT INTO ballast VALUES (zeroblob(4000000))");
    let pages = db.raw().count("PRAGMA page_count");
    options.max_pages = Some(u32::try_from(pages).unwrap() + 200);
    let store = db.try_open(options).unwrap();
    let streams = db.raw().count("SELECT count(*) FROM streams");
    let issuer = Issuer {
        store: store.clone(),
        tenant,
        code,
        template,
        key_id,
        lease,
    };
    let mut issued = Vec::new();
    let mut refused = 0;
    while refused < 5 {
        let mut large = issuer.document();
        large.fields = Some("x".repeat(20_000));
        let id = large.id;
        match issuer.issue(large) {
            Ok(_) => issued.push(id),
            Err(Error::Unavailable { retry_after }) => {
                assert!(!retry_after.is_zero());
                refused += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
        assert!(issued.len() < 100, "the disk never filled up");
    }
    // Everything acknowledged is there, nothing else; reading goes on.
    assert!(!issued.is_empty());
    for id in &issued {
        issuer.find(*id);
    }
    assert_eq!(issuer.find(document.id).status, Status::Active);
    let report = assert_sound(&store);
    assert_eq!(report.documents, issued.len() as u64 + 1);

    // A little space is none: what is small does not slip in between.
    std::thread::sleep(pause + pause / 5);
    let looked = std::time::Instant::now();
    let small = issuer.issue(issuer.document());
    assert!(matches!(small, Err(Error::Unavailable { .. })), "{small:?}");

    // Space returns, as pages that are free again; no restart.
    db.raw().script("DROP TABLE ballast");
    loop {
        match issuer.issue(issuer.document()) {
            Ok(_) => break,
            Err(Error::Unavailable { .. }) => crate::cluster::pause(),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(looked.elapsed() >= pause, "it looks for space all the time");
    // The connection was whole, and so is the stream.
    assert_eq!(db.raw().count("SELECT count(*) FROM streams"), streams);
    assert_sound(&store);
}

#[test]
fn a_nearly_full_disk_takes_revocations_and_no_new_documents() {
    let db = Db::new(Engine::Sqlite).unwrap();
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    issuer.store.close();
    let (tenant, template, lease) = (issuer.tenant, issuer.template, issuer.lease);
    let (code, key_id) = (issuer.code.clone(), issuer.key_id.clone());
    drop(issuer);
    let mut options = db.options();
    options.min_free_bytes = u64::MAX;
    let issuer = Issuer {
        store: db.try_open(options).unwrap(),
        tenant,
        code,
        template,
        key_id,
        lease,
    };
    let refused = issuer.issue(issuer.document());
    assert!(
        matches!(refused, Err(Error::Unavailable { .. })),
        "{refused:?}"
    );
    issuer.lifecycle(&document, Status::Revoked).unwrap();
    assert_eq!(issuer.find(document.id).status, Status::Revoked);
}

#[test]
fn an_index_that_lost_an_entry_is_found() {
    let db = Db::new(Engine::Sqlite).unwrap();
    let issuer = Issuer::new(&db.open());
    done(
        issuer
            .store
            .write_blocking(issuer.write_file(issuer.document(), b"%PDF")),
    );
    issuer.store.close();
    assert_sound(&issuer.store);
    // While the schema does not know the index, a row moves to another place; the index still has the old one.
    let index = "name = 'content_hashes_hash'";
    let set = |script: &str| {
        db.raw()
            .script(&format!("PRAGMA writable_schema = ON; {script}"));
    };
    set(&format!(
        "CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE {index}; DELETE FROM sqlite_master WHERE {index}"
    ));
    db.raw()
        .script("UPDATE content_hashes SET rowid = rowid + 1000");
    set("INSERT INTO sqlite_master SELECT * FROM kept; DROP TABLE kept");
    drop(issuer);
    let store = db.open();
    let report = store.read_blocking(audit::sweep).unwrap();
    assert!(!report.findings.is_empty());
    assert!(report.findings.iter().all(|found| found.table == "sqlite"));
    assert!(
        report
            .findings
            .iter()
            .any(|found| found.what.contains("content_hashes_hash"))
    );
}
