//! Outside libraries judge a running server: the tests of `interop/`, with Node.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use ananke_server::{Bootstrap, Options, start};
use secrecy::ExposeSecret as _;

use crate::world::config;

/// Says loudly that nothing was checked, which CI does not allow.
fn skipped(why: &str) {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{why}, and CI=true allows no skipping"
    );
    // Straight to the stream, past the capture of the test harness.
    let _ = writeln!(
        std::io::stderr(),
        "\n*** SKIPPED: {why}; outside libraries judged nothing ***\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_libraries_believe_what_this_server_signs() {
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../interop");
    if !interop.join("node_modules").is_dir() {
        return skipped("interop/node_modules is missing: run `npm ci` in interop");
    }
    if Command::new("node").arg("--version").output().is_err() {
        return skipped("node was not found");
    }
    let dir = tempfile::tempdir().unwrap();
    let bootstrap = Bootstrap {
        tenant: Some("Example University".to_owned()),
        ..Bootstrap::default()
    };
    // They look at the machine's clock, so this server does too.
    let options = Options {
        bootstrap,
        ..Options::default()
    };
    let running = start(config(dir.path(), "sqlite", &[]), options)
        .await
        .unwrap();
    let ready = &running.ready;
    let key =
        |key: &Option<secrecy::SecretString>| key.as_ref().unwrap().expose_secret().to_owned();
    let mut node = Command::new("node");
    node.arg("--test")
        .current_dir(interop)
        .env("ANANKE_URL", &ready.url)
        .env("ANANKE_LIVE_KEY", key(&ready.live_key))
        .env("ANANKE_TEST_KEY", key(&ready.test_key));
    let output = tokio::task::spawn_blocking(move || node.output())
        .await
        .unwrap()
        .unwrap();
    running.stop().await;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let count = |word: &str| {
        let found = text
            .lines()
            .find_map(|line| line.rsplit_once(word)?.1.trim().parse::<u32>().ok());
        found.unwrap_or_else(|| panic!("{word} in {text}"))
    };
    assert!(count(" pass ") >= 22, "{text}");
    assert_eq!(
        (count(" fail "), count(" skipped "), count(" todo ")),
        (0, 0, 0)
    );
}
