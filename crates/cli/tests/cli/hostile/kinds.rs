//! What is something else, or also something else.

use super::parts::{deflated, place, plain};
use super::{Hostile, Said};
use crate::pdf_worker::document;

/// One byte more than is taken.
const TOO_MANY: usize = (10 << 20) + 1;

/// Something before the file.
fn behind(before: &[u8]) -> Vec<u8> {
    [before, &plain()].concat()
}

pub(super) fn files() -> Vec<Hostile> {
    let none = Said::other("no %PDF- header");
    let other = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, none, make);
    let front = |name: &str, make: fn() -> Vec<u8>| {
        Hostile::new(name, Said::damaged("before its first line"), make)
    };
    vec![
        other("nothing", Vec::new),
        other("one byte", || b"%".to_vec()),
        other("a million times nothing", || vec![0; 1_000_000]),
        other("a PNG", || b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        other("a GIF", || b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        other("a ZIP", || b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
        other("a program", || b"\x7fELF\x02\x01\x01\0".to_vec()),
        other("a page of the web", || {
            b"<!doctype html><title>404</title>".to_vec()
        }),
        other("PostScript", || {
            b"%!PS-Adobe-3.0\nshowpage\n%%EOF\n".to_vec()
        }),
        other("data of a form", || {
            b"%FDF-1.2\n1 0 obj\n<< >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n".to_vec()
        }),
        other("XML", || {
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
                .to_vec()
        }),
        other("a PDF, packed", || deflated(&plain())),
        other("a PDF in letters of two bytes", || {
            plain().iter().flat_map(|byte| [*byte, 0]).collect()
        }),
        other("a PDF whose words are small", || {
            plain().to_ascii_lowercase()
        }),
        other("a PDF behind 1,024 bytes of something else", || {
            behind(&b" ".repeat(1_024))
        }),
        front("a PDF behind a page of the web", || {
            behind(b"HTTP/1.1 200 OK\r\n\r\n<html>")
        }),
        front("a PDF that is a ZIP, too", || {
            behind(b"PK\x03\x04\x14\0\0\0\0\0")
        }),
        front("a PDF behind a mark of byte order", || {
            behind(b"\xef\xbb\xbf")
        }),
        Hostile::new(
            "first and last word",
            Said::damaged("where its objects are"),
            || b"%PDF-%%EOF".to_vec(),
        ),
        Hostile::new(
            "a PDF with a file behind it",
            Said::other("not a complete PDF"),
            || [plain(), b"PK\x05\x06".repeat(500)].concat(),
        ),
        Hostile::new(
            "two PDFs, one behind the other",
            Said::damaged("no objects are where it says"),
            || [document(3), plain()].concat(),
        ),
        Hostile::new(
            "10 MiB and one byte of nothing",
            Said::large("10485760"),
            || vec![b' '; TOO_MANY],
        ),
        Hostile::new(
            "a PDF of 10 MiB and one byte",
            Said::large("10485760"),
            || {
                let file = plain();
                let at = place(&file, "startxref");
                let room = b" ".repeat(TOO_MANY - file.len());
                [&file[..at], &room, &file[at..]].concat()
            },
        ),
        Hostile::new("a PDF of 10 MiB to the byte", Said::Taken, || {
            let file = plain();
            let at = place(&file, "startxref");
            let room = b" ".repeat(TOO_MANY - 1 - file.len());
            [&file[..at], &room, &file[at..]].concat()
        }),
    ]
}
