//! API keys: made once, shown once, refused from the moment they are deleted.

use serde_json::{Value, json};

use crate::shape::{column, shape};
use crate::world::{DAY, World};

async fn make(world: &World, body: Value) -> (String, String) {
    let made = world.post("/v1/api-keys", body).await.ok(201);
    (
        made["id"].as_str().unwrap().to_owned(),
        made["secret"].as_str().unwrap().to_owned(),
    )
}

async fn delete(world: &World, id: &str, query: &str) -> crate::world::Answer {
    world
        .with(
            &world.live,
            "DELETE",
            &format!("/v1/api-keys/{id}{query}"),
            None,
        )
        .await
}

on_both_engines! {
    async fn whoami(world) {
        for (key, name) in [(&world.live, "whoami-live"), (&world.test, "whoami-test")] {
            let mut who = world.with(key, "GET", "/v1/whoami", None).await.ok(200);
            let prefix = who["key"]["prefix"].as_str().unwrap();
            assert!(key.starts_with(prefix) && prefix.len() == 20);
            who["key"]["id"] = "[key id]".into();
            snapshot!(name, shape(who));
        }
    }

    async fn a_key_is_made_with_every_member_and_shown_once(world) {
        let body = json!({
            "name": "nightly", "environment": "staging", "service": "registrar", "mode": "live", "scopes": ["issuances:write", "keys:read"],
            "allowedCidrs": ["127.0.0.1", "2001:db8::/32"], "expiresAt": "2027-11-23T10:00:00Z", "note": "ask Ada",
        });
        let mut made = world.post("/v1/api-keys", body).await.ok(201);
        let secret = made["secret"].as_str().unwrap().to_owned();
        assert_eq!(secret.len(), 58);
        assert!(secret.starts_with(made["prefix"].as_str().unwrap()) && secret.ends_with(made["last4"].as_str().unwrap()));
        world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        let list = world.get("/v1/api-keys").await;
        assert!(!list.text().contains(&secret[20..52]), "a secret in a list");
        let list = list.ok(200);
        let listed = list["items"].as_array().unwrap().iter().find(|key| key["id"] == made["id"]).unwrap();
        assert_eq!((listed.get("secret"), &listed["name"]), (None, &json!("nightly")));
        made["id"] = "[key id]".into();
        snapshot!("api-key", shape(made));
    }

    async fn the_least_a_key_needs(world) {
        let made = world.post("/v1/api-keys", json!({ "name": "ci" })).await.ok(201);
        assert_eq!((&made["mode"], &made["environment"]), (&json!("live"), &json!("production")));
        let made = world.with(&world.test, "POST", "/v1/api-keys", Some(json!({ "name": "ci" }))).await.ok(201);
        assert_eq!((&made["mode"], &made["environment"]), (&json!("test"), &json!("development")));
        assert!(made["secret"].as_str().unwrap().starts_with("ak_test_"));
    }

    async fn what_a_key_cannot_be(world) {
        for (member, body) in [
            ("name", json!({})), ("name", json!({ "name": "x".repeat(101) })), ("name", json!({ "name": " " })),
            ("environment", json!({ "name": "x", "environment": "moon" })), ("mode", json!({ "name": "x", "mode": "both" })),
            ("mode", json!({ "name": "x", "mode": "test" })), ("scopes[0]", json!({ "name": "x", "scopes": ["template:read"] })), ("scopes[1]", json!({ "name": "x", "scopes": ["*", "*"] })),
            ("scopes[0]", json!({ "name": "x", "scopes": ["templates:lifecycle"] })),
            ("scopes", json!({ "name": "x", "scopes": [] })), ("scopes", json!({ "name": "x", "scopes": "*" })),
            ("expiresAt", json!({ "name": "x", "expiresAt": "2026-11-23T10:00:00Z" })),
            ("expiresAt", json!({ "name": "x", "expiresAt": "soon" })), ("note", json!({ "name": "x", "note": "x".repeat(501) })),
            ("service", json!({ "name": "x", "service": "x".repeat(101) })),
            ("allowedCidrs[0]", json!({ "name": "x", "allowedCidrs": ["10.0.0.1/8"] })),
            ("allowedCidrs[1]", json!({ "name": "x", "allowedCidrs": ["10.0.0.1", "everywhere"] })),
            ("allowedCidrs", json!({ "name": "x", "allowedCidrs": [] })),
            ("templateIds", json!({ "name": "x", "templateIds": [] })), ("templateIds[0]", json!({ "name": "x", "templateIds": ["x"] })),
            ("templateIds[0]", json!({ "name": "x", "templateIds": ["01890000-0000-7000-8000-000000000000"] })),
        ] {
            let told = world.post("/v1/api-keys", body.clone()).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].is_string(), "{body}: {told}");
        }
        let told = world.post("/v1/api-keys", json!({ "expiresAt": "2020-01-01T00:00:00Z", "mode": "test" })).await;
        let told = told.fails(422, "VALIDATION_FAILED");
        assert_eq!(told["errors"].as_object().unwrap().len(), 3, "all at once: {told:#}");
    }

    async fn a_list_shows_the_keys_of_its_mode(world) {
        let live = world.get("/v1/api-keys").await.ok(200);
        let test = world.with(&world.test, "GET", "/v1/api-keys", None).await.ok(200);
        assert_eq!((column(&live, "mode"), column(&test, "mode")), (vec!["live".to_owned()], vec!["test".to_owned()]));
    }

    async fn a_key_in_use_is_deleted_with_force_only(world) {
        let (id, secret) = make(&world, json!({ "name": "in use" })).await;
        for _ in 0..3 {
            world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        }
        let told = delete(&world, &id, "").await.fails(409, "CONFLICT");
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains("3 times") && detail.contains("2026-11-23T10:00:00.000Z"), "{detail}");
        snapshot!("409-api-key-in-use", shape(told));
        delete(&world, &id, "?force=false").await.fails(409, "CONFLICT");
        delete(&world, &id, "?force=maybe").await.fails(422, "VALIDATION_FAILED");
        world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        delete(&world, &id, "?force=true").await.ok(204);
    }

    async fn a_key_nobody_uses_is_deleted_without_a_question(world) {
        let (unused, _) = make(&world, json!({ "name": "unused" })).await;
        delete(&world, &unused, "").await.ok(204);
        let (idle, secret) = make(&world, json!({ "name": "idle" })).await;
        world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        world.wait(DAY - 1);
        delete(&world, &idle, "").await.fails(409, "CONFLICT");
        world.wait(1);
        delete(&world, &idle, "").await.ok(204);
    }

    async fn a_deleted_key_is_refused_at_once_and_listed_no_more(world) {
        let (id, secret) = make(&world, json!({ "name": "leaked" })).await;
        let template = world.template(&secret).await;
        delete(&world, &id, "?force=true").await.ok(204);
        // The clock has not moved: what is remembered of keys does not count.
        world.with(&secret, "GET", "/v1/whoami", None).await.fails(401, "UNAUTHORIZED");
        world.with(&secret, "POST", "/v1/trust/issuances", Some(crate::world::request(&template))).await
            .fails(401, "UNAUTHORIZED");
        let question = json!({ "reference": "TRF-ABCD1234" });
        world.with(&secret, "POST", "/v1/trust/verify/by-reference", Some(question)).await.fails(401, "UNAUTHORIZED");
        assert!(!column(&world.get("/v1/api-keys").await.ok(200), "id").contains(&id));
        delete(&world, &id, "").await.fails(404, "NOT_FOUND");
    }

    async fn last_use_is_shown(world) {
        let (id, secret) = make(&world, json!({ "name": "used" })).await;
        let used = |page: Value| {
            page["items"].as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap()["lastUsedAt"].clone()
        };
        assert_eq!(used(world.get("/v1/api-keys").await.ok(200)), json!(null));
        world.wait(DAY);
        world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        // Written within a second or so.
        loop {
            let at = used(world.get("/v1/api-keys").await.ok(200));
            if at != json!(null) {
                assert_eq!(at, "2026-11-24T10:00:00.000Z");
                break;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn a_leak_is_recorded_and_the_finder_learns_nothing(world) {
        let (id, secret) = make(&world, json!({ "name": "in a repository" })).await;
        let mut mistyped = secret.clone();
        mistyped.replace_range(30..31, if &mistyped[30..31] == "a" { "b" } else { "a" });
        let ask = async |keys: Value| world.ask("/v1/leaks", json!({ "keys": keys })).await;
        for keys in [json!(["nothing"]), json!([mistyped]), json!([secret]), json!([format!(" {secret}\n"), secret])] {
            let answer = ask(keys).await;
            assert_eq!((answer.status, answer.bytes.as_slice()), (202, &b""[..]));
        }
        for keys in [json!([]), json!([1]), json!("x"), json!(vec!["x"; 101])] {
            ask(keys).await.fails(422, "VALIDATION_FAILED");
        }
        let mut raw = crate::raw::Raw::open(&world);
        let told = raw.rows("events", "kind = $1", &["api_key.leaked".into()]);
        assert_eq!(told.len(), 1, "once a day: {told:?}");
        drop(raw);
        // It goes on, unless the operator wants otherwise.
        world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        world.forget_keys();
        world.with(&secret, "GET", "/v1/whoami", None).await.ok(200);
        let mut world = world;
        world.stop().await;
        world.start(&[("keys.delete_leaked", "true")]).await.unwrap();
        world.wait(DAY);
        world.ask("/v1/leaks", json!({ "keys": [secret] })).await;
        world.with(&secret, "GET", "/v1/whoami", None).await.fails(401, "UNAUTHORIZED");
        assert!(!column(&world.get("/v1/api-keys").await.ok(200), "id").contains(&id));
    }

    async fn several_keys_are_good_at_once(world) {
        let (_, one) = make(&world, json!({ "name": "one" })).await;
        let (_, two) = make(&world, json!({ "name": "two" })).await;
        for key in [&one, &two, &world.live] {
            world.with(key, "GET", "/v1/trust/issuances", None).await.ok(200);
        }
    }
}
