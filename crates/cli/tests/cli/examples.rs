//! The examples in Rust and with curl, as a newcomer runs them. Those of the TypeScript SDK are run by its own tests.

use std::path::Path;
use std::process::{Command, Output};

use crate::world::{BINARY, World};

const NAME: &str = "Zoë \"Å\\B\" Ångström";

/// What an example says that finds the key of a server in a file.
fn told(mut command: Command, world: &World) -> String {
    let key = world.room.write("key", format!("{}\n", world.test_key));
    command
        .env("ANANKE_BASE_URL", &world.url)
        .env("ANANKE_API_KEY_FILE", key)
        .env_remove("ANANKE_API_KEY")
        .arg(NAME);
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(status.success(), "{out} {err}");
    assert!(!out.contains(&world.test_key) && !err.contains(&world.test_key));
    let found = world.run_as(&world.test_key, ["documents", "list", "-o", "json"]);
    assert_eq!(found.code(0).json()[0]["recipientName"], NAME);
    out.into_owned()
}

#[test]
fn in_rust() {
    let world = World::start();
    let built = Path::new(BINARY).with_file_name("examples/issue_and_verify");
    assert!(
        built.exists(),
        "{}: run `cargo build --workspace --exclude ananke-rig --examples`",
        built.display()
    );
    let out = told(Command::new(&built), &world);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("issued TRF-"), "{out}");
    assert_eq!(lines[1..], ["it is Valid", "it is Revoked"]);

    // What is wrong with a request is told by the names of its members, and a missing key by what to set.
    let mut nobody = Command::new(&built);
    nobody.env("ANANKE_BASE_URL", &world.url).arg("");
    nobody.env("ANANKE_API_KEY_FILE", world.room.path("key"));
    let output = nobody.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && err.contains("recipientName"),
        "{err}"
    );
}

#[test]
fn with_curl() {
    let world = World::start();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut script = Command::new("sh");
    script.arg(root.join("examples/curl/issue-and-verify.sh"));
    let out = told(script, &world);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("issued TRF-"), "{out}");
    assert_eq!(lines[1..], ["it is valid", "it is revoked"]);
}
