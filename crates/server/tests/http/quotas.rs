//! How much may be issued and taken out of force, who is told of it, and that time alone ends a document once.

use serde_json::{Value, json};

use crate::shape::shape;
use crate::world::{Answer, DAY, World, request};

/// A key that may do everything, with a cap of its own: its id and its secret.
async fn capped(world: &World, mode: &str, by: &str, cap: Option<u32>) -> (String, String) {
    let body = json!({ "name": "capped", "mode": mode, "revocationsPerDay": cap });
    let made = world
        .with(by, "POST", "/v1/api-keys", Some(body))
        .await
        .ok(201);
    assert_eq!(made["revocationsPerDay"], json!(cap));
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

async fn issue(world: &World, key: &str, template: &str) -> Answer {
    let body = Some(request(template));
    world.with(key, "POST", "/v1/trust/issuances", body).await
}

async fn act(world: &World, key: &str, id: &Value, action: &str) -> Answer {
    let path = format!("/v1/trust/issuances/{}/lifecycle", id.as_str().unwrap());
    world
        .with(key, "POST", &path, Some(json!({ "action": action })))
        .await
}

async fn limit(world: &World, body: Value) -> Value {
    let path = format!("/tenants/{}/limits", world.issuer);
    let (status, tenant) = world.operator("POST", &path, Some(body)).await;
    assert_eq!(status, 200, "{tenant}");
    tenant["limits"].clone()
}

async fn usage(world: &World, key: &str, query: &str) -> Value {
    world
        .with(key, "GET", &format!("/v1/usage{query}"), None)
        .await
        .ok(200)
}

/// What the record of a document says of its end.
async fn lapses(world: &World, id: &Value) -> Vec<Value> {
    let path = format!(
        "/v1/audit-events?type=issuance.lapsed&subject={}",
        id.as_str().unwrap()
    );
    let found = world.get(&path).await.ok(200);
    found["items"].as_array().unwrap().clone()
}

on_both_engines! {
    async fn a_key_takes_no_more_out_of_force_than_its_cap(world) {
        let template = world.template(&world.live).await;
        let (id, key) = capped(&world, "live", &world.live, Some(2)).await;
        let mut issued = Vec::new();
        for _ in 0..6 {
            issued.push(issue(&world, &key, &template).await.ok(201)["id"].clone());
        }
        act(&world, &key, &issued[0], "suspend").await.ok(200);
        // To put it back in force costs nothing.
        act(&world, &key, &issued[0], "reinstate").await.ok(200);
        act(&world, &key, &issued[1], "expire").await.ok(200);
        let full = act(&world, &key, &issued[2], "revoke").await;
        snapshot!("cap-of-key", shape(full.fails(403, "FORBIDDEN")));
        for (path, body) in [
            ("erase", json!({ "reason": "asked for" })),
            ("replace", request(&template)),
        ] {
            let path = format!("/v1/trust/issuances/{}/{path}", issued[2].as_str().unwrap());
            let full = world.with(&key, "POST", &path, Some(body)).await;
            assert_eq!(full.fails(403, "FORBIDDEN")["reason"], "revocation_cap", "{path}");
        }
        // Nothing of what was refused happened, and others go on.
        let shown = world.get(&format!("/v1/trust/issuances/{}", issued[2].as_str().unwrap())).await;
        assert_eq!(shown.ok(200)["status"], "Active");
        act(&world, &world.live, &issued[2], "revoke").await.ok(200);
        let told = usage(&world, &key, "").await["limits"].clone();
        assert_eq!(told[0]["name"], "keyRevocationsPerDay");
        assert_eq!((&told[0]["used"], &told[0]["remaining"]), (&json!(2), &json!(0)));
        // No key gives more than it has.
        for body in [json!({ "name": "x", "revocationsPerDay": 3 }), json!({ "name": "x", "revocationsPerDay": 0 })] {
            let beyond = world.with(&key, "POST", "/v1/api-keys", Some(body)).await;
            assert!(beyond.fails(422, "VALIDATION_FAILED")["errors"]["revocationsPerDay"].is_array());
        }
        let path = format!("/v1/api-keys/{id}");
        let body = |cap: Value| Some(json!({ "revocationsPerDay": cap }));
        let beyond = world.with(&key, "PATCH", &path, body(Value::Null)).await;
        assert!(beyond.fails(422, "VALIDATION_FAILED")["errors"]["revocationsPerDay"].is_array());
        let (_, child) = capped(&world, "live", &key, Some(1)).await;
        act(&world, &child, &issued[3], "revoke").await.ok(200);
        // One with more raises it.
        world.with(&world.live, "PATCH", &path, body(json!(3))).await.ok(200);
        act(&world, &key, &issued[4], "revoke").await.ok(200);
        act(&world, &key, &issued[5], "revoke").await.fails(403, "FORBIDDEN");
        // The next day begins anew.
        world.wait(DAY);
        act(&world, &key, &issued[5], "revoke").await.ok(200);
    }

    async fn a_tenant_has_quotas_and_caps_for_live_documents(world) {
        let template = world.template(&world.live).await;
        let first = issue(&world, &world.live, &template).await.ok(201);
        let set = limit(&world, json!({ "issuancesPerMonth": 3, "revocationsPerDay": 1 })).await;
        assert_eq!(set, json!({ "issuancesPerMonth": 3, "revocationsPerDay": 1 }));
        // What was issued before counts.
        let second = issue(&world, &world.live, &template).await.ok(201);
        let third = issue(&world, &world.live, &template).await.ok(201);
        let full = issue(&world, &world.live, &template).await;
        snapshot!("quota-used-up", shape(full.fails(403, "FORBIDDEN")));
        let told = usage(&world, &world.live, "").await;
        snapshot!("usage-of-limits", shape(json!({ "limits": told["limits"], "total": told["total"] })));
        assert_eq!(told["total"]["issuances"], 3);
        // A replay is no second document, and verification goes on.
        world.verify(first["reference"].as_str().unwrap()).await;
        act(&world, &world.live, &second["id"], "suspend").await.ok(200);
        let full = act(&world, &world.live, &third["id"], "suspend").await.fails(403, "FORBIDDEN");
        assert_eq!(full["reason"], "revocation_cap");
        // Test documents cost nothing.
        let test = world.template(&world.test).await;
        for _ in 0..5 {
            let issued = issue(&world, &world.test, &test).await.ok(201);
            act(&world, &world.test, &issued["id"], "revoke").await.ok(200);
        }
        assert_eq!(usage(&world, &world.test, "").await["limits"], json!([]));
        assert_eq!(usage(&world, &world.test, "").await["total"]["issuances"], 5);
        // A month later it begins anew; the operator takes limits away.
        world.wait(31 * DAY);
        issue(&world, &world.live, &template).await.ok(201);
        assert_eq!(limit(&world, json!({ "issuancesPerMonth": 0, "revocationsPerDay": null })).await, json!({ "issuancesPerMonth": 0 }));
        for _ in 0..4 {
            issue(&world, &world.live, &template).await.ok(201);
        }
        assert_eq!(limit(&world, json!({ "issuancesPerMonth": null })).await, json!({}));
    }

    async fn usage_by_day_and_by_key(world) {
        let template = world.template(&world.live).await;
        let (id, key) = capped(&world, "live", &world.live, None).await;
        let mine = issue(&world, &key, &template).await.ok(201);
        issue(&world, &world.live, &template).await.ok(201);
        act(&world, &key, &mine["id"], "revoke").await.ok(200);
        world.wait(2 * DAY);
        issue(&world, &key, &template).await.ok(201);
        let days = usage(&world, &world.live, "").await;
        let days = days["items"].as_array().unwrap();
        assert_eq!(days.len(), 30);
        let counts = |used: &Value| (used["issuances"].as_i64().unwrap(), used["revocations"].as_i64().unwrap());
        let counts: Vec<_> = days[27..].iter().map(counts).collect();
        assert_eq!(counts, [(2, 1), (0, 0), (1, 0)]);
        let keys = usage(&world, &world.live, "?by=key").await;
        let keys = keys["items"].as_array().unwrap().clone();
        let of = |id: &str| keys.iter().find(|used| used["keyId"] == id).cloned().unwrap();
        assert_eq!((&of(&id)["issuances"], &of(&id)["revocations"], &of(&id)["requests"]), (&json!(2), &json!(1), &json!(3)));
        let today = days[29]["day"].as_str().unwrap();
        let one = usage(&world, &world.live, &format!("?from={today}&to={today}")).await;
        assert_eq!((one["items"].as_array().unwrap().len(), &one["total"]["issuances"]), (1, &json!(1)));
        for query in ["?from=2026-13-01", "?from=2026-01-01&to=2025-01-01", "?from=2020-01-01&to=2026-01-01", "?by=week", "?to="] {
            world.get(&format!("/v1/usage{query}")).await.fails(422, "VALIDATION_FAILED");
        }
    }

    async fn the_end_of_a_document_is_recorded_once(world) {
        let template = world.template(&world.live).await;
        let with = |end: &str| {
            let mut body = request(&template);
            body["expiresAt"] = end.into();
            body
        };
        let mut issued = Vec::new();
        for _ in 0..3 {
            issued.push(world.post("/v1/trust/issuances", with("2027-01-31T12:00:00Z")).await.ok(201));
        }
        let later = world.post("/v1/trust/issuances", with("2099-01-31T12:00:00Z")).await.ok(201);
        world.change(&issued[1]["id"], "revoke").await.ok(200);
        world.wait(400 * DAY);
        // The clock decides at once; the record follows within seconds.
        let reference = issued[0]["reference"].as_str().unwrap();
        assert_eq!(world.verify(reference).await["verdict"], "expired");
        let mut found = Vec::new();
        for _ in 0..100 {
            found = lapses(&world, &issued[0]["id"]).await;
            found.extend(lapses(&world, &issued[2]["id"]).await);
            if found.len() == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(found.len(), 2);
        snapshot!("event-lapsed", shape(found[0].clone()));
        // Once, however often it is looked for.
        world.wait(DAY);
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        let count = |found: Vec<Value>| found.len();
        assert_eq!(count(lapses(&world, &issued[0]["id"]).await), 1);
        assert_eq!(count(lapses(&world, &issued[1]["id"]).await), 0);
        assert_eq!(count(lapses(&world, &later["id"]).await), 0);
        // It can still be revoked for what was found out since.
        let path = format!("/v1/trust/issuances/{}/lifecycle", issued[0]["id"].as_str().unwrap());
        world.post(&path, json!({ "action": "revoke", "reason": "fraud" })).await.ok(200);
        assert_eq!(world.verify(reference).await["verdict"], "revoked");
        let (status, audit) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!((status, &audit["findings"]), (200, &json!([])));
    }
}
