//! The scenarios by the Rust SDK.

use std::time::{Duration, Instant};

use ananke_client::api::tcode::stamp::StampRequest;
use ananke_client::audit::AuditFilter;
use ananke_client::tcode::Stamping;
use ananke_client::trust::DocumentFilter;
use ananke_client::usage::UsageQuery;
use ananke_client::{Client, ClientBuilder, Error};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::server::{KEY, Line};
use super::{Came, Failed, Kept, Step, as_expected, read};
use crate::world::World;

/// What kind of failure it is, in the words of the scenarios.
fn failure(error: &Error) -> Failed {
    let kind = match error {
        Error::Api(_) => "api",
        Error::Connection { .. } => "connection",
        Error::Timeout { .. } => "timeout",
        Error::Answer { .. } => "answer",
        Error::MissingKey | Error::Setup(_) => "usage",
        other => panic!("{other}"),
    };
    let api = error.api();
    let code = api.and_then(|api| api.code).map(|code| json!(code));
    let fields = api.map_or(&[][..], |api| &api.field_errors);
    Failed {
        kind: kind.to_owned(),
        status: api.map(|api| api.status),
        code: code.and_then(|code| code.as_str().map(str::to_owned)),
        fields: fields.iter().map(|fault| fault.field.clone()).collect(),
    }
}

fn answer(value: &impl Serialize) -> Came {
    Came::Answer(json!(value))
}

/// The arguments of a step.
struct Given<'a> {
    step: &'a Step,
    kept: &'a Kept,
}

impl Given<'_> {
    fn value(&self, at: usize) -> Value {
        let given = self.step.given.get(at);
        given.map_or(Value::Null, |value| self.kept.value(value))
    }

    fn read<T: DeserializeOwned>(&self, at: usize) -> T {
        serde_json::from_value(self.value(at)).unwrap()
    }

    fn text(&self, at: usize) -> String {
        self.read(at)
    }

    fn id(&self) -> Uuid {
        self.read(0)
    }

    fn file(&self, at: usize) -> Vec<u8> {
        self.kept.file(&self.step.given[at])
    }

    fn stamping(&self) -> Stamping {
        let mut value = self.value(0);
        value.as_object_mut().unwrap().remove("pdf");
        let request: StampRequest = serde_json::from_value(value).unwrap();
        let pdf = self.kept.file(&self.step.given[0]["pdf"]);
        let mut stamping = Stamping::new(request.name, request.document_type_code, pdf);
        if let Some(id) = request.tdoc_template_id {
            stamping = stamping.template(id);
        }
        for field in request.fields.into_iter().flatten() {
            stamping = stamping.field(field.key, field.value);
        }
        stamping
    }
}

/// Makes the call of a step.
async fn played(client: &Client, given: &Given<'_>) -> Result<Came, Error> {
    let (trust, tcode) = (client.trust(), client.tcode());
    let (documents, stamps) = (trust.documents(), tcode.stamps());
    Ok(match given.step.call.as_str() {
        "whoami" => answer(&client.whoami().await?),
        "usage.get" => answer(&client.usage(&UsageQuery::default()).await?),
        "audit.list" => {
            let events = client.audit().newest(&AuditFilter::default(), 1).await?;
            answer(&json!({"items": events}))
        }
        "trust.templates.create" => answer(&trust.templates().create(&given.read(0)).await?),
        "trust.documents.issue" => answer(&documents.issue(&given.read(0)).await?),
        "trust.documents.list" => {
            let filter = DocumentFilter {
                external_id: given.value(0)["externalId"].as_str().map(str::to_owned),
                ..DocumentFilter::default()
            };
            answer(&documents.list(&filter).await?)
        }
        "trust.documents.get" => answer(&documents.get(given.id()).await?),
        "trust.documents.suspend" => answer(&documents.suspend(given.id()).await?),
        "trust.documents.reactivate" => answer(&documents.reactivate(given.id()).await?),
        "trust.documents.replace" => answer(&documents.replace(given.id(), &given.read(1)).await?),
        "trust.documents.revoke" => {
            let reason = given.value(1)["reason"].as_str().map(str::to_owned);
            answer(&documents.revoke(given.id(), reason.as_deref()).await?)
        }
        "trust.verify.byReference" => answer(&trust.verify().by_reference(&given.text(0)).await?),
        "trust.verify.byHash" => answer(&trust.verify().by_hash(&given.text(0)).await?),
        "trust.verify.byFile" => answer(&trust.verify().by_file(given.file(0)).await?),
        "tcode.templates.create" => answer(&tcode.templates().create(&given.read(0)).await?),
        "tcode.documents.stamp" => answer(&stamps.create(&given.stamping()).await?),
        "tcode.documents.getPdf" => Came::Bytes(stamps.pdf(given.id()).await?),
        "tcode.verify.byImage" => answer(&tcode.verify().by_image(given.file(0)).await?),
        "tcode.verify.byReference" => answer(&tcode.verify().by_reference(&given.text(0)).await?),
        "apiKeys.create" => answer(&client.api_keys().create(&given.read(0)).await?),
        "apiKeys.roll" => {
            let (keys, id) = (client.api_keys(), given.text(0));
            answer(&keys.roll(&id, given.read(1)).await?)
        }
        "apiKeys.delete" => {
            let force = given.value(1)["force"] == true;
            client.api_keys().delete(&given.text(0), force).await?;
            answer(&Value::Null)
        }
        other => panic!("{other} is no method of this client"),
    })
}

async fn outcome(builder: ClientBuilder, step: &Step, kept: &Kept) -> Option<Came> {
    let given = Given { step, kept };
    let came = match builder.build() {
        Ok(client) => played(&client, &given).await,
        Err(error) => Err(error),
    };
    match (came, &step.fails) {
        (Ok(came), None) => {
            as_expected(step, &came, kept);
            Some(came)
        }
        (Err(error), Some(wanted)) => {
            let said = format!("{error} {error:?}");
            assert!(!said.contains("NOBODYMAYSEETHIS"), "{said}");
            let failed = failure(&error);
            let has_fields = wanted
                .fields
                .iter()
                .all(|field| failed.fields.contains(field));
            let is_wanted = Failed {
                kind: wanted.kind.clone(),
                status: wanted.status.or(failed.status),
                code: wanted.code.clone().or(failed.code.clone()),
                fields: failed.fields.clone(),
            };
            assert!(has_fields, "{}: {failed:?}", step.name);
            assert_eq!(failed, is_wanted, "{}: {error}", step.name);
            None
        }
        (Ok(_), Some(_)) => panic!("{}: it did not fail", step.name),
        (Err(error), None) => panic!("{}: {error}", step.name),
    }
}

#[tokio::test]
async fn a_life_by_the_sdk() {
    let world = World::start();
    let mut kept = Kept::default();
    for step in read("life.json") {
        let builder = Client::builder().base_url(&world.url);
        let key = step.key.as_ref().map(|key| kept.text(key));
        let key = key.unwrap_or_else(|| world.test_key.clone());
        let builder = match key.as_str() {
            "" => builder,
            key => builder.api_key(key),
        };
        if let Some(came) = outcome(builder, &step, &kept).await {
            kept.keep(&step, came);
        }
    }
}

#[tokio::test]
async fn a_line_in_trouble_by_the_sdk() {
    let Some(line) = Line::start() else { return };
    for (index, step) in read("line.json").iter().enumerate() {
        line.play(index);
        let mut builder = Client::builder().base_url(&line.urls[index]).api_key(KEY);
        builder = builder.ca_file(&line.ca);
        if let Some(timeout) = step.timeout_ms {
            builder = builder.timeout(Duration::from_millis(timeout));
        }
        if let Some(retries) = step.max_retries {
            builder = builder.max_retries(retries);
        }
        let began = Instant::now();
        outcome(builder, step, &Kept::default()).await;
        assert!(began.elapsed() >= Duration::from_millis(step.least_ms));
        line.saw(index, step);
    }
}
