//! How files look: their length, their names, what they must not mention, and that each says what it owns.

use crate::tree;

/// Aim at 250 lines, question at 400, split by step or verb before this.
const MOST_LINES: usize = 600;

/// Names that say nothing about what is inside.
const ROOMS_WITHOUT_A_NAME: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "service",
    "services",
];

const CODE: &[&str] = &[
    ".rs", ".mjs", ".js", ".ts", ".py", ".c", ".css", ".html", ".sh",
];

#[test]
fn no_file_is_too_long() {
    let mut findings = Vec::new();
    // What a program writes is read by nobody and split by nobody; a test of its own compares it with its source.
    for path in code().filter(|path| !path.contains("/generated/")) {
        let lines = tree::text(&path).map_or(0, |text| text.lines().count());
        if lines > MOST_LINES {
            findings.push(format!("{path}: {lines} lines, at most {MOST_LINES}"));
        }
    }
    tree::nothing_found("files to split by step or verb", &findings);
}

#[test]
fn every_file_has_a_name_of_its_own() {
    let mut findings = Vec::new();
    for path in code() {
        let nameless = path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or_default())
            .any(|stem| ROOMS_WITHOUT_A_NAME.contains(&stem));
        if nameless || path.ends_with("types/mod.rs") {
            findings.push(path);
        }
    }
    tree::nothing_found("names that do not say what is inside", &findings);
}

#[test]
fn every_source_file_says_what_it_owns() {
    let mut findings = Vec::new();
    for path in tree::files() {
        let ours = ["crates/", "rig/", "fuzz/"]
            .iter()
            .any(|place| path.starts_with(place));
        if ours && path.contains("/src/") && path.ends_with(".rs") {
            let text = tree::text(&path).unwrap_or_default();
            let first = text
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or_default();
            if first
                .strip_prefix("//!")
                .is_none_or(|words| words.trim().len() < 10)
            {
                findings.push(path);
            }
        }
    }
    tree::nothing_found(
        "source files that do not begin with a `//!` page",
        &findings,
    );
}

/// What a merge could not decide stands nowhere.
#[test]
fn nothing_is_left_of_a_merge() {
    // Written in two halves, so that this page does not find itself.
    let marks = [["<<<<", "<<< "], [">>>>", ">>> "]].map(|halves| halves.concat());
    let mut findings = Vec::new();
    for path in tree::files() {
        let text = tree::text(&path).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.starts_with(mark)) {
                findings.push(format!("{path}:{}", number + 1));
            }
        }
    }
    tree::nothing_found("marks of merges", &findings);
}

/// Paths of somebody's machine and addresses of download servers have no place in the repository.
#[test]
fn nothing_points_outside_the_repository() {
    // Written in two halves, so that this page does not find itself.
    let words = [
        ["../sha", "red"],
        ["/wo", "rk/"],
        ["/ro", "ot/."],
        ["registry.npm", "js"],
        ["files.python", "hosted"],
        ["pypi.", "org"],
        ["deb.", "debian"],
        ["static.crates", ".io"],
        ["index.crates", ".io"],
    ]
    .map(|halves| halves.concat());
    let mut findings = Vec::new();
    for path in tree::files() {
        let text = tree::text(&path).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            findings.extend(
                words
                    .iter()
                    .filter(|word| line.contains(*word))
                    .map(|word| format!("{path}:{}: {word}", number + 1)),
            );
        }
        if path.ends_with("package-lock.json") && text.contains("\"resolved\"") {
            findings.push(format!("{path}: records where packages came from"));
        }
    }
    tree::nothing_found("mentions of places outside", &findings);
}

fn code() -> impl Iterator<Item = String> {
    tree::files().into_iter().filter(|path| {
        CODE.iter().any(|extension| path.ends_with(extension)) && !path.contains("/vendor/")
    })
}
