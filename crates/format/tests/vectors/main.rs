//! Runs every file under `vectors/`. A file of an unknown kind, with an unknown header or without a
//! needed one, fails: nothing is skipped.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod case;
#[path = "../../examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the program that writes the vectors")]
mod keys;
mod seals;
mod signed;
mod stamps;
mod texts;
mod verdicts;
mod word;

use std::collections::BTreeMap;

use case::Case;

/// The fewest files there may ever be.
const FEWEST: usize = 80;

type Run = fn(&Case) -> String;

/// Every kind, the headers it has beyond `what`, `kind` and `expect`, and how it is run. A `?` marks
/// a header that may be missing.
const KINDS: &[(&str, &[&str], Run)] = &[
    ("api-key", &[], texts::api_key),
    ("api-key-random", &["mode"], texts::api_key_random),
    ("base-url", &[], texts::base_url),
    ("certificate", &["at"], signed::certificate),
    ("credential", &["trust"], signed::credential),
    ("draw", &[], stamps::draw),
    ("head", &["trust"], signed::head),
    ("instant", &[], texts::instant),
    ("lifecycle", &[], texts::lifecycle),
    (
        "lifecycle-statement",
        &["trust"],
        signed::lifecycle_statement,
    ),
    ("own-seal", &["key"], seals::own_seal),
    ("reference", &[], texts::reference),
    ("reference-random", &["product"], texts::reference_random),
    ("roots", &["held", "at"], signed::roots),
    ("seal", &[], seals::seal),
    ("stamped", &["file"], stamps::stamped),
    ("status", &["trust", "index"], signed::status),
    (
        "status-index",
        &["key", "issuer", "mode", "list"],
        texts::status_index,
    ),
    ("status-table", &["index"], texts::status_table),
    ("trust", &["pin", "last-sequence?"], signed::trust),
    (
        "verify",
        &[
            "checks",
            "indication",
            "trust",
            "now",
            "status",
            "source?",
            "lists?",
            "mode?",
            "shown?",
            "as-of?",
            "allow-test?",
            "existed-at?",
            "reference?",
            "file?",
            "rendition?",
            "subject?",
            "carrier?",
            "genuine?",
        ],
        verdicts::verify,
    ),
    ("words", &[], texts::words),
];

#[test]
fn every_vector_comes_out_as_it_says() {
    let cases = case::all();
    let mut failures = Vec::new();
    let mut per_kind = BTreeMap::new();
    for case in &cases {
        *per_kind.entry(case.kind()).or_insert(0_usize) += 1;
        let Some((_, headers, run)) = KINDS.iter().find(|(kind, _, _)| *kind == case.kind()) else {
            failures.push(format!("{}: unknown kind {}", case.path, case.kind()));
            continue;
        };
        failures.extend(case.wrong_headers(headers));
        let result = std::panic::catch_unwind(|| run(case));
        match result {
            Ok(actual) if actual == case.expect() => {}
            Ok(actual) => failures.push(format!(
                "{}: expected {}, got {actual}",
                case.path,
                case.expect()
            )),
            Err(_) => failures.push(format!("{}: panicked", case.path)),
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
    assert!(cases.len() >= FEWEST, "only {} vectors", cases.len());
    for (kind, _, _) in KINDS {
        assert!(per_kind.contains_key(kind), "no vector of kind {kind}");
    }
}

#[test]
fn every_reason_the_judge_can_give_has_a_vector() {
    use ananke_format::verify::Reason;
    let expected: Vec<String> = case::all()
        .iter()
        .filter(|case| matches!(case.kind(), "credential" | "verify"))
        .map(|case| {
            format!(
                "{} {}",
                case.expect(),
                case.find("checks").unwrap_or_default()
            )
        })
        .collect();
    for reason in Reason::ALL {
        let is_shown = expected
            .iter()
            .any(|text| text.split([' ', ',']).any(|word| word == reason.as_str()));
        assert!(is_shown, "no vector for {reason}");
    }
}

#[test]
fn the_specification_names_every_word() {
    use ananke_format::{jws::Typ, lifecycle, status::Purpose, trust, verify};
    fn words<T: std::fmt::Display>(all: &[T]) -> Vec<String> {
        all.iter().map(T::to_string).collect()
    }
    for (page, words) in [
        ("verification.md", words(verify::Reason::ALL)),
        ("verification.md", words(verify::Verdict::ALL)),
        ("verification.md", words(verify::CheckName::ALL)),
        ("verification.md", words(verify::CheckResult::ALL)),
        ("lifecycle.md", words(lifecycle::Status::ALL)),
        ("lifecycle.md", words(lifecycle::Action::ALL)),
        ("lifecycle.md", words(lifecycle::Reason::ALL)),
        ("trust.md", words(trust::Source::ALL)),
        ("trust.md", words(trust::Identity::ALL)),
        ("credential.md", words(Typ::ALL)),
        (
            "credential.md",
            vec![
                Purpose::Revocation.to_string(),
                Purpose::Suspension.to_string(),
            ],
        ),
    ] {
        let text = std::fs::read_to_string(keys::vectors().join("../spec").join(page)).unwrap();
        for word in words {
            assert!(
                text.contains(&format!("`{word}`")),
                "spec/{page} does not name `{word}`"
            );
        }
    }
}
