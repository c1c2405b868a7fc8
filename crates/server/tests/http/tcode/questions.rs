//! Questions about stamps: by reference, by hash, by the bytes of the barcode; and what of a seal is shown to whom.

use ananke_format::{Product, Reference, Sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{
    by_hash, by_payload, by_reference, fields, look, pdf, seal, seen, stamp, stamped, tdoc, text,
    with,
};
use crate::shape::shape;
use crate::world::{Answer, World};

const SEALS: &str = include_str!("../../../../../vectors/vds/seals.json");

/// A stamp with two fields, of a template that says of them what `public` says.
async fn with_fields(world: &World, public: Value) -> Value {
    let mut template = fields();
    template["publicFields"] = public;
    let id = tdoc(world, template).await;
    let given = json!([{ "key": "holder", "value": "Ada Lovelace" }, { "key": "day", "value": "2026-11-20" }]);
    let body = json!({ "tdocTemplateId": id, "fields": given, "expiresAt": "2027-01-31" });
    stamp(world, with(body)).await.ok(201)
}

/// The keys of the fields that are shown.
fn keys(answer: &Value) -> Vec<&str> {
    let fields = answer["fields"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer:#}"));
    fields.iter().map(|field| text(field, "key")).collect()
}

on_both_engines! {
    async fn every_door_says_the_same(world) {
        let made = with_fields(&world, json!(null)).await;
        let first = by_reference(&world, &made).await;
        snapshot!("verification-stamp", shape(first.clone()));
        let file = Sha256::of(&pdf(&world, &made).await).to_string();
        assert_eq!(json!(file), made["stampedHash"]);
        let digest = Sha256::of(&seal(&made)).to_string();
        for hash in [json!(file), made["contentHash"].clone(), json!(digest), json!(digest.to_uppercase())] {
            assert_eq!(by_hash(&world, &hash).await, first);
            let answer = world.ask("/v1/trust/verify/by-hash", json!({ "hash": hash })).await.ok(200);
            assert_eq!(answer, first, "the doors of the other product");
        }
        assert_eq!(by_payload(&world, &seal(&made)).await, first);
        assert_eq!(world.verify(text(&made, "reference")).await, first);
        let form = reqwest::multipart::Form::new().part("pdf", reqwest::multipart::Part::bytes(pdf(&world, &made).await));
        let answer = Answer::of(world.request("POST", "/v1/trust/verify/by-file").multipart(form)).await.ok(200);
        assert_eq!(answer, first);
        // A document that was issued, through the doors of stamps.
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        assert_eq!(by_reference(&world, &issued).await, world.verify(text(&issued, "reference")).await);
        let page = Answer::of(world.request("GET", &format!("/v/{}", text(&made, "reference")))).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Ada Lovelace") && page.text().contains(text(&made, "reference")), "{}", page.text());
    }

    async fn what_the_template_shows_to_whoever_has_no_seal(world) {
        for (public, shown) in [(json!(null), vec!["holder", "day"]), (json!(["day"]), vec!["day"]), (json!([]), vec![])] {
            let made = with_fields(&world, public.clone()).await;
            for answer in [
                by_reference(&world, &made).await, by_hash(&world, &made["stampedHash"]).await,
                world.verify(text(&made, "reference")).await,
            ] {
                assert_eq!(keys(&answer), shown, "{public}");
                assert_eq!(answer["verdict"], "valid");
            }
            assert_eq!(keys(&by_payload(&world, &seal(&made)).await), ["holder", "day"], "{public}");
            let file = pdf(&world, &made).await;
            assert_eq!(keys(&crate::tcode::by_image(&world, file).await), ["holder", "day"], "{public}");
            let page = Answer::of(world.request("GET", &format!("/v/{}", text(&made, "reference")))).await.text();
            assert_eq!(page.contains("Ada Lovelace"), shown.contains(&"holder"), "{public}");
        }
    }

    async fn references_that_name_nothing(world) {
        let unknown = Reference::from_random(Product::TCode, [9; 8]).to_string();
        let answer = look(&world, &format!("/v1/tcode/verify/reference/{unknown}")).await;
        assert_eq!((seen(&answer), text(&answer, "reference")), (("not_found", Some("unknown_reference")), unknown.as_str()));
        for typed in ["x", "TCR-ABCD1234", "%20", "%F0%9F%8E%93", &"x".repeat(64)] {
            let answer = look(&world, &format!("/v1/tcode/verify/reference/{typed}")).await;
            assert_eq!(seen(&answer), ("not_found", Some("malformed_reference")), "{typed}");
        }
        let long = format!("/v1/tcode/verify/reference/{}", "x".repeat(65));
        let told = Answer::of(world.request("GET", &long)).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["reference"][0].is_string(), "{told}");
        let made = stamped(&world).await;
        let typed = text(&made, "reference").to_lowercase().replace('1', "l").replace('0', "o");
        let answer = look(&world, &format!("/v1/tcode/verify/reference/{typed}")).await;
        assert_eq!((&answer["verdict"], &answer["reference"]), (&json!("valid"), &made["reference"]));
    }

    async fn hashes_that_name_nothing(world) {
        let answer = by_hash(&world, &json!(Sha256::of(b"nothing").to_string())).await;
        assert_eq!(seen(&answer), ("not_found", Some("unknown_hash")));
        for hash in ["x".to_owned(), "0".repeat(63), "0".repeat(65), "g".repeat(64)] {
            let told = Answer::of(world.request("GET", &format!("/v1/tcode/verify/hash/{hash}"))).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"]["hash"][0].is_string(), "{hash}: {told}");
        }
    }

    async fn what_is_no_question_about_a_barcode(world) {
        for body in [
            json!({}), json!({ "payload": null }), json!({ "payload": 7 }), json!({ "payload": "%" }), json!({ "payload": "AAA" }),
            json!({ "payload": "AA\nAA" }), json!({ "payload": "A".repeat(8193) }),
        ] {
            for path in ["/v1/tcode/verify", "/v1/tcode/verify/sync"] {
                let told = world.ask(path, body.clone()).await.fails(422, "VALIDATION_FAILED");
                assert!(told["errors"]["payload"][0].is_string(), "{told}");
            }
        }
        let told = world.ask("/v1/tcode/verify", json!({ "payload": "AAAA", "context": {} })).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["context"][0].is_string(), "a scan is told at another address: {told}");
        for (payload, reason) in [
            (b"https://example.org".to_vec(), "no_seal"), (vec![0xdc], "malformed_seal"), (vec![0; 6000], "no_seal"),
            (vec![0xdc, 3, 0, 0, 0], "malformed_seal"),
        ] {
            assert_eq!(seen(&by_payload(&world, &payload).await), ("invalid", Some(reason)), "{payload:?}");
        }
        let seen = by_payload(&world, b"hello").await;
        snapshot!("verification-no-seal", shape(seen));
    }

    async fn one_other_bit_is_never_valid(world) {
        let made = with_fields(&world, json!(null)).await;
        let genuine = seal(&made);
        for at in (0..genuine.len()).step_by(7).chain([genuine.len() - 1]) {
            let mut altered = genuine.clone();
            altered[at] ^= 1;
            let answer = by_payload(&world, &altered).await;
            assert!(["invalid", "indeterminate"].contains(&text(&answer, "verdict")), "{at}: {answer:#}");
            assert_eq!(answer.get("fields"), None, "{at}: {answer:#}");
        }
        for cut in [1, genuine.len() - 1] {
            assert_eq!(by_payload(&world, &genuine[..cut]).await["verdict"], "invalid");
        }
        let longer = [&genuine[..], b"\0"].concat();
        assert_eq!(by_payload(&world, &longer).await["verdict"], "invalid");
    }

    async fn seals_of_other_people(world) {
        let seals: Value = serde_json::from_str(SEALS).unwrap();
        let mut foreign = 0;
        for sample in seals["seals"].as_array().unwrap() {
            let hex = text(sample, "hex");
            let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
            let answer = by_payload(&world, &bytes).await;
            let wanted = if bytes.first() == Some(&0xdc) { ("indeterminate", Some("foreign_seal")) } else { ("invalid", Some("no_seal")) };
            assert_eq!(seen(&answer), wanted, "{sample}");
            assert_eq!((answer.get("fields"), &answer["issuer"]), (None, &json!(null)));
            foreign += usize::from(wanted.0 == "indeterminate");
        }
        assert!(foreign >= 5, "{foreign}");
    }

    async fn two_stamps_on_one_original(world) {
        let first = stamped(&world).await;
        world.wait(1000);
        let second = stamped(&world).await;
        let answer = by_hash(&world, &first["contentHash"]).await;
        assert_eq!((&answer["reference"], &answer["matches"][0]["reference"]), (&second["reference"], &first["reference"]));
        for made in [&first, &second] {
            let answer = by_hash(&world, &made["stampedHash"]).await;
            assert_eq!((&answer["reference"], &answer["matches"]), (&made["reference"], &json!([])));
        }
        // The file of an issued document that was stamped, too: each product is listed.
        let template = world.template(&world.live).await;
        let mut issuance = crate::world::request(&template);
        issuance["pdf"] = STANDARD.encode(crate::tcode::original()).into();
        world.wait(1000);
        let issued = world.post("/v1/trust/issuances", issuance).await.ok(201);
        let answer = by_hash(&world, &first["contentHash"]).await;
        assert_eq!(answer["reference"], issued["reference"]);
        assert_eq!(answer["matches"].as_array().unwrap().len(), 2);
    }
}
