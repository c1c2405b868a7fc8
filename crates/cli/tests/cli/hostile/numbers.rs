//! Numbers that are too large, negative, or none, where a file says how much of something there is.

use super::parts::{Listed, catalog, deflated, page, plain, stream, swapped};
use super::{Hostile, Said};

/// A file with another list of objects of the same rows.
fn listed(entries: &str) -> Vec<u8> {
    let listed = Listed::new();
    let rows = listed.rows();
    listed.end_with(entries, &rows)
}

/// A file whose page is in a stream that says this of its objects.
fn in_stream(entries: &str) -> Vec<u8> {
    let mut listed = Listed::without_page();
    listed.within(4, 0);
    let object = b"3 0 << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>";
    listed.object(&stream(&format!("/Type /ObjStm {entries}"), object));
    listed.end()
}

/// A file whose drawing is packed by what is beside it, in such rows.
fn in_rows(parameters: &str) -> Vec<u8> {
    let entries = format!("/Filter /FlateDecode /DecodeParms << /Predictor 2 {parameters} >>");
    let content = deflated(&b"q Q ".repeat(1_000));
    page(
        "/MediaBox [0 0 595 842] /Contents 4 0 R",
        &[stream(&entries, &content)],
    )
}

/// A file whose drawing is packed by these.
fn filtered(filters: &str) -> Vec<u8> {
    let entries = format!("/Filter [{filters}]");
    page(
        "/MediaBox [0 0 595 842] /Contents 4 0 R",
        &[stream(&entries, b"7120>")],
    )
}

pub(super) fn files() -> Vec<Hostile> {
    let list = Said::damaged("its list of objects cannot be read");
    let elsewhere = Said::damaged("an object is not where it says");
    let drawing = Said::damaged("the drawing of a page cannot be read");
    let object = Said::damaged("an object of it cannot be read");
    let large = Said::damaged("larger numbers than readers take");
    let mut files = Vec::new();
    let mut add = |name: String, said: Said, make: fn(&str) -> Vec<u8>, with: &'static str| {
        files.push(Hostile::new(name, said, move || make(with)));
    };
    let size = |size: &str| swapped(&plain(), "/Size 5", format!("/Size {size}"));
    for (number, said) in [
        // Readers believe the list rather than that; where it cannot be a number at all, they take none of it.
        ("-1", Said::Taken),
        ("0", Said::Taken),
        ("2147483648", Said::Taken),
        ("4294967295", Said::Taken),
        ("9223372036854775808", list),
        ("10000000000000000000000000000000000000000", list),
        ("1e9", list),
        ("(five)", list),
        ("6 0 R", list),
        ("8388607", large),
    ] {
        add(format!("a table for {number} objects"), said, size, number);
    }
    let widths = |widths: &str| listed(&format!("/Size 4 /W {widths}"));
    for number in [
        "[8 8 8]",
        "[0 0 0]",
        "[-1 4 2]",
        "[1 2147483647 1]",
        "[1 18446744073709551615 2]",
        "[1 4]",
        "[1 4 2 0]",
        "[(1) 4 2]",
        "7",
        "null",
    ] {
        add(format!("a list of widths {number}"), list, widths, number);
    }
    let index = |index: &str| listed(&format!("/Size 4 /W [1 4 2] /Index {index}"));
    for (range, said) in [
        ("[0 2147483647]", list),
        ("[0 4294967295]", list),
        ("[4294967295 2]", list),
        ("[0 99999999999999999999]", list),
        ("[-1 5]", list),
        ("[0 -4]", list),
        ("[0]", list),
        ("[0 4 9]", list),
        ("(all)", list),
        ("[8388607 4]", elsewhere),
    ] {
        add(format!("a list of the objects {range}"), said, index, range);
    }
    let table = |range: &str| swapped(&plain(), "xref\n0 5\n", format!("xref\n{range}\n"));
    for (range, said) in [
        ("0 4294967295", list),
        ("4294967295 5", list),
        ("0 99999999999999999999", list),
        ("-1 5", list),
        ("0 -5", list),
        ("0 6", list),
        ("8388600 5", elsewhere),
    ] {
        add(
            format!("a table of the objects {range}"),
            said,
            table,
            range,
        );
    }
    for entries in [
        "/N 2147483647 /First 4",
        "/N -1 /First 4",
        "/N 1 /First 4294967295",
        "/N 1 /First -4",
        "/N 1",
        "/N (one) /First 4",
    ] {
        let name = format!("a stream of packed objects that says {entries}");
        add(name, object, in_stream, entries);
    }
    for parameters in [
        "/Columns 2147483647",
        "/Columns 4294967295 /Colors 255",
        "/Columns 0",
        "/Columns -1",
        "/Colors 255 /BitsPerComponent 16",
        "/Colors 0",
        "/BitsPerComponent 255",
    ] {
        add(
            format!("rows with {parameters}"),
            drawing,
            in_rows,
            parameters,
        );
    }
    // More than the library counts to: it panics, and that is the file's fault.
    let panic = "/Colors 32 /BitsPerComponent 16";
    add(
        format!("rows with {panic}"),
        Said::damaged("it cannot be read"),
        in_rows,
        panic,
    );
    add(
        "a filter that there is not".to_owned(),
        drawing,
        filtered,
        "/Undo",
    );
    files.extend([
        Hostile::new("a chain of 100,000 filters", drawing, || {
            filtered(&"/AHx ".repeat(100_000))
        }),
        Hostile::new("a version of a million digits", Said::Taken, || {
            catalog(&format!("/Version /{}", "1".repeat(1_000_000)), &[])
        }),
    ]);
    files
}
