//! What an issuer is told beside a stamp.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{placement, signed, stamp, with};
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

    async fn an_address_only_this_machine_reaches(world) {
        let made = stamp(&world, crate::tcode::least()).await.ok(201);
        let told = made["warnings"].as_array().unwrap();
        assert_eq!(told.len(), 1);
        assert!(told[0].as_str().unwrap().contains("server.public_url"), "{told:?}");
        assert_eq!(warnings(&world, crate::tcode::least()).await, [""; 0]);
    }
}
