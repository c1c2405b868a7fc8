//! What is asked at a terminal, where nothing of it is shown, and that `--no-input` asks nobody.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use crate::tool::missing;
use crate::world::{BINARY, Room, World};

/// A command on a terminal of its own, which `script` makes; what is typed there is what is written to it.
fn on_a_terminal(room: &Room, arguments: &str) -> Option<Child> {
    let line = format!("{BINARY} {arguments}");
    let mut command = Command::new("script");
    let spawned = command
        .args(["-qefc", &line, "/dev/null"])
        .current_dir(room.dir.path())
        .env("XDG_CONFIG_HOME", room.path("config"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/bus")
        .env_remove("ANANKE_API_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    match spawned {
        Ok(child) => Some(child),
        Err(error) => {
            missing("script", "Debian: bsdutils", &error);
            None
        }
    }
}

#[test]
fn nobody_is_asked_at_a_terminal() {
    let world = World::start();
    let room = Room::new();
    let login = format!("login --base-url {}", world.url);
    let Some(child) = on_a_terminal(&room, &format!("{login} --no-input")) else {
        return;
    };
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("--no-input"), "{said}");
    assert!(!said.contains("API key: "), "{said}");

    // Asked, the key is typed and not seen.
    let mut child = on_a_terminal(&room, &login).unwrap();
    let mut shown = Vec::new();
    let mut out = child.stdout.take().unwrap();
    let mut byte = [0];
    while !shown.ends_with(b"API key: ") {
        assert_eq!(out.read(&mut byte).unwrap(), 1, "{shown:?}");
        shown.push(byte[0]);
    }
    let mut keyboard = child.stdin.take().unwrap();
    keyboard
        .write_all(format!("{}\n", world.live_key).as_bytes())
        .unwrap();
    out.read_to_end(&mut shown).unwrap();
    assert!(child.wait().unwrap().success());
    let shown = String::from_utf8_lossy(&shown);
    assert!(shown.contains("logged in"), "{shown}");
    assert!(!shown.contains(&world.live_key), "{shown}");
    room.run(["whoami"]).code(0);
}
