//! Erasure: personal data are in no table afterwards, and the record still adds up.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::disk;
use crate::shape::{bytes_but_ids, shape};
use crate::world::{Answer, World, request};

const NAME: &str = "Zebulon Quackenbush";
const EMAIL: &str = "zebulon@quackenbush.example";
const FIELD: &str = "Ornithology of the Lower Marshes";
const NUMBER: &str = "QB-1789-XZ";
const TITLE: &str = "Master of Marshes";
const NOTE: &str = "Quackenbush rang twice";
const PERSONAL: [&str; 6] = [NAME, EMAIL, FIELD, NUMBER, TITLE, NOTE];

fn personal(template: &str) -> Value {
    json!({
        "templateId": template, "recipientName": NAME, "recipientEmail": EMAIL, "documentTitle": TITLE,
        "externalId": NUMBER, "awardedOn": "2026-07-14", "fields": [{ "key": "degree", "value": FIELD }],
    })
}

async fn issue(world: &World, body: &Value) -> Value {
    let sent = world
        .request("POST", "/v1/trust/issuances")
        .header("x-api-key", &world.live)
        .header("idempotency-key", "issue-once")
        .json(body);
    Answer::of(sent).await.ok(201)
}

async fn erase(world: &World, id: &str) -> Answer {
    world
        .post(
            &format!("/v1/trust/issuances/{id}/erase"),
            json!({ "reason": "asked by the person" }),
        )
        .await
}

on_both_engines! {
    async fn what_is_left_of_a_document(world) {
        let template = world.template(&world.live).await;
        let issued = issue(&world, &personal(&template)).await;
        let (id, reference) = (issued["id"].as_str().unwrap(), issued["reference"].as_str().unwrap());
        let left = erase(&world, id).await.ok(200);
        snapshot!("issuance-erased", shape(left.clone()));
        let path = format!("/v1/trust/issuances/{id}");
        assert_eq!(world.get(&path).await.ok(200), left);
        for part in ["pdf", "credential"] {
            world.get(&format!("{path}/{part}")).await.fails(404, "NOT_FOUND");
        }
        let verified = world.verify(reference).await;
        assert_eq!((&verified["verdict"], &verified["server"]["statusReason"]), (&json!("not_found"), &json!("erased")));
        snapshot!("verification-erased", shape(verified));
        let question = json!({ "hash": issued["contentHash"] });
        assert_eq!(world.ask("/v1/trust/verify/by-hash", question).await.ok(200)["verdict"], "not_found");
        let page = Answer::of(world.request("GET", &format!("/v/{reference}"))).await.text();
        let events = world.get(&format!("{path}/events")).await.text();
        for secret in PERSONAL {
            assert!(!page.contains(secret) && !events.contains(secret), "{secret}");
        }
    }

    async fn erasure_is_final(world) {
        let template = world.template(&world.live).await;
        let issued = issue(&world, &personal(&template)).await;
        let id = issued["id"].as_str().unwrap();
        world.post(&format!("/v1/trust/issuances/{id}/erase"), json!({})).await.fails(422, "VALIDATION_FAILED");
        erase(&world, id).await.ok(200);
        erase(&world, id).await.fails(409, "CONFLICT");
        for action in ["suspend", "revoke", "reinstate", "expire"] {
            world.change(&issued["id"], action).await.fails(409, "CONFLICT");
        }
        world.post(&format!("/v1/trust/issuances/{id}/replace"), request(&template)).await.fails(409, "CONFLICT");
        // The issuer's own number is free again.
        world.post("/v1/trust/issuances", personal(&template)).await.ok(201);
    }

    async fn its_status_stays_in_the_lists(world) {
        let template = world.template(&world.live).await;
        let issued = issue(&world, &personal(&template)).await;
        world.change(&issued["id"], "revoke").await.ok(200);
        let left = erase(&world, issued["id"].as_str().unwrap()).await.ok(200);
        assert_eq!((&left["status"], &left["statusReason"]), (&json!("Revoked"), &json!("erased")));
        assert_eq!(world.get("/v1/trust/issuances?status=Revoked").await.ok(200)["items"][0]["id"], issued["id"]);
        assert_eq!(world.get("/v1/trust/issuances?recipient=quackenbush").await.ok(200)["items"], json!([]));
    }

    async fn replays_are_not_found_like_a_document_that_never_was(world) {
        let template = world.template(&world.live).await;
        let issued = issue(&world, &personal(&template)).await;
        let id = issued["id"].as_str().unwrap();
        let suspend = || world.request("POST", &format!("/v1/trust/issuances/{id}/lifecycle"))
            .header("x-api-key", &world.live).header("idempotency-key", "s").json(&json!({ "action": "suspend" }));
        Answer::of(suspend()).await.ok(200);
        erase(&world, id).await.ok(200);
        let missing = bytes_but_ids(&world.get("/v1/trust/issuances/01890000-0000-7000-8000-000000000000").await);
        let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live)
            .header("idempotency-key", "issue-once").json(&personal(&template));
        assert_eq!(bytes_but_ids(&Answer::of(sent).await), missing);
        assert_eq!(bytes_but_ids(&Answer::of(suspend()).await), missing);
    }

    async fn nothing_personal_is_in_any_table_and_the_record_adds_up(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let mut with_file = personal(&template);
        let pdf = format!("%PDF-1.7\n({NAME})\n%%EOF\n");
        with_file["pdf"] = STANDARD.encode(&pdf).into();
        let issued = issue(&world, &with_file).await;
        let mut without_file = personal(&template);
        without_file["externalId"] = json!(null);
        let rendered = world.post("/v1/trust/issuances", without_file).await.ok(201);
        let path = |issued: &Value| format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap());
        assert_eq!(world.get(&format!("{}/pdf", path(&rendered))).await.status, 200);
        let mut successor = personal(&template);
        successor["externalId"] = json!(null);
        let sent = world.request("POST", &format!("{}/replace", path(&issued))).header("x-api-key", &world.live)
            .header("idempotency-key", "replace-once").json(&successor);
        let successor = Answer::of(sent).await.ok(201);
        let note = json!({ "action": "suspend", "note": NOTE });
        world.post(&format!("{}/lifecycle", path(&successor)), note).await.ok(200);
        world.verify(issued["reference"].as_str().unwrap()).await;

        world.stop().await;
        let before = disk::everything(&world);
        for secret in PERSONAL {
            assert!(disk::holds(&before, secret), "{secret} was never there");
        }
        world.start(&[]).await.unwrap();
        for document in [&issued, &rendered, &successor] {
            erase(&world, document["id"].as_str().unwrap()).await.ok(200);
        }
        let (status, report) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!((status, &report["findings"]), (200, &json!([])), "{report}");
        world.stop().await;
        let after = disk::everything(&world);
        for secret in PERSONAL {
            assert!(!disk::holds(&after, secret), "{secret} is still there");
            assert!(!disk::holds(&after, &secret.to_lowercase()), "{secret} folded is still there");
            // Inside of a credential, whatever stands before it.
            for skipped in 0..3 {
                let encoded = URL_SAFE_NO_PAD.encode(&secret.as_bytes()[skipped..]);
                let sure = &encoded[..encoded.len() - 2];
                assert!(!disk::holds(&after, sure), "{secret} is still there in base64");
            }
        }
        for document in [&issued, &rendered, &successor] {
            assert!(disk::holds(&after, document["reference"].as_str().unwrap()), "the reference stays");
            let credential = document["credential"].as_str().unwrap();
            let payload = credential.split('.').nth(1).unwrap();
            assert!(!disk::holds(&after, payload), "a credential is still there");
        }
    }
}
