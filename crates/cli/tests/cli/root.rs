//! `ananke root`: the root's key is taken off the machine, and the server goes over to another root, twice; what was signed
//! before stays good, and whoever holds an old fingerprint goes on.

use std::process::Command;

use serde_json::Value;

use crate::cluster;
use crate::world::{World, text};

const PASSPHRASE: &str = "correct horse battery\n";
const ROLL: [&str; 6] = ["root", "roll", "--data", "data", "-o", "json"];

#[test]
fn another_root() {
    goes_over(World::start(), None);
}

#[test]
fn another_root_on_postgresql() {
    if let Some(cluster) = cluster::shared() {
        let database = cluster.database();
        let world = World::first_start(&[
            ("ANANKE__DATA__DATABASE", &database),
            ("ANANKE_BOOTSTRAP_ISSUER_CODE", "UNIV01"),
        ]);
        goes_over(world, Some(database));
    }
}

fn show(world: &World) -> Value {
    world.data(["root", "show", "--data", "data"])
}

/// What the server publishes, in files whose names begin with `name`.
fn save(world: &World, name: &str) {
    world.save_evidence("live");
    for end in ["jws", "list"] {
        let kept = std::fs::read(world.room.path(&format!("live.{end}"))).unwrap();
        world.room.write(&format!("{name}.{end}"), kept);
    }
    let roots = world.fetch("/c/roots.pem");
    world.room.write(&format!("{name}.pem"), roots);
}

fn goes_over(mut world: World, database: Option<String>) {
    let database = database.map(|url| ("ANANKE__DATA__DATABASE".to_owned(), url));
    world.room.variables.extend(database.clone());
    let settings: Vec<(&str, &str)> = database
        .iter()
        .map(|(name, url)| (name.as_str(), url.as_str()))
        .collect();
    let start = |world: &mut World| {
        world.restart_with(&settings);
        world.room.variables.extend(database.clone());
    };
    world.template();
    let kept = world.issue(&[]);
    world.room.write("kept.jwt", text(&kept, "credential"));
    save(&world, "first");
    let first = text(&show(&world), "fingerprint").to_owned();

    // The key goes, and a copy of it stays.
    let export = ["root", "export", "--out", "root.copy", "--data", "data"];
    world
        .room
        .pipe(export, b"eleven char\n")
        .code(1)
        .says("12 characters");
    let told = world.room.pipe(export, PASSPHRASE.as_bytes()).code(0);
    told.says("--remove takes it away");
    assert_eq!(show(&world)["keyIsHere"], true);
    world
        .room
        .pipe(export, PASSPHRASE.as_bytes())
        .code(1)
        .says("left alone");
    let export = [
        "root", "export", "--out", "root.2", "--remove", "--data", "data",
    ];
    world
        .room
        .pipe(export, PASSPHRASE.as_bytes())
        .code(0)
        .says("here no more");
    let shown = show(&world);
    assert_eq!(shown["keyIsHere"], false);
    assert!(
        shown["exportedAt"].is_string() && shown["removedAt"].is_string(),
        "{shown}"
    );
    let export = ["root", "export", "--out", "root.3", "--data", "data"];
    world
        .room
        .pipe(export, PASSPHRASE.as_bytes())
        .code(1)
        .says("taken away");
    // It is needed for nothing that goes on.
    world.issue(&[]);
    world
        .run([
            "tenants", "create", "--name", "Later", "--code", "LATER1", "--data", "data",
        ])
        .code(0);
    world
        .run([
            "signing-keys",
            "create",
            "--tenant",
            "UNIV01",
            "--data",
            "data",
        ])
        .code(0);

    // Nobody goes over while a server runs, without the key, or with another passphrase.
    world.run(ROLL).code(1).says("stop");
    world.stop();
    world.run(ROLL).code(1).says("taken away");
    let with_copy: Vec<&str> = ROLL.into_iter().chain(["--copy", "root.copy"]).collect();
    world
        .room
        .pipe(&with_copy, b"another passphrase\n")
        .code(1)
        .says("does not open");
    let rolled = world.room.pipe(&with_copy, PASSPHRASE.as_bytes()).code(0);
    let rolled = rolled.says("/c/roots.pem").json();
    assert_eq!(rolled["before"], first);
    let second = text(&rolled, "fingerprint").to_owned();
    let pin = world.room.path("data/root.fingerprint");
    assert_eq!(std::fs::read_to_string(&pin).unwrap().trim(), second);
    start(&mut world);
    let shown = show(&world);
    assert_eq!(
        (&shown["fingerprint"], &shown["keyIsHere"]),
        (&rolled["fingerprint"], &true.into())
    );
    world.run(["audit", "verify", "--data", "data"]).code(0);

    // What was signed before is good, and what is signed now.
    world.run(["verify", text(&kept, "reference")]).code(0);
    let new = world.issue(&[]);
    world.room.write("new.jwt", text(&new, "credential"));
    save(&world, "second");
    for document in ["kept.jwt", "new.jwt"] {
        let ended = offline(&world, document, "second", &second, None).code(0);
        assert_eq!(ended.json()["trustAnchor"]["source"], "pinned");
        // An old fingerprint alone does not do; with what leads from it to the new root it does.
        offline(&world, document, "second", &first, None).code(6);
        let led = offline(&world, document, "second", &first, Some("second.pem")).code(0);
        let anchor = led.json()["trustAnchor"].clone();
        assert_eq!(
            (&anchor["source"], text(&anchor, "fingerprint")),
            (&"succession".into(), second.as_str())
        );
        offline(&world, document, "second", &first, Some("first.pem")).code(6);
    }
    // Nor does anything change for those who keep the old bundle.
    offline(&world, "kept.jwt", "first", &first, None).code(0);
    outside_tools_agree(&world, &format!("{}01", world.issuer));

    // Where the fingerprint was not written any more, the next start does it; no other is believed.
    world.stop();
    std::fs::write(&pin, format!("{first}\n")).unwrap();
    start(&mut world);
    assert_eq!(std::fs::read_to_string(&pin).unwrap().trim(), second);
    assert!(
        world.log().contains("is another one now"),
        "{}",
        world.log()
    );
    world.stop();
    std::fs::write(&pin, format!("sha256:{}\n", "0".repeat(64))).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", "data"];
    world.run(serve).code(1).says("the database was replaced");
    std::fs::write(&pin, format!("{second}\n")).unwrap();

    // A second time, with the key at hand.
    let third = world.run(ROLL).code(0).json();
    assert_eq!(third["before"], second);
    let third = text(&third, "fingerprint").to_owned();
    start(&mut world);
    save(&world, "third");
    for held in [&first, &second] {
        offline(&world, "kept.jwt", "third", held, Some("third.pem")).code(0);
    }
    offline(&world, "kept.jwt", "third", &third, None).code(0);
    world.run(["audit", "verify", "--data", "data"]).code(0);
}

fn offline(
    world: &World,
    document: &str,
    files: &str,
    root: &str,
    roots: Option<&str>,
) -> crate::world::Ended {
    let mut more = vec!["--trust-root", root];
    more.extend(roots.into_iter().flat_map(|file| ["--roots", file]));
    world.run(world.offline(document, files, &more))
}

/// OpenSSL finds the old leaf under the new root, and the new root vouched for by the old one.
fn outside_tools_agree(world: &World, reference: &str) {
    let openssl = |arguments: &[&str]| {
        let run = Command::new("openssl")
            .current_dir(world.room.path("."))
            .args(arguments)
            .output();
        let run = run.unwrap();
        (
            run.status.success(),
            String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned(),
        )
    };
    for (file, path) in [("root.pem", "/c/root.pem"), ("ca.pem", "/c/ca-live.pem")] {
        world.room.write(file, world.fetch(path));
    }
    let chain = world.fetch(&format!("/c/{reference}.pem"));
    let leaf = chain
        .split_inclusive("-----END CERTIFICATE-----")
        .next()
        .unwrap();
    world.room.write("leaf.pem", leaf);
    let (good, words) = openssl(&[
        "verify",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "ca.pem",
        "leaf.pem",
    ]);
    assert!(good, "{words}");
    let all = std::fs::read_to_string(world.room.path("second.pem")).unwrap();
    let all: Vec<&str> = all.split_inclusive("-----END CERTIFICATE-----").collect();
    world.room.write("old.pem", all[0]);
    world.room.write("link.pem", all[1]);
    let (good, words) = openssl(&["verify", "-CAfile", "old.pem", "link.pem"]);
    assert!(good, "{words}");
    let (good, words) = openssl(&[
        "verify",
        "-CAfile",
        "old.pem",
        "-untrusted",
        "ca.pem",
        "leaf.pem",
    ]);
    assert!(!good, "{words}");
}
