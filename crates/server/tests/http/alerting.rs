//! What people are told of: once while it lasts, and those whom it concerns.

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;
use serde_json::{Value, json};

use crate::raw::{Cell, Raw};
use crate::shape::shape;
use crate::world::{Answer, DAY, START, World, request};

/// The open alerts of a tenant of this kind, as soon as there are so many, and after waiting for more.
async fn open(world: &World, kind: &str, expected: usize) -> Vec<Value> {
    let path = "/v1/alerts?state=open&limit=200";
    settled(expected, || async {
        let found = world.get(path).await.ok(200);
        of(&found, kind)
    })
    .await
}

/// The same of the instance.
async fn open_of_instance(world: &World, kind: &str, expected: usize) -> Vec<Value> {
    settled(expected, || async {
        let (status, found) = world.operator("GET", "/alerts?state=open", None).await;
        assert_eq!(status, 200, "{found}");
        of(&found, kind)
    })
    .await
}

fn of(found: &Value, kind: &str) -> Vec<Value> {
    let items = found["items"].as_array().unwrap().iter();
    items
        .filter(|alert| alert["kind"] == kind)
        .cloned()
        .collect()
}

async fn settled<F: Future<Output = Vec<Value>>>(
    expected: usize,
    ask: impl Fn() -> F,
) -> Vec<Value> {
    let mut found = Vec::new();
    // Noticed within ten seconds (G-26); the rest is patience with a loaded machine.
    for _ in 0..300 {
        found = ask().await;
        if found.len() >= expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // One, and not a storm.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let later = ask().await;
    assert_eq!(later.len(), expected, "{found:?} {later:?}");
    later
}

/// An alert without the random id of its key.
fn told(alert: &Value, key: &str) -> Value {
    let text = alert.to_string().replace(key, "«key»");
    shape(serde_json::from_str(&text).unwrap())
}

async fn make(world: &World, body: Value) -> (String, String) {
    let made = world.post("/v1/api-keys", body).await.ok(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

async fn whoami(world: &World, key: &str) -> Answer {
    world.with(key, "GET", "/v1/whoami", None).await
}

on_both_engines! {
    async fn twenty_refusals_in_a_minute_are_one_alert(world) {
        let (id, secret) = make(&world, json!({ "name": "old" })).await;
        let path = format!("/v1/api-keys/{id}?force=true");
        world.with(&world.live, "DELETE", &path, None).await.ok(204);
        for _ in 0..19 {
            whoami(&world, &secret).await.fails(401, "UNAUTHORIZED");
        }
        open(&world, "auth_failures", 0).await;
        whoami(&world, &secret).await.fails(401, "UNAUTHORIZED");
        let found = open(&world, "auth_failures", 1).await;
        snapshot!("alert-of-401", told(&found[0], &id));
        assert_eq!(found[0]["subject"], format!("key:{id}"));
        // However often it happens while it is open.
        for _ in 0..40 {
            whoami(&world, &secret).await.fails(401, "UNAUTHORIZED");
        }
        let found = open(&world, "auth_failures", 1).await;
        assert_eq!(found[0]["occurrences"], 60);
        // Refused for what it may not do counts as well, and nobody is locked out.
        let (reader, narrow) = make(&world, json!({ "name": "reader", "scopes": ["issuances:read"] })).await;
        for _ in 0..20 {
            world.with(&narrow, "GET", "/v1/trust/templates", None).await.fails(403, "FORBIDDEN");
        }
        let found = open(&world, "auth_failures", 2).await;
        assert_eq!(found[0]["subject"], format!("key:{reader}"));
        whoami(&world, &narrow).await.ok(200);
        whoami(&world, &world.live).await.ok(200);
        // Keys nobody has are the operator's affair: they name no tenant.
        let nobodys = ApiKey::from_random(Mode::Live, &[9; ApiKey::RANDOM_LEN]).unwrap();
        for _ in 0..25 {
            whoami(&world, nobodys.expose()).await.fails(401, "UNAUTHORIZED");
        }
        let found = open_of_instance(&world, "auth_failures", 1).await;
        assert_eq!(found[0]["subject"], "network:127.0.0.0/24");
        open(&world, "auth_failures", 2).await;
    }

    async fn an_alert_is_acknowledged_once_and_may_come_again(world) {
        let (id, secret) = make(&world, json!({ "name": "leaky" })).await;
        let report = || world.ask("/v1/leaks", json!({ "keys": [&secret] }));
        assert_eq!(report().await.status, 202);
        let found = open(&world, "leaked_key", 1).await;
        snapshot!("alert-of-leaked-key", told(&found[0], &id));
        let path = format!("/v1/alerts/{}/acknowledge", found[0]["id"].as_str().unwrap());
        let ended = world.post(&path, json!({})).await.ok(200);
        assert!(ended["endedBy"].as_str().unwrap().starts_with("key:"), "{ended}");
        let again = world.post(&path, json!({})).await.fails(409, "CONFLICT");
        snapshot!("alert-ended", shape(again));
        world.post("/v1/alerts/01890000-0000-7000-8000-000000000000/acknowledge", json!({})).await.fails(404, "NOT_FOUND");
        let listed = world.get("/v1/alerts?state=ended").await.ok(200);
        assert_eq!(listed["items"][0]["id"], ended["id"]);
        open(&world, "leaked_key", 0).await;
        world.wait(2 * DAY);
        assert_eq!(report().await.status, 202);
        assert_eq!(open(&world, "leaked_key", 1).await[0]["subject"], format!("key:{id}"));
        // Nothing of it for a day: it is over by itself.
        world.wait(2 * DAY);
        let mut ended = json!({});
        for _ in 0..300 {
            ended = world.get("/v1/alerts?state=ended&limit=1").await.ok(200)["items"][0].clone();
            if ended["endedBy"] == "system" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(ended["endedBy"], "system", "{ended}");
        let record = world.get("/v1/audit-events?type=alert.raised").await.ok(200);
        assert_eq!(record["items"].as_array().unwrap().len(), 2);
    }

    async fn a_key_in_a_browser(world) {
        let (id, secret) = make(&world, json!({ "name": "page" })).await;
        let from = |key: &str| world.request("GET", "/v1/whoami").header("x-api-key", key).header("origin", "https://shop.example");
        // Whoever makes one up raises nothing.
        let mut wrong = secret.clone().into_bytes();
        wrong[30] = if wrong[30] == b'a' { b'b' } else { b'a' };
        Answer::of(from(&String::from_utf8(wrong).unwrap())).await.fails(403, "FORBIDDEN");
        open(&world, "browser_key", 0).await;
        Answer::of(from(&secret)).await.fails(403, "FORBIDDEN");
        let found = open(&world, "browser_key", 1).await;
        assert_eq!((&found[0]["subject"], &found[0]["severity"]), (&json!(format!("key:{id}")), &json!("critical")));
    }

    async fn a_revoked_document_and_many_unknown_ones(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        world.change(&issued["id"], "revoke").await.ok(200);
        let reference = issued["reference"].as_str().unwrap();
        for _ in 0..9 {
            world.verify(reference).await;
        }
        open(&world, "revoked_document", 0).await;
        world.verify(reference).await;
        assert_eq!(open(&world, "revoked_document", 1).await[0]["subject"], reference);
        for _ in 0..50 {
            world.ask("/v1/trust/verify/by-reference", json!({ "reference": "TRF-ABCD1234" })).await.ok(200);
        }
        let found = open_of_instance(&world, "unknown_documents", 1).await;
        assert_eq!((&found[0]["subject"], &found[0]["occurrences"]), (&json!("network:127.0.0.0/24"), &json!(50)));
    }

    async fn a_quota_at_80_95_and_100_per_cent(world) {
        let template = world.template(&world.live).await;
        let path = format!("/tenants/{}/limits", world.issuer);
        let (status, _) = world.operator("POST", &path, Some(json!({ "issuancesPerMonth": 20 }))).await;
        assert_eq!(status, 200);
        for _ in 0..15 {
            world.issue(&template).await;
        }
        world.wait(61_000);
        open(&world, "quota_used", 0).await;
        for (more, percent) in [(1, 80), (3, 95), (1, 100)] {
            for _ in 0..more {
                world.issue(&template).await;
            }
            world.wait(61_000);
            let expected = match percent { 80 => 1, 95 => 2, _ => 3 };
            let found = open(&world, "quota_used", expected).await;
            assert_eq!(found[0]["details"]["percent"], percent);
            if percent == 80 {
                snapshot!("alert-of-quota", shape(found[0].clone()));
            }
        }
        world.post("/v1/trust/issuances", request(&template)).await.fails(403, "FORBIDDEN");
        // It lasts, and is told once, also after somebody saw to it.
        let found = open(&world, "quota_used", 3).await;
        let path = format!("/v1/alerts/{}/acknowledge", found[0]["id"].as_str().unwrap());
        world.post(&path, json!({})).await.ok(200);
        world.wait(61_000);
        open(&world, "quota_used", 2).await;
    }

    async fn a_key_that_does_much_more_than_it_used_to(world) {
        let (id, _) = make(&world, json!({ "name": "calm" })).await;
        let (busy, _) = make(&world, json!({ "name": "busy" })).await;
        let hour = START / 3_600_000;
        let mut raw = Raw::open(&world);
        for (key, before, now) in [(&id, 50, 1_000), (&busy, 150, 1_000)] {
            for ago in 1..=30 {
                add(&mut raw, key, hour - ago, before);
            }
            add(&mut raw, key, hour, now);
        }
        world.wait(61_000);
        let found = open(&world, "traffic_spike", 1).await;
        assert_eq!(found[0]["subject"], format!("key:{id}"));
        assert_eq!(found[0]["details"], json!({ "meanPerHour": 50, "requestsThisHour": 1_000 }));
    }

    async fn a_clock_that_is_changed(world) {
        // Some seconds in which it goes on as before: a change is one only for a server that has begun to look.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        world.wait(DAY);
        let found = open_of_instance(&world, "clock_changed", 1).await;
        let by = found[0]["details"]["bySeconds"].as_i64().unwrap();
        // The clock of the test stands still otherwise, which a slow machine notices, too.
        assert!(by.abs() >= 5, "{by}");
    }

    async fn a_certificate_that_ends_soon(world) {
        let template = world.template(&world.live).await;
        world.issue(&template).await;
        open(&world, "certificate_expiry", 0).await;
        let asked = "SELECT max(valid_until) FROM signing_keys WHERE purpose = 'tenant'";
        let [Cell::Int(end)] = Raw::open(&world).query(asked, &[])[0][..] else {
            panic!("no certificate");
        };
        world.wait(end / 1_000 - START - 20 * DAY);
        let found = open(&world, "certificate_expiry", 2).await;
        assert_eq!(found[0]["details"]["purpose"], "tenant");
    }

    async fn a_record_that_was_altered(world) {
        world.template(&world.live).await;
        world.wait(3_600_000);
        open_of_instance(&world, "record_altered", 0).await;
        let edit = "UPDATE templates SET name = 'Other' WHERE name = 'Diploma'";
        assert_eq!(Raw::open(&world).execute(edit, &[]), Ok(1));
        world.wait(3_600_000);
        let found = open_of_instance(&world, "record_altered", 1).await;
        assert_eq!(found[0]["severity"], "critical");
        assert_eq!(found[0]["details"], json!({ "findings": 1, "tables": ["templates"] }));
        // Where it was is the operator's affair.
        open(&world, "record_altered", 0).await;
    }

    async fn writes_that_fail_one_after_the_other(world) {
        let (id, secret) = make(&world, json!({ "name": "importer" })).await;
        let issue = |body: Value| world.with(&secret, "POST", "/v1/trust/issuances", Some(body));
        for _ in 0..99 {
            issue(json!({ "templateId": "gone" })).await.fails(422, "VALIDATION_FAILED");
        }
        // Questions are none, however often they fail.
        for _ in 0..20 {
            let path = format!("/v1/trust/issuances/{}", uuid::Uuid::nil());
            world.with(&secret, "GET", &path, None).await.fails(404, "NOT_FOUND");
        }
        open(&world, "bulk_failures", 0).await;
        issue(json!({ "templateId": "gone" })).await.fails(422, "VALIDATION_FAILED");
        let found = open(&world, "bulk_failures", 1).await;
        assert_eq!((&found[0]["subject"], &found[0]["occurrences"]), (&json!(format!("key:{id}")), &json!(100)));
    }

    async fn heads_that_cannot_be_given_away(world) {
        let mut world = world;
        let folder = world.dir.path().join("sink");
        let sink = folder.join("heads");
        world.stop().await;
        world.start(&[("audit.sink", &sink.display().to_string())]).await.unwrap();
        world.wait(61_000);
        open_of_instance(&world, "head_not_delivered", 0).await;
        world.wait(301_000);
        let found = open_of_instance(&world, "head_not_delivered", 1).await;
        assert_eq!((&found[0]["severity"], &found[0]["subject"]), (&json!("critical"), &json!("")));
        // Meanwhile everything goes on, and once it can be written again it is.
        world.template(&world.live).await;
        std::fs::create_dir(&folder).unwrap();
        world.wait(61_000);
        for _ in 0..300 {
            if sink.exists() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(std::fs::read_to_string(&sink).unwrap().lines().count(), 1);
    }

    async fn an_anchor_that_cannot_be_written_or_was_altered(world) {
        let anchor = world.dir.path().join("data.anchor");
        // A folder takes its place, with no moment between in which there is nothing.
        let full = world.dir.path().join("full");
        std::fs::create_dir_all(full.join("in the way")).unwrap();
        exchange(&anchor, &full);
        world.template(&world.live).await;
        let found = open_of_instance(&world, "anchor_failed", 2).await;
        let mut subjects: Vec<&str> = found.iter().map(|alert| alert["subject"].as_str().unwrap()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["read", "write"]);
        exchange(&anchor, &full);
        for alert in &found {
            let path = format!("/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
            let acknowledged = world.operator("POST", &path, None).await;
            assert_eq!(acknowledged.0, 200, "{}", acknowledged.1);
        }
        // It is written again by itself.
        open_of_instance(&world, "anchor_failed", 0).await;
        assert!(anchor.is_file());
        std::fs::write(&anchor, "{}").unwrap();
        let found = open_of_instance(&world, "anchor_failed", 1).await;
        let what = found[0]["details"]["what"].as_str().unwrap();
        assert!(what.ends_with("is not an anchor"), "{what}");
        assert_eq!(found[0]["subject"], "database");
    }
}

fn exchange(one: &std::path::Path, other: &std::path::Path) {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).unwrap();
}

fn add(raw: &mut Raw, key: &str, hour: i64, requests: i64) {
    let text = format!(
        "INSERT INTO api_key_hours (tenant_id, key_id, hour, requests) \
         SELECT tenant_id, id, {hour}, {requests} FROM api_keys WHERE id = '{key}'"
    );
    assert_eq!(raw.execute(&text, &[]), Ok(1));
}
