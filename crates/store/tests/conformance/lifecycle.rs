use std::io::Read as _;

use ananke_store::*;

use crate::harness::*;
use crate::made::*;

fn list_entry(issuer: &Issuer, document: &Document) -> (u8, i64) {
    let (tenant, number) = (issuer.tenant, document.status_list);
    let list = issuer
        .store
        .read_blocking(move |view| status_lists::find(view, tenant, Mode::Live, number))
        .unwrap()
        .unwrap();
    let mut bits = Vec::new();
    flate2::read::ZlibDecoder::new(list.zlib.as_slice())
        .read_to_end(&mut bits)
        .unwrap();
    let index = document.status_index as usize;
    ((bits[index / 4] >> (index % 4 * 2)) & 3, list.version)
}

pub(crate) fn lifecycle_moves_row_and_list(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    assert_eq!(list_entry(&issuer, &document), (0, 1));
    let steps = [
        (Status::Suspended, 2),
        (Status::Active, 0),
        (Status::Expired, 3),
        (Status::Revoked, 1),
    ];
    let mut current = document.clone();
    for (version, (status, value)) in steps.into_iter().enumerate() {
        let reply = done(issuer.lifecycle(&current, status));
        assert!(matches!(
            issuer.lifecycle(&current, status),
            Err(Error::Stale)
        ));
        current = issuer.find(document.id);
        assert_eq!(current.status, status);
        assert_eq!(current.newest_event_hash, reply.event_hash);
        assert_eq!(current.event_count, version as i64 + 2);
        assert_eq!(list_entry(&issuer, &current), (value, version as i64 + 2));
    }
    let nobody = Document {
        issued: NewDocument {
            id: id(),
            ..document.issued.clone()
        },
        ..document
    };
    assert!(matches!(
        issuer.lifecycle(&nobody, Status::Revoked),
        Err(Error::Missing)
    ));
    assert_sound(&issuer.store);
}

pub(crate) fn an_older_list_does_not_agree(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (document, other) = (issuer.issued(), issuer.issued());
    let (tenant, number) = (issuer.tenant, document.status_list);
    let list = || {
        issuer
            .store
            .read_blocking(move |view| status_lists::find(view, tenant, Mode::Live, number))
            .unwrap()
            .unwrap()
    };
    let agrees = |list: StatusList| {
        issuer
            .store
            .read_blocking(move |view| audit::list_agrees(view, &list))
            .unwrap()
    };
    let fresh = list();
    assert!(agrees(list()));
    done(issuer.lifecycle(&document, Status::Revoked));
    assert!(agrees(list()));
    assert!(!agrees(fresh));
    let with_one = list();
    done(issuer.lifecycle(&other, Status::Suspended));
    assert!(agrees(list()));
    assert!(!agrees(with_one));
    assert!(!agrees(StatusList {
        zlib: b"no list".to_vec(),
        ..list()
    }));
}

pub(crate) fn replacing(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let original = NewDocument {
        external_id: Some("order-9".to_owned()),
        ..issuer.document()
    };
    done(issuer.issue(original.clone()));
    let original = issuer.find(original.id);
    let replace = |original: &Document, status| {
        let document = NewDocument {
            external_id: original.external_id.clone(),
            ..issuer.document()
        };
        let id = document.id;
        let issue = Box::new(NewIssue {
            document,
            hashes: Vec::new(),
            file: None,
        });
        let original = Box::new(Original {
            id: original.id,
            expected: original.newest_event_hash,
            status,
            event: event(issuer.tenant, "issuance.replaced", original.id),
        });
        let new = event(issuer.tenant, "issuance.issued", id);
        (id, put(&issuer.store, Command::Replace { issue, original }, new))
    };
    let revoked = Some((Status::Revoked, Some("superseded".to_owned())));
    let (new_id, outcome) = replace(&original, revoked.clone());
    done(outcome);
    let (old, new) = (issuer.find(original.id), issuer.find(new_id));
    assert_eq!(old.replaced_by, Some(new_id));
    assert_eq!(old.status, Status::Revoked);
    assert_eq!(old.status_reason.as_deref(), Some("superseded"));
    assert_eq!(list_entry(&issuer, &old).0, 1);
    assert_eq!(new.replaces, Some(original.id));
    assert_eq!(new.external_id.as_deref(), Some("order-9"));
    let (_, outcome) = replace(&old, revoked.clone());
    assert!(matches!(
        outcome,
        Err(Error::Conflict {
            what: Conflict::Replaced,
            ..
        })
    ));
    let (third, outcome) = replace(&new, None);
    done(outcome);
    assert_eq!(issuer.find(new_id).status, Status::Active);
    assert!(matches!(replace(&new, None).1, Err(Error::Conflict { .. })));
    // Stale, and nothing of the new document stays.
    let fresh = issuer.find(third);
    done(issuer.lifecycle(&fresh, Status::Suspended));
    assert!(matches!(replace(&fresh, revoked).1, Err(Error::Stale)));
    assert_eq!(db.raw().count("SELECT count(*) FROM documents"), 3);
    assert_sound(&issuer.store);
}

pub(crate) fn renditions(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let document = issuer.issued();
    let tenant = issuer.tenant;
    let bytes = b"%PDF rendition".to_vec();
    let record = |version: &str| {
        let file = NewFile {
            kind: FileKind::Rendition,
            renderer_version: version.to_owned(),
            sha256: sha256(&bytes),
            bytes: bytes.clone(),
        };
        let command = Command::RecordRendition {
            mode: Mode::Live,
            id: document.id,
            file,
        };
        let event = event(tenant, "issuance.rendered", document.id);
        put(&issuer.store, command, event)
    };
    done(record("1"));
    assert!(matches!(
        record("1"),
        Err(Error::Conflict {
            what: Conflict::Rendition,
            ..
        })
    ));
    // The same bytes by another renderer: two files, one hash.
    done(record("2"));
    assert_eq!(issuer.find(document.id).event_count, 3);
    let (id, hash) = (document.id, sha256(&bytes));
    issuer
        .store
        .read_blocking(move |view| {
            assert_eq!(files::list(view, tenant, id)?.len(), 2);
            assert_eq!(content_hashes::list_by_document(view, tenant, id)?.len(), 1);
            assert_eq!(locate::by_hash(view, &hash, 20)?.len(), 1);
            assert_eq!(events::count_by_subject(view, tenant, id)?, 3);
            Ok(())
        })
        .unwrap();
    assert_sound(&issuer.store);
}

pub(crate) fn artifacts_and_history(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let (store, tenant) = (&issuer.store, issuer.tenant);
    let artifact = |version, jws: &str| SignedArtifact {
        tenant,
        kind: "token-list".to_owned(),
        name: "live/0".to_owned(),
        version,
        jws: jws.to_owned(),
        signed_at: START,
        expires_at: START + 1,
    };
    let find = || {
        store
            .read_blocking(move |view| signed_artifacts::find(view, tenant, "token-list", "live/0"))
    };
    assert_eq!(find().unwrap(), None);
    wait(store.save_signed(vec![artifact(2, "b"), artifact(3, "c")])).unwrap();
    wait(store.save_signed(vec![artifact(1, "a")])).unwrap();
    assert_eq!(find().unwrap().unwrap().jws, "c");
    // What is as new stays as it is, and what was signed later comes in its place.
    wait(store.save_signed(vec![artifact(3, "d")])).unwrap();
    assert_eq!(find().unwrap().unwrap().jws, "c");
    let later = SignedArtifact {
        signed_at: START + 1,
        ..artifact(3, "e")
    };
    wait(store.save_signed(vec![later])).unwrap();
    assert_eq!(find().unwrap().unwrap().jws, "e");
    // In the place of a version that somebody else replaced nothing comes, whatever its number.
    assert!(!wait(store.save_next(artifact(9, "f"), 2)).unwrap());
    assert_eq!(find().unwrap().unwrap().jws, "e");
    assert!(wait(store.save_next(artifact(4, "f"), 3)).unwrap());
    assert_eq!(find().unwrap().unwrap().jws, "f");
    db.raw().execute("UPDATE signed_artifacts SET jws = 'x'");
    assert!(matches!(find(), Err(Error::Corrupt { .. })));
    wait(store.save_signed(vec![artifact(3, "c")])).unwrap();
    assert_eq!(find().unwrap().unwrap().jws, "c");
    let other = SignedArtifact {
        name: "live/1".to_owned(),
        ..artifact(1, "g")
    };
    assert!(wait(store.save_next(other.clone(), 0)).unwrap());
    assert!(!wait(store.save_next(other, 0)).unwrap());

    let document = issuer.issued();
    let verifications: Vec<Verification> = (0..5)
        .map(|n| Verification {
            tenant,
            mode: Mode::Live,
            id: id(),
            document_id: document.id,
            reference: document.reference.clone(),
            method: "reference".to_owned(),
            verdict: if n == 0 { "revoked" } else { "valid" }.to_owned(),
            at: START + n,
            scan: None,
            actor: None,
        })
        .collect();
    wait(store.record_verifications(verifications.clone())).unwrap();
    // A batch sent twice is one batch.
    wait(store.record_verifications(verifications.clone())).unwrap();
    store
        .read_blocking(move |view| {
            let mut list = |filter: &VerificationFilter, before, limit| {
                verifications::list(view, tenant, Mode::Live, filter, before, limit).unwrap()
            };
            let all = VerificationFilter::default();
            let page = list(&all, None, 2);
            assert_eq!(page, [verifications[4].clone(), verifications[3].clone()]);
            assert_eq!(list(&all, Some(page[1].id), 9).len(), 3);
            let filter = VerificationFilter {
                product: None,
                document_id: Some(document.id),
                verdict: Some("revoked".to_owned()),
                after: Some(START),
                before: Some(START + 1),
            };
            assert_eq!(list(&filter, None, 9), [verifications[0].clone()]);
            Ok(())
        })
        .unwrap();
    assert_sound(store);
}

pub(crate) fn leases_never_overlap(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let other = match db.engine {
        Engine::Sqlite => issuer.store.clone(),
        Engine::Postgres => db.other_node_open(),
    };
    // 128 leases fill a list; the issuer has taken one.
    let mut leases: Vec<IndexLease> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let store = if n % 2 == 0 { &issuer.store } else { &other };
                let tenant = issuer.tenant;
                scope.spawn(move || {
                    let mut leases = Vec::new();
                    while leases.len() < 35 {
                        match wait(store.lease_indexes(tenant, Mode::Live)) {
                            Ok(lease) => leases.push(lease),
                            Err(Error::Unavailable { .. }) => crate::cluster::pause(),
                            Err(error) => panic!("{error}"),
                        }
                    }
                    leases
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    leases.push(issuer.lease);
    leases.sort_by_key(|lease| (lease.list, lease.start));
    for (number, lease) in leases.iter().enumerate() {
        let number = number as i64;
        assert_eq!(
            (lease.list, lease.start, lease.len),
            (number / 128, number % 128 * 1024, 1024)
        );
    }
    let test = wait(issuer.store.lease_indexes(issuer.tenant, Mode::Test)).unwrap();
    assert_eq!((test.list, test.start), (0, 0));
    // A list that was removed is not begun again: its indexes would be given twice.
    let document = NewDocument {
        status_list: 1,
        ..issuer.document()
    };
    done(issuer.issue(document));
    db.raw().execute("DELETE FROM status_lists WHERE number = 1");
    assert!(matches!(
        wait(issuer.store.lease_indexes(issuer.tenant, Mode::Live)),
        Err(Error::Corrupt {
            table: "status_lists",
            ..
        })
    ));
}
