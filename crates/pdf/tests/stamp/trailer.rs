//! What an update says of the file it stands behind.

use ananke_pdf::stamp::{Area, Placement, Update, Warning, update};

use crate::originals::{A4, by_qpdf, classic, hybrid, one_page, plain, stream};
use crate::{mark, stamped, statement, tool};

fn made(original: &[u8], placement: &Placement) -> Update {
    let mark = mark(&statement(original));
    update(original, placement, &mark, false).unwrap_or_else(|error| panic!("{error}"))
}

/// An update as text.
fn text(original: &[u8]) -> String {
    String::from_utf8_lossy(&made(original, &Placement::default()).bytes).into_owned()
}

/// What stands behind a key of the trailer, up to the next one.
fn entry(update: &str, key: &str) -> Option<String> {
    let trailer = update.rfind("/Size").unwrap();
    let trailer = update[trailer..].split(">>\n").next().unwrap();
    let (_, behind) = trailer.split_once(&format!("/{key} "))?;
    Some(behind.split(" /").next().unwrap().trim().to_owned())
}

/// `qpdf --check` has nothing to say.
fn is_sound(file: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    if let Some(told) = tool::run("qpdf", &["--check"], &path) {
        assert!(
            told.contains("No syntax or stream encoding errors"),
            "{told}"
        );
    }
}

#[test]
fn sizes_that_are_wrong() {
    let said = |size: &str| {
        let plain = String::from_utf8_lossy(&plain()).replace("/Size 6", size);
        // The bytes of the second line are no text, so they are put back.
        [
            &plain_head()[..],
            plain.split_once("1 0 obj").unwrap().1.as_bytes(),
        ]
        .concat()
    };
    for (size, begin) in [
        ("/Size 6", 6),
        ("/Size 4294967295", 6),
        ("/Size 2147483647", 6),
        ("/Size 9223372036854775807", 6),
        ("/Size -1", 6),
        ("/Size 0", 6),
        ("/Size 2", 6),
        ("", 6),
        ("/Size 100", 100),
    ] {
        let original = said(size);
        let (file, _) = stamped(&original, &Placement::default())
            .unwrap_or_else(|error| panic!("{size}: {error}"));
        let update = text(&original);
        assert!(update.contains(&format!("\n{begin} 0 obj\n")), "{size}");
        assert_eq!(
            entry(&update, "Size"),
            Some((begin + 3).to_string()),
            "{size}"
        );
        is_sound(&file);
    }
    for size in ["/Size (6)", "/Size 6.0", "/Size 99999999999999999999999"] {
        let told = crate::refused(&said(size), &Placement::default());
        assert!(
            told.contains("its list of objects cannot be read"),
            "{size}: {told}"
        );
    }
}

fn plain_head() -> Vec<u8> {
    let plain = plain();
    let at = plain
        .windows(7)
        .position(|part| part == b"1 0 obj")
        .unwrap();
    plain[..at + 7].to_vec()
}

#[test]
fn the_section_is_of_the_last_ones_kind_and_stands_on_it() {
    let streams = by_qpdf(&["--object-streams=generate"]);
    let linearized = by_qpdf(&["--linearize"]);
    let both = by_qpdf(&["--linearize", "--object-streams=generate"]);
    for (original, is_stream) in [
        (Some(plain()), false),
        (Some(hybrid()), false),
        (streams, true),
        (linearized, false),
        (both, true),
    ] {
        let Some(original) = original else { continue };
        let said = String::from_utf8_lossy(&original).into_owned();
        let last = said
            .rsplit("startxref\n")
            .next()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .to_owned();
        let update = text(&original);
        assert_eq!(entry(&update, "Prev"), Some(last));
        assert_eq!(update.contains("/Type /XRef"), is_stream);
        assert_eq!(update.contains("\nxref\n"), !is_stream);
        // The trailer has its one form, and leads to the section.
        let (_, end) = update.rsplit_once("\nstartxref\n").unwrap();
        let at: usize = end.strip_suffix("\n%%EOF\n").unwrap().parse().unwrap();
        let bytes = made(&original, &Placement::default()).bytes;
        let section = &bytes[at - original.len()..];
        assert!(if is_stream {
            section[0].is_ascii_digit()
        } else {
            section.starts_with(b"xref\n")
        });
        is_sound(&stamped(&original, &Placement::default()).unwrap().0);
    }
}

#[test]
fn what_is_written_again_is_written_as_it_stood() {
    const BOX: &str = "/MediaBox [ 0 0 595.27560000 +841.890 ]";
    const ODD: &str = "/Odd#20Name [9223372036854775807 -2147483649 1.23456789 -.5 4. /Go#6fd <0A b> (a\\\n\\(b)% no comment at all\n null]";
    const STATE: &str = "/ExtGState << /G << /CA .3333333 /D [[0.123456 7][4 0 R]0] >> >>";
    let original = one_page(
        &format!("{BOX} {ODD} /Resources << {STATE} /Font<</F1 5 0 R>> >>"),
        "0 0 9 9 re f",
    );
    let update = text(&original);
    for part in [
        "[ 0 0 595.27560000 +841.890 ]",
        &ODD[11..],
        &STATE[11..],
        "<</F1 5 0 R>>",
    ] {
        assert!(update.contains(part), "{part}");
    }
    is_sound(&stamped(&original, &Placement::default()).unwrap().0);
}

/// What a reader may take for something else or for nothing stays what it is.
#[test]
fn odd_names_and_numbers_are_not_lost() {
    const ODD: &str = "[1 /Bad#zz -- 12345678901234567890123 5-3 ]";
    let update = text(&one_page(
        &format!("{A4} /Odd {ODD} /Odd#zz 1"),
        "0 0 9 9 re f",
    ));
    assert!(update.contains(ODD) && update.contains("/Odd#zz 1"));
}

#[test]
fn the_second_half_of_the_identifier_is_new() {
    const FIRST: &str = "<00112233445566778899aabbccddeeff>";
    let id = |original: &[u8], placement: &Placement| {
        let update = String::from_utf8_lossy(&made(original, placement).bytes).into_owned();
        let id = entry(&update, "ID")?;
        let halves = id.strip_prefix('[')?.strip_suffix(']')?.split_once(' ')?;
        assert_eq!(halves.0, FIRST);
        assert_eq!(halves.1.len(), 34, "{}", halves.1);
        Some(halves.1.to_owned())
    };
    let (here, there) = (
        Placement::default(),
        Placement {
            x: Some(40.0),
            ..Placement::default()
        },
    );
    let once = id(&plain(), &here).unwrap();
    assert_eq!(
        id(&plain(), &here),
        Some(once.clone()),
        "the same for the same"
    );
    assert_ne!(id(&plain(), &there), Some(once.clone()));
    let (file, _) = stamped(&plain(), &here).unwrap();
    assert_ne!(id(&file, &here), Some(once));
    assert_eq!(id(&hybrid(), &here), None, "it has none");
    let odd = String::from_utf8_lossy(&plain_tail()).replace("(a\\)b)", "123456");
    let odd = [&plain_head()[..], odd.as_bytes()].concat();
    let told = crate::refused(&odd, &here);
    assert!(told.contains("its identifier is not two strings"), "{told}");
}

fn plain_tail() -> Vec<u8> {
    plain()[plain_head().len()..].to_vec()
}

#[test]
fn pdf_a_without_an_output_intent() {
    let xmp = "<rdf:Description xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='1'/>";
    let file = |catalog: &str, xmp: &str| {
        let metadata = stream(xmp).replacen("<<", "<< /Type /Metadata /Subtype /XML", 1);
        classic(&[
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R {A4} >>"),
            metadata,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            "[<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) >>]"
                .to_owned(),
            "[<< /Type /OutputIntent /S /GTS_PDFX /OutputConditionIdentifier (press) >>]"
                .to_owned(),
        ])
    };
    let claim = "/Metadata 4 0 R";
    for (what, original, expected) in [
        ("a claim alone", file(claim, xmp), vec![Warning::PdfA]),
        (
            "an intent",
            file(&format!("{claim} /OutputIntents 6 0 R"), xmp),
            vec![],
        ),
        (
            "an intent of another kind",
            file(&format!("{claim} /OutputIntents 7 0 R"), xmp),
            vec![Warning::PdfA],
        ),
        ("no claim", file(claim, "<rdf:Description/>"), vec![]),
        ("no metadata", file("", xmp), vec![]),
    ] {
        assert_eq!(
            made(&original, &Placement::default()).warnings,
            expected,
            "{what}"
        );
    }
}

#[test]
fn an_update_says_what_it_covers() {
    let original = one_page(
        "/MediaBox [0 0 600 800] /CropBox [50 100 450 700] /Rotate 90 /UserUnit 2",
        "0 0 9 9 re f",
    );
    let near = |found: Area, [x, y, width, height]: [f64; 4]| {
        let pairs = [
            (found.x, x),
            (found.y, y),
            (found.width, width),
            (found.height, height),
        ];
        assert!(
            pairs.iter().all(|(one, other)| (one - other).abs() < 0.001),
            "{found:?}"
        );
    };
    // 1200 × 800 points are seen.
    let corner = made(&original, &Placement::default());
    near(corner.covered, [1200.0 - 18.0 - 133.2, 18.0, 133.2, 101.7]);
    assert_eq!(corner.page, 1);
    let there = Placement {
        x: Some(7.5),
        y: Some(300.0),
        size: 120.0,
        ..Placement::default()
    };
    near(made(&original, &there).covered, [7.5, 300.0, 177.6, 135.6]);
}
