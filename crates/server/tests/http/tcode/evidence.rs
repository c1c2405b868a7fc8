//! What a verdict on a stamp rests on: the key that signed it, the rows that are authenticated, the lists where there are no keys.

use ananke_format::seal::{Seal, Statement};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{
    by_hash, by_image, by_payload, by_reference, fields, pdf, seal, seen, stamp, stamped, tdoc,
    text, with,
};
use crate::raw::{Cell, Raw, put_credential};
use crate::world::{Answer, World};

const HOUR: i64 = 3_600_000;

/// The same seal, signed by a key that nobody knows.
#[allow(clippy::disallowed_methods, reason = "a forger's own")]
fn signed_again(seal: &[u8], change: impl Fn(&mut Seal)) -> Vec<u8> {
    let (random, mut seal) = (SystemRandom::new(), Seal::parse(seal).unwrap());
    change(&mut seal);
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let signed = seal.signed_bytes().unwrap();
    // Half of all signatures have a high s.
    loop {
        let signature = key.sign(&random, &signed).unwrap();
        seal.signature = Some(signature.as_ref().try_into().unwrap());
        if Statement::read(&seal).is_ok() {
            return seal.to_bytes().unwrap();
        }
    }
}

/// What every door says of a stamp: by reference, by the three hashes, by its seal, by its file.
async fn everywhere(world: &World, stamp: &Value, file: &[u8]) -> Vec<Value> {
    let digest = ananke_format::Sha256::of(&seal(stamp)).to_string();
    vec![
        by_reference(world, stamp).await,
        by_hash(world, &stamp["contentHash"]).await,
        by_hash(world, &stamp["stampedHash"]).await,
        by_hash(world, &json!(digest)).await,
        by_payload(world, &seal(stamp)).await,
        by_image(world, file.to_vec()).await,
    ]
}

fn row(world: &World, stamp: &Value) -> crate::raw::Row {
    Raw::open(world).row(
        "documents",
        "reference = $1",
        &[text(stamp, "reference").into()],
    )
}

on_both_engines! {
    async fn signed_by_a_key_nobody_knows(world) {
        let id = tdoc(&world, fields()).await;
        let holder = json!([{ "key": "holder", "value": "Ada Lovelace" }]);
        let made = stamp(&world, with(json!({ "tdocTemplateId": id, "fields": holder }))).await.ok(201);
        let same = signed_again(&seal(&made), |_| {});
        assert_eq!(seen(&by_payload(&world, &same).await), ("invalid", Some("signature_mismatch")));
        // Another name under a known reference, and under one that is not.
        let named = signed_again(&seal(&made), |seal| seal.fields.last_mut().unwrap().value = b"Eve".to_vec());
        let answer = by_payload(&world, &named).await;
        assert_eq!((seen(&answer), answer.get("fields")), (("invalid", Some("signature_mismatch")), None));
        let unknown = ananke_format::Reference::from_random(ananke_format::Product::TCode, [9; 8]).to_string();
        let elsewhere = signed_again(&seal(&made), |seal| {
            let field = seal.fields.iter_mut().find(|field| field.tag == 0x0a).unwrap();
            field.value = unknown.as_bytes().to_vec();
        });
        assert_eq!(seen(&by_payload(&world, &elsewhere).await), ("invalid", Some("signature_mismatch")));
    }

    async fn made_by_another_system(world) {
        let Some(other) = World::new(world.engine).await else { return };
        let (own, foreign) = (stamped(&world).await, stamped(&other).await);
        // Both call their first issuer and its first key the same: the key decides.
        assert_eq!(seen(&by_payload(&world, &seal(&foreign)).await), ("invalid", Some("signature_mismatch")));
        let file = pdf(&other, &foreign).await;
        assert_eq!(seen(&by_image(&world, file).await), ("invalid", Some("signature_mismatch")));
        assert_eq!(by_payload(&world, &seal(&own)).await["verdict"], "valid");
        // Of an issuer that is not known here nothing can be said.
        let key = other.tenant("Other School", "OTHER1").await;
        let stranger = other.with(&key, "POST", "/v1/tcode/stamps", Some(crate::tcode::least())).await.ok(201);
        assert_eq!(seen(&by_payload(&world, &seal(&stranger)).await), ("indeterminate", Some("certificate_unknown")));
    }

    async fn a_genuine_seal_of_a_document_that_is_gone(world) {
        let made = stamped(&world).await;
        let file = pdf(&world, &made).await;
        let gone = row(&world, &made);
        Raw::open(&world).delete("documents", &gone);
        for answer in [by_payload(&world, &seal(&made)).await, by_image(&world, file).await, by_reference(&world, &made).await] {
            assert_eq!((seen(&answer), &answer["reference"]), (("not_found", Some("unknown_reference")), &made["reference"]));
            assert_eq!(answer.get("fields"), None);
        }
    }

    async fn a_compromised_key(world) {
        let key = world.get("/v1/signing-keys").await.ok(200)["items"][0]["id"].clone();
        let before = stamped(&world).await;
        world.wait(HOUR);
        let after = stamped(&world).await;
        let files = [pdf(&world, &before).await, pdf(&world, &after).await];
        world.wait(HOUR);
        let at = json!({ "at": "2026-11-23T11:00:00Z" });
        let path = format!("/v1/signing-keys/{}/compromise", key.as_str().unwrap());
        world.post(&path, at).await.ok(200);
        for answer in [by_reference(&world, &before).await, by_payload(&world, &seal(&before)).await] {
            assert_eq!(answer["verdict"], "valid", "the record proves when it was made");
        }
        for answer in [by_reference(&world, &after).await, by_payload(&world, &seal(&after)).await] {
            assert_eq!(seen(&answer), ("invalid", Some("key_compromised")));
        }
        let [old, new] = files;
        assert_eq!(by_image(&world, old).await["verdict"], "valid");
        assert_eq!(seen(&by_image(&world, new).await), ("invalid", Some("key_compromised")));
        // The successor signs from now on.
        let next = stamped(&world).await;
        assert_eq!(by_payload(&world, &seal(&next)).await["verdict"], "valid");
    }

    async fn a_row_edited_behind_the_servers_back(world) {
        let (made, other) = (stamped(&world).await, stamped(&world).await);
        let file = pdf(&world, &made).await;
        let genuine = row(&world, &made);
        let forged = STANDARD.encode(signed_again(&seal(&made), |_| {}));
        let mut edits = Vec::new();
        for (column, value) in [
            ("status", Cell::from("suspended")), ("expires_at", Cell::Int(1)), ("product", Cell::Null), ("stamped_hash", Cell::Blob(vec![7; 32])),
            ("placement_id", Cell::Blob(vec![7; 16])), ("title", Cell::from("Another")), ("content_hash", Cell::Blob(vec![7; 32])),
        ] {
            let mut edited = genuine.clone();
            assert!(edited.insert(column.to_owned(), value).is_some(), "{column}");
            edits.push((column, edited));
        }
        for (what, credential) in [("a forged seal", forged.as_str()), ("another's seal", text(&other, "seal")), ("no seal", "AAAA")] {
            let mut edited = genuine.clone();
            put_credential(&mut edited, credential);
            edits.push((what, edited));
        }
        let untouched = everywhere(&world, &made, &file).await;
        for (what, edited) in &edits {
            Raw::open(&world).overwrite("documents", &genuine, edited).unwrap();
            for answer in everywhere(&world, &made, &file).await {
                // Two stamps have one original: by its hash the newer one is found, and nothing is said while a row is wrong.
                assert_eq!((text(&answer, "verdict"), answer.get("fields")), ("invalid", None), "{what}: {answer:#}");
                assert_eq!(answer["checks"][0]["reason"], "record_altered", "{what}");
            }
            Raw::open(&world).overwrite("documents", edited, &genuine).unwrap();
        }
        assert_eq!(everywhere(&world, &made, &file).await, untouched);
        // A hash that was given to another document.
        let mut raw = Raw::open(&world);
        let hashes = raw.rows("content_hashes", "document_id = $1", &[genuine["id"].clone()]);
        assert_eq!(hashes.len(), 2);
        for hash in hashes {
            let mut edited = hash.clone();
            edited.insert("hash".to_owned(), Cell::Blob(vec![9; 32]));
            raw.overwrite("content_hashes", &hash, &edited).unwrap();
            let answer = by_hash(&world, &json!("09".repeat(32))).await;
            assert_eq!(seen(&answer), ("invalid", Some("record_altered")));
            raw.overwrite("content_hashes", &edited, &hash).unwrap();
        }
    }

    async fn a_server_without_its_keys_goes_on_verifying(world) {
        let mut world = world;
        let id = tdoc(&world, fields()).await;
        let holder = json!([{ "key": "holder", "value": "Ada Lovelace" }]);
        let made = stamp(&world, with(json!({ "tdocTemplateId": id, "fields": holder }))).await.ok(201);
        let revoked = stamped(&world).await;
        let file = pdf(&world, &made).await;
        world.post(&format!("{}/revoke", crate::tcode::path(&revoked)), json!({})).await.ok(200);
        let forged = signed_again(&seal(&made), |_| {});
        world.stop().await;
        world.start(&[("keys.sealed", "true")]).await.unwrap();
        let digest = ananke_format::Sha256::of(&seal(&made)).to_string();
        for answer in [
            by_reference(&world, &made).await, by_hash(&world, &json!(digest)).await, by_payload(&world, &seal(&made)).await,
            by_image(&world, file).await,
        ] {
            assert_eq!((&answer["verdict"], &answer["reference"]), (&json!("valid"), &made["reference"]), "{answer:#}");
            // Names of fields stand in rows that nobody can authenticate now.
            assert_eq!(answer["fields"], json!([{ "position": 0, "key": null, "label": null, "value": "Ada Lovelace" }]));
        }
        assert_eq!(by_payload(&world, &seal(&revoked)).await["verdict"], "revoked");
        assert_eq!(seen(&by_payload(&world, &forged).await), ("invalid", Some("signature_mismatch")));
        // No signature names the stamped file's own hash.
        assert_eq!(by_hash(&world, &made["stampedHash"]).await["verdict"], "indeterminate");
        for path in ["/v1/tcode/stamps", "/v1/tcode/templates", "/v1/tcode/verify/history"] {
            world.get(path).await.fails(503, "SERVICE_UNAVAILABLE");
        }
        let answer = stamp(&world, crate::tcode::least()).await;
        answer.fails(503, "SERVICE_UNAVAILABLE");
        Answer::of(world.request("GET", "/v1/tcode/stamps")).await.fails(401, "UNAUTHORIZED");
    }
}
