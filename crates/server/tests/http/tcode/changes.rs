//! Stamps taken out of force, put back, replaced, and ended by the clock.

use serde_json::{Value, json};

use super::{by_payload, by_reference, least, path, seal, stamp, stamped, text, with};
use crate::lifecycle::table::{Row, rows};
use crate::shape::{column, shape};
use crate::world::{Answer, DAY, World};

const HOUR: i64 = 3_600_000;

async fn act(world: &World, stamp: &Value, action: &str) -> Answer {
    world
        .with(
            &world.live,
            "POST",
            &format!("{}/{action}", path(stamp)),
            None,
        )
        .await
}

async fn read(world: &World, stamp: &Value) -> Value {
    world.get(&path(stamp)).await.ok(200)
}

/// A stamp whose last day is that on which the world begins, in this recorded state.
async fn in_state(world: &World, recorded: &str) -> Value {
    let made = stamp(world, with(json!({ "expiresAt": "2026-11-23" })))
        .await
        .ok(201);
    match recorded {
        "Suspended" => act(world, &made, "suspend").await.ok(200),
        "Revoked" => act(world, &made, "revoke").await.ok(200),
        _ => made,
    }
}

async fn check(world: &World, stamp: &Value, row: &Row) {
    let case = format!(
        "{} late={} {} {:?}",
        row.recorded, row.late, row.action, row.reason
    );
    let before = read(world, stamp).await;
    let body = match row.reason {
        Some(reason) => json!({ "reason": reason }),
        None => json!({}),
    };
    let answer = world
        .post(&format!("{}/{}", path(stamp), row.action), body)
        .await;
    match row.outcome {
        Ok((status, reason)) => {
            let changed = answer.ok(200);
            assert_eq!(
                (&changed["status"], &changed["statusReason"]),
                (&json!(status), &json!(reason)),
                "{case}"
            );
            assert_eq!(read(world, stamp).await, changed, "{case}");
            let word = match status {
                "Active" => "valid".to_owned(),
                other => other.to_lowercase(),
            };
            assert_eq!(by_reference(world, stamp).await["verdict"], word, "{case}");
        }
        Err(_) => {
            answer.fails(409, "CONFLICT");
            assert_eq!(
                read(world, stamp).await,
                before,
                "{case}: a refusal changes nothing"
            );
        }
    }
}

on_both_engines! {
    async fn every_row_of_the_table_that_has_an_address(world) {
        let possible = rows().into_iter().filter(|row| {
            row.recorded != "Expired" && ["suspend", "revoke", "reactivate"].contains(&row.action)
        });
        let (late, early): (Vec<Row>, Vec<Row>) = possible.partition(|row| row.late);
        assert!(late.len() >= 15 && early.len() >= 15, "{} {}", late.len(), early.len());
        for row in early {
            check(&world, &in_state(&world, row.recorded).await, &row).await;
        }
        let mut waiting = Vec::new();
        for row in late {
            waiting.push((in_state(&world, row.recorded).await, row));
        }
        world.wait(DAY);
        for (stamp, row) in waiting {
            check(&world, &stamp, &row).await;
        }
    }

    async fn valid_through_the_last_second_of_its_last_day(world) {
        // That day is UTC's, wherever the tenant is.
        let zone = Some(json!({ "timeZone": "Asia/Tokyo" }));
        assert_eq!(world.operator("PATCH", "/tenants/EXAMP1", zone).await.0, 200);
        let made = in_state(&world, "Active").await;
        assert_eq!(made["expiresAt"], "2026-11-24T00:00:00.000Z");
        world.wait(14 * HOUR - 1);
        assert_eq!((&by_reference(&world, &made).await["verdict"], &read(&world, &made).await["status"]), (&json!("valid"), &json!("Active")));
        world.wait(1);
        for answer in [by_reference(&world, &made).await, by_payload(&world, &seal(&made)).await] {
            assert_eq!((&answer["verdict"], &answer["status"]), (&json!("expired"), &json!("Expired")));
        }
        assert_eq!(read(&world, &made).await["status"], "Expired");
        assert_eq!(column(&world.get("/v1/tcode/stamps?status=Expired").await.ok(200), "id"), [text(&made, "id")]);
        // What was valid until yesterday cannot be made today.
        stamp(&world, with(json!({ "expiresAt": "2026-11-23" }))).await.fails(422, "VALIDATION_FAILED");
    }

    async fn its_end_is_recorded_once(world) {
        let made = in_state(&world, "Active").await;
        world.wait(2 * DAY);
        let question = format!("/v1/audit-events?type=stamp.lapsed&subject={}", text(&made, "id"));
        let mut found = json!([]);
        for _ in 0..100 {
            found = world.get(&question).await.ok(200)["items"].clone();
            if found != json!([]) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!((found.as_array().unwrap().len(), &found[0]["data"]["reference"]), (1, &made["reference"]), "{found}");
        assert_eq!(by_reference(&world, &made).await["verdict"], "expired");
    }

    async fn of_two_at_once_one_comes_through(world) {
        let numbered = || stamp(&world, with(json!({ "externalId": "A-1" })));
        let (one, two) = tokio::join!(numbered(), numbered());
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let made = stamped(&world).await;
        let place = format!("{}/replace", path(&made));
        let (one, two) = tokio::join!(world.post(&place, least()), world.post(&place, least()));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(world.get("/v1/tcode/stamps").await.ok(200)["items"].as_array().unwrap().len(), 3);
    }

    async fn words_of_a_change(world) {
        let made = stamped(&world).await;
        for (action, member, body) in [
            ("suspend", "reason", json!({ "reason": "fraud" })), ("suspend", "note", json!({ "note": "x".repeat(501) })),
            ("suspend", "action", json!({ "action": "suspend" })), ("reactivate", "reason", json!({ "reason": "other" })),
            ("revoke", "reason", json!({ "reason": "boredom" })), ("revoke", "reason", json!({ "reason": 7 })),
            ("revoke", "note", json!({ "note": ["x"] })), ("erase", "reason", json!({})), ("erase", "note", json!({ "reason": "x", "note": "x" })),
        ] {
            let told = world.post(&format!("{}/{action}", path(&made)), body.clone()).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].is_string(), "{action} {body}: {told}");
        }
        let note = json!({ "note": "told by the dean" });
        world.wait(1000);
        world.post(&format!("{}/suspend", path(&made)), note.clone()).await.ok(200);
        world.wait(1000);
        act(&world, &made, "reactivate").await.ok(200);
        // A tenant may want to hear why.
        let required = Some(json!({ "requireRevocationReason": true }));
        assert_eq!(world.operator("PATCH", "/tenants/EXAMP1", required).await.0, 200);
        let told = act(&world, &made, "revoke").await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["reason"][0].as_str().unwrap().contains("is required"), "{told}");
        world.wait(1000);
        let revoked = world.post(&format!("{}/revoke", path(&made)), json!({ "reason": "fraud", "note": "x" })).await.ok(200);
        assert_eq!((&revoked["status"], &revoked["statusReason"]), (&json!("Revoked"), &json!("fraud")));
        let answer = by_reference(&world, &made).await;
        assert_eq!(answer["server"]["statusReason"], "fraud");
        assert!(!answer.to_string().contains("dean"));
        let seen = world.get(&format!("{}/events", path(&made))).await.ok(200);
        snapshot!("stamp-events", shape(seen));
        // Filters of the record take the names.
        let record = world.get("/v1/audit-events?type=stamp.suspended").await.ok(200);
        assert_eq!((record["items"].as_array().unwrap().len(), &record["items"][0]["data"]["note"]), (1, &note["note"]));
        assert_eq!(world.operator("GET", "/audit/verify", None).await.1["findings"], json!([]));
    }

    async fn changes_are_done_once(world) {
        let made = stamped(&world).await;
        let send = |action: &'static str| {
            let sent = world.request("POST", &format!("{}/{action}", path(&made))).header("x-api-key", &world.live);
            Answer::of(sent.header("idempotency-key", action))
        };
        for action in ["suspend", "reactivate", "revoke"] {
            let (one, two) = (send(action).await, send(action).await);
            assert_eq!((one.status, two.status, two.header("idempotent-replayed")), (200, 200, "true"), "{action}");
            assert_eq!(one.bytes, two.bytes);
        }
    }

    async fn one_in_the_place_of_another(world) {
        let original = stamp(&world, with(json!({ "externalId": "A-1" }))).await.ok(201);
        let replace = format!("{}/replace", path(&original));
        // A bad request replaces nothing.
        for (member, value) in [("revokeOriginal", json!("yes")), ("pdf", json!("%")), ("expiresAt", json!("soon"))] {
            let told = world.post(&replace, with(json!({ member: value }))).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].is_string(), "{told}");
        }
        assert_eq!(read(&world, &original).await["status"], "Active");
        let successor = world.post(&replace, with(json!({ "name": "Certificate 8" }))).await.ok(201);
        assert_eq!((&successor["replaces"], &successor["externalId"]), (&original["reference"], &json!("A-1")));
        assert_eq!((&successor["name"], &successor["status"]), (&json!("Certificate 8"), &json!("Active")));
        let replaced = read(&world, &original).await;
        assert_eq!((&replaced["status"], &replaced["statusReason"], &replaced["replacedBy"]), (&json!("Revoked"), &json!("superseded"), &successor["reference"]));
        for answer in [by_reference(&world, &original).await, by_payload(&world, &seal(&original)).await] {
            assert_eq!((&answer["verdict"], &answer["server"]["replacedBy"]), (&json!("revoked"), &successor["reference"]));
        }
        let told = world.post(&replace, least()).await.fails(409, "CONFLICT");
        assert!(text(&told, "detail").contains(text(&successor, "reference")), "{told}");
        // The next one may leave it in force, and bring a number of its own.
        let next = with(json!({ "revokeOriginal": false, "externalId": "B-1" }));
        let next = world.post(&format!("{}/replace", path(&successor)), next).await.ok(201);
        assert_eq!(next["externalId"], "B-1");
        let kept = read(&world, &successor).await;
        assert_eq!((&kept["status"], &kept["replacedBy"]), (&json!("Active"), &next["reference"]));
        assert_eq!(world.operator("GET", "/audit/verify", None).await.1["findings"], json!([]));
    }

    async fn products_do_not_know_each_other(world) {
        let (made, template) = (stamped(&world).await, world.template(&world.live).await);
        let issued = world.issue(&template).await;
        let (stamp, issuance) = (text(&made, "id"), text(&issued, "id"));
        let foreign = |collection: &str, id: &str| format!("/v1/{collection}/{id}");
        for place in [foreign("tcode/stamps", issuance), foreign("trust/issuances", stamp)] {
            for part in ["", "/pdf", "/events"] {
                world.get(&format!("{place}{part}")).await.fails(404, "NOT_FOUND");
            }
            world.post(&format!("{place}/erase"), json!({ "reason": "x" })).await.fails(404, "NOT_FOUND");
        }
        for action in ["suspend", "revoke", "reactivate"] {
            world.post(&format!("/v1/tcode/stamps/{issuance}/{action}"), json!({})).await.fails(404, "NOT_FOUND");
        }
        world.post(&format!("/v1/tcode/stamps/{issuance}/replace"), least()).await.fails(404, "NOT_FOUND");
        let place = foreign("trust/issuances", stamp);
        world.get(&format!("{place}/credential")).await.fails(404, "NOT_FOUND");
        world.post(&format!("{place}/lifecycle"), json!({ "action": "revoke" })).await.fails(404, "NOT_FOUND");
        world.post(&format!("{place}/replace"), crate::world::request(&template)).await.fails(404, "NOT_FOUND");
        assert_eq!(read(&world, &made).await["status"], "Active");
        assert_eq!(world.verify(text(&issued, "reference")).await["verdict"], "valid");
    }
}
