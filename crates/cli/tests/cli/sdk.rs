//! The Rust SDK against the real server: every method, and shapes that fit.

use ananke_client::api::Code;
use ananke_client::api::api_key::{CreateApiKey, KeyMode, RollApiKey, UpdateApiKey};
use ananke_client::api::issuance::ReplaceRequest;
use ananke_client::api::lifecycle::Status;
use ananke_client::api::signing_key::{
    CompromiseSigningKey, CreateSigningKey, RetireSigningKey, SigningKeyState,
};
use ananke_client::api::template::{DocType, TemplateInput, ValidityType};
use ananke_client::api::verification::{Door, Verdict};
use ananke_client::trust::{DocumentFilter, HistoryFilter, Issue, TemplateFilter};
use ananke_client::{Client, Error};

use crate::world::World;

fn client(world: &World) -> Client {
    Client::builder()
        .base_url(&world.url)
        .api_key(world.live_key.clone())
        .build()
        .unwrap()
}

fn template(name: &str) -> TemplateInput {
    TemplateInput {
        name: name.to_owned(),
        doc_type: DocType::Certificate,
        languages: None,
        schema: None,
        validity: None,
        presentation: None,
        placement_template_id: None,
        is_active: None,
    }
}

fn status_of(error: &Error) -> Option<u16> {
    error.api().map(|api| api.status)
}

#[tokio::test]
async fn templates() {
    let world = World::start();
    let templates = client(&world).trust().templates();
    let made = templates.create(&template("First")).await.unwrap();
    let changed = templates
        .update(made.id, &template("Second"), Some(made.version))
        .await
        .unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.version),
        ("Second", made.version + 1)
    );
    let late = templates
        .update(made.id, &template("Third"), Some(made.version))
        .await
        .unwrap_err();
    assert_eq!(late.code(), Some(Code::PreconditionFailed));
    let copy = templates.duplicate(made.id, "Copy").await.unwrap();
    assert!(
        templates
            .archive(copy.id, Some("not needed"))
            .await
            .unwrap()
            .is_archived
    );
    let archived = TemplateFilter {
        is_archived: Some(true),
        ..TemplateFilter::default()
    };
    assert_eq!(templates.list(&archived).await.unwrap().items.len(), 1);
    assert!(!templates.unarchive(copy.id).await.unwrap().is_archived);
    assert!(!templates.csv_fields(made.id).await.unwrap().is_empty());
    templates.delete(copy.id).await.unwrap();
    assert_eq!(
        status_of(&templates.get(copy.id).await.unwrap_err()),
        Some(404)
    );
    let faults = templates.create(&template("")).await.unwrap_err();
    assert_eq!(faults.code(), Some(Code::ValidationFailed));
    assert_eq!(faults.api().unwrap().field_errors[0].field, "name");
}

#[tokio::test]
async fn documents() {
    let world = World::start();
    let client = client(&world);
    let (templates, documents) = (client.trust().templates(), client.trust().documents());
    let template = templates.create(&template("Diploma")).await.unwrap();
    let issue = |name: &str| Issue::new(template.id, name);
    let request = issue("Zoë")
        .validity(2, ValidityType::Years)
        .awarded_on("2026-06-30")
        .deliver(false);
    let document = documents
        .issue(&request.external_id("1").into())
        .await
        .unwrap();
    assert!(document.expires_at.is_some() && document.awarded_on.as_deref() == Some("2026-06-30"));
    assert_eq!(
        documents.get(document.id).await.unwrap().reference,
        document.reference
    );
    assert_eq!(
        documents.credential(document.id).await.unwrap(),
        document.credential.clone().unwrap()
    );
    assert!(
        documents
            .pdf(document.id)
            .await
            .unwrap()
            .starts_with(b"%PDF")
    );

    assert_eq!(
        documents.suspend(document.id).await.unwrap().status,
        Status::Suspended
    );
    assert_eq!(
        documents.reactivate(document.id).await.unwrap().status,
        Status::Active
    );
    documents.suspend(document.id).await.unwrap();
    assert_eq!(
        documents.reinstate(document.id).await.unwrap().status,
        Status::Active
    );
    let replacement = ReplaceRequest {
        issue: issue("Zoé").into(),
        revoke_original: None,
    };
    let new = documents.replace(document.id, &replacement).await.unwrap();
    assert_eq!(new.replaces.as_deref(), Some(document.reference.as_str()));
    let again = documents.revoke(document.id, None).await.unwrap_err();
    assert_eq!(again.code(), Some(Code::Conflict));
    assert_eq!(
        documents.expire(new.id).await.unwrap().status,
        Status::Expired
    );
    assert!(
        documents
            .erase(new.id, "asked for")
            .await
            .unwrap()
            .recipient_name
            .is_none()
    );
    let events = documents.events_all(document.id).collect().await.unwrap();
    assert!(events.len() >= 6, "{events:?}");

    for number in 0..5 {
        documents
            .issue(&issue(&format!("Number {number}")).into())
            .await
            .unwrap();
    }
    let filter = DocumentFilter {
        recipient: Some("Number".to_owned()),
        limit: Some(2),
        ..DocumentFilter::default()
    };
    let page = documents.list(&filter).await.unwrap();
    assert!(page.items.len() == 2 && page.next_cursor.is_some());
    let all = documents.list_all(filter).collect().await.unwrap();
    let names: Vec<_> = all
        .iter()
        .filter_map(|document| document.recipient_name.as_deref())
        .collect();
    assert_eq!(
        names,
        ["Number 4", "Number 3", "Number 2", "Number 1", "Number 0"]
    );
}

#[tokio::test]
async fn verification_and_all_the_rest() {
    let world = World::start();
    let client = client(&world);
    let template = client
        .trust()
        .templates()
        .create(&template("Diploma"))
        .await
        .unwrap();
    let document = client
        .trust()
        .documents()
        .issue(&Issue::new(template.id, "Zoë").into())
        .await
        .unwrap();
    let verify = client.trust().verify();
    assert_eq!(
        verify
            .by_reference(&document.reference)
            .await
            .unwrap()
            .verdict,
        Verdict::Valid
    );
    assert_eq!(
        verify
            .by_hash(&document.content_hash)
            .await
            .unwrap()
            .verdict,
        Verdict::Valid
    );
    let narrowed = verify
        .by_hash_of(&document.content_hash, "NOBODY")
        .await
        .unwrap();
    assert_eq!(narrowed.verdict, Verdict::NotFound);
    assert_eq!(
        verify
            .by_file(document.credential.clone().unwrap())
            .await
            .unwrap()
            .verdict,
        Verdict::Valid
    );
    assert_eq!(
        verify.by_reference("TRF-ABCD1234").await.unwrap().verdict,
        Verdict::NotFound
    );
    // The history is written off the path of the answers.
    let filter = HistoryFilter {
        reference: Some(document.reference.clone()),
        ..HistoryFilter::default()
    };
    let began = std::time::Instant::now();
    let history = loop {
        let history = verify.history_all(filter.clone()).collect().await.unwrap();
        if history.len() == 3 {
            break history;
        }
        assert!(began.elapsed().as_secs() < 20, "{history:?}");
    };
    let doors: Vec<Door> = history.iter().map(|entry| entry.door).collect();
    assert_eq!(doors, [Door::File, Door::Hash, Door::Reference]);

    let who = client.whoami().await.unwrap();
    assert_eq!(
        (who.issuer_code.as_str(), who.key.mode),
        ("UNIV01", KeyMode::Live)
    );
    let request = CreateApiKey {
        name: "Second".to_owned(),
        environment: Some("staging".to_owned()),
        scopes: Some(vec!["issuances:write".to_owned()]),
        ..CreateApiKey::default()
    };
    let created = client.api_keys().create(&request).await.unwrap();
    assert!(created.secret.is_some());
    assert_eq!(
        client.api_keys().list_all().collect().await.unwrap().len(),
        2
    );
    let change = UpdateApiKey {
        note: Some(Some("for the registrar".to_owned())),
        ..UpdateApiKey::default()
    };
    let id = &created.key.id;
    let keys = client.api_keys();
    let changed = keys.update(id, &change).await.unwrap();
    assert_eq!(changed.note.as_deref(), Some("for the registrar"));
    let change = UpdateApiKey {
        note: Some(None),
        ..UpdateApiKey::default()
    };
    assert_eq!(keys.update(id, &change).await.unwrap().note, None);
    let request = RollApiKey {
        overlap_seconds: Some(60),
    };
    let rolled = keys.roll(id, request).await.unwrap();
    assert!(rolled.secret.is_some() && rolled.key.scopes == ["issuances:write"]);
    let back = keys.cancel_roll(id, false).await.unwrap();
    assert_eq!((back.superseded_by, back.overlap_ends_at), (None, None));
    keys.delete(id, false).await.unwrap();

    let signing = client.signing_keys();
    let made = signing.create(&CreateSigningKey::default()).await.unwrap();
    assert!(made.signs && made.state == SigningKeyState::Active);
    let old = signing.list_all().collect().await.unwrap().remove(1);
    let reason = RetireSigningKey::default();
    let looked = signing.retire(old.id, &reason, true).await.unwrap();
    assert!(looked.effect.is_some_and(|effect| effect.documents > 0));
    let retired = signing.retire(old.id, &reason, false).await.unwrap();
    assert_eq!(retired.key.state, SigningKeyState::Retired);
    let request = CompromiseSigningKey {
        at: made.valid_from.clone(),
        reason: None,
    };
    let ended = signing.compromise(made.id, &request, false).await.unwrap();
    assert!(ended.successor_id.is_some());

    let lists = client.reference_data();
    assert!(!lists.document_types().await.unwrap().is_empty());
    assert!(!lists.languages().await.unwrap().is_empty());
    assert!(!lists.countries().await.unwrap().is_empty());
    assert!(
        lists
            .lifecycle_reasons()
            .await
            .unwrap()
            .iter()
            .any(|entry| entry.code == "fraud")
    );
    assert_eq!(lists.verdicts().await.unwrap().len(), 7);
    assert!(!lists.event_types().await.unwrap().is_empty());
    assert!(
        client
            .published()
            .root()
            .await
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    assert!(client.published().ready().await.unwrap().is_object());
}
