use ananke_store::*;

use crate::harness::*;
use crate::made::*;

pub(crate) fn the_name_is_in_no_table(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (store, tenant) = (&issuer.store, issuer.tenant);
    let bytes = b"%PDF for Ada Lovelace".to_vec();
    let sha256 = sha256(&bytes);
    let document = NewDocument {
        external_id: Some("lovelace-1".to_owned()),
        ..issuer.document()
    };
    let id = document.id;
    let mut write = issuer.write(document.clone());
    write.event.body = br#"{"recipientName":"Ada Lovelace"}"#.to_vec();
    // The client used one key for both, which are two operations.
    write.claim = Some(claim(tenant, "erase", 1, id));
    if let Command::Issue(issue) = &mut write.command {
        issue.file = Some(NewFile {
            kind: FileKind::Submitted,
            renderer_version: String::new(),
            sha256,
            bytes,
        });
    }
    done(store.write_blocking(write.clone()));
    done(issuer.lifecycle(&issuer.find(id), Status::Suspended));
    assert!(!places(db).is_empty());

    let erase = |key: &str| {
        let mut own = claim(tenant, key, 1, id);
        own.operation = "erase".to_owned();
        own.response = b"erased".to_vec();
        store.write_blocking(Write::new(Some(own), Command::Erase {
                mode: Mode::Live,
                id,
            }, event(tenant, "issuance.erased", id)))
    };
    done(erase("erase"));
    // At once from the tables; from SQLite's log as soon as no reader is in the way.
    while places(db).iter().any(|place| place.contains("-wal")) {
        crate::cluster::pause();
        issuer.issued_to_nobody();
    }
    assert_eq!(places(db), [""; 0]);
    let erased = issuer.find(id);
    assert!(erased.erased_at.is_some());
    assert_eq!(erased.reference, document.reference);
    assert_eq!(erased.content_hash, document.content_hash);
    assert_eq!(erased.status, Status::Suspended);
    assert_eq!(erased.event_count, 3);
    // The stored answers are gone, but for that of the erasure itself.
    match store.write_blocking(write).unwrap() {
        Outcome::Replayed {
            response, subject, ..
        } => assert_eq!((response, subject), (None, id)),
        other => panic!("{other:?}"),
    }
    match erase("erase").unwrap() {
        Outcome::Replayed { response, .. } => assert_eq!(response.unwrap(), b"erased"),
        other => panic!("{other:?}"),
    }
    // Final: nothing can be done with it any more.
    assert!(matches!(
        erase("again"),
        Err(Error::Conflict {
            what: Conflict::Erased,
            ..
        })
    ));
    assert!(matches!(
        issuer.lifecycle(&erased, Status::Active),
        Err(Error::Conflict {
            what: Conflict::Erased,
            ..
        })
    ));
    let bodies = store
        .read_blocking(move |view| events::list_by_subject(view, tenant, id, None, 9))
        .unwrap();
    let kept: Vec<bool> = bodies.iter().map(|(_, body)| body.is_some()).collect();
    assert_eq!(kept, [false, false, true]);
    // The external id is free again.
    let again = NewDocument {
        external_id: document.external_id.clone(),
        ..issuer.document()
    };
    done(issuer.issue(again));
    assert_sound(store);
}

/// Where the name still stands: tables and columns, and on SQLite the files themselves.
fn places(db: &Db) -> Vec<String> {
    let mut raw = db.raw();
    let mut found = Vec::new();
    let speaks = |text: &str| text.to_lowercase().contains("lovelace");
    for (table, columns) in raw.tables() {
        for row in raw.query(&format!("SELECT {} FROM {table}", columns.join(", "))) {
            for (column, value) in columns.iter().zip(row) {
                if value.is_some_and(|value| speaks(&value)) {
                    found.push(format!("{table}.{column}"));
                }
            }
        }
    }
    if db.engine == Engine::Sqlite {
        for file in ["ananke.db", "ananke.db-wal"] {
            let bytes = std::fs::read(db.dir.path().join("data").join(file)).unwrap_or_default();
            if speaks(&String::from_utf8_lossy(&bytes)) {
                found.push(file.to_owned());
            }
        }
    }
    found
}
