//! Every operation of the contract, asked by a guest, by another tenant, in the wrong mode, by a
//! browser, and with the right key.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{Answer, World, request, template};

/// Operations without a row. It may only shrink.
const EXCEPTIONS: [&str; 0] = [];

/// Who may ask: `public` is anybody; `key` needs a key and names nothing; `tenant` names something of
/// the key's tenant; `mode` something of its tenant and mode. Then the status with the right key, and
/// the body. `{t}` is a template, `{u}` one nothing was issued from, `{d}` a document, `{e}` another
/// one, `{k}` a key.
const TABLE: &str = r#"
list_templates           GET    /v1/trust/templates                         key    200
create_template          POST   /v1/trust/templates                         key    201 template
get_template             GET    /v1/trust/templates/{t}                     tenant 200
update_template          PUT    /v1/trust/templates/{u}                     tenant 200 template
duplicate_template       POST   /v1/trust/templates/{u}/duplicate           tenant 201 {"name":"x"}
archive_template         POST   /v1/trust/templates/{u}/archive             tenant 200
unarchive_template       POST   /v1/trust/templates/{u}/unarchive           tenant 200
list_template_csv_fields GET    /v1/trust/templates/{t}/csv-fields          tenant 200
delete_template          DELETE /v1/trust/templates/{u}                     tenant 204
list_issuances           GET    /v1/trust/issuances                         key    200
issue                    POST   /v1/trust/issuances                         key    201 issuance
get_issuance             GET    /v1/trust/issuances/{d}                     mode   200
get_issuance_pdf         GET    /v1/trust/issuances/{d}/pdf                 mode   200
get_issuance_credential  GET    /v1/trust/issuances/{d}/credential          mode   200
list_issuance_events     GET    /v1/trust/issuances/{d}/events              mode   200
change_lifecycle         POST   /v1/trust/issuances/{d}/lifecycle           mode   200 {"action":"suspend"}
replace                  POST   /v1/trust/issuances/{d}/replace             mode   201 issuance
erase                    POST   /v1/trust/issuances/{e}/erase               mode   200 {"reason":"x"}
list_verifications       GET    /v1/trust/verify/history                    key    200
list_api_keys            GET    /v1/api-keys                                key    200
create_api_key           POST   /v1/api-keys                                key    201 {"name":"x"}
delete_api_key           DELETE /v1/api-keys/{k}                            mode   204
whoami                   GET    /v1/whoami                                  key    200
verify_by_reference      POST   /v1/trust/verify/by-reference               public 200 {"reference":"x"}
verify_by_hash           POST   /v1/trust/verify/by-hash                    public 200 hash
verify_by_file           POST   /v1/trust/verify/by-file                    public 400
document_types           GET    /v1/reference-data/document-types           public 200
languages                GET    /v1/reference-data/languages                public 200
countries                GET    /v1/reference-data/countries                public 200
lifecycle_reasons        GET    /v1/reference-data/lifecycle-reasons        public 200
verdicts                 GET    /v1/reference-data/verdicts                 public 200
event_types              GET    /v1/reference-data/event-types              public 200
get_trust_bundle         GET    /trust/live.jws                             public 200
get_status_list          GET    /s/EXAMP1/live/0                            public 200
get_bitstring_status_list GET   /s/EXAMP1/live/0/suspension                 public 200
get_did                  GET    /i/EXAMP1/did.json                          public 200
get_jwks                 GET    /i/EXAMP1/jwks.json                         public 200
get_test_did             GET    /i/EXAMP1/test/did.json                     public 200
get_test_jwks            GET    /i/EXAMP1/test/jwks.json                    public 200
get_certificate          GET    /c/root.pem                                 public 200
healthz                  GET    /healthz                                    public 200
readyz                   GET    /readyz                                     public 200
"#;

struct Row {
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    who: &'static str,
    /// With the right key. 400 of `by-file` says that it was let in without a file.
    status: u16,
    body: Option<Value>,
}

fn rows(id: &str) -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [operation, method, path, who, status, body @ ..] = words.as_slice() else {
                panic!("{line}")
            };
            let body = body.first().map(|word| match *word {
                "template" => template(),
                "issuance" => request(id),
                "hash" => json!({ "hash": "0".repeat(64) }),
                literal => serde_json::from_str(literal).unwrap(),
            });
            Row {
                operation,
                method,
                path,
                who,
                status: status.parse().unwrap(),
                body,
            }
        })
        .collect()
}

/// Operation id, method and path of every operation of the contract.
fn operations() -> Vec<(String, String, String)> {
    let document = serde_json::to_value(ananke_server::http::openapi_document()).unwrap();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            all.push((id, method.to_uppercase(), path.clone()));
        }
    }
    all
}

/// Whether a path of a row is one of the contract's.
fn fits(path: &str, pattern: &str) -> bool {
    let (path, pattern): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), pattern.split('/').collect());
    path.len() == pattern.len()
        && path
            .iter()
            .zip(&pattern)
            .all(|(part, wanted)| part == wanted || wanted.starts_with('{'))
}

#[test]
fn every_operation_has_its_row() {
    let all = operations();
    let rows = rows("");
    let named: BTreeSet<&str> = rows.iter().map(|row| row.operation).collect();
    assert_eq!(named.len(), rows.len(), "a row stands twice");
    for (id, method, path) in &all {
        let Some(row) = rows.iter().find(|row| row.operation == id) else {
            assert!(EXCEPTIONS.contains(&id.as_str()), "{id} has no row");
            continue;
        };
        assert!(
            row.method == method && fits(row.path, path),
            "{id}: {} {} is not {method} {path}",
            row.method,
            row.path
        );
    }
    for row in &rows {
        assert!(
            all.iter().any(|(id, ..)| id == row.operation),
            "{} is not in the contract",
            row.operation
        );
    }
    for exception in EXCEPTIONS {
        assert!(
            !named.contains(exception) && all.iter().any(|(id, ..)| id == exception),
            "{exception} is no exception"
        );
    }
}

async fn ask(world: &World, row: &Row, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = world.request(row.method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = &row.body {
        request = request.json(body);
    }
    Answer::of(request).await
}

on_both_engines! {
    async fn every_operation_knows_who_may(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let used = world.template(&world.live).await;
        let unused = world.template(&world.live).await;
        let (one, two) = (world.issue(&used).await, world.issue(&used).await);
        let key = world.post("/v1/api-keys", json!({ "name": "k" })).await.ok(201);
        for row in rows(&used) {
            let path = row.path.replace("{t}", &used).replace("{u}", &unused).replace("{d}", one["id"].as_str().unwrap())
                .replace("{e}", two["id"].as_str().unwrap()).replace("{k}", key["id"].as_str().unwrap());
            let name = row.operation;
            let guest = ask(&world, &row, &path, &[]).await;
            if row.who == "public" {
                assert_eq!(guest.status, row.status, "{name}: {}", guest.text());
            } else {
                guest.fails(401, "UNAUTHORIZED");
            }
            if path.starts_with("/v1/") {
                ask(&world, &row, &path, &[("x-api-key", "ak_live_wrong")]).await.fails(401, "UNAUTHORIZED");
                let browser = ask(&world, &row, &path, &[("x-api-key", &world.live), ("origin", "https://a.example")]).await;
                assert_eq!(browser.fails(403, "FORBIDDEN")["reason"], "browser_origin", "{name}");
            }
            if matches!(row.who, "tenant" | "mode") {
                ask(&world, &row, &path, &[("x-api-key", &other)]).await.fails(404, "NOT_FOUND");
            }
            if row.who == "mode" {
                ask(&world, &row, &path, &[("x-api-key", &world.test)]).await.fails(404, "NOT_FOUND");
            }
            let right = ask(&world, &row, &path, &[("x-api-key", &world.live)]).await;
            assert_eq!(right.status, row.status, "{name}: {}", right.text());
        }
    }
}
