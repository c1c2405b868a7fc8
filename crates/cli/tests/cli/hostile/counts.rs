//! Very many of what is few elsewhere.

use std::fmt::Write as _;

use super::parts::{CATALOG, Listed, PAGES, deflated, page, pdf, place, plain, stream, swapped};
use super::{Hostile, Said};

/// So many objects in streams of so many each.
fn packed(objects: usize, each: usize) -> Vec<u8> {
    let mut listed = Listed::new();
    let mut heads = String::new();
    let mut values = String::new();
    for _ in 0..objects / each {
        let stream_number = listed.rows().len() / 7;
        heads.clear();
        values.clear();
        for at in 0..each {
            write!(heads, "{} {} ", stream_number + 1 + at, values.len()).unwrap();
            values.push_str("[null] ");
        }
        let entries = format!(
            "/Type /ObjStm /N {each} /First {} /Filter /FlateDecode",
            heads.len()
        );
        let packed = deflated([heads.as_bytes(), values.as_bytes()].concat().as_slice());
        let number = listed.object(&stream(&entries, &packed));
        (0..each).for_each(|at| listed.within(number, at));
    }
    listed.end()
}

/// Updates that say nothing, so many times.
fn updated(times: usize) -> Vec<u8> {
    let mut file = plain();
    for _ in 0..times {
        let before = place(&file[file.len() - 60..], "startxref\n") + file.len() - 60 + 10;
        let before: String = file[before..]
            .iter()
            .map(|byte| char::from(*byte))
            .take_while(char::is_ascii_digit)
            .collect();
        let at = file.len();
        let update = format!(
            "xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev {before} >>\nstartxref\n{at}\n%%EOF\n"
        );
        file.extend(update.bytes());
    }
    file
}

pub(super) fn files() -> Vec<Hostile> {
    let told = |name: &str, words: &'static str, make: fn() -> Vec<u8>| {
        Hostile::new(name, Said::damaged(words), make)
    };
    let taken = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::Taken, make);
    vec![
        told(
            "1.5 million times the same page",
            "its page tree is none",
            || {
                let pages = format!(
                    "<< /Type /Pages /Kids [{}] /Count 1 >>",
                    "3 0 R ".repeat(1_500_000)
                );
                pdf(&[
                    CATALOG,
                    &pages,
                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] >>",
                ])
            },
        ),
        taken("230,000 objects", || {
            let mut many = vec![
                CATALOG,
                PAGES,
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            ];
            many.resize(230_000, "null");
            pdf(&many)
        }),
        taken("a quarter of a million objects in one stream", || {
            packed(250_000, 250_000)
        }),
        taken("a million objects in ten thousand streams", || {
            packed(1_000_000, 100)
        }),
        told(
            "300,000 entries of one page",
            "an entry of an object stands twice",
            || {
                let mut entries = String::from("/MediaBox [0 0 595 842]");
                (0..300_000).for_each(|_| entries.push_str(" /Same 1"));
                page(&entries, &[])
            },
        ),
        told("three hundred updates", "too many times", || updated(300)),
        taken("a million tables of no object", || {
            swapped(
                &plain(),
                "xref\n0 5\n",
                "xref\n".to_owned() + &"0 0\n".repeat(1_000_000) + "0 5\n",
            )
        }),
        told(
            "a list that has 50,000 ranges",
            "an object is not where it says",
            || {
                let ranges = "0 1 ".repeat(50_000);
                let listed = Listed::new();
                let rows = deflated(&listed.rows().repeat(12_500));
                listed.end_with(
                    &format!("/W [1 4 2] /Size 5 /Filter /FlateDecode /Index [{ranges}]"),
                    &rows,
                )
            },
        ),
        told(
            "50,000 streams of one page that are none",
            "a part of a page's drawing is missing",
            || {
                page(
                    &format!(
                        "/MediaBox [0 0 595 842] /Contents [{}]",
                        "3 0 R ".repeat(50_000)
                    ),
                    &[],
                )
            },
        ),
        told(
            "a string of ten million letters that never closes",
            "an object of it cannot be read",
            || {
                page(
                    &format!("/MediaBox [0 0 595 842] /X ({}", "x".repeat(10_000_000)),
                    &[],
                )
            },
        ),
        told(
            "ten million letters of a name for a number",
            "its list of objects cannot be read",
            || {
                swapped(
                    &plain(),
                    "/Size 5",
                    "/Size /".to_owned() + &"x".repeat(10_000_000),
                )
            },
        ),
    ]
}
