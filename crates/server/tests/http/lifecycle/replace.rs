//! A document in the place of another.

use serde_json::{Value, json};

use crate::world::{Answer, DAY, World, request};

async fn replace(world: &World, original: &Value, body: Value) -> Answer {
    world
        .post(
            &format!(
                "/v1/trust/issuances/{}/replace",
                original["id"].as_str().unwrap()
            ),
            body,
        )
        .await
}

async fn read(world: &World, issued: &Value) -> Value {
    world
        .get(&format!(
            "/v1/trust/issuances/{}",
            issued["id"].as_str().unwrap()
        ))
        .await
        .ok(200)
}

on_both_engines! {
    async fn the_original_is_revoked_as_superseded(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["externalId"] = "A-1".into();
        let original = world.post("/v1/trust/issuances", body.clone()).await.ok(201);
        body.as_object_mut().unwrap().remove("externalId");
        body["recipientName"] = "Ada King".into();
        let successor = replace(&world, &original, body).await.ok(201);
        assert_eq!((&successor["replaces"], &successor["externalId"]), (&original["reference"], &json!("A-1")));
        assert_eq!((&successor["status"], &successor["recipientName"]), (&json!("Active"), &json!("Ada King")));
        let original = read(&world, &original).await;
        assert_eq!((&original["status"], &original["statusReason"]), (&json!("Revoked"), &json!("superseded")));
        assert_eq!(original["replacedBy"], successor["reference"]);
        let verified = world.verify(original["reference"].as_str().unwrap()).await;
        assert_eq!((&verified["verdict"], &verified["server"]["replacedBy"]), (&json!("revoked"), &successor["reference"]));
        let found = world.get("/v1/trust/issuances?externalId=A-1").await.ok(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 2, "the list shows replaced ones too");
        assert_eq!(read(&world, &successor).await["replaces"], original["reference"]);
    }

    async fn the_original_may_stay_in_force(world) {
        let template = world.template(&world.live).await;
        let original = world.issue(&template).await;
        let mut body = request(&template);
        body["revokeOriginal"] = false.into();
        body["externalId"] = "B-1".into();
        let successor = replace(&world, &original, body).await.ok(201);
        assert_eq!(successor["externalId"], "B-1");
        let original = read(&world, &original).await;
        assert_eq!((&original["status"], &original["replacedBy"]), (&json!("Active"), &successor["reference"]));
        assert_eq!(world.verify(original["reference"].as_str().unwrap()).await["verdict"], "valid");
    }

    async fn a_document_is_replaced_once(world) {
        let template = world.template(&world.live).await;
        let original = world.issue(&template).await;
        let successor = replace(&world, &original, request(&template)).await.ok(201);
        let told = replace(&world, &original, request(&template)).await.fails(409, "CONFLICT");
        assert!(told["detail"].as_str().unwrap().contains(successor["reference"].as_str().unwrap()), "{told}");
        replace(&world, &successor, request(&template)).await.ok(201);
        assert_eq!(world.get("/v1/trust/issuances").await.ok(200)["items"].as_array().unwrap().len(), 3);
    }

    async fn of_two_at_once_one_replaces(world) {
        let template = world.template(&world.live).await;
        let original = world.issue(&template).await;
        let (one, two) = tokio::join!(
            replace(&world, &original, request(&template)),
            replace(&world, &original, request(&template)),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }

    async fn whatever_its_status(world) {
        let template = world.template(&world.live).await;
        for (action, status, reason) in [("suspend", "Revoked", "superseded"), ("revoke", "Revoked", "other"), ("expire", "Expired", "")] {
            let original = world.issue(&template).await;
            world.change(&original["id"], action).await.ok(200);
            replace(&world, &original, request(&template)).await.ok(201);
            let original = read(&world, &original).await;
            let reason = if reason.is_empty() { json!(null) } else { json!(reason) };
            assert_eq!((&original["status"], &original["statusReason"]), (&json!(status), &reason), "{action}");
        }
        let mut body = request(&template);
        body["expiresAt"] = "2026-11-24T10:00:00Z".into();
        let original = world.post("/v1/trust/issuances", body).await.ok(201);
        world.wait(DAY);
        replace(&world, &original, request(&template)).await.ok(201);
        assert_eq!(read(&world, &original).await["status"], "Expired");
    }

    async fn a_bad_request_replaces_nothing(world) {
        let template = world.template(&world.live).await;
        let original = world.issue(&template).await;
        replace(&world, &original, json!({ "revokeOriginal": "yes" })).await.fails(422, "VALIDATION_FAILED");
        let mut body = request(&template);
        body["fields"] = json!([]);
        replace(&world, &original, body.clone()).await.fails(422, "VALIDATION_FAILED");
        // An external id of a third document.
        let mut third = request(&template);
        third["externalId"] = "C-1".into();
        world.post("/v1/trust/issuances", third.clone()).await.ok(201);
        replace(&world, &original, third).await.fails(409, "CONFLICT");
        let original = read(&world, &original).await;
        assert_eq!((&original["status"], &original["replacedBy"]), (&json!("Active"), &json!(null)));
        // `revokeOriginal` belongs to a replacement.
        body = request(&template);
        body["revokeOriginal"] = true.into();
        world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
    }
}
