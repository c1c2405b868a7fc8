//! Placements and TDoc templates changed, copied and deleted; a stamp in the place of another.

use serde_json::json;

use crate::pdf_worker::document;
use crate::stamps::{stamp, world};
use crate::world::text;

#[test]
fn a_placement_is_changed_by_what_is_named() {
    let world = world();
    let create = [
        "placements",
        "create",
        "Corner",
        "--x",
        "40",
        "--label",
        "Ours",
    ];
    let made = world.data(create);
    let update = ["placements", "update", "Corner"];
    let changed = world.data(
        update
            .into_iter()
            .chain(["--size", "120", "--page", "first"]),
    );
    assert_eq!(
        (&changed["x"], &changed["size"], &changed["pageNumber"]),
        (&json!(40.0), &json!(120.0), &json!("first"))
    );
    assert_eq!(
        (&changed["id"], &changed["labelText"]),
        (&made["id"], &json!("Ours"))
    );
    let right = world.data(
        update
            .into_iter()
            .chain(["--x", "right", "--name", "Right"]),
    );
    assert_eq!(
        (&right["x"], &right["name"]),
        (&json!(null), &json!("Right"))
    );
    world
        .run(["placements", "update", "Right", "--y", "right"])
        .code(2)
        .says("a number of points, or bottom");
    let copy = world.data(["placements", "duplicate", "Right", "Copy"]);
    assert_eq!(
        (&copy["size"], &copy["name"]),
        (&json!(120.0), &json!("Copy"))
    );
    assert_ne!(copy["id"], made["id"]);
}

#[test]
fn columns_and_the_end_of_templates() {
    let world = world();
    let columns = world.data(["tdoc-templates", "csv-fields", "Diploma"]);
    let holder = columns
        .as_array()
        .unwrap()
        .iter()
        .find(|column| column["column"] == "fields.holder")
        .unwrap();
    assert_eq!(
        (&holder["label"], &holder["required"]),
        (&json!("Holder"), &json!(true))
    );
    let told = world
        .run(["tdoc-templates", "csv-fields", "Diploma"])
        .code(0);
    assert!(told.out.contains("REQUIRED"), "{told:?}");
    world
        .room
        .write("spare.json", r#"{"name":"Spare","schema":[]}"#);
    world
        .run(["tdoc-templates", "create", "spare.json"])
        .code(0);
    let delete = ["tdoc-templates", "delete", "Spare"];
    world
        .run(delete.into_iter().chain(["--dry-run"]))
        .code(0)
        .says("would delete Spare; nothing was done");
    world.run(delete).code(0).says("deleted Spare");
    world.run(["tdoc-templates", "show", "Spare"]).code(5);
    // What stamps were made from stays.
    stamp(&world, &[]);
    world
        .run(["tdoc-templates", "delete", "Diploma"])
        .code(1)
        .says("409");
}

#[test]
fn one_stamp_in_the_place_of_another() {
    let world = world();
    let first = stamp(&world, &[]);
    let first = text(&first, "reference");
    world.room.write("corrected.pdf", document(4));
    let replace = ["stamps", "replace", first, "corrected.pdf", "--type", "CER"];
    let with =
        |more: &[&'static str]| world.run(replace.iter().copied().chain(more.iter().copied()));
    with(&["--dry-run"]).code(0).says(&format!(
        "would stamp corrected.pdf in the place of {first}, and revoke that; nothing was done"
    ));
    let new = with(&["-o", "json"]).code(0).json();
    assert_eq!(text(&new, "replaces"), first);
    assert!(world.room.path("corrected.stamped.pdf").exists());
    let shown = world.data(["stamps", "show", first]);
    assert_eq!(
        (text(&shown, "status"), text(&shown, "replacedBy")),
        ("Revoked", text(&new, "reference"))
    );
    // Nothing is written over, and the one that takes a place may leave the other in force.
    with(&[]).code(1).says("--force");
    let new = text(&new, "reference");
    let kept = [
        "stamps",
        "replace",
        new,
        "letter.pdf",
        "--type",
        "CER",
        "--keep-original",
        "--force",
    ];
    world.run(kept).code(0);
    assert_eq!(
        text(&world.data(["stamps", "show", new]), "status"),
        "Active"
    );
}
