//! What stands in the database of a stopped server, and edits behind its back.

use std::path::PathBuf;
use std::process::Command;

use crate::world::{Engine, World};

/// Every byte a stopped server left: its data directory and its anchor, and on PostgreSQL a dump of
/// the database.
pub(crate) fn everything(world: &World) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directories = vec![world.dir.path().to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.is_file() {
                bytes.extend(std::fs::read(path).unwrap());
            }
        }
    }
    if world.engine == Engine::Postgres {
        let dump = program("pg_dump").arg(connection(world)).output().unwrap();
        assert!(
            dump.status.success(),
            "{}",
            String::from_utf8_lossy(&dump.stderr)
        );
        assert!(dump.stdout.len() > 1000, "an empty dump");
        bytes.extend(dump.stdout);
    }
    bytes
}

/// Whether a text stands in these bytes: as it is, or in the hexadecimal of a dump.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    let hex = text.bytes().map(|b| format!("{b:02x}")).collect::<String>();
    [text.as_bytes(), hex.as_bytes()]
        .iter()
        .any(|wanted| bytes.windows(wanted.len()).any(|window| window == *wanted))
}

/// Replaces the name of a recipient by one of the same length.
pub(crate) fn edit(world: &World, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    if world.engine == Engine::Postgres {
        let sql =
            format!("UPDATE documents SET recipient_name = '{to}' WHERE recipient_name = '{from}'");
        let edited = program("psql")
            .args(["-v", "ON_ERROR_STOP=1", "-c", &sql])
            .arg(connection(world))
            .output()
            .unwrap();
        assert!(
            edited.status.success(),
            "{}",
            String::from_utf8_lossy(&edited.stderr)
        );
        return;
    }
    let mut edits = 0;
    for entry in std::fs::read_dir(world.data()).unwrap().flatten() {
        let mut bytes = std::fs::read(entry.path()).unwrap_or_default();
        let places: Vec<usize> = (0..bytes.len().saturating_sub(from.len()))
            .filter(|at| bytes[*at..].starts_with(from.as_bytes()))
            .collect();
        for at in &places {
            bytes[*at..*at + to.len()].copy_from_slice(to.as_bytes());
        }
        if !places.is_empty() {
            edits += places.len();
            std::fs::write(entry.path(), bytes).unwrap();
        }
    }
    assert!(edits > 0, "{from} is not there");
}

/// The database, as PostgreSQL's own programs take it.
fn connection(world: &World) -> String {
    world.database.clone()
}

fn program(name: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let found = versions
        .map(|entry| entry.path().join("bin").join(name))
        .find(|path| path.is_file());
    Command::new(found.unwrap_or_else(|| PathBuf::from(name)))
}
