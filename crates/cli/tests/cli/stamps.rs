//! Stamping and reading stamps from the command line.

use serde_json::{Value, json};

use crate::pdf_worker::document;
use crate::world::{World, text};

/// A server with a TDoc template, and a PDF to stamp.
pub(crate) fn world() -> World {
    let world = World::start();
    let template = r#"{"name":"Diploma","publicFields":["degree"],"schema":[
        {"key":"holder","label":"Holder","required":true,"maxLength":40},
        {"key":"degree","label":"Degree","maxLength":40}]}"#;
    world.room.write("diploma.json", template);
    world
        .run(["tdoc-templates", "create", "diploma.json"])
        .code(0);
    world.room.write("letter.pdf", document(3));
    world
}

/// Stamps the PDF of [`world`] into `letter.stamped.pdf`.
#[track_caller]
pub(crate) fn stamp(world: &World, more: &[&str]) -> Value {
    stamp_as(world, &world.live_key, more)
}

/// The same with this key.
#[track_caller]
pub(crate) fn stamp_as(world: &World, key: &str, more: &[&str]) -> Value {
    let base = ["stamp", "letter.pdf", "--type", "CER", "--force"];
    let fields = ["--template", "Diploma", "--field", "holder=Zoë Ångström"];
    let arguments = base.iter().chain(&fields).chain(more).copied();
    world
        .run_as(key, arguments.chain(["-o", "json"]))
        .code(0)
        .json()
}

#[test]
fn stamped_read_and_led_through_its_life() {
    let world = world();
    let stamp = stamp(&world, &["--external-id", "7", "--expires", "2090-12-31"]);
    let reference = text(&stamp, "reference");
    assert!(reference.starts_with("TCR-"), "{stamp}");
    assert_eq!(text(&stamp, "file"), "letter.stamped.pdf");
    assert_eq!(text(&stamp, "name"), "letter");
    assert_eq!(text(&stamp, "expiresAt"), "2091-01-01T00:00:00.000Z");
    let original = std::fs::read(world.room.path("letter.pdf")).unwrap();
    let stamped = std::fs::read(world.room.path("letter.stamped.pdf")).unwrap();
    assert!(stamped.starts_with(&original) && original == document(3));

    let typed = reference.to_lowercase().replace("tcr", "TCR");
    let shown = world.data(["stamps", "show", &typed]);
    assert_eq!(shown["id"], stamp["id"]);
    for filter in [["--external-id", "7"], ["--template", "Diploma"]] {
        let listed = world.data(["stamps", "list"].iter().chain(&filter).copied());
        assert_eq!(listed[0]["reference"], stamp["reference"]);
    }
    assert_eq!(
        world.data(["stamps", "list", "--status", "Revoked"]),
        json!([])
    );
    world
        .run(["stamps", "pdf", reference, "--out", "again.pdf"])
        .code(0);
    assert_eq!(
        std::fs::read(world.room.path("again.pdf")).unwrap(),
        stamped
    );

    let status = |answer: &Value| text(answer, "status").to_owned();
    assert_eq!(
        status(&world.data(["stamps", "suspend", reference])),
        "Suspended"
    );
    assert_eq!(
        status(&world.data([
            "stamps",
            "reactivate",
            reference,
            "--note",
            "it was in order"
        ])),
        "Active"
    );
    for verb in ["suspend", "reactivate", "revoke"] {
        world
            .run(["stamps", verb, reference, "--dry-run"])
            .code(0)
            .says(&format!("would {verb} {reference}, letter, now Active"));
    }
    let revoked = world.data(["stamps", "revoke", reference, "--reason", "fraud"]);
    assert_eq!(status(&revoked), "Revoked");
    assert_eq!(text(&revoked, "statusReason"), "fraud");
    world
        .run(["stamps", "reactivate", reference])
        .code(1)
        .says("409");
    let events = world.data(["stamps", "events", reference]);
    let kinds: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(event, "type"))
        .collect();
    assert_eq!(
        kinds,
        [
            "stamp.issued",
            "stamp.suspended",
            "stamp.reinstated",
            "stamp.revoked"
        ]
    );
    let erase = ["stamps", "erase", reference, "--reason", "asked for"];
    world
        .run(erase.iter().chain(&["--dry-run"]))
        .code(0)
        .says("nothing was done");
    assert!(world.data(erase)["name"].is_null());
    world.run(["verify", reference]).code(5);
    world.run(["stamps", "show", "TCR-0000000000002"]).code(5);
}

#[test]
fn nothing_is_written_over_and_nothing_stamped_in_vain() {
    let world = world();
    world.room.write("two.pdf", document(2));
    let bare = ["stamp", "letter.pdf", "--type", "CER"];
    let with = |more: &[&'static str]| world.run(bare.iter().chain(more));
    with(&[]).code(0);
    with(&[]).code(1).says("--force");
    with(&["--out", "letter.pdf", "--force"])
        .code(2)
        .says("the original");
    with(&["--out", "nowhere/letter.pdf"])
        .code(2)
        .says("no such directory");
    with(&["two.pdf", "--out", "both.pdf"])
        .code(2)
        .says("directory");
    with(&["two.pdf", "--external-id", "1"])
        .code(2)
        .says("one document's");
    with(&["--field", "degree=x"]).code(2).says("--template");
    with(&["--out", "new.pdf", "--template", "None"])
        .code(5)
        .says("tdoc-templates list");
    with(&["--out", "new.pdf", "--placement", "None"])
        .code(5)
        .says("placements list");
    with(&["--out", "new.pdf", "--template", "Diploma"])
        .code(1)
        .says("letter.pdf: 422: fields: `holder` (Holder) is required");
    world.room.write("no.pdf", "no PDF");
    world
        .run(["stamp", "no.pdf", "--type", "CER"])
        .code(1)
        .says("no.pdf: 415: ");
    assert!(!world.room.path("new.pdf").exists() && !world.room.path("no.stamped.pdf").exists());
    assert_eq!(world.data(["stamps", "list"]).as_array().unwrap().len(), 1);

    std::fs::create_dir(world.room.path("done")).unwrap();
    let both = with(&["two.pdf", "--out", "done", "-o", "ndjson"]).code(0);
    assert_eq!(both.out.lines().count(), 2, "{both:?}");
    for name in ["letter", "two"] {
        let stamped = format!("done/{name}.stamped.pdf");
        assert!(both.out.contains(&stamped) && world.room.path(&stamped).exists());
    }
    // For people: what it is, and where it is; warnings are said beside it.
    let told = with(&["--force"]).code(0).says("warning: letter.pdf: ");
    for words in ["Reference", "Verify at", "letter.stamped.pdf"] {
        assert!(told.out.contains(words), "{told:?}");
    }
}

#[test]
fn placements_and_templates() {
    let world = world();
    let placement = world.data([
        "placements",
        "create",
        "Corner",
        "--page",
        "first",
        "--x",
        "40",
        "--size",
        "120",
    ]);
    assert_eq!(placement["pageNumber"], "first");
    let shown = world.data(["placements", "show", "Corner"]);
    assert_eq!(shown, placement);
    assert_eq!(
        world.data(["placements", "list", "--search", "orne"]),
        json!([placement])
    );
    let stamped = stamp(&world, &["--placement", "Corner"]);
    assert_eq!(stamped["placementTemplateId"], placement["id"]);
    let delete = ["placements", "delete", "Corner"];
    world
        .run(delete.iter().chain(&["--dry-run"]))
        .code(0)
        .says("would delete Corner");
    world.run(delete).code(0);
    world.run(["placements", "show", "Corner"]).code(5);
    world
        .run(["placements", "create", "x", "--page", "middle"])
        .code(2)
        .says("first, last, or a number");

    let profile = ["tdoc-templates", "profile"];
    let export = ["export", "Diploma", "--out", "diploma.xml"];
    world.run(profile.iter().chain(&export)).code(0);
    let import = ["import", "diploma.xml", "-o", "json"];
    let imported = world.run(profile.iter().chain(&import)).code(0).json();
    let made = world.data(["tdoc-templates", "list"]);
    let first = made.as_array().unwrap().last().unwrap();
    assert_eq!(
        imported["schema"][0]["label"], first["schema"][0]["label"],
        "{imported}"
    );
    // Two of one name now, told apart by id.
    world
        .run(["tdoc-templates", "show", "Diploma"])
        .code(2)
        .says("2 TDoc templates are named");
    let id = text(&imported, "id");
    world.run(["tdoc-templates", "archive", id]).code(0);
    world
        .room
        .write("next.json", r#"{"name":"Diploma","schema":[]}"#);
    let first = text(first, "id");
    let next = world.data(["tdoc-templates", "update", first, "next.json"]);
    assert_eq!(next["version"], 2);
    world.run(["tdoc-templates", "unarchive", id]).code(0);
    world.room.write("bad.json", r#"{"name":"x","shcema":[]}"#);
    world
        .run(["tdoc-templates", "create", "bad.json"])
        .code(2)
        .says("shcema");
}
