//! Files that say of their objects what is not so.

use super::parts::{CATALOG, PAGE, PAGES, page, pdf, place, plain, stream, swapped, with};
use super::{Hostile, Said};

/// A file whose last address is another.
fn at(address: &str) -> Vec<u8> {
    let file = plain();
    let begin = place(&file, "startxref\n") + 10;
    [&file[..begin], address.as_bytes(), b"\n%%EOF\n"].concat()
}

/// The rows of a table changed, by number.
fn rows(change: impl Fn(usize, &mut [u8])) -> Vec<u8> {
    let mut file = plain();
    let begin = place(&file, "xref\n0 5\n") + 9;
    for (number, row) in file[begin..begin + 100].chunks_mut(20).enumerate() {
        change(number, row);
    }
    file
}

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
    let told = |name: &str, words: &'static str, make: fn() -> Vec<u8>| {
        Hostile::new(name, Said::damaged(words), make)
    };
    let mut files: Vec<Hostile> = [
        ("nowhere", "9", "no objects are where it says"),
        ("beyond its end", "999999", "no objects are where it says"),
        (
            "before its beginning",
            "-9",
            "it does not say where its objects are",
        ),
        (
            "at 10^40",
            "10000000000000000000000000000000000000000",
            "it does not say where its objects are",
        ),
        ("in words", "here", "it does not say where its objects are"),
        ("at no place", "", "it does not say where its objects are"),
        ("at its first byte", "0", "no objects are where it says"),
        ("at its second object", "58", "no objects are where it says"),
    ]
    .into_iter()
    .map(|(name, address, words)| {
        Hostile::new(
            format!("its table {name}"),
            Said::damaged(words),
            move || at(address),
        )
    })
    .collect();
    files.extend([
        told(
            "objects a byte behind where it says",
            "an object is not where it says",
            || rows(|_, row| row[9] = if row[9] == b'9' { b'0' } else { row[9] + 1 }),
        ),
        told(
            "all objects at its beginning",
            "an object is not where it says",
            || rows(|_, row| row[..10].fill(b'0')),
        ),
        told(
            "all objects at 10^10",
            "an object is not where it says",
            || rows(|_, row| row[..10].fill(b'9')),
        ),
        told(
            "two objects each at the other's place",
            "an object is not where it says",
            || {
                let mut file = plain();
                let begin = place(&file, "xref\n0 5\n") + 9;
                let (third, fourth) = file[begin + 60..begin + 100].split_at_mut(20);
                third.swap_with_slice(fourth);
                file
            },
        ),
        told(
            "objects of other numbers",
            "an object is not where it says",
            || swapped(&plain(), "3 0 obj", "5 0 obj"),
        ),
        told(
            "an object of another generation",
            "an object is not where it says",
            || swapped(&plain(), "3 0 obj", "3 7 obj"),
        ),
        told(
            "generations of 65,535",
            "an object is not where it says",
            || {
                rows(|number, row| {
                    if number > 0 {
                        row[11..16].copy_from_slice(b"65535")
                    }
                })
            },
        ),
        told("all objects free", "its first object is missing", || {
            rows(|_, row| row[17] = b'f')
        }),
        told(
            "rows of another kind",
            "its list of objects cannot be read",
            || rows(|_, row| row[17] = b'x'),
        ),
        told(
            "rows that are a byte short",
            "its list of objects cannot be read",
            || {
                let file = plain();
                let begin = place(&file, "xref\n0 5\n") + 9;
                let rows = String::from_utf8_lossy(&file[begin..begin + 100]).replace(" \n", "\n");
                [&file[..begin], rows.as_bytes(), &file[begin + 100..]].concat()
            },
        ),
        told(
            "an earlier table that is none",
            "no objects are where it says",
            || swapped(&plain(), "/Root", "/Prev 9 /Root"),
        ),
        told(
            "an earlier table at a place below nothing",
            "no objects are where it says",
            || swapped(&plain(), "/Root", "/Prev -9 /Root"),
        ),
        told(
            "an earlier table in words",
            "no objects are where it says",
            || swapped(&plain(), "/Root", "/Prev (before) /Root"),
        ),
        told(
            "a stream beside its table that is none",
            "no objects are where it says",
            || swapped(&plain(), "/Root", "/XRefStm 9 /Root"),
        ),
        told(
            "no first object",
            "its list of objects cannot be read",
            || swapped(&plain(), "/Root 1 0 R", ""),
        ),
        told(
            "a first object that is missing",
            "its first object is missing",
            || swapped(&plain(), "/Root 1 0 R", "/Root 99 0 R"),
        ),
        told(
            "a first object in the trailer",
            "its list of objects cannot be read",
            || swapped(&plain(), "/Root 1 0 R", format!("/Root {CATALOG}")),
        ),
        told(
            "two first objects",
            "an entry of an object stands twice",
            || {
                with(
                    &[CATALOG, PAGES, &PAGE.replace("/Contents 4 0 R", "")],
                    "/Root 2 0 R",
                )
            },
        ),
        told(
            "an identifier that is none",
            "its identifier is not two strings",
            || {
                with(
                    &[CATALOG, PAGES, &PAGE.replace("/Contents 4 0 R", "")],
                    "/ID [(one)]",
                )
            },
        ),
        Hostile::new("an end of an object that is missing", Said::Taken, || {
            swapped(
                &plain(),
                "842] /Contents 4 0 R >>\nendobj\n",
                "842] /Contents 4 0 R >>\n       ",
            )
        }),
        told(
            "no end of a stream",
            "an object of it cannot be read",
            || swapped(&plain(), "\nendstream\n", "\n          "),
        ),
        told("no objects at all", "it cannot be read", || {
            b"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Size 0 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
                .to_vec()
        }),
    ]);
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
    files.push(told(
        "a part of a drawing that is missing",
        "a part of a page's drawing is missing",
        || {
            page(
                "/MediaBox [0 0 595 842] /Contents [4 0 R 99 0 R]",
                &[stream("", b"q Q")],
            )
        },
    ));
    files
}
