//! Whole rows and true values in the wrong place: copied, moved, deleted, put back, swapped.

use ananke_format::{Product, Reference};
use serde_json::{Value, json};

use super::{Subject, edits};
use crate::offline::published;
use crate::raw::{Cell, Raw, Row};
use crate::world::{Answer, World, request};

async fn audit_finds(world: &World, table: &str) {
    let (status, report) = world.operator("GET", "/audit/verify", None).await;
    assert_eq!(status, 200, "{report}");
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|finding| finding["table"] == table),
        "{table}: {report}"
    );
}

async fn audit_is_content(world: &World) {
    let (_, report) = world.operator("GET", "/audit/verify", None).await;
    assert_eq!(report["findings"], json!([]), "{report}");
}

/// The row of a document.
fn document(raw: &mut Raw, issued: &Value) -> Row {
    raw.row(
        "documents",
        "reference = $1",
        &[issued["reference"].as_str().unwrap().into()],
    )
}

async fn verdict(world: &World, issued: &Value) -> Value {
    let reference = issued["reference"].as_str().unwrap();
    let answer = world.verify(reference).await;
    let page = Answer::of(world.request("GET", &format!("/v/{reference}"))).await;
    let said = format!("data-verdict={}", answer["verdict"]);
    assert!(page.text().contains(&said), "{}", page.text());
    if answer["verdict"] == "invalid" {
        assert_eq!(answer["recipientName"], Value::Null, "{answer:#}");
        assert_eq!(
            answer["checks"][0]["reason"], "record_altered",
            "{answer:#}"
        );
    }
    answer["verdict"].clone()
}

/// Exchanges some columns of two rows.
fn exchange(
    raw: &mut Raw,
    table: &str,
    (left, right): (&Row, &Row),
    columns: &[&str],
) -> (Row, Row) {
    let (mut new_left, mut new_right) = (left.clone(), right.clone());
    for column in columns {
        new_left.insert((*column).to_owned(), right[*column].clone());
        new_right.insert((*column).to_owned(), left[*column].clone());
    }
    raw.overwrite(table, left, &new_left).unwrap();
    raw.overwrite(table, right, &new_right).unwrap();
    (new_left, new_right)
}

on_both_engines! {
    async fn values_of_another_document(world) {
        let template = world.template(&world.live).await;
        let (first, second) = (world.issue(&template).await, world.issue(&template).await);
        let mut raw = Raw::open(&world);
        let (left, right) = (document(&mut raw, &first), document(&mut raw, &second));
        let swaps: [&[&str]; 5] = [
            &["row_mac"],
            &["credential_packed"],
            &["credential_packed", "credential_hash"],
            &["credential_packed", "credential_hash", "content_hash", "row_mac"],
            &["recipient_name", "recipient_folded", "fields", "status_index", "row_mac"],
        ];
        for columns in swaps {
            let (new_left, new_right) = exchange(&mut raw, "documents", (&left, &right), columns);
            assert_eq!(verdict(&world, &first).await, "invalid", "{columns:?}");
            assert_eq!(verdict(&world, &second).await, "invalid", "{columns:?}");
            audit_finds(&world, "documents").await;
            raw.overwrite("documents", &new_left, &left).unwrap();
            raw.overwrite("documents", &new_right, &right).unwrap();
            assert_eq!(verdict(&world, &first).await, "valid");
        }
        audit_is_content(&world).await;
    }

    async fn rows_of_another_tenant(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        let theirs = raw.row("tenants", "code = 'OTHER1' AND created_at <> $1", &[Cell::Int(0)]);
        for table in ["documents", "content_hashes", "api_keys", "signing_keys", "template_versions"] {
            let (row, _) = subject.row(&mut raw, table);
            let mut moved = row.clone();
            moved.insert("tenant_id".to_owned(), theirs["tenant_id"].clone());
            raw.overwrite(table, &row, &moved).unwrap();
            let (by_reference, by_hash) = subject.ask(&world).await;
            if table == "api_keys" {
                world.forget_keys();
                assert_eq!(world.get("/v1/whoami").await.status, 401);
            } else {
                assert_ne!(by_hash["verdict"], "valid", "{table}");
                assert!(by_reference["verdict"] != "valid" || table == "content_hashes", "{table}");
            }
            audit_finds(&world, table).await;
            raw.overwrite(table, &moved, &row).unwrap();
        }

        // A copy beside the original: the same document under the other tenant and another reference.
        let reference = Reference::from_random(Product::Trust, [5; 8]).to_string();
        let (row, _) = subject.row(&mut raw, "documents");
        let mut copy = row.clone();
        copy.insert("tenant_id".to_owned(), theirs["tenant_id"].clone());
        copy.insert("reference".to_owned(), Cell::Text(reference.clone()));
        raw.insert("documents", &copy);
        assert_eq!(world.verify(&reference).await["verdict"], "invalid");
        audit_finds(&world, "documents").await;
        let (hash, _) = subject.row(&mut raw, "content_hashes");
        let mut hash_copy = hash.clone();
        hash_copy.insert("tenant_id".to_owned(), theirs["tenant_id"].clone());
        raw.insert("content_hashes", &hash_copy);
        let question = json!({ "hash": subject.hash, "issuerCode": "OTHER1" });
        let answer = world.ask("/v1/trust/verify/by-hash", question).await.ok(200);
        assert_eq!(answer["verdict"], "invalid", "{answer:#}");
        audit_finds(&world, "content_hashes").await;
        raw.delete("documents", &copy);
        raw.delete("content_hashes", &hash_copy);
        subject.same(subject.ask(&world).await);
        audit_is_content(&world).await;
    }

    async fn rows_that_are_gone(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        // Where the row stood, what is said without it, and where the audit sees the gap.
        for (table, by_reference, by_hash, seen) in [
            ("documents", "not_found", "not_found", "events"),
            ("content_hashes", "valid", "not_found", "documents"),
            ("signing_keys", "indeterminate", "indeterminate", "documents"),
            ("template_versions", "invalid", "invalid", "templates"),
            ("status_lists", "valid", "valid", "documents"),
            ("event_bodies", "valid", "valid", "events"),
            ("events", "invalid", "invalid", "documents"),
            ("files", "valid", "valid", "documents"),
        ] {
            let (row, _) = subject.row(&mut raw, table);
            raw.delete(table, &row);
            let (reference_answer, hash_answer) = subject.ask(&world).await;
            assert_eq!(reference_answer["verdict"], by_reference, "{table}: {reference_answer:#}");
            assert_eq!(hash_answer["verdict"], by_hash, "{table}: {hash_answer:#}");
            audit_finds(&world, seen).await;
            raw.insert(table, &row);
            subject.same(subject.ask(&world).await);
        }
        audit_is_content(&world).await;
    }

    async fn older_copies_put_back(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let mut raw = Raw::open(&world);
        let live = |raw: &mut Raw| raw.row("status_lists", "mode = 'live' AND number = $1", &[Cell::Int(0)]);
        let (old_list, old_row) = (live(&mut raw), document(&mut raw, &issued));
        world.change(&issued["id"], "revoke").await.ok(200);
        published(&world, "/s/EXAMP1/live/0").await;
        let (new_list, new_row) = (live(&mut raw), document(&mut raw, &issued));
        assert_eq!(verdict(&world, &issued).await, "revoked");

        // Both are rows this server wrote, with MACs that hold.
        raw.overwrite("status_lists", &new_list, &old_list).unwrap();
        assert_eq!(verdict(&world, &issued).await, "revoked", "the document's own row says so");
        audit_finds(&world, "documents").await;
        // No such list is signed, with what was signed last at hand or without, by this process or the next.
        let status = async |world: &World| {
            world.request("GET", "/s/EXAMP1/live/0").send().await.unwrap().status().as_u16()
        };
        assert_eq!(status(&world).await, 500);
        for artifact in raw.rows("signed_artifacts", "kind = $1", &["status-list".into()]) {
            raw.delete("signed_artifacts", &artifact);
        }
        assert_eq!(status(&world).await, 500);
        world.stop().await;
        world.start(&[]).await.unwrap();
        assert_eq!(status(&world).await, 500);
        assert!(raw.rows("signed_artifacts", "name = $1", &["live/0/token".into()]).is_empty());
        raw.overwrite("status_lists", &old_list, &new_list).unwrap();
        assert_eq!(status(&world).await, 200);

        raw.overwrite("documents", &new_row, &old_row).unwrap();
        assert_eq!(verdict(&world, &issued).await, "invalid", "the row does not know all of its events");
        audit_finds(&world, "documents").await;
        raw.overwrite("documents", &old_row, &new_row).unwrap();
        assert_eq!(verdict(&world, &issued).await, "revoked");
        audit_is_content(&world).await;
    }

    async fn a_deleted_api_key_put_back(world) {
        let made = world.post("/v1/api-keys", json!({ "name": "leaked" })).await.ok(201);
        let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
        world.with(secret, "GET", "/v1/whoami", None).await.ok(200);
        let mut raw = Raw::open(&world);
        let row = raw.row("api_keys", "id = $1", &[id.into()]);
        world.with(&world.live, "DELETE", &format!("/v1/api-keys/{id}?force=true"), None).await.ok(204);
        audit_is_content(&world).await;
        for left in raw.rows("api_keys", "id = $1", &[id.into()]) {
            raw.delete("api_keys", &left);
        }
        raw.insert("api_keys", &row);
        world.with(secret, "GET", "/v1/whoami", None).await.fails(401, "UNAUTHORIZED");
        audit_finds(&world, "api_keys").await;
    }

    async fn the_row_of_a_key_as_it_was_before_a_change(world) {
        let change = async |id: &str, method: &str, what: &str, body: Value| {
            let path = format!("/v1/api-keys/{id}{what}");
            world.with(&world.live, method, &path, Some(body)).await
        };
        let mut raw = Raw::open(&world);
        for (method, what, body) in [
            ("POST", "/roll", json!({ "overlapSeconds": 0 })), ("PATCH", "", json!({ "scopes": ["usage:read"] })),
            ("PATCH", "", json!({ "name": "x" })),
        ] {
            let made = world.post("/v1/api-keys", json!({ "name": "key" })).await.ok(201);
            let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
            world.with(secret, "GET", "/v1/whoami", None).await.ok(200);
            let before = raw.row("api_keys", "id = $1", &[id.into()]);
            let answer = change(id, method, what, body).await;
            assert!(answer.status < 300, "{}", answer.text());
            audit_is_content(&world).await;
            let after = raw.row("api_keys", "id = $1", &[id.into()]);
            raw.overwrite("api_keys", &after, &before).unwrap();
            world.forget_keys();
            world.with(secret, "GET", "/v1/whoami", None).await.fails(401, "UNAUTHORIZED");
            audit_finds(&world, "api_keys").await;
            raw.overwrite("api_keys", &before, &after).unwrap();
            audit_is_content(&world).await;
        }
    }

    async fn certificates_swapped(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        let (own, _) = subject.row(&mut raw, "signing_keys");
        let theirs = raw.row("signing_keys", "certificate_reference = $1", &["OTHER101".into()]);
        let test = raw.row("signing_keys", "certificate_reference = $1", &["EXAMP102".into()]);
        for other in [&theirs, &test] {
            let swapped: [&[&str]; 2] = [&["certificate"], &["certificate", "sealed_key", "row_mac"]];
            for columns in swapped {
                let (new_own, new_other) = exchange(&mut raw, "signing_keys", (&own, other), columns);
                let (by_reference, by_hash) = subject.ask(&world).await;
                assert_eq!(by_reference["verdict"], "invalid", "{by_reference:#}");
                assert_eq!(by_hash["verdict"], "invalid");
                audit_finds(&world, "signing_keys").await;
                raw.overwrite("signing_keys", &new_own, &own).unwrap();
                raw.overwrite("signing_keys", &new_other, other).unwrap();
            }
        }
        subject.same(subject.ask(&world).await);
    }

    async fn what_is_published_or_replayed_is_not_an_edited_value(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        let get = async |path: &str| {
            let request = world.request("GET", path).header("x-api-key", &world.live);
            request.send().await.unwrap().status().as_u16()
        };
        let pdf = format!("/v1/trust/issuances/{}/pdf", subject.issued["id"].as_str().unwrap());
        for (table, column, path) in [
            ("files", "bytes", pdf.as_str()),
            ("status_lists", "zlib", "/s/EXAMP1/live/0"),
            ("status_lists", "version", "/s/EXAMP1/live/0"),
            ("signed_artifacts", "jws", "/s/EXAMP1/live/0"),
            ("tenants", "name", "/i/EXAMP1"),
            ("signing_keys", "certificate", "/c/EXAMP101"),
            ("signing_keys", "certificate", "/i/EXAMP1/jwks.json"),
        ] {
            assert_eq!(get(path).await, 200, "{path}");
            let (row, _) = subject.row(&mut raw, table);
            let kinds = raw.tables().remove(table).unwrap();
            let kind = kinds.iter().find(|known| known.name == column).unwrap();
            let mut to = row.clone();
            to.insert(column.to_owned(), edits(kind, &row, &[]).remove(0));
            raw.overwrite(table, &row, &to).unwrap();
            assert_eq!(get(path).await, 500, "{table}.{column}: {path}");
            raw.overwrite(table, &to, &row).unwrap();
            assert_eq!(get(path).await, 200, "{path}");
        }

        let (row, _) = subject.row(&mut raw, "idempotency");
        let mut to = row.clone();
        to.insert("response".to_owned(), Cell::Blob(b"{\"status\":\"Active\"}".to_vec()));
        raw.overwrite("idempotency", &row, &to).unwrap();
        let body = request(subject.issued["templateId"].as_str().unwrap());
        let again = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live);
        let again = again.header("idempotency-key", "furnished").json(&body).send().await.unwrap();
        assert_eq!(again.status().as_u16(), 500);
    }
}
