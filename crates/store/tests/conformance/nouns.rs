use std::io::Read as _;

use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;

pub(crate) fn tenants_and_keys(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let other = Issuer::new(&store);
    let tenant = issuer.tenant;

    let taken = Tenant {
        id: id(),
        code: issuer.code.clone(),
        ..find_tenant(&store, tenant)
    };
    let create = Command::CreateTenant {
        tenant: taken.clone(),
        data_key: data_key(taken.id),
        signing_keys: vec![],
    };
    assert!(matches!(
        put(&store, create, event(taken.id, "tenant.created", taken.id)),
        Err(Error::Conflict {
            what: Conflict::IssuerCode,
            ..
        })
    ));

    let change = TenantChange {
        name: Some("New Name".to_owned()),
        identity: Some((Identity::DomainProved, Some(5), Some("{}".to_owned()))),
        state: Some(TenantState::Suspended),
        ..TenantChange::default()
    };
    done(put(
        &store,
        Command::UpdateTenant(change),
        event(tenant, "tenant.updated", tenant),
    ));
    let found = find_tenant(&store, tenant);
    assert_eq!(found.name, "New Name");
    assert_eq!(found.identity, Identity::DomainProved);
    assert_eq!(found.state, TenantState::Suspended);
    assert_eq!(found.domain.as_deref(), Some("example.org"));

    let key = signing_key(tenant, Purpose::Tenant, Some(Mode::Test));
    let insert = Command::InsertSigningKey {
        key: key.clone(),
        data_key: Some(DataKey {
            version: 2,
            ..data_key(tenant)
        }),
    };
    done(put(&store, insert, event(tenant, "key.created", key.id)));
    let again = Command::InsertSigningKey {
        key: SigningKey { id: id(), ..key.clone() },
        data_key: None,
    };
    assert!(matches!(
        put(&store, again, event(tenant, "key.created", key.id)),
        Err(Error::Conflict {
            what: Conflict::Certificate,
            ..
        })
    ));
    let reference = key.certificate_reference.clone().unwrap();
    let code = other.code.clone();
    let key_id = key.id;
    store
        .read_blocking(move |view| {
            assert_eq!(data_keys::find_newest(view, tenant)?.unwrap().version, 2);
            assert_eq!(data_keys::find(view, tenant, 1)?.unwrap().version, 1);
            assert_eq!(signing_keys::list(view, tenant)?.len(), 2);
            assert_eq!(signing_keys::list(view, INSTANCE_TENANT)?.len(), 2);
            let located = locate::by_certificate(view, &reference)?;
            assert_eq!(located, Some((tenant, key_id)));
            assert_eq!(
                signing_keys::find_by_certificate(view, tenant, &reference)?,
                signing_keys::find(view, tenant, key_id)?
            );
            assert_eq!(locate::by_issuer_code(view, &code)?, Some(other.tenant));
            assert_eq!(locate::by_issuer_code(view, "nobody")?, None);
            let first = locate::tenants(view, None, 1)?;
            let second = locate::tenants(view, first.last().copied(), 9)?;
            assert_eq!([first, second].concat(), [tenant, other.tenant]);
            Ok(())
        })
        .unwrap();

    let active = |store: &Store, now| {
        store
            .read_blocking(move |view| {
                signing_keys::find_active(view, tenant, Purpose::Tenant, Mode::Test, now)
            })
            .unwrap()
    };
    assert_eq!(active(&store, START), Some(key.clone()));
    assert_eq!(active(&store, START - 2), None);
    assert_eq!(active(&store, key.valid_until), None);
    let retired = event(tenant, "key.retired", key.id);
    done(put(&store, Command::RetireSigningKey { id: key.id }, retired.clone()));
    assert_eq!(active(&store, START), None);
    let compromise = |since| Command::CompromiseSigningKey { id: key_id, since };
    done(put(&store, compromise(50), event(tenant, "key.compromised", key.id)));
    // A later report never shrinks the damage.
    done(put(&store, compromise(70), event(tenant, "key.compromised", key.id)));
    let found = store
        .read_blocking(move |view| signing_keys::find(view, tenant, key_id))
        .unwrap()
        .unwrap();
    assert_eq!(found.retired_at, Some(retired.at));
    assert_eq!(found.compromised_at, Some(50));
    assert!(matches!(
        put(&store, compromise(1), event(id(), "key.compromised", key.id)),
        Err(Error::Missing)
    ));
    assert_sound(&store);
}

fn find_tenant(store: &Store, tenant: Uuid) -> Tenant {
    store
        .read_blocking(move |view| tenants::find(view, tenant))
        .unwrap()
        .unwrap()
}

pub(crate) fn api_keys_and_their_uses(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let tenant = issuer.tenant;
    let key = api_key(tenant);
    let created = event(tenant, "key.created", Uuid::nil());
    done(put(&store, Command::CreateApiKey(key.clone()), created));
    let again = event(tenant, "key.created", Uuid::nil());
    assert!(matches!(
        put(&store, Command::CreateApiKey(key.clone()), again),
        Err(Error::Conflict {
            what: Conflict::ApiKey,
            ..
        })
    ));
    let touch = |at, uses| ApiKeyUse {
        tenant,
        key_id: key.id.clone(),
        last_used_at: at,
        uses,
    };
    wait(store.touch_api_keys(vec![touch(10, 1), touch(30, 2)])).unwrap();
    wait(store.touch_api_keys(vec![touch(20, 4)])).unwrap();
    let id = key.id.clone();
    store
        .read_blocking(move |view| {
            assert_eq!(locate::by_api_key(view, &id)?, Some(tenant));
            assert_eq!(locate::by_api_key(view, "nothing")?, None);
            assert_eq!(api_keys::find(view, tenant, &id)?, Some(key));
            assert_eq!(api_keys::find(view, Uuid::nil(), &id)?, None);
            let used = api_keys::find_use(view, tenant, &id)?.unwrap();
            assert_eq!((used.last_used_at, used.uses), (30, 7));
            let first = api_keys::list(view, tenant, Some(Mode::Live), None, 1)?;
            let second = api_keys::list(view, tenant, None, Some(&first[0].id), 5)?;
            assert_eq!(api_keys::list(view, tenant, Some(Mode::Test), None, 9)?, []);
            assert_eq!((first.len(), second.len()), (1, 1));
            Ok(())
        })
        .unwrap();
    let delete = || Command::DeleteApiKey {
        id: issuer.key_id.clone(),
    };
    done(put(&store, delete(), event(tenant, "key.deleted", Uuid::nil())));
    assert!(matches!(
        put(&store, delete(), event(tenant, "key.deleted", Uuid::nil())),
        Err(Error::Missing)
    ));
    let id = issuer.key_id.clone();
    store
        .read_blocking(move |view| {
            let found = api_keys::find(view, tenant, &id)?.unwrap();
            assert!(found.deleted_at.is_some());
            assert_eq!(api_keys::list(view, tenant, None, None, 9)?.len(), 1);
            Ok(())
        })
        .unwrap();
    assert_sound(&store);
}

pub(crate) fn templates(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let (tenant, template) = (issuer.tenant, issuer.template);
    let update = |expected| Command::UpdateTemplate {
        id: template,
        expected,
        name: "ÉCOLE 100%".to_owned(),
        body: "{}".to_owned(),
        is_active: Some(false),
    };
    let changed = || event(tenant, "template.updated", template);
    done(put(&store, update(1), changed()));
    assert!(matches!(
        put(&store, update(1), changed()),
        Err(Error::Precondition { current: 2 })
    ));
    let archive = Command::SetTemplateFlags {
        id: template,
        is_active: None,
        is_archived: Some((true, Some("old".to_owned()))),
    };
    done(put(&store, archive, changed()));
    let placement = Some(id());
    let place = Command::SetTemplatePlacement {
        id: template,
        placement_id: placement,
    };
    done(put(&store, place, changed()));
    let second = id();
    let create = Command::CreateTemplate {
        id: second,
        name: "Other".to_owned(),
        body: "{}".to_owned(),
        is_active: true,
    };
    done(put(&store, create, event(tenant, "template.created", second)));
    store
        .read_blocking(move |view| {
            let (found, version) = templates::find_current(view, tenant, template)?.unwrap();
            assert_eq!((found.version, version.version), (2, 2));
            assert!(!found.is_active && found.is_archived);
            assert_eq!(found.archive_reason.as_deref(), Some("old"));
            assert_eq!(found.placement_id, placement);
            let first = templates::find_version(view, tenant, template, 1)?.unwrap();
            assert!(first.body.contains("Degree"));
            let mut search = |search: &str| {
                let filter = TemplateFilter {
                    search: Some(search.to_owned()),
                    ..TemplateFilter::default()
                };
                templates::list(view, tenant, &filter, None, 9).unwrap().len()
            };
            assert_eq!(search("école"), 1);
            assert_eq!(search("0%"), 1);
            assert_eq!(search("_"), 0);
            let mut count = |is_active, is_archived| {
                let filter = TemplateFilter {
                    search: None,
                    is_active,
                    is_archived,
                };
                templates::list(view, tenant, &filter, None, 9).unwrap().len()
            };
            assert_eq!(count(None, None), 2);
            assert_eq!(count(Some(true), None), 1);
            assert_eq!(count(None, Some(true)), 1);
            let page = templates::list(view, tenant, &TemplateFilter::default(), None, 1)?;
            assert_eq!(page[0].id, second);
            let page =
                templates::list(view, tenant, &TemplateFilter::default(), Some(second), 9)?;
            assert_eq!(page[0].id, template);
            Ok(())
        })
        .unwrap();

    issuer.issued();
    assert!(matches!(
        put(&store, Command::DeleteTemplate { id: template }, changed()),
        Err(Error::Conflict {
            what: Conflict::TemplateInUse,
            ..
        })
    ));
    let gone = event(tenant, "template.deleted", second);
    done(put(&store, Command::DeleteTemplate { id: second }, gone));
    let found = store
        .read_blocking(move |view| templates::find(view, tenant, second))
        .unwrap();
    assert_eq!(found, None);
    assert_sound(&store);
}

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
    let mut write = issuer.write(document.clone());
    if let Command::Issue(issue) = &mut write.command {
        issue.hashes[0].kind = HashKind::Submitted;
        issue.file = Some(NewFile {
            kind: FileKind::Submitted,
            renderer_version: String::new(),
            sha256,
            bytes: bytes.clone(),
        });
    }
    let recorded = write.event.clone();
    let reply = done(store.write_blocking(write));
    let found = issuer.find(document.id);
    assert_eq!(found.issued, document);
    assert_eq!(found.status, Status::Active);
    assert_eq!(found.newest_event_id, recorded.id);
    assert_eq!(found.newest_event_hash, reply.event_hash);
    // Another tenant's, in the other mode, or not there: all the same.
    let (document_id, reference) = (document.id, document.reference.clone());
    store
        .read_blocking(move |view| {
            assert_eq!(documents::find(view, tenant, Mode::Test, document_id)?, None);
            assert_eq!(documents::find(view, id(), Mode::Live, document_id)?, None);
            let by_external = documents::find_by_external_id(view, tenant, Mode::Live, "order-1")?;
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
            let file = files::find(view, tenant, document_id, FileKind::Submitted, "")?.unwrap();
            assert_eq!(file.size, 15);
            assert_eq!(files::read(view, &file)?, bytes);
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
    let same = NewDocument {
        content_hash: sha256,
        ..other.document()
    };
    let same_id = same.id;
    done(other.issue(same));
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

fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().try_into().unwrap()
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
        let hashes = vec![NewHash {
            kind: HashKind::Credential,
            hash: document.content_hash,
        }];
        let issue = Box::new(NewIssue {
            document,
            hashes,
            file: None,
        });
        let original = Box::new(Original {
            id: original.id,
            expected: original.newest_event_hash,
            status,
            event: event(issuer.tenant, "document.replaced", original.id),
        });
        let new = event(issuer.tenant, "document.issued", id);
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
        let event = event(tenant, "document.rendered", document.id);
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
            assert_eq!(content_hashes::list_by_document(view, tenant, id)?.len(), 2);
            assert_eq!(locate::by_hash(view, &hash, 20)?.len(), 1);
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
    db.raw().execute("UPDATE signed_artifacts SET jws = 'x'");
    assert!(matches!(find(), Err(Error::Corrupt { .. })));
    wait(store.save_signed(vec![artifact(3, "c")])).unwrap();
    assert_eq!(find().unwrap().unwrap().jws, "c");

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
