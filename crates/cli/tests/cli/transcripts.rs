//! Transcripts in `tests/transcripts`: what a person types and reads, word for word. `TRYCMD=overwrite` writes those anew that need
//! no server.

use std::path::Path;

use trycmd::TestCases;

use crate::world::{BINARY, Room, World};

/// Commands of the binary under test, in nobody's home.
fn cases(home: &Path) -> TestCases {
    let cases = TestCases::new();
    cases.register_bin("ananke", Path::new(BINARY));
    let home = home.display().to_string();
    for (name, _) in std::env::vars() {
        // They cannot be taken away, and an empty one says nothing.
        if name.starts_with("ANANKE") {
            cases.env(name, "");
        }
    }
    cases
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", format!("{home}/config"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/bus")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100");
    cases
}

#[test]
fn help_and_mistakes_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    cases(home.path()).case("tests/transcripts/*.trycmd");
}

/// It is told in two parts: the reference, which nobody knows before, is put into the second.
#[test]
fn a_story_with_a_server() {
    let world = World::start();
    let room = Room::new();
    let login = ["login", "--base-url", &world.url, "-q"];
    room.pipe(login, world.live_key.as_bytes()).code(0);
    let story = std::fs::read_to_string("tests/transcripts/story.md").unwrap();
    let (begins, goes_on) = story.split_once("<!-- the reference is known -->").unwrap();
    let tell = |part: &str, text: &str| {
        let text = text
            .replace("http://127.0.0.1:8787", &world.url)
            .replace("ak_live_8p1bp19MpkfF", &world.live_key[..8 + 12]);
        let file = room.path(part);
        std::fs::write(&file, text).unwrap();
        // Beside a transcript, under its name, is what its commands find.
        let template = include_bytes!("../transcripts/diploma.json");
        room.write(&part.replace(".md", ".in/diploma.json"), template);
        cases(room.dir.path()).case(&file);
    };
    tell("begins.md", begins);
    let listed = room
        .run(["documents", "list", "--external-id", "2026-7", "-o", "json"])
        .code(0)
        .json();
    let reference = listed[0]["reference"].as_str().unwrap();
    tell(
        "goes_on.md",
        &goes_on.replace("TRF-8G2KQ4W9X1ZTC", reference),
    );
}
