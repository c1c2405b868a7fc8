//! 401 and 403: who may ask.

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;
use serde_json::json;

use crate::shape::{bytes_but_ids, shape};
use crate::world::{Answer, DAY, World, request};

/// A well-formed key nobody has made.
fn unknown_key() -> String {
    ApiKey::from_random(Mode::Live, &[7; 64])
        .unwrap()
        .expose()
        .to_owned()
}

async fn made(world: &World, body: serde_json::Value) -> (String, String) {
    let key = world.post("/v1/api-keys", body).await.ok(201);
    (
        key["id"].as_str().unwrap().to_owned(),
        key["secret"].as_str().unwrap().to_owned(),
    )
}

on_both_engines! {
    async fn no_valid_key_has_one_answer_for_all_five_cases(world) {
        let (id, deleted) = made(&world, json!({ "name": "deleted" })).await;
        world.with(&deleted, "GET", "/v1/whoami", None).await.ok(200);
        let path = format!("/v1/api-keys/{id}?force=true");
        world.with(&world.live, "DELETE", &path, None).await.ok(204);
        let (_, lapsed) = made(&world, json!({ "name": "lapsing", "expiresAt": "2026-11-24T10:00:00Z" })).await;
        world.with(&lapsed, "GET", "/v1/whoami", None).await.ok(200);
        world.wait(DAY);

        let missing = Answer::of(world.request("GET", "/v1/whoami")).await;
        let first = bytes_but_ids(&missing);
        snapshot!("401", shape(missing.fails(401, "UNAUTHORIZED")));
        let mut wrong_secret = world.live.clone();
        wrong_secret.replace_range(20..21, if &wrong_secret[20..21] == "A" { "B" } else { "A" });
        let foreign_mode = world.live.replace("ak_live_", "ak_test_");
        for (case, key) in [
            ("empty", ""), ("malformed", "ak_live_short"), ("not ours", "sk_live_123"), ("bad checksum", &wrong_secret),
            ("other mode", &foreign_mode), ("unknown", &unknown_key()), ("deleted", &deleted), ("expired", &lapsed),
        ] {
            let answer = world.with(key, "GET", "/v1/whoami", None).await;
            assert_eq!(bytes_but_ids(&answer), first, "{case}");
        }
        let bytes = world.request("GET", "/v1/whoami").header("x-api-key", &b"ak_live_\xff"[..]);
        assert_eq!(bytes_but_ids(&Answer::of(bytes).await), first, "bytes");
    }

    async fn a_key_of_the_right_id_and_another_secret_is_unknown(world) {
        let id = ApiKey::parse(&world.live).unwrap().id().to_string();
        // Bytes that give the same id; the secret behind it is another, and its checksum right.
        let mut bytes = [7; 64];
        for (byte, letter) in bytes.iter_mut().zip(id.chars()) {
            let place = ('0'..='9').chain('A'..='Z').chain('a'..='z').position(|known| known == letter);
            *byte = u8::try_from(place.unwrap()).unwrap();
        }
        let mixed = ApiKey::from_random(Mode::Live, &bytes).unwrap();
        assert_eq!(mixed.id().to_string(), id);
        let mixed = mixed.expose().to_owned();
        world.with(&mixed, "GET", "/v1/whoami", None).await.fails(401, "UNAUTHORIZED");
    }

    async fn the_key_is_asked_for_before_anything_else_is_said(world) {
        for (method, path) in [
            ("GET", "/v1/trust/issuances/not-an-id"), ("GET", "/v1/trust/issuances?limit=0"),
            ("POST", "/v1/trust/issuances"), ("DELETE", "/v1/api-keys/x?force=maybe"),
        ] {
            Answer::of(world.request(method, path)).await.fails(401, "UNAUTHORIZED");
        }
    }

    async fn a_browser_with_a_key_is_refused(world) {
        for (header, value) in [("origin", "https://example.org"), ("sec-fetch-site", "same-origin")] {
            let sent = world.request("GET", "/v1/whoami").header("x-api-key", &world.live).header(header, value);
            let answer = Answer::of(sent).await;
            assert_eq!(answer.header("access-control-allow-origin"), "");
            let refused = answer.fails(403, "FORBIDDEN");
            assert_eq!(refused["reason"], "browser_origin");
            snapshot!("403-browser-origin", shape(refused));
        }
        // Whether the key is good is not told to a page.
        let sent = world.request("GET", "/v1/whoami").header("x-api-key", "x").header("origin", "null");
        assert_eq!(Answer::of(sent).await.fails(403, "FORBIDDEN")["reason"], "browser_origin");
        // Nor on a public address.
        let sent = world.request("POST", "/v1/trust/verify/by-reference")
            .header("x-api-key", &world.live).header("origin", "https://example.org").json(&json!({ "reference": "x" }));
        assert_eq!(Answer::of(sent).await.fails(403, "FORBIDDEN")["reason"], "browser_origin");
        // Without a key a page gets no further than anybody else.
        let sent = world.request("GET", "/v1/whoami").header("origin", "https://example.org");
        Answer::of(sent).await.fails(401, "UNAUTHORIZED");
    }

    async fn a_suspended_tenant_is_read_and_verified_but_not_written(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let id = issued["id"].as_str().unwrap();
        let path = format!("/tenants/{}/suspend", world.issuer);
        assert_eq!(world.operator("POST", &path, Some(json!({ "reason": "unpaid" }))).await.0, 200);
        let refused = world.post("/v1/trust/issuances", request(&template)).await.fails(403, "FORBIDDEN");
        assert_eq!(refused["reason"], "tenant_suspended");
        snapshot!("403-tenant-suspended", shape(refused));
        for (method, path, body) in [
            ("POST", "/v1/trust/templates".to_owned(), json!({})),
            ("PUT", format!("/v1/trust/templates/{template}"), json!({})),
            ("DELETE", format!("/v1/trust/templates/{template}"), json!({})),
            ("POST", format!("/v1/trust/issuances/{id}/lifecycle"), json!({ "action": "revoke" })),
            ("POST", format!("/v1/trust/issuances/{id}/erase"), json!({ "reason": "x" })),
            ("POST", format!("/v1/trust/issuances/{id}/replace"), json!({})),
            ("POST", "/v1/api-keys".to_owned(), json!({ "name": "x" })),
        ] {
            let refused = world.with(&world.live, method, &path, Some(body)).await.fails(403, "FORBIDDEN");
            assert_eq!(refused["reason"], "tenant_suspended", "{method} {path}");
        }
        for path in ["/v1/trust/issuances", "/v1/trust/templates", "/v1/whoami", "/v1/trust/verify/history"] {
            world.get(path).await.ok(200);
        }
        assert_eq!(world.get(&format!("/v1/trust/issuances/{id}/pdf")).await.status, 200);
        assert_eq!(world.verify(issued["reference"].as_str().unwrap()).await["verdict"], "valid");
        let path = format!("/tenants/{}/resume", world.issuer);
        assert_eq!(world.operator("POST", &path, Some(json!({ "reason": "paid" }))).await.0, 200);
        world.post("/v1/trust/issuances", request(&template)).await.ok(201);
    }
}
