//! Until when a document is valid, and that its end comes by the clock.

use serde_json::{Value, json};

use crate::world::{Answer, DAY, World, request};

async fn with(world: &World, template: &str, members: Value) -> Answer {
    let mut body = request(template);
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    world.post("/v1/trust/issuances", body).await
}

async fn ends(world: &World, template: &str, members: Value) -> Value {
    with(world, template, members).await.ok(201)["expiresAt"].clone()
}

async fn template_with(world: &World, validity: Value) -> String {
    let mut body = crate::world::template();
    body["validity"] = validity;
    world.post("/v1/trust/templates", body).await.ok(201)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn set_zone(world: &World, zone: &str) {
    let path = format!("/tenants/{}", world.issuer);
    let (status, changed) = world
        .operator("PATCH", &path, Some(json!({ "timeZone": zone })))
        .await;
    assert_eq!(
        (status, &changed["timeZone"]),
        (200, &json!(zone)),
        "{changed}"
    );
}

on_both_engines! {
    async fn stated_as_an_instant(world) {
        let template = world.template(&world.live).await;
        for (stated, kept) in [
            ("2027-01-31T12:00:00Z", "2027-01-31T12:00:00.000Z"),
            ("2027-01-31T12:00:00.123456Z", "2027-01-31T12:00:00.123Z"),
            ("2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00.000Z"),
        ] {
            assert_eq!(ends(&world, &template, json!({ "expiresAt": stated })).await, kept);
        }
    }

    async fn both_inputs_at_once_and_half_of_one_are_refused(world) {
        let template = world.template(&world.live).await;
        for (path, members) in [
            ("expiresAt", json!({ "expiresAt": "2027-01-01", "validityType": "Days", "validityValue": 3 })),
            ("expiresAt", json!({ "expiresAt": "2027-01-01", "validityType": "Days" })),
            ("expiresAt", json!({ "expiresAt": "2027-01-01", "validityValue": 3 })),
            ("validityValue", json!({ "validityType": "Days" })),
            ("validityType", json!({ "validityValue": 3 })),
            ("validityValue", json!({ "validityType": "Days", "validityValue": 36_501 })),
            ("validityValue", json!({ "validityType": "Years", "validityValue": 9_000 })),
            ("expiresAt", json!({ "expiresAt": "tomorrow" })),
            ("expiresAt", json!({ "expiresAt": "2027-02-29" })),
            ("expiresAt", json!({ "expiresAt": "2027-01-31T12:00:00" })),
            ("expiresAt", json!({ "expiresAt": 1_800_000_000 })),
            ("expiresAt", json!({ "expiresAt": "2026-11-23T10:00:00Z" })),
            ("expiresAt", json!({ "expiresAt": "2026-11-22" })),
            ("expiresAt", json!({ "expiresAt": "+012000-01-01T00:00:00Z" })),
        ] {
            let told = with(&world, &template, members.clone()).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][path][0].is_string(), "{members}: {told:#}");
        }
    }

    async fn neither_is_the_rule_of_the_template(world) {
        let ruled = template_with(&world, json!({ "type": "Months", "value": 18 })).await;
        assert_eq!(ends(&world, &ruled, json!({})).await, "2028-05-23T10:00:00.000Z");
        assert_eq!(ends(&world, &ruled, json!({ "expiresAt": "2027-01-31T12:00:00Z" })).await, "2027-01-31T12:00:00.000Z");
        assert_eq!(ends(&world, &ruled, json!({ "validityType": "Days", "validityValue": 1 })).await, "2026-11-24T10:00:00.000Z");
        let free = world.template(&world.live).await;
        assert_eq!(ends(&world, &free, json!({})).await, json!(null));
    }

    async fn months_and_years_clamp_to_the_last_day(world) {
        let template = world.template(&world.live).await;
        // From 23 November 2026 to 31 December 2027.
        world.wait(403 * DAY);
        for (kind, value, end) in [
            ("Months", 2, "2028-02-29T10:00:00.000Z"), ("Months", 4, "2028-04-30T10:00:00.000Z"),
            ("Months", 14, "2029-02-28T10:00:00.000Z"), ("Days", 60, "2028-02-29T10:00:00.000Z"),
        ] {
            let members = json!({ "validityType": kind, "validityValue": value });
            assert_eq!(ends(&world, &template, members).await, end);
        }
        world.wait(60 * DAY);
        let members = json!({ "validityType": "Years", "validityValue": 1 });
        assert_eq!(ends(&world, &template, members).await, "2029-02-28T10:00:00.000Z");
    }

    async fn a_date_is_the_end_of_that_day_where_the_tenant_is(world) {
        let template = world.template(&world.live).await;
        assert_eq!(ends(&world, &template, json!({ "expiresAt": "2027-01-31" })).await, "2027-02-01T00:00:00.000Z");
        set_zone(&world, "Europe/Berlin").await;
        for (date, end) in [
            ("2027-01-31", "2027-01-31T23:00:00.000Z"),
            // The clocks go forward in the night to 28 March 2027, and back in the night to 31 October.
            ("2027-03-27", "2027-03-27T23:00:00.000Z"), ("2027-03-28", "2027-03-28T22:00:00.000Z"),
            ("2027-10-30", "2027-10-30T22:00:00.000Z"), ("2027-10-31", "2027-10-31T23:00:00.000Z"),
        ] {
            assert_eq!(ends(&world, &template, json!({ "expiresAt": date })).await, end, "{date}");
        }
        // A day is counted in the tenant's calendar: ten in the morning there stays ten in the morning.
        world.wait(120 * DAY);
        let members = json!({ "validityType": "Days", "validityValue": 10 });
        assert_eq!(ends(&world, &template, members).await, "2027-04-02T09:00:00.000Z");
        // Where midnight itself does not exist.
        set_zone(&world, "America/Santiago").await;
        assert_eq!(ends(&world, &template, json!({ "expiresAt": "2027-09-04" })).await, "2027-09-05T04:00:00.000Z");
        let path = format!("/tenants/{}", world.issuer);
        assert_eq!(world.operator("PATCH", &path, Some(json!({ "timeZone": "Mars/Phobos" }))).await.0, 422);
    }

    async fn today_is_still_valid_until_midnight(world) {
        let template = world.template(&world.live).await;
        let issued = with(&world, &template, json!({ "expiresAt": "2026-11-23" })).await.ok(201);
        let reference = issued["reference"].as_str().unwrap();
        world.wait(14 * 3_600_000 - 1);
        assert_eq!(world.verify(reference).await["verdict"], "valid");
        world.wait(1);
        assert_eq!(world.verify(reference).await["verdict"], "expired");
    }

    async fn the_end_comes_by_the_clock(world) {
        let template = world.template(&world.live).await;
        let issued = with(&world, &template, json!({ "expiresAt": "2026-11-24T10:00:00Z" })).await.ok(201);
        let (reference, path) = (issued["reference"].as_str().unwrap(), format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap()));
        world.wait(DAY - 1);
        assert_eq!(world.verify(reference).await["verdict"], "valid");
        assert_eq!(world.get(&path).await.ok(200)["status"], "Active");
        world.wait(1);
        let expired = world.verify(reference).await;
        assert_eq!((&expired["verdict"], &expired["status"]), (&json!("expired"), &json!("Expired")));
        assert_eq!(world.get(&path).await.ok(200)["status"], "Expired");
        assert_eq!(world.get("/v1/trust/issuances?status=Expired").await.ok(200)["items"][0]["id"], issued["id"]);
        assert_eq!(world.get("/v1/trust/issuances?status=Active").await.ok(200)["items"], json!([]));
        let events = world.get(&format!("{path}/events")).await.ok(200);
        assert_eq!(events["items"].as_array().unwrap().len(), 1, "time leaves no event");
    }
}
