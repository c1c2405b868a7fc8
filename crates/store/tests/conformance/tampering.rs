use std::collections::BTreeSet;

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

/// The tables whose rows nobody relies on.
const LOOSE: [&str; 7] = [
    "api_key_hours",
    "api_key_uses",
    // What is put together from it is authenticated: `a_header_that_was_changed`.
    "credential_headers",
    "probe",
    "schema_version",
    "sightings",
    "verifications",
];

/// A database with at least one row in every table.
fn furnished(db: &Db) -> Issuer {
    let issuer = Issuer::new(&db.open());
    let tenant = issuer.tenant;
    let document = NewDocument {
        external_id: Some("order-1".to_owned()),
        expires_at: Some(START),
        ..issuer.document()
    };
    let mut write = issuer.write_file(document.clone(), b"%PDF");
    write.claim = Some(claim(tenant, "key", 1, document.id));
    write.counts.push(Count {
        kind: Counted::Issuances,
        subject: String::new(),
        period: START,
        limit: 1_000,
    });
    done(issuer.store.write_blocking(write));
    done(issuer.lifecycle(&issuer.find(document.id), Status::Suspended));
    let artifact = SignedArtifact {
        tenant,
        kind: "token-list".to_owned(),
        name: "live/0".to_owned(),
        version: 1,
        jws: "jws".to_owned(),
        signed_at: START,
        expires_at: START,
    };
    wait(issuer.store.save_signed(vec![artifact])).unwrap();
    wait(issuer.store.ensure_job(job(tenant, START))).unwrap();
    let (alert, channel) = (alert(tenant), channel(tenant));
    let (raised, added) = (
        event(tenant, "alert.raised", alert.id),
        event(tenant, "alert_channel.created", channel.id),
    );
    let tell = Vec::new();
    done(put(
        &issuer.store,
        Command::RaiseAlert { alert, tell },
        raised,
    ));
    done(put(
        &issuer.store,
        Command::AddAlertChannel {
            channel,
            at_most: 10,
        },
        added,
    ));
    let attestation = Attestation {
        tenant,
        item: "secrets_manager".to_owned(),
        attested_by: "Ada".to_owned(),
        link: None,
        at: START,
    };
    let attested = event(tenant, "checklist.attested", uuid::Uuid::nil());
    done(put(&issuer.store, Command::Attest(attestation), attested));
    issuer
}

pub(crate) fn every_column_of_every_authenticated_table(db: &Db) {
    let issuer = furnished(db);
    assert_sound(&issuer.store);
    let mut raw = db.raw();
    let mut edited = 0;
    for (table, columns) in raw.tables() {
        if LOOSE.contains(&table.as_str()) {
            assert!(!columns.contains(&"row_mac".to_owned()), "{table}");
            continue;
        }
        assert!(columns.contains(&"row_mac".to_owned()), "{table}");
        let rows = raw.count(&format!("SELECT count(*) FROM {table}"));
        assert!(rows > 0, "{table} is empty");
        for column in &columns {
            let all = columns.join(", ");
            raw.script(&format!(
                "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT {all} FROM {table}"
            ));
            let value = edit(db.engine, &mut raw, &table, column);
            // One row is enough, and keeps unique columns unique.
            let last = match (db.engine, table.as_str()) {
                (Engine::Postgres, _) => "ctid",
                (Engine::Sqlite, "events") => "id",
                (Engine::Sqlite, "event_bodies") => "event_id",
                (Engine::Sqlite, _) => "rowid",
            };
            let row = format!("{last} = (SELECT max({last}) FROM {table})");
            let changed =
                raw.execute(&format!("UPDATE {table} SET {column} = {value} WHERE {row}"));
            assert_eq!(changed, 1, "{table}.{column}");
            // An edit of the instance row makes the audit fail as a whole nowhere: it is a finding.
            let report = issuer.store.read_blocking(audit::sweep).unwrap();
            assert!(
                report.findings.iter().any(|f| f.table == table),
                "{table}.{column} = {value} was not noticed: {:?}",
                report.findings
            );
            raw.script(&format!(
                "DELETE FROM {table}; INSERT INTO {table} ({all}) SELECT {all} FROM kept; \
                 DROP TABLE kept"
            ));
            edited += 1;
        }
    }
    assert!(edited > 150, "{edited}");
    assert_sound(&issuer.store);

    // And the finder of a single row notices too, naming the table.
    raw.execute("UPDATE documents SET status = 'active'");
    let (tenant, id) = (issuer.tenant, document_id(&issuer));
    let found = issuer
        .store
        .read_blocking(move |view| documents::find(view, tenant, Mode::Live, id));
    assert!(matches!(
        found,
        Err(Error::Corrupt {
            table: "documents",
            column: None,
            ..
        })
    ));
}

pub(crate) fn a_header_that_was_changed(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    let mut raw = db.raw();
    // One header for all documents of a signer, and its bytes are not in their rows.
    issuer.issued();
    assert_eq!(raw.count("SELECT count(*) FROM credential_headers"), 1);
    let packed = "SELECT count(*) FROM documents WHERE credential IS NULL AND credential_packed IS NOT NULL";
    assert_eq!(raw.count(packed), 2);
    let text = edit(db.engine, &mut raw, "credential_headers", "header");
    let damaged = "credential_packed holds what is never stored there";
    for (script, fault) in [
        (
            format!("UPDATE credential_headers SET header = {text}"),
            None,
        ),
        ("DELETE FROM credential_headers".to_owned(), Some(damaged)),
        (
            "UPDATE documents SET credential_header = NULL".to_owned(),
            Some(damaged),
        ),
        (
            "UPDATE documents SET credential = 'a.b.c'".to_owned(),
            Some(damaged),
        ),
        (
            "UPDATE documents SET credential_packed = NULL".to_owned(),
            Some("row MAC is wrong"),
        ),
    ] {
        raw.script("CREATE TABLE headers AS SELECT * FROM credential_headers");
        raw.script("CREATE TABLE kept AS SELECT * FROM documents");
        raw.script(&script);
        let report = issuer.store.read_blocking(audit::sweep).unwrap();
        let found = report.findings.iter().filter(|f| f.table == "documents");
        let found: Vec<&str> = found.map(|found| found.what.as_str()).collect();
        assert_eq!(found.len(), 2, "{script}: {found:?}");
        assert!(
            fault.is_none_or(|fault| found == [fault, fault]),
            "{script}: {found:?}"
        );
        let (tenant, id) = (issuer.tenant, document.id);
        let read = issuer
            .store
            .read_blocking(move |view| documents::find(view, tenant, Mode::Live, id));
        assert!(matches!(read, Err(Error::Corrupt { .. })), "{script}");
        raw.script("DELETE FROM documents; INSERT INTO documents SELECT * FROM kept");
        raw.script("DELETE FROM credential_headers; INSERT INTO credential_headers SELECT * FROM headers");
        raw.script("DROP TABLE kept; DROP TABLE headers");
        assert_sound(&issuer.store);
    }
}

fn document_id(issuer: &Issuer) -> uuid::Uuid {
    let tenant = issuer.tenant;
    issuer
        .store
        .read_blocking(move |view| {
            let newest = events::list(view, tenant, None, 20)?;
            let of_document = newest.iter().find(|event| event.kind.starts_with("issuance."));
            Ok(of_document.map(|event| event.subject))
        })
        .unwrap()
        .unwrap()
}

/// Another value of the same type.
fn edit(engine: Engine, raw: &mut Raw, table: &str, column: &str) -> String {
    let of = |raw: &mut Raw, sqlite: &str, postgres: &str| match engine {
        Engine::Sqlite => raw.query(sqlite)[0][0].clone().unwrap(),
        Engine::Postgres => raw.query(postgres)[0][0].clone().unwrap(),
    };
    let kind = of(
        raw,
        &format!("SELECT type FROM pragma_table_info('{table}') WHERE name = '{column}'"),
        &format!(
            "SELECT CAST(data_type AS TEXT) FROM information_schema.columns \
             WHERE table_name = '{table}' AND column_name = '{column}'"
        ),
    );
    match kind.as_str() {
        "INTEGER" | "bigint" => format!("coalesce({column}, 0) + 1"),
        "TEXT" | "text" => format!("coalesce({column}, '') || 'x'"),
        "BLOB" => "X'0102030405060708090a0b0c0d0e0f10'".to_owned(),
        "bytea" => "'\\x0102030405060708090a0b0c0d0e0f10'".to_owned(),
        other => panic!("{table}.{column} is {other}"),
    }
}

/// What the audit finds, each sort of fault once.
fn noticed(store: &Store) -> BTreeSet<(&'static str, String)> {
    let report = store.read_blocking(audit::sweep).unwrap();
    let finding = |found: audit::Finding| (found.table, found.what);
    report.findings.into_iter().map(finding).collect()
}

fn assert_noticed(store: &Store, expected: &[(&'static str, &str)]) {
    let expected = expected
        .iter()
        .map(|(table, what)| (*table, (*what).to_owned()));
    assert_eq!(noticed(store), expected.collect());
}

pub(crate) fn rows_removed_or_put_back(db: &Db) {
    let issuer = furnished(db);
    let mut raw = db.raw();
    // Whole rows removed: whatever something else speaks of.
    for (table, faults) in [
        (
            "documents",
            &[
                ("events", "its document is missing"),
                ("content_hashes", "its document is missing"),
            ][..],
        ),
        (
            "events",
            &[
                ("streams", "streams and events do not match in number"),
                ("event_bodies", "its event is missing or altered"),
                ("documents", "its newest event is missing or another one"),
                ("documents", "it does not know all of its events"),
            ],
        ),
        (
            "event_bodies",
            &[("events", "its body is missing and nothing was erased")],
        ),
        (
            "streams",
            &[
                ("events", "its stream is missing or altered"),
                ("streams", "streams and events do not match in number"),
            ],
        ),
        (
            "content_hashes",
            &[("documents", "its content hash cannot be looked up")],
        ),
        ("files", &[("documents", "its file is missing")]),
        (
            "status_lists",
            &[("documents", "its status list is missing or altered")],
        ),
        (
            "template_versions",
            &[("templates", "its current version is missing")],
        ),
    ] {
        raw.script(&format!(
            "CREATE TABLE kept AS SELECT * FROM {table}; DELETE FROM {table}"
        ));
        assert_noticed(&issuer.store, faults);
        raw.script(&format!(
            "INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"
        ));
        assert_sound(&issuer.store);
    }
    // An older copy of one row, with its own valid MAC; alone, or with the other that would give it away.
    let document = issuer.issued();
    raw.script("CREATE TABLE kept AS SELECT * FROM documents");
    raw.script("CREATE TABLE lists AS SELECT * FROM status_lists");
    done(issuer.lifecycle(&document, Status::Revoked));
    assert_sound(&issuer.store);
    let (row, list) = (
        ("documents", "it does not know all of its events"),
        ("documents", "its status list says another status"),
    );
    raw.script("CREATE TABLE newer AS SELECT * FROM documents");
    raw.script("DELETE FROM documents; INSERT INTO documents SELECT * FROM kept");
    assert_noticed(&issuer.store, &[row, list]);
    raw.script("DELETE FROM status_lists; INSERT INTO status_lists SELECT * FROM lists");
    assert_noticed(&issuer.store, &[row]);
    raw.script("DELETE FROM documents; INSERT INTO documents SELECT * FROM newer");
    assert_noticed(&issuer.store, &[list]);
    // A row of one tenant copied to another.
    let other = Issuer::new(&issuer.store);
    let hex: String = other.tenant.simple().to_string();
    let blob = match db.engine {
        Engine::Sqlite => format!("X'{hex}'"),
        Engine::Postgres => format!("'\\x{hex}'"),
    };
    raw.execute(&format!("UPDATE api_keys SET tenant_id = {blob}"));
    assert!(noticed(&issuer.store).contains(&("api_keys", "row MAC is wrong".to_owned())));
    let (tenant, id) = (other.tenant, issuer.key_id.clone());
    let found = issuer
        .store
        .read_blocking(move |view| api_keys::find(view, tenant, &id));
    assert!(matches!(found, Err(Error::Corrupt { .. })));
}

pub(crate) fn every_row_is_looked_at_once(db: &Db) {
    let issuer = furnished(db);
    // More than are read at once, and not in the order they were stored in.
    let mut documents: Vec<NewDocument> = (0..300).map(|_| issuer.document()).collect();
    documents.reverse();
    for document in documents {
        done(issuer.issue(document));
    }
    // Two lists, so that nobody's entry is looked up in another's.
    let other = Issuer::new(&issuer.store);
    for issuer in [&issuer, &other] {
        done(issuer.lifecycle(&issuer.issued(), Status::Revoked));
    }
    let report = assert_sound(&issuer.store);
    let mut raw = db.raw();
    let mut rows = 0;
    for (table, _) in raw.tables() {
        if !LOOSE.contains(&table.as_str()) {
            rows += raw.count(&format!("SELECT count(*) FROM {table}"));
        }
    }
    assert_eq!(report.rows, rows as u64);
    let events = raw.count("SELECT count(*) FROM events");
    assert_eq!((report.events, report.documents), (events as u64, 303));
}

pub(crate) fn files_of_the_same_length(db: &Db) {
    let issuer = furnished(db);
    let (store, tenant, id) = (&issuer.store, issuer.tenant, document_id(&issuer));
    let mut raw = db.raw();
    let bytes = match db.engine {
        Engine::Sqlite => "X'25504447'",
        Engine::Postgres => "'\\x25504447'",
    };
    raw.script("CREATE TABLE kept AS SELECT * FROM files");
    raw.execute(&format!("UPDATE files SET bytes = {bytes}"));
    let wrong = ("files", "its bytes are not those of its digest");
    assert_noticed(store, &[wrong]);
    let read = store.read_blocking(move |view| {
        let file = files::list(view, tenant, id)?.remove(0);
        files::read(view, &file)
    });
    assert!(matches!(
        read,
        Err(Error::Corrupt {
            table: "files",
            column: Some("bytes"),
            ..
        })
    ));
    raw.script("DELETE FROM files; INSERT INTO files SELECT * FROM kept");
    // Of two renditions one is gone.
    for version in ["1", "2"] {
        let bytes = format!("%PDF {version}").into_bytes();
        let file = NewFile {
            kind: FileKind::Rendition,
            renderer_version: version.to_owned(),
            sha256: sha256(&bytes),
            bytes,
        };
        let mode = Mode::Live;
        let command = Command::RecordRendition { mode, id, file };
        done(put(store, command, event(tenant, "issuance.rendered", id)));
    }
    assert_sound(store);
    raw.execute("DELETE FROM files WHERE renderer_version = '1'");
    assert_noticed(store, &[("documents", "its file is missing")]);
}
