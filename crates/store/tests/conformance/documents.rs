use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;
use crate::made::*;

pub(crate) fn issue_and_find(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let tenant = issuer.tenant;
    let bytes = b"%PDF-1.7 a file".to_vec();
    let sha256 = sha256(&bytes);
    let document = NewDocument {
        content_hash: sha256,
        external_id: Some("order-1".to_owned()),
        expires_at: Some(START + 5),
        ..issuer.document()
    };
    let write = issuer.write_file(document.clone(), &bytes);
    let recorded = write.event.clone();
    let reply = done(store.write_blocking(write));
    let found = issuer.find(document.id);
    assert_eq!(found.issued, document);
    assert_eq!(found.status, Status::Active);
    assert_eq!(found.newest_event_id, recorded.id);
    assert_eq!(found.newest_event_hash, reply.event_hash);
    // Another tenant's, in the other mode, or not there: all the same.
    let (document_id, reference) = (document.id, document.reference.clone());
    let (credential_hash, stored) = (document.credential_hash, bytes.clone());
    store
        .read_blocking(move |view| {
            assert_eq!(documents::find(view, tenant, Mode::Test, document_id)?, None);
            assert_eq!(documents::find(view, id(), Mode::Live, document_id)?, None);
            let by_external = documents::find_by_external_id(view, tenant, Mode::Live, Product::Trust, "order-1")?;
            assert_eq!(by_external.unwrap().id, document_id);
            let located = locate::Located {
                tenant,
                mode: Mode::Live,
                id: document_id,
            };
            assert_eq!(locate::by_reference(view, &reference)?, Some(located));
            assert_eq!(locate::by_reference(view, "TRF-NONE")?, None);
            assert_eq!(locate::by_hash(view, &sha256, 20)?, [located]);
            assert_eq!(locate::by_hash(view, &[0; 32], 20)?, []);
            let own = content_hashes::list_by_hash(view, tenant, &sha256, 20)?;
            assert_eq!(own, [located]);
            // Its credential is found by its hash as well.
            assert_eq!(locate::by_hash(view, &credential_hash, 20)?, [located]);
            let own = content_hashes::list_by_hash(view, tenant, &credential_hash, 20)?;
            assert_eq!(own, [located]);
            let others = content_hashes::list_by_hash(view, id(), &credential_hash, 20)?;
            assert_eq!(others, []);
            let file = files::find(view, tenant, document_id, FileKind::Submitted, "")?.unwrap();
            assert_eq!(file.size, 15);
            assert_eq!(files::read(view, &file)?, stored);
            assert_eq!(files::list(view, tenant, document_id)?, [file]);
            let events = events::list_by_subject(view, tenant, document_id, None, 9)?;
            let (event, body) = &events[0];
            assert_eq!(event.hash, reply.event_hash);
            assert_eq!(event.computed_hash(), event.hash);
            assert_eq!(body.as_ref().unwrap().body, recorded.body);
            assert_eq!(events.len(), 1);
            let after = events::list_by_subject(view, tenant, document_id, Some(event.id), 9)?;
            assert_eq!(after, []);
            let all = events::list(view, tenant, None, 2)?;
            assert_eq!(all[0].id, recorded.id);
            assert_eq!(all.len(), 2);
            Ok(())
        })
        .unwrap();

    // Two tenants with the same PDF: both are found, the first issuer first.
    let other = Issuer::new(&store);
    let same = other.document();
    let same_id = same.id;
    done(store.write_blocking(other.write_file(same, &bytes)));
    store
        .read_blocking(move |view| {
            let located = locate::by_hash(view, &sha256, 20)?;
            let ids: Vec<Uuid> = located.iter().map(|l| l.id).collect();
            assert_eq!(ids, [document_id, same_id]);
            let own = content_hashes::list_by_hash(view, other.tenant, &sha256, 20)?;
            assert_eq!(own.len(), 1);
            Ok(())
        })
        .unwrap();

    // A file that is not the one its digest names.
    let mut wrong = issuer.write(issuer.document());
    if let Command::Issue(issue) = &mut wrong.command {
        issue.file = Some(NewFile {
            kind: FileKind::Submitted,
            renderer_version: String::new(),
            sha256: [1; 32],
            bytes: vec![],
        });
    }
    assert!(matches!(
        store.write_blocking(wrong),
        Err(Error::Refused { .. })
    ));
    assert_sound(&store);
}

pub(crate) fn lists_and_filters(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let other = Issuer::new(&store);
    done(other.issue(other.document()));
    let now = START + 1_000_000_000;
    let names = ["Ödön von Horváth", "Ada_Lovelace", "Grace Hopper 50%"];
    let mut documents = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let document = NewDocument {
            recipient_name: Some((*name).to_owned()),
            recipient_email: None,
            external_id: Some(format!("ext-{number}")),
            issued_at: START + number as i64,
            expires_at: (number == 0).then_some(now),
            ..issuer.document()
        };
        done(issuer.issue(document.clone()));
        documents.push(issuer.find(document.id));
    }
    done(issuer.lifecycle(&documents[1], Status::Suspended));
    let tenant = issuer.tenant;
    let list = |filter: DocumentFilter| -> Vec<usize> {
        let found = store
            .read_blocking(move |view| {
                document_list::list(view, tenant, Mode::Live, &filter, None, 50)
            })
            .unwrap();
        let place = |document: &Document| documents.iter().position(|d| d.id == document.id);
        found.iter().map(|d| place(d).unwrap()).collect()
    };
    let all = DocumentFilter::default;
    assert_eq!(list(all()), [2, 1, 0]);
    let status = |status, now| DocumentFilter {
        status: Some(status),
        now,
        ..all()
    };
    assert_eq!(list(status(Status::Active, now - 1)), [2, 0]);
    assert_eq!(list(status(Status::Active, now)), [2]);
    assert_eq!(list(status(Status::Expired, now - 1)), [0; 0]);
    assert_eq!(list(status(Status::Expired, now)), [0]);
    assert_eq!(list(status(Status::Suspended, now)), [1]);
    assert_eq!(list(status(Status::Revoked, now)), [0; 0]);
    let recipient = |text: &str| DocumentFilter {
        recipient: Some(text.to_owned()),
        ..all()
    };
    assert_eq!(list(recipient("ÖDÖN")), [0]);
    assert_eq!(list(recipient("horváth")), [0]);
    assert_eq!(list(recipient("a_l")), [1]);
    assert_eq!(list(recipient("50%")), [2]);
    assert_eq!(list(recipient("%")), [2]);
    let filter = DocumentFilter {
        external_id: Some("ext-1".to_owned()),
        template_id: Some(issuer.template),
        ..all()
    };
    assert_eq!(list(filter), [1]);
    let filter = DocumentFilter {
        template_id: Some(id()),
        ..all()
    };
    assert_eq!(list(filter), [0; 0]);
    let filter = DocumentFilter {
        issued_after: Some(START + 1),
        issued_before: Some(START + 2),
        ..all()
    };
    assert_eq!(list(filter), [1]);
    let filter = DocumentFilter {
        reference: Some(documents[2].reference.clone()),
        ..all()
    };
    assert_eq!(list(filter), [2]);
    let none = store
        .read_blocking(move |view| {
            document_list::list(view, tenant, Mode::Test, &DocumentFilter::default(), None, 9)
        })
        .unwrap();
    assert_eq!(none, []);
}

pub(crate) fn conflicts_name_what_collided(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let other = Issuer::new(&store);
    let first = NewDocument {
        external_id: Some("order-7".to_owned()),
        ..issuer.document()
    };
    done(issuer.issue(first.clone()));
    let same_reference = NewDocument {
        reference: first.reference.clone(),
        ..other.document()
    };
    assert!(matches!(
        other.issue(same_reference),
        Err(Error::Conflict {
            what: Conflict::Reference,
            ..
        })
    ));
    let same_external = || NewDocument {
        external_id: Some("order-7".to_owned()),
        ..issuer.document()
    };
    match issuer.issue(same_external()) {
        Err(Error::Conflict {
            what: Conflict::ExternalId,
            existing,
        }) => assert_eq!(existing.as_ref(), Some(&first.reference)),
        other => panic!("{other:?}"),
    }
    // Another mode and another tenant are other name spaces.
    done(issuer.issue(NewDocument {
        mode: Mode::Test,
        ..same_external()
    }));
    let theirs = NewDocument {
        external_id: Some("order-7".to_owned()),
        ..other.document()
    };
    done(other.issue(theirs));
    let same_id = NewDocument {
        id: first.id,
        ..issuer.document()
    };
    assert!(matches!(
        issuer.issue(same_id),
        Err(Error::Conflict {
            what: Conflict::Id,
            ..
        })
    ));
    let report = store.read_blocking(audit::sweep).unwrap();
    // The test mode's list was never leased from, which only a test does.
    assert!(report.findings.iter().all(|f| f.what.contains("status list")));
}

pub(crate) fn events_must_fit_their_command(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let mut write = issuer.write(issuer.document());
    write.event.subject = id();
    assert!(matches!(
        issuer.store.write_blocking(write),
        Err(Error::Refused { .. })
    ));
    let mut write = issuer.write(issuer.document());
    write.event.tenant = id();
    assert!(matches!(
        issuer.store.write_blocking(write),
        Err(Error::Refused { .. })
    ));
    // An event's id is new.
    let first = issuer.write(issuer.document());
    let mut second = issuer.write(issuer.document());
    second.event.id = first.event.id;
    done(issuer.store.write_blocking(first));
    assert!(matches!(
        issuer.store.write_blocking(second),
        Err(Error::Conflict {
            what: Conflict::Id,
            ..
        })
    ));
    assert_sound(&issuer.store);
}

pub(crate) fn an_index_lies_in_its_list(db: &Db) {
    let issuer = Issuer::new(&db.open());
    let at = |status_list, status_index| {
        issuer.issue(NewDocument {
            status_list,
            status_index,
            ..issuer.document()
        })
    };
    done(at(0, 0));
    done(at(0, status_lists::LIST_LEN - 1));
    for (list, index) in [(0, status_lists::LIST_LEN), (0, -1), (-1, 0)] {
        let refused = at(list, index);
        assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    }
    assert_sound(&issuer.store);
}
