//! Backups: made beside a running server, proved, put back; on both engines. What the load of many clients does to
//! them is the rig's (`rig/tests/rig/backups.rs`).

use std::path::Path;

use serde_json::Value;

use crate::cluster;
use crate::world::{Room, World, text};

/// A copy of what verifying needs, and of nothing else: as an operator keeps it elsewhere.
fn escrow(world: &World) {
    std::fs::copy(world.room.path("data/kek"), world.room.path("kek")).unwrap();
}

/// Commands of an operator who gives key and database from outside.
fn with<'a>(kek: &'a str, database: Option<&'a str>) -> Vec<(String, String)> {
    let mut variables = vec![("ANANKE__KEYS__KEK_FILE".to_owned(), kek.to_owned())];
    if let Some(database) = database {
        variables.push(("ANANKE__DATA__DATABASE".to_owned(), database.to_owned()));
    }
    variables
}

#[test]
fn a_lost_instance_comes_back() {
    comes_back(World::start(), None, None);
}

#[test]
fn a_lost_instance_comes_back_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let (lost, empty) = (cluster.database(), cluster.database());
    let world = World::first_start(&[
        ("ANANKE__DATA__DATABASE", lost.as_str()),
        ("ANANKE_BOOTSTRAP_ISSUER_CODE", "UNIV01"),
    ]);
    comes_back(world, Some(&lost), Some(&empty));
}

/// Issues, backs up while the server runs, loses everything but backup and key, and goes on elsewhere.
fn comes_back(mut world: World, lost: Option<&str>, empty: Option<&str>) {
    escrow(&world);
    world.template();
    let kept = world.issue(&["--external-id", "tab\tback\\slash \u{1F600}"]);
    let revoked = world.issue(&[]);
    world
        .run([
            "documents",
            "revoke",
            text(&revoked, "reference"),
            "--reason",
            "fraud",
        ])
        .code(0);
    world.room.variables.extend(with("kek", lost));
    let made = world.data(["backup", "create", "copies/first", "--data", "data"]);
    assert_eq!(
        text(&made, "engine"),
        if lost.is_some() { "postgres" } else { "sqlite" }
    );
    assert!(!world.room.path("copies/first.partial").exists());
    let undone = world.issue(&[]);

    // It says the same about itself wherever it is, and foreign tools read the sums.
    let proof = world.data(["backup", "verify", "copies/first", "--data", "elsewhere"]);
    assert_eq!(proof["backup"], made);
    assert_eq!(proof["findings"], Value::Array(Vec::new()));
    assert!(proof["signatures"].as_u64().unwrap() >= 3, "{proof}");
    assert!(!world.room.path("elsewhere").exists());
    let summed = std::process::Command::new("sha256sum")
        .args(["--strict", "--quiet", "-c", "SHA256SUMS"])
        .current_dir(world.room.path("copies/first"))
        .status();
    assert!(summed.unwrap().success());
    holds_no_key(&world.room.path("copies/first"), &world.room.path("kek"));

    // Lost, but for the anchor: the backup lacks what it remembers.
    world.stop();
    std::fs::rename(world.room.path("data"), world.room.path("lost")).unwrap();
    world.room.variables = with("kek", empty);
    let restore = ["restore", "copies/first", "--data", "data"];
    world.run(restore).code(1).says("--new-epoch");
    assert!(!world.room.path("data").exists(), "nothing was written");
    let words = world.run(restore.iter().chain(&["--new-epoch"])).code(0);
    let words = words.says("as").says("undone");
    assert!(words.err.contains("ananke serve"), "{words:?}");
    // A second time there is something to lose.
    world
        .run(restore.iter().chain(&["--new-epoch"]))
        .code(1)
        .says("already");

    let mut variables = with("kek", empty);
    let borrowed: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    world.restart_with(&borrowed);
    world.run(["verify", text(&kept, "reference")]).code(0);
    world.run(["verify", text(&revoked, "reference")]).code(3);
    world.run(["verify", text(&undone, "reference")]).code(5);
    let shown = world.data(["documents", "show", text(&kept, "id")]);
    assert_eq!(shown["externalId"], kept["externalId"]);
    let new = world.issue(&[]);
    world.run(["verify", text(&new, "reference")]).code(0);
    world.room.variables.append(&mut variables);
    world.run(["audit", "verify", "--data", "data"]).code(0);
    // And from here on it starts as ever.
    world.stop();
    world.restart_with(&[
        ("ANANKE__KEYS__KEK_FILE", "kek"),
        ("ANANKE__DATA__DATABASE", empty.unwrap_or("sqlite")),
    ]);
}

/// The key-encryption key stands nowhere in the backup, neither as text nor as bytes; nor does the anchor.
fn holds_no_key(backup: &Path, kek: &Path) {
    let kek = std::fs::read_to_string(kek).unwrap();
    let kek = kek.trim();
    let bytes: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&kek[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(backup).unwrap() {
        let path = entry.unwrap().path();
        let held = std::fs::read(&path).unwrap();
        for wanted in [kek.as_bytes(), &bytes] {
            assert!(
                !held.windows(wanted.len()).any(|part| part == wanted),
                "{path:?}"
            );
        }
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    let database = if names.contains(&"ananke.db".to_owned()) {
        "ananke.db"
    } else {
        "database.pgdump"
    };
    assert_eq!(
        names,
        ["SHA256SUMS", database, "backup.json", "root.fingerprint"]
            .map(str::to_owned)
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_backup_is_taken_of_a_stopped_server_too_and_stays_as_it_was_made() {
    let mut world = World::start();
    world.template();
    world.issue(&[]);
    world.stop();
    world.data(["backup", "create", "copy", "--data", "data"]);
    let files = || {
        let mut files: Vec<_> = std::fs::read_dir(world.room.path("copy"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (std::fs::read(&path).unwrap(), path))
            .collect();
        files.sort_by(|one, other| one.1.cmp(&other.1));
        files
    };
    let before = files();
    world
        .run(["backup", "verify", "copy", "--data", "data"])
        .code(0);
    assert!(before == files(), "verifying changes nothing");
    world
        .run(["backup", "create", "copy", "--data", "data"])
        .code(1)
        .says("already");
    assert!(before == files(), "and neither does a second backup");
}

#[test]
fn a_flipped_byte_is_found_wherever_it_is() {
    let world = World::start();
    world.template();
    world.issue(&[]);
    world.data(["backup", "create", "copy", "--data", "data"]);
    for name in ["ananke.db", "backup.json", "root.fingerprint", "SHA256SUMS"] {
        let path = world.room.path("copy").join(name);
        let whole = std::fs::read(&path).unwrap();
        for (part, bit) in [(0, 0), (1, 5), (2, 2), (3, 7), (4, 0)] {
            let mut bytes = whole.clone();
            let at = (bytes.len() - 1) * part / 4;
            bytes[at] ^= 1 << bit;
            std::fs::write(&path, bytes).unwrap();
            for more in [&[][..], &["--without-kek"]] {
                let verify = ["backup", "verify", "copy", "--data", "data"];
                let ended = world.run(verify.iter().chain(more)).code(1).says("damaged");
                assert!(ended.err.contains(name), "{name} {at}: {ended:?}");
            }
        }
        std::fs::write(&path, whole).unwrap();
    }
    world
        .run(["backup", "verify", "copy", "--data", "data"])
        .code(0);
}

/// Whoever can make the sums fit still cannot make the rows fit.
#[test]
fn an_edited_row_is_found_though_the_sums_fit() {
    let world = World::start();
    world.template();
    let issued = world.issue(&[]);
    world.data(["backup", "create", "copy", "--data", "data"]);
    let path = world.room.path("copy/ananke.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let wanted = text(&issued, "reference").as_bytes();
    let at = bytes
        .windows(wanted.len())
        .position(|part| part == wanted)
        .unwrap();
    bytes[at + wanted.len() - 1] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let summed = std::process::Command::new("sh")
        .args([
            "-c",
            "sha256sum backup.json root.fingerprint ananke.db >SHA256SUMS",
        ])
        .current_dir(world.room.path("copy"))
        .status();
    assert!(summed.unwrap().success());
    world
        .run([
            "backup",
            "verify",
            "copy",
            "--data",
            "data",
            "--without-kek",
        ])
        .code(0);
    let report = world
        .run(["backup", "verify", "copy", "--data", "data", "-o", "json"])
        .code(3);
    assert!(
        !report.json()["findings"].as_array().unwrap().is_empty(),
        "{report:?}"
    );
    let ended = world
        .run(["restore", "copy", "--data", "new", "--new-epoch"])
        .code(1);
    // The key is asked for first, and is not where nothing is.
    assert!(ended.err.contains("ANANKE__KEYS__KEK_FILE"), "{ended:?}");
    escrow(&world);
    let restore = ["restore", "copy", "--data", "new", "--new-epoch"];
    let output = world
        .room
        .command()
        .args(restore)
        .env("ANANKE__KEYS__KEK_FILE", "kek")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("not as they were recorded"),
        "{output:?}"
    );
    assert!(!world.room.path("new/ananke.db").exists());
}

#[test]
fn the_wrong_key_and_the_wrong_place_are_told() {
    let world = World::start();
    let made = world.data(["backup", "create", "copy", "--data", "data"]);
    let needed = text(&made, "kek");
    world.room.write("other", "00".repeat(32));
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(world.room.path("other"), mode).unwrap();
    for command in [
        &["backup", "verify", "copy"][..],
        &["restore", "copy", "--new-epoch", "--data", "new"],
    ] {
        let mut run = world.room.command();
        let output = run
            .args(command)
            .env("ANANKE__KEYS__KEK_FILE", "other")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("needs the key-encryption key {needed}")),
            "{said}"
        );
    }
    assert!(!world.room.path("new").exists());
    // Another instance's data directory, with its own key.
    let other = World::of("Other", "OTHR01");
    let copy = world.room.path("copy").display().to_string();
    other
        .run(["restore", &copy, "--new-epoch", "--data", "data"])
        .code(1)
        .says("another instance");
    let room = Room::new();
    room.run(["backup", "create", "copy", "--data", "data"])
        .code(1)
        .says("no server's data in data");
    room.run(["backup", "verify", "copy"])
        .code(1)
        .says("no backup");
    room.run(["restore", "copy", "--new-epoch"])
        .code(1)
        .says("no backup");
    assert!(!room.path("data").exists());
}
