//! Every member of a request to issue.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::shape::shape;
use crate::world::{Answer, DAY, World, pdf, request};

async fn refused(world: &World, template: &str, member: &str, value: Value) -> Value {
    let mut body = request(template);
    body[member] = value;
    world
        .post("/v1/trust/issuances", body)
        .await
        .fails(422, "VALIDATION_FAILED")["errors"]
        .clone()
}

/// A template with a field of each type.
async fn of_each_type(world: &World) -> String {
    let schema: Vec<Value> = ["text", "date", "number", "email", "url"]
        .iter()
        .map(|kind| json!({ "key": kind, "label": kind, "type": kind }))
        .collect();
    let body = json!({ "name": "All", "docType": "other", "schema": schema });
    let made = world.post("/v1/trust/templates", body).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn with_field(world: &World, template: &str, key: &str, value: &str) -> Answer {
    let body = json!({ "templateId": template, "recipientName": "Ada", "fields": [{ "key": key, "value": value }] });
    world.post("/v1/trust/issuances", body).await
}

on_both_engines! {
    async fn every_member_is_answered_and_kept(world) {
        let template = world.template(&world.live).await;
        let body = json!({
            "templateId": template, "recipientName": "Ada Lovelace", "recipientEmail": "ada@example.org",
            "documentTitle": "Bachelor of Arts", "externalId": "A-1", "awardedOn": "2025-06-30",
            "expiresAt": "2030-01-01T00:00:00Z", "deliver": false, "pdf": STANDARD.encode(pdf()),
            "fields": [{ "key": "grade", "value": "A" }, { "key": "degree", "value": "Mathematics" }],
        });
        let issued = world.post("/v1/trust/issuances", body).await.ok(201);
        snapshot!("issuance", shape(issued.clone()));
        let mut read = world.get(&format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap())).await.ok(200);
        // Only the answer to the request warns.
        read["warnings"] = issued["warnings"].clone();
        assert_eq!(read, issued);
        let verified = world.verify(issued["reference"].as_str().unwrap()).await;
        snapshot!("verification", shape(verified.clone()));
        assert!(!verified.to_string().contains("ada@example.org"), "an address is never public");
        assert!(!verified.to_string().contains("A-1\""), "nor is the issuer's own number");
    }

    async fn the_least_request(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        snapshot!("issuance-least", shape(issued.clone()));
        let credential = issued["credential"].as_str().unwrap();
        use ananke_format::Sha256;
        assert_eq!(issued["contentHash"], Sha256::of(credential.as_bytes()).to_string(), "the digest of the record");
    }

    async fn as_multipart_the_same(world) {
        let template = world.template(&world.live).await;
        let form = Form::new().text("request", request(&template).to_string()).part("pdf", Part::bytes(pdf()));
        let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live).multipart(form);
        let issued = Answer::of(sent).await.ok(201);
        assert_eq!(issued["pdf"]["sha256"], ananke_format::Sha256::of(&pdf()).to_string());
        assert_eq!(issued["contentHash"], issued["pdf"]["sha256"], "of the bytes exactly as submitted");
    }

    async fn a_pdf_may_come_one_way_only(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["pdf"] = STANDARD.encode(pdf()).into();
        let both = Form::new().text("request", body.to_string()).part("pdf", Part::bytes(pdf()));
        let twice = Form::new().text("request", request(&template).to_string())
            .part("pdf", Part::bytes(pdf())).part("pdf", Part::bytes(pdf()));
        for form in [both, twice] {
            let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live).multipart(form);
            let told = Answer::of(sent).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"]["pdf"][0].as_str().unwrap().contains("twice"), "{told}");
        }
        for form in [
            Form::new().part("pdf", Part::bytes(pdf())),
            Form::new().text("request", request(&template).to_string()).text("attachment", "x"),
        ] {
            let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live).multipart(form);
            Answer::of(sent).await.fails(422, "VALIDATION_FAILED");
        }
    }

    async fn five_hundred_characters_and_not_one_more(world) {
        let template = world.template(&world.live).await;
        for (letter, length, status) in [("x", 500, 201), ("x", 501, 422), ("😀", 500, 201), ("é", 501, 422)] {
            let mut body = request(&template);
            body["fields"][0]["value"] = letter.repeat(length).into();
            let answer = world.post("/v1/trust/issuances", body).await;
            assert_eq!(answer.status, status, "{length} of {letter}: {}", answer.text());
            if status == 422 {
                let errors = answer.fails(422, "VALIDATION_FAILED")["errors"].clone();
                assert!(errors["fields[0].value"][0].as_str().unwrap().contains("501"), "{errors}");
            }
        }
        for member in ["recipientName", "documentTitle"] {
            assert!(refused(&world, &template, member, "x".repeat(501).into()).await[member][0].is_string());
        }
        assert!(refused(&world, &template, "externalId", "x".repeat(256).into()).await["externalId"][0].is_string());
    }

    async fn a_shorter_limit_of_the_template_holds(world) {
        let schema = json!([{ "key": "code", "label": "Code", "maxLength": 3 }]);
        let made = world.post("/v1/trust/templates", json!({ "name": "T", "docType": "other", "schema": schema })).await.ok(201);
        let template = made["id"].as_str().unwrap();
        with_field(&world, template, "code", "abc").await.ok(201);
        with_field(&world, template, "code", "abcd").await.fails(422, "VALIDATION_FAILED");
    }

    async fn required_fields_are_named(world) {
        let template = world.template(&world.live).await;
        for fields in [json!([]), json!([{ "key": "grade", "value": "A" }]), json!([{ "key": "degree", "value": "  " }])] {
            let errors = refused(&world, &template, "fields", fields).await;
            assert!(errors["fields"][0].as_str().unwrap().contains("`degree`"), "{errors}");
        }
        let errors = refused(&world, &template, "fields", json!(null)).await;
        assert_eq!(errors["fields"][0], "is required");
    }

    async fn each_type_has_its_rule(world) {
        let template = of_each_type(&world).await;
        for (key, good, bad) in [
            ("date", vec!["2024-02-29"], vec!["2023-02-29", "29.02.2024", "2024-2-9"]),
            ("number", vec!["12", "-3.5", "0"], vec!["1e5", ".5", "twelve", "1,5", "NaN"]),
            ("email", vec!["ada@example.org"], vec!["ada", "a b@c.d", "@c.d"]),
            ("url", vec!["https://example.org/x", "http://localhost"], vec!["javascript:alert(1)", "example.org", "https://"]),
            ("text", vec!["", "line\nline", "🎓"], vec!["\u{0}", "a\u{1b}[31m"]),
        ] {
            for value in good {
                let answer = with_field(&world, &template, key, value).await;
                assert_eq!(answer.status, 201, "{key} {value:?}: {}", answer.text());
            }
            for value in bad {
                let told = with_field(&world, &template, key, value).await.fails(422, "VALIDATION_FAILED");
                assert!(told["errors"]["fields[0].value"][0].is_string(), "{key} {value:?}: {told}");
            }
        }
        // Blank is the same as absent, and is not signed.
        for key in ["date", "number", "email", "url", "text"] {
            let issued = with_field(&world, &template, key, "  ").await.ok(201);
            let signed = issued["credential"].as_str().unwrap().split('.').nth(1).unwrap();
            let signed = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(signed).unwrap();
            let signed: Value = serde_json::from_slice(&signed).unwrap();
            assert!(!signed.to_string().contains("\"  \""), "{key}: {signed}");
            assert_eq!(issued["fields"], json!([]), "{key}");
        }
        let diploma = world.template(&world.live).await;
        let mut body = request(&diploma);
        body["fields"].as_array_mut().unwrap().push(json!({ "key": "grade", "value": "a" }));
        let told = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
        assert_eq!(told["errors"]["fields[1].value"][0], "must be one of A, B, C");
    }

    async fn a_field_stands_once(world) {
        let template = world.template(&world.live).await;
        let fields = json!([{ "key": "degree", "value": "a" }, { "key": "degree", "value": "b" }]);
        let errors = refused(&world, &template, "fields", fields).await;
        assert!(errors["fields[1].key"][0].as_str().unwrap().contains("twice"), "{errors}");
        let fields: Vec<Value> = (0..61).map(|n| json!({ "key": format!("f{n}"), "value": "" })).collect();
        assert!(refused(&world, &template, "fields", fields.into()).await["fields"][0].is_string());
    }

    async fn an_external_id_is_taken_until_its_document_is_replaced(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["externalId"] = "A-1".into();
        let first = world.post("/v1/trust/issuances", body.clone()).await.ok(201);
        let told = world.post("/v1/trust/issuances", body.clone()).await.fails(409, "CONFLICT");
        assert!(told["detail"].as_str().unwrap().contains(first["reference"].as_str().unwrap()), "{told}");
        world.change(&first["id"], "revoke").await.ok(200);
        world.post("/v1/trust/issuances", body.clone()).await.fails(409, "CONFLICT");
        let replace = format!("/v1/trust/issuances/{}/replace", first["id"].as_str().unwrap());
        let second = world.post(&replace, request(&template)).await.ok(201);
        assert_eq!(second["externalId"], "A-1", "inherited");
        let told = world.post("/v1/trust/issuances", body).await.fails(409, "CONFLICT");
        assert!(told["detail"].as_str().unwrap().contains(second["reference"].as_str().unwrap()), "{told}");
    }

    async fn what_the_issuer_states_as_the_day_is_never_the_time_of_issuing(world) {
        let template = world.template(&world.live).await;
        for day in ["1999-12-31", "2099-01-01"] {
            let mut body = request(&template);
            body["awardedOn"] = day.into();
            let issued = world.post("/v1/trust/issuances", body).await.ok(201);
            assert_eq!((&issued["awardedOn"], &issued["issuedAt"]), (&json!(day), &json!("2026-11-23T10:00:00.000Z")));
            let verified = world.verify(issued["reference"].as_str().unwrap()).await;
            assert_eq!((&verified["awardedOn"], &verified["issuedAt"]), (&json!(day), &json!("2026-11-23T10:00:00.000Z")));
            assert_eq!(verified["verdict"], "valid");
        }
        for day in ["yesterday", "2026-13-01", "2026-02-29", "2026-1-1", "2026-01-01T00:00:00Z"] {
            assert!(refused(&world, &template, "awardedOn", day.into()).await["awardedOn"][0].is_string(), "{day}");
        }
    }

    async fn live_documents_under_a_loopback_address_carry_a_warning(world) {
        let template = world.template(&world.live).await;
        let live = world.issue(&template).await;
        assert!(live["warnings"][0].as_str().unwrap().contains(&world.url), "{live}");
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        assert_eq!(test.get("warnings"), None);
    }

    async fn what_is_issued_gets_a_time_of_its_own(world) {
        let template = world.template(&world.live).await;
        let first = world.issue(&template).await;
        world.wait(DAY);
        let second = world.issue(&template).await;
        assert_eq!(second["issuedAt"], "2026-11-24T10:00:00.000Z");
        assert_ne!(first["reference"], second["reference"]);
        assert_eq!(second["verificationUrl"], format!("{}/v/{}", world.url, second["reference"].as_str().unwrap()));
    }
}
