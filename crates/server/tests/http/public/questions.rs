//! Which questions are well-formed, and what is answered about what is not there.

use ananke_format::{Product, Reference, Sha256};
use serde_json::{Value, json};

use crate::shape::shape;
use crate::world::Answer;

fn unknown() -> String {
    Reference::from_random(Product::Trust, [9; 8]).to_string()
}

/// The answer without what names the question.
fn nameless(mut answer: Value) -> Value {
    answer["reference"] = Value::Null;
    shape(answer)
}

fn integrity(answer: &Value) -> &str {
    answer["checks"][0]["reason"].as_str().unwrap()
}

on_both_engines! {
    async fn sixty_four_characters_are_a_question_and_one_more_is_not(world) {
        for (reference, status) in [
            ("x".repeat(64), 200), ("x".repeat(65), 422), ("é".repeat(64), 200), ("é".repeat(65), 422),
            (format!("{}{}", unknown(), " ".repeat(47)), 200),
        ] {
            let answer = world.ask("/v1/trust/verify/by-reference", json!({ "reference": reference })).await;
            assert_eq!(answer.status, status, "{reference}: {}", answer.text());
            if status == 200 {
                assert_eq!(answer.json()["verdict"], "not_found", "{reference}");
            } else {
                assert!(answer.fails(422, "VALIDATION_FAILED")["errors"]["reference"][0].is_string());
            }
        }
    }

    async fn what_is_missing_or_no_text_is_no_question(world) {
        for body in [json!({}), json!({ "reference": null }), json!({ "reference": 7 }), json!({ "reference": ["x"] }),
            json!({ "reference": {} }), json!({ "reference": true })] {
            let told = world.ask("/v1/trust/verify/by-reference", body).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"]["reference"][0].is_string(), "{told}");
        }
        for body in [json!({}), json!({ "hash": 7 }), json!({ "hash": "x" }), json!({ "hash": "0".repeat(63) }),
            json!({ "hash": "0".repeat(65) }), json!({ "hash": "g".repeat(64) }), json!({ "hash": null })] {
            let told = world.ask("/v1/trust/verify/by-hash", body).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"]["hash"][0].is_string(), "{told}");
        }
        let form = reqwest::multipart::Form::new().text("issuerCode", "EXAMP1");
        let sent = world.request("POST", "/v1/trust/verify/by-file").multipart(form);
        assert!(Answer::of(sent).await.fails(422, "VALIDATION_FAILED")["errors"]["pdf"][0].is_string());
    }

    async fn the_documented_reference_of_eight_characters(world) {
        let answer = world.verify("TRF-ABCD1234").await;
        assert_eq!((&answer["verdict"], integrity(&answer)), (&json!("not_found"), "malformed_reference"));
        snapshot!("verification-malformed-reference", shape(answer));
    }

    async fn references_as_people_type_them(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let reference = issued["reference"].as_str().unwrap();
        let grouped = format!("{} {} {}", &reference[..8], &reference[8..12], &reference[12..]);
        for typed in [reference.to_lowercase(), grouped, format!(" {reference}\n"), reference.replace('1', "l").replace('0', "o")] {
            let answer = world.verify(&typed).await;
            assert_eq!((&answer["verdict"], &answer["reference"]), (&json!("valid"), &json!(reference)), "{typed}");
        }
    }

    async fn what_no_reference_can_be(world) {
        let reference = unknown();
        let mut mistyped = reference.clone();
        mistyped.replace_range(16.., if reference.ends_with('7') { "8" } else { "7" });
        for text in ["x", "TRF-", "https://example.org/v/x", "'; DROP TABLE documents; --", "🎓", "a\u{0}b", "a\u{7}b", "", " ", &mistyped] {
            let answer = world.verify(text).await;
            assert_eq!((&answer["verdict"], integrity(&answer)), (&json!("not_found"), "malformed_reference"), "{text}");
            assert_eq!(answer["reference"], json!(null), "{text}");
        }
    }

    async fn nobody_learns_which_references_exist(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let mut mistyped = issued["reference"].as_str().unwrap().to_owned();
        let last = mistyped.pop().unwrap();
        mistyped.push(if last == '7' { '8' } else { '7' });
        let (one, two) = (world.verify(&mistyped).await, world.verify("TRF-ABCD1234").await);
        assert_eq!(nameless(one), nameless(two), "a wrong check character is told without a look");
        let answer = world.verify(&unknown()).await;
        assert_eq!((&answer["verdict"], integrity(&answer)), (&json!("not_found"), "unknown_reference"));
        snapshot!("verification-unknown-reference", shape(answer));
    }

    async fn the_reference_of_a_stamp(world) {
        let stamp = Reference::from_random(Product::TCode, [9; 8]).to_string();
        let answer = world.verify(&stamp).await;
        assert_eq!((&answer["verdict"], &answer["reference"]), (&json!("not_found"), &json!(stamp)));
        // The digits of a document under the prefix of a stamp are a typing error.
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let other = issued["reference"].as_str().unwrap().replace("TRF-", "TCR-");
        assert_eq!(integrity(&world.verify(&other).await), "malformed_reference");
    }

    async fn digests_nobody_issued(world) {
        let digest = Sha256::of(b"nothing").to_string();
        let answer = world.ask("/v1/trust/verify/by-hash", json!({ "hash": digest })).await.ok(200);
        assert_eq!(answer["verdict"], "not_found");
        snapshot!("verification-unknown-hash", shape(answer));
        let upper = json!({ "hash": digest.to_uppercase() });
        assert_eq!(world.ask("/v1/trust/verify/by-hash", upper).await.ok(200)["verdict"], "not_found");
        let form = reqwest::multipart::Form::new().part("pdf", reqwest::multipart::Part::bytes(b"any bytes".to_vec()));
        let sent = world.request("POST", "/v1/trust/verify/by-file").multipart(form);
        assert_eq!(Answer::of(sent).await.ok(200)["verdict"], "not_found", "whatever the file is");
    }

    async fn a_recipient_the_template_hides_is_hidden_behind_every_door(world) {
        let mut body = crate::world::template();
        body["presentation"] = json!({ "publicFields": [] });
        let template = world.post("/v1/trust/templates", body).await.ok(201);
        let issued = world.issue(template["id"].as_str().unwrap()).await;
        let reference = issued["reference"].as_str().unwrap();
        let hash = json!({ "hash": issued["contentHash"] });
        let page = Answer::of(world.request("GET", &format!("/v/{reference}"))).await.text();
        let by_hash = world.ask("/v1/trust/verify/by-hash", hash).await.text();
        for public in [world.verify(reference).await.to_string(), by_hash, page] {
            assert!(!public.contains("Lovelace"), "{public}");
        }
    }

    async fn fields_of_a_document_are_not_public(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let answer = world.verify(issued["reference"].as_str().unwrap()).await;
        assert!(!answer.to_string().contains("Mathematics"));
    }
}
