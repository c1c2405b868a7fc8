//! A stamp from request to file: what is answered, what the file holds, and that other programs read it.

use ananke_format::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{
    as_part, fields, least, made_of, original, path, pdf, placement, seal, stamp, stamped, tdoc,
    text, with,
};
use crate::shape::{column, shape};
use crate::tool;
use crate::world::{Answer, DAY, World};

/// A stamp without what differs from run to run.
fn steady(mut stamp: Value) -> Value {
    if stamp["pdf"].is_object() {
        stamp["pdf"]["size"] = "[size]".into();
    }
    shape(stamp)
}

/// A request with everything in it.
async fn whole(world: &World) -> Value {
    let tdoc = tdoc(world, fields()).await;
    let place = placement(
        world,
        json!({ "name": "Left", "page": 1, "x": 40, "y": 500, "size": 120 }),
    )
    .await;
    with(json!({
        "tdocTemplateId": tdoc, "placementTemplateId": place, "externalId": "A-1", "expiresAt": "2027-01-31", "allowSigned": false,
        "fields": [{ "key": "day", "value": "2026-11-20" }, { "key": "grade", "value": "" }, { "key": "holder", "value": "Ada Lovelace" }],
    }))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::of(bytes).to_string()
}

on_both_engines! {
    async fn a_stamp_is_made_with_every_member(world) {
        let made = stamp(&world, whole(&world).await).await.ok(201);
        assert_eq!(made["verificationUrl"], format!("{}/v/{}", world.public_url, text(&made, "reference")));
        assert_eq!(made["contentHash"], sha256(&original()));
        snapshot!("stamp", steady(made.clone()));
        // Warnings are told once.
        let mut kept = made.clone();
        kept["warnings"] = json!([]);
        assert_eq!(world.get(&path(&made)).await.ok(200), kept);
        let list = world.get("/v1/tcode/stamps").await.ok(200);
        assert_eq!(list, json!({ "items": [kept], "nextCursor": null }));
    }

    async fn the_least_a_stamp_needs(world) {
        let seen = stamped(&world).await;
        snapshot!("stamp-least", steady(seen));
    }

    async fn a_part_is_the_same_as_base64(world) {
        let mut request = whole(&world).await;
        let one = stamp(&world, request.clone()).await.ok(201);
        request["externalId"] = "A-2".into();
        let mut two = as_part(&world, request, Some(original())).await.ok(201);
        two["externalId"] = "A-1".into();
        assert_eq!(steady(two.clone()), steady(one.clone()));
        assert_eq!(one["contentHash"], two["contentHash"]);
        let told = as_part(&world, least(), None).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["pdf"][0].is_string(), "{told}");
    }

    async fn the_file_is_the_original_and_an_update_that_other_programs_read(world) {
        for request in [least(), whole(&world).await] {
            let made = stamp(&world, request).await.ok(201);
            let answer = world.get(&format!("{}/pdf", path(&made))).await;
            assert_eq!(answer.header("content-type"), "application/pdf");
            assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{}.pdf\"", text(&made, "reference")));
            assert_eq!(answer.header("etag"), format!("\"{}\"", text(&made, "stampedHash")));
            assert_eq!(answer.header("cache-control"), "private, no-store");
            let file = answer.bytes;
            assert!(file.starts_with(&original()) && file.len() > original().len());
            assert_eq!((&made["stampedHash"], &made["pdf"]["size"]), (&json!(sha256(&file)), &json!(file.len())));
            assert_eq!(made["pdf"]["sha256"], made["stampedHash"]);
            assert_eq!(made["pdf"]["url"], format!("{}{}/pdf", world.public_url, path(&made)));
            // The bytes in the hole, and those that other programs see.
            let checked = ananke_format::stamp::check(&file, |_| false).unwrap();
            assert_eq!(checked.seal.to_bytes().unwrap(), seal(&made));
            let folder = tempfile::tempdir().unwrap();
            let at = folder.path().join("stamped.pdf");
            std::fs::write(&at, &file).unwrap();
            tool::run("qpdf", &["--check"], &at);
            let arguments = ["-r", "200", "-png", "-singlefile"];
            if let Some(page) = made_of("pdftoppm", &arguments, &file, "page", "page.png") {
                let picture = folder.path().join("page.png");
                std::fs::write(&picture, page).unwrap();
                if let Some(read) = tool::run_bytes("dmtxread", &["-N1"], &picture) {
                    assert_eq!(read, seal(&made));
                }
            }
        }
    }

    async fn a_stamped_file_can_be_stamped(world) {
        let first = stamped(&world).await;
        let file = pdf(&world, &first).await;
        let left = placement(&world, json!({ "name": "Left", "x": 18 })).await;
        let body = json!({ "pdf": STANDARD.encode(&file), "placementTemplateId": left });
        let second = stamp(&world, with(body)).await.ok(201);
        assert_eq!(second["contentHash"], first["stampedHash"]);
        let twice = pdf(&world, &second).await;
        assert!(twice.starts_with(&file));
        assert_eq!(crate::tcode::by_image(&world, twice).await["reference"], second["reference"]);
        assert_eq!(crate::tcode::by_image(&world, file).await["reference"], first["reference"]);
    }

    async fn sent_twice_done_once(world) {
        let send = |body: Value| {
            let sent = world.request("POST", "/v1/tcode/stamps").header("x-api-key", &world.live).header("idempotency-key", "a");
            Answer::of(sent.json(&body))
        };
        let first = send(least()).await;
        world.wait(DAY);
        let again = send(least()).await;
        assert_eq!((first.status, again.status, again.header("idempotent-replayed")), (201, 201, "true"));
        assert_eq!(first.bytes, again.bytes);
        send(with(json!({ "name": "Another" }))).await.fails(422, "UNPROCESSABLE");
        assert_eq!(world.get("/v1/tcode/stamps").await.ok(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn one_external_id_for_one_stamp(world) {
        let mine = with(json!({ "externalId": "A-1" }));
        let first = stamp(&world, mine.clone()).await.ok(201);
        let told = stamp(&world, mine.clone()).await.fails(409, "CONFLICT");
        assert!(text(&told, "detail").contains(text(&first, "reference")), "{told}");
        // Another product, mode or tenant has numbers of its own.
        let mut issuance = crate::world::request(&world.template(&world.live).await);
        issuance["externalId"] = "A-1".into();
        world.post("/v1/trust/issuances", issuance.clone()).await.ok(201);
        world.post("/v1/trust/issuances", issuance).await.fails(409, "CONFLICT");
        let other = world.tenant("Other School", "OTHER1").await;
        for key in [&world.test, &other] {
            world.with(key, "POST", "/v1/tcode/stamps", Some(mine.clone())).await.ok(201);
        }
        let found = world.get("/v1/tcode/stamps?externalId=A-1").await.ok(200);
        assert_eq!(column(&found, "reference"), [text(&first, "reference")]);
    }

    async fn a_test_key_makes_test_stamps(world) {
        let made = world.with(&world.test, "POST", "/v1/tcode/stamps", Some(least())).await.ok(201);
        assert_eq!((&made["mode"], &made["warnings"]), (&json!("test"), &json!([])));
        world.get(&path(&made)).await.fails(404, "NOT_FOUND");
        assert_eq!(world.get("/v1/tcode/stamps").await.ok(200)["items"], json!([]));
        let read = ananke_format::seal::Seal::parse(&seal(&made)).unwrap();
        assert_eq!(read.header.signer, "XA0T");
        let answer = crate::tcode::by_payload(&world, &seal(&made)).await;
        assert_eq!((&answer["verdict"], &answer["mode"]), (&json!("valid"), &json!("test")));
    }

    async fn lists_filter(world) {
        let id = tdoc(&world, fields()).await;
        let holder = json!([{ "key": "holder", "value": "Ada" }]);
        let first = stamp(&world, with(json!({ "tdocTemplateId": id, "fields": holder }))).await.ok(201);
        world.wait(60_000);
        let second = stamp(&world, with(json!({ "externalId": "B" }))).await.ok(201);
        world.with(&world.live, "POST", &format!("{}/suspend", path(&second)), None).await.ok(200);
        let template = world.template(&world.live).await;
        world.issue(&template).await;
        let (one, two) = (text(&first, "reference"), text(&second, "reference"));
        for (query, references) in [
            (String::new(), vec![two, one]), ("status=Active".to_owned(), vec![one]), ("status=Suspended".to_owned(), vec![two]),
            (format!("tdocTemplateId={id}"), vec![one]), ("externalId=B".to_owned(), vec![two]),
            (format!("reference={}", one.to_lowercase()), vec![one]), ("reference=x".to_owned(), vec![]),
            ("issuedAfter=2026-11-23T10:01:00Z".to_owned(), vec![two]), ("issuedBefore=2026-11-23T10:01:00Z".to_owned(), vec![one]),
            ("limit=1".to_owned(), vec![two]),
        ] {
            let page = world.get(&format!("/v1/tcode/stamps?{query}")).await.ok(200);
            assert_eq!(column(&page, "reference"), references, "{query}");
        }
        let page = world.get("/v1/tcode/stamps?limit=1").await.ok(200);
        let rest = world.get(&format!("/v1/tcode/stamps?cursor={}", text(&page, "nextCursor"))).await.ok(200);
        assert_eq!(column(&rest, "reference"), [one]);
        for query in ["status=active", "templateId=x", "recipient=ada", "tdocTemplateId=x", "issuedAfter=soon"] {
            world.get(&format!("/v1/tcode/stamps?{query}")).await.fails(422, "VALIDATION_FAILED");
        }
        assert_eq!(world.get("/v1/trust/issuances").await.ok(200)["items"].as_array().unwrap().len(), 1, "stamps are no issuances");
    }
}
