//! What leads back to itself.

use super::parts::{
    CATALOG, Listed, PAGE, PAGES, catalog, drawing, page, pdf, place, plain, stream, swapped,
};
use super::{Hostile, Said};

/// Pages whose only node holds these, and is held by itself.
fn circle(kids: &str) -> Vec<u8> {
    let pages = format!("<< /Type /Pages /Kids [{kids}] /Count 1 >>");
    let parent = "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>";
    pdf(&[CATALOG, &pages, parent])
}

/// A file whose last list of objects says that this one is before it.
fn earlier(at: usize) -> Vec<u8> {
    swapped(&plain(), "/Root", format!("/Prev {at} /Root"))
}

/// Two lists that each say that the other is before it.
fn lists() -> Vec<u8> {
    let (file, mut both) = (plain(), Vec::new());
    let (table, end) = (place(&file, "xref\n0"), place(&file, "startxref"));
    both.extend_from_slice(&file[..table]);
    // The second list has the length of the first.
    let old = |prev: usize| swapped(&file[table..end], "/Root", format!("/Prev {prev:05} /Root"));
    let second = table + old(0).len();
    both.extend(old(second));
    both.extend(old(table));
    both.extend(format!("startxref\n{second}\n%%EOF\n").bytes());
    both
}

/// A file whose page is in a stream of objects; where that one is, and the next, is said by these rows.
fn streams(rows: &[(usize, u8)]) -> Vec<u8> {
    let mut listed = Listed::without_page();
    listed.within(4, 0);
    for other in [5, 4] {
        let entries = format!("/Type /ObjStm /N 1 /First 4 /Extends {other} 0 R");
        listed.object(&stream(&entries, b"9 0 null"));
    }
    let mut list = listed.rows();
    for (number, within) in rows {
        list[number * 7..number * 7 + 7].copy_from_slice(&[2, 0, 0, 0, *within, 0, 0]);
    }
    listed.end_with("/W [1 4 2] /Size 6", &list)
}

/// A page that draws a form with these entries, which is object 5.
fn form(entries: &str, content: &str) -> Vec<u8> {
    let entries = format!("/Type /XObject /Subtype /Form /BBox [0 0 600 900] {entries}");
    drawing(
        "/XObject << /X 5 0 R >> /Pattern << /P 5 0 R >> /ColorSpace << /C 6 0 R >> /ExtGState << /G 7 0 R >> /Font << /F 8 0 R >>",
        stream("", b"/X Do"),
        &[
            stream(&entries, content.as_bytes()),
            b"[/Indexed 6 0 R 255 (x)]".to_vec(),
            b"<< /SMask << /S /Luminosity /G 5 0 R >> >>".to_vec(),
            b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [8 0 R] >>"
                .to_vec(),
        ],
    )
}

pub(super) fn files() -> Vec<Hostile> {
    let tree =
        |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::damaged("page tree"), make);
    let told = |name: &str, words: &'static str, make: fn() -> Vec<u8>| {
        Hostile::new(name, Said::damaged(words), make)
    };
    let taken = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::Taken, make);
    vec![
        tree("pages that hold themselves", || circle("2 0 R")),
        tree("pages in a circle", || circle("3 0 R")),
        tree("a thousand circles", || circle(&"3 0 R ".repeat(1_000))),
        told(
            "pages that hold the catalog",
            "does not say how large it is",
            || circle("1 0 R"),
        ),
        told("pages that are the catalog", "page tree", || {
            pdf(&["<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] /Count 1 >>"])
        }),
        told("tables in a circle", "circle", || {
            earlier(place(&plain(), "xref\n0"))
        }),
        told("two tables in a circle", "circle", lists),
        told("a table beside itself", "circle", || {
            let at = place(&plain(), "xref\n0");
            swapped(&plain(), "/Root", format!("/XRefStm {at} /Root"))
        }),
        told(
            "a stream that is as long as it says itself",
            "the drawing of a page cannot be read",
            || {
                let content = b"<< /Length 4 0 R >>\nstream\nq Q\nendstream".to_vec();
                page("/MediaBox [0 0 595 842] /Contents 4 0 R", &[content])
            },
        ),
        told(
            "a page size that is itself",
            "an object of it is of another kind",
            || page("/MediaBox 4 0 R", &[b"4 0 R".to_vec()]),
        ),
        told(
            "references in a circle",
            "an object of it is of another kind",
            || {
                page(
                    "/MediaBox 4 0 R",
                    &[b"5 0 R".to_vec(), b"6 0 R".to_vec(), b"4 0 R".to_vec()],
                )
            },
        ),
        told(
            "a drawing that is a part of itself",
            "a part of a page's drawing is missing",
            || {
                page(
                    "/MediaBox [0 0 595 842] /Contents 4 0 R",
                    &[b"[4 0 R]".to_vec()],
                )
            },
        ),
        told(
            "a stream of objects in itself",
            "an object is not where it says",
            || streams(&[(4, 4)]),
        ),
        told(
            "streams of objects in each other",
            "an object is not where it says",
            || streams(&[(4, 5), (5, 4)]),
        ),
        told(
            "streams of objects that go on in each other",
            "an object of it cannot be read",
            || streams(&[]),
        ),
        taken("a page that is its own resources", || {
            page(
                "/MediaBox [0 0 595 842] /Resources 3 0 R /XObject 3 0 R /X 3 0 R",
                &[],
            )
        }),
        tree("a page that is its own parent", || {
            let page = PAGE
                .replace("2 0 R", "3 0 R")
                .replace("/Contents 4 0 R", "");
            pdf(&[CATALOG, PAGES, &page])
        }),
        tree("pages that are their own parents", || {
            let pages = PAGES.replace("/Count", "/Parent 2 0 R /Count");
            pdf(&[CATALOG, &pages, &PAGE.replace("/Contents 4 0 R", "")])
        }),
        taken("a form that draws itself", || {
            form("/Resources << /XObject << /X 5 0 R >> >>", "/X Do /X Do")
        }),
        taken("a form that is its own mask", || {
            form(
                "/Resources << /ExtGState << /G 7 0 R >> >>",
                "/G gs 0 0 600 900 re f",
            )
        }),
        taken("a colour space of itself", || {
            form(
                "/Resources << /ColorSpace << /C 6 0 R >> >>",
                "/C cs 1 sc 0 0 600 900 re f",
            )
        }),
        taken("a font that descends from itself", || {
            form(
                "/Resources << /Font << /F 8 0 R >> >>",
                "BT /F 12 Tf 400 100 Td (x) Tj ET",
            )
        }),
        taken("outlines in a circle", || {
            let item = |next: u32| {
                format!("<< /Title (x) /Parent 5 0 R /Next {next} 0 R /First 6 0 R >>").into_bytes()
            };
            let first = b"<< /First 6 0 R /Last 7 0 R /Count 2 >>".to_vec();
            catalog("/Outlines 5 0 R", &[first, item(7), item(6)])
        }),
    ]
}
