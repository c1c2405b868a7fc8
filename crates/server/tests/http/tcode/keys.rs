//! Who may stamp and change stamps: scopes, templates of a key, quotas, caps, a suspended tenant.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{by_reference, fields, least, original, path, stamp, stamped, tdoc, text, with};
use crate::shape::shape;
use crate::world::{Answer, DAY, World};

/// A key with these members.
async fn key(world: &World, mut members: Value) -> String {
    members["name"] = "narrow".into();
    let made = world.post("/v1/api-keys", members).await.ok(201);
    text(&made, "secret").to_owned()
}

async fn operator(world: &World, path: &str, body: Value) -> Value {
    let path = format!("/tenants/{}/{path}", world.issuer);
    let (status, tenant) = world.operator("POST", &path, Some(body)).await;
    assert_eq!(status, 200, "{tenant}");
    tenant
}

on_both_engines! {
    async fn each_scope_opens_its_doors_and_no_other(world) {
        let made = stamped(&world).await;
        let (own, template) = (path(&made), tdoc(&world, fields()).await);
        let doors = [
            ("GET", "/v1/tcode/stamps".to_owned(), "stamps:read", json!(null)), ("GET", own.clone(), "stamps:read", json!(null)),
            ("GET", format!("{own}/pdf"), "stamps:read", json!(null)), ("GET", format!("{own}/events"), "stamps:read", json!(null)),
            ("POST", "/v1/tcode/stamps".to_owned(), "stamps:write", least()), ("POST", format!("{own}/replace"), "stamps:write", least()),
            ("POST", format!("{own}/suspend"), "stamps:lifecycle", json!({})),
            ("POST", format!("{own}/reactivate"), "stamps:lifecycle", json!({})),
            ("POST", format!("{own}/revoke"), "stamps:lifecycle", json!({})),
            ("POST", format!("{own}/erase"), "stamps:lifecycle", json!({ "reason": "x" })),
            ("GET", format!("/v1/tcode/templates/{template}"), "templates:read", json!(null)),
            ("GET", "/v1/tcode/placement-templates".to_owned(), "templates:read", json!(null)),
            ("POST", "/v1/tcode/templates".to_owned(), "templates:write", json!({ "name": "x" })),
            ("GET", "/v1/tcode/verify/history".to_owned(), "verifications:read", json!(null)),
        ];
        let scopes = [
            "stamps:read", "stamps:write", "stamps:lifecycle", "templates:read", "templates:write", "verifications:read",
            "issuances:write", "issuances:lifecycle",
        ];
        for scope in scopes {
            let secret = key(&world, json!({ "scopes": [scope] })).await;
            for (method, path, needed, body) in &doors {
                let (held, needs) = (scope.split_once(':').unwrap(), needed.split_once(':').unwrap());
                let opens = held == needs || (held.0 == needs.0 && held.1 == "write" && needs.1 == "read");
                if opens {
                    continue;
                }
                let refused = world.with(&secret, method, path, Some(body.clone())).await.fails(403, "FORBIDDEN");
                assert_eq!(refused["reason"], "insufficient_scope", "{scope} at {method} {path}");
            }
        }
        // In this order, each door once with its own scope alone.
        for (method, path, needed, body) in &doors {
            let secret = key(&world, json!({ "scopes": [needed] })).await;
            let body = (!body.is_null()).then(|| body.clone());
            let answer = world.with(&secret, method, path, body).await;
            // What was replaced is revoked, and can be no more than erased.
            let wanted: &[u16] = match path.rsplit('/').next() {
                Some("suspend" | "reactivate" | "revoke") => &[409],
                _ => &[200, 201],
            };
            assert!(wanted.contains(&answer.status), "{method} {path}: {}", answer.text());
        }
        let writes = key(&world, json!({ "scopes": ["stamps:write"] })).await;
        world.with(&writes, "GET", "/v1/tcode/stamps", None).await.ok(200);
        Answer::of(world.request("GET", "/v1/tcode/stamps")).await.fails(401, "UNAUTHORIZED");
    }

    async fn a_key_for_certain_templates_only(world) {
        let (one, two) = (tdoc(&world, fields()).await, tdoc(&world, fields()).await);
        let secret = key(&world, json!({ "templateIds": [one] })).await;
        let holder = json!([{ "key": "holder", "value": "Ada" }]);
        let with_template = |id: &str| with(json!({ "tdocTemplateId": id, "fields": holder }));
        let send = |body: Value| world.with(&secret, "POST", "/v1/tcode/stamps", Some(body));
        let made = send(with_template(&one)).await.ok(201);
        assert_eq!(send(with_template(&two)).await.fails(403, "FORBIDDEN")["reason"], "insufficient_scope");
        // Nor does it make templates, or change those of others.
        for (method, path) in [
            ("POST", "/v1/tcode/templates".to_owned()), ("PUT", format!("/v1/tcode/templates/{two}")), ("POST", "/v1/tcode/placement-templates".to_owned()),
            ("DELETE", format!("/v1/tcode/templates/{two}")),
        ] {
            let refused = world.with(&secret, method, &path, Some(json!({ "name": "x" }))).await.fails(403, "FORBIDDEN");
            assert_eq!(refused["reason"], "insufficient_scope", "{method} {path}");
        }
        let told = send(least()).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["tdocTemplateId"][0].is_string(), "{told}");
        let others = stamped(&world).await;
        for (stamp, status) in [(&made, 200), (&others, 403)] {
            let answer = world.with(&secret, "POST", &format!("{}/suspend", path(stamp)), None).await;
            assert_eq!(answer.status, status, "{}", answer.text());
        }
    }

    async fn a_quota_of_stamps_is_not_that_of_issuances(world) {
        let template = world.template(&world.live).await;
        operator(&world, "limits", json!({ "stampsPerMonth": 2, "issuancesPerMonth": 1 })).await;
        let first = stamped(&world).await;
        world.issue(&template).await;
        // A successor counts like any other.
        world.post(&format!("{}/replace", path(&first)), least()).await.ok(201);
        let full = stamp(&world, least()).await.fails(403, "FORBIDDEN");
        snapshot!("quota-of-stamps-used-up", shape(full));
        world.post(&format!("{}/replace", path(&first)), least()).await;
        assert_eq!(world.post("/v1/trust/issuances", crate::world::request(&template)).await.status, 403);
        let used = world.get("/v1/usage").await.ok(200);
        assert_eq!((&used["total"]["stamps"], &used["total"]["issuances"]), (&json!(2), &json!(1)), "{}", used["total"]);
        // A test stamp costs nothing, verification goes on, and the next month begins anew.
        world.with(&world.test, "POST", "/v1/tcode/stamps", Some(least())).await.ok(201);
        assert_eq!(by_reference(&world, &first).await["verdict"], "revoked");
        world.wait(31 * DAY);
        stamped(&world).await;
    }

    async fn a_refused_request_costs_nothing(world) {
        operator(&world, "limits", json!({ "stampsPerMonth": 1 })).await;
        stamp(&world, with(json!({ "pdf": STANDARD.encode(&original()[..99]) }))).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        stamp(&world, with(json!({ "expiresAt": "soon" }))).await.fails(422, "VALIDATION_FAILED");
        stamped(&world).await;
    }

    async fn a_cap_on_revocations_counts_both_products(world) {
        let secret = key(&world, json!({ "revocationsPerDay": 2 })).await;
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let lifecycle = format!("/v1/trust/issuances/{}/lifecycle", text(&issued, "id"));
        world.with(&secret, "POST", &lifecycle, Some(json!({ "action": "suspend" }))).await.ok(200);
        let (one, two) = (stamped(&world).await, stamped(&world).await);
        world.with(&secret, "POST", &format!("{}/revoke", path(&one)), None).await.ok(200);
        let refused = world.with(&secret, "POST", &format!("{}/revoke", path(&two)), None).await.fails(403, "FORBIDDEN");
        assert_eq!(refused["reason"], "revocation_cap");
        assert_eq!(by_reference(&world, &two).await["verdict"], "valid");
    }

    async fn a_suspended_tenant_is_read_and_verified_but_not_written(world) {
        let made = stamped(&world).await;
        let (own, template) = (path(&made), tdoc(&world, fields()).await);
        operator(&world, "suspend", json!({ "reason": "unpaid" })).await;
        for (method, path, body) in [
            ("POST", "/v1/tcode/stamps".to_owned(), least()), ("POST", format!("{own}/replace"), least()),
            ("POST", format!("{own}/suspend"), json!({})), ("POST", format!("{own}/revoke"), json!({})),
            ("POST", format!("{own}/reactivate"), json!({})), ("POST", format!("{own}/erase"), json!({ "reason": "x" })),
            ("POST", "/v1/tcode/templates".to_owned(), json!({ "name": "x" })),
            ("DELETE", format!("/v1/tcode/templates/{template}"), json!(null)),
            ("POST", "/v1/tcode/placement-templates".to_owned(), json!({ "name": "x" })),
        ] {
            let refused = world.with(&world.live, method, &path, Some(body)).await.fails(403, "FORBIDDEN");
            assert_eq!(refused["reason"], "tenant_suspended", "{method} {path}");
        }
        for path in ["/v1/tcode/stamps", "/v1/tcode/templates", "/v1/tcode/verify/history", &own] {
            world.get(path).await.ok(200);
        }
        assert_eq!(by_reference(&world, &made).await["verdict"], "valid");
        operator(&world, "resume", json!({ "reason": "paid" })).await;
        stamped(&world).await;
    }

    async fn stamps_are_the_tenants_own(world) {
        let (made, place) = (stamped(&world).await, crate::tcode::placement(&world, json!({ "name": "Corner" })).await);
        let other = world.tenant("Other School", "OTHER1").await;
        let own = path(&made);
        for (method, path, body) in [
            ("GET", own.clone(), None), ("GET", format!("{own}/pdf"), None), ("GET", format!("{own}/events"), None),
            ("POST", format!("{own}/suspend"), Some(json!({}))), ("POST", format!("{own}/revoke"), Some(json!({}))),
            ("POST", format!("{own}/replace"), Some(least())), ("POST", format!("{own}/erase"), Some(json!({ "reason": "x" }))),
            ("GET", format!("/v1/tcode/placement-templates/{place}"), None),
        ] {
            world.with(&other, method, &path, body).await.fails(404, "NOT_FOUND");
        }
        assert_eq!(world.with(&other, "GET", "/v1/tcode/stamps", None).await.ok(200)["items"], json!([]));
        let theirs = with(json!({ "placementTemplateId": place }));
        world.with(&other, "POST", "/v1/tcode/stamps", Some(theirs)).await.fails(422, "VALIDATION_FAILED");
    }
}
