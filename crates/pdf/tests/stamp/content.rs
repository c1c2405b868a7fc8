//! Drawings that leave something open, or take away what they did not save: the stamp lies where it should and is read, and the page
//! looks as it did.

use ananke_pdf::stamp::Placement;

use crate::originals::{A4, Original, all, classic, one_page, stream};
use crate::{operators, read, refused, stamped, tool};

const DPI: u32 = 72;

/// What differs between two files besides the lower right corner, where the stamp is.
fn changed(before: &[u8], behind: &[u8]) -> Option<usize> {
    let (width, before) = tool::grey(before, DPI)?;
    let (_, behind) = tool::grey(behind, DPI)?;
    assert_eq!(before.len(), behind.len());
    let height = before.len() / width;
    let is_outside = |at: usize| at % width + 18 + 136 < width || at / width + 18 + 104 < height;
    let pairs = before.iter().zip(&behind).enumerate();
    Some(
        pairs
            .filter(|(at, (one, other))| is_outside(*at) && one != other)
            .count(),
    )
}

/// Whether a page shows anything at all.
fn is_empty(file: &[u8]) -> Option<bool> {
    Some(tool::grey(file, DPI)?.1.iter().all(|pixel| *pixel == 255))
}

pub(crate) fn looks_as_before(name: &str, original: &[u8], (width, height): (f64, f64)) {
    let (file, seal) =
        stamped(original, &Placement::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let (left, top) = (width - 18.0 - 90.0 * 1.48, height - 18.0 - 90.0 * 1.13);
    if let Some(found) = read(&file, (left, top, 90.0)) {
        assert_eq!(found, seal, "{name}");
    }
    if let Some(changed) = changed(original, &file) {
        assert_eq!(changed, 0, "{name}");
    }
}

#[test]
fn drawings_that_are_not_in_balance() {
    for content in [
        // States are taken away that were not saved.
        "60 600 99 99 re f Q Q 0.5 g Q",
        "q 0.5 g 60 600 99 99 re f Q Q q 2 0 0 2 9 9 cm",
        "0 0 300 842 re W n 0.3 g 60 600 400 99 re f Q BT /F1 9 Tf ET",
        // States are left behind.
        "60 600 99 99 re f q 0.2 0 0 0.2 0 0 cm q 0 0 9 9 re W n",
        // Words.
        "BT /F1 40 Tf 60 700 Td (open) Tj 3 Tr",
        "BT /F1 40 Tf 60 700 Td (open) Tj 7 Tr (clip) Tj",
        "q BT /F1 40 Tf 60 700 Td (open) Tj Q (more) Tj",
        // Marks.
        "/Artifact BMC /Span << /MCID 0 >> BDC 60 600 50 50 re f",
        "EMC EMC 60 600 50 50 re f /Span BMC",
        // Paths.
        "60 600 50 50 re f 100 100 m 500 500 l 500 90 l h",
        "60 600 50 50 re f 0 0 10 10 re W",
        "60 600 50 50 re f W",
        "60 600 50 50 re f % the end of it",
        // What looks like an operator and is none.
        "BT /F1 40 Tf 60 700 Td (Q \\) Q (q) BT) Tj [(Q) -9 <51>] TJ ET /Q gs",
        "q 90 0 0 90 60 600 cm BI /W 4 /H 4 /BPC 8 /CS /G ID \u{90}Q Q EI \u{90}Q Q  EI Q 0 0 9 9 re f",
    ] {
        let original = one_page(A4, content);
        assert_ne!(
            is_empty(&original),
            Some(true),
            "{content}: a test that shows nothing"
        );
        looks_as_before(content, &original, (595.276, 841.89));
    }
}

/// Readers forgive most of what is left open, but not all of them all of it.
#[test]
fn what_is_left_open_is_ended() {
    for (content, end) in [
        ("0 0 9 9 re f", "Q"),
        ("q q Q", "Q Q"),
        ("BT ET BT", "ET Q"),
        ("BT (BT q) Tj ET % q", "Q"),
        (
            "/A BMC /B BMC EMC EMC EMC /C BMC /D <</E (q)>> BDC",
            "EMC EMC Q",
        ),
        ("1 1 m 2 2 l", "n Q"),
        ("1 1 m 2 2 l S 0 0 9 9 re W n", "Q"),
        ("/A BMC q BT 0 0 9 9 re", "n ET EMC Q Q"),
    ] {
        let drawn = operators(&one_page(A4, content), &Placement::default()).unwrap();
        assert_eq!(drawn.lines().nth(1).unwrap().trim(), end, "{content}");
    }
}

/// A layer that is off, and does not end.
#[test]
fn a_layer_that_is_left_open() {
    let original = classic(&[
        "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [5 0 R] /D << /OFF [5 0 R] /Order [5 0 R] >> >> >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Resources << /Properties << /Off 5 0 R >> >> /Contents 4 0 R >>".to_owned(),
        stream("20 200 99 99 re f /OC /Off BDC 120 200 99 99 re f"),
        "<< /Type /OCG /Name (off) >>".to_owned(),
    ]);
    looks_as_before("layer", &original, (400.0, 400.0));
}

#[test]
fn every_build_looks_as_before() {
    for Original {
        name,
        bytes,
        size,
        unit,
    } in all()
    {
        if (unit - 1.0).abs() < 0.1 {
            looks_as_before(name, &bytes, size);
        }
    }
}

/// One reader passes over a state that was not saved, another one stops: nobody knows what was seen.
#[test]
fn drawings_that_readers_show_in_two_ways() {
    for content in [
        "0.5 g Q 60 600 99 99 re f",
        "q Q Q BT /F1 40 Tf 60 700 Td (more) Tj ET",
        "Q q 9 0 0 9 60 600 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q",
        "Q /X Do",
    ] {
        let told = refused(&one_page(A4, content), &Placement::default());
        assert!(
            told.contains("damaged (a page's drawing takes away states"),
            "{content}: {told}"
        );
    }
}

#[test]
fn drawings_that_cannot_be_read() {
    for content in [
        "BT /F1 9 Tf (without an end",
        "[(a) (b)",
        "/Span << /MCID 0",
        "0 0 9 9 re f )",
        "BI /W 4 /H 4 /BPC 8 /CS /G ID and no end",
    ] {
        let told = refused(&one_page(A4, content), &Placement::default());
        assert!(
            told.contains("the drawing of a page cannot be read"),
            "{content}: {told}"
        );
    }
}
