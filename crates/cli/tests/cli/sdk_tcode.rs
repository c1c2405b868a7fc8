//! The Rust SDK of TCode against the real server: every method, and shapes that fit.

use ananke_client::api::lifecycle::Status;
use ananke_client::api::tcode::placement::{PageNumber, PlacementInput};
use ananke_client::api::tcode::template::TdocTemplateInput;
use ananke_client::api::template::{FieldType, SchemaField};
use ananke_client::api::verification::{Door, Verdict};
use ananke_client::tcode::{PlacementFilter, StampFilter, Stamping, TdocTemplateFilter};
use ananke_client::trust::HistoryFilter;
use ananke_client::{Client, Error};

use crate::pdf_worker::document;
use crate::seal::{payload, png};
use crate::world::World;

fn client(world: &World) -> Client {
    Client::builder()
        .base_url(&world.url)
        .api_key(world.live_key.clone())
        .build()
        .unwrap()
}

fn status_of(error: &Error) -> Option<u16> {
    error.api().map(|api| api.status)
}

fn template(name: &str) -> TdocTemplateInput {
    TdocTemplateInput {
        name: name.to_owned(),
        schema: Some(vec![SchemaField {
            key: "holder".to_owned(),
            label: "Holder".to_owned(),
            required: false,
            kind: FieldType::Text,
            max_length: Some(40),
            help: None,
            options: None,
        }]),
        public_fields: None,
        is_active: None,
    }
}

fn placement(name: &str) -> PlacementInput {
    PlacementInput {
        name: name.to_owned(),
        page_number: Some(PageNumber::Number(1)),
        x: None,
        y: None,
        size: None,
        margin: None,
        label_text: None,
    }
}

#[tokio::test]
async fn tdoc_templates_and_placements() {
    let world = World::start();
    let tcode = client(&world).tcode();
    let templates = tcode.templates();
    let made = templates.create(&template("First")).await.unwrap();
    let version = Some(made.version);
    let second = template("Second");
    let next = templates.update(made.id, &second, version).await;
    assert_eq!(next.unwrap().version, made.version + 1);
    let late = templates.update(made.id, &second, version).await;
    assert_eq!(status_of(&late.unwrap_err()), Some(412));
    assert_eq!(templates.get(made.id).await.unwrap().name, "Second");
    assert!(!templates.csv_fields(made.id).await.unwrap().is_empty());
    let profile = templates.profile_xml(made.id).await.unwrap();
    assert!(profile.contains("<profileName>Second<"), "{profile}");
    let imported = templates.import(profile).await.unwrap();
    assert_eq!(imported.name, "Second");
    assert!(
        templates
            .archive(imported.id, None)
            .await
            .unwrap()
            .is_archived
    );
    let present = TdocTemplateFilter {
        is_archived: Some(false),
        ..TdocTemplateFilter::default()
    };
    assert_eq!(templates.list(&present).await.unwrap().len(), 1);
    assert!(!templates.unarchive(imported.id).await.unwrap().is_archived);
    templates.delete(imported.id).await.unwrap();
    assert_eq!(
        status_of(&templates.get(imported.id).await.unwrap_err()),
        Some(404)
    );

    let placements = tcode.placements();
    let made = placements.create(&placement("Corner")).await.unwrap();
    let edge = placement("Edge");
    let next = placements.update(made.id, &edge, Some(1)).await;
    assert_eq!(next.unwrap().name, "Edge");
    let copy = placements.duplicate(made.id, "Copy").await.unwrap();
    let all = PlacementFilter {
        limit: Some(1),
        ..PlacementFilter::default()
    };
    assert_eq!(placements.list(&all).await.unwrap().items.len(), 1);
    assert_eq!(placements.list_all(all).collect().await.unwrap().len(), 2);
    placements.delete(copy.id).await.unwrap();
    assert_eq!(
        status_of(&placements.get(copy.id).await.unwrap_err()),
        Some(404)
    );
}

#[tokio::test]
async fn stamps() {
    let world = World::start();
    let tcode = client(&world).tcode();
    let stamps = tcode.stamps();
    let template = tcode.templates().create(&template("T")).await.unwrap();
    let placement = tcode.placements().create(&placement("P")).await.unwrap();
    let stamping = |lines| {
        Stamping::new("Name", "CER", document(lines))
            .template(template.id)
            .placement(placement.id)
            .field("holder", "Zoë")
            .expires_at("2090-01-31")
            .allow_signed(true)
    };
    let first = stamping(1).external_id("1").idempotency_key("once");
    let stamp = stamps.create(&first).await.unwrap();
    // Under a key of one's own, asked again by somebody who does not know.
    assert_eq!(stamps.create(&first).await.unwrap().id, stamp.id);
    let taken = stamps.create(&stamping(2).external_id("1")).await;
    assert_eq!(status_of(&taken.unwrap_err()), Some(409));
    assert_eq!(stamps.get(stamp.id).await.unwrap().fields[0].value, "Zoë");
    let pdf = stamps.pdf(stamp.id).await.unwrap();
    assert!(pdf.starts_with(&document(1)));

    let seal = payload(&serde_json::to_value(&stamp).unwrap());
    let verify = tcode.verify();
    let mut answers = vec![
        verify.by_reference(&stamp.reference).await.unwrap(),
        verify.by_hash(&stamp.stamped_hash).await.unwrap(),
        verify.by_payload(&seal).await.unwrap(),
        verify.by_image(pdf).await.unwrap(),
        verify.by_image(png(&seal)).await.unwrap(),
    ];
    let context =
        [("scannerId", "gate 7")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    answers.push(verify.sync(&seal, context.into()).await.unwrap());
    assert!(answers.last().unwrap().scan.is_some());
    for answer in answers {
        assert_eq!(answer.verdict, Verdict::Valid);
        assert_eq!(answer.reference.as_ref(), Some(&stamp.reference));
    }

    let status = |stamp: ananke_client::api::tcode::stamp::Stamp| stamp.status;
    let id = stamp.id;
    assert_eq!(
        status(stamps.suspend(id, Some("n")).await.unwrap()),
        Status::Suspended
    );
    assert_eq!(
        status(stamps.reactivate(id, None).await.unwrap()),
        Status::Active
    );
    let successor = stamps.replace(id, &stamping(3), true).await.unwrap();
    assert_eq!(successor.replaces.as_ref(), Some(&stamp.reference));
    let old = stamps.get(id).await.unwrap();
    assert_eq!(
        (old.status, old.replaced_by),
        (Status::Revoked, Some(successor.reference))
    );
    let other = stamps.create(&stamping(4)).await.unwrap();
    let revoked = stamps.revoke(other.id, Some("fraud"), None).await.unwrap();
    assert_eq!(revoked.status_reason.as_deref(), Some("fraud"));
    assert!(
        stamps
            .erase(other.id, "asked")
            .await
            .unwrap()
            .name
            .is_none()
    );
    let one = StampFilter {
        limit: Some(1),
        ..StampFilter::default()
    };
    assert_eq!(stamps.list(&one).await.unwrap().items.len(), 1);
    assert_eq!(stamps.list_all(one).collect().await.unwrap().len(), 3);
    assert!(stamps.events_all(id).collect().await.unwrap().len() >= 3);

    let filter = HistoryFilter {
        reference: Some(stamp.reference),
        ..HistoryFilter::default()
    };
    let began = std::time::Instant::now();
    loop {
        let history = verify.history_all(filter.clone()).collect().await.unwrap();
        let scanned = |door| history.iter().any(|entry| entry.door == door);
        if scanned(Door::Payload) && scanned(Door::Image) && scanned(Door::Hash) {
            assert!(history.iter().any(|entry| entry.scan.is_some()));
            break;
        }
        assert!(began.elapsed().as_secs() < 20, "{history:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
