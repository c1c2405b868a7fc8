//! An erased stamp: nothing personal of it is in any table, and the record still adds up.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{
    by_hash, by_image, by_payload, by_reference, fields, least, page, path, pdf, seal, stamp, tdoc,
    text, with,
};
use crate::disk;
use crate::shape::{bytes_but_ids, shape};
use crate::world::{Answer, World};

const NAME: &str = "Zebulon Quackenbush";
const TITLE: &str = "Master of Marshes";
const NUMBER: &str = "QB-1789-XZ";
const WORDS: &str = "Ornithology of the Lower Marshes";
const NOTE: &str = "Quackenbush rang twice";
const PERSONAL: [&str; 5] = [NAME, TITLE, NUMBER, WORDS, NOTE];

/// A stamp that is all about somebody.
async fn personal(world: &World) -> Value {
    let id = tdoc(world, fields()).await;
    with(json!({
        "name": TITLE, "externalId": NUMBER, "tdocTemplateId": id, "fields": [{ "key": "holder", "value": NAME }],
        "pdf": STANDARD.encode(page(WORDS)),
    }))
}

async fn erase(world: &World, stamp: &Value) -> Answer {
    let reason = json!({ "reason": "asked by the person" });
    world.post(&format!("{}/erase", path(stamp)), reason).await
}

on_both_engines! {
    async fn what_is_left_of_a_stamp(world) {
        let made = stamp(&world, personal(&world).await).await.ok(201);
        let (file, bytes) = (pdf(&world, &made).await, seal(&made));
        let left = erase(&world, &made).await.ok(200);
        snapshot!("stamp-erased", shape(left.clone()));
        assert_eq!(world.get(&path(&made)).await.ok(200), left);
        world.get(&format!("{}/pdf", path(&made))).await.fails(404, "NOT_FOUND");
        let answers = [
            by_reference(&world, &made).await, by_hash(&world, &made["contentHash"]).await, by_hash(&world, &made["stampedHash"]).await,
            by_payload(&world, &bytes).await, by_image(&world, file).await,
        ];
        for answer in &answers {
            assert_eq!((&answer["verdict"], &answer["server"]["statusReason"]), (&json!("not_found"), &json!("erased")), "{answer:#}");
            assert!(!answer.to_string().contains(NAME));
        }
        snapshot!("verification-stamp-erased", shape(answers[0].clone()));
        erase(&world, &made).await.fails(409, "CONFLICT");
        for action in ["suspend", "revoke", "reactivate"] {
            world.post(&format!("{}/{action}", path(&made)), json!({})).await.fails(409, "CONFLICT");
        }
        world.post(&format!("{}/replace", path(&made)), least()).await.fails(409, "CONFLICT");
        // The issuer's own number is free again.
        stamp(&world, with(json!({ "externalId": NUMBER }))).await.ok(201);
    }

    async fn a_replay_is_as_if_it_never_was(world) {
        let request = personal(&world).await;
        let send = || world.request("POST", "/v1/tcode/stamps").header("x-api-key", &world.live).header("idempotency-key", "a").json(&request);
        let made = Answer::of(send()).await.ok(201);
        erase(&world, &made).await.ok(200);
        let missing = world.get("/v1/tcode/stamps/01890000-0000-7000-8000-000000000000").await;
        assert_eq!(bytes_but_ids(&Answer::of(send()).await), bytes_but_ids(&missing));
    }

    async fn nothing_personal_is_in_any_table_and_the_record_adds_up(world) {
        let mut world = world;
        let mut request = personal(&world).await;
        let sent = world.request("POST", "/v1/tcode/stamps").header("x-api-key", &world.live).header("idempotency-key", "a").json(&request);
        let first = Answer::of(sent).await.ok(201);
        request["externalId"] = json!(null);
        let second = world.post(&format!("{}/replace", path(&first)), request).await.ok(201);
        world.post(&format!("{}/suspend", path(&second)), json!({ "note": NOTE })).await.ok(200);
        let question = json!({ "payload": text(&second, "seal"), "context": { "scannerId": NOTE } });
        world.ask("/v1/tcode/verify/sync", question.clone()).await.ok(200);
        world.get("/v1/tcode/verify/history").await.ok(200);
        world.stop().await;
        let before = disk::everything(&world);
        for secret in PERSONAL {
            assert!(disk::holds(&before, secret), "{secret} was never there");
        }
        world.start(&[]).await.unwrap();
        for made in [&first, &second] {
            erase(&world, made).await.ok(200);
        }
        // Nor is kept what is said of it from now on.
        let answer = world.ask("/v1/tcode/verify/sync", question).await.ok(200);
        assert_eq!((&answer["verdict"], answer.get("scan")), (&json!("not_found"), None));
        let (status, report) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!((status, &report["findings"]), (200, &json!([])), "{report}");
        world.stop().await;
        let after = disk::everything(&world);
        for secret in PERSONAL {
            assert!(!disk::holds(&after, secret), "{secret} is still there");
            for skipped in 0..3 {
                // Inside of a seal, whatever stands before it.
                let encoded = STANDARD.encode(&secret.as_bytes()[skipped..]);
                assert!(!disk::holds(&after, &encoded[..encoded.len() - 4]), "{secret} is still there in base64");
            }
        }
        for made in [&first, &second] {
            assert!(disk::holds(&after, text(made, "reference")), "the reference stays");
            assert!(!disk::holds(&after, &text(made, "seal")[..200]), "a seal is still there");
        }
    }
}
