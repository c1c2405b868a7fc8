//! What we build from: licences, sources, one cryptography library, and a purpose for every dependency.

use crate::{licence, metadata, tree};
use std::collections::BTreeSet;

#[test]
fn every_licence_is_allowed() {
    let deny: toml::Table = tree::text("deny.toml")
        .expect("text")
        .parse()
        .expect("TOML");
    let allowed: BTreeSet<&str> = deny["licenses"]["allow"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    let mut findings = Vec::new();
    for package in metadata::packages()
        .iter()
        .filter(|package| package.source.is_some())
    {
        let licence = package.licence.as_deref().unwrap_or_default();
        if !licence::satisfiable(licence, &|name| allowed.contains(name)) {
            findings.push(format!("{}: {licence:?}", package.name));
        }
    }
    tree::nothing_found("licences outside the list of deny.toml", &findings);
}

#[test]
fn every_source_is_the_public_registry() {
    let findings: Vec<String> = metadata::packages()
        .iter()
        .filter(|package| {
            package
                .source
                .as_deref()
                .is_some_and(|source| !is_public_registry(source))
        })
        .map(|package| format!("{}: {:?}", package.name, package.source))
        .collect();
    tree::nothing_found("sources other than the public registry", &findings);
}

fn is_public_registry(source: &str) -> bool {
    source.starts_with("registry+") && source.ends_with("/crates.io-index")
}

/// The lock file also lists what no build of ours ever takes, so this asks for what is really built.
#[test]
fn nothing_banned_is_built() {
    let deny: toml::Table = tree::text("deny.toml")
        .expect("text")
        .parse()
        .expect("TOML");
    let banned: Vec<&str> = deny["bans"]["deny"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|ban| ban["crate"].as_str())
        .collect();
    assert!(
        banned.contains(&"ring") && banned.contains(&"openssl-sys"),
        "the bans are still there: {banned:?}"
    );

    let built = metadata::cargo(&[
        "tree",
        "--workspace",
        "--target",
        "all",
        "--edges",
        "all",
        "--prefix",
        "none",
    ]);
    let names: BTreeSet<&str> = built
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(
        names.contains("aws-lc-rs"),
        "the list of what is built was read"
    );
    let findings: Vec<String> = banned
        .iter()
        .filter(|ban| names.contains(*ban))
        .map(|ban| (*ban).to_owned())
        .collect();
    tree::nothing_found("banned crates", &findings);
}

#[test]
fn every_dependency_states_its_purpose() {
    let manifest = tree::text("Cargo.toml").expect("text");
    let mut findings = Vec::new();
    let mut counted = 0;
    for line in section(&manifest, "[workspace.dependencies]") {
        let ours = line.starts_with("ananke");
        let purpose = line
            .rsplit_once(" # ")
            .map_or("", |(_, purpose)| purpose.trim());
        if !ours {
            counted += 1;
            if purpose.len() < 3 {
                findings.push(line.to_owned());
            }
        }
    }
    assert!(counted > 10, "the section was found");
    tree::nothing_found("dependencies without a word on why", &findings);
}

#[test]
fn every_member_takes_its_dependencies_from_the_workspace() {
    let mut findings = Vec::new();
    for path in tree::files()
        .iter()
        .filter(|path| path.ends_with("/Cargo.toml"))
    {
        let manifest: toml::Table = tree::text(path).expect("text").parse().expect("TOML");
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let table = manifest.get(kind).and_then(toml::Value::as_table);
            for (name, value) in table.into_iter().flatten() {
                if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    findings.push(format!("{path}: {name}"));
                }
            }
        }
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool);
        if lints != Some(true) {
            findings.push(format!("{path}: the one lint table"));
        }
    }
    tree::nothing_found("members that do not say `workspace = true`", &findings);
}

/// The lines of a section that state something.
fn section<'a>(manifest: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let start = manifest.find(heading).expect("the section") + heading.len();
    manifest[start..]
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
}
