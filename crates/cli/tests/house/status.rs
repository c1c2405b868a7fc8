//! `docs/status.md` says what exists by naming the test that shows it; here every such name is looked up.
//!
//! A row is `| feature | tests |`; tests are `path/to/file.rs::name`, `path/to/file.mjs::title`,
//! `path/to/test_file.py::test_name`, a folder of vectors, or the word `open`. In Rust a test has its attribute, or
//! runs on both engines: it stands in an `on_both_engines!` itself, or the one in the `main.rs` beside it lists it.

use crate::tree;

const PAGE: &str = "docs/status.md";

#[test]
fn every_test_named_exists() {
    let page = tree::text(PAGE).expect("text");
    let mut findings = Vec::new();
    let mut rows = 0;
    for (number, line) in page
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| "))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[feature, shown] = cells.as_slice() else {
            findings.push(format!("line {}: not two cells", number + 1));
            continue;
        };
        if feature == "feature" || feature.starts_with("---") {
            continue;
        }
        rows += 1;
        let names: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        if names.is_empty() && !shown.starts_with("open") {
            findings.push(format!(
                "line {}: neither a test nor `open`: {feature}",
                number + 1
            ));
        }
        findings.extend(
            names
                .iter()
                .filter(|name| !exists(name))
                .map(|name| format!("line {}: {name}", number + 1)),
        );
    }
    assert!(rows > 20, "the table was read");
    tree::nothing_found("docs/status.md names what is not there", &findings);
}

fn exists(name: &str) -> bool {
    let Some((path, test)) = name.split_once("::") else {
        return tree::root().join(name).exists();
    };
    if !tree::root().join(path).is_file() {
        return false;
    }
    let text = tree::text(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    if path.ends_with(".rs") {
        let head = format!("fn {test}(");
        // The attribute stands within a few lines above the function.
        let attributed = lines.iter().enumerate().any(|(number, line)| {
            line.contains(&head)
                && lines[number.saturating_sub(6)..number]
                    .iter()
                    .any(|line| line.contains("test"))
        });
        let on_both = block(&text).contains(&format!("async {head}world)"));
        let (folder, module) = path.rsplit_once('/').unwrap_or(("", path));
        let listed =
            std::fs::read_to_string(tree::root().join(folder).join("main.rs")).is_ok_and(|main| {
                let list = block(&main).split(';').find_map(|entry| {
                    entry
                        .trim()
                        .strip_prefix(module.trim_end_matches(".rs"))?
                        .strip_prefix(':')
                });
                list.is_some_and(|names| names.split(',').any(|name| name.trim() == test))
            });
        return attributed || on_both || listed && text.contains(&head);
    }
    if path.ends_with(".py") {
        let head = format!("def {test}(self");
        return test.starts_with("test_") && text.contains(&head);
    }
    lines
        .iter()
        .any(|line| line.contains("test(") && line.contains(test))
}

/// What stands in the `on_both_engines!` of a file, which ends it or a paragraph of it.
fn block(text: &str) -> &str {
    let Some((_, rest)) = text.split_once("on_both_engines! {\n") else {
        return "";
    };
    rest.split_once("\n}").map_or(rest, |(block, _)| block)
}

#[test]
fn a_name_is_found_only_with_its_attribute() {
    assert!(exists(
        "crates/cli/tests/house/status.rs::every_test_named_exists"
    ));
    assert!(!exists("crates/cli/tests/house/status.rs::exists"));
    assert!(!exists("crates/cli/tests/house/status.rs::no_such_test"));
    assert!(!exists(
        "crates/cli/tests/house/none.rs::every_test_named_exists"
    ));
    assert!(exists(
        "crates/server/tests/http/issuing.rs::a_document_without_a_pdf_gets_a_rendition"
    ));
    assert!(!exists("crates/server/tests/http/lists.rs::issue"));
    assert!(exists("bench/test_bench.py::test_a_ratio_shows_its_spread"));
    assert!(!exists("bench/test_bench.py::run_with"));
    assert!(exists(
        "crates/store/tests/conformance/opening.rs::nodes_migrating_at_once"
    ));
    assert!(!exists(
        "crates/store/tests/conformance/opening.rs::twins_make_one_document"
    ));
}
