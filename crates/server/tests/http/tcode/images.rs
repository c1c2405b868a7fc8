//! Questions with a picture or a file: stamped files byte for byte, everything else by what its barcode says.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{
    by_image, by_qpdf, file, original, page, path, pdf, picture, placement, seen, send_image,
    signed, stamp, stamped, with,
};
use crate::shape::shape;
use crate::world::Answer;

const MOST: usize = 10 * 1024 * 1024;

fn place_of(file: &[u8], wanted: &[u8]) -> usize {
    file.windows(wanted.len())
        .rposition(|window| window == wanted)
        .unwrap()
}

on_both_engines! {
    async fn the_stamped_file_itself(world) {
        let made = stamped(&world).await;
        let genuine = pdf(&world, &made).await;
        let answer = by_image(&world, genuine.clone()).await;
        assert_eq!(answer, crate::tcode::by_reference(&world, &made).await);
        assert_eq!((&answer["verdict"], answer.get("genuineBytes")), (&json!("valid"), None));
        // The part may be called as it is elsewhere.
        let form = Form::new().part("pdf", Part::bytes(genuine.clone()));
        let sent = world.request("POST", "/v1/tcode/verify/image").multipart(form);
        assert_eq!(Answer::of(sent).await.ok(200), answer);
        world.post(&format!("{}/revoke", path(&made)), json!({})).await.ok(200);
        assert_eq!(by_image(&world, genuine).await["verdict"], "revoked");
    }

    async fn pictures_of_its_page(world) {
        let made = stamped(&world).await;
        let genuine = pdf(&world, &made).await;
        for kind in ["png", "jpeg"] {
            let Some(picture) = picture(&genuine, kind) else { return };
            let answer = by_image(&world, picture).await;
            assert_eq!((&answer["verdict"], &answer["reference"]), (&json!("valid"), &made["reference"]), "{kind}");
        }
        // A page without a barcode.
        let Some(plain) = picture(&original(), "png") else { return };
        assert_eq!(seen(&by_image(&world, plain).await), ("invalid", Some("no_seal")));
        assert_eq!(seen(&by_image(&world, original()).await), ("invalid", Some("no_seal")));
    }

    async fn one_other_byte_is_invalid_wherever_it_is(world) {
        let made = stamped(&world).await;
        let genuine = pdf(&world, &made).await;
        let places = [
            ("the original", place_of(&genuine, b"A document"), "stamp_altered"), ("the first byte behind it", original().len() + 2, "stamp_altered"),
            ("the hole", place_of(&genuine, b" 1 re\nf\n") - 1, "stamp_altered"),
            ("where its last table is", genuine.len() - 8, "stamp_altered"),
        ];
        // Where the lines that end it are altered it is no stamped file any more: its barcode is genuine, and it is another file.
        for at in [genuine.len() - 1, place_of(&genuine, b"%Ananke-Stamp-1 ") + 3] {
            let mut altered = genuine.clone();
            altered[at] ^= 1;
            let answer = by_image(&world, altered).await;
            assert_eq!(seen(&answer), ("invalid", Some("file_mismatch")), "{at}: {answer:#}");
            assert_eq!((&answer["reference"], answer.get("fields")), (&made["reference"], None), "{at}");
        }
        for (what, at, reason) in places {
            let mut altered = genuine.clone();
            altered[at] = if altered[at] == b'7' { b'8' } else { b'7' };
            let answer = by_image(&world, altered).await;
            assert_eq!(seen(&answer), ("invalid", Some(reason)), "{what}: {answer:#}");
            assert_eq!((&answer["reference"], answer.get("fields")), (&json!(null), None), "{what}");
        }
    }

    async fn bytes_behind_the_stamp(world) {
        let made = stamped(&world).await;
        let genuine = pdf(&world, &made).await;
        for more in [&b"\n"[..], b"% one more line\n%%EOF\n", &original()] {
            let answer = by_image(&world, [&genuine[..], more].concat()).await;
            assert_eq!(seen(&answer), ("invalid", Some("appended_after_stamp")));
            assert_eq!(answer["genuineBytes"], json!(genuine.len()));
        }
        let mut answer = by_image(&world, [&genuine[..], b"\n"].concat()).await;
        answer["genuineBytes"] = "[bytes]".into();
        snapshot!("verification-appended", shape(answer));
        // What is told of the beginning is asked with those bytes.
        assert_eq!(by_image(&world, genuine).await["verdict"], "valid");
    }

    async fn saved_again_by_another_program(world) {
        let made = stamped(&world).await;
        let genuine = pdf(&world, &made).await;
        // The barcode can still be read from the page, and it is genuine; this is not the file it was made for.
        let Some(saved) = by_qpdf(&["--qdf", "--object-streams=disable"], &genuine) else { return };
        let answer = by_image(&world, saved).await;
        assert_eq!(seen(&answer), ("invalid", Some("file_mismatch")), "{answer:#}");
    }

    async fn a_seal_on_a_document_it_was_not_made_for(world) {
        let made = stamped(&world).await;
        let genuine = pdf(&world, &made).await;
        // The update of one file behind another of the same length.
        let other = page("B document");
        assert_eq!(other.len(), original().len());
        let moved = [&other[..], &genuine[other.len()..]].concat();
        assert_eq!(seen(&by_image(&world, moved).await), ("invalid", Some("stamp_altered")));
        // The drawing of one stamp in the hole of another.
        let second = stamp(&world, with(json!({ "pdf": encoded(&other) }))).await.ok(201);
        let mut target = pdf(&world, &second).await;
        let holes = [hole(&genuine), hole(&target)];
        if holes[0].len() == holes[1].len() {
            target[holes[1].clone()].copy_from_slice(&genuine[holes[0].clone()]);
            assert_eq!(seen(&by_image(&world, target).await), ("invalid", Some("stamp_altered")));
        }
    }

    async fn files_that_are_none_of_the_three(world) {
        let ask = async |bytes: Vec<u8>| send_image(&world, bytes).await;
        let refused = ask(b"GIF89a".to_vec()).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        assert!(refused["errors"]["pdf"][0].is_string(), "{refused}");
        snapshot!("415-image", shape(refused));
        ask(Vec::new()).await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        let broken = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 40]].concat();
        let refused = ask(broken).await.fails(422, "VALIDATION_FAILED");
        assert!(refused["errors"]["file"][0].is_string(), "{refused}");
        let mut large = original();
        large.resize(MOST + 1, b' ');
        let refused = ask(large).await.fails(413, "PAYLOAD_TOO_LARGE");
        assert!(refused["errors"]["pdf"][0].is_string(), "{refused}");
        let empty = file(&["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]);
        ask(empty).await.fails(422, "VALIDATION_FAILED");
        if let Some(encrypted) = by_qpdf(&["--encrypt", "x", "owner", "256", "--"], &original()) {
            ask(encrypted).await.fails(422, "VALIDATION_FAILED");
        }
        let form = Form::new().text("other", "x");
        let told = Answer::of(world.request("POST", "/v1/tcode/verify/image").multipart(form)).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["other"][0].is_string(), "{told}");
        let told = Answer::of(world.request("POST", "/v1/tcode/verify/image").multipart(Form::new())).await;
        assert!((400..500).contains(&told.status), "{}", told.text());
        world.ask("/v1/tcode/verify/image", json!({ "file": "AAAA" })).await.fails(400, "BAD_REQUEST");
    }

    async fn turned_cropped_and_signed_pages_are_read(world) {
        let place = placement(&world, json!({ "name": "x", "page": "first", "x": 20, "y": 30, "size": 110 })).await;
        let turned = file(&[
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /CropBox [50 100 450 700] /Rotate 90 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>",
        ]);
        for original in [turned, signed()] {
            let body = json!({ "pdf": encoded(&original), "placementTemplateId": place, "allowSigned": true });
            let made = stamp(&world, with(body)).await.ok(201);
            let file = pdf(&world, &made).await;
            assert_eq!(by_image(&world, file.clone()).await["verdict"], "valid");
            let Some(picture) = picture(&file, "png") else { return };
            assert_eq!(by_image(&world, picture).await["reference"], made["reference"]);
        }
    }
}

fn encoded(bytes: &[u8]) -> Value {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .encode(bytes)
        .into()
}

/// Where the drawing of the symbol is, from the comment at the end.
fn hole(file: &[u8]) -> std::ops::Range<usize> {
    let end = String::from_utf8_lossy(&file[file.len() - 120..]).into_owned();
    let comment = end
        .rsplit('%')
        .find(|line| line.chars().filter(char::is_ascii_digit).count() > 6)
        .unwrap()
        .to_owned();
    let numbers: Vec<usize> = comment
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect();
    let [.., begin, length] = numbers[..] else {
        panic!("{comment}")
    };
    begin..begin + length
}
