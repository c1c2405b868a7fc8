//! Attacks on stamped files (goal G-32): the known classes against signed PDFs, made for our stamp, on files that were really stamped.
//! None is believed, and where a genuine file stands at the beginning, the verdict says how long it is. The control is a second
//! verifier that leaves out one rule at a time, and is deceived.

#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "a test")]

mod drawing;
mod edits;
mod forgery;
#[path = "../../../format/examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the vectors")]
mod keys;
mod lenient;
#[path = "../originals/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of stamps")]
mod originals;
mod parts;
#[path = "../sample/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of renditions")]
mod sample;
mod scene;
mod stamps;
#[path = "../tool/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of stamps")]
mod tool;
mod updates;
mod wrapping;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use ananke_format::{Sha256, verify};
use lenient::{RULES, Rule, believes};
use scene::{Attack, Scene, Stamped, section, stamped};

/// What is said of a file that is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// How much of it is a genuine file.
    pub(crate) genuine: Option<usize>,
}

/// The file is not believed; what is called a genuine beginning is one of the files that were stamped, and believed by itself.
#[track_caller]
pub(crate) fn refused(file: &[u8], scene: &Scene) -> Refused {
    let genuine = verify::stamped(file, &scene.trust).unwrap_err().genuine;
    if let Some(length) = genuine {
        let beginning = file.get(..length).unwrap();
        assert!(length < file.len());
        assert!(verify::stamped(beginning, &scene.trust).is_ok());
        assert!(scene.genuine().iter().any(|made| made.file == beginning));
    }
    Refused { genuine }
}

fn all(scene: &Scene) -> Vec<Attack> {
    [
        forgery::attacks(scene),
        updates::attacks(scene),
        wrapping::attacks(scene),
        drawing::attacks(scene),
        stamps::attacks(scene),
        parts::attacks(scene),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn no_attack_is_believed() {
    let scene = Scene::new();
    for made in scene.genuine() {
        let verified = verify::stamped(&made.file, &scene.trust).unwrap();
        assert_eq!(verified.seal, made.seal);
        assert!(believes(&made.file, &scene.trust, &[]));
    }
    let attacks = all(&scene);
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut files = BTreeSet::new();
    let mut fooled: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut deceiving = 0;
    let mut findings = Vec::new();
    for attack in &attacks {
        let name = format!("{}: {}", attack.class, attack.name);
        let known = |made: &&Stamped| made.file == attack.file;
        if !files.insert(Sha256::of(&attack.file)) || scene.genuine().iter().any(known) {
            findings.push(format!("{name}: nothing was done, or the same as before"));
        } else if verify::stamped(&attack.file, &scene.trust).is_ok() {
            findings.push(format!("{name}: believed"));
        } else if refused(&attack.file, &scene).genuine != attack.genuine {
            let said = refused(&attack.file, &scene);
            findings.push(format!("{name}: {said:?}, not {:?}", attack.genuine));
        } else if believes(&attack.file, &scene.trust, &[]) {
            findings.push(format!("{name}: believed by the second verifier"));
        }
        *classes.entry(attack.class).or_default() += 1;
        let without: Vec<Rule> = RULES
            .into_iter()
            .filter(|rule| believes(&attack.file, &scene.trust, &[*rule]))
            .collect();
        deceiving += usize::from(!without.is_empty());
        for rule in without {
            fooled
                .entry(format!("{rule:?}"))
                .or_default()
                .push(attack.class);
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    // Past the capture of the test harness: `docs/reliability.md` says these numbers.
    let mut out = std::io::stderr();
    let _ = writeln!(out, "{} attacks, none accepted: {classes:?}", attacks.len());
    for (rule, by) in &fooled {
        let _ = writeln!(out, "without the rule {rule}: deceived by {}", by.len());
    }
    let _ = writeln!(
        out,
        "{deceiving} deceive a verifier that leaves out one rule"
    );
    // Every rule is needed: without it some attack succeeds.
    assert_eq!(fooled.len(), RULES.len(), "{fooled:?}");
    for (rule, class, least) in [
        ("End", updates::SAVING, 15),
        ("Drawing", drawing::CLASS, 40),
        ("Original", wrapping::CLASS, 1),
        ("Update", parts::CLASS, 15),
        ("Signature", stamps::KEYS, 9),
    ] {
        let by = fooled[rule].iter().filter(|by| **by == class).count();
        assert!(by >= least, "without {rule}: {by} of {class}");
    }
    // None was lost on the way here.
    assert!(attacks.len() >= 270, "{}", attacks.len());
}

/// What an original holds and does not show is in what was signed, and genuine by definition; to switch it is something appended.
#[test]
fn shadows_are_signed_with_their_original_and_never_switched() {
    let scene = Scene::new();
    let key = keys::TestKey::load("acme");
    let mut switched = 0;
    for (name, original, switch) in updates::shadows() {
        let made = stamped(&original, &key, 6, "");
        let verified = verify::stamped(&made.file, &scene.trust).unwrap();
        assert_eq!(verified.statement.original, Sha256::of(&original), "{name}");
        assert_eq!(&made.file[..made.original], &original, "{name}");
        // Behind the stamp, ended as readers want it, and as the stamp is.
        let (update, at) = section(&made.file, &switch);
        let closed = format!("startxref\n{at}\n%%EOF\n");
        let comment = &made.file[made.comment()..made.comment() + 49];
        for tail in [&b""[..], comment] {
            let file = [&made.file[..], &update, tail, closed.as_bytes()].concat();
            switched += 1;
            let refused = verify::stamped(&file, &scene.trust).unwrap_err();
            assert_eq!(refused.genuine, Some(made.file.len()), "{name}");
        }
        // And between the original and its stamp, which is as if another file had been stamped.
        let (update, at) = section(&original, &switch);
        let closed = format!("startxref\n{at}\n%%EOF\n");
        let file = [
            &original,
            &update,
            closed.as_bytes(),
            &made.file[made.original..],
        ]
        .concat();
        assert_eq!(
            verify::stamped(&file, &scene.trust).unwrap_err().genuine,
            None,
            "{name}"
        );
        switched += 1;
    }
    assert_eq!(switched, 15);
    let _ = writeln!(
        std::io::stderr(),
        "{switched} switches of 5 prepared originals: none accepted"
    );
}

/// That the updates are real: a reader of PDFs shows what they say, and not what was stamped.
#[test]
fn a_reader_shows_what_was_appended() {
    let scene = Scene::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    let words = |file: &[u8]| {
        std::fs::write(&path, file).unwrap();
        tool::run_into("pdftotext", &[], &path, "-")
    };
    let Some(genuine) = words(&scene.invoice.file) else {
        return;
    };
    assert!(genuine.contains("Please pay 100"), "{genuine}");
    let (mut shown, mut not_shown) = (0, Vec::new());
    for attack in updates::attacks(&scene) {
        if attack.name.starts_with("another page") || attack.name.starts_with("the drawing again") {
            let said = words(&attack.file).unwrap();
            if said.contains("Please pay 900") {
                shown += 1;
            } else {
                not_shown.push(attack.name);
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{shown} show another page; not: {not_shown:?}"
    );
    assert!(shown >= 5, "{not_shown:?}");
}
