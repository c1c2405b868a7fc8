//! The tenant's own verifications of stamps, and what was said of scans.

use serde_json::{Value, json};

use super::{by_hash, by_image, by_payload, by_reference, pdf, seal, stamped, text};
use crate::shape::{column, shape};
use crate::world::World;

const HISTORY: &str = "/v1/tcode/verify/history";

async fn sync(world: &World, stamp: &Value, context: Value) -> Value {
    let question = json!({ "payload": text(stamp, "seal"), "context": context });
    world.ask("/v1/tcode/verify/sync", question).await.ok(200)
}

on_both_engines! {
    async fn every_door_is_noted_with_its_verdict(world) {
        let made = stamped(&world).await;
        let file = pdf(&world, &made).await;
        world.wait(1000);
        by_reference(&world, &made).await;
        world.wait(1000);
        by_hash(&world, &made["stampedHash"]).await;
        world.wait(1000);
        by_payload(&world, &seal(&made)).await;
        world.wait(1000);
        by_image(&world, file).await;
        world.wait(1000);
        let context = json!({ "scannerId": "gate 4", "location": "Main hall" });
        let answer = sync(&world, &made, context.clone()).await;
        assert_eq!(answer["scan"], json!({ "verified": false, "context": context }));
        let page = world.get(HISTORY).await.ok(200);
        assert_eq!(column(&page, "door"), ["payload", "image", "payload", "hash", "reference"]);
        snapshot!("stamp-history", shape(page));
    }

    async fn each_product_has_its_own(world) {
        let (made, template) = (stamped(&world).await, world.template(&world.live).await);
        let issued = world.issue(&template).await;
        // Each through the doors of the other.
        world.verify(text(&made, "reference")).await;
        by_reference(&world, &issued).await;
        let (stamps, issuances) = (world.get(HISTORY).await.ok(200), world.get("/v1/trust/verify/history").await.ok(200));
        assert_eq!(column(&stamps, "reference"), [text(&made, "reference")]);
        assert_eq!(column(&issuances, "reference"), [text(&issued, "reference")]);
        for (path, foreign) in [(HISTORY, &issued), ("/v1/trust/verify/history", &made)] {
            let page = world.get(&format!("{path}?reference={}", text(foreign, "reference"))).await.ok(200);
            assert_eq!(page["items"], json!([]));
        }
    }

    async fn it_is_the_tenants_and_the_modes_own(world) {
        let made = stamped(&world).await;
        sync(&world, &made, json!({ "location": "Main hall" })).await;
        let other = world.tenant("Other School", "OTHER1").await;
        for key in [&other, &world.test] {
            for query in [String::new(), format!("?reference={}", text(&made, "reference"))] {
                let page = world.with(key, "GET", &format!("{HISTORY}{query}"), None).await.ok(200);
                assert_eq!(page["items"], json!([]));
            }
        }
        crate::world::Answer::of(world.request("GET", HISTORY)).await.fails(401, "UNAUTHORIZED");
        // Whoever asks with a key is named, and sees nothing of it elsewhere.
        let question = json!({ "payload": text(&made, "seal") });
        world.with(&other, "POST", "/v1/tcode/verify", Some(question)).await.ok(200);
        assert_eq!(world.with(&other, "GET", HISTORY, None).await.ok(200)["items"], json!([]));
    }

    async fn filters(world) {
        let (one, two) = (stamped(&world).await, stamped(&world).await);
        by_reference(&world, &one).await;
        world.post(&format!("{}/revoke", crate::tcode::path(&two)), json!({})).await.ok(200);
        world.wait(60_000);
        by_payload(&world, &seal(&two)).await;
        let (first, second) = (text(&one, "reference"), text(&two, "reference"));
        for (query, references) in [
            (String::new(), vec![second, first]), (format!("reference={}", first.to_lowercase()), vec![first]),
            ("verdict=revoked".to_owned(), vec![second]), ("verdict=suspended".to_owned(), vec![]),
            ("after=2026-11-23T10:01:00Z".to_owned(), vec![second]), ("before=2026-11-23T10:01:00Z".to_owned(), vec![first]),
        ] {
            let page = world.get(&format!("{HISTORY}?{query}")).await.ok(200);
            assert_eq!(column(&page, "reference"), references, "{query}");
        }
        let page = world.get(&format!("{HISTORY}?limit=1")).await.ok(200);
        let rest = world.get(&format!("{HISTORY}?cursor={}", text(&page, "nextCursor"))).await.ok(200);
        assert_eq!(column(&rest, "reference"), [first]);
        for query in ["verdict=good", "after=yesterday", "door=page"] {
            world.get(&format!("{HISTORY}?{query}")).await.fails(422, "VALIDATION_FAILED");
        }
    }

    async fn what_may_be_said_of_a_scan(world) {
        let made = stamped(&world).await;
        let many = |count: usize| (0..count).map(|n| (format!("m{n}"), json!("x"))).collect::<serde_json::Map<_, _>>();
        for context in [json!(many(20)), json!({ "é".repeat(200): "é".repeat(200) }), json!({}), json!(null)] {
            let answer = sync(&world, &made, context.clone()).await;
            assert_eq!(answer["verdict"], "valid");
            match context {
                Value::Null => assert!(answer.get("scan").is_none(), "{answer:#}"),
                context => assert_eq!(answer["scan"]["context"], context),
            }
        }
        for (path, context) in [
            ("context".to_owned(), json!(many(21))), ("context".to_owned(), json!("here")), ("context".to_owned(), json!([])),
            ("context.a".to_owned(), json!({ "a": "x".repeat(201) })), ("context.a".to_owned(), json!({ "a": 7 })),
            ("context.a".to_owned(), json!({ "a": { "b": "c" } })), ("context.a".to_owned(), json!({ "a": "b\u{7}c" })),
            (format!("context.{}", "x".repeat(200)), json!({ "x".repeat(201): "a" })),
        ] {
            let question = json!({ "payload": text(&made, "seal"), "context": context });
            let told = world.ask("/v1/tcode/verify/sync", question).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][&path][0].is_string(), "{path}: {told:#}");
        }
        // Nothing is kept of a scan whose seal is nobody's.
        let question = json!({ "payload": "AAAA", "context": { "location": "here" } });
        let answer = world.ask("/v1/tcode/verify/sync", question).await.ok(200);
        assert_eq!(answer["verdict"], "invalid");
        assert_eq!(world.get(HISTORY).await.ok(200)["items"].as_array().unwrap().len(), 4);
    }
}
