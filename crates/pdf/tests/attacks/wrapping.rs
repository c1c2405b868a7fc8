//! Signature wrapping: what was signed is still in the file, somewhere, and readers are shown something else.

use crate::originals::{A4, classic, stream};
use crate::scene::{Attack, MARK, Scene, Stamped, insert, page, put};

pub(crate) const CLASS: &str = "signature wrapping";

/// Bytes before a stamped file, and its comment with places that are right again: the original longer, or in its old length.
fn shifted(of: &Stamped, before: &[u8], original: usize) -> Vec<u8> {
    let said = format!("{original:010} {:010}", of.hole.start + before.len());
    let file = put(&of.file, of.comment() + MARK.len(), said.as_bytes());
    [before, &file].concat()
}

pub(crate) fn attacks(scene: &Scene) -> Vec<Attack> {
    let (invoice, dearer) = (&scene.invoice, &scene.dearer);
    let file = &invoice.file;
    let mut all = Vec::new();
    let mut attack = |name: &str, file: Vec<u8>, genuine: Option<usize>| {
        all.push(Attack {
            class: CLASS,
            name: name.to_owned(),
            file,
            genuine,
        });
    };
    let other = page(900);
    let html = b"<html><p>Please pay 900</p><!--";
    for (name, before) in [
        ("a line feed", &b"\n"[..]),
        ("a byte order mark", b"\xef\xbb\xbf"),
        ("NUL", b"\0"),
        ("a header of PDF", b"%PDF-1.4\n"),
        ("a comment", b"% invoice\n"),
        ("a page of HTML", html),
        ("the head of a ZIP", b"PK\x03\x04"),
        ("a thousand bytes", &[b'x'; 1000]),
        ("another PDF", &other),
    ] {
        let (original, longer) = (invoice.original, invoice.original + before.len());
        attack(&format!("{name} before it"), [before, file].concat(), None);
        attack(
            &format!("{name} before it, all places moved"),
            shifted(invoice, before, longer),
            None,
        );
        attack(
            &format!("{name} before it, the hole moved"),
            shifted(invoice, before, original),
            None,
        );
    }
    let (original, update) = file.split_at(invoice.original);
    // The genuine original goes where nobody looks: into an object of the update.
    let hidden = format!("50 0 obj\n<< /Length {} >>\nstream\n", original.len());
    let hidden = [hidden.as_bytes(), original, b"\nendstream\nendobj\n"].concat();
    attack(
        "the original in an object behind another one",
        [&other[..], &hidden, update].concat(),
        None,
    );
    let moved = [&other[..], &hidden].concat();
    let said = format!(
        "{:010} {:010}",
        moved.len(),
        invoice.hole.start - invoice.original + moved.len()
    );
    let comment = invoice.comment() - invoice.original + MARK.len();
    let right = put(update, comment, said.as_bytes());
    attack(
        "the same, all places moved",
        [&moved[..], &right].concat(),
        None,
    );
    attack(
        "the original twice",
        [original, original, update].concat(),
        None,
    );
    attack(
        "the original behind its stamp",
        [update, original].concat(),
        None,
    );
    attack(
        "a part of the original behind it",
        [&original[20..], &original[..20], update].concat(),
        None,
    );
    // The whole stamped file in a stream, or attached.
    let latin: String = file.iter().map(|byte| char::from(*byte)).collect();
    for (name, kind) in [
        ("in a stream of another PDF", ""),
        ("attached to another PDF", "/Type /EmbeddedFile "),
    ] {
        let held = format!(
            "<< {kind}/Length {} >>\nstream\n{latin}\nendstream",
            file.len()
        );
        let outer = classic(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R {A4} /Contents 4 0 R >>"),
            stream("BT /F1 12 Tf 60 700 Td (Please pay 900) Tj ET"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            held,
        ]);
        // Back to bytes: every character is one.
        let outer = String::from_utf8_lossy(&outer).into_owned();
        let outer: Vec<u8> = outer
            .chars()
            .map(|letter| (u32::from(letter) & 0xff) as u8)
            .collect();
        attack(name, outer.clone(), None);
        let ended = [&outer[..], &file[invoice.comment()..]].concat();
        attack(
            &format!("{name}, which ends as the stamp does"),
            ended,
            None,
        );
        let last = [&outer[..], file].concat();
        attack(&format!("{name}, and behind it"), last, None);
    }
    attack(
        "two stamped files, the dearer one last",
        [&file[..], &dearer.file].concat(),
        Some(file.len()),
    );
    attack(
        "two stamped files, the dearer one first",
        [&dearer.file[..], file].concat(),
        Some(dearer.file.len()),
    );
    attack("the stamped file twice", file.repeat(2), Some(file.len()));
    let inner = [&b"%PDF-1.7\n"[..], &other[9..]].concat();
    attack("a PDF within the original", insert(file, 15, &inner), None);
    attack(
        "a PDF within the stamp",
        insert(file, invoice.hole.end + 1, &inner),
        None,
    );
    all
}
