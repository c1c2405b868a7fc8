//! Every page in every state: the rules all pages keep are checked here, and
//! `cargo test -p ananke-server gallery -- --ignored` writes them to `target/pages` to be looked at.

mod states;

use std::path::Path;

use states::{all, not_found, report, site, valid, verdict_pages};

use super::{Site, VerdictPage, assets};

#[test]
fn no_page_needs_script_inline_style_or_the_outside() {
    for (name, html) in all() {
        for forbidden in [
            "<script",
            "<style",
            " style=",
            "javascript:",
            " onclick",
            "@import",
        ] {
            assert!(!html.contains(forbidden), "{name} has {forbidden}");
        }
        for attribute in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
            assert!(!html.contains(attribute), "{name} loads from outside");
        }
        assert!(html.contains("<html lang=\"en\""), "{name} has no language");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has not one heading");
        assert_eq!(html.matches("id=\"main\"").count(), 1, "{name}");
    }
}

#[test]
fn a_found_document_never_shows_its_verdict_without_its_issuer() {
    for (name, page) in verdict_pages() {
        let html = page.render();
        if let Some(issuer) = &page.issuer {
            assert!(html.contains(&issuer.name), "{name}");
        }
        // Where nothing was found there is no issuer to speak of.
        if !page.nothing_found() {
            assert!(
                html.contains("class=\"tag\""),
                "{name} does not say what is proved"
            );
        }
    }
}

#[test]
fn a_self_asserted_or_test_document_is_never_filled_with_green() {
    for (name, page) in verdict_pages() {
        let firm = page.render().contains("look-proved");
        assert_eq!(
            firm,
            ["valid", "valid-matches", "valid-long"].contains(&name),
            "{name}"
        );
    }
}

#[test]
fn test_mode_says_so() {
    let html = VerdictPage {
        test: true,
        ..valid()
    }
    .render();
    assert!(html.contains("<strong>TEST</strong>"));
    assert!(html.contains("<title>TEST: Valid"));
}

#[test]
fn what_was_typed_is_escaped() {
    let html = not_found("<b>\"'&", true).render();
    assert!(!html.contains("<b>\""));
}

#[test]
fn a_sub_path_is_in_every_link() {
    let html = VerdictPage {
        site: Site {
            base: "/ananke".to_owned(),
            ..site()
        },
        ..valid()
    }
    .render();
    for link in html.split("href=\"").skip(1) {
        let target = link.split('"').next().unwrap_or_default();
        assert!(
            target.starts_with("/ananke/") || target.starts_with('#'),
            "{target}"
        );
    }
}

#[test]
fn the_report_counts_its_failures() {
    assert!(report().render().contains("1 of 3 claims failed"));
}

#[test]
#[ignore = "writes files to be looked at"]
fn gallery() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pages");
    std::fs::create_dir_all(folder.join("assets"))?;
    for (name, html) in all() {
        let html = html.replace("\"/assets/", "\"assets/");
        std::fs::write(folder.join(format!("{name}.html")), html)?;
    }
    std::fs::write(folder.join("report.html"), report().render())?;
    for name in ["site.css", "icon.svg"] {
        if let Some(asset) = assets::find(assets::path(name)) {
            std::fs::write(folder.join("assets").join(&asset.path), asset.bytes)?;
        }
    }
    Ok(())
}
