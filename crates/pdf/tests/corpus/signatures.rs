//! Signed files of the corpus: pyHanko judges each signature before a stamp and behind it. A stamp leaves the signed bytes as they are,
//! so every signature stays intact and its signer's; that something was added that no signer allowed for is said too, and is true.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::list::{corpus, entries};
use crate::{placements, stamped, tool};

/// What is said of a signature, in the order of `interop/pyhanko_check.py`.
const INTACT: &str = "yes\tyes\tyes\t";

/// A byte of the comment behind the header, which every reader passes over: it is signed like all others.
const SIGNED_BYTE: usize = 10;

/// What pyHanko says of each signature of these files; `None` without it.
fn judged(files: &[PathBuf]) -> Option<Vec<Vec<String>>> {
    let mut command = tool::python("pyHanko", "pyhanko_check.py")?;
    let output = command
        .arg(corpus().join("test-root.pem"))
        .args(files)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let mut of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let told = String::from_utf8(output.stdout).unwrap();
    for line in told.lines() {
        let (file, judgement) = line.split_once('\t').unwrap();
        of.entry(file).or_default().push(judgement.to_owned());
    }
    let judgement = |file: &PathBuf| of.remove(file.to_str().unwrap()).unwrap_or_default();
    Some(files.iter().map(judgement).collect())
}

#[test]
fn a_signature_stays_valid_behind_a_stamp() {
    let folder = tempfile::tempdir().unwrap();
    let (mut names, mut files) = (Vec::new(), Vec::new());
    for entry in entries().iter().filter(|entry| entry.is_signed()) {
        let original = entry.bytes();
        let [last, first] = placements(&original).map(|at| stamped(&original, &at).unwrap().0);
        assert_eq!(original[SIGNED_BYTE - 1], b'%', "{}", entry.file);
        let mut forged = last.clone();
        forged[SIGNED_BYTE] ^= 1;
        for (number, file) in [original, last, first, forged].iter().enumerate() {
            let path = folder.path().join(format!("{number}-{}", entry.file));
            std::fs::write(&path, file).unwrap();
            files.push(path);
        }
        names.push(entry.file.clone());
    }
    assert!(names.len() >= 8, "{names:?}");
    let Some(judged) = judged(&files) else { return };
    for (name, told) in names.iter().zip(judged.chunks(4)) {
        let [original, last, first, forged] = told else {
            panic!()
        };
        let signatures = if name == "pyhanko-twice.pdf" { 2 } else { 1 };
        assert_eq!(original.len(), signatures, "{name}");
        assert!(
            original.iter().all(|told| told.starts_with(INTACT)),
            "{name}: {original:?}"
        );
        assert_eq!(
            original.last().unwrap(),
            &format!("{INTACT}ENTIRE_FILE\tNONE"),
            "{name}"
        );
        // What was signed is a revision of the file now, and what came behind it is more than a form filled in.
        let behind = vec![format!("{INTACT}ENTIRE_REVISION\tOTHER"); signatures];
        assert_eq!(last, &behind, "{name}");
        assert_eq!(first, &behind, "{name}");
        // The control.
        assert_eq!(forged.len(), signatures, "{name}");
        assert!(
            forged.iter().all(|told| told.starts_with("no\t")),
            "{name}: {forged:?}"
        );
    }
}
