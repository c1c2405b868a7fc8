//! TDoc templates as document profiles of BSI TR-03171: sent as XML that the guideline's schema allows, and read from other people's.

use std::path::Path;

use serde_json::{Value, json};

use super::{fields, stamp, tdoc, text, with};
use crate::shape::shape;
use crate::tool;
use crate::world::{Answer, World};

const FOREIGN: &str = include_str!("../../../../../vectors/vds/profile-meldebescheinigung.xml");
const SCHEMA: &str = "../../../vectors/vds/TR03171DocProfileSchema.xsd";
const IMPORT: &str = "/v1/tcode/templates/import";

async fn import(world: &World, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let sent = world
        .request("POST", IMPORT)
        .header("x-api-key", &world.live)
        .header("content-type", kind);
    Answer::of(sent.body(body)).await
}

async fn export(world: &World, id: &str) -> String {
    let answer = world
        .get(&format!("/v1/tcode/templates/{id}/profile.xml"))
        .await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/xml")
    );
    answer.text()
}

/// Asks the guideline's own schema, where there is a program that can.
fn check(xml: &str) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCHEMA);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profile.xml");
    std::fs::write(&path, xml).unwrap();
    tool::run(
        "xmllint",
        &["--noout", "--schema", schema.to_str().unwrap()],
        &path,
    );
}

/// A profile with these entries.
fn profile(entries: &str) -> String {
    format!(
        "<profile><profileNumber>9A4223406D374EF99E2CF95E31A23846</profileNumber><versionTR>0.9</versionTR>\
         <validFromPresent>false</validFromPresent><validToPresent>false</validToPresent>{entries}</profile>"
    )
}

fn entry(tag: &str, name: &str, description: &str, rest: &str) -> String {
    format!(
        "<entry tag=\"{tag}\"><name>{name}</name><description>{description}</description>{rest}</entry>"
    )
}

const TEXT: &str = "<type>UTF8String</type>";

/// The XML without what differs from run to run.
fn numberless(xml: &str, template: &Value) -> String {
    let number = text(template, "profileId").replace('-', "").to_uppercase();
    assert!(
        xml.contains(&format!("<profileNumber>{number}</profileNumber>")),
        "{xml}"
    );
    xml.replace(&number, "[profile]")
}

on_both_engines! {
    async fn a_template_is_a_profile(world) {
        let mut body = fields();
        body["name"] = "Degrees & <Others>".into();
        body["schema"][0]["label"] = "Holder \"& co\" <é>".into();
        let made = world.post("/v1/tcode/templates", body).await.ok(201);
        let xml = export(&world, text(&made, "id")).await;
        check(&xml);
        snapshot!("tdoc-template-profile", numberless(&xml, &made).lines().collect::<Vec<_>>());
        // One without fields is one too.
        let bare = tdoc(&world, json!({ "name": "Bare" })).await;
        check(&export(&world, &bare).await);
    }

    async fn seals_name_the_profile_of_their_version(world) {
        let id = tdoc(&world, fields()).await;
        let made = world.get(&format!("/v1/tcode/templates/{id}")).await.ok(200);
        let body = json!({ "tdocTemplateId": id, "fields": [{ "key": "holder", "value": "Ada" }] });
        let stamped = stamp(&world, with(body)).await.ok(201);
        let seal = ananke_format::seal::Seal::parse(&crate::tcode::seal(&stamped)).unwrap();
        let number = uuid::Uuid::parse_str(text(&made, "profileId")).unwrap();
        assert_eq!(seal.field(0), Some(number.as_bytes().as_slice()));
        // The first field stands where the profile says.
        assert_eq!(seal.field(15), Some(b"Ada".as_slice()));
        assert!(export(&world, &id).await.contains("<entry tag=\"15\" optional=\"false\">"));
    }

    async fn what_was_sent_is_read_again(world) {
        let made = world.post("/v1/tcode/templates", fields()).await.ok(201);
        let xml = export(&world, text(&made, "id")).await;
        let read = import(&world, "application/xml", xml).await;
        assert_eq!(read.header("etag"), "\"1\"");
        let read = read.ok(201);
        assert_ne!((&read["id"], &read["profileId"]), (&made["id"], &made["profileId"]));
        assert_eq!(read["name"], made["name"]);
        let told = |template: &Value| {
            let fields = template["schema"].as_array().unwrap();
            fields.iter().map(|field| (field["key"].clone(), field["label"].clone(), field["required"].clone(), field["maxLength"].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&read), told(&made), "our own entries are no fields");
    }

    async fn a_profile_of_somebody_else(world) {
        check(FOREIGN);
        for kind in ["application/xml", "text/xml", "application/xml; charset=utf-8"] {
            let made = import(&world, kind, FOREIGN).await.ok(201);
            snapshot!("tdoc-template-imported", shape(made));
        }
        // Sent twice, done once.
        let send = || world.request("POST", IMPORT).header("x-api-key", &world.live).header("content-type", "text/xml")
            .header("idempotency-key", "once").body(FOREIGN);
        let (one, two) = (Answer::of(send()).await, Answer::of(send()).await);
        assert_eq!((one.status, two.header("idempotent-replayed")), (201, "true"));
        assert_eq!(one.bytes, two.bytes);
    }

    async fn every_type_and_names_that_are_no_keys(world) {
        let entries: String = [
            ("20", "Straße 1", "Street", TEXT), ("21", "Straße 1", "Street", "<type>BOOLEAN</type>"),
            ("12", "2nd", "Second", "<length>500</length><type>INTEGER</type>"), ("23", "day", "Day", "<type>DATE</type>"),
            ("24", "time", "\n  Time\n  and more ", "<type>DATE-TIME</type>"), ("25", "REFERENCE", "Theirs", TEXT),
        ].into_iter().map(|(tag, name, description, rest)| entry(tag, name, description, rest)).collect();
        let made = import(&world, "text/xml", profile(&entries)).await.ok(201);
        assert_eq!(made["name"], "Profile 9A4223406D374EF99E2CF95E31A23846");
        snapshot!("tdoc-template-imported-types", shape(made["schema"].clone()));
    }

    async fn what_is_no_profile(world) {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let many: String = (10..=71).map(|tag| entry(&tag.to_string(), &format!("N{tag}"), "d", TEXT)).collect();
        let bomb = "<!DOCTYPE p [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>".to_owned()
            + &profile(&entry("10", "N", "&b;", TEXT));
        let file = "<!DOCTYPE p [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>".to_owned() + &profile(&entry("10", "N", "&a;", TEXT));
        for (what, path, xml) in [
            ("nothing", "body", String::new()), ("no XML", "body", "hello".to_owned()), ("JSON", "body", "{}".to_owned()),
            ("other XML", "body", "<a/>".to_owned()), ("an empty profile", "body", "<profile/>".to_owned()),
            ("unended", "body", FOREIGN[..400].to_owned()), ("deep", "body", deep), ("entities", "body", bomb), ("a file", "body", file),
            ("a tag too large", "body", profile(&entry("300", "N", "d", TEXT))), ("no tag", "body", profile("<entry><name>N</name></entry>")),
            ("another type", "body", profile(&entry("10", "N", "d", "<type>FLOAT</type>"))),
            ("bytes", "entry[@tag=10].type", profile(&entry("10", "N", "d", "<type>OCTET_STRING</type>"))),
            ("a length", "entry[@tag=10].length", profile(&entry("10", "N", "d", "<length>501</length><type>UTF8String</type>"))),
            ("no length", "entry[@tag=10].length", profile(&entry("10", "N", "d", "<length>0</length><type>UTF8String</type>"))),
            ("no description", "entry[@tag=10].description", profile(&entry("10", "N", " ", TEXT))),
            ("a control", "entry[@tag=10].description", profile(&entry("10", "N", "a&#7;b", TEXT))),
            ("too many", "entry", profile(&many)),
            ("a tag twice", "entry[@tag=10].tag", profile(&(entry("10", "A", "d", TEXT) + &entry("10", "B", "d", TEXT)))),
        ] {
            let refused = import(&world, "application/xml", xml).await;
            let told = refused.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][path][0].is_string(), "{what}: {told:#}");
            assert!(!told.to_string().contains("root:"), "{told}");
        }
        for (what, kind, body, status) in [
            ("no type", "application/json", FOREIGN.as_bytes().to_vec(), 400), ("no UTF-8", "text/xml", b"<profile>\xff</profile>".to_vec(), 400),
            ("huge", "text/xml", profile(&entry("10", "N", &"d".repeat(1 << 20), TEXT)).into_bytes(), 413),
        ] {
            let refused = import(&world, kind, body).await;
            assert_eq!(refused.status, status, "{what}: {}", refused.text());
        }
        assert_eq!(world.get("/v1/tcode/templates").await.ok(200), json!([]));
    }
}
