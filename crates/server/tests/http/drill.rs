//! A key was stolen: everything it issued is revoked, everything it took out of force is put right, each document once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{Answer, DAY, World, pdf, request, template};

/// A key and its secret.
struct Key {
    id: String,
    secret: String,
}

async fn key(world: &World, by: &str, mut body: Value) -> Key {
    body["name"] = "one of many".into();
    let made = world
        .with(by, "POST", "/v1/api-keys", Some(body))
        .await
        .ok(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    Key {
        id: text("id"),
        secret: text("secret"),
    }
}

async fn issue(world: &World, by: &str, template: &str, count: usize) -> Vec<Value> {
    let mut issued = Vec::new();
    for _ in 0..count {
        let body = Some(request(template));
        issued.push(
            world
                .with(by, "POST", "/v1/trust/issuances", body)
                .await
                .ok(201),
        );
    }
    issued
}

async fn act(world: &World, by: &str, document: &Value, action: &str) {
    let path = format!("/v1/trust/issuances/{}/lifecycle", text(document, "id"));
    let body = Some(json!({ "action": action }));
    world.with(by, "POST", &path, body).await.ok(200);
}

async fn show(world: &World, by: &str, document: &Value) -> Value {
    let path = format!("/v1/trust/issuances/{}", text(document, "id"));
    world.with(by, "GET", &path, None).await.ok(200)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

async fn ask(world: &World, by: &str, what: &str, body: Value) -> Answer {
    world
        .with(by, "POST", &format!("/v1/{what}"), Some(body))
        .await
}

/// The work as it is once it is like this.
async fn until(
    world: &World,
    by: &str,
    (what, work): (&str, &Value),
    is_so: impl Fn(&Value) -> bool,
) -> Value {
    let path = format!("/v1/{what}/{}", text(work, "id"));
    let mut found = Value::Null;
    for _ in 0..300 {
        found = world.with(by, "GET", &path, None).await.ok(200);
        if is_so(&found) {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("it came to no more than {found}")
}

fn is_over(work: &Value) -> bool {
    work["state"] != "waiting"
}

/// Events of a kind about a document.
async fn events(world: &World, document: &Value, kind: &str) -> Vec<Value> {
    let id = text(document, "id");
    let path = format!("/v1/audit-events?subject={id}&type={kind}");
    let found = world.get(&path).await.ok(200);
    found["items"].as_array().unwrap().clone()
}

async fn adds_up(world: &World) {
    let (status, audit) = world.operator("GET", "/audit/verify", None).await;
    assert_eq!((status, &audit["findings"]), (200, &json!([])));
}

fn counts(work: &Value, names: [&str; 3]) -> [i64; 3] {
    names.map(|name| {
        work[name]
            .as_i64()
            .unwrap_or_else(|| panic!("{name} of {work}"))
    })
}

on_both_engines! {
    async fn everything_a_key_issued_is_revoked_once(world) {
        let (live, template) = (world.live.clone(), world.template(&world.live).await);
        let thief = key(&world, &live, json!({})).await;
        let stolen = issue(&world, &thief.secret, &template, 6).await;
        let mine = issue(&world, &live, &template, 1).await.remove(0);
        act(&world, &live, &stolen[0], "revoke").await;
        act(&world, &live, &stolen[1], "suspend").await;
        act(&world, &live, &stolen[2], "expire").await;
        let body = json!({ "keyId": thief.id, "reason": "affiliationEnded", "note": "left", "dryRun": true });
        let preview = ask(&world, &live, "revocations", body).await.ok(200);
        // What has expired can be revoked for some reasons only.
        assert_eq!((&preview["matched"], &preview["skipped"]), (&json!(4), &json!(1)), "{preview}");
        let mut wanted: Vec<Value> = [1, 3, 4, 5].map(|at: usize| stolen[at]["reference"].clone()).to_vec();
        assert_eq!(preview["references"], json!(wanted));
        let listed = world.get("/v1/revocations").await.ok(200);
        assert_eq!(listed["items"], json!([]));
        assert_eq!(show(&world, &live, &stolen[3]).await["status"], "Active");

        let body = json!({ "keyId": thief.id, "reason": "keyCompromise", "note": "stolen" });
        let preview = ask(&world, &live, "revocations", json!({ "keyId": thief.id, "reason": "keyCompromise", "dryRun": true })).await.ok(200);
        wanted.insert(1, stolen[2]["reference"].clone());
        assert_eq!(preview["references"], json!(wanted));
        let send = || world.request("POST", "/v1/revocations").header("x-api-key", &live).header("idempotency-key", "drill").json(&body);
        let work = Answer::of(send()).await.ok(201);
        assert_eq!(Answer::of(send()).await.ok(201)["id"], work["id"]);
        let done = until(&world, &live, ("revocations", &work), is_over).await;
        assert_eq!((&done["state"], &done["lastError"]), (&json!("done"), &Value::Null), "{done}");
        assert_eq!(counts(&done, ["matched", "done", "skipped"]), [5, 5, 0]);
        for document in &stolen {
            assert_eq!(show(&world, &live, document).await["status"], "Revoked");
            let found = events(&world, document, "issuance.revoked").await;
            assert_eq!(found.len(), 1, "{found:?}");
            if document["id"] != stolen[0]["id"] {
                assert_eq!((&found[0]["data"]["job"], &found[0]["data"]["reason"]), (&work["id"], &json!("keyCompromise")));
                assert_eq!((&found[0]["actor"], &found[0]["data"]["note"]), (&done["createdBy"], &json!("stolen")));
                assert!(found[0]["data"]["statement"].is_string());
            }
            assert_eq!(world.verify(text(document, "reference")).await["verdict"], "revoked");
        }
        assert_eq!(show(&world, &live, &mine).await["status"], "Active");
        let listed = world.get("/v1/revocations").await.ok(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        // By the time, whoever issued; and of nothing there is nothing to do.
        world.wait(60_000);
        let from = "2026-11-23T10:00:30Z";
        let late = issue(&world, &live, &template, 1).await.remove(0);
        let work = ask(&world, &live, "revocations", json!({ "from": from, "reason": "other" })).await.ok(201);
        let done = until(&world, &live, ("revocations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "done", "skipped"]), [1, 1, 0]);
        assert_eq!(show(&world, &live, &late).await["status"], "Revoked");
        assert_eq!(show(&world, &live, &mine).await["status"], "Active");
        adds_up(&world).await;
    }

    async fn what_is_asked_for_is_checked(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let theirs = key(&world, &other, json!({})).await;
        let test = key(&world, &world.test, json!({ "mode": "test" })).await;
        for (what, id) in [("revocations", &theirs.id), ("revocations", &test.id), ("restorations", &theirs.id), ("restorations", &test.id)] {
            let mut body = json!({ "keyId": id });
            if what == "revocations" {
                body["reason"] = "other".into();
            }
            let foreign = ask(&world, &world.live, what, body.clone()).await.fails(422, "VALIDATION_FAILED");
            body["keyId"] = "000000000000".into();
            let missing = ask(&world, &world.live, what, body).await.fails(422, "VALIDATION_FAILED");
            assert_eq!(foreign["errors"], missing["errors"]);
        }
        let mine = key(&world, &world.live, json!({})).await;
        for (body, member) in [
            (json!({ "reason": "other" }), "from"),
            (json!({ "keyId": mine.id }), "reason"),
            (json!({ "keyId": mine.id, "reason": "moon" }), "reason"),
            (json!({ "keyId": "x", "reason": "other" }), "keyId"),
            (json!({ "from": "2026-11-23T09:00:00Z", "to": "2026-11-23T09:00:00Z", "reason": "other" }), "from"),
            (json!({ "from": "2099-01-01T00:00:00Z", "reason": "other" }), "from"),
        ] {
            let refused = ask(&world, &world.live, "revocations", body).await.fails(422, "VALIDATION_FAILED");
            assert!(refused["errors"][member].is_array(), "{member}: {refused}");
        }
        ask(&world, &world.live, "restorations", json!({})).await.fails(422, "VALIDATION_FAILED");
    }

    async fn a_cap_holds_for_keys_and_not_for_the_operator(world) {
        let template = world.template(&world.live).await;
        let thief = key(&world, &world.live, json!({})).await;
        let stolen = issue(&world, &thief.secret, &template, 5).await;
        let asker = key(&world, &world.live, json!({ "revocationsPerDay": 2 })).await;
        let body = json!({ "keyId": thief.id, "reason": "keyCompromise" });
        let work = ask(&world, &asker.secret, "revocations", body.clone()).await.ok(201);
        for (done, next) in [(2, "2026-11-24T00:00:00.000Z"), (4, "2026-11-25T00:00:00.000Z")] {
            let waits = |work: &Value| work["done"] == done && work["nextTryAt"] == next;
            let work = until(&world, &world.live, ("revocations", &work), waits).await;
            assert!(text(&work, "lastError").contains("the cap begins anew"), "{work}");
            assert_eq!(work["state"], "waiting");
            world.wait(DAY);
        }
        let done = until(&world, &world.live, ("revocations", &work), is_over).await;
        assert_eq!((&done["done"], &done["lastError"], &done["state"]), (&json!(5), &Value::Null, &json!("done")));
        for document in &stolen {
            assert_eq!(events(&world, document, "issuance.revoked").await.len(), 1);
        }
        // The operator waits for nobody.
        let stolen = issue(&world, &thief.secret, &template, 4).await;
        let path = format!("/tenants/{}/limits", world.issuer);
        assert_eq!(world.operator("POST", &path, Some(json!({ "revocationsPerDay": 1 }))).await.0, 200);
        let path = format!("/tenants/{}/revocations", world.issuer);
        let (status, work) = world.operator("POST", &path, Some(body)).await;
        assert_eq!((status, &work["createdBy"]), (201, &json!("operator")), "{work}");
        let done = until(&world, &world.live, ("revocations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "done", "skipped"]), [4, 4, 0]);
        assert_eq!(show(&world, &world.live, &stolen[3]).await["status"], "Revoked");
        let (_, shown) = world.operator("GET", &format!("{path}/{}", text(&work, "id")), None).await;
        assert_eq!(shown, done);
        adds_up(&world).await;
    }

    async fn what_a_key_began_ends_with_it(world) {
        let template = world.template(&world.live).await;
        let stolen = issue(&world, &world.live, &template, 4).await;
        // The thief asks for the end of everything.
        let thief = key(&world, &world.live, json!({ "revocationsPerDay": 1 })).await;
        let body = json!({ "from": "2026-11-01T00:00:00Z", "reason": "other" });
        let work = ask(&world, &thief.secret, "revocations", body).await.ok(201);
        until(&world, &world.live, ("revocations", &work), |work| work["done"] == 1 && work["nextTryAt"].is_string()).await;
        let path = format!("/v1/api-keys/{}?force=true", thief.id);
        world.with(&world.live, "DELETE", &path, None).await.ok(204);
        world.wait(DAY);
        let over = until(&world, &world.live, ("revocations", &work), is_over).await;
        assert_eq!((&over["state"], &over["done"]), (&json!("stopped"), &json!(1)));
        assert!(text(&over, "lastError").contains("was deleted or has lapsed"), "{over}");
        let mut revoked = 0;
        for document in &stolen {
            revoked += usize::from(show(&world, &world.live, document).await["status"] == "Revoked");
        }
        assert_eq!(revoked, 1);
        // And it can be made good: it did not suspend, it revoked.
        let preview = ask(&world, &world.live, "restorations", json!({ "keyId": thief.id, "dryRun": true })).await.ok(200);
        assert_eq!((&preview["harmed"], &preview["toReplace"]), (&json!(1), &json!(1)));
    }

    async fn modes_and_templates_are_kept_apart(world) {
        let (bound, other) = (world.template(&world.live).await, world.template(&world.live).await);
        let thief = key(&world, &world.live, json!({})).await;
        let inside = issue(&world, &thief.secret, &bound, 2).await;
        let outside = issue(&world, &thief.secret, &other, 3).await;
        let asker = key(&world, &world.live, json!({ "templateIds": [bound] })).await;
        let body = |dry: bool| json!({ "keyId": thief.id, "reason": "fraud", "dryRun": dry });
        let preview = ask(&world, &asker.secret, "revocations", body(true)).await.ok(200);
        assert_eq!((&preview["matched"], &preview["skipped"]), (&json!(2), &json!(3)));
        let work = ask(&world, &asker.secret, "revocations", body(false)).await.ok(201);
        let done = until(&world, &world.live, ("revocations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "done", "skipped"]), [2, 2, 3]);
        assert_eq!(show(&world, &world.live, &inside[1]).await["status"], "Revoked");
        assert_eq!(show(&world, &world.live, &outside[0]).await["status"], "Active");
        // Test documents cost nothing, and live ones are not meant.
        let test = key(&world, &world.test, json!({ "mode": "test" })).await;
        let tried = issue(&world, &test.secret, &bound, 3).await;
        let asker = key(&world, &world.test, json!({ "mode": "test", "revocationsPerDay": 1 })).await;
        let body = json!({ "from": "2026-11-01T00:00:00Z", "reason": "other" });
        let work = ask(&world, &asker.secret, "revocations", body).await.ok(201);
        let done = until(&world, &world.test, ("revocations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "done", "skipped"]), [3, 3, 0]);
        assert_eq!(show(&world, &world.test, &tried[0]).await["status"], "Revoked");
        assert_eq!(show(&world, &world.live, &outside[0]).await["status"], "Active");
        let hidden = world.get(&format!("/v1/revocations/{}", text(&work, "id"))).await;
        hidden.fails(404, "NOT_FOUND");
        assert_eq!(world.get("/v1/revocations").await.ok(200)["items"].as_array().unwrap().len(), 1);
        let record = world.get("/v1/audit-events?type=revocation.started").await.ok(200);
        assert_eq!(record["items"].as_array().unwrap().len(), 1);
    }

    async fn what_a_key_took_out_of_force_is_put_right(world) {
        let live = world.live.clone();
        let template = world.template(&live).await;
        let mut mine = issue(&world, &live, &template, 6).await;
        let mut body = request(&template);
        body["externalId"] = "A-1".into();
        body["recipientEmail"] = "ada@example.org".into();
        body["documentTitle"] = "Diploma of Ada".into();
        body["expiresAt"] = "2099-01-01T00:00:00Z".into();
        body["pdf"] = STANDARD.encode(pdf()).into();
        mine.push(world.post("/v1/trust/issuances", body).await.ok(201));
        let thief = key(&world, &live, json!({})).await;
        let stolen = &thief.secret;
        act(&world, stolen, &mine[0], "suspend").await;
        // Reinstated and suspended again by somebody else: not the thief's doing any more.
        act(&world, stolen, &mine[1], "suspend").await;
        act(&world, &live, &mine[1], "reinstate").await;
        act(&world, &live, &mine[1], "suspend").await;
        act(&world, stolen, &mine[2], "expire").await;
        let path = |at: usize, what: &str| format!("/v1/trust/issuances/{}/{what}", text(&mine[at], "id"));
        world.with(stolen, "POST", &path(3, "replace"), Some(request(&template))).await.ok(201);
        world.with(stolen, "POST", &path(4, "erase"), Some(json!({ "reason": "x" }))).await.ok(200);
        // Suspended by the thief, revoked for good by the owner since.
        act(&world, stolen, &mine[5], "suspend").await;
        act(&world, &live, &mine[5], "revoke").await;
        act(&world, stolen, &mine[6], "revoke").await;

        let body = json!({ "keyId": thief.id, "dryRun": true });
        let preview = ask(&world, &live, "restorations", body).await.ok(200);
        assert_eq!(counts(&preview, ["harmed", "toReinstate", "toReplace"]), [7, 1, 2], "{preview}");
        assert_eq!(preview["lost"], 1);
        let told: Vec<(&str, &Value)> = preview["documents"].as_array().unwrap().iter().map(|one| (text(one, "harm"), &one["remedy"])).collect();
        let (no, reinstate, replace) = (json!(null), json!("reinstate"), json!("replace"));
        assert_eq!(told, [
            ("revoked", &replace), ("suspended", &no), ("erased", &no), ("replaced", &no), ("expired", &replace),
            ("suspended", &no), ("suspended", &reinstate),
        ]);

        let work = ask(&world, &live, "restorations", json!({ "keyId": thief.id })).await.ok(201);
        let done = until(&world, &live, ("restorations", &work), is_over).await;
        assert_eq!(done["state"], "done", "{done}");
        assert_eq!(counts(&done, ["matched", "reinstated", "replaced"]), [1, 1, 0]);
        assert_eq!(show(&world, &live, &mine[0]).await["status"], "Active");
        assert_eq!(show(&world, &live, &mine[1]).await["status"], "Suspended");
        assert_eq!(world.verify(text(&mine[0], "reference")).await["verdict"], "valid");
        let found = events(&world, &mine[0], "issuance.reinstated").await;
        assert_eq!((found.len(), &found[0]["data"]["job"]), (1, &work["id"]));
        assert_eq!(found[0]["actor"], done["createdBy"]);

        // To replace needs what issuing needs.
        let narrow = key(&world, &live, json!({ "scopes": ["issuances:lifecycle"] })).await;
        let body = json!({ "keyId": thief.id, "replace": true });
        ask(&world, &narrow.secret, "restorations", body.clone()).await.fails(403, "FORBIDDEN");
        let work = ask(&world, &live, "restorations", body.clone()).await.ok(201);
        let done = until(&world, &live, ("restorations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "reinstated", "replaced"]), [2, 0, 2], "{done}");
        let old = show(&world, &live, &mine[6]).await;
        let reference = text(&old, "replacedBy");
        let new = world.get(&format!("/v1/trust/issuances?reference={reference}")).await.ok(200)["items"][0].clone();
        for member in ["templateId", "recipientName", "recipientEmail", "documentTitle", "fields", "externalId", "expiresAt", "contentHash"] {
            assert_eq!(new[member], mine[6][member], "{member}");
        }
        assert_eq!((&new["replaces"], &new["status"]), (&old["reference"], &json!("Active")));
        assert_eq!(old["status"], "Revoked");
        assert_eq!(world.verify(reference).await["verdict"], "valid");
        // Page by page, each once, and nothing is left to do.
        let mut listed = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/restorations/{}/documents?limit=3{cursor}", text(&work, "id"));
            let page = world.get(&path).await.ok(200);
            listed.extend(page["items"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(listed.len(), 7);
        assert!(listed.iter().all(|one| one["remedy"].is_null()), "{listed:?}");
        let work = ask(&world, &live, "restorations", body).await.ok(201);
        let done = until(&world, &live, ("restorations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "reinstated", "replaced"]), [0, 0, 0]);
        adds_up(&world).await;
    }

    async fn what_cannot_be_replaced_is_left_and_said(world) {
        let live = world.live.clone();
        let made = world.post("/v1/trust/templates", template()).await.ok(201);
        let id = text(&made, "id");
        let other = world.template(&live).await;
        let (mut mine, more) = (issue(&world, &live, id, 1).await, issue(&world, &live, &other, 1).await);
        mine.extend(more);
        let thief = key(&world, &live, json!({})).await;
        for document in &mine {
            act(&world, &thief.secret, document, "revoke").await;
        }
        world.with(&live, "POST", &format!("/v1/trust/templates/{id}/archive"), None).await.ok(200);
        let work = ask(&world, &live, "restorations", json!({ "keyId": thief.id, "replace": true })).await.ok(201);
        let done = until(&world, &live, ("restorations", &work), is_over).await;
        assert_eq!(counts(&done, ["matched", "replaced", "skipped"]), [2, 1, 1]);
        let why = text(&done, "lastError");
        assert!(why.contains(text(&mine[0], "reference")) && why.contains("archived"), "{why}");
    }
}
