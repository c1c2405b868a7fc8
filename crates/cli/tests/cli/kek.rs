//! `ananke kek`: the key-encryption key is changed while the server runs and while it does not, and comes back from a copy.
//! What a crash in the middle does is the rig's (`rig/tests/rig/rewrapped.rs`), two nodes are
//! `crates/server/tests/trust/kek.rs`'s.

use std::os::unix::fs::PermissionsExt as _;

use crate::cluster;
use crate::world::{World, text};

const PASSPHRASE: &str = "correct horse battery";

fn kek(world: &World, name: &str) -> String {
    std::fs::read_to_string(world.room.path(name)).unwrap()
}

fn mode(world: &World, name: &str) -> u32 {
    let metadata = std::fs::metadata(world.room.path(name)).unwrap();
    metadata.permissions().mode() & 0o777
}

#[test]
fn changed_while_the_server_runs() {
    changed(World::start(), None);
}

#[test]
fn changed_while_the_server_runs_on_postgresql() {
    if let Some(cluster) = cluster::shared() {
        let database = cluster.database();
        let world = World::first_start(&[
            ("ANANKE__DATA__DATABASE", &database),
            ("ANANKE_BOOTSTRAP_ISSUER_CODE", "UNIV01"),
        ]);
        changed(world, Some(database));
    }
}

fn changed(mut world: World, database: Option<String>) {
    let database = database.map(|url| ("ANANKE__DATA__DATABASE", url));
    let settings: Vec<(&str, &str)> = database
        .iter()
        .map(|(name, url)| (*name, url.as_str()))
        .collect();
    let own = |world: &mut World| {
        let own = settings
            .iter()
            .map(|(name, url)| ((*name).to_owned(), (*url).to_owned()));
        world.room.variables.extend(own);
    };
    own(&mut world);
    world.template();
    let kept = world.issue(&[]);
    let old = kek(&world, "data/kek");
    world.data(["backup", "create", "before", "--data", "data"]);

    let told = world
        .run(["kek", "rotate", "--data", "data", "-o", "json"])
        .code(0);
    let told = told.says("ananke kek export").json();
    let retired = text(&told, "retired").to_owned();
    assert_eq!(retired, format!("data/kek.retired-{}", text(&told, "from")));
    assert_eq!(kek(&world, &retired), old);
    let new = kek(&world, "data/kek");
    assert_ne!(new, old);
    assert!(!world.room.path("data/kek.next").exists());
    assert_eq!(
        [mode(&world, "data/kek"), mode(&world, &retired)],
        [0o600; 2]
    );
    for secret in [&old, &new] {
        assert!(!world.log().contains(secret.trim()) && !told.to_string().contains(secret.trim()));
    }
    let shown = world.data(["kek", "show", "--data", "data"]);
    assert_eq!(shown["kek"], told["to"]);
    assert!(
        shown["next"].is_null() && shown["exportedAt"].is_null(),
        "{shown}"
    );
    assert!(shown["rotatedAt"].is_string(), "{shown}");

    // It goes on as if nothing had been: what there is, a new document, a new tenant; and after a start, too.
    for start in [false, true] {
        if start {
            world.stop();
            world.restart_with(&settings);
            own(&mut world);
        }
        world.run(["verify", text(&kept, "reference")]).code(0);
        let issued = world.issue(&[]);
        world.run(["verify", text(&issued, "reference")]).code(0);
        let code = if start { "LATER2" } else { "LATER1" };
        world
            .run([
                "tenants", "create", "--name", "Later", "--code", code, "--data", "data",
            ])
            .code(0);
    }
    world.run(["audit", "verify", "--data", "data"]).code(0);
    // The backup of before needs the old key, and only that.
    let verify = ["backup", "verify", "before", "--data", "data"];
    let needed = format!("needs the key-encryption key {}", text(&told, "from"));
    world.run(verify).code(1).says(&needed);
    world
        .room
        .variables
        .push(("ANANKE__KEYS__KEK_FILE".to_owned(), retired.clone()));
    world.run(verify).code(0);
    world.stop();
    // And the old key opens nothing of what is there now.
    world
        .run(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
        .code(1)
        .says("the instance secret does not open");
    world.room.variables.pop();
    // Once more, with nobody running.
    let again = world.data(["kek", "rotate", "--data", "data"]);
    assert_eq!(again["from"], told["to"]);
    assert_ne!(kek(&world, "data/kek"), new);
    world.restart_with(&settings);
    world.run(["verify", text(&kept, "reference")]).code(0);
    world.issue(&[]);
}

#[test]
fn a_key_that_is_given_has_a_successor_that_is_given() {
    let (old, new) = ("1a".repeat(32), "2b".repeat(32));
    let mut world = World::first_start(&[
        ("ANANKE__KEYS__KEK", &old),
        ("ANANKE_BOOTSTRAP_ISSUER_CODE", "UNIV01"),
    ]);
    world.template();
    let rotate = ["kek", "rotate", "--data", "data"];
    world.run(rotate).code(1).says("keys.next_kek");
    world.stop();
    // The same key twice is no change.
    world.restart_with(&[
        ("ANANKE__KEYS__KEK", &old),
        ("ANANKE__KEYS__NEXT_KEK", &old),
    ]);
    world.run(rotate).code(1).says("one and the same");
    world.stop();
    world.room.write("next", &new);
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(world.room.path("next"), private).unwrap();
    let both = [
        ("ANANKE__KEYS__KEK", old.as_str()),
        ("ANANKE__KEYS__NEXT_KEK_FILE", "next"),
    ];
    world.restart_with(&both);
    assert!(world.log().contains("ananke kek rotate"), "{}", world.log());
    world.issue(&[]);
    world
        .run(rotate)
        .code(0)
        .says("give the new key as keys.kek");
    assert!(!world.room.path("data/kek").exists());
    world.issue(&[]);
    // A second time there is nothing to do.
    world
        .run(rotate)
        .code(1)
        .says("under keys.next_kek already");
    world.stop();
    world.restart_with(&both);
    assert!(world.log().contains("no keys.next_kek"), "{}", world.log());
    world.issue(&[]);
    world.stop();
    let refused = world
        .room
        .command()
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
        .env("ANANKE__KEYS__KEK", &old)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(
        words.contains("does not open") && !words.contains(&old),
        "{words}"
    );
    world.restart_with(&[("ANANKE__KEYS__KEK", &new)]);
    world.issue(&[]);
}

#[test]
fn a_lost_server_comes_back_from_a_copy_of_its_key_and_a_backup() {
    let mut world = World::start();
    world.template();
    let kept = world.issue(&[]);
    let key = kek(&world, "data/kek");
    let export = ["kek", "export", "--out", "key.copy", "--data", "data"];
    for short in ["", "eleven char"] {
        let ended = world.room.pipe(export, format!("{short}\n").as_bytes());
        assert_ne!(ended.code, 0, "{ended:?}");
        assert!(!world.room.path("key.copy").exists());
    }
    let line = format!("{PASSPHRASE}\n");
    let told = world.room.pipe(export, line.as_bytes()).code(0);
    for words in [&told.out, &told.err, &kek(&world, "key.copy")] {
        assert!(
            !words.contains(PASSPHRASE) && !words.contains(key.trim()),
            "{words}"
        );
    }
    assert_eq!(mode(&world, "key.copy"), 0o600);
    world.run(export).code(1).says("already");
    let shown = world.data(["kek", "show", "--data", "data"]);
    assert!(shown["exportedAt"].is_string(), "{shown}");
    world.data(["backup", "create", "copy", "--data", "data"]);
    // A copy of a key that is none any more does not count.
    world.data(["kek", "rotate", "--data", "data"]);
    let shown = world.data(["kek", "show", "--data", "data"]);
    assert!(shown["exportedAt"].is_null(), "{shown}");

    // Everything is lost but these two, and what is in somebody's head.
    world.stop();
    for name in ["data", "data.anchor"] {
        std::fs::rename(
            world.room.path(name),
            world.room.path(&format!("lost-{name}")),
        )
        .unwrap();
    }
    let whole = kek(&world, "key.copy");
    let import = ["kek", "import", "key.copy", "--data", "data"];
    let wrong = world.room.pipe(import, b"correct horse batterz\n").code(1);
    wrong.says("this passphrase does not open it");
    for (from, to) in [
        ("name: ", "name: 0"),
        ("sealed: ", "sealed: 00"),
        ("version 1", "version 9"),
    ] {
        world.room.write("key.copy", whole.replacen(from, to, 1));
        world.room.pipe(import, line.as_bytes()).code(1);
    }
    assert!(!world.room.path("data/kek").exists());
    world.room.write("key.copy", &whole);
    world.room.write("passphrase", &line);
    let from_file = ["--passphrase-file", "passphrase"];
    world
        .run(import.iter().chain(&from_file))
        .code(2)
        .says("chmod o=");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(world.room.path("passphrase"), private).unwrap();
    let told = world.run(import.iter().chain(&from_file).chain(&["-o", "json"]));
    let told = told.code(0).json();
    assert_eq!(text(&told, "file"), "data/kek");
    assert_eq!(kek(&world, "data/kek"), key);
    assert_eq!(
        [mode(&world, "data"), mode(&world, "data/kek")],
        [0o700, 0o600]
    );
    world
        .room
        .pipe(import, line.as_bytes())
        .code(1)
        .says("already");
    let elsewhere = [&import[..], &["--out", "for-the-store"]].concat();
    world.room.pipe(elsewhere, line.as_bytes()).code(0);
    assert_eq!(kek(&world, "for-the-store"), key);

    world
        .run(["restore", "copy", "--data", "data", "--new-epoch"])
        .code(0);
    world.restart(&[]);
    world.run(["verify", text(&kept, "reference")]).code(0);
    let issued = world.issue(&[]);
    world.run(["verify", text(&issued, "reference")]).code(0);
}
