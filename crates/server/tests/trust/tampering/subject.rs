//! A document with a row in every table, the questions asked about it, and the edits of one value.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::raw::{Cell, Column, Kind, Raw, Row};
use crate::world::{Answer, World, pdf, request};

/// A valid document, whose it is, and what the untouched server says of it.
pub(crate) struct Subject {
    pub(crate) issued: Value,
    pub(crate) reference: String,
    pub(crate) hash: String,
    pub(crate) by_reference: Value,
    pub(crate) by_hash: Value,
    pub(crate) document: Cell,
    pub(crate) tenant: Cell,
    pub(crate) template: Cell,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

const ONCE: &str = "furnished";

fn bytes(id: &Value) -> Cell {
    let id = Uuid::parse_str(id.as_str().unwrap()).unwrap();
    Cell::Blob(id.as_bytes().to_vec())
}

impl Subject {
    /// Furnishes the world: a row in every table, more than one in most, a stream that is closed.
    pub(crate) async fn new(world: &mut World) -> Self {
        use base64::Engine as _;
        let limits = Some(json!({ "issuancesPerMonth": 1_000 }));
        let path = format!("/tenants/{}/limits", world.issuer);
        assert_eq!(world.operator("POST", &path, limits).await.0, 200);
        let leaked = world.post("/v1/api-keys", json!({ "name": "leaked" }));
        let report = json!({ "keys": [leaked.await.ok(201)["secret"]] });
        assert_eq!(world.ask("/v1/leaks", report).await.status, 202);
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["pdf"] = base64::engine::general_purpose::STANDARD
            .encode(pdf())
            .into();
        body["externalId"] = "order-1".into();
        body["documentTitle"] = "Diploma".into();
        body["awardedOn"] = "2026-11-20".into();
        body["expiresAt"] = "2027-11-23".into();
        let posted = world
            .request("POST", "/v1/trust/issuances")
            .header("x-api-key", &world.live);
        let posted = posted.header("idempotency-key", ONCE).json(&body);
        let issued = Answer::of(posted).await.ok(201);
        let second = world.issue(&template).await;
        world.change(&second["id"], "suspend").await.ok(200);
        let other = world.tenant("Other College", "OTHER1").await;
        let others = world.template(&other).await;
        let answer = world
            .with(
                &other,
                "POST",
                "/v1/trust/issuances",
                Some(request(&others)),
            )
            .await;
        answer.ok(201);
        // Drawn once, so that there are rows of a rendition.
        let path = format!("/v1/trust/issuances/{}/pdf", second["id"].as_str().unwrap());
        assert_eq!(world.get(&path).await.status, 200);
        world.stop().await;
        world.start(&[]).await.unwrap();
        settle(world).await;

        let reference = issued["reference"].as_str().unwrap().to_owned();
        let hash = issued["contentHash"].as_str().unwrap().to_owned();
        let mut subject = Self {
            by_reference: Value::Null,
            by_hash: Value::Null,
            document: bytes(&issued["id"]),
            tenant: Cell::Null,
            template: bytes(&json!(template)),
            certificate: String::new(),
            key: world.live.split('_').nth(2).unwrap()[..12].to_owned(),
            issued,
            reference,
            hash,
        };
        let row = Raw::open(world).row(
            "documents",
            "reference = $1",
            &[subject.reference.as_str().into()],
        );
        subject.tenant = row["tenant_id"].clone();
        let Cell::Text(certificate) = &row["certificate_reference"] else {
            panic!("{row:?}");
        };
        subject.certificate.clone_from(certificate);
        subject.ask_again(world).await;
        assert_eq!(
            subject.by_reference["verdict"], "valid",
            "{:#}",
            subject.by_reference
        );
        assert_eq!(subject.by_reference["recipientName"], "Ada Lovelace");
        subject
    }

    /// Takes the present answers for the untouched ones.
    pub(crate) async fn ask_again(&mut self, world: &World) {
        (self.by_reference, self.by_hash) = self.ask(world).await;
    }

    /// What the server says now, by reference and by hash.
    pub(crate) async fn ask(&self, world: &World) -> (Value, Value) {
        let by_reference = world.verify(&self.reference).await;
        let by_hash = world
            .ask("/v1/trust/verify/by-hash", json!({ "hash": self.hash }))
            .await
            .ok(200);
        (by_reference, by_hash)
    }

    /// Nothing is wrong any more.
    #[track_caller]
    pub(crate) fn same(&self, (by_reference, by_hash): (Value, Value)) {
        assert_eq!(
            (&by_reference, &by_hash),
            (&self.by_reference, &self.by_hash)
        );
    }

    /// A row of a table that belongs to the document, and the other rows.
    pub(crate) fn row(&self, raw: &mut Raw, table: &str) -> (Row, Vec<Row>) {
        let own = |column: &str| format!("{column} = $1");
        let (condition, value) = match table {
            "documents" => (own("reference"), self.reference.as_str().into()),
            "content_hashes" => (
                own("document_id") + " AND kind = 'submitted'",
                self.document.clone(),
            ),
            "files" => (own("document_id"), self.document.clone()),
            "tenants" | "data_keys" => (own("tenant_id"), self.tenant.clone()),
            "status_lists" => (own("tenant_id") + " AND mode = 'live'", self.tenant.clone()),
            "signed_artifacts" => (
                own("tenant_id") + " AND name = 'live/0/token'",
                self.tenant.clone(),
            ),
            "signing_keys" => (
                own("certificate_reference"),
                self.certificate.as_str().into(),
            ),
            "templates" => (own("id"), self.template.clone()),
            "template_versions" => (own("template_id"), self.template.clone()),
            "api_keys" => (own("id"), self.key.as_str().into()),
            "idempotency" => (own("idempotency_key"), ONCE.into()),
            "events" => (own("subject_id"), self.document.clone()),
            "event_bodies" => {
                let events = "SELECT id FROM events WHERE subject_id = $1";
                (format!("event_id IN ({events})"), self.document.clone())
            }
            "streams" => {
                // Nobody writes to a closed one any more.
                let first =
                    "SELECT id FROM streams WHERE closed_at IS NOT NULL ORDER BY id LIMIT 1";
                (format!("id = ({first}) AND seq <> $1"), Cell::Int(0))
            }
            "counters" => (own("tenant_id") + " AND subject = ''", self.tenant.clone()),
            "alerts" => (
                own("tenant_id") + " AND kind = 'leaked_key'",
                self.tenant.clone(),
            ),
            // The hourly look at the record, which is not due while the clock stands.
            "jobs" => (
                own("id"),
                Cell::Blob(Uuid::from_u128(3).as_bytes().to_vec()),
            ),
            "instance" => ("created_at <> $1".to_owned(), Cell::Int(0)),
            other => {
                panic!("the table {other} is new: say which of its rows belongs to a document")
            }
        };
        let row = raw.row(table, &condition, &[value]);
        let mut others = raw.rows(table, "row_mac <> $1", &[row["row_mac"].clone()]);
        others.truncate(1);
        (row, others)
    }
}

/// Signs what waits to be signed, so that the background has nothing to write for a while.
async fn settle(world: &World) {
    for path in [
        "/trust/live.jws",
        "/trust/test.jws",
        "/s/EXAMP1/live/0",
        "/s/OTHER1/live/0",
    ] {
        assert_eq!(
            Answer::of(world.request("GET", path)).await.status,
            200,
            "{path}"
        );
    }
}

/// Other values of a column: a changed one, nothing, another row's, and another word of its list.
pub(crate) fn edits(column: &Column, row: &Row, others: &[Row]) -> Vec<Cell> {
    let now = &row[&column.name];
    let changed = match (now, column.kind) {
        (Cell::Int(number), _) => Cell::Int(number + 1),
        (Cell::Text(text), _) => Cell::Text(format!("{text}x")),
        (Cell::Blob(bytes), _) => match &bytes[..] {
            [] => Cell::Blob(vec![1]),
            [first, rest @ ..] => Cell::Blob([&[first ^ 1], rest].concat()),
        },
        (Cell::Null, Kind::Int) => Cell::Int(1),
        (Cell::Null, Kind::Text) => Cell::from("x"),
        (Cell::Null, Kind::Blob) => Cell::Blob(vec![7; 16]),
    };
    let words: &[&str] = match column.name.as_str() {
        "mode" => &["live", "test"],
        "status" => &["active", "suspended", "revoked", "expired"],
        "identity" => &["self_asserted", "domain_proved"],
        "state" => &["active", "suspended", "closed"],
        "scopes" => &["[]"],
        _ => &[],
    };
    let mut values = vec![changed];
    if column.kind == Kind::Text {
        values.extend(words.iter().map(|word| Cell::from(*word)));
    }
    values.extend(others.iter().map(|other| other[&column.name].clone()));
    if column.nullable {
        values.push(Cell::Null);
    }
    if let Cell::Int(number) = now {
        // Beyond what may stand beside it.
        values.push(Cell::Int(number + 1_000_003));
    }
    values.retain(|value| value != now);
    values.dedup();
    values
}

/// An answer is the untouched one, or it believes nothing: no good word, no fact but a true one.
#[track_caller]
pub(crate) fn unbelieved(answer: &Value, untouched: &Value, what: &str) {
    if answer == untouched {
        return;
    }
    let verdict = answer["verdict"].as_str().unwrap();
    let words = ["invalid", "not_found", "indeterminate"];
    assert!(words.contains(&verdict), "{what}: {answer:#}");
    for member in [
        "recipientName",
        "documentType",
        "documentTitle",
        "issuedAt",
        "awardedOn",
        "expiresAt",
        "issuer",
        "issuerName",
        "issuerCode",
        "status",
        "mode",
        "reference",
    ] {
        let told = &answer[member];
        assert!(
            told.is_null() || *told == untouched[member],
            "{what}: {member} is {told}"
        );
    }
    assert_eq!(answer["matches"], json!([]), "{what}");
}
