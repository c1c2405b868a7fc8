//! The names of failpoints stand in the rig's binary and in no other.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program;

/// Every name in the sources of the product, and the variable that chooses one.
fn names() -> Vec<String> {
    let mut names = vec!["ANANKE_FAILPOINT".to_owned()];
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for package in std::fs::read_dir(crates).unwrap() {
        sources(&package.unwrap().path().join("src"), &mut names);
    }
    names
}

fn sources(folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for kind in ["fail::at!(\"", "fail::crash!(\""] {
                let found = text.split(kind).skip(1);
                names.extend(found.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
    }
}

/// The product, as `cargo build` makes it: built here, since another build may have left another binary.
fn product() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--package", "ananke", "--locked", "--quiet"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.unwrap().success(), "the product builds");
    program().with_file_name("ananke")
}

fn holds(binary: &[u8], name: &str) -> bool {
    binary
        .windows(name.len())
        .any(|window| window == name.as_bytes())
}

#[test]
fn the_product_knows_no_failpoint() {
    let (product, rig) = (product(), std::fs::read(program()).unwrap());
    let product = std::fs::read(product).unwrap();
    let names = names();
    assert!(names.len() > 2, "the sources were read: {names:?}");
    assert!(holds(&product, "ANANKE_BOOTSTRAP"), "it is the product");
    for name in names {
        assert!(holds(&rig, &name), "{name} is in the rig's binary");
        assert!(!holds(&product, &name), "{name} is in the product");
    }
}
