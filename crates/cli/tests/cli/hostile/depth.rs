//! What lies too deep in itself.

use super::parts::{CATALOG, PAGES, catalog, drawing, page, pdf, stream, with};
use super::{Hostile, Said};

fn deep(open: &str, close: &str, times: usize) -> String {
    open.repeat(times) + &close.repeat(times)
}

/// A page with this in it.
fn held(value: &str) -> Vec<u8> {
    page(&format!("/MediaBox [0 0 595 842] /X {value}"), &[])
}

/// A page whose drawing is this.
fn drawn(content: &str) -> Vec<u8> {
    drawing("", stream("", content.as_bytes()), &[])
}

/// Nodes that each hold this many times the next one.
fn tree(levels: usize, times: usize) -> Vec<u8> {
    let node = |below: usize| {
        let kids = format!("{below} 0 R ").repeat(times);
        format!("<< /Type /Pages /Kids [{kids}] /Count 1 >>")
    };
    let mut objects = vec![CATALOG.to_owned()];
    objects.extend((3..3 + levels).map(node));
    objects.push("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] >>".to_owned());
    pdf(&objects)
}

pub(super) fn files() -> Vec<Hostile> {
    let told = |name: &str, words: &'static str, make: fn() -> Vec<u8>| {
        Hostile::new(name, Said::damaged(words), make)
    };
    let taken = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::Taken, make);
    vec![
        // Ten pages at each of forty levels: 10^40 in all.
        told("a tree that never ends", "page tree", || tree(40, 10)),
        told("a tree of ten thousand levels", "page tree", || {
            tree(10_000, 1)
        }),
        told("deep lists", "objects lie too deep in each other", || {
            held(&deep("[", "]", 500_000))
        }),
        told(
            "deep dictionaries",
            "objects lie too deep in each other",
            || held(&deep("<</K", ">>", 500_000)),
        ),
        told(
            "lists that never close",
            "objects lie too deep in each other",
            || held(&"[".repeat(1_000_000)),
        ),
        told(
            "dictionaries that never close",
            "objects lie too deep in each other",
            || held(&"<</K".repeat(1_000_000)),
        ),
        told(
            "deep lists in the trailer",
            "its list of objects cannot be read",
            || {
                let nested = deep("[", "]", 500_000);
                with(
                    &[
                        CATALOG,
                        PAGES,
                        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
                    ],
                    &format!("/X {nested}"),
                )
            },
        ),
        told("deep lists in the catalog", "it cannot be read", || {
            catalog(&format!("/X {}", deep("[", "]", 500_000)), &[])
        }),
        told(
            "deep lists in the resources",
            "objects lie too deep in each other",
            || {
                drawing(
                    &format!("/X {}", deep("[", "]", 500_000)),
                    stream("", b"q Q"),
                    &[],
                )
            },
        ),
        told(
            "deep lists in a drawing",
            "the drawing of a page cannot be read",
            || drawn(&deep("[", "]", 1_000_000)),
        ),
        told(
            "deep dictionaries in a drawing",
            "the drawing of a page cannot be read",
            || drawn(&format!("/X {} BDC", deep("<</K", ">>", 500_000))),
        ),
        told(
            "a deep string that never closes",
            "an object of it cannot be read",
            || held(&"(".repeat(5_000_000)),
        ),
        taken("a deep string", || held(&deep("(", ")", 2_000_000))),
        taken("a drawing that saves 300,000 states", || {
            drawn(&"q ".repeat(300_000))
        }),
        taken("a drawing that marks 50,000 times", || {
            drawn(&"/X BMC ".repeat(50_000))
        }),
        taken("a drawing of 50,000 clips", || {
            drawn(&"0 0 9 9 re W n ".repeat(50_000))
        }),
    ]
}
