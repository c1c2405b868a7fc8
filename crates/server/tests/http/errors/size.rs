//! 413 and 415: files that are too large or no PDF.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::shape::shape;
use crate::world::{Answer, World, request};

const MOST: usize = 10 * 1024 * 1024;

/// A PDF of so many bytes.
fn file(size: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(size - 6, b' ');
    file.extend_from_slice(b"%%EOF\n");
    file
}

async fn in_json(world: &World, template: &str, pdf: &[u8]) -> Answer {
    let mut body = request(template);
    body["pdf"] = STANDARD.encode(pdf).into();
    world.post("/v1/trust/issuances", body).await
}

async fn as_part(world: &World, template: &str, pdf: Vec<u8>) -> Answer {
    let form = Form::new()
        .text("request", request(template).to_string())
        .part("pdf", Part::bytes(pdf));
    let sent = world
        .request("POST", "/v1/trust/issuances")
        .header("x-api-key", &world.live);
    Answer::of(sent.multipart(form)).await
}

async fn by_file(world: &World, pdf: Vec<u8>) -> Answer {
    let form = Form::new().part("pdf", Part::bytes(pdf));
    Answer::of(
        world
            .request("POST", "/v1/trust/verify/by-file")
            .multipart(form),
    )
    .await
}

on_both_engines! {
    async fn ten_mebibytes_pass_and_one_byte_more_does_not_as_json(world) {
        let template = world.template(&world.live).await;
        let issued = in_json(&world, &template, &file(MOST)).await.ok(201);
        assert_eq!(issued["pdf"]["size"], MOST);
        let refused = in_json(&world, &template, &file(MOST + 1)).await.fails(413, "PAYLOAD_TOO_LARGE");
        assert!(refused["errors"]["pdf"][0].is_string());
        snapshot!("413", shape(refused));
    }

    async fn ten_mebibytes_pass_and_one_byte_more_does_not_as_a_part(world) {
        let template = world.template(&world.live).await;
        let issued = as_part(&world, &template, file(MOST)).await.ok(201);
        assert_eq!(issued["pdf"]["size"], MOST);
        let refused = as_part(&world, &template, file(MOST + 1)).await.fails(413, "PAYLOAD_TOO_LARGE");
        snapshot!("413", shape(refused));
        assert_eq!(by_file(&world, file(MOST)).await.ok(200)["verdict"], "valid");
        let refused = by_file(&world, file(MOST + 1)).await.fails(413, "PAYLOAD_TOO_LARGE");
        snapshot!("413", shape(refused));
    }

    async fn far_too_large_is_refused_without_reading_on(world) {
        let template = world.template(&world.live).await;
        let refused = as_part(&world, &template, file(2 * MOST)).await.fails(413, "PAYLOAD_TOO_LARGE");
        snapshot!("413", shape(refused));
        // Without a file a megabyte is more than enough.
        let long = json!({ "name": "x".repeat(1024 * 1024), "docType": "other" });
        let refused = world.post("/v1/trust/templates", long).await.fails(413, "PAYLOAD_TOO_LARGE");
        snapshot!("413-without-a-pdf", shape(refused));
    }

    async fn what_is_no_pdf(world) {
        let template = world.template(&world.live).await;
        let refused = in_json(&world, &template, b"PK\x03\x04 a document of another kind").await
            .fails(415, "UNSUPPORTED_MEDIA_TYPE");
        assert!(refused["errors"]["pdf"][0].is_string());
        snapshot!("415", shape(refused));
        as_part(&world, &template, b"hello".to_vec()).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        as_part(&world, &template, Vec::new()).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        let refused = in_json(&world, &template, b"%PDF-1.7\nbroken off").await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        snapshot!("415-incomplete", shape(refused));
        assert_eq!(world.get("/v1/trust/issuances").await.ok(200)["items"], json!([]));
    }
}
