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

#[test]
fn a_secret_can_be_what_a_command_prints() {
    let mut room = Room::new();
    let kek = "5a".repeat(32);
    secret_file(&room, "kek", &kek, 0o600);
    for command in ["cat kek", r#"["sh", "-c", "echo asked >>asked; cat kek"]"#] {
        room.variables.clear();
        set(&mut room, "ANANKE__KEYS__KEK_COMMAND", command);
        room.run(["config", "check"]).code(0);
    }
    let asked = || std::fs::read_to_string(room.path("asked")).unwrap();
    let shown = room.run(["config", "show", "--origin"]).code(0).out;
    assert!(
        shown.contains("environment ANANKE__KEYS__KEK_COMMAND: command sh"),
        "{shown}"
    );
    assert!(!shown.contains(&kek), "{shown}");
    assert_eq!(asked(), "asked\n", "to show it nobody asks");
    // Without the key nobody asks either: what has it may be away.
    room.run(["config", "check", "--set", "keys.sealed=true"])
        .code(0);
    assert_eq!(asked(), "asked\n");

    room.variables.clear();
    set(&mut room, "ANANKE__DATA__DATABASE_COMMAND", "cat url");
    secret_file(&room, "url", "mysql://hunter2", 0o600);
    let ended = room.run(["config", "check"]).code(2);
    let ended = ended.says("`data.database` (environment ANANKE__DATA__DATABASE_COMMAND)");
    assert!(!ended.err.contains("hunter2"), "{ended:?}");
    secret_file(&room, "url", URL, 0o600);
    room.run(["config", "check"]).code(0);
    room.variables.clear();
    set(&mut room, "ANANKE__KEYS__KEK_COMMAND", "cat 'kek'");
    room.run(["config", "check"]).code(2).says("as a list");
}

#[test]
fn a_file_of_settings_can_say_where_a_secret_is() {
    let mut room = Room::new();
    let kek = "5a".repeat(32);
    secret_file(&room, "kek", &kek, 0o600);
    let check = ["config", "check", "--config", "own.toml"];
    // It holds no secret itself, so anybody may read it.
    for text in [
        "kek_file = \"kek\"",
        "kek_command = [\"sh\", \"-c\", \"cat 'kek'\"]",
    ] {
        secret_file(&room, "own.toml", &format!("[keys]\n{text}\n"), 0o644);
        room.run(check).code(0);
        let shown = ["config", "show", "--origin", "--config", "own.toml"];
        let shown = room.run(shown).code(0).out;
        assert!(shown.contains("(set)") || shown.contains("(what a command prints)"));
        assert!(
            shown.contains("file own.toml: ") && !shown.contains(&kek),
            "{shown}"
        );
    }
    for (text, why) in [
        ("kek_command = \"cat kek\"", "must be a list of texts"),
        ("kek_command = []", "must name a program"),
        ("kek_file = 1", "must name a file"),
        ("kek_flie = \"kek\"", "unknown setting `keys.kek_flie`"),
        (
            "sealed_file = \"kek\"",
            "unknown setting `keys.sealed_file`",
        ),
    ] {
        secret_file(&room, "own.toml", &format!("[keys]\n{text}\n"), 0o600);
        room.run(check).code(2).says(why);
    }
    // The environment lies over the file, which is not asked any more.
    let absent = "[keys]\nkek_command = [\"false\"]\n";
    secret_file(&room, "own.toml", absent, 0o600);
    room.run(check).code(2).says("`false` failed");
    set(&mut room, "ANANKE__KEYS__KEK_FILE", "kek");
    room.run(check).code(0);
}

#[test]
fn two_places_of_one_secret_are_an_error_that_names_both() {
    let mut room = Room::new();
    let kek = "5a".repeat(32);
    secret_file(&room, "kek", &kek, 0o600);
    secret_file(&room, "credentials/ananke.keys.kek", &kek, 0o400);
    let directory = room.path("credentials").display().to_string();
    let all = [
        ("ANANKE__KEYS__KEK", kek.as_str(), "ANANKE__KEYS__KEK"),
        ("ANANKE__KEYS__KEK_FILE", "kek", "ANANKE__KEYS__KEK_FILE"),
        (
            "ANANKE__KEYS__KEK_COMMAND",
            "cat kek",
            "ANANKE__KEYS__KEK_COMMAND",
        ),
        (
            "CREDENTIALS_DIRECTORY",
            &directory,
            "credential ananke.keys.kek",
        ),
    ];
    for one in 0..all.len() {
        for other in 0..one {
            room.variables.clear();
            for (name, value, _) in [all[one], all[other]] {
                set(&mut room, name, value);
            }
            let ended = room.run(["config", "check"]).code(2).says("give it once");
            assert!(!ended.err.contains(&kek), "{ended:?}");
            for (_, _, called) in [all[one], all[other]] {
                let called = called.trim_start_matches("credential ");
                assert!(ended.err.contains(called), "{called}: {ended:?}");
            }
        }
    }
    room.variables.clear();
    let twice = "[keys]\nkek_file = \"kek\"\nkek_command = [\"cat\", \"kek\"]\n";
    secret_file(&room, "own.toml", twice, 0o600);
    room.run(["config", "check", "--config", "own.toml"])
        .code(2)
        .says("`keys.kek_file`")
        .says("`keys.kek_command`");
    // The first key is a secret like the others.
    for (name, value) in [
        ("ANANKE_BOOTSTRAP_API_KEY", "x"),
        ("ANANKE_BOOTSTRAP_API_KEY_COMMAND", "cat x"),
    ] {
        set(&mut room, name, value);
    }
    room.run(["serve", "--listen", "127.0.0.1:0", "--data", "never"])
        .code(2)
        .says("ANANKE_BOOTSTRAP_API_KEY_COMMAND")
        .says("environment ANANKE_BOOTSTRAP_API_KEY, too");
    assert!(!room.path("never").exists());
}

#[test]
fn the_first_key_can_come_from_a_command_or_a_credential() {
    let elsewhere = World::first_start(&[]);
    for variable in ["ANANKE_BOOTSTRAP_API_KEY_COMMAND", "CREDENTIALS_DIRECTORY"] {
        let room = Room::new();
        secret_file(
            &room,
            "given/ananke.bootstrap_api_key",
            &elsewhere.live_key,
            0o600,
        );
        let value = match variable {
            "CREDENTIALS_DIRECTORY" => "given",
            _ => "cat given/ananke.bootstrap_api_key",
        };
        let world = World::first_start_in(room, &[(variable, value)]);
        assert!(world.ready["liveKey"].is_null(), "{}", world.ready);
        world
            .run_as(&elsewhere.live_key, ["documents", "list"])
            .code(0);
    }
}
