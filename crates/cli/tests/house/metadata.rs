//! What cargo knows about the workspace and everything in its lock file.

use crate::tree;
use serde_json::Value;
use std::process::Command;
use std::sync::OnceLock;

/// One crate of the lock file.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) licence: Option<String>,
    /// `None` for our own.
    pub(crate) source: Option<String>,
    /// Names of what it uses to build and run; what only its tests use is left out.
    pub(crate) uses: Vec<String>,
}

/// Every crate in the lock file, for all platforms.
pub(crate) fn packages() -> &'static [Package] {
    static PACKAGES: OnceLock<Vec<Package>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let json: Value =
            serde_json::from_str(&cargo(&["metadata", "--format-version", "1"])).expect("JSON");
        json["packages"]
            .as_array()
            .expect("packages")
            .iter()
            .map(package)
            .collect()
    })
}

/// Runs cargo in the workspace, without touching the lock file, and returns its output.
pub(crate) fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--locked")
        .current_dir(tree::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn package(json: &Value) -> Package {
    let uses = json["dependencies"].as_array().expect("dependencies");
    Package {
        name: word(&json["name"]).expect("a name"),
        licence: word(&json["license"]),
        source: word(&json["source"]),
        uses: uses
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .filter_map(|dependency| word(&dependency["name"]))
            .collect(),
    }
}

fn word(json: &Value) -> Option<String> {
    json.as_str().map(str::to_owned)
}
