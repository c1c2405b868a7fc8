//! Which addresses of TCode are open to everybody, to pages of the web, and to whom with a key.

use serde_json::json;

use super::{seal, stamped, text};
use crate::world::{Answer, World};

const ORIGIN: &str = "https://example.org";

/// Public questions about a stamp.
async fn questions(world: &World) -> Vec<(&'static str, String, Option<serde_json::Value>)> {
    let made = stamped(world).await;
    let payload = json!({ "payload": text(&made, "seal") });
    vec![
        (
            "GET",
            format!("/v1/tcode/verify/reference/{}", text(&made, "reference")),
            None,
        ),
        (
            "GET",
            format!("/v1/tcode/verify/hash/{}", text(&made, "stampedHash")),
            None,
        ),
        ("POST", "/v1/tcode/verify".to_owned(), Some(payload.clone())),
        ("POST", "/v1/tcode/verify/sync".to_owned(), Some(payload)),
    ]
}

fn asked(
    world: &World,
    method: &str,
    path: &str,
    body: Option<&serde_json::Value>,
) -> reqwest::RequestBuilder {
    let request = world.request(method, path);
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

on_both_engines! {
    async fn public_questions_are_open_to_every_page(world) {
        for (method, path, body) in questions(&world).await {
            let preflight = world.request("OPTIONS", &path).header("origin", ORIGIN)
                .header("access-control-request-method", method).header("access-control-request-headers", "content-type");
            let answer = Answer::of(preflight).await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"), "{path}");
            assert!(answer.header("access-control-allow-methods").contains(method), "{path}");
            assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
            let answer = Answer::of(asked(&world, method, &path, body.as_ref()).header("origin", ORIGIN)).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.ok(200)["verdict"], "valid", "{path}");
        }
        let image = Answer::of(world.request("POST", "/v1/tcode/verify/image").header("origin", ORIGIN)).await;
        assert_eq!((image.status, image.header("access-control-allow-origin")), (400, "*"));
    }

    async fn what_needs_a_key_is_open_to_none(world) {
        for (method, path) in [
            ("GET", "/v1/tcode/verify/history"), ("GET", "/v1/tcode/stamps"), ("POST", "/v1/tcode/stamps"), ("GET", "/v1/tcode/templates"),
            ("GET", "/v1/tcode/placement-templates"), ("POST", "/v1/tcode/templates/import"),
        ] {
            let answer = Answer::of(world.request(method, path).header("origin", ORIGIN)).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
            answer.fails(401, "UNAUTHORIZED");
            let keyed = world.request(method, path).header("origin", ORIGIN).header("x-api-key", &world.live);
            assert_eq!(Answer::of(keyed).await.fails(403, "FORBIDDEN")["reason"], "browser_origin", "{path}");
        }
    }

    async fn a_key_where_none_is_needed_must_be_a_good_one(world) {
        for (method, path, body) in questions(&world).await {
            let with = |key: &str| asked(&world, method, &path, body.as_ref()).header("x-api-key", key);
            assert_eq!(Answer::of(with(&world.live)).await.ok(200)["verdict"], "valid", "{path}");
            Answer::of(with("nonsense")).await.fails(401, "UNAUTHORIZED");
            let page = with(&world.live).header("origin", ORIGIN);
            assert_eq!(Answer::of(page).await.fails(403, "FORBIDDEN")["reason"], "browser_origin", "{path}");
        }
    }

    async fn test_stamps_are_told_from_live_ones(world) {
        // Test stamps are told from live ones by their certificate, at every door.
        let made = world.with(&world.test, "POST", "/v1/tcode/stamps", Some(crate::tcode::least())).await.ok(201);
        for answer in [crate::tcode::by_reference(&world, &made).await, crate::tcode::by_payload(&world, &seal(&made)).await] {
            assert_eq!((&answer["verdict"], &answer["mode"]), (&json!("valid"), &json!("test")));
        }
        let page = Answer::of(world.request("GET", &format!("/v/{}", text(&made, "reference")))).await.text();
        assert!(page.contains("A test document"), "{page}");
    }
}
