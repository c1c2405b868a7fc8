//! `ananke audit events` and `ananke audit follow`.

use serde_json::Value;

use crate::world::{World, text};

fn lines(world: &World, name: &str) -> Vec<String> {
    let all = std::fs::read_to_string(world.room.path(name)).unwrap();
    all.lines()
        .map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            text(&event, "id").to_owned()
        })
        .collect()
}

fn listed(world: &World) -> Vec<String> {
    let events = world.data(["audit", "events", "--limit", "1000"]);
    let ids = events.as_array().unwrap().iter();
    let mut ids: Vec<String> = ids.map(|event| text(event, "id").to_owned()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn events_are_listed() {
    let world = World::start();
    world.template();
    let document = world.issue(&[]);
    let id = text(&document, "id");
    let all = world.run(["audit", "events"]).code(0);
    assert!(
        all.out.contains("issuance.issued") && all.out.contains("127.0.0.0/24"),
        "{}",
        all.out
    );
    let some = world.data([
        "audit",
        "events",
        "--subject",
        id,
        "--type",
        "issuance.issued",
    ]);
    assert_eq!(some.as_array().unwrap().len(), 1, "{some}");
    world
        .run(["audit", "events", "--type", "moon"])
        .code(1)
        .says("type");
}

#[test]
fn a_file_goes_on_where_it_was_left() {
    let world = World::start();
    world.template();
    let follow = ["audit", "follow", "--once", "--into", "events.ndjson"];
    world.run(follow).code(0);
    world.issue(&[]);
    world.run(follow).code(0);
    world.run(follow).code(0);
    let mut kept = lines(&world, "events.ndjson");
    kept.sort_unstable();
    assert_eq!(kept, listed(&world));
    // Half a line that a crash left is cut off, and what was not remembered is fetched again.
    let path = world.room.path("events.ndjson");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [whole.as_slice(), b"{\"half\""].concat()).unwrap();
    world.issue(&[]);
    world.run(follow).code(0);
    let mut kept = lines(&world, "events.ndjson");
    kept.sort_unstable();
    assert_eq!(kept, listed(&world));
    // One that was rotated away begins anew behind it; one that was cut does not go on as if nothing were.
    std::fs::rename(&path, world.room.path("old.ndjson")).unwrap();
    world.issue(&[]);
    world.run(follow).code(0);
    assert_eq!(lines(&world, "events.ndjson").len(), 1);
    std::fs::write(&path, "").unwrap();
    world.run(follow).code(1).says("restore it");
    world.room.write("other.ndjson", "x");
    world
        .run(["audit", "follow", "--once", "--into", "other.ndjson"])
        .code(1)
        .says("move it away");
}

#[test]
fn standard_output_begins_where_it_is_told() {
    let world = World::start();
    let first = world.run(["audit", "follow", "--once"]).code(0);
    let cursor = first
        .err
        .trim()
        .strip_prefix("cursor: ")
        .unwrap()
        .to_owned();
    world.template();
    let more = world
        .run(["audit", "follow", "--once", "--cursor", &cursor])
        .code(0);
    assert_eq!(more.out.lines().count(), 1, "{more:?}");
    assert!(more.out.contains("template.created"), "{more:?}");
}
