//! Stamps beside issued documents, and templates of three kinds in one table.

use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;
use crate::made::*;

/// A stamp with its file.
fn stamp(issuer: &Issuer, external_id: &str) -> (NewDocument, Write) {
    let bytes = format!("%PDF stamped {}", number()).into_bytes();
    let stamped = sha256(&bytes);
    let document = NewDocument {
        reference: format!("TCR-{:013}", number()),
        product: Product::TCode,
        template_id: Uuid::nil(),
        template_version: 0,
        document_type: "CER".to_owned(),
        recipient_name: None,
        recipient_email: None,
        external_id: Some(external_id.to_owned()),
        credential: Some("3AMF".to_owned()),
        placement_id: Some(id()),
        stamped_hash: Some(stamped),
        ..issuer.document()
    };
    let mut write = issuer.write(document.clone());
    write.event.kind = document.event_kind("issued");
    if let Command::Issue(issue) = &mut write.command {
        let hash = |kind, hash| NewHash { kind, hash };
        issue.hashes = vec![
            hash(HashKind::Submitted, document.content_hash),
            hash(HashKind::Delivered, stamped),
        ];
        issue.file = Some(NewFile {
            kind: FileKind::Stamped,
            renderer_version: String::new(),
            sha256: stamped,
            bytes,
        });
    }
    (document, write)
}

pub(crate) fn a_stamp_beside_a_document(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let tenant = issuer.tenant;
    let (document, write) = stamp(&issuer, "order-1");
    assert_eq!(write.event.kind, "stamp.issued");
    done(store.write_blocking(write));
    assert_eq!(issuer.find(document.id).issued, document);
    // The same number of the issuer's, once for each product.
    let issued = NewDocument {
        external_id: Some("order-1".to_owned()),
        ..issuer.document()
    };
    let issued_id = issued.id;
    done(issuer.issue(issued));
    let (_, again) = stamp(&issuer, "order-1");
    match store.write_blocking(again) {
        Err(Error::Conflict {
            what: Conflict::ExternalId,
            existing,
        }) => assert_eq!(existing, Some(document.reference.clone())),
        other => panic!("{other:?}"),
    }
    let (id, hash) = (document.id, document.stamped_hash.unwrap());
    let original = document.content_hash;
    store
        .read_blocking(move |view| {
            let mut by_number = |product| {
                documents::find_by_external_id(view, tenant, Mode::Live, product, "order-1")
            };
            assert_eq!(by_number(Product::TCode)?.unwrap().id, id);
            assert_eq!(by_number(Product::Trust)?.unwrap().id, issued_id);
            let mut listed = |product| {
                let filter = DocumentFilter {
                    product,
                    ..DocumentFilter::default()
                };
                let rows = document_list::list(view, tenant, Mode::Live, &filter, None, 9)?;
                Ok::<_, Error>(rows.iter().map(|row| row.id).collect::<Vec<_>>())
            };
            assert_eq!(listed(Some(Product::TCode))?, [id]);
            assert_eq!(listed(Some(Product::Trust))?, [issued_id]);
            assert_eq!(listed(None)?, [issued_id, id]);
            for hash in [hash, original] {
                assert_eq!(locate::by_hash(view, &hash, 9)?[0].id, id);
            }
            Ok(())
        })
        .unwrap();
    assert_sound(&store);
}

pub(crate) fn a_stamp_that_was_edited(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    done(store.write_blocking(stamp(&issuer, "order-1").1));
    let mut raw = db.raw();
    let is_found = |what: &str| {
        let report = store.read_blocking(audit::sweep).unwrap();
        let found = report.findings.iter().any(|found| found.table == what);
        assert!(found, "{what}: {:?}", report.findings);
    };
    for column in ["product", "placement_id", "stamped_hash"] {
        raw.script("CREATE TABLE kept AS SELECT * FROM documents");
        raw.script(&format!("UPDATE documents SET {column} = NULL"));
        is_found("documents");
        raw.script("DELETE FROM documents; INSERT INTO documents SELECT * FROM kept; DROP TABLE kept");
        assert_sound(&store);
    }
    raw.script("DELETE FROM files");
    is_found("documents");
}

pub(crate) fn templates_of_three_kinds(db: &Db) {
    let store = db.open();
    let issuer = Issuer::new(&store);
    let tenant = issuer.tenant;
    let make = |kind, name: &str, placement_id| {
        let id = id();
        let create = Command::CreateTemplate {
            kind,
            id,
            name: name.to_owned(),
            body: "{}".to_owned(),
            is_active: true,
            placement_id,
        };
        done(put(&store, create, event(tenant, "template.created", id)));
        id
    };
    let placement = make(TemplateKind::Placement, "Bottom right", None);
    let tdoc = make(TemplateKind::Tdoc, "Diploma", None);
    let trust = make(TemplateKind::Trust, "Diploma", Some(placement));
    store
        .read_blocking(move |view| {
            for (kind, id) in [
                (TemplateKind::Placement, placement),
                (TemplateKind::Tdoc, tdoc),
                (TemplateKind::Trust, trust),
            ] {
                for asked in [
                    TemplateKind::Placement,
                    TemplateKind::Tdoc,
                    TemplateKind::Trust,
                ] {
                    let found = templates::find_current(view, tenant, asked, id)?;
                    assert_eq!(found.is_some(), asked == kind, "{asked:?} {kind:?}");
                    let filter = TemplateFilter {
                        kind: asked,
                        ..TemplateFilter::default()
                    };
                    let listed = templates::list(view, tenant, &filter, None, 9)?;
                    assert_eq!(listed.iter().any(|row| row.id == id), asked == kind);
                    assert!(listed.iter().all(|row| row.kind == asked));
                }
            }
            Ok(())
        })
        .unwrap();
    let delete = |id| {
        put(
            &store,
            Command::DeleteTemplate { id },
            event(tenant, "template.deleted", id),
        )
    };
    assert!(matches!(
        delete(placement),
        Err(Error::Conflict {
            what: Conflict::TemplateInUse,
            ..
        })
    ));
    done(delete(trust));
    done(delete(placement));
    let (mut document, mut write) = stamp(&issuer, "order-2");
    (document.template_id, document.template_version) = (tdoc, 1);
    if let Command::Issue(issue) = &mut write.command {
        issue.document = document;
    }
    done(store.write_blocking(write));
    assert!(matches!(
        delete(tdoc),
        Err(Error::Conflict {
            what: Conflict::TemplateInUse,
            ..
        })
    ));
    assert_sound(&store);
}
