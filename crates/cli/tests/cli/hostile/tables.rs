//! Files that say of their objects what is not so.

use super::parts::{CATALOG, PAGE, PAGES, place, plain, swapped, with};
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
    files
}
