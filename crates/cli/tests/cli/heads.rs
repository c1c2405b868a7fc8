//! Heads of the record, given away while documents are issued: a record that is put back and goes on, with every MAC and
//! chain as it should be, is found by them and by nothing else.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cluster;
use crate::world::{World, text};

const SINK: [(&str, &str); 2] = [
    ("ANANKE__AUDIT__SINK", "heads"),
    ("ANANKE__AUDIT__EVERY_SECONDS", "1"),
];

fn lines(world: &World) -> usize {
    let text = std::fs::read_to_string(world.room.path("heads")).unwrap_or_default();
    text.lines().count()
}

/// Waits until a line more is there: what was recorded before is in it.
fn wait_for_more(world: &World, than: usize) {
    let began = Instant::now();
    while lines(world) <= than {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", world.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A document, and the heads after it.
fn issue(world: &World) -> Value {
    let before = lines(world);
    let issued = world.issue(&[]);
    wait_for_more(world, before);
    issued
}

const VERIFY: [&str; 6] = ["audit", "verify", "--heads", "heads", "--data", "data"];

#[test]
fn a_record_that_was_put_back_and_goes_on_is_found() {
    let mut world = World::first_start(&SINK);
    world.template();
    issue(&world);
    world.stop();
    let (data, copy) = (world.room.path("data"), world.room.path("copy"));
    crate::operator::copy_dir(&data, &copy);
    world.restart_with(&SINK);
    goes_on(&mut world, &[], |_| {
        std::fs::remove_dir_all(&data).unwrap();
        std::fs::rename(&copy, &data).unwrap();
        Vec::new()
    });
}

#[test]
fn a_record_that_was_put_back_and_goes_on_is_found_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let database = cluster.database();
    let settings = [("ANANKE__DATA__DATABASE", database.as_str())];
    let mut world = World::first_start(&[settings[0], SINK[0], SINK[1]]);
    world.template();
    issue(&world);
    world.stop();
    let copy = cluster.copy(&database);
    world.restart_with(&[settings[0], SINK[0], SINK[1]]);
    goes_on(&mut world, &settings, |_| {
        vec![("ANANKE__DATA__DATABASE".to_owned(), copy.clone())]
    });
}

/// From a server that runs and whose data were copied before, until its copy was found out.
fn goes_on(
    world: &mut World,
    settings: &[(&str, &str)],
    put_back: impl FnOnce(&World) -> Vec<(String, String)>,
) {
    let own = |world: &mut World, settings: &[(String, String)]| {
        world.room.variables.extend(settings.iter().cloned());
    };
    let before: Vec<(String, String)> = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    own(world, &before);
    issue(world);
    let whole = world.run(VERIFY).code(0).says("as it was recorded");
    assert!(whole.out.contains("Heads checked"), "{whole:?}");
    // With nobody running, too.
    world.stop();
    world.run(VERIFY).code(0);

    let told = put_back(world);
    let after = if told.is_empty() { before } else { told };
    world
        .room
        .variables
        .retain(|(name, _)| name != "ANANKE__DATA__DATABASE");
    own(world, &after);
    let given = lines(world);
    world
        .run(["restore", "--new-epoch", "--data", "data"])
        .code(0);
    let named: Vec<(&str, &str)> = after
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(SINK)
        .collect();
    world.restart_with(&named);
    own(world, &after);
    issue(world);
    // It is whole in itself, and every line before the copy is in it.
    world.run(["audit", "verify", "--data", "data"]).code(0);
    let found = world.run(VERIFY.into_iter().chain(["-o", "json"])).code(3);
    let found = found.says("was cut back or rewritten").json();
    assert!(found["findings"].as_array().unwrap().is_empty(), "{found}");
    let heads = &found["heads"];
    assert!(heads["holdsUntil"].is_string(), "{heads}");
    let first = &heads["findings"][0];
    assert!(
        text(first, "what").contains("is missing from the record"),
        "{heads}"
    );
    let first = first["line"].as_u64().unwrap();
    assert!(first > 1 && first <= given as u64, "{heads}");

    // A line that somebody else wrote, or altered, is none of this instance.
    let all = std::fs::read_to_string(world.room.path("heads")).unwrap();
    let line = all.lines().next().unwrap();
    let (at, digit) = line.char_indices().nth(line.len() - 40).unwrap();
    let other = if digit == 'A' { "B" } else { "A" };
    let altered = [&line[..at], other, &line[at + 1..], "\n"].concat();
    world.room.write("heads", [line, "\n", &altered].concat());
    let found = world.run(VERIFY.into_iter().chain(["-o", "json"])).code(3);
    let heads = found.json()["heads"].clone();
    assert_eq!((&heads["lines"], &heads["wrong"]), (&2.into(), &1.into()));
    assert_eq!(heads["findings"][0]["line"], 2, "{heads}");
}

#[test]
fn a_sink_that_takes_nothing_stops_nothing() {
    let sink = [("ANANKE__AUDIT__SINK", "absent/heads"), SINK[1]];
    let world = World::first_start(&sink);
    world.template();
    let began = Instant::now();
    while !world.log().contains("could not be given away") {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", world.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    let issued = world.issue(&[]);
    world.run(["verify", text(&issued, "reference")]).code(0);
    // And in the data directory it would be put back with the data.
    let inside = [
        "config",
        "check",
        "--data",
        "data",
        "--set",
        "audit.sink=data/heads",
    ];
    world
        .run(inside)
        .code(2)
        .says("outside of the data directory");
    world.run(VERIFY).code(1).says("heads");
}
