//! Arrows between our crates point one way, as ARCHITECTURE.md draws them.

use crate::{metadata, tree};
use std::collections::BTreeSet;

/// Who may use whom; what a crate's own tests use is free.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "ananke",
        &[
            "ananke-server",
            "ananke-client",
            "ananke-api",
            "ananke-pdf",
            "ananke-format",
        ],
    ),
    (
        "ananke-server",
        &["ananke-store", "ananke-pdf", "ananke-api", "ananke-format"],
    ),
    ("ananke-server-tests", &["ananke-server"]),
    ("ananke-client", &["ananke-api", "ananke-format"]),
    ("ananke-rig", &["ananke", "ananke-format"]),
    (
        "ananke-fuzz",
        &["ananke-server", "ananke-pdf", "ananke-format"],
    ),
    ("ananke-limits", &["ananke-pdf", "ananke-format"]),
    ("ananke-store", &["ananke-format"]),
    ("ananke-pdf", &["ananke-format"]),
    ("ananke-api", &["ananke-format"]),
    ("ananke-format", &[]),
];

/// What would give the pure crate I/O, a runtime or a clock of its own, and SQL to anyone but the store.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "ananke-format",
        &[
            "tokio", "reqwest", "axum", "rusqlite", "postgres", "uuid", "tracing",
        ],
    ),
    (
        "ananke-pdf",
        &["tokio", "reqwest", "axum", "rusqlite", "postgres"],
    ),
    (
        "ananke-api",
        &["tokio", "reqwest", "axum", "rusqlite", "postgres"],
    ),
    ("ananke-server", &["rusqlite", "postgres"]),
    ("ananke-client", &["rusqlite", "postgres", "axum"]),
    ("ananke", &["rusqlite", "postgres", "axum"]),
    // It judges by what anybody can ask for, and shares no code with what it asks.
    ("ananke-rig", &["rusqlite", "postgres", "reqwest"]),
];

#[test]
fn dependency_arrows_are_the_ones_drawn() {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for package in metadata::packages()
        .iter()
        .filter(|package| package.source.is_none())
    {
        seen.insert(package.name.as_str());
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!("{} is not in the drawing", package.name));
            continue;
        };
        for used in package
            .uses
            .iter()
            .filter(|used| ARROWS.iter().any(|(name, _)| name == used))
        {
            if !allowed.contains(&used.as_str()) {
                findings.push(format!("{} -> {used}", package.name));
            }
        }
    }
    for (name, _) in ARROWS {
        if !seen.contains(name) {
            findings.push(format!("{name} is in the drawing and not in the workspace"));
        }
    }
    tree::nothing_found("arrows that are not drawn", &findings);
}

#[test]
fn each_crate_leaves_to_others_what_is_theirs() {
    let mut findings = Vec::new();
    for (name, foreign) in FORBIDDEN {
        let package = metadata::packages()
            .iter()
            .find(|package| package.name == *name)
            .expect("our own crate");
        for used in package
            .uses
            .iter()
            .filter(|used| foreign.contains(&used.as_str()))
        {
            findings.push(format!("{name} -> {used}"));
        }
    }
    tree::nothing_found("uses that defeat the purpose of a crate", &findings);
}
