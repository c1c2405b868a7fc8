//! The production checklist: each row as it fails and as it passes, what a person's word is good for and for how long, and
//! what is looked at of the instance.

use ananke_store::{AlertChannel, Command, Delivery, NewEvent, Write};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::raw::Raw;
use crate::shape::shape;
use crate::world::{Answer, DAY, START, World};

const HOUR: i64 = 3_600_000;

async fn list(world: &World) -> Value {
    world.get("/v1/checklist").await.ok(200)
}

fn of(list: &Value, item: &str) -> Value {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .find(|row| row["item"] == item)
        .unwrap_or_else(|| panic!("no {item} in {list}"))
        .clone()
}

/// The row once it stands like this: what requests give away is stored within a second or so.
async fn stands(world: &World, item: &str, state: &str) -> Value {
    let mut row = Value::Null;
    for _ in 0..300 {
        row = of(&list(world).await, item);
        if row["state"] == state {
            let is_open = state == "fail" || state == "cannot_be_seen";
            assert_eq!(row["fix"].is_string(), is_open, "{row}");
            return row;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{item} is not {state}: {row}");
}

async fn put(world: &World, item: &str, body: Value) -> Answer {
    let path = format!("/v1/checklist/{item}/attestation");
    world.with(&world.live, "PUT", &path, Some(body)).await
}

/// Somebody vouches, and the row says so.
async fn vouched(world: &World, item: &str) -> Value {
    let body = json!({ "attestedBy": "Ada", "link": "https://wiki.example.org/keys" });
    let row = put(world, item, body).await.ok(200);
    assert_eq!(row["state"], "attested", "{row}");
    row
}

fn id_of(key: &str) -> &str {
    &key["ak_live_".len()..][..12]
}

async fn of_instance(world: &World, item: &str) -> Value {
    let (status, list) = world.operator("GET", "/checklist", None).await;
    assert_eq!(status, 200, "{list}");
    of(&list, item)
}

async fn instance_stands(world: &World, item: &str, state: &str) -> Value {
    let mut row = Value::Null;
    for _ in 0..300 {
        row = of_instance(world, item).await;
        if row["state"] == state {
            return row;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{item} is not {state}: {row}");
}

on_both_engines! {
    async fn keys_in_a_secrets_manager(world) {
        let whole = list(&world).await;
        snapshot!("checklist", shape(whole));
        stands(&world, "secrets_manager", "cannot_be_seen").await;
        vouched(&world, "secrets_manager").await;
        let made = world.post("/v1/api-keys", json!({ "name": "leaky" })).await.ok(201);
        assert_eq!(world.ask("/v1/leaks", json!({ "keys": [made["secret"]] })).await.status, 202);
        // What is seen is stronger than what somebody says.
        let row = stands(&world, "secrets_manager", "fail").await;
        assert_eq!(row["details"]["leakedKeys"], json!([made["id"]]));
        assert_eq!(row["attestation"]["attestedBy"], "Ada");
        // Seen to, and still in use.
        let alert = world.get("/v1/alerts?state=open").await.ok(200)["items"][0]["id"].clone();
        world.post(&format!("/v1/alerts/{}/acknowledge", alert.as_str().unwrap()), json!({})).await.ok(200);
        stands(&world, "secrets_manager", "fail").await;
        let path = format!("/v1/api-keys/{}?force=true", made["id"].as_str().unwrap());
        world.with(&world.live, "DELETE", &path, None).await.ok(204);
        stands(&world, "secrets_manager", "attested").await;
    }

    async fn https_everywhere(world) {
        let mut world = world;
        stands(&world, "https", "pass").await;
        instance_stands(&world, "proxies", "pass").await;
        let with = |world: &World, key: &str, proto: Option<&str>| {
            let request = world.request("GET", "/v1/whoami").header("x-api-key", key);
            let request = request.header("x-forwarded-for", "192.0.2.1");
            match proto {
                Some(proto) => request.header("x-forwarded-proto", proto),
                None => request,
            }
        };
        let through = |world: &World, proto| with(world, &world.live, proto);
        // Whoever nobody declared proves nothing, and is told of.
        Answer::of(through(&world, Some("https"))).await.ok(200);
        let row = stands(&world, "https", "cannot_be_seen").await;
        assert_eq!((&row["details"]["untold"], &row["details"]["inClear"]), (&json!(1), &json!(0)));
        let row = instance_stands(&world, "proxies", "fail").await;
        assert_eq!(row["details"]["networks"], json!(["127.0.0.0/24"]));
        world.wait(30 * DAY);
        stands(&world, "https", "pass").await;
        instance_stands(&world, "proxies", "pass").await;

        world.stop().await;
        world.start(&[("server.trusted_proxies", "127.0.0.1")]).await.unwrap();
        Answer::of(through(&world, Some("https"))).await.ok(200);
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        stands(&world, "https", "pass").await;
        Answer::of(through(&world, None)).await.ok(200);
        stands(&world, "https", "cannot_be_seen").await;
        for _ in 0..2 {
            Answer::of(through(&world, Some("http"))).await.ok(200);
        }
        // Without a good key it says nothing of the tenant's keys.
        let wrong = ananke_format::api_key::ApiKey::from_random(ananke_format::Mode::Live, &[9; ananke_format::api_key::ApiKey::RANDOM_LEN]).unwrap();
        Answer::of(with(&world, wrong.expose(), Some("http"))).await.fails(401, "UNAUTHORIZED");
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        let row = stands(&world, "https", "fail").await;
        assert_eq!(row["details"]["inClear"], 2, "{row}");
        put(&world, "https", json!({ "attestedBy": "Ada" })).await.fails(422, "UNPROCESSABLE");
        world.wait(30 * DAY);
        stands(&world, "https", "pass").await;
    }

    async fn no_key_on_the_client_side(world) {
        stands(&world, "server_side", "pass").await;
        let request = world.request("GET", "/v1/whoami").header("x-api-key", &world.live).header("origin", "https://shop.example");
        Answer::of(request).await.fails(403, "FORBIDDEN");
        let row = stands(&world, "server_side", "fail").await;
        assert_eq!(row["details"]["fromBrowsers"], 1);
        put(&world, "server_side", json!({ "attestedBy": "Ada" })).await.fails(422, "UNPROCESSABLE");
        world.wait(29 * DAY);
        stands(&world, "server_side", "fail").await;
        world.wait(DAY);
        stands(&world, "server_side", "pass").await;
    }

    async fn keys_apart_by_environment(world) {
        // The first two keys are for production and for development.
        stands(&world, "environments", "pass").await;
        let path = format!("/v1/api-keys/{}?force=true", id_of(&world.test));
        world.with(&world.test, "DELETE", &path, None).await.ok(204);
        let row = stands(&world, "environments", "fail").await;
        assert_eq!(row["details"]["environments"], json!(["production"]));
        vouched(&world, "environments").await;
        let new = json!({ "name": "tests", "environment": "staging", "expiresAt": "2026-12-01T00:00:00Z" });
        world.post("/v1/api-keys", new).await.ok(201);
        let row = stands(&world, "environments", "pass").await;
        assert_eq!(row["details"]["environments"], json!(["production", "staging"]));
        // A key that has lapsed is in use no more, and a word has been given.
        world.wait(30 * DAY);
        stands(&world, "environments", "attested").await;
    }

    async fn rotation_is_practised(world) {
        let mut world = world;
        stands(&world, "rotation", "cannot_be_seen").await;
        let told = put(&world, "rotation", json!({ "attestedBy": "Ada" })).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["link"][0].as_str().unwrap().contains("required"), "{told}");
        let row = vouched(&world, "rotation").await;
        snapshot!("checklist-attested", shape(row));
        world.wait(365 * DAY);
        stands(&world, "rotation", "cannot_be_seen").await;
        world.wait(1);
        let row = stands(&world, "rotation", "fail").await;
        assert_eq!(row["details"]["oldKeys"].as_array().unwrap().len(), 2, "{row}");
        vouched_in_vain(&world).await;
        for key in [world.test.clone(), world.live.clone()] {
            let path = format!("/v1/api-keys/{}/roll", id_of(&key));
            let rolled = world.with(&key, "POST", &path, Some(json!({ "overlapSeconds": 0 }))).await.ok(201);
            world.live = rolled["secret"].as_str().unwrap().to_owned();
        }
        let row = stands(&world, "rotation", "attested").await;
        assert!(row["details"]["lastRolledAt"].is_string(), "{row}");
    }

    async fn limits_are_in_force(world) {
        let mut world = world;
        // Those of the tests are off.
        let row = stands(&world, "limits", "fail").await;
        assert_eq!(row["details"]["missing"], json!(["public", "reads", "writes", "files", "tenant"]));
        world.stop().await;
        world.start(&[
            ("limits.public_per_minute", "1000"), ("limits.key_reads_per_second", "1000"), ("limits.key_files_per_second", "20"),
            ("limits.key_writes_per_second", "200"), ("limits.tenant_per_second", "1000"),
        ]).await.unwrap();
        let row = stands(&world, "limits", "cannot_be_seen").await;
        assert_eq!(row["details"]["missing"], json!([]));
        assert!(row["evidence"].as_str().unwrap().contains("writes 200/s"), "{row}");
        vouched(&world, "limits").await;
    }

    async fn somebody_is_told(world) {
        let row = stands(&world, "alerting", "fail").await;
        assert_eq!(row["details"]["channels"], 0);
        let (_, tenant) = world.operator("GET", "/tenants/EXAMP1", None).await;
        let tenant: Uuid = tenant["id"].as_str().unwrap().parse().unwrap();
        let channel = Uuid::from_u128(7);
        let at = START * 1_000;
        let row = AlertChannel {
            tenant, id: channel, kind: "email".to_owned(), target: "ada@example.org".to_owned(), sealed_secret: None,
            dek_version: None, created_at: at, tested_at: None, failed_at: None, last_error: None, deleted_at: None,
        };
        let event = NewEvent {
            id: Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0001), tenant, kind: "alert_channel.created".to_owned(), subject: channel, actor: "system".to_owned(),
            request_id: String::new(), trace_id: String::new(), at, body: b"{}".to_vec(), salt: [7; 16],
        };
        world.store().write(Write::new(None, Command::AddAlertChannel { channel: row, at_most: 10 }, event)).await.unwrap();
        // Made, and never tested with success.
        stands(&world, "alerting", "fail").await;
        let delivery = |failure: Option<&str>, is_test| Delivery { tenant, channel, at, failure: failure.map(str::to_owned), is_test };
        for delivery in [delivery(None, false), delivery(Some("refused"), true)] {
            world.store().note_delivery(delivery).await.unwrap();
            stands(&world, "alerting", "fail").await;
        }
        world.store().note_delivery(delivery(None, true)).await.unwrap();
        stands(&world, "alerting", "pass").await;
        world.wait(90 * DAY);
        stands(&world, "alerting", "pass").await;
        world.wait(1);
        stands(&world, "alerting", "fail").await;
        vouched(&world, "alerting").await;
    }

    async fn the_record_adds_up(world) {
        stands(&world, "audit", "cannot_be_seen").await;
        world.template(&world.live).await;
        world.wait(HOUR);
        let row = stands(&world, "audit", "pass").await;
        assert_eq!(row["details"]["lookedAt"], "2026-11-23T11:00:00.000Z");
        put(&world, "audit", json!({ "attestedBy": "Ada" })).await.fails(422, "UNPROCESSABLE");
        let edit = "UPDATE templates SET name = 'Other' WHERE name = 'Diploma'";
        assert_eq!(Raw::open(&world).execute(edit, &[]), Ok(1));
        world.wait(HOUR);
        stands(&world, "audit", "fail").await;
        let undo = "UPDATE templates SET name = 'Diploma' WHERE name = 'Other'";
        assert_eq!(Raw::open(&world).execute(undo, &[]), Ok(1));
        world.wait(HOUR);
        stands(&world, "audit", "pass").await;
    }

    async fn a_word_lapses_and_is_taken_back(world) {
        vouched(&world, "secrets_manager").await;
        world.wait(180 * DAY - 1);
        let row = stands(&world, "secrets_manager", "attested").await;
        assert_eq!(row["attestation"]["lapsesAt"], "2027-05-22T10:00:00.000Z");
        world.wait(1);
        // As if it were not there.
        let row = stands(&world, "secrets_manager", "cannot_be_seen").await;
        assert_eq!(row["attestation"], Value::Null);
        // Given again it takes the place of the older one.
        let row = put(&world, "secrets_manager", json!({ "attestedBy": "Grace" })).await.ok(200);
        assert_eq!((&row["attestation"]["attestedBy"], &row["attestation"]["link"]), (&json!("Grace"), &Value::Null));
        let path = "/v1/checklist/secrets_manager/attestation";
        world.with(&world.live, "DELETE", path, None).await.ok(204);
        stands(&world, "secrets_manager", "cannot_be_seen").await;
        world.with(&world.live, "DELETE", path, None).await.fails(404, "NOT_FOUND");
        for (item, body, member) in [
            ("limits", json!({}), "attestedBy"), ("limits", json!({ "attestedBy": " " }), "attestedBy"),
            ("limits", json!({ "attestedBy": "Ada", "link": "http://wiki.example.org" }), "link"),
            ("limits", json!({ "attestedBy": "Ada", "until": "ever" }), "until"),
        ] {
            let told = put(&world, item, body).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member].is_array(), "{told}");
        }
        put(&world, "tidiness", json!({ "attestedBy": "Ada" })).await.fails(404, "NOT_FOUND");
        // What is the instance's is not a tenant's to vouch for.
        put(&world, "backups", json!({ "attestedBy": "Ada" })).await.fails(404, "NOT_FOUND");
        for (kind, count) in [("checklist.attested", 2), ("checklist.attestation_removed", 1)] {
            let record = world.get(&format!("/v1/audit-events?type={kind}")).await.ok(200);
            assert_eq!(record["items"].as_array().unwrap().len(), count, "{record}");
        }
        // Both modes of a tenant have one list, and another tenant has its own.
        vouched(&world, "secrets_manager").await;
        let test = world.with(&world.test, "GET", "/v1/checklist", None).await.ok(200);
        assert_eq!(of(&test, "secrets_manager")["state"], "attested");
        let other = world.tenant("Other School", "OTHER1").await;
        let theirs = world.with(&other, "GET", "/v1/checklist", None).await.ok(200);
        assert_eq!(of(&theirs, "secrets_manager")["state"], "cannot_be_seen");
        // The same for the operator; what happens meanwhile is told to whoever asks later.
        let mut both = (Value::Null, Value::Null);
        for _ in 0..10 {
            let (status, told) = world.operator("GET", "/tenants/EXAMP1/checklist", None).await;
            assert_eq!(status, 200, "{told}");
            both = (told, list(&world).await);
            if both.0 == both.1 {
                break;
            }
        }
        assert_eq!(both.0, both.1);
    }

    async fn what_is_looked_at_of_the_instance(world) {
        let here = instance_stands(&world, "public_url", "fail").await;
        assert!(here["fix"].as_str().unwrap().contains("server.public_url"), "{here}");
        instance_stands(&world, "signing_certificates", "pass").await;
        // A copy of the key-encryption key: none, then one.
        let kek = instance_stands(&world, "kek_copy", "fail").await["details"]["kek"].clone();
        assert_eq!(world.operator("POST", "/kek/exported", Some(json!({ "kek": kek }))).await.0, 204);
        instance_stands(&world, "kek_copy", "pass").await;
        // Backups are somebody's word.
        instance_stands(&world, "backups", "cannot_be_seen").await;
        let path = "/checklist/backups/attestation";
        let word = || Some(json!({ "attestedBy": "Ada" }));
        assert_eq!(world.operator("PUT", path, word()).await.0, 204);
        instance_stands(&world, "backups", "attested").await;
        assert_eq!(world.operator("DELETE", path, None).await.0, 204);
        assert_eq!(world.operator("DELETE", path, None).await.0, 404);
        assert_eq!(world.operator("PUT", "/checklist/anchor/attestation", word()).await.0, 422);
        assert_eq!(world.operator("PUT", "/checklist/rotation/attestation", word()).await.0, 404);
        assert_eq!(world.operator("PUT", "/tenants/EXAMP1/checklist/rotation/attestation", word()).await.0, 422);
        assert_eq!(world.operator("GET", "/tenants/NOPE01/checklist", None).await.0, 404);
        // The anchor agrees with the database, and is missed.
        instance_stands(&world, "anchor", "pass").await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        let anchor = world.dir.path().join("data.anchor");
        let kept = std::fs::read(&anchor).unwrap();
        std::fs::remove_file(&anchor).unwrap();
        let row = of_instance(&world, "anchor").await;
        assert_eq!(row["state"], "fail", "{row}");
        std::fs::write(&anchor, kept).unwrap();
        // A clock that is behind what it stamped.
        world.wait(-60_000);
        let row = instance_stands(&world, "clock", "fail").await;
        assert!(row["evidence"].as_str().unwrap().contains("60 s behind"), "{row}");
        world.wait(60_000);
        // Every certificate ends some day.
        let asked = "SELECT max(valid_until) FROM signing_keys WHERE purpose = 'tenant'";
        let [crate::raw::Cell::Int(end)] = Raw::open(&world).query(asked, &[])[0][..] else {
            panic!("no certificate");
        };
        world.wait(end / 1_000 - START - 20 * DAY);
        let row = instance_stands(&world, "signing_certificates", "fail").await;
        assert!(row["evidence"].as_str().unwrap().contains("of EXAMP1"), "{row}");
    }
}

/// A word does not help against a key that is too old.
async fn vouched_in_vain(world: &World) {
    let body = json!({ "attestedBy": "Ada", "link": "https://wiki.example.org/keys" });
    let row = put(world, "rotation", body).await.ok(200);
    assert_eq!(row["state"], "fail", "{row}");
}
