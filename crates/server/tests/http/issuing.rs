//! A document from request to verdict.

use serde_json::json;

use crate::world::{Answer, pdf, request};

on_both_engines! {
    async fn a_document_is_issued_verified_and_ends(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let reference = issued["reference"].as_str().unwrap();
        assert_eq!(issued["status"], "Active");
        assert_eq!(issued["mode"], "live");

        let valid = world.verify(reference).await;
        assert_eq!(valid["verdict"], "valid", "{valid:#}");
        assert_eq!(valid["recipientName"], "Ada Lovelace");
        assert_eq!(valid["issuer"]["name"], "Example University");
        assert_eq!(valid["issuer"]["identity"], "self_asserted");

        for (action, status, verdict) in [
            ("suspend", "Suspended", "suspended"),
            ("reinstate", "Active", "valid"),
            ("revoke", "Revoked", "revoked"),
        ] {
            let changed = world.change(&issued["id"], action).await.ok(200);
            assert_eq!(changed["status"], status);
            assert_eq!(world.verify(reference).await["verdict"], verdict);
        }
        let refused = world.change(&issued["id"], "reinstate").await.fails(409, "CONFLICT");
        assert!(refused["detail"].as_str().unwrap().contains("nothing can be done"), "{refused}");
    }

    async fn a_submitted_pdf_is_found_by_its_hash_and_sent_back(world) {
        use base64::Engine as _;
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["pdf"] = base64::engine::general_purpose::STANDARD.encode(pdf()).into();
        let issued = world.post("/v1/trust/issuances", body).await.ok(201);
        let hash = issued["contentHash"].as_str().unwrap();
        assert_eq!(issued["pdf"]["sha256"], hash);
        let verdict = world.ask("/v1/trust/verify/by-hash", json!({ "hash": hash })).await.ok(200);
        assert_eq!(verdict["verdict"], "valid");
        let form = reqwest::multipart::Form::new().part("pdf", reqwest::multipart::Part::bytes(pdf()));
        let by_file = Answer::of(world.request("POST", "/v1/trust/verify/by-file").multipart(form)).await.ok(200);
        assert_eq!(by_file["reference"], issued["reference"]);
        let path = format!("/v1/trust/issuances/{}/pdf", issued["id"].as_str().unwrap());
        assert_eq!(world.get(&path).await.bytes, pdf());
    }

    async fn a_document_without_a_pdf_gets_a_rendition(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        assert_eq!(issued["pdf"], json!(null));
        let path = format!("/v1/trust/issuances/{}/pdf", issued["id"].as_str().unwrap());
        let first = world.get(&path).await;
        assert_eq!(first.header("content-type"), "application/pdf");
        assert!(first.bytes.starts_with(b"%PDF-"));
        assert_eq!(world.get(&path).await.bytes, first.bytes, "made once");
        let form = reqwest::multipart::Form::new().part("pdf", reqwest::multipart::Part::bytes(first.bytes));
        let by_file = Answer::of(world.request("POST", "/v1/trust/verify/by-file").multipart(form)).await.ok(200);
        assert_eq!(by_file["verdict"], "valid");
        assert_eq!(by_file["reference"], issued["reference"]);
    }
}
