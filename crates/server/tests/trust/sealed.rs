//! A server without its key-encryption key: it verifies from what it signed last, and writes nothing.

use ananke_format::Sha256;
use serde_json::{Value, json};

use crate::offline::{header, published};
use crate::raw::{CREDENTIAL, Cell, Raw, Row};
use crate::tampering::{Subject, edits, unbelieved};
use crate::world::{Answer, DAY, World, request};

const SEALED: &[(&str, &str)] = &[("keys.sealed", "true")];

pub(crate) async fn seal(world: &mut World) {
    world.stop().await;
    world.start(SEALED).await.unwrap();
}

async fn by_hash(world: &World, hash: &str) -> Value {
    world
        .ask("/v1/trust/verify/by-hash", json!({ "hash": hash }))
        .await
        .ok(200)
}

/// Every kind of operation that needs a key.
fn keyed(id: &str, template: &str) -> Vec<(&'static str, String, Option<Value>)> {
    let issuance = |rest: &str| format!("/v1/trust/issuances/{id}{rest}");
    let template_at = |rest: &str| format!("/v1/trust/templates/{template}{rest}");
    let body = Some(request(template));
    let reason = Some(json!({ "reason": "asked for" }));
    vec![
        ("GET", "/v1/whoami".to_owned(), None),
        ("GET", "/v1/api-keys".to_owned(), None),
        (
            "POST",
            "/v1/api-keys".to_owned(),
            Some(json!({ "name": "second" })),
        ),
        ("GET", "/v1/trust/templates".to_owned(), None),
        (
            "POST",
            "/v1/trust/templates".to_owned(),
            Some(crate::world::template()),
        ),
        ("GET", template_at(""), None),
        ("PUT", template_at(""), Some(crate::world::template())),
        ("DELETE", template_at(""), None),
        ("POST", template_at("/archive"), Some(json!({}))),
        ("GET", "/v1/trust/issuances".to_owned(), None),
        ("POST", "/v1/trust/issuances".to_owned(), body.clone()),
        ("GET", issuance(""), None),
        ("GET", issuance("/pdf"), None),
        ("GET", issuance("/credential"), None),
        ("GET", issuance("/events"), None),
        (
            "POST",
            issuance("/lifecycle"),
            Some(json!({ "action": "revoke" })),
        ),
        ("POST", issuance("/replace"), body),
        ("POST", issuance("/erase"), reason),
        ("GET", "/v1/trust/verify/history".to_owned(), None),
    ]
}

on_both_engines! {
    async fn verification_goes_on_until_the_lists_end(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let mut documents = Vec::new();
        for (action, verdict) in [
            (None, "valid"), (Some("suspend"), "suspended"), (Some("revoke"), "revoked"), (Some("expire"), "expired"),
        ] {
            let issued = world.issue(&template).await;
            if let Some(action) = action {
                world.change(&issued["id"], action).await.ok(200);
            }
            documents.push((issued, verdict));
        }
        world.wait(3_600_000);
        seal(&mut world).await;
        world.wait(3_600_000);
        for (issued, verdict) in &documents {
            let reference = issued["reference"].as_str().unwrap();
            for answer in [world.verify(reference).await, by_hash(&world, issued["contentHash"].as_str().unwrap()).await] {
                assert_eq!(answer["verdict"], *verdict, "{answer:#}");
                assert_eq!(answer["recipientName"], "Ada Lovelace");
                assert_eq!(answer["reference"], reference);
                assert_eq!(answer["trustAnchor"]["source"], "pinned");
                assert_eq!(answer["server"]["statusReason"], Value::Null, "no list says why");
                let as_of = answer["statusAsOf"].as_str().unwrap();
                assert!(("2026-11-23T10:00:00.000Z"..="2026-11-23T11:00:00.000Z").contains(&as_of), "{as_of}");
            }
            let page = Answer::of(world.request("GET", &format!("/v/{reference}"))).await;
            assert_eq!(page.status, 200);
        }
        // Keys are those of the signed bundle, whatever rows say now; a name that only rows say is not shown.
        let keys = Answer::of(world.request("GET", "/i/EXAMP1/jwks.json")).await.ok(200);
        let mut raw = Raw::open(&world);
        let own = raw.row("signing_keys", "certificate_reference = $1", &["EXAMP101".into()]);
        let other = raw.row("signing_keys", "certificate_reference = $1", &["EXAMP102".into()]);
        let mut edited = own.clone();
        edited.insert("certificate".to_owned(), other["certificate"].clone());
        raw.overwrite("signing_keys", &own, &edited).unwrap();
        assert_eq!(Answer::of(world.request("GET", "/i/EXAMP1/jwks.json")).await.ok(200), keys);
        raw.overwrite("signing_keys", &edited, &own).unwrap();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        assert_eq!(Answer::of(world.request("GET", "/i/EXAMP1")).await.status, 503);
        // What was signed last is still handed out, and nothing new is.
        let uri = "/s/EXAMP1/live/0";
        assert_eq!(header(&published(&world, uri).await)["typ"], "statuslist+jwt");
        assert_eq!(header(&published(&world, "/trust/live.jws").await)["typ"], "ananke-trust+jwt");
        let list = Answer::of(world.request("GET", "/c/live.crl")).await;
        assert!(!list.header("retry-after").is_empty());
        list.fails(503, "SERVICE_UNAVAILABLE");
        let ready = Answer::of(world.request("GET", "/readyz")).await.ok(200);
        assert_eq!(ready["checks"]["keys"], "sealed");

        world.wait(DAY);
        for (issued, _) in &documents {
            let answer = world.verify(issued["reference"].as_str().unwrap()).await;
            assert_eq!(answer["verdict"], "indeterminate", "{answer:#}");
            assert_eq!(answer["checks"][3], json!({"name": "status", "result": "not_checked", "reason": "status_list_expired"}));
            assert_eq!(answer["status"], Value::Null);
        }
        world.stop().await;
        world.start(&[]).await.unwrap();
        for (issued, verdict) in &documents {
            let answer = world.verify(issued["reference"].as_str().unwrap()).await;
            assert_eq!(answer["verdict"], *verdict, "the keys are back");
            assert_eq!(answer["statusAsOf"], Value::Null);
        }
    }

    async fn everything_that_needs_a_key_waits(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        seal(&mut world).await;
        for (method, path, body) in keyed(issued["id"].as_str().unwrap(), &template) {
            for key in [&world.live, &world.test] {
                let answer = world.with(key, method, &path, body.clone()).await;
                let seconds: u32 = answer.header("retry-after").parse().unwrap_or_default();
                assert!(seconds > 0, "{method} {path} says when to try again");
                answer.fails(503, "SERVICE_UNAVAILABLE");
            }
        }
        // Public verification does not need one: whose key it is cannot be told, so it is as if none had come.
        let question = json!({ "reference": issued["reference"] });
        let path = "/v1/trust/verify/by-reference";
        let with_key = world.with(&world.live, "POST", path, Some(question.clone())).await.ok(200);
        assert_eq!(with_key, world.ask(path, question.clone()).await.ok(200));
        assert_eq!(with_key["verdict"], "valid");
        world.with("ak_live_wrong", "POST", path, Some(question)).await.fails(401, "UNAUTHORIZED");
        let (status, problem) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!((status, &problem["code"]), (503, &json!("SERVICE_UNAVAILABLE")));
        let new = json!({ "name": "Other College" });
        assert_eq!(world.operator("POST", "/tenants", Some(new)).await.0, 503);
    }

    async fn no_edited_column_is_believed_without_keys(world) {
        let mut world = world;
        let mut subject = Subject::new(&mut world).await;
        seal(&mut world).await;
        subject.ask_again(&world).await;
        assert_eq!(subject.by_reference["verdict"], "valid");
        assert_eq!(subject.by_hash["verdict"], "valid");
        let mut raw = Raw::open(&world);
        let tables = raw.tables();
        for table in [
            "documents", "content_hashes", "tenants", "signing_keys", "templates", "template_versions", "status_lists",
            "signed_artifacts", "events", "files",
        ] {
            let (row, others) = subject.row(&mut raw, table);
            for column in &tables[table] {
                for value in edits(column, &row, &others) {
                    let what = format!("{table}.{} = {value:?}", column.name);
                    let mut to = row.clone();
                    to.insert(column.name.clone(), value);
                    if raw.overwrite(table, &row, &to).is_err() {
                        continue;
                    }
                    let (by_reference, by_hash) = subject.ask(&world).await;
                    unbelieved(&by_reference, &subject.by_reference, &what);
                    unbelieved(&by_hash, &subject.by_hash, &what);
                    raw.overwrite(table, &to, &row).unwrap();
                }
            }
        }
        subject.same(subject.ask(&world).await);
    }

    async fn what_was_signed_outweighs_what_stands_in_rows(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let (valid, revoked) = (world.issue(&template).await, world.issue(&template).await);
        world.change(&revoked["id"], "revoke").await.ok(200);
        seal(&mut world).await;
        let mut raw = Raw::open(&world);
        let row = |raw: &mut Raw, issued: &Value| {
            raw.row("documents", "reference = $1", &[issued["reference"].as_str().unwrap().into()])
        };
        let (left, right) = (row(&mut raw, &valid), row(&mut raw, &revoked));

        // The revoked document as if nothing had happened to it.
        let mut active = right.clone();
        active.insert("status".to_owned(), "active".into());
        active.insert("recipient_name".to_owned(), "Eve".into());
        active.insert("status_index".to_owned(), left["status_index"].clone());
        raw.overwrite("documents", &right, &active).unwrap();
        let answer = world.verify(revoked["reference"].as_str().unwrap()).await;
        assert_eq!((&answer["verdict"], &answer["recipientName"]), (&json!("revoked"), &json!("Ada Lovelace")));
        raw.overwrite("documents", &active, &right).unwrap();

        // The revoked document with the record of one in force.
        let mut lent = right.clone();
        for column in CREDENTIAL.into_iter().chain(["status"]) {
            lent.insert(column.to_owned(), left[column].clone());
        }
        raw.overwrite("documents", &right, &lent).unwrap();
        let answer = world.verify(revoked["reference"].as_str().unwrap()).await;
        assert_eq!(answer["verdict"], "invalid");
        assert_eq!(answer["checks"][0]["reason"], "reference_mismatch");
        assert_eq!(by_hash(&world, revoked["contentHash"].as_str().unwrap()).await["verdict"], "indeterminate");
        raw.overwrite("documents", &lent, &right).unwrap();

        // A file nobody issued, entered as a rendition of a genuine document.
        let forged = Sha256::of(b"%PDF-1.7 forged");
        let copied = ["tenant_id", "mode", "issued_at", "row_mac"].map(|column| (column.to_owned(), left[column].clone()));
        let mut rendition = Row::from(copied);
        rendition.insert("document_id".to_owned(), left["id"].clone());
        rendition.insert("kind".to_owned(), "delivered".into());
        rendition.insert("hash".to_owned(), Cell::from(forged.as_bytes().as_slice()));
        raw.insert("content_hashes", &rendition);
        let answer = by_hash(&world, &forged.to_hex()).await;
        assert_eq!(answer["verdict"], "indeterminate", "{answer:#}");
        assert_eq!(answer["checks"][0]["reason"], "document_not_at_hand");
        assert_eq!(answer["recipientName"], Value::Null);
        assert_eq!(world.verify(valid["reference"].as_str().unwrap()).await["verdict"], "valid");
    }
}
