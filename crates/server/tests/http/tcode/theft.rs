//! A key was stolen: its stamps are revoked with everything else it made, and what it took out of force is put right as far as a
//! server can.

use serde_json::{Value, json};

use super::{by_reference, least, path, stamped, text};
use crate::world::{World, request};

/// A key with these members: its id and its secret.
async fn key(world: &World, mut members: Value) -> (String, String) {
    members["name"] = "one of many".into();
    let made = world.post("/v1/api-keys", members).await.ok(201);
    (
        text(&made, "id").to_owned(),
        text(&made, "secret").to_owned(),
    )
}

/// Work that was asked for, once it is over.
async fn work(world: &World, key: &str, what: &str, body: Value) -> Value {
    let begun = world
        .with(key, "POST", &format!("/v1/{what}"), Some(body))
        .await
        .ok(201);
    let place = format!("/v1/{what}/{}", text(&begun, "id"));
    for _ in 0..300 {
        let found = world.get(&place).await.ok(200);
        if found["state"] != "waiting" {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{what} does not end")
}

async fn status(world: &World, stamp: &Value) -> String {
    text(&world.get(&path(stamp)).await.ok(200), "status").to_owned()
}

async fn adds_up(world: &World) {
    let (status, audit) = world.operator("GET", "/audit/verify", None).await;
    assert_eq!((status, &audit["findings"]), (200, &json!([])));
}

on_both_engines! {
    async fn what_it_stamped_is_revoked(world) {
        let template = world.template(&world.live).await;
        let (id, thief) = key(&world, json!({})).await;
        let mut stolen = Vec::new();
        for _ in 0..2 {
            stolen.push(world.with(&thief, "POST", "/v1/tcode/stamps", Some(least())).await.ok(201));
        }
        let issued = world.with(&thief, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        let mine = stamped(&world).await;
        // Who may end issued documents may not therefore end stamps.
        let (_, narrow) = key(&world, json!({ "scopes": ["issuances:lifecycle", "issuances:read"] })).await;
        let body = json!({ "keyId": id, "reason": "keyCompromise" });
        let done = work(&world, &narrow, "revocations", body.clone()).await;
        assert_eq!((&done["done"], &done["skipped"]), (&json!(1), &json!(2)), "{done}");
        assert_eq!(world.verify(text(&issued, "reference")).await["verdict"], "revoked");
        assert_eq!(status(&world, &stolen[0]).await, "Active");
        let done = work(&world, &world.live, "revocations", body).await;
        assert_eq!((&done["done"], &done["skipped"]), (&json!(2), &json!(0)), "{done}");
        for stamp in &stolen {
            let answer = by_reference(&world, stamp).await;
            assert_eq!((&answer["verdict"], &answer["server"]["statusReason"]), (&json!("revoked"), &json!("keyCompromise")));
            let question = format!("/v1/audit-events?type=stamp.revoked&subject={}", text(stamp, "id"));
            let found = world.get(&question).await.ok(200);
            assert_eq!((found["items"].as_array().unwrap().len(), &found["items"][0]["data"]["job"]), (1, &done["id"]));
        }
        assert_eq!(status(&world, &mine).await, "Active");
        adds_up(&world).await;
    }

    async fn what_it_took_out_of_force_is_put_right_or_told(world) {
        let (one, two, three) = (stamped(&world).await, stamped(&world).await, stamped(&world).await);
        let (id, thief) = key(&world, json!({})).await;
        for (stamp, action) in [(&one, "suspend"), (&two, "revoke")] {
            world.with(&thief, "POST", &format!("{}/{action}", path(stamp)), None).await.ok(200);
        }
        world.with(&thief, "POST", &format!("{}/erase", path(&three)), Some(json!({ "reason": "x" }))).await.ok(200);
        let preview = world.post("/v1/restorations", json!({ "keyId": id, "dryRun": true })).await.ok(200);
        assert_eq!((&preview["harmed"], &preview["toReinstate"], &preview["lost"]), (&json!(3), &json!(1), &json!(1)), "{preview:#}");
        let done = work(&world, &world.live, "restorations", json!({ "keyId": id, "replace": true })).await;
        assert_eq!((&done["reinstated"], &done["replaced"], &done["skipped"]), (&json!(1), &json!(0), &json!(1)), "{done}");
        let why = text(&done, "lastError");
        assert!(why.contains(text(&two, "reference")) && why.contains("/replace"), "{why}");
        assert_eq!(status(&world, &one).await, "Active");
        assert_eq!(by_reference(&world, &one).await["verdict"], "valid");
        assert_eq!(status(&world, &two).await, "Revoked");
        // People do the rest.
        let successor = world.post(&format!("{}/replace", path(&two)), least()).await.ok(201);
        assert_eq!(by_reference(&world, &two).await["server"]["replacedBy"], successor["reference"]);
        adds_up(&world).await;
    }
}
