//! A key in the keyring of a desktop: GNOME's, in a session of its own that this test opens and ends.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::tool::missing;
use crate::world::{BINARY, Room, World};

/// What a person does in a session with an open keyring.
const STORY: &str = r#"
set -eu
printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
ananke() { "$ANANKE" "$@"; }
printf '%s\n' "$KEY" | ananke login --base-url "$URL" -o json
ananke whoami -o ndjson
sed -i 's|127\.0\.0\.1|localhost|' "$XDG_CONFIG_HOME/ananke/profiles.toml"
ananke whoami && exit 9
[ $? = 4 ]
sed -i 's|localhost|127.0.0.1|' "$XDG_CONFIG_HOME/ananke/profiles.toml"
ananke whoami >/dev/null
ananke logout
printf '%s\n' "$KEY" | ananke login --base-url "$URL" >/dev/null
ananke whoami >/dev/null
"#;

#[test]
fn a_key_is_kept_in_the_keyring() {
    for tool in ["dbus-run-session", "gnome-keyring-daemon"] {
        if let Err(error) = Command::new(tool).arg("--version").output() {
            missing(tool, "Debian: dbus-daemon, gnome-keyring", &error);
            return;
        }
    }
    let world = World::start();
    let room = Room::new();
    let runtime = room.path("runtime");
    std::fs::create_dir(&runtime).unwrap();
    std::fs::set_permissions(&runtime, PermissionsExt::from_mode(0o700)).unwrap();
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", STORY])
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", room.dir.path())
        .env("XDG_CONFIG_HOME", room.path("config"))
        .env("XDG_DATA_HOME", room.path("share"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("ANANKE", BINARY)
        .env("URL", &world.url)
        .env("KEY", &world.live_key)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains(r#""keptIn": "keyring""#), "{out}\n{err}");
    assert!(out.contains(r#""issuerCode":"UNIV01""#), "{out}\n{err}");
    assert!(err.contains("the keyring holds no key"), "{err}");

    // No file of ours holds it, and without the keyring it cannot be had.
    let secret = &world.live_key[8 + 12..];
    for file in std::fs::read_dir(room.path("config/ananke")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains(secret), "{text}");
    }
    room.run(["whoami"]).code(4).says("log in again");
}
