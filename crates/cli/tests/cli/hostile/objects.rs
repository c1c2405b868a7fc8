//! Objects that are something else than what leads to them says.

use super::parts::{CATALOG, PAGE, PAGES, page, pdf, stream};
use super::{Hostile, Said};

/// A file with another object in the place of one.
fn instead(number: usize, object: &str) -> Vec<u8> {
    let mut objects = [
        CATALOG,
        PAGES,
        PAGE,
        "<< /Length 3 >>\nstream\nq Q\nendstream",
    ];
    objects[number - 1] = object;
    pdf(&objects)
}

/// A file whose page draws a stream that says this of itself.
fn content(entries: &str) -> Vec<u8> {
    let stream = format!("<< {entries} >>\nstream\nq Q\nendstream").into_bytes();
    page("/MediaBox [0 0 595 842] /Contents 4 0 R", &[stream])
}

pub(super) fn files() -> Vec<Hostile> {
    let mut files = Vec::new();
    for (name, number, object, words) in [
        (
            "a first object that is nothing",
            1,
            "null",
            "it cannot be read",
        ),
        (
            "a first object that is a list",
            1,
            "[2 0 R]",
            "it cannot be read",
        ),
        (
            "a first object that is a stream",
            1,
            "<< /Type /Catalog /Pages 2 0 R /Length 0 >>\nstream\n\nendstream",
            "its first object is missing",
        ),
        (
            "a first object without pages",
            1,
            "<< /Type /Catalog >>",
            "it cannot be read",
        ),
        (
            "pages that are a number",
            1,
            "<< /Type /Catalog /Pages 7 >>",
            "it cannot be read",
        ),
        (
            "pages in the first object",
            1,
            "<< /Type /Catalog /Pages << /Type /Pages /Kids [3 0 R] /Count 1 >> >>",
            "it cannot be read",
        ),
        (
            "an entry that stands twice",
            1,
            "<< /Type /Catalog /Pages 2 0 R /Pages 4 0 R >>",
            "an entry of an object stands twice",
        ),
        (
            "kids that are a number",
            2,
            "<< /Type /Pages /Kids 3 /Count 1 >>",
            "an object of it is of another kind",
        ),
        (
            "kids that are a page",
            2,
            "<< /Type /Pages /Kids 3 0 R /Count 1 >>",
            "an object of it is of another kind",
        ),
        (
            "kids that are no objects",
            2,
            "<< /Type /Pages /Kids [<< /Type /Page /MediaBox [0 0 9 9] >>] /Count 1 >>",
            "a page is no object of its own",
        ),
        (
            "kids that are missing",
            2,
            "<< /Type /Pages /Kids [99 0 R] /Count 1 >>",
            "a page of it is missing",
        ),
        (
            "no kids",
            2,
            "<< /Type /Pages /Count 1 >>",
            "its page tree is none",
        ),
        (
            "no pages at all",
            2,
            "<< /Type /Pages /Kids [] /Count 0 >>",
            "it has no pages",
        ),
        (
            "one page less than none",
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count -1 >>",
            "another number of pages than it says",
        ),
        (
            "10^18 pages",
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count 1000000000000000000 >>",
            "another number of pages than it says",
        ),
        (
            "a number of pages that is none",
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count (one) >>",
            "another number of pages than it says",
        ),
        (
            "an unnumbered page",
            2,
            "<< /Type /Pages /Kids [3 0 R] >>",
            "another number of pages than it says",
        ),
        ("a page that is a number", 3, "7", "a page of it is missing"),
        ("a page that is a list", 3, "[7]", "a page of it is missing"),
        (
            "a page that is nothing",
            3,
            "null",
            "a page of it is missing",
        ),
        (
            "a page that is a stream",
            3,
            "<< /Type /Page /MediaBox [0 0 595 842] /Length 0 >>\nstream\n\nendstream",
            "a page of it is missing",
        ),
    ] {
        files.push(Hostile::new(name, Said::damaged(words), move || {
            instead(number, object)
        }));
    }
    for (name, length) in [
        ("too short", "/Length 1"),
        ("too long", "/Length 99"),
        ("negative", "/Length -1"),
        ("missing", ""),
        ("a word", "/Length (three)"),
        ("an object that is missing", "/Length 99 0 R"),
        ("2^63", "/Length 9223372036854775808"),
    ] {
        files.push(Hostile::new(
            format!("a length that is {name}"),
            Said::damaged("the drawing of a page cannot be read"),
            move || content(length),
        ));
    }
    files.push(Hostile::new(
        "a part of a drawing that is missing",
        Said::damaged("a part of a page's drawing is missing"),
        || {
            page(
                "/MediaBox [0 0 595 842] /Contents [4 0 R 99 0 R]",
                &[stream("", b"q Q")],
            )
        },
    ));
    files
}
