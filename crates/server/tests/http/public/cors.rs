//! Where any page may read, and where none.

use serde_json::json;

use crate::world::{Answer, World, request};

const ORIGIN: &str = "https://example.org";

fn asked(world: &World, method: &str, path: &str) -> reqwest::RequestBuilder {
    world.request(method, path).header("origin", ORIGIN)
}

fn preflight(world: &World, path: &str) -> reqwest::RequestBuilder {
    asked(world, "OPTIONS", path)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
}

/// Public addresses, with what a document's own addresses are called.
async fn public(world: &World) -> Vec<(&'static str, String)> {
    let template = world.template(&world.live).await;
    world.issue(&template).await;
    vec![
        ("POST", "/v1/trust/verify/by-reference".to_owned()),
        ("POST", "/v1/trust/verify/by-hash".to_owned()),
        ("POST", "/v1/trust/verify/by-file".to_owned()),
        ("GET", "/v1/reference-data/verdicts".to_owned()),
        ("GET", "/v1/reference-data/countries".to_owned()),
        ("GET", "/trust/live.jws".to_owned()),
        ("GET", "/trust/test.jws".to_owned()),
        ("GET", "/i/EXAMP1/jwks.json".to_owned()),
        ("GET", "/i/EXAMP1/did.json".to_owned()),
        ("GET", "/i/EXAMP1/test/jwks.json".to_owned()),
        ("GET", "/i/EXAMP1/test/did.json".to_owned()),
        ("GET", "/c/root.pem".to_owned()),
        ("GET", "/c/live.crl".to_owned()),
        ("GET", "/s/EXAMP1/live/0".to_owned()),
        ("GET", "/s/EXAMP1/live/0/revocation".to_owned()),
    ]
}

on_both_engines! {
    async fn what_is_public_is_open_to_every_page_without_credentials(world) {
        for (method, path) in public(&world).await {
            let answer = Answer::of(preflight(&world, &path)).await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"), "{path}");
            assert!(answer.header("access-control-allow-methods").contains(method), "{path}");
            assert!(answer.header("access-control-allow-headers").contains("content-type"), "{path}");
            assert!(!answer.header("access-control-allow-headers").contains("x-api-key"), "{path}");
            assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
            let answer = Answer::of(asked(&world, method, &path)).await;
            // Errors too: the page learns what was wrong.
            assert!([200, 400].contains(&answer.status), "{path}: {}", answer.status);
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert!(answer.header("access-control-expose-headers").contains("x-request-id"), "{path}");
            assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
        }
    }

    async fn what_needs_a_key_is_open_to_none(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let id = issued["id"].as_str().unwrap();
        for path in [
            "/v1/trust/verify/history", "/v1/trust/templates", "/v1/trust/issuances", "/v1/api-keys", "/v1/whoami",
            &format!("/v1/trust/issuances/{id}"), &format!("/v1/trust/issuances/{id}/lifecycle"), "/openapi.json", "/healthz",
        ] {
            for answer in [Answer::of(preflight(&world, path)).await, Answer::of(asked(&world, "GET", path)).await] {
                let names: Vec<_> = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control")).collect();
                assert!(names.is_empty(), "{path}: {names:?}");
            }
            assert_eq!(Answer::of(preflight(&world, path)).await.status, 405, "{path}");
        }
    }

    async fn a_page_verifies(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let question = asked(&world, "POST", "/v1/trust/verify/by-reference")
            .header("sec-fetch-site", "cross-site").json(&json!({ "reference": issued["reference"] }));
        assert_eq!(Answer::of(question).await.ok(200)["verdict"], "valid");
    }

    async fn a_wrong_key_is_refused_where_none_is_needed(world) {
        for (method, path) in public(&world).await.into_iter().filter(|(_, path)| path.starts_with("/v1/")) {
            let wrong = world.request(method, &path).header("x-api-key", "ak_live_wrong").json(&json!({ "reference": "x" }));
            Answer::of(wrong).await.fails(401, "UNAUTHORIZED");
        }
        let right = world.with(&world.live, "GET", "/v1/reference-data/verdicts", None).await;
        assert_eq!(right.status, 200);
        let template = world.template(&world.live).await;
        let issued = world.post("/v1/trust/issuances", request(&template)).await.ok(201);
        for key in [&world.live, &world.test] {
            let question = json!({ "reference": issued["reference"] });
            let answer = world.with(key, "POST", "/v1/trust/verify/by-reference", Some(question)).await.ok(200);
            assert_eq!(answer["verdict"], "valid", "a key narrows nothing");
        }
    }
}
