//! Reasons, notes, and what of them is public.

use serde_json::json;

use crate::shape::shape;
use crate::world::{Answer, DAY, request};

on_both_engines! {
    async fn a_reason_is_public_and_a_note_never(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let path = format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap());
        // What happens within one millisecond has no order of its own.
        world.wait(1000);
        let body = json!({ "action": "revoke", "reason": "fraud", "note": "told by the dean" });
        let revoked = world.post(&format!("{path}/lifecycle"), body).await.ok(200);
        assert_eq!(revoked["statusReason"], "fraud");
        let reference = issued["reference"].as_str().unwrap();
        let verified = world.verify(reference).await;
        assert_eq!((&verified["verdict"], &verified["server"]["statusReason"]), (&json!("revoked"), &json!("fraud")));
        snapshot!("verification-revoked", shape(verified.clone()));
        let page = Answer::of(world.request("GET", &format!("/v/{reference}"))).await.text();
        for public in [verified.to_string(), page, revoked.to_string()] {
            assert!(!public.contains("told by the dean"));
        }
        let events = world.get(&format!("{path}/events")).await.ok(200);
        assert_eq!(events["items"][1]["data"]["note"], "told by the dean");
        snapshot!("events", shape(events));
    }

    async fn revoking_without_a_reason_is_for_another_reason(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        assert_eq!(world.change(&issued["id"], "revoke").await.ok(200)["statusReason"], "other");
    }

    async fn a_tenant_may_require_a_reason(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let required = json!({ "requireRevocationReason": true });
        let (status, tenant) = world.operator("PATCH", "/tenants/EXAMP1", Some(required)).await;
        assert_eq!((status, &tenant["requireRevocationReason"]), (200, &json!(true)), "{tenant}");
        world.change(&issued["id"], "suspend").await.ok(200);
        let told = world.change(&issued["id"], "revoke").await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["reason"][0].as_str().unwrap().contains("is required"), "{told}");
        let path = format!("/v1/trust/issuances/{}/lifecycle", issued["id"].as_str().unwrap());
        let revoked = world.post(&path, json!({ "action": "revoke", "reason": "other" })).await.ok(200);
        assert_eq!(revoked["status"], "Revoked");
    }

    async fn what_a_lifecycle_request_may_not_say(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let path = format!("/v1/trust/issuances/{}/lifecycle", issued["id"].as_str().unwrap());
        for (member, body) in [
            ("action", json!({})), ("action", json!({ "action": "delete" })), ("action", json!({ "action": "Revoke" })),
            ("reason", json!({ "action": "revoke", "reason": "boredom" })),
            ("reason", json!({ "action": "suspend", "reason": "fraud" })),
            ("note", json!({ "action": "suspend", "note": "x".repeat(501) })),
            ("note", json!({ "action": "suspend", "note": ["x"] })),
        ] {
            let told = world.post(&path, body.clone()).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].is_string(), "{body}: {told}");
        }
        world.post(&path, json!({ "action": "suspend", "note": "x".repeat(500) })).await.ok(200);
    }

    async fn reinstated_after_its_time_a_document_is_expired(world) {
        let template = world.template(&world.live).await;
        for action in ["reinstate", "reactivate"] {
            let mut body = request(&template);
            body["validityType"] = "Days".into();
            body["validityValue"] = 1.into();
            let issued = world.post("/v1/trust/issuances", body).await.ok(201);
            world.change(&issued["id"], "suspend").await.ok(200);
            world.wait(DAY);
            assert_eq!(world.verify(issued["reference"].as_str().unwrap()).await["verdict"], "suspended");
            assert_eq!(world.change(&issued["id"], action).await.ok(200)["status"], "Expired");
            assert_eq!(world.verify(issued["reference"].as_str().unwrap()).await["verdict"], "expired");
        }
    }

    async fn expired_ahead_of_its_time(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        assert_eq!(world.change(&issued["id"], "expire").await.ok(200)["status"], "Expired");
        let verified = world.verify(issued["reference"].as_str().unwrap()).await;
        assert_eq!((&verified["verdict"], &verified["expiresAt"]), (&json!("expired"), &json!(null)));
        snapshot!("verification-expired-early", shape(verified));
    }

    async fn every_change_is_a_signed_statement_in_the_record(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        for action in ["suspend", "reinstate", "expire"] {
            world.wait(1000);
            world.change(&issued["id"], action).await.ok(200);
        }
        let path = format!("/v1/trust/issuances/{}/events", issued["id"].as_str().unwrap());
        let events = world.get(&path).await.ok(200);
        let kinds: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["issuance.issued", "issuance.suspended", "issuance.reinstated", "issuance.expired"]);
        for event in &events["items"].as_array().unwrap()[1..] {
            let statement = event["data"]["statement"].as_str().unwrap();
            assert_eq!(statement.split('.').count(), 3, "{event}");
        }
        let first = world.get(&format!("{path}?limit=1")).await.ok(200);
        let next = first["nextCursor"].as_str().unwrap();
        let rest = world.get(&format!("{path}?cursor={next}")).await.ok(200);
        assert_eq!(rest["items"].as_array().unwrap()[..], events["items"].as_array().unwrap()[1..], "oldest first");
        assert_eq!(world.operator("GET", "/audit/verify", None).await.1["findings"], json!([]));
    }
}
