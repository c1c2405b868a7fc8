//! The tenant's own verifications.

use serde_json::{Value, json};

use crate::shape::{column, shape};
use crate::world::{Answer, World, request};

async fn ask_at_every_door(world: &World, issued: &Value) {
    let reference = issued["reference"].as_str().unwrap();
    world.wait(1000);
    world.verify(reference).await;
    world.wait(1000);
    world
        .ask(
            "/v1/trust/verify/by-hash",
            json!({ "hash": issued["contentHash"] }),
        )
        .await
        .ok(200);
    world.wait(1000);
    let form = reqwest::multipart::Form::new().part(
        "pdf",
        reqwest::multipart::Part::bytes(issued["credential"].as_str().unwrap().as_bytes().to_vec()),
    );
    Answer::of(
        world
            .request("POST", "/v1/trust/verify/by-file")
            .multipart(form),
    )
    .await
    .ok(200);
    world.wait(1000);
    assert_eq!(
        Answer::of(world.request("GET", &format!("/v/{reference}")))
            .await
            .status,
        200
    );
}

on_both_engines! {
    async fn every_door_is_noted_with_its_verdict(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        ask_at_every_door(&world, &issued).await;
        let page = world.get("/v1/trust/verify/history").await.ok(200);
        assert_eq!(column(&page, "door"), ["page", "file", "hash", "reference"]);
        snapshot!("history", shape(page));
    }

    async fn only_documents_that_are_known_are_noted(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        world.verify("TRF-ABCD1234").await;
        world.ask("/v1/trust/verify/by-hash", json!({ "hash": "0".repeat(64) })).await.ok(200);
        assert_eq!(world.get("/v1/trust/verify/history").await.ok(200)["items"], json!([]));
        world.verify(issued["reference"].as_str().unwrap()).await;
        assert_eq!(world.get("/v1/trust/verify/history").await.ok(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn filters(world) {
        let template = world.template(&world.live).await;
        let (one, two) = (world.issue(&template).await, world.issue(&template).await);
        world.verify(one["reference"].as_str().unwrap()).await;
        world.change(&two["id"], "revoke").await.ok(200);
        world.wait(60_000);
        world.verify(two["reference"].as_str().unwrap()).await;
        let (first, second) = (one["reference"].as_str().unwrap(), two["reference"].as_str().unwrap());
        for (query, references) in [
            (String::new(), vec![second, first]), (format!("reference={first}"), vec![first]),
            (format!("reference=TRF-{}", first[4..].to_lowercase()), vec![first]), ("reference=TRF-ABCD1234".to_owned(), vec![]),
            ("verdict=revoked".to_owned(), vec![second]), ("verdict=valid".to_owned(), vec![first]),
            ("verdict=suspended".to_owned(), vec![]), ("after=2026-11-23T10:01:00Z".to_owned(), vec![second]),
            ("before=2026-11-23T10:01:00Z".to_owned(), vec![first]), ("limit=1".to_owned(), vec![second]),
        ] {
            let page = world.get(&format!("/v1/trust/verify/history?{query}")).await.ok(200);
            assert_eq!(column(&page, "reference"), references, "{query}");
        }
        for query in ["verdict=good", "after=yesterday", "door=page"] {
            world.get(&format!("/v1/trust/verify/history?{query}")).await.fails(422, "VALIDATION_FAILED");
        }
        let page = world.get("/v1/trust/verify/history?limit=1").await.ok(200);
        let next = page["nextCursor"].as_str().unwrap();
        let rest = world.get(&format!("/v1/trust/verify/history?cursor={next}")).await.ok(200);
        assert_eq!(column(&rest, "reference"), [first]);
    }

    async fn a_key_is_needed_and_sees_its_own_mode(world) {
        Answer::of(world.request("GET", "/v1/trust/verify/history")).await.fails(401, "UNAUTHORIZED");
        let template = world.template(&world.live).await;
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        world.verify(test["reference"].as_str().unwrap()).await;
        assert_eq!(world.get("/v1/trust/verify/history").await.ok(200)["items"], json!([]));
        let page = world.with(&world.test, "GET", "/v1/trust/verify/history", None).await.ok(200);
        assert_eq!(page["items"][0]["reference"], test["reference"]);
    }
}
