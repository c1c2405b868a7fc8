//! 400: what cannot be read at all.

use serde_json::json;

use crate::shape::shape;
use crate::world::{Answer, request};

on_both_engines! {
    async fn malformed_json(world) {
        for (name, body) in [("cut", "{\"name\": "), ("empty", ""), ("latin-1", "{\"name\": \"\u{0}")] {
            let sent = world.request("POST", "/v1/trust/templates")
                .header("x-api-key", &world.live).header("content-type", "application/json").body(body);
            let refused = Answer::of(sent).await.fails(400, "BAD_REQUEST");
            assert!(refused["detail"].as_str().unwrap().contains("not valid JSON"), "{name}: {refused}");
        }
        let sent = world.request("POST", "/v1/trust/verify/by-reference")
            .header("content-type", "application/json").body("{reference: 1}");
        let refused = Answer::of(sent).await.fails(400, "BAD_REQUEST");
        snapshot!("400-malformed-json", shape(refused));
    }

    async fn wrong_or_missing_content_type(world) {
        let body = json!({ "name": "Diploma", "docType": "certificate" }).to_string();
        let sent = world.request("POST", "/v1/trust/templates")
            .header("x-api-key", &world.live).header("content-type", "text/plain").body(body.clone());
        let refused = Answer::of(sent).await.fails(400, "BAD_REQUEST");
        snapshot!("400-wrong-content-type", shape(refused));
        let sent = world.request("POST", "/v1/trust/templates").header("x-api-key", &world.live).body(body.clone());
        let refused = Answer::of(sent).await.fails(400, "BAD_REQUEST");
        snapshot!("400-no-content-type", shape(refused));
        // A charset is no other type.
        let sent = world.request("POST", "/v1/trust/templates")
            .header("x-api-key", &world.live).header("content-type", "Application/JSON; charset=utf-8").body(body);
        Answer::of(sent).await.ok(201);
        let sent = world.request("POST", "/v1/trust/verify/by-file").json(&json!({}));
        let refused = Answer::of(sent).await.fails(400, "BAD_REQUEST");
        snapshot!("400-by-file-is-multipart", shape(refused));
    }

    async fn broken_multipart(world) {
        let template = world.template(&world.live).await;
        for (header, body) in [
            ("multipart/form-data", "x"),
            ("multipart/form-data; boundary=b", "--b\r\ncontent-disposition: form-data; name=\"request\"\r\n\r\n{}"),
        ] {
            let sent = world.request("POST", "/v1/trust/issuances")
                .header("x-api-key", &world.live).header("content-type", header).body(body);
            Answer::of(sent).await.fails(400, "BAD_REQUEST");
        }
        let form = reqwest::multipart::Form::new().text("request", "{");
        let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live).multipart(form);
        Answer::of(sent).await.fails(400, "BAD_REQUEST");
        let form = reqwest::multipart::Form::new().text("request", request(&template).to_string());
        let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live).multipart(form);
        Answer::of(sent).await.ok(201);
    }

    async fn a_bad_idempotency_key(world) {
        let body = json!({ "name": "Diploma", "docType": "certificate" });
        let send = |key: &[u8]| world.request("POST", "/v1/trust/templates")
            .header("x-api-key", &world.live).header("idempotency-key", key).json(&body);
        for key in [&[b'k'; 256][..], b"", "\u{e9}".as_bytes(), b"a\tb"] {
            let refused = Answer::of(send(key)).await.fails(400, "BAD_REQUEST");
            if key.is_empty() {
                snapshot!("400-idempotency-key", shape(refused));
            }
        }
        Answer::of(send(&[b'k'; 255])).await.ok(201);
    }

    async fn a_bad_if_match(world) {
        let template = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{template}");
        let body = json!({ "name": "Diploma", "docType": "certificate" });
        for tag in ["1", "one", "\"1", "\"1\", \"2\"", "W/1"] {
            let sent = world.request("PUT", &path).header("x-api-key", &world.live).header("if-match", tag).json(&body);
            let refused = Answer::of(sent).await.fails(400, "BAD_REQUEST");
            if tag == "1" {
                snapshot!("400-if-match", shape(refused));
            }
        }
    }

    async fn an_etag_of_nothing_here_matches_nothing(world) {
        let template = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{template}");
        let body = json!({ "name": "Diploma", "docType": "certificate" });
        // A weak one matches nothing either: a proxy made it of what it changed.
        for tag in ["\"one\"", "\"\"", "\"-1\"", "\"2\"", "W/\"1\""] {
            let sent = world.request("PUT", &path).header("x-api-key", &world.live).header("if-match", tag).json(&body);
            Answer::of(sent).await.fails(412, "PRECONDITION_FAILED");
        }
        for tag in ["\"1\"", "*"] {
            let sent = world.request("PUT", &path).header("x-api-key", &world.live).header("if-match", tag).json(&body);
            Answer::of(sent).await.ok(200);
        }
    }

    async fn a_query_that_is_no_query(world) {
        let answer = world.get("/v1/trust/templates?search=%FF%FE").await;
        assert!([200, 400, 422].contains(&answer.status), "{}", answer.text());
        world.get("/v1/trust/issuances?externalId=%00").await.fails(422, "VALIDATION_FAILED");
    }
}
