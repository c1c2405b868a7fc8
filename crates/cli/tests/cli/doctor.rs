//! `ananke doctor`, by a key and by the operator.

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;
use serde_json::Value;

use crate::world::{World, text};

fn row<'a>(list: &'a Value, item: &str) -> &'a Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|row| row["item"] == item).unwrap()
}

/// A list without what differs from machine to machine and from day to day.
fn transcript(text: &str) -> String {
    let day = |word: &str| word.len() >= 10 && word.starts_with("20") && word.as_bytes()[4] == b'-';
    let lines = text.lines().map(|line| {
        let words = line.split(' ').map(|word| match day(word) {
            true => "«day»",
            false => word,
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

const BEFORE: &str = "\
University (UNIV01)
  1  cannot be seen  keys are in a secrets manager
                     2 keys in use, none of them reported as leaked
                     → hand keys to programs from a secrets manager, look for strays with `ananke scan`,
                       and vouch for it: `ananke doctor attest secrets_manager --by NAME`
  2  pass            HTTPS everywhere
                     no request with a key crossed the network in clear in 30 days
  3  pass            no key on the client side
                     no key was sent by a browser in 30 days
  4  pass            keys apart by environment
                     2 keys in use, for development, production
  5  attested        rotation is practised
                     no key was rolled so far
                     Ada vouched for it on «day» good until «day»
                     https://wiki.example.org/rotation
  6  cannot be seen  limits are in force
                     the server's own: public 120/min, reads 500/s, writes 200/s, files 20/s, tenant
                     1000/s
                     → limit your own public endpoints, too, and vouch for it: `ananke doctor attest limits
                       --by NAME`
  7  FAIL            somebody is told
                     no channel for alerts
                     → have a test delivery succeed, every 90 days; where a program of yours reads the
                       alerts, vouch for it: `ananke doctor attest alerting --by NAME`
  8  cannot be seen  the record adds up
                     the whole record was not looked at so far; that is done every hour
                     → the operator of the server runs `ananke audit verify`, which names what was altered";

#[test]
fn the_checklist_of_a_tenant() {
    let world = World::start();
    world
        .run(["doctor", "attest", "rotation", "--by", "Ada"])
        .code(1)
        .says("link");
    let link = ["--link", "https://wiki.example.org/rotation"];
    let attest = ["doctor", "attest", "rotation", "--by", "Ada"];
    world
        .run(attest.iter().chain(&link))
        .code(0)
        .says("Ada vouches for rotation for 180 days");
    let shown = world
        .run(["doctor"])
        .code(3)
        .says("1 of 8 fail, 3 cannot be seen");
    assert_eq!(transcript(&shown.out), BEFORE);
    world
        .run(["doctor", "attest", "alerting", "--by", "Ada"])
        .code(0);
    world.run(["doctor"]).code(0).says("0 of 8 fail");
    world.run(["doctor", "withdraw", "alerting"]).code(0);
    world.run(["doctor", "withdraw", "alerting"]).code(5);
    for item in ["https", "server_side", "audit"] {
        world
            .run(["doctor", "attest", item, "--by", "Ada"])
            .code(1)
            .says("nobody can vouch");
    }
    world
        .run(["doctor", "attest", "tidiness", "--by", "Ada"])
        .code(5)
        .says("there is no item tidiness");
}

#[test]
fn a_key_that_lies_about_fails_the_first_row() {
    let world = World::start();
    for item in ["alerting", "secrets_manager"] {
        world.run(["doctor", "attest", item, "--by", "Ada"]).code(0);
    }
    world.room.write("work/clean.txt", "nothing");
    let clean = world
        .run(["doctor", "--scan", "work", "-o", "json"])
        .code(0)
        .json();
    assert_eq!(text(row(&clean[0], "secrets_manager"), "state"), "attested");
    let key = ApiKey::from_random(Mode::Live, &[7; ApiKey::RANDOM_LEN]).unwrap();
    world.room.write("work/.env", key.expose());
    let found = world
        .run(["doctor", "--scan", "work", "-o", "json"])
        .code(3);
    assert!(!found.out.contains(key.expose_secret()));
    let list = found.json();
    let row = row(&list[0], "secrets_manager");
    assert_eq!(text(row, "state"), "fail");
    assert!(text(row, "evidence").contains("work/.env"), "{row}");
    world.run(["doctor", "--scan", "nowhere"]).code(5);
}

#[test]
fn the_operator_sees_the_instance_and_every_tenant() {
    let mut world = World::start();
    let create = ["tenants", "create", "--name", "School", "--code", "SCHOOL"];
    world.run(create.iter().chain(&["--data", "data"])).code(0);
    let all = ["doctor", "--instance", "--data", "data", "-o", "json"];
    let lists = world.run(all).code(3).json();
    let codes: Vec<&str> = (0..3).map(|at| text(&lists[at], "issuerCode")).collect();
    assert_eq!(codes, ["000000", "UNIV01", "SCHOOL"]);
    assert_eq!(text(row(&lists[0], "public_url"), "state"), "fail");
    assert_eq!(text(row(&lists[0], "anchor"), "state"), "pass");
    let one = ["doctor", "--tenant", "SCHOOL", "--data", "data"];
    let shown = world.run(one).code(3);
    assert!(shown.out.starts_with("School (SCHOOL)\n"), "{}", shown.out);
    let backups = ["doctor", "attest", "backups", "--by", "Ada"];
    let here = ["--instance", "--data", "data"];
    world.run(backups.iter().chain(&here)).code(0);
    let rotation = ["doctor", "attest", "rotation", "--by", "Ada"];
    let theirs = ["--tenant", "SCHOOL", "--data", "data"];
    world
        .run(rotation.iter().chain(&theirs))
        .code(1)
        .says("link");
    world
        .run(["doctor", "--tenant", "NOPE01", "--data", "data"])
        .code(5)
        .says("there is no tenant NOPE01");
    // The same while no server runs, and without a key by itself.
    world.stop();
    world.room.variables.clear();
    let lists = world
        .run(["doctor", "--data", "data", "-o", "json"])
        .code(3)
        .json();
    assert_eq!(text(row(&lists[0], "backups"), "state"), "attested");
    let shown = world.run(["doctor", "--data", "data"]).code(3);
    for title in [
        "this server (000000)",
        "room on the disk",
        "School (SCHOOL)",
    ] {
        assert!(shown.out.contains(title), "{}", shown.out);
    }
}
