//! Pages that have no size, drawings that nobody could follow, and wishes to whoever opens a file.

use super::parts::{catalog, drawing, page, stream};
use super::{Hostile, Said};

fn drawn(content: &[u8]) -> Vec<u8> {
    drawing("", stream("", content), &[])
}

/// A file that wants something done when it is opened.
fn acting(action: &str) -> Vec<u8> {
    catalog(&format!("/OpenAction << /S {action} >>"), &[])
}

pub(super) fn files() -> Vec<Hostile> {
    let mut files = Vec::new();
    for (name, entries, words) in [
        (
            "three numbers for a size",
            "/MediaBox [0 0 595]",
            "a page has no size that readers take",
        ),
        (
            "words for a size",
            "/MediaBox [(0) (0) (595) (842)]",
            "a page has no size that readers take",
        ),
        (
            "no numbers for a size",
            "/MediaBox [NaN NaN NaN NaN]",
            "an object of it cannot be read",
        ),
        (
            "a size of 10^39",
            "/MediaBox [0 0 1000000000000000000000000000000000000000 842]",
            "a page has no size that readers take",
        ),
        (
            "a size that is missing",
            "/MediaBox 99 0 R",
            "does not say how large it is",
        ),
        ("no size", "", "does not say how large it is"),
        (
            "a size that is null",
            "/MediaBox null",
            "does not say how large it is",
        ),
        (
            "a size that is a number",
            "/MediaBox 595",
            "an object of it is of another kind",
        ),
        (
            "a size far from everything",
            "/MediaBox [100000000 100000000 100000595 100000842]",
            "a page has no size that readers take",
        ),
        (
            "units of nothing",
            "/MediaBox [0 0 595 842] /UserUnit 0",
            "a page has no size that readers take",
        ),
        (
            "units below nothing",
            "/MediaBox [0 0 595 842] /UserUnit -1",
            "a page has no size that readers take",
        ),
        (
            "units of 10^9",
            "/MediaBox [0 0 595 842] /UserUnit 1000000000",
            "a page has no size that readers take",
        ),
        (
            "resources that are a number",
            "/MediaBox [0 0 595 842] /Resources 7",
            "an object of it is of another kind",
        ),
        (
            "resources that are a list",
            "/MediaBox [0 0 595 842] /Resources [7]",
            "an object of it is of another kind",
        ),
        (
            "forms that are a number",
            "/MediaBox [0 0 595 842] /Resources << /XObject 7 >>",
            "an object of it is of another kind",
        ),
        (
            "a drawing that is a number",
            "/MediaBox [0 0 595 842] /Contents 7",
            "an object of it is of another kind",
        ),
        (
            "a drawing that is the page",
            "/MediaBox [0 0 595 842] /Contents 3 0 R",
            "the drawing of a page cannot be read",
        ),
        (
            "drawings that are words",
            "/MediaBox [0 0 595 842] /Contents [(q) (Q)]",
            "the drawing of a page cannot be read",
        ),
    ] {
        files.push(Hostile::new(name, Said::damaged(words), move || {
            page(entries, &[])
        }));
    }
    let place = |words| Said::refused(422, "VALIDATION_FAILED", "placementTemplateId", words);
    for (name, entries) in [
        ("a size of nothing", "/MediaBox [0 0 0 0]"),
        ("a page of a point", "/MediaBox [0 0 1 1]"),
        ("a page as thin as a hair", "/MediaBox [0 0 0.001 842]"),
        (
            "units of almost nothing",
            "/MediaBox [0 0 595 842] /UserUnit 0.0001",
        ),
    ] {
        files.push(Hostile::new(name, place("outside"), move || {
            page(entries, &[])
        }));
    }
    for (name, content) in [
        ("a string in a drawing that never closes", &b"BT (never"[..]),
        (
            "an image in a drawing that never ends",
            b"BI /W 9 /H 9 ID xxxxxxxxxxx",
        ),
        ("an image in a drawing that never begins", b"BI /W 9 /H 9"),
        (
            "a drawing that takes away what it never saved",
            b"Q Q 0 0 99 99 re f",
        ),
        ("a drawing of noise", b"\x00\xff)]>}{\x80\x81"),
        ("a drawing that closes what is not open", b"] >> q"),
    ] {
        let words = match content.starts_with(b"Q") {
            true => "states that it never saved",
            false => "the drawing of a page cannot be read",
        };
        files.push(Hostile::new(name, Said::damaged(words), move || {
            drawn(content)
        }));
    }
    for (name, entries) in [
        ("a page that lies upside down", "/MediaBox [595 842 0 0]"),
        (
            "a page turned by 45 degrees",
            "/MediaBox [0 0 595 842] /Rotate 45",
        ),
        (
            "a page turned 10^9 times",
            "/MediaBox [0 0 595 842] /Rotate 360000000",
        ),
        (
            "what is seen lies beside the page",
            "/MediaBox [0 0 595 842] /CropBox [900 900 999 999]",
        ),
        (
            "what is seen is words",
            "/MediaBox [0 0 595 842] /CropBox [(a) (b) (c) (d)]",
        ),
    ] {
        files.push(Hostile::new(name, Said::Taken, move || page(entries, &[])));
    }
    for (name, action) in [
        ("a script", "/JavaScript /JS (app.alert\\(1\\))"),
        ("a program to be started", "/Launch /F (/bin/sh)"),
        (
            "a form that is sent away",
            "/SubmitForm /F (http://127.0.0.1:9/)",
        ),
        ("another file", "/GoToE /T << /R /C /N (inner.pdf) >>"),
    ] {
        files.push(Hostile::new(name, Said::Taken, move || acting(action)));
    }
    files
}
