//! 422 `VALIDATION_FAILED`: members at fault, all of them at once, each under its path.

use serde_json::json;

use crate::shape::shape;
use crate::world::request;

on_both_engines! {
    async fn several_members_at_fault_are_told_at_once(world) {
        let template = world.template(&world.live).await;
        let body = json!({
            "templateId": template,
            "recipientEmail": "nobody",
            "fields": [{ "key": "degree", "value": 7 }, { "key": "grade" }, "third", { "key": "degree", "valeu": "x" }],
            "awardedOn": "2026-02-30",
            "validityType": "Weeks",
            "validityValue": 0,
            "deliver": "yes",
            "recipientname": "Ada",
            "pdf": "not base64!",
            "colour": "red",
        });
        let refused = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
        for path in [
            "recipientName", "recipientEmail", "fields[0].value", "fields[1].value", "fields[2]", "fields[3].value",
            "fields[3].valeu", "awardedOn", "validityType", "validityValue", "deliver", "recipientname", "pdf", "colour",
        ] {
            assert!(refused["errors"][path][0].is_string(), "{path}: {refused:#}");
        }
        snapshot!("422-several", shape(refused));
    }

    async fn an_unknown_member_is_answered_with_the_nearest_name(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["documentTitel"] = "x".into();
        let refused = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
        let message = refused["errors"]["documentTitel"][0].as_str().unwrap();
        assert!(message.contains("did you mean `documentTitle`?"), "{message}");
        snapshot!("422-unknown-member", shape(refused));
    }

    async fn of_many_unknown_members_only_the_number_is_told(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["x".repeat(100_000)] = 1.into();
        let refused = world.post("/v1/trust/issuances", body.clone()).await;
        assert!(refused.text().len() < 2_000, "a long name is told in part");
        refused.fails(422, "VALIDATION_FAILED");
        for number in 0..50_000 {
            body[format!("m{number}")] = 1.into();
        }
        let refused = world.post("/v1/trust/issuances", body).await;
        assert!(refused.text().len() < 2_000, "{}", refused.text().len());
        let told = refused.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["body"][0].as_str().unwrap().contains("50001 members"), "{told}");
    }

    async fn every_body_refuses_unknown_members(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let (t, i) = (format!("/v1/trust/templates/{template}"), format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap()));
        for (path, mut body) in [
            ("/v1/trust/templates".to_owned(), crate::world::template()),
            (format!("{t}/archive"), json!({})),
            (format!("{t}/unarchive"), json!({})),
            (format!("{t}/duplicate"), json!({ "name": "x" })),
            ("/v1/trust/issuances".to_owned(), request(&template)),
            (format!("{i}/lifecycle"), json!({ "action": "suspend" })),
            (format!("{i}/replace"), request(&template)),
            (format!("{i}/erase"), json!({ "reason": "x" })),
            ("/v1/trust/verify/by-reference".to_owned(), json!({ "reference": "x" })),
            ("/v1/trust/verify/by-hash".to_owned(), json!({ "hash": "0".repeat(64) })),
            ("/v1/api-keys".to_owned(), json!({ "name": "x" })),
        ] {
            body["surplus"] = 1.into();
            let refused = world.post(&path, body).await.fails(422, "VALIDATION_FAILED");
            assert!(refused["errors"]["surplus"][0].is_string(), "{path}: {refused}");
        }
    }

    async fn a_body_that_is_no_object(world) {
        for body in [json!([]), json!("text"), json!(null), json!(7)] {
            let refused = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
            assert!(refused["errors"]["body"][0].is_string(), "{refused}");
        }
        let refused = world.ask("/v1/trust/verify/by-reference", json!([])).await.fails(422, "VALIDATION_FAILED");
        snapshot!("422-no-object", shape(refused));
    }

    async fn null_is_the_same_as_absent(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        for member in ["recipientEmail", "documentTitle", "externalId", "pdf", "awardedOn", "expiresAt", "validityType",
            "validityValue", "deliver"] {
            body[member] = json!(null);
        }
        world.post("/v1/trust/issuances", body.clone()).await.ok(201);
        body["recipientName"] = json!(null);
        let refused = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
        assert_eq!(refused["errors"]["recipientName"][0], "is required");
    }

    async fn parameters_at_fault_are_told_like_members(world) {
        let path = "/v1/trust/issuances?limit=0&status=Gone&templateId=x&issuedAfter=yesterday&cursor=%21&colour=red";
        let refused = world.get(path).await.fails(422, "VALIDATION_FAILED");
        snapshot!("422-parameters", shape(refused));
        world.get("/v1/trust/issuances?limit=1&limit=2").await.fails(422, "VALIDATION_FAILED");
    }

    async fn rules_of_the_template_and_of_time_are_told_together(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["fields"] = json!([{ "key": "grade", "value": "Z" }]);
        body["expiresAt"] = "2027-01-01".into();
        body["validityType"] = "Days".into();
        body["validityValue"] = 3.into();
        body["recipientEmail"] = "nobody".into();
        body["surplus"] = 1.into();
        let refused = world.post("/v1/trust/issuances", body.clone()).await.fails(422, "VALIDATION_FAILED");
        for path in ["fields", "fields[0].value", "expiresAt", "recipientEmail", "surplus"] {
            assert!(refused["errors"][path][0].is_string(), "{path}: {refused:#}");
        }
        // Also what the template does not have, and of what could not be read nothing else is said.
        body["fields"] = json!([{ "key": "shoe", "value": "43" }]);
        body["validityType"] = "Moons".into();
        let refused = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
        let told: Vec<&String> = refused["errors"].as_object().unwrap().keys().collect();
        assert_eq!(told, ["fields", "fields[0].key", "recipientEmail", "surplus", "validityType"]);
        let mut body = request("00000000-0000-7000-8000-000000000000");
        body["recipientEmail"] = "nobody".into();
        let refused = world.post("/v1/trust/issuances", body).await.fails(422, "VALIDATION_FAILED");
        for path in ["templateId", "recipientEmail"] {
            assert!(refused["errors"][path][0].is_string(), "{path}: {refused:#}");
        }
    }
}
