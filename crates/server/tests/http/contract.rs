//! `openapi.json` is what the server does, no more and no less; and the examples of the documentation.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::world::{pdf, request};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../openapi.json");

fn document() -> Value {
    serde_json::to_value(ananke_server::http::openapi_document()).unwrap()
}

/// Drift: the file in the repository is made from the handlers. `UPDATE=1` writes it.
#[test]
fn openapi_json_has_no_drift() {
    let made = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    if std::env::var("UPDATE").as_deref() == Ok("1") {
        std::fs::write(KEPT, &made).unwrap();
    }
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    assert!(
        kept == made,
        "openapi.json is not what the handlers say: run ./run gen and review the difference"
    );
}

/// What later releases bring is not promised by this one.
#[test]
fn what_does_not_exist_is_not_promised() {
    let text = document().to_string();
    for absent in ["/receipt", "/resend", "bulk", "webhook-endpoints"] {
        assert!(!text.contains(absent), "{absent} is in openapi.json");
    }
}

/// Every operation names itself, its answers and its errors.
#[test]
fn every_operation_is_described() {
    let document = document();
    let mut seen = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path}"));
            assert!(!seen.contains(&id.to_owned()), "{id} stands twice");
            seen.push(id.to_owned());
            assert!(
                operation["summary"].is_string() || operation["description"].is_string(),
                "{id}"
            );
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{id}");
            if operation.get("security").is_some() {
                assert!(
                    answers.contains_key("401") && answers.contains_key("403"),
                    "{id}"
                );
            }
            for (status, answer) in answers.iter().filter(|(status, _)| status.starts_with('4')) {
                assert!(
                    answer["content"]["application/problem+json"].is_object(),
                    "{id} {status}"
                );
            }
            for parameter in path.split('/').filter_map(|part| part.strip_prefix('{')) {
                let name = parameter.trim_end_matches('}');
                let parameters = operation["parameters"].as_array().unwrap();
                assert!(
                    parameters
                        .iter()
                        .any(|p| p["name"] == name && p["in"] == "path"),
                    "{id}: {name}"
                );
            }
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}

/// Every reference leads somewhere.
#[test]
fn every_schema_exists() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    let place = reference.trim_start_matches('#');
                    assert!(document.pointer(place).is_some(), "{reference}");
                }
                members.values().for_each(|member| walk(member, document));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}

on_both_engines! {
    async fn a_short_reference_is_not_found(world) {
        let answer = world.ask("/v1/trust/verify/by-reference", json!({ "reference": "TRF-ABCD1234" })).await.ok(200);
        assert_eq!(answer["verdict"], "not_found");
    }

    async fn the_kind_of_a_template_in_lower_case(world) {
        let made = world.post("/v1/trust/templates", json!({ "name": "Diploma", "docType": "certificate" })).await.ok(201);
        assert_eq!(made["docType"], "certificate");
    }

    async fn fields_as_pairs_and_a_pdf_in_base64(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["fields"] = json!([{ "key": "degree", "value": "Mathematics" }]);
        body["pdf"] = base64::engine::general_purpose::STANDARD.encode(pdf()).into();
        let issued = world.post("/v1/trust/issuances", body).await.ok(201);
        assert_eq!(issued["fields"], json!([{ "key": "degree", "value": "Mathematics" }]));
    }

    async fn digests_in_lower_case_hexadecimal(world) {
        let template = world.template(&world.live).await;
        let hash = world.issue(&template).await["contentHash"].as_str().unwrap().to_owned();
        assert!(hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        let answer = world.ask("/v1/trust/verify/by-hash", json!({ "hash": hash })).await.ok(200);
        assert_eq!(answer["verdict"], "valid");
    }

    async fn revoking_with_the_action_alone(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        assert_eq!(world.change(&issued["id"], "revoke").await.ok(200)["status"], "Revoked");
    }

    async fn what_does_not_exist_is_not_there(world) {
        let template = world.template(&world.live).await;
        let id = world.issue(&template).await["id"].as_str().unwrap().to_owned();
        for (method, path) in [
            ("GET", format!("/v1/trust/issuances/{id}/receipt")), ("POST", format!("/v1/trust/issuances/{id}/resend")),
            ("POST", "/v1/trust/bulk-jobs".to_owned()), ("GET", "/v1/webhook-endpoints".to_owned()),
            ("POST", "/v1/tcode/bulk-jobs".to_owned()),
        ] {
            world.with(&world.live, method, &path, Some(json!({}))).await.fails(404, "NOT_FOUND");
        }
    }
}
