//! Issuing and reading documents from the command line.

use crate::world::{World, text};

#[test]
fn issued_read_and_led_through_its_life() {
    let world = World::start();
    world.template();
    let document = world.issue(&[
        "--title",
        "Title",
        "--external-id",
        "2026-7",
        "--email",
        "zoe@example.org",
    ]);
    let reference = text(&document, "reference");
    assert_eq!(text(&document, "documentTitle"), "Title");
    assert_eq!(text(&document, "recipientEmail"), "zoe@example.org");

    let shown = world.data([
        "documents",
        "show",
        &reference.to_lowercase().replace("trf", "TRF"),
    ]);
    assert_eq!(shown["id"], document["id"]);
    let listed = world.data(["documents", "list", "--external-id", "2026-7"]);
    assert_eq!(listed[0]["reference"], document["reference"]);
    assert_eq!(
        world.data(["documents", "list", "--status", "Revoked"]),
        serde_json::json!([])
    );
    let lines = world.run(["documents", "list", "-o", "ndjson"]).code(0).out;
    assert_eq!(lines.lines().count(), 1);

    world
        .run(["documents", "pdf", reference, "--out", "d.pdf"])
        .code(0);
    world.run(["verify", "d.pdf"]).code(0);
    world
        .run(["documents", "credential", reference, "--out", "d.jwt"])
        .code(0);
    let saved = std::fs::read_to_string(world.room.path("d.jwt")).unwrap();
    assert_eq!(saved.trim_end(), text(&document, "credential"));
    assert_eq!(
        world
            .run(["documents", "credential", reference])
            .code(0)
            .out,
        saved
    );

    world
        .run(["documents", "revoke", reference, "--dry-run"])
        .code(0)
        .says("nothing was done");
    world.run(["verify", reference]).code(0);
    let revoked = world.data([
        "documents",
        "revoke",
        reference,
        "--reason",
        "fraud",
        "--note",
        "told by the office",
    ]);
    assert_eq!(
        (text(&revoked, "status"), text(&revoked, "statusReason")),
        ("Revoked", "fraud")
    );
    let events = world.data(["documents", "events", reference]);
    let kinds: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(event, "type"))
        .collect();
    assert_eq!(
        kinds,
        ["issuance.issued", "issuance.rendered", "issuance.revoked"]
    );
}

#[test]
fn templates_by_name_must_be_one() {
    let world = World::start();
    world.template();
    world.template();
    let ambiguous = world.run([
        "issue",
        "--template",
        "Diploma",
        "--recipient",
        "x",
        "--field",
        "course=y",
    ]);
    ambiguous.code(2).says("2 templates are named");
    let templates = world.data(["templates", "list", "--search", "Dipl"]);
    let id = text(&templates[0], "id");
    world
        .run([
            "issue",
            "--template",
            id,
            "--recipient",
            "x",
            "--field",
            "course=y",
        ])
        .code(0);
    let shown = world.data(["templates", "show", id]);
    assert_eq!(text(&shown, "name"), "Diploma");
    world.room.write(
        "bad.json",
        r#"{"name":"x","docType":"certificate","shcema":[]}"#,
    );
    world
        .run(["templates", "create", "bad.json"])
        .code(2)
        .says("shcema");
}

#[test]
fn data_goes_to_standard_output_and_words_to_standard_error() {
    let world = World::start();
    world.template();
    let table = world.run(["templates", "list"]).code(0);
    assert!(
        table.out.starts_with("ID ") && table.err.is_empty(),
        "{table:?}"
    );
    assert!(!table.out.contains('\x1b'), "no colours where nobody looks");
    let issued = [
        "issue",
        "--template",
        "Diploma",
        "--recipient",
        "x",
        "--field",
        "course=y",
        "-o",
        "json",
    ];
    // A live document under a loopback address carries a warning; it is for people.
    let ended = world.run(issued).code(0).says("warning");
    ended.json();
    let quiet = world.run(issued.iter().chain(&["--quiet"])).code(0);
    assert!(quiet.err.is_empty(), "{quiet:?}");
}
