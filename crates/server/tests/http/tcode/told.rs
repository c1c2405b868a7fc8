//! What an issuer is told beside a stamp.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{original, placement, signed, stamp, with};
use crate::world::World;

/// Warnings of a test stamp: those of a live one begin with the address that leads nowhere else.
async fn warnings(world: &World, body: Value) -> Vec<String> {
    let made = world
        .with(&world.test, "POST", "/v1/tcode/stamps", Some(body))
        .await
        .ok(201);
    made["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

on_both_engines! {
    async fn small_modules(world) {
        // A barcode of 64 modules and a quiet zone of one: 0.30 mm from 57 pt on, 0.20 mm from 38 pt on.
        for (size, text) in [
            (57.0, None), (45.0, Some("modules of 0.24 mm are read by good scanners only: a placement of 57 pt has modules of 0.30 mm")),
        ] {
            let id = placement(&world, json!({ "name": "x", "size": size })).await;
            let told = warnings(&world, with(json!({ "placementTemplateId": id }))).await;
            assert_eq!(told.first().map(String::as_str), text, "{size}");
            assert_eq!(told.len(), usize::from(text.is_some()));
        }
    }

    async fn a_signature_that_is_there(world) {
        let told = warnings(&world, with(json!({ "pdf": STANDARD.encode(signed()), "allowSigned": true }))).await;
        assert_eq!(told, [
            "the PDF carries a signature: it stays intact, and readers say that the file was changed since; stamp first and sign last",
        ]);
        let allowed = with(json!({ "allowSigned": true }));
        assert_eq!(warnings(&world, allowed).await, [""; 0], "nothing was signed");
    }

    async fn something_that_is_covered(world) {
        // The words of the document begin at 60, 700.
        for (y, is_told) in [(690.0, true), (500.0, false)] {
            let id = placement(&world, json!({ "name": "x", "x": 50.0, "y": y })).await;
            let told = warnings(&world, with(json!({ "placementTemplateId": id }))).await;
            let covers = told.iter().any(|text| text.starts_with("the stamp covers something on the page"));
            assert_eq!((covers, told.len()), (is_told, usize::from(is_told)), "{y}: {told:?}");
        }
    }

    async fn a_damaged_file_that_is_repaired(world) {
        // Its table is somewhere else than it says.
        let text = String::from_utf8_lossy(&original()).replace("startxref\n", "startxref\n1");
        let damaged = STANDARD.encode(text.as_bytes());
        let refused = stamp(&world, with(json!({ "pdf": damaged }))).await.fails(422, "VALIDATION_FAILED");
        assert!(refused["errors"]["pdf"][0].as_str().unwrap().ends_with("or have it repaired, with `repair`"), "{refused}");
        let made = world
            .with(&world.test, "POST", "/v1/tcode/stamps", Some(with(json!({ "pdf": damaged, "repair": true }))))
            .await
            .ok(201);
        let told = made["warnings"].as_array().unwrap();
        assert!(told.len() == 1 && told[0].as_str().unwrap().starts_with("the PDF was damaged and is repaired"), "{told:?}");
        let path = format!("/v1/tcode/stamps/{}/pdf", made["id"].as_str().unwrap());
        let file = world.with(&world.test, "GET", &path, None).await;
        // The original is the repaired file, which is whole: the stamp's byte check holds.
        let image = world.request("POST", "/v1/tcode/verify/image");
        let part = reqwest::multipart::Part::bytes(file.bytes.clone());
        let image = image.multipart(reqwest::multipart::Form::new().part("file", part));
        assert_eq!(crate::world::Answer::of(image).await.ok(200)["verdict"], "valid");
        let whole = with(json!({ "repair": true }));
        assert_eq!(warnings(&world, whole).await, [""; 0], "nothing was damaged");
    }

    async fn an_address_only_this_machine_reaches(world) {
        let made = stamp(&world, crate::tcode::least()).await.ok(201);
        let told = made["warnings"].as_array().unwrap();
        assert_eq!(told.len(), 1);
        assert!(told[0].as_str().unwrap().contains("server.public_url"), "{told:?}");
        assert_eq!(warnings(&world, crate::tcode::least()).await, [""; 0]);
    }
}
