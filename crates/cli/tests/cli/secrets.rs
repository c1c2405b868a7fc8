//! Secrets among the settings: never shown, never taken from a flag, never from a file everybody can read.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::world::{Room, World};

const URL: &str = "postgres://ananke:hunter2@localhost:1/ananke";
const MASKED: &str = "postgres://ananke:***@localhost:1/ananke";

fn set(room: &mut Room, name: &str, value: &str) {
    room.variables.push((name.to_owned(), value.to_owned()));
}

fn secret_file(room: &Room, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = room.write(name, format!("{text}\n"));
    permit(&path, mode);
    path
}

fn permit(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_key_encryption_key_is_not_shown() {
    let mut room = Room::new();
    let kek = "5a".repeat(32);
    set(&mut room, "ANANKE__KEYS__KEK", &kek);
    for form in ["table", "json", "ndjson"] {
        let shown = room.run(["config", "show", "--origin", "-o", form]).code(0);
        assert!(
            shown.out.contains("(set)") && !shown.out.contains(&kek),
            "{}",
            shown.out
        );
    }
    room.variables.clear();
    let path = secret_file(&room, "kek", &kek, 0o600);
    set(&mut room, "ANANKE__KEYS__KEK_FILE", path.to_str().unwrap());
    let shown = room.run(["config", "show", "--origin"]).code(0).out;
    assert!(
        shown.contains("ANANKE__KEYS__KEK_FILE") && !shown.contains(&kek),
        "{shown}"
    );
    room.run(["config", "check"]).code(0);
    // Two of them, and nobody knows which one holds.
    set(&mut room, "ANANKE__KEYS__KEK", &kek);
    room.run(["config", "check"]).code(2).says("give it once");
}

#[test]
fn the_password_of_a_database_is_not_shown() {
    let mut room = Room::new();
    set(&mut room, "ANANKE__DATA__DATABASE", URL);
    for form in ["table", "json", "ndjson"] {
        let shown = room.run(["config", "show", "-o", form]).code(0).out;
        assert!(
            shown.contains(MASKED) && !shown.contains("hunter2"),
            "{shown}"
        );
    }
    room.run(["config", "check"]).code(0);
    // Nor where the database is not reached.
    let ended = room.run(["serve", "--listen", "127.0.0.1:0"]).code(1);
    let ended =
        ended.says("cannot reach PostgreSQL at localhost:1: Connection refused; is it running?");
    assert!(!ended.err.contains("hunter2"), "{ended:?}");

    room.variables.clear();
    let path = secret_file(&room, "url", URL, 0o440);
    set(
        &mut room,
        "ANANKE__DATA__DATABASE_FILE",
        path.to_str().unwrap(),
    );
    let shown = room.run(["config", "show", "--origin"]).code(0).out;
    assert!(
        shown.contains(MASKED) && shown.contains("ANANKE__DATA__DATABASE_FILE"),
        "{shown}"
    );
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn no_secret_is_a_flag() {
    let room = Room::new();
    let setting = format!("data.database={URL}");
    for arguments in [["--database", URL], ["--set", &setting]] {
        for command in [&["config", "show"][..], &["config", "check"], &["serve"]] {
            let ended = room.run(command.iter().chain(&arguments)).code(2);
            let ended = ended.says("ANANKE__DATA__DATABASE_FILE");
            assert!(!ended.err.contains("hunter2"), "{ended:?}");
        }
    }
    room.run(["config", "check", "--set", "keys.kek=00"])
        .code(2)
        .says("ANANKE__KEYS__KEK_FILE");
}

#[test]
fn a_secret_everybody_can_read_is_refused() {
    let mut room = Room::new();
    let kek = "5a".repeat(32);
    let path = secret_file(&room, "kek", &kek, 0o644);
    set(&mut room, "ANANKE__KEYS__KEK_FILE", path.to_str().unwrap());
    for command in ["config check", "serve"] {
        let way_out = format!("chmod o= {}", path.display());
        room.run(command.split(' ')).code(2).says(&way_out);
    }
    permit(&path, 0o640);
    room.run(["config", "check"]).code(0);

    room.variables.clear();
    for text in [
        format!("[keys]\nkek = \"{kek}\"\n"),
        format!("[data]\ndatabase = \"{URL}\"\n"),
    ] {
        let path = secret_file(&room, "own.toml", &text, 0o644);
        let check = ["config", "check", "--config", "own.toml"];
        room.run(check).code(2).says("chmod o= own.toml");
        permit(&path, 0o640);
        room.run(check).code(0);
    }
    // A file without a secret may be read by anybody.
    secret_file(&room, "plain.toml", "[data]\ndir = \"x\"", 0o644);
    room.run(["config", "check", "--config", "plain.toml"])
        .code(0);
}

#[test]
fn the_first_key_can_come_from_a_file() {
    let elsewhere = World::first_start(&[]);
    let room = Room::new();
    let path = secret_file(&room, "key", &elsewhere.live_key, 0o644);
    let variable = ("ANANKE_BOOTSTRAP_API_KEY_FILE", path.to_str().unwrap());
    let refused = room
        .command()
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
        .env(variable.0, variable.1)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("chmod o="), "{words}");

    permit(&path, 0o600);
    let mut world = World::first_start_in(room, &[variable]);
    assert!(world.ready["liveKey"].is_null(), "{}", world.ready);
    world
        .run_as(&elsewhere.live_key, ["documents", "list"])
        .code(0);
    // Later starts need it no more.
    std::fs::remove_file(&path).unwrap();
    world.stop();
    let path = path.display().to_string();
    world.restart_with(&[("ANANKE_BOOTSTRAP_API_KEY_FILE", &path)]);
    world
        .run_as(&elsewhere.live_key, ["documents", "list"])
        .code(0);
}
