//! G-21, the server's own secrets: a key-encryption key and its successor given in each way there is, changed, copied under a
//! passphrase and read back; then every byte that was left behind is searched for the three.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ananke_rig::needles::{Canary, Hit, Needles};
use ananke_rig::say;
use ananke_rig::seed::Seed;

use crate::planted::Planted;
use crate::watched::{Listed, Watched};

/// What is kept outside of everything that is searched.
struct Held {
    dir: tempfile::TempDir,
    secrets: Vec<Canary>,
}

impl Held {
    fn new(seed: &mut Seed) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut text = |length: usize, letters: &[u8]| -> String {
            let letter =
                |_| char::from(letters[usize::try_from(seed.below(letters.len() as u64)).unwrap()]);
            (0..length).map(letter).collect()
        };
        let mut secrets = Vec::new();
        for name in ["ananke.keys.kek", "ananke.keys.next_kek"] {
            let digits = text(64, b"0123456789abcdef");
            let bytes = (0..64)
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
            secrets.push(Canary::new(
                &format!("bytes of {name}"),
                bytes.collect::<Vec<u8>>(),
            ));
            write(&dir.path().join(name), &digits);
            secrets.push(Canary::new(name, digits));
        }
        for name in ["passphrase", "wrong"] {
            let words = text(24, b"abcdefghijkmnopqrstuvwxyz23456789");
            write(&dir.path().join(name), &words);
            secrets.push(Canary::new(name, words));
        }
        Self { dir, secrets }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    /// Variables that give both keys in this way.
    fn variables(&self, source: &str) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for (key, variable) in [
            ("ananke.keys.kek", "KEK"),
            ("ananke.keys.next_kek", "NEXT_KEK"),
        ] {
            let path = self.path(key);
            let variable = format!("ANANKE__KEYS__{variable}");
            variables.push(match source {
                "variable" => (variable, std::fs::read_to_string(path).unwrap()),
                "file" => (variable + "_FILE", path),
                "command" => (variable + "_COMMAND", format!("cat {path}")),
                _ => ("CREDENTIALS_DIRECTORY".to_owned(), self.path("")),
            });
        }
        variables.dedup();
        variables
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn canaries_from_every_source() {
    for source in ["variable", "file", "command", "credential"] {
        let mut seed = Seed::of_run(&format!("G-21 {source}"));
        let planted = Planted::new(&mut seed);
        let held = Held::new(&mut seed);
        let needles = Needles::new(&held.secrets);
        let mut watched = Watched {
            dir: tempfile::tempdir().unwrap(),
            planted: &planted,
            database: None,
            variables: held.variables(source),
            heard: Vec::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            metrics: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let listed = Listed::begin();
        let process = watched.start();
        let (passphrase, wrong) = (held.path("passphrase"), held.path("wrong"));
        let (again, never) = (held.path("again"), held.path("never"));
        let with = |passphrase| ["--passphrase-file", passphrase];
        watched.words(&["config", "show", "--origin"]);
        watched.words(&["config", "check"]);
        watched.words(&["kek", "show"]);
        watched.words(&["backup", "create", "before"]);
        let export = ["kek", "export", "--out", "before.copy"];
        watched.words(&[&export[..], &with(&passphrase)].concat());
        watched.words(&["kek", "rotate"]);
        let export = ["kek", "export", "--out", "after.copy"];
        watched.words(&[&export[..], &with(&passphrase)].concat());
        watched.words(&["backup", "create", "after"]);
        let import = ["kek", "import", "after.copy", "--out", &again];
        watched.words(&[&import[..], &with(&passphrase)].concat());
        let kept = std::fs::read_to_string(held.path("ananke.keys.next_kek")).unwrap();
        assert_eq!(
            std::fs::read_to_string(&again).unwrap().trim(),
            kept,
            "it came back"
        );
        // What fails has most to say.
        let import = ["kek", "import", "after.copy", "--out", &never];
        refused(&mut watched, &[&import[..], &with(&wrong)].concat(), &[]);
        let both = format!("cat {} {}", held.path("ananke.keys.kek"), passphrase);
        let fails = format!("[\"sh\", \"-c\", \"{both}; exit 1\"]");
        for command in [both.as_str(), &fails] {
            let command = [("ANANKE__KEYS__KEK_COMMAND", command)];
            refused(&mut watched, &["config", "check"], &command);
        }
        drop(process);
        let (called, lines) = listed.end();

        let mut hits: Vec<Hit> = needles.find("command lines", &lines);
        let mut bytes = lines.len();
        for (place, content) in watched.files() {
            bytes += content.len();
            hits.extend(needles.find(&place, &content));
        }
        for (place, _, content) in &watched.heard {
            bytes += content.len();
            hits.extend(needles.find(place, content));
        }
        assert_eq!(hits, [], "{source}");
        // The searcher finds each of them where it is kept.
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(held.dir.path()).unwrap() {
            let content = std::fs::read(entry.unwrap().path()).unwrap();
            found.extend(
                needles
                    .find("held", &content)
                    .into_iter()
                    .map(|hit| hit.canary),
            );
        }
        assert_eq!(found.len(), held.secrets.len(), "{found:?}");
        say(&format!(
            "G-21 given by {source}: {} values, {} words of commands, {called} command lines, {bytes} bytes searched, 0 hits",
            held.secrets.len(),
            watched.heard.len()
        ));
    }
}

/// A command that must fail, with other variables for the key.
fn refused(watched: &mut Watched<'_>, arguments: &[&str], variables: &[(&str, &str)]) {
    let mut command = watched.command(arguments);
    if !variables.is_empty() {
        for name in [
            "ANANKE__KEYS__KEK",
            "ANANKE__KEYS__KEK_FILE",
            "CREDENTIALS_DIRECTORY",
        ] {
            command.env_remove(name);
        }
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let words = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&words).into_owned();
    assert!(!output.status.success(), "{arguments:?}: {text}");
    watched.heard.push((
        format!("the refusal of {}", arguments[..2].join(" ")),
        0,
        words,
    ));
}
