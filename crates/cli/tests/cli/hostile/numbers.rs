//! Numbers that are too large, negative, or none, where a file says how much of something there is.

use super::parts::{Listed, catalog, page, plain, stream, swapped};
use super::{Hostile, Said};

/// A file with another list of objects of the same rows.
fn listed(entries: &str) -> Vec<u8> {
    let listed = Listed::new();
    let rows = listed.rows();
    listed.end_with(entries, &rows)
}

/// A file with a stream that says this of its objects, in which its page is.
fn in_stream(entries: &str) -> Vec<u8> {
    let mut listed = Listed::new();
    let number = listed.object(&stream(
        &format!("/Type /ObjStm {entries}"),
        b"3 0 << /Type /Page >>",
    ));
    let mut rows = listed.rows();
    rows[3 * 7..4 * 7].copy_from_slice(&[2, 0, 0, 0, number as u8, 0, 0]);
    listed.end_with("/W [1 4 2] /Size 6", &rows)
}

pub(super) fn files() -> Vec<Hostile> {
    let mut files = Vec::new();
    let mut add =
        |name: String, words: &'static str, make: Box<dyn Fn() -> Vec<u8> + Send + Sync>| {
            files.push(Hostile::new(name, Said::damaged(words), make));
        };
    for (size, words) in [
        ("-1", "x"),
        ("0", "x"),
        ("2147483648", "x"),
        ("9223372036854775808", "x"),
        ("1e9", "x"),
        ("(five)", "x"),
        ("6 0 R", "x"),
        ("10000000000000000000000000000000000000000", "x"),
        ("8388607", "x"),
        ("4294967295", "x"),
    ] {
        add(
            format!("a table for {size} objects"),
            words,
            Box::new(move || swapped(&plain(), "/Size 5", format!("/Size {size}"))),
        );
    }
    for (widths, words) in [
        ("[8 8 8]", "x"),
        ("[0 0 0]", "x"),
        ("[-1 4 2]", "x"),
        ("[1 2147483647 1]", "x"),
        ("[1 4]", "x"),
        ("[1 4 2 0]", "x"),
        ("[(1) 4 2]", "x"),
        ("7", "x"),
        ("[1 18446744073709551615 2]", "x"),
        ("null", "x"),
    ] {
        add(
            format!("a list of widths {widths}"),
            words,
            Box::new(move || listed(&format!("/Size 4 /W {widths}"))),
        );
    }
    for (index, words) in [
        ("[0 2147483647]", "x"),
        ("[0 4294967295]", "x"),
        ("[4294967295 2]", "x"),
        ("[-1 5]", "x"),
        ("[0]", "x"),
        ("[0 4 9]", "x"),
        ("[8388607 4]", "x"),
        ("(all)", "x"),
        ("[0 -4]", "x"),
        ("[0 99999999999999999999]", "x"),
    ] {
        add(
            format!("a list of the objects {index}"),
            words,
            Box::new(move || listed(&format!("/Size 4 /W [1 4 2] /Index {index}"))),
        );
    }
    for (range, words) in [
        ("0 4294967295", "x"),
        ("4294967295 5", "x"),
        ("0 99999999999999999999", "x"),
        ("-1 5", "x"),
        ("0 -5", "x"),
        ("0 6", "x"),
        ("8388600 5", "x"),
    ] {
        add(
            format!("a table of the objects {range}"),
            words,
            Box::new(move || swapped(&plain(), "xref\n0 5\n", format!("xref\n{range}\n"))),
        );
    }
    for (entries, words) in [
        ("/N 2147483647 /First 4", "x"),
        ("/N -1 /First 4", "x"),
        ("/N 1 /First 4294967295", "x"),
        ("/N 1 /First -4", "x"),
        ("/N 1", "x"),
        ("/N (one) /First 4", "x"),
    ] {
        add(
            format!("a stream of packed objects that says {entries}"),
            words,
            Box::new(move || in_stream(entries)),
        );
    }
    for (parameters, words) in [
        ("/Columns 2147483647", "x"),
        ("/Columns 0", "x"),
        ("/Columns -1", "x"),
        ("/Colors 255 /BitsPerComponent 16", "x"),
        ("/Colors 0", "x"),
        ("/BitsPerComponent 255", "x"),
        ("/Columns 4294967295 /Colors 255", "x"),
    ] {
        add(
            format!("rows with {parameters}"),
            words,
            Box::new(move || {
                let entries =
                    format!("/Filter /FlateDecode /DecodeParms << /Predictor 2 {parameters} >>");
                let content = super::parts::deflated(&b"q Q ".repeat(1_000));
                page(
                    "/MediaBox [0 0 595 842] /Contents 4 0 R",
                    &[stream(&entries, &content)],
                )
            }),
        );
    }
    add(
        "a chain of 100,000 filters".to_owned(),
        "x",
        Box::new(|| {
            let filters = "/AHx ".repeat(100_000);
            page(
                "/MediaBox [0 0 595 842] /Contents 4 0 R",
                &[stream(&format!("/Filter [{filters}]"), b"7120>")],
            )
        }),
    );
    add(
        "a filter that there is not".to_owned(),
        "x",
        Box::new(|| {
            page(
                "/MediaBox [0 0 595 842] /Contents 4 0 R",
                &[stream("/Filter /Undo", b"q Q")],
            )
        }),
    );
    add(
        "a version of a million digits".to_owned(),
        "x",
        Box::new(|| {
            catalog(
                &format!("/Version /{} /Pages 2 0 R", "1".repeat(1_000_000)),
                &[],
            )
        }),
    );
    files
}
