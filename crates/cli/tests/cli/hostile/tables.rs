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
        ("nowhere", "9", "x"),
        ("beyond its end", "999999", "x"),
        ("before its beginning", "-9", "x"),
        ("at 10^40", "10000000000000000000000000000000000000000", "x"),
        ("in words", "here", "x"),
        ("at no place", "", "x"),
        ("at its first byte", "0", "x"),
        ("at its second object", "58", "x"),
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
        told("objects a byte behind where it says", "x", || {
            rows(|_, row| row[9] = if row[9] == b'9' { b'0' } else { row[9] + 1 })
        }),
        told("all objects at its beginning", "x", || {
            rows(|_, row| row[..10].fill(b'0'))
        }),
        told("all objects at 10^10", "x", || {
            rows(|_, row| row[..10].fill(b'9'))
        }),
        told("two objects each at the other's place", "x", || {
            let mut file = plain();
            let begin = place(&file, "xref\n0 5\n") + 9;
            let (third, fourth) = file[begin + 60..begin + 100].split_at_mut(20);
            third.swap_with_slice(fourth);
            file
        }),
        told("objects of other numbers", "x", || {
            swapped(&plain(), "3 0 obj", "5 0 obj")
        }),
        told("an object of another generation", "x", || {
            swapped(&plain(), "3 0 obj", "3 7 obj")
        }),
        told("generations of 65,535", "x", || {
            rows(|number, row| {
                if number > 0 {
                    row[11..16].copy_from_slice(b"65535")
                }
            })
        }),
        told("all objects free", "x", || rows(|_, row| row[17] = b'f')),
        told("rows of another kind", "x", || {
            rows(|_, row| row[17] = b'x')
        }),
        told("rows that are a byte short", "x", || {
            let file = plain();
            let begin = place(&file, "xref\n0 5\n") + 9;
            let rows = String::from_utf8_lossy(&file[begin..begin + 100]).replace(" \n", "\n");
            [&file[..begin], rows.as_bytes(), &file[begin + 100..]].concat()
        }),
        told("an earlier table that is none", "x", || {
            swapped(&plain(), "/Root", "/Prev 9 /Root")
        }),
        told("an earlier table at a place below nothing", "x", || {
            swapped(&plain(), "/Root", "/Prev -9 /Root")
        }),
        told("an earlier table in words", "x", || {
            swapped(&plain(), "/Root", "/Prev (before) /Root")
        }),
        told("a stream beside its table that is none", "x", || {
            swapped(&plain(), "/Root", "/XRefStm 9 /Root")
        }),
        told("no first object", "x", || {
            swapped(&plain(), "/Root 1 0 R", "")
        }),
        told("a first object that is missing", "x", || {
            swapped(&plain(), "/Root 1 0 R", "/Root 99 0 R")
        }),
        told("a first object in the trailer", "x", || {
            swapped(&plain(), "/Root 1 0 R", format!("/Root {CATALOG}"))
        }),
        told("two first objects", "x", || {
            with(
                &[CATALOG, PAGES, &PAGE.replace("/Contents 4 0 R", "")],
                "/Root 2 0 R",
            )
        }),
        told("an identifier that is none", "x", || {
            with(
                &[CATALOG, PAGES, &PAGE.replace("/Contents 4 0 R", "")],
                "/ID [(one)]",
            )
        }),
        told("an end of an object that is missing", "x", || {
            swapped(
                &plain(),
                "842] /Contents 4 0 R >>\nendobj\n",
                "842] /Contents 4 0 R >>\n       ",
            )
        }),
        told("no end of a stream", "x", || {
            swapped(&plain(), "\nendstream\n", "\n          ")
        }),
        told("no objects at all", "x", || {
            b"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Size 0 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
                .to_vec()
        }),
    ]);
    for (name, number, object) in [
        ("a first object that is nothing", 1, "null"),
        ("a first object that is a list", 1, "[2 0 R]"),
        (
            "a first object that is a stream",
            1,
            "<< /Type /Catalog /Pages 2 0 R /Length 0 >>\nstream\n\nendstream",
        ),
        ("a first object without pages", 1, "<< /Type /Catalog >>"),
        (
            "pages that are a number",
            1,
            "<< /Type /Catalog /Pages 7 >>",
        ),
        (
            "pages in the first object",
            1,
            "<< /Type /Catalog /Pages << /Type /Pages /Kids [3 0 R] /Count 1 >> >>",
        ),
        (
            "an entry that stands twice",
            1,
            "<< /Type /Catalog /Pages 2 0 R /Pages 4 0 R >>",
        ),
        (
            "kids that are a number",
            2,
            "<< /Type /Pages /Kids 3 /Count 1 >>",
        ),
        (
            "kids that are a page",
            2,
            "<< /Type /Pages /Kids 3 0 R /Count 1 >>",
        ),
        (
            "kids that are no objects",
            2,
            "<< /Type /Pages /Kids [<< /Type /Page /MediaBox [0 0 9 9] >>] /Count 1 >>",
        ),
        (
            "kids that are missing",
            2,
            "<< /Type /Pages /Kids [99 0 R] /Count 1 >>",
        ),
        ("no kids", 2, "<< /Type /Pages /Count 1 >>"),
        ("no pages at all", 2, "<< /Type /Pages /Kids [] /Count 0 >>"),
        (
            "one page less than none",
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count -1 >>",
        ),
        (
            "10^18 pages",
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count 1000000000000000000 >>",
        ),
        (
            "a number of pages that is none",
            2,
            "<< /Type /Pages /Kids [3 0 R] /Count (one) >>",
        ),
        ("an unnumbered page", 2, "<< /Type /Pages /Kids [3 0 R] >>"),
        ("a page that is a number", 3, "7"),
        ("a page that is a list", 3, "[7]"),
        ("a page that is nothing", 3, "null"),
        (
            "a page that is a stream",
            3,
            "<< /Type /Page /MediaBox [0 0 595 842] /Length 0 >>\nstream\n\nendstream",
        ),
    ] {
        files.push(Hostile::new(name, Said::damaged("x"), move || {
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
            Said::damaged("x"),
            move || content(length),
        ));
    }
    files.push(told("a part of a drawing that is missing", "x", || {
        page(
            "/MediaBox [0 0 595 842] /Contents [4 0 R 99 0 R]",
            &[stream("", b"q Q")],
        )
    }));
    files
}
