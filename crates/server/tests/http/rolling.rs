//! Keys that may do less than everything, and keys that are changed and replaced.

use serde_json::{Value, json};

use crate::shape::shape;
use crate::world::{Answer, DAY, World, request};

/// A new key: its id and its secret.
async fn make(world: &World, body: Value) -> (String, String) {
    make_by(world, &world.live, body).await
}

async fn make_by(world: &World, key: &str, body: Value) -> (String, String) {
    let made = world
        .with(key, "POST", "/v1/api-keys", Some(body))
        .await
        .ok(201);
    read(&made)
}

fn read(made: &Value) -> (String, String) {
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

async fn listed(world: &World, id: &str) -> Value {
    let list = world.get("/v1/api-keys?limit=200").await.ok(200);
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .find(|key| key["id"] == id)
        .cloned()
        .unwrap_or(Value::Null)
}

async fn patch(world: &World, key: &str, id: &str, body: Value) -> Answer {
    world
        .with(key, "PATCH", &format!("/v1/api-keys/{id}"), Some(body))
        .await
}

async fn roll(world: &World, key: &str, id: &str, overlap: u32) -> Answer {
    let body = json!({ "overlapSeconds": overlap });
    world
        .with(key, "POST", &format!("/v1/api-keys/{id}/roll"), Some(body))
        .await
}

async fn cancel(world: &World, id: &str, query: &str) -> Answer {
    let path = format!("/v1/api-keys/{id}/cancel-roll{query}");
    world.with(&world.live, "POST", &path, None).await
}

async fn status(world: &World, key: &str) -> u16 {
    world.with(key, "GET", "/v1/whoami", None).await.status
}

on_both_engines! {
    async fn a_scope_is_missed_by_name(world) {
        let (_, reader) = make(&world, json!({ "name": "reader", "scopes": ["issuances:read"] })).await;
        world.with(&reader, "GET", "/v1/trust/issuances", None).await.ok(200);
        assert_eq!(world.with(&reader, "GET", "/v1/whoami", None).await.ok(200)["key"]["scopes"], json!(["issuances:read"]));
        let refused = world.with(&reader, "POST", "/v1/trust/issuances", Some(json!({}))).await.fails(403, "FORBIDDEN");
        assert_eq!(refused["reason"], "insufficient_scope");
        assert!(refused["detail"].as_str().unwrap().contains("`issuances:write`"), "{refused}");
        snapshot!("403-insufficient-scope", shape(refused));
    }

    async fn whoever_writes_reads_and_revokes_nothing(world) {
        let template = world.template(&world.live).await;
        let (_, writer) = make(&world, json!({ "name": "writer", "scopes": ["issuances:write"] })).await;
        let issued = world.with(&writer, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        let path = format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap());
        world.with(&writer, "GET", &path, None).await.ok(200);
        let (_, judge) = make(&world, json!({ "name": "judge", "scopes": ["issuances:lifecycle"] })).await;
        for (key, status) in [(&writer, 403), (&judge, 200)] {
            let revoke = Some(json!({ "action": "revoke" }));
            let answer = world.with(key, "POST", &format!("{path}/lifecycle"), revoke).await;
            assert_eq!(answer.status, status, "{}", answer.text());
        }
        world.with(&judge, "GET", &path, None).await.fails(403, "FORBIDDEN");
    }

    async fn a_key_of_certain_templates(world) {
        let (own, other) = (world.template(&world.live).await, world.template(&world.live).await);
        let foreign = world.issue(&other).await;
        let (id, bound) = make(&world, json!({ "name": "bound", "templateIds": [own] })).await;
        let issued = world.with(&bound, "POST", "/v1/trust/issuances", Some(request(&own))).await.ok(201);
        let path = |of: &Value, what: &str| format!("/v1/trust/issuances/{}/{what}", of["id"].as_str().unwrap());
        let revoke = json!({ "action": "revoke" });
        for (method, at, body) in [
            ("POST", "/v1/trust/issuances".to_owned(), request(&other)),
            ("POST", "/v1/trust/issuances".to_owned(), request("01890000-0000-7000-8000-000000000000")),
            ("POST", path(&foreign, "lifecycle"), revoke.clone()), ("POST", path(&foreign, "erase"), json!({ "reason": "x" })),
            ("POST", path(&foreign, "replace"), request(&own)), ("POST", path(&issued, "replace"), request(&other)),
            ("POST", "/v1/trust/templates".to_owned(), crate::world::template()),
            ("POST", format!("/v1/trust/templates/{own}/duplicate"), json!({ "name": "x" })),
            ("POST", format!("/v1/trust/templates/{other}/archive"), json!({ "reason": "x" })),
            ("PUT", format!("/v1/trust/templates/{other}"), crate::world::template()),
            ("DELETE", format!("/v1/trust/templates/{other}"), json!({})),
        ] {
            let refused = world.with(&bound, method, &at, Some(body)).await.fails(403, "FORBIDDEN");
            assert_eq!(refused["reason"], "insufficient_scope", "{method} {at}");
        }
        world.with(&bound, "POST", &path(&issued, "lifecycle"), Some(revoke)).await.ok(200);
        // What it may not use it may see.
        world.with(&bound, "GET", &path(&foreign, "events"), None).await.ok(200);
        // What it makes is bound as it is.
        let (_, child) = make_by(&world, &bound, json!({ "name": "child" })).await;
        assert_eq!(world.with(&child, "GET", "/v1/whoami", None).await.ok(200)["key"]["templateIds"], json!([own]));
        let wider = Some(json!({ "name": "x", "templateIds": [own, other] }));
        let told = world.with(&bound, "POST", "/v1/api-keys", wider).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["templateIds"].is_array(), "{told}");
        assert_eq!(patch(&world, &world.live, &id, json!({ "templateIds": null })).await.ok(200)["templateIds"], json!(null));
        world.with(&bound, "POST", "/v1/trust/issuances", Some(request(&other))).await.ok(201);
    }

    async fn a_key_gives_no_more_than_it_has(world) {
        let body = json!({
            "name": "deputy", "scopes": ["keys:write", "issuances:read"], "allowedCidrs": ["127.0.0.0/8"],
            "expiresAt": "2026-12-24T10:00:00Z",
        });
        let (own, deputy) = make(&world, body).await;
        let (strong, _) = make(&world, json!({ "name": "strong" })).await;
        let by_deputy = async |body: Value| world.with(&deputy, "POST", "/v1/api-keys", Some(body)).await;
        let made = by_deputy(json!({ "name": "same" })).await.ok(201);
        assert_eq!(made["scopes"], json!(["keys:write", "issuances:read"]));
        assert_eq!((&made["allowedCidrs"], &made["expiresAt"]), (&json!(["127.0.0.0/8"]), &json!("2026-12-24T10:00:00.000Z")));
        by_deputy(json!({ "name": "less", "scopes": ["keys:read"], "allowedCidrs": ["127.0.0.1"] })).await.ok(201);
        for (member, body) in [
            ("scopes", json!({ "name": "x", "scopes": ["*"] })), ("scopes", json!({ "name": "x", "scopes": ["issuances:write"] })),
            ("allowedCidrs", json!({ "name": "x", "allowedCidrs": ["127.0.0.1", "10.0.0.1"] })),
            ("expiresAt", json!({ "name": "x", "expiresAt": "2026-12-24T10:00:01Z" })),
        ] {
            let told = by_deputy(body).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].as_str().unwrap().contains("no more than it has"), "{told}");
        }
        // Nor by changing one, its own included, nor by rolling one that has more.
        for id in [&own, &strong] {
            let told = patch(&world, &deputy, id, json!({ "scopes": ["*"] })).await;
            // The strong one has them already, and is wider elsewhere too: nothing changes.
            assert_eq!(told.status, if *id == own { 422 } else { 200 }, "{}", told.text());
        }
        patch(&world, &deputy, &strong, json!({ "scopes": ["*", "keys:read"] })).await.fails(422, "VALIDATION_FAILED");
        patch(&world, &deputy, &own, json!({ "expiresAt": null })).await.fails(422, "VALIDATION_FAILED");
        let refused = roll(&world, &deputy, &strong, 60).await.fails(403, "FORBIDDEN");
        assert_eq!(refused["reason"], "insufficient_scope", "{refused}");
        read(&roll(&world, &deputy, &own, 60).await.ok(201));
        roll(&world, &world.live, &strong, 60).await.ok(201);
        let refused = world.with(&deputy, "POST", &format!("/v1/api-keys/{strong}/cancel-roll"), None).await;
        assert_eq!(refused.fails(403, "FORBIDDEN")["reason"], "insufficient_scope");
    }

    async fn a_key_is_changed_member_by_member(world) {
        let (id, secret) = make(&world, json!({ "name": "first", "service": "a", "note": "n" })).await;
        let changed = patch(&world, &world.live, &id, json!({ "name": "second", "service": null, "scopes": ["usage:read"] })).await;
        let changed = changed.ok(200);
        assert_eq!((&changed["name"], &changed["service"], &changed["note"]), (&json!("second"), &json!(null), &json!("n")));
        assert_eq!(listed(&world, &id).await, changed);
        // At once, although the clock stands still.
        world.with(&secret, "GET", "/v1/trust/issuances", None).await.fails(403, "FORBIDDEN");
        let ended = patch(&world, &world.live, &id, json!({ "expiresAt": "2026-11-23T11:00:00Z" })).await.ok(200);
        assert_eq!(ended["expiresAt"], "2026-11-23T11:00:00.000Z");
        assert_eq!(status(&world, &secret).await, 200);
        world.wait(3_600_000);
        assert_eq!(status(&world, &secret).await, 401);
        patch(&world, &world.live, &id, json!({ "expiresAt": null })).await.ok(200);
        assert_eq!(status(&world, &secret).await, 200);
        for (member, body) in [
            ("name", json!({ "name": null })), ("scopes", json!({ "scopes": null })), ("mode", json!({ "mode": "test" })),
            ("environment", json!({ "environment": "moon" })), ("expiresAt", json!({ "expiresAt": "2026-11-23T10:00:00Z" })),
            ("secret", json!({ "secret": "x" })),
        ] {
            let told = patch(&world, &world.live, &id, body.clone()).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].is_string(), "{body}: {told}");
        }
        patch(&world, &world.test, &id, json!({ "name": "x" })).await.fails(404, "NOT_FOUND");
        // What changes nothing is no change.
        assert_eq!(patch(&world, &world.live, &id, json!({ "name": "second" })).await.ok(200)["name"], "second");
    }

    async fn rolled_with_an_overlap(world) {
        let (id, old) = make(&world, json!({ "name": "deploy", "service": "s", "scopes": ["issuances:write", "keys:write"] })).await;
        let rolled = roll(&world, &old, &id, 600).await.ok(201);
        let (next, new) = read(&rolled);
        assert_eq!((&rolled["name"], &rolled["service"], &rolled["scopes"]), (&json!("deploy"), &json!("s"), &json!(["issuances:write", "keys:write"])));
        let shown = listed(&world, &id).await;
        assert_eq!((&shown["supersededBy"], &shown["overlapEndsAt"]), (&json!(next), &json!("2026-11-23T10:10:00.000Z")));
        assert_eq!(world.with(&old, "GET", "/v1/whoami", None).await.ok(200)["key"]["supersededBy"], json!(next));
        let told = roll(&world, &world.live, &id, 0).await.fails(409, "CONFLICT");
        assert!(told["detail"].as_str().unwrap().contains(&next), "{told}");
        world.wait(599_999);
        assert_eq!((status(&world, &old).await, status(&world, &new).await), (200, 200));
        world.wait(1);
        assert_eq!((status(&world, &old).await, status(&world, &new).await), (401, 200));
        cancel(&world, &id, "?force=true").await.fails(409, "CONFLICT");
        // Without an overlap it is over at once; and the default is a day.
        let (third, last) = read(&roll(&world, &world.live, &next, 0).await.ok(201));
        assert_eq!((status(&world, &new).await, status(&world, &last).await), (401, 200));
        let path = format!("/v1/api-keys/{third}/roll");
        world.with(&world.live, "POST", &path, None).await.ok(201);
        world.wait(DAY - 1);
        assert_eq!(status(&world, &last).await, 200);
        world.wait(1);
        assert_eq!(status(&world, &last).await, 401);
    }

    async fn what_cannot_be_rolled(world) {
        let (id, _) = make(&world, json!({ "name": "x", "expiresAt": "2026-11-23T11:00:00Z" })).await;
        for overlap in [json!(2_592_001), json!(-1), json!(1.5), json!("7d")] {
            let body = Some(json!({ "overlapSeconds": overlap }));
            let path = format!("/v1/api-keys/{id}/roll");
            let told = world.with(&world.live, "POST", &path, body).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"]["overlapSeconds"][0].is_string(), "{told}");
        }
        cancel(&world, &id, "").await.fails(409, "CONFLICT");
        world.wait(3_600_000);
        roll(&world, &world.live, &id, 60).await.fails(409, "CONFLICT");
        roll(&world, &world.live, "000000000000", 60).await.fails(404, "NOT_FOUND");
        roll(&world, &world.test, &id, 60).await.fails(404, "NOT_FOUND");
        let path = format!("/v1/api-keys/{id}?force=true");
        world.with(&world.live, "DELETE", &path, None).await.ok(204);
        roll(&world, &world.live, &id, 60).await.fails(404, "NOT_FOUND");
    }

    async fn a_roll_is_taken_back(world) {
        let (id, old) = make(&world, json!({ "name": "deploy" })).await;
        let (_, new) = read(&roll(&world, &world.live, &id, 600).await.ok(201));
        assert_eq!(status(&world, &new).await, 200);
        let told = cancel(&world, &id, "").await.fails(409, "CONFLICT");
        assert!(told["detail"].as_str().unwrap().contains("its successor was used 1 times"), "{told}");
        let back = cancel(&world, &id, "?force=true").await.ok(200);
        assert_eq!((&back["supersededBy"], &back["overlapEndsAt"]), (&json!(null), &json!(null)));
        world.wait(DAY);
        assert_eq!((status(&world, &old).await, status(&world, &new).await), (200, 401));
        // And again; a successor nobody used, and one that was deleted by hand, are no question.
        roll(&world, &world.live, &id, 600).await.ok(201);
        cancel(&world, &id, "").await.ok(200);
        let (next, _) = read(&roll(&world, &world.live, &id, 600).await.ok(201));
        world.with(&world.live, "DELETE", &format!("/v1/api-keys/{next}"), None).await.ok(204);
        cancel(&world, &id, "").await.ok(200);
        let (next, _) = read(&roll(&world, &world.live, &id, 600).await.ok(201));
        roll(&world, &world.live, &next, 600).await.ok(201);
        let told = cancel(&world, &id, "").await.fails(409, "CONFLICT");
        assert!(told["detail"].as_str().unwrap().contains("was rolled itself"), "{told}");
    }

    async fn a_roll_that_is_sent_twice_is_one(world) {
        let (id, _) = make(&world, json!({ "name": "deploy" })).await;
        let path = format!("/v1/api-keys/{id}/roll");
        let send = async || {
            let sent = world.request("POST", &path).header("x-api-key", &world.live).header("idempotency-key", "k");
            Answer::of(sent.json(&json!({}))).await
        };
        let (first, second) = (send().await.ok(201), send().await);
        assert_eq!(second.header("idempotent-replayed"), "true");
        let second = second.ok(201);
        assert_eq!((&first["id"], &second["secret"], &second["secretShownOnce"]), (&second["id"], &json!(null), &json!(true)));
    }

    async fn idle_after_thirty_days(world) {
        let (id, secret) = make(&world, json!({ "name": "seldom" })).await;
        world.wait(30 * DAY - 1);
        assert_eq!(listed(&world, &id).await["isIdle"], false);
        world.wait(1);
        assert_eq!(listed(&world, &id).await["isIdle"], true);
        assert_eq!(status(&world, &secret).await, 200);
        // Uses are written within a second or so; whoever would delete it sees them at once.
        world.with(&world.live, "DELETE", &format!("/v1/api-keys/{id}"), None).await.fails(409, "CONFLICT");
        assert_eq!(listed(&world, &id).await["isIdle"], false);
    }

    async fn a_network_is_known_by_a_trusted_proxy_only(world) {
        let mut world = world;
        let (_, far) = make(&world, json!({ "name": "far", "allowedCidrs": ["192.0.2.0/24"] })).await;
        let (_, near) = make(&world, json!({ "name": "near", "allowedCidrs": ["127.0.0.1/32"] })).await;
        let from = async |world: &World, key: &str, forwarded: &str| {
            let sent = world.request("GET", "/v1/whoami").header("x-api-key", key).header("x-forwarded-for", forwarded);
            Answer::of(sent).await
        };
        let refused = from(&world, &far, "192.0.2.7").await.fails(403, "FORBIDDEN");
        assert_eq!(refused["reason"], "ip_not_allowed");
        snapshot!("403-ip-not-allowed", shape(refused));
        from(&world, &near, "192.0.2.7").await.ok(200);
        world.stop().await;
        world.start(&[("server.trusted_proxies", "127.0.0.0/8")]).await.unwrap();
        from(&world, &far, "192.0.2.7").await.ok(200);
        from(&world, &far, "198.51.100.1, 192.0.2.7").await.ok(200);
        from(&world, &far, "192.0.2.7, 198.51.100.1").await.fails(403, "FORBIDDEN");
        from(&world, &near, "192.0.2.7").await.fails(403, "FORBIDDEN");
    }
}
