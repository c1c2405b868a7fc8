//! What is not stamped: every fault of a request, of a file and of a place, with the way out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{by_qpdf, fields, least, original, placement, signed, stamp, tdoc, text, with};
use crate::shape::shape;
use crate::world::World;

const MOST: usize = 10 * 1024 * 1024;
const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";

/// A body with this file.
fn of(file: &[u8]) -> Value {
    with(json!({ "pdf": STANDARD.encode(file) }))
}

/// A PDF of so many bytes: a page, and a stream that nobody looks at.
fn large(size: usize) -> Vec<u8> {
    let with = |length: usize| {
        let stream = format!(
            "<< /Length {length} >>\nstream\n{}\nendstream",
            " ".repeat(length)
        );
        crate::tcode::file(&[
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            &stream,
        ])
    };
    // Lengths and offsets have as many digits either way.
    let almost = with(size - 1000);
    let file = with(size - 1000 + size - almost.len());
    assert_eq!(file.len(), size);
    file
}

/// What is said of a request that is refused for its members.
async fn told(world: &World, body: Value) -> Value {
    stamp(world, body).await.fails(422, "VALIDATION_FAILED")
}

async fn nothing_was_stamped(world: &World) {
    assert_eq!(
        world.get("/v1/tcode/stamps").await.ok(200)["items"],
        json!([])
    );
}

on_both_engines! {
    async fn all_that_is_wrong_with_a_request_at_once(world) {
        let wrong = json!({
            "documentTypeCode": "cer", "pdf": "%", "placementTemplateId": "x", "tdocTemplateId": 7, "fields": [{ "key": "a" }, 1],
            "externalId": "x".repeat(256), "expiresAt": "2027-02-29", "allowSigned": "no", "tdocTemplateID": "x", "revokeOriginal": true,
        });
        let seen = told(&world, wrong).await;
        snapshot!("422-stamp", shape(seen));
        nothing_was_stamped(&world).await;
    }

    async fn each_member_has_its_rule(world) {
        for (path, value) in [
            ("name", json!(null)), ("name", json!(" ")), ("name", "x".repeat(501).into()), ("name", json!(7)),
            ("documentTypeCode", json!(null)), ("documentTypeCode", json!("")), ("documentTypeCode", json!("C")),
            ("documentTypeCode", json!("CERTIFICATE OF X")), ("documentTypeCode", "C".repeat(17).into()), ("documentTypeCode", json!("É1")),
            ("pdf", json!(null)), ("pdf", json!("not base64")), ("pdf", json!(["x"])), ("pdf", json!("JVBERg")),
            ("fields", json!({})), ("fields", vec![json!({ "key": "a", "value": "b" }); 61].into()),
            ("fields[0].value", json!([{ "key": "a", "value": "x".repeat(501) }])),
            ("expiresAt", json!("2026-11-22")), ("expiresAt", json!("2027-1-1")), ("expiresAt", json!("2027-01-31T12:00:00Z")),
            ("expiresAt", json!("soon")), ("expiresAt", json!(20270131)), ("expiresAt", json!("9999-12-31")),
            ("placementTemplateId", NOBODYS.into()), ("tdocTemplateId", NOBODYS.into()), ("recipientName", "Ada".into()),
        ] {
            let member = path.split(['[', '.']).next().unwrap();
            let mut request = least();
            request[member] = value.clone();
            let told = told(&world, request).await;
            assert!(told["errors"][path][0].is_string(), "{path} as {value}: {told:#}");
        }
        for (member, value) in [
            ("name", json!("é".repeat(500))), ("documentTypeCode", json!("ZZ")), ("documentTypeCode", json!("C0")),
            ("documentTypeCode", "9".repeat(16).into()), ("fields", json!([])), ("fields", json!(null)), ("externalId", json!(" ")),
            ("expiresAt", json!("2026-11-23")), ("expiresAt", json!("9999-12-29")), ("allowSigned", json!(null)),
        ] {
            stamp(&world, with(json!({ member: value }))).await.ok(201);
        }
    }

    async fn fields_are_those_of_the_template(world) {
        let without = told(&world, with(json!({ "fields": [{ "key": "holder", "value": "Ada" }] }))).await;
        snapshot!("422-fields-without-a-template", shape(without));
        let id = tdoc(&world, fields()).await;
        let given = |fields: Value| with(json!({ "tdocTemplateId": id, "fields": fields }));
        let unknown = json!([{ "key": "holder", "value": "Ada" }, { "key": "degree", "value": "x" }]);
        let refused = stamp(&world, given(unknown)).await.fails(422, "UNPROCESSABLE");
        assert!(refused["errors"]["fields[1].key"][0].is_string(), "{refused}");
        for (path, wrong) in [
            ("fields", json!([])), ("fields", json!([{ "key": "holder", "value": " " }])),
            ("fields[0].value", json!([{ "key": "holder", "value": "x".repeat(41) }])),
            ("fields[1].value", json!([{ "key": "holder", "value": "Ada" }, { "key": "grade", "value": "C" }])),
            ("fields[1].value", json!([{ "key": "holder", "value": "Ada" }, { "key": "day", "value": "2026-02-30" }])),
            ("fields[1].key", json!([{ "key": "holder", "value": "Ada" }, { "key": "holder", "value": "Eve" }])),
        ] {
            let told = told(&world, given(wrong)).await;
            assert!(told["errors"][path][0].is_string(), "{path}: {told:#}");
        }
        nothing_was_stamped(&world).await;
    }

    async fn what_is_no_pdf(world) {
        for file in [b"PK\x03\x04 a document".to_vec(), Vec::new(), b"GIF89a".to_vec()] {
            let refused = stamp(&world, of(&file)).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
            assert!(refused["errors"]["pdf"][0].is_string(), "{refused}");
        }
        let cut = &original()[..200];
        let refused = stamp(&world, of(cut)).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        snapshot!("415-incomplete", shape(refused));
    }

    async fn ten_mebibytes_pass_and_one_byte_more_does_not(world) {
        let most = stamp(&world, of(&large(MOST))).await.ok(201);
        assert!(most["pdf"]["size"].as_u64().unwrap() > MOST as u64);
        let refused = stamp(&world, of(&large(MOST + 1))).await.fails(413, "PAYLOAD_TOO_LARGE");
        snapshot!("413", shape(refused));
        let refused = crate::tcode::as_part(&world, least(), Some(large(MOST + 1))).await.fails(413, "PAYLOAD_TOO_LARGE");
        snapshot!("413", shape(refused));
    }

    async fn what_an_update_cannot_stand_on(world) {
        let mut nowhere = original();
        let at = nowhere.len() - 9;
        nowhere[at] = b'9';
        let seen = told(&world, of(&nowhere)).await;
        snapshot!("422-damaged-pdf", shape(seen));
        let seen = told(&world, of(&signed())).await;
        snapshot!("422-signed-pdf", shape(seen));
        if let Some(encrypted) = by_qpdf(&["--encrypt", "", "owner", "256", "--"], &original()) {
            let seen = told(&world, of(&encrypted)).await;
            snapshot!("422-encrypted-pdf", shape(seen));
        }
        nothing_was_stamped(&world).await;
    }

    async fn places_there_are_not(world) {
        for (name, place) in [
            ("422-no-such-page", json!({ "name": "x", "page": 2 })), ("422-outside-the-page", json!({ "name": "x", "x": 500 })),
        ] {
            let id = placement(&world, place).await;
            let told = told(&world, with(json!({ "placementTemplateId": id }))).await;
            assert!(told["errors"]["placementTemplateId"][0].is_string(), "{told:#}");
            snapshot!(name, shape(told));
        }
        // Also where nobody named a place: a page smaller than the usual stamp.
        let small = crate::tcode::file(&[
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        ]);
        let told = told(&world, of(&small)).await;
        assert!(told["errors"]["placementTemplateId"][0].is_string(), "{told:#}");
        nothing_was_stamped(&world).await;
    }

    async fn what_does_not_fit_into_a_barcode(world) {
        let small = placement(&world, json!({ "name": "Small", "size": 30 })).await;
        let refused = told(&world, with(json!({ "placementTemplateId": small }))).await;
        snapshot!("422-barcode-too-small", numberless(refused));
        // More than the largest barcode holds: no size helps.
        let wide: Vec<Value> = (0..4).map(|n| json!({ "key": format!("f{n}"), "label": "F" })).collect();
        let id = tdoc(&world, json!({ "name": "Wide", "schema": wide })).await;
        let long: Vec<Value> = (0..4).map(|n| json!({ "key": format!("f{n}"), "value": "é".repeat(200) })).collect();
        let huge = placement(&world, json!({ "name": "Huge", "size": 200 })).await;
        let mut request = with(json!({ "tdocTemplateId": id, "placementTemplateId": huge, "fields": long }));
        let refused = told(&world, request.clone()).await;
        assert_eq!(refused["errors"].as_object().unwrap().len(), 1, "{refused:#}");
        snapshot!("422-barcode-too-full", numberless(refused));
        // So many bytes less, and it is stamped.
        request["fields"] = (0..4).map(|n| json!({ "key": format!("f{n}"), "value": "é".repeat(100) })).collect();
        let made = stamp(&world, request).await.ok(201);
        assert_eq!(crate::tcode::by_payload(&world, &crate::tcode::seal(&made)).await["fields"].as_array().unwrap().len(), 4);
    }
}

/// What is told without the bytes of a seal: its place in the status lists takes one to three.
fn numberless(mut told: Value) -> Value {
    let plain = |text: &str| {
        let words = text.split(' ').collect::<Vec<_>>();
        let word = |at: usize| match words.get(at + 1) {
            Some(&"bytes" | &"bytes," | &"fewer:") => "[n]",
            _ => words[at],
        };
        (0..words.len()).map(word).collect::<Vec<_>>().join(" ")
    };
    for messages in told["errors"].as_object_mut().unwrap().values_mut() {
        for message in messages.as_array_mut().unwrap() {
            *message = plain(message.as_str().unwrap()).into();
        }
    }
    for member in ["detail", "message"] {
        told[member] = plain(text(&told, member)).into();
    }
    shape(told)
}
