//! One file, several documents: the first issuer is answered, the others are listed, never merged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::shape::shape;
use crate::world::{Answer, World, pdf, request};

async fn issue_file(world: &World, key: &str, template: &str, name: &str) -> Value {
    world.wait(1000);
    let mut body = request(template);
    body["recipientName"] = name.into();
    body["pdf"] = STANDARD.encode(pdf()).into();
    world
        .with(key, "POST", "/v1/trust/issuances", Some(body))
        .await
        .ok(201)
}

async fn by_hash(world: &World, issued: &Value, issuer: Option<&str>) -> Value {
    let question = json!({ "hash": issued["contentHash"], "issuerCode": issuer });
    world
        .ask("/v1/trust/verify/by-hash", question)
        .await
        .ok(200)
}

on_both_engines! {
    async fn the_first_issuer_is_answered_and_the_other_is_listed(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (mine, theirs) = (world.template(&world.live).await, world.template(&other).await);
        let first = issue_file(&world, &world.live, &mine, "Ada Lovelace").await;
        let second = issue_file(&world, &other, &theirs, "Grace Hopper").await;
        assert_eq!(first["contentHash"], second["contentHash"]);
        let answer = by_hash(&world, &second, None).await;
        assert_eq!(answer["reference"], first["reference"]);
        assert_eq!(answer["issuerCode"], "EXAMP1");
        assert_eq!(answer["recipientName"], "Ada Lovelace");
        assert_eq!(answer["matches"].as_array().unwrap().len(), 1);
        assert_eq!(answer["matches"][0]["reference"], second["reference"]);
        assert_eq!(answer["matches"][0]["issuer"]["code"], "OTHER1");
        assert!(!answer.to_string().contains("Grace Hopper"), "facts of two issuers in one answer");
        snapshot!("verification-two-issuers", shape(answer));
    }

    async fn an_issuer_code_narrows(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (mine, theirs) = (world.template(&world.live).await, world.template(&other).await);
        issue_file(&world, &world.live, &mine, "Ada Lovelace").await;
        let second = issue_file(&world, &other, &theirs, "Grace Hopper").await;
        for code in ["OTHER1", "other1"] {
            let answer = by_hash(&world, &second, Some(code)).await;
            assert_eq!(answer["reference"], second["reference"]);
            assert_eq!(answer["matches"], json!([]));
        }
        assert_eq!(by_hash(&world, &second, Some("NOBODY")).await["verdict"], "not_found");
        let question = json!({ "hash": second["contentHash"], "issuerCode": "toolong" });
        world.ask("/v1/trust/verify/by-hash", question).await.fails(422, "VALIDATION_FAILED");
        let question = json!({ "hash": second["contentHash"], "issuerCode": "a b c!" });
        world.ask("/v1/trust/verify/by-hash", question).await.fails(422, "VALIDATION_FAILED");
    }

    async fn a_file_asks_the_same_and_can_be_narrowed(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (mine, theirs) = (world.template(&world.live).await, world.template(&other).await);
        let first = issue_file(&world, &world.live, &mine, "Ada Lovelace").await;
        let second = issue_file(&world, &other, &theirs, "Grace Hopper").await;
        let ask = async |code: Option<&'static str>| {
            let mut form = Form::new().part("pdf", Part::bytes(pdf()));
            if let Some(code) = code {
                form = form.text("issuerCode", code);
            }
            Answer::of(world.request("POST", "/v1/trust/verify/by-file").multipart(form)).await
        };
        assert_eq!(ask(None).await.ok(200)["reference"], first["reference"]);
        assert_eq!(ask(Some("other1")).await.ok(200)["reference"], second["reference"]);
        let told = ask(Some("a b c!")).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["issuerCode"][0].is_string(), "{told}");
    }

    async fn what_was_erased_hides_no_other(world) {
        let template = world.template(&world.live).await;
        let mut issued = Vec::new();
        for number in 0..4 {
            issued.push(issue_file(&world, &world.live, &template, &format!("Number {number}")).await);
        }
        for erased in [&issued[3], &issued[1]] {
            let path = format!("/v1/trust/issuances/{}/erase", erased["id"].as_str().unwrap());
            world.post(&path, json!({ "reason": "asked" })).await.ok(200);
        }
        let answer = by_hash(&world, &issued[0], None).await;
        assert_eq!(answer["reference"], issued[2]["reference"], "the newest with content");
        assert_eq!(answer["matches"].as_array().unwrap().len(), 1, "{answer:#}");
        assert_eq!(answer["matches"][0]["reference"], issued[0]["reference"]);
    }

    async fn a_verdict_is_each_issuers_own(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (mine, theirs) = (world.template(&world.live).await, world.template(&other).await);
        let first = issue_file(&world, &world.live, &mine, "Ada Lovelace").await;
        let second = issue_file(&world, &other, &theirs, "Grace Hopper").await;
        world.change(&first["id"], "revoke").await.ok(200);
        let answer = by_hash(&world, &first, None).await;
        assert_eq!((&answer["verdict"], &answer["matches"][0]["verdict"]), (&json!("revoked"), &json!("valid")));
        assert_eq!(by_hash(&world, &second, Some("OTHER1")).await["verdict"], "valid");
    }

    async fn the_newest_not_replaced_document_of_an_issuer_is_answered(world) {
        let template = world.template(&world.live).await;
        let first = issue_file(&world, &world.live, &template, "First").await;
        let second = issue_file(&world, &world.live, &template, "Second").await;
        let answer = by_hash(&world, &first, None).await;
        assert_eq!(answer["reference"], second["reference"]);
        assert_eq!(answer["matches"][0]["reference"], first["reference"]);
        let path = format!("/v1/trust/issuances/{}/replace", second["id"].as_str().unwrap());
        world.post(&path, request(&template)).await.ok(201);
        assert_eq!(by_hash(&world, &first, None).await["reference"], first["reference"], "the other was replaced");
    }

    async fn a_live_document_comes_before_a_test_one(world) {
        let template = world.template(&world.live).await;
        let test = issue_file(&world, &world.test, &template, "Test").await;
        assert_eq!(by_hash(&world, &test, None).await["mode"], "test");
        let live = issue_file(&world, &world.live, &template, "Live").await;
        let answer = by_hash(&world, &test, None).await;
        assert_eq!((&answer["reference"], &answer["mode"]), (&live["reference"], &json!("live")));
        assert_eq!(answer["matches"][0]["reference"], test["reference"]);
    }

    async fn no_number_of_test_documents_hides_a_live_one(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (mine, theirs) = (world.template(&world.live).await, world.template(&other).await);
        for number in 0..66 {
            issue_file(&world, &world.test, &mine, &format!("Number {number}")).await;
        }
        let live = issue_file(&world, &other, &theirs, "Grace Hopper").await;
        assert_eq!(by_hash(&world, &live, None).await["reference"], live["reference"]);
    }

    async fn at_most_twenty_others_are_listed(world) {
        let template = world.template(&world.live).await;
        let mut last = Value::Null;
        for number in 0..23 {
            last = issue_file(&world, &world.live, &template, &format!("Number {number}")).await;
        }
        let answer = by_hash(&world, &last, None).await;
        assert_eq!(answer["reference"], last["reference"]);
        assert_eq!(answer["matches"].as_array().unwrap().len(), 20);
    }
}
