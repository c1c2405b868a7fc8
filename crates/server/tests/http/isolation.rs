//! Somebody else's object is like one that does not exist, byte for byte.

use serde_json::{Value, json};

use crate::shape::bytes_but_ids;
use crate::world::{World, request};

/// An id nobody has.
const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";

/// Every route with an id in it; `{}` is the id.
fn documents(template: &str) -> Vec<(&'static str, &'static str, Option<Value>)> {
    vec![
        ("GET", "/v1/trust/issuances/{}", None),
        ("GET", "/v1/trust/issuances/{}/pdf", None),
        ("GET", "/v1/trust/issuances/{}/credential", None),
        ("GET", "/v1/trust/issuances/{}/events", None),
        (
            "POST",
            "/v1/trust/issuances/{}/lifecycle",
            Some(json!({ "action": "revoke" })),
        ),
        (
            "POST",
            "/v1/trust/issuances/{}/replace",
            Some(request(template)),
        ),
        (
            "POST",
            "/v1/trust/issuances/{}/erase",
            Some(json!({ "reason": "x" })),
        ),
    ]
}

fn templates() -> Vec<(&'static str, &'static str, Option<Value>)> {
    vec![
        ("GET", "/v1/trust/templates/{}", None),
        (
            "PUT",
            "/v1/trust/templates/{}",
            Some(crate::world::template()),
        ),
        ("DELETE", "/v1/trust/templates/{}", None),
        ("POST", "/v1/trust/templates/{}/archive", None),
        ("POST", "/v1/trust/templates/{}/unarchive", None),
        (
            "POST",
            "/v1/trust/templates/{}/duplicate",
            Some(json!({ "name": "copy" })),
        ),
        ("GET", "/v1/trust/templates/{}/csv-fields", None),
    ]
}

/// Asks with the first tenant's key for ids it must not see, and compares with one that does not exist.
async fn same_as_missing(
    world: &World,
    key: &str,
    routes: Vec<(&str, &str, Option<Value>)>,
    ids: &[&str],
) {
    for (method, path, body) in routes {
        let missing = path.replace("{}", NOBODYS);
        let missing = bytes_but_ids(&world.with(key, method, &missing, body.clone()).await);
        assert!(missing.starts_with("404\n"), "{method} {path}: {missing}");
        for id in ids {
            let answer = world
                .with(key, method, &path.replace("{}", id), body.clone())
                .await;
            assert_eq!(bytes_but_ids(&answer), missing, "{method} {path} with {id}");
        }
    }
}

async fn issued_with(world: &World, key: &str) -> (String, Value) {
    let template = world.template(key).await;
    let issued = world
        .with(key, "POST", "/v1/trust/issuances", Some(request(&template)))
        .await
        .ok(201);
    (template, issued)
}

on_both_engines! {
    async fn a_document_of_another_tenant(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (_, theirs) = issued_with(&world, &other).await;
        let own = world.template(&world.live).await;
        let id = theirs["id"].as_str().unwrap();
        same_as_missing(&world, &world.live, documents(&own), &[id, "not-an-id", "%00", &id.to_uppercase()]).await;
        let path = format!("/v1/trust/issuances/{id}");
        assert_eq!(world.with(&other, "GET", &path, None).await.ok(200)["status"], "Active", "nothing was done to it");
    }

    async fn a_document_of_the_other_mode(world) {
        let template = world.template(&world.live).await;
        let live = world.issue(&template).await;
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        assert_eq!(test["mode"], "test");
        same_as_missing(&world, &world.live, documents(&template), &[test["id"].as_str().unwrap()]).await;
        same_as_missing(&world, &world.test, documents(&template), &[live["id"].as_str().unwrap()]).await;
    }

    async fn a_template_of_another_tenant(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let theirs = world.template(&other).await;
        same_as_missing(&world, &world.live, templates(), &[&theirs, "not-an-id", "%00"]).await;
        world.with(&other, "GET", &format!("/v1/trust/templates/{theirs}"), None).await.ok(200);
        // In a body: the same words whether it exists or not.
        let refused = |template: String| {
            let world = &world;
            async move { bytes_but_ids(&world.post("/v1/trust/issuances", request(&template)).await) }
        };
        let missing = refused(NOBODYS.to_owned()).await;
        assert!(missing.starts_with("422\n"), "{missing}");
        assert_eq!(refused(theirs).await, missing);
    }

    async fn templates_are_shared_between_the_modes(world) {
        let template = world.template(&world.test).await;
        assert_eq!(world.get(&format!("/v1/trust/templates/{template}")).await.ok(200)["version"], 1);
        world.issue(&template).await;
    }

    async fn a_key_of_another_tenant_or_mode(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let theirs = world.with(&other, "GET", "/v1/whoami", None).await.ok(200)["key"]["id"].as_str().unwrap().to_owned();
        let test = world.with(&world.test, "GET", "/v1/whoami", None).await.ok(200)["key"]["id"].as_str().unwrap().to_owned();
        let routes = vec![("DELETE", "/v1/api-keys/{}", None), ("DELETE", "/v1/api-keys/{}?force=true", None)];
        same_as_missing(&world, &world.live, routes, &[&theirs, &test, "x", "%00", "%F0%9F%92%A9"]).await;
        world.with(&other, "GET", "/v1/whoami", None).await.ok(200);
        world.with(&world.test, "GET", "/v1/whoami", None).await.ok(200);
    }

    async fn lists_show_only_what_is_ones_own(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (their_template, theirs) = issued_with(&world, &other).await;
        let (template, mine) = issued_with(&world, &world.live).await;
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        for issued in [&theirs, &mine, &test] {
            world.verify(issued["reference"].as_str().unwrap()).await;
        }
        let reference = theirs["reference"].as_str().unwrap();
        for path in [
            "/v1/trust/issuances".to_owned(), "/v1/trust/templates".to_owned(), "/v1/api-keys".to_owned(),
            "/v1/trust/verify/history".to_owned(), "/v1/trust/issuances?recipient=ada".to_owned(),
            format!("/v1/trust/issuances?reference={reference}"), format!("/v1/trust/issuances?templateId={their_template}"),
            format!("/v1/trust/verify/history?reference={reference}"),
            format!("/v1/trust/verify/history?reference={}", test["reference"].as_str().unwrap()),
        ] {
            let text = world.get(&path).await.text();
            for foreign in [&theirs["id"], &theirs["reference"], &test["id"], &test["reference"]] {
                assert!(!text.contains(foreign.as_str().unwrap()), "{path} shows {foreign}");
            }
            assert!(!text.contains(&their_template), "{path}");
        }
        let page = world.get("/v1/trust/issuances").await.ok(200);
        assert_eq!(page["items"][0]["id"], mine["id"]);
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
    }

    async fn two_tenants_may_use_the_same_external_id(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let theirs = world.template(&other).await;
        let template = world.template(&world.live).await;
        for (key, template) in [(&world.live, &template), (&world.test, &template), (&other, &theirs)] {
            let mut body = request(template);
            body["externalId"] = "A-1".into();
            world.with(key, "POST", "/v1/trust/issuances", Some(body)).await.ok(201);
        }
    }
}
