//! Logins kept under names, and that no key goes to a server it was not made for.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::world::{Ended, Room, World, text};

/// Logs in with a key on standard input.
fn login(room: &Room, url: &str, key: &str, more: &[&str]) -> Ended {
    let arguments = ["login", "--base-url", url, "-o", "json"];
    let arguments = arguments.iter().chain(more);
    room.pipe(arguments, format!("{key}\n").as_bytes())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The parts of a key that nobody but its owner may see.
fn secret(key: &str) -> &str {
    &key[8 + 12..]
}

#[test]
fn a_login_is_kept_used_and_forgotten() {
    let world = World::start();
    let room = Room::new();
    room.run(["whoami"]).code(4).says("ananke login");
    room.run(["profile", "list"])
        .code(0)
        .says("no profiles yet");

    let wrong = world.live_key.replace("ak_live_", "ak_test_");
    login(&room, &world.url, &wrong, &[])
        .code(4)
        .says("nothing was stored");
    room.pipe(["login"], b"\n").code(2).says("standard input");
    assert!(!room.path("config").exists());

    let made = login(&room, &world.url, &world.live_key, &[])
        .code(0)
        .says("there is no keyring")
        .says("which only you can read");
    assert!(!made.out.contains(secret(&world.live_key)), "{made:?}");
    assert!(!made.err.contains(secret(&world.live_key)), "{made:?}");
    let shown = made.json();
    assert_eq!(text(&shown, "name"), "default");
    assert_eq!(text(&shown, "keptIn"), "file");
    assert_eq!(text(&shown, "tenant"), "University (UNIV01)");
    assert!(world.live_key.starts_with(text(&shown, "keyPrefix")));

    let config = room.path("config/ananke");
    assert_eq!(mode(&config), 0o700);
    for (name, holds_key) in [("profiles.toml", false), ("keys.toml", true)] {
        let path = config.join(name);
        assert_eq!(mode(&path), 0o600, "{name}");
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text.contains(secret(&world.live_key)), holds_key, "{name}");
    }

    login(&room, &world.url, &world.test_key, &["--profile", "trial"]).code(0);
    let listed = room.run(["profile", "list"]).code(0).out;
    let marked = |name: &str| {
        let line = listed.lines().find(|line| line.starts_with(name));
        line.unwrap().ends_with("yes")
    };
    assert!(marked("trial") && !marked("default"), "{listed}");
    let whose = |more: &[&str]| {
        let arguments = ["whoami", "-o", "json"];
        let who = room.run(arguments.iter().chain(more)).code(0).json();
        text(&who["key"], "mode").to_owned()
    };
    assert_eq!(whose(&[]), "test");
    assert_eq!(whose(&["--profile", "default"]), "live");
    room.run(["profile", "use", "default"]).code(0);
    assert_eq!(whose(&[]), "live");
    room.run(["keys", "list"]).code(0);
    room.run(["--profile", "lost", "whoami"])
        .code(2)
        .says("default, trial");
    room.run(["profile", "use", "lost"]).code(2);

    room.run(["logout", "--dry-run"])
        .code(0)
        .says("nothing was done");
    assert_eq!(whose(&[]), "live");
    room.run(["logout"]).code(0).says("ananke keys delete");
    room.run(["whoami"]).code(4);
    assert_eq!(whose(&["--profile", "trial"]), "test");
    room.run(["logout", "--all"]).code(0);
    let kept = std::fs::read_to_string(config.join("keys.toml")).unwrap();
    assert!(!kept.contains("ak_"), "{kept}");
    room.run(["logout"]).code(0).says("no profile");
}

#[test]
fn whoami_says_who_would_ask() {
    let world = World::start();
    let table = world.run(["whoami"]).code(0).out;
    for line in [
        format!("Server         {}", world.url),
        "Tenant         University (UNIV01)".to_owned(),
        format!("Key            {}", &world.live_key[..8 + 12]),
        "Mode           live".to_owned(),
        "Scopes         *".to_owned(),
        "Largest PDF    10485760 bytes".to_owned(),
    ] {
        assert!(table.lines().any(|shown| shown == line), "{line}: {table}");
    }
    assert!(table.contains("Rate limit     reads: "), "{table}");
    assert!(!table.contains(secret(&world.live_key)), "{table}");
    let json = world.data(["whoami"]);
    assert_eq!(text(&json, "issuerCode"), "UNIV01");
    assert_eq!(text(&json["key"], "mode"), "live");
}

#[test]
fn a_key_goes_to_its_own_server_only() {
    let world = World::start();
    let mut room = Room::new();
    login(&room, &world.url, &world.live_key, &[]).code(0);
    // Nobody listens there; an attempt would say so, with another exit code.
    let other = "http://127.0.0.1:9";
    room.run(["--base-url", other, "whoami"])
        .code(2)
        .says("--base-url says")
        .says("goes to no other server");
    let also = world.url.replace("http://", "HTTP://");
    room.run(["whoami", "--base-url", &also]).code(0);
    // Nothing that needs no key is refused.
    room.run(["verify", "TRF-ABCD1234", "--base-url", other])
        .code(1)
        .says("cannot reach");

    // An edited profile does not take the key along.
    let profiles = room.path("config/ananke/profiles.toml");
    let whole = std::fs::read_to_string(&profiles).unwrap();
    std::fs::write(&profiles, whole.replace(&world.url, other)).unwrap();
    room.run(["whoami"]).code(4).says("own server only");
    std::fs::write(&profiles, whole).unwrap();
    room.run(["whoami"]).code(0);

    room.variables = vec![("ANANKE_BASE_URL".to_owned(), other.to_owned())];
    room.run(["whoami"]).code(2).says("ANANKE_BASE_URL says");
    room.variables = vec![("ANANKE_API_KEY".to_owned(), world.test_key.clone())];
    room.run(["whoami"])
        .code(2)
        .says("no word says whom")
        .says("ANANKE_BASE_URL");
    room.run(["whoami", "--profile", "default"])
        .code(2)
        .says("each name a key");
    let who = room
        .run(["whoami", "--base-url", &world.url, "-o", "json"])
        .code(0)
        .json();
    assert_eq!(text(&who["key"], "mode"), "test");
    room.variables = vec![("ANANKE_PROFILE".to_owned(), "lost".to_owned())];
    room.run(["whoami"]).code(2).says("only default");
    room.run(["--profile", "default", "config", "check"])
        .code(2)
        .says("asks no server");
}

#[test]
fn logins_at_once_lose_nothing() {
    let world = World::start();
    let room = Room::new();
    let names: Vec<String> = (0..6).map(|number| format!("p{number}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            let (room, world) = (&room, &world);
            scope.spawn(move || {
                login(room, &world.url, &world.test_key, &["--profile", name]).code(0);
            });
        }
    });
    for name in &names {
        room.run(["whoami", "--profile", name]).code(0);
    }
}

#[test]
fn a_login_elsewhere_does_not_cost_a_key() {
    let (one, other) = (World::start(), World::of("Other", "OTHER1"));
    let room = Room::new();
    login(&room, &one.url, &one.live_key, &[]).code(0);
    login(&room, &other.url, &other.live_key, &[])
        .code(2)
        .says("--profile NAME");
    let who = room.run(["whoami", "-o", "json"]).code(0).json();
    assert_eq!(text(&who, "issuerCode"), "UNIV01");
    login(
        &room,
        &other.url,
        &other.live_key,
        &["--profile", "default"],
    )
    .code(0)
    .says("is for");
    // A name that the server has cannot steer the terminal.
    let escape = World::of("Evil \u{202e}exe", "EVIL01");
    let made = login(&room, &escape.url, &escape.test_key, &["--profile", "evil"]).code(0);
    assert!(!made.err.contains('\u{202e}'), "{made:?}");
}

#[test]
fn files_that_others_can_use_are_refused() {
    let world = World::start();
    let room = Room::new();
    login(&room, &world.url, &world.live_key, &[]).code(0);
    let config = room.path("config/ananke");
    let set = |name: &str, mode: u32| {
        let path = config.join(name);
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    for mode in [0o604, 0o660] {
        set("keys.toml", mode);
        let refused = room.run(["whoami"]).code(2).says("keys.toml");
        assert!(!refused.err.contains(secret(&world.live_key)));
    }
    set("keys.toml", 0o600);
    set("", 0o777);
    room.run(["whoami"]).code(2).says("chmod 700");
    set("", 0o700);
    set("profiles.toml", 0o620);
    room.run(["whoami"]).code(2).says("chmod 600");
    set("profiles.toml", 0o600);
    room.run(["whoami"]).code(0);
    room.write("config/ananke/keys.toml", "key = \"ak_live_secret\n");
    let refused = room.run(["whoami"]).code(2).says("log in again");
    assert!(!refused.err.contains("ak_live_secret"), "{refused:?}");
}
