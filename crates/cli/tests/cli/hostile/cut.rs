//! Files that break off, at every kind of place; each again with an end put behind the break, as a program does that trusts the beginning.

use super::parts::{Listed, place, plain, stream};
use super::{Hostile, Said};

/// A file whose list of objects is a stream.
fn listed() -> Vec<u8> {
    let mut listed = Listed::new();
    listed.object(&stream("", b"q Q"));
    listed.end()
}

pub(super) fn files() -> Vec<Hostile> {
    let mut files = Vec::new();
    // What it breaks off before, how much later, and how much of a file there must be for its kind to be known.
    for (name, before, later) in [
        ("in its first word", "%PDF", 3_usize),
        ("in its version", "%PDF", 6),
        ("behind its first line", "1 0 obj", 0),
        ("in the number of an object", "1 0 obj", 3),
        ("in a name", "/Catalog", 4),
        ("in a list", "/Kids [", 8),
        ("in a number", "595", 1),
        ("before a stream", "stream\nBT", 0),
        ("in a stream", "Td (", 2),
        ("in the word that ends a stream", "endstream", 4),
        ("before its table", "xref\n0 5", 0),
        ("in a row of its table", "65535 f", 3),
        ("before its trailer", "trailer", 0),
        ("in its trailer", "/Root", 3),
        ("before its last address", "startxref", 0),
        ("in its last word but one", "startxref", 5),
        ("in its last address", "startxref", 11),
        ("in its last word", "%%EOF", 3),
    ] {
        let cut = move || {
            let file = plain();
            file[..place(&file, before) + later].to_vec()
        };
        let incomplete = match later {
            3 if before == "%PDF" => Said::other("header"),
            _ => Said::other("not a complete PDF"),
        };
        files.push(Hostile::new(format!("breaks off {name}"), incomplete, cut));
        let ended = match (before, later) {
            ("%PDF", 3) => Said::other("header"),
            ("startxref", 11) => Said::damaged("no objects are where it says"),
            // Nothing is missing then.
            ("%%EOF", _) => Said::Taken,
            _ => Said::damaged("it does not say where its objects are"),
        };
        let end = move || [cut(), b"\n%%EOF\n".to_vec()].concat();
        files.push(Hostile::new(
            format!("breaks off {name}, and is ended"),
            ended,
            end,
        ));
    }
    for (name, before, later) in [
        ("in a list of objects", "/XRef", 4_usize),
        ("in the rows of a list of objects", "/FlateDecode", 40),
    ] {
        files.push(Hostile::new(
            format!("breaks off {name}, and is ended"),
            Said::damaged("no objects are where it says"),
            move || {
                let file = listed();
                let at = place(&file, "4 0 obj");
                let cut = &file[..place(&file, before) + later];
                [cut, format!("\nstartxref\n{at}\n%%EOF\n").as_bytes()].concat()
            },
        ));
    }
    files
}
