//! `ananke scan`: keys in files, in the past, and where nothing leads any more.

use std::path::Path;
use std::process::Command;

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;

use crate::world::{Ended, Room};

fn key(seed: u8) -> ApiKey {
    ApiKey::from_random(Mode::Live, &[seed; ApiKey::RANDOM_LEN]).unwrap()
}

fn git(dir: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(identity).args(arguments);
    let ended = git.output().expect("git");
    assert!(ended.status.success(), "{ended:?}");
}

/// Whatever is found, its secret is not shown again.
fn hides(ended: &Ended, keys: &[&ApiKey]) {
    for key in keys {
        assert!(!format!("{ended:?}").contains(key.expose_secret()));
    }
}

#[test]
fn keys_in_files() {
    let room = Room::new();
    room.write("src/clean.txt", "ak_live_ is how a key begins");
    room.run(["scan", "src"]).code(0).says("no keys in 1 files");
    let (first, second) = (key(1), key(2));
    let mut mistyped = second.expose().to_owned();
    mistyped.replace_range(30..31, if &mistyped[30..31] == "a" { "b" } else { "a" });
    room.write("src/deep/er/.env", format!("A=1\nKEY={}\n", first.expose()));
    room.write("src/notes.md", &mistyped);
    std::fs::write(
        room.path("src/binary"),
        [b"\0\xff", second.expose().as_bytes(), b"\0"].concat(),
    )
    .unwrap();
    let ended = room.run(["scan", "src"]).code(3);
    for text in [
        "src/deep/er/.env",
        "src/binary",
        first.id().as_str(),
        second.id().as_str(),
        first.last4(),
    ] {
        assert!(ended.out.contains(text), "{text}: {ended:?}");
    }
    assert!(!ended.out.contains("notes.md"), "{ended:?}");
    hides(&ended, &[&first, &second]);
    let found = room.run(["scan", "src/deep", "-o", "json"]).code(3);
    assert_eq!(found.json()[0]["line"], 2, "{found:?}");
    hides(&found, &[&first]);
    room.run(["scan", "nowhere"]).code(5);
    room.run(["scan"]).code(2);
}

#[test]
fn keys_in_the_history_of_git() {
    let room = Room::new();
    let (past, message, dangling) = (key(3), key(4), key(5));
    room.write("repo/config.toml", format!("key = \"{}\"\n", past.expose()));
    let repo = room.path("repo");
    git(&repo, &["init", "-q"]);
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-qm", "settings"]);
    room.write("repo/config.toml", "key = \"\"\n");
    git(
        &repo,
        &["commit", "-qam", &format!("took out {}", message.expose())],
    );
    room.write("repo/lost", dangling.expose());
    git(&repo, &["add", "lost"]);
    git(&repo, &["rm", "-qf", "lost"]);
    // The files are clean, from wherever one looks; what was is not.
    room.run(["scan", "--no-history", "repo"]).code(0);
    room.write("repo/deep/x", "");
    let ended = room.run(["scan", "repo/deep"]).code(3);
    for key in [&past, &message, &dangling] {
        assert!(ended.out.contains(key.id().as_str()), "{ended:?}");
    }
    assert!(ended.out.contains(": config.toml"), "{ended:?}");
    hides(&ended, &[&past, &message, &dangling]);
}

#[test]
fn what_could_not_be_looked_at_is_not_clean() {
    let room = Room::new();
    room.write("repo/a", "nothing");
    std::fs::create_dir_all(room.path("repo/.git")).unwrap();
    room.run(["scan", "repo"]).code(1).says("--no-history");
    room.run(["scan", "--no-history", "repo"]).code(0);
}
