//! What is refused, how far is looked, and that junk is answered.

use crate::originals::{by_qpdf, classic, plain};
use crate::pixels::{Picture, drawn, png_file};
use crate::{holds, stamped};
use ananke_pdf::read::{Found, Limits, ReadError, covers, find};
use ananke_pdf::stamp::Area;
use ananke_pdf::stamp::{Page, Placement};
use proptest::prelude::*;

fn refused(file: &[u8]) -> String {
    match find(file, &Limits::default()) {
        Ok(found) => format!("{} symbols", found.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_refused_and_why() {
    let kinds = "the file is no PNG, JPEG or PDF: send one of these three";
    let picture = Picture::of_symbol(b"\xdcseal", 4).png();
    let (file, _) = stamped(&plain(), &Placement::default());
    for (what, file, words) in [
        ("nothing", Vec::new(), kinds),
        ("a GIF", b"GIF89a".to_vec(), kinds),
        (
            "the beginning of a PNG",
            picture[..20].to_vec(),
            "the PNG cannot be decoded (",
        ),
        (
            "half a PNG",
            picture[..picture.len() / 2].to_vec(),
            "the PNG cannot be decoded (",
        ),
        (
            "a PNG without rows",
            png_file(300, 300, 0, b""),
            "the PNG cannot be decoded (",
        ),
        (
            "a bomb",
            png_file(60_000, 60_000, 0, &[0; 1000]),
            "60000 × 60000 pixels, 40000000 are allowed",
        ),
        (
            "a PNG of nothing",
            png_file(0, 5, 0, b""),
            "the PNG cannot be decoded (",
        ),
        (
            "the beginning of a JPEG",
            b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(),
            "the JPEG cannot be decoded (",
        ),
        (
            "the beginning of a PDF",
            b"%PDF-1.7\n".to_vec(),
            "the PDF cannot be read: it is damaged",
        ),
        (
            "a PDF without a page",
            classic(&[
                "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
                "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
            ]),
            "the PDF has no page",
        ),
    ] {
        let told = refused(&file);
        assert!(told.contains(words), "{what}: {told}");
    }
    let limits = Limits {
        bytes: 1_000,
        ..Limits::default()
    };
    let told = find(&file, &limits).unwrap_err();
    assert_eq!(
        told,
        ReadError::TooLarge {
            size: file.len(),
            most: 1_000
        }
    );
    if let Some(locked) = by_qpdf(&["--encrypt", "user", "owner", "256", "--"]) {
        assert!(refused(&locked).contains("the PDF is encrypted"));
    }
    // Restricted, yet anybody may read it.
    if let Some(restricted) = by_qpdf(&["--encrypt", "", "owner", "256", "--print=none", "--"]) {
        assert_eq!(refused(&restricted), "0 symbols");
    }
    if let Some(jpeg) = drawn(&file, &["-r", "60", "-jpeg"]) {
        for length in [200, jpeg.len() / 2, jpeg.len() - 400] {
            let told = refused(&jpeg[..length]);
            assert!(
                told.contains("the JPEG cannot be decoded ("),
                "{length}: {told}"
            );
        }
    }
}

/// A file of so many pages of this size.
pub(crate) fn pages(count: usize, size: u32) -> Vec<u8> {
    let kids: String = (0..count).map(|at| format!("{} 0 R ", at + 3)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 {size} {size}] >>"),
    ];
    let page = "<< /Type /Page /Parent 2 0 R >>".to_owned();
    objects.extend(std::iter::repeat_n(page, count));
    classic(&objects)
}

#[test]
fn large_pages_and_many_pages() {
    let on = |page: u32| Placement {
        page: Page::Number(page),
        ..Placement::default()
    };
    let many = pages(10_000, 400);
    for (page, is_seen) in [(10_000, true), (1, true), (7, true), (8, false)] {
        let (file, seal) = stamped(&many, &on(page));
        let expected = Found {
            payload: seal,
            page: Some(page),
            is_paper: false,
        };
        let found = find(&file, &Limits::default()).unwrap();
        assert_eq!(
            found,
            if is_seen { vec![expected] } else { Vec::new() },
            "{page}"
        );
    }
    // As large as pages get; what is on it is too small for the pixels there may be.
    let huge = pages(1, 14_400);
    let (file, _) = stamped(&huge, &on(1));
    assert_eq!(find(&file, &Limits::default()), Ok(Vec::new()));
    let large = Placement {
        size: 800.0,
        ..on(1)
    };
    let (file, seal) = stamped(&huge, &large);
    holds("a large symbol", &file, &seal);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Bytes behind each beginning, and files with a few bytes of them changed: an answer, and no panic.
    #[test]
    fn junk_is_answered(
        kind in 0_usize..6,
        junk in prop::collection::vec(any::<u8>(), 0..2_000),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let begin: [&[u8]; 3] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7\n"];
        let mut file = match kind {
            0..3 => [begin[kind], &junk].concat(),
            3 => Picture::of_symbol(b"\xdcseal", 3).png(),
            4 => Picture::of_symbol(b"\xdcseal", 3).interlaced(),
            _ => stamped(&plain(), &Placement::default()).0,
        };
        if kind >= 3 {
            for (at, value) in flips {
                let at = at.index(file.len());
                file[at] = value;
            }
        }
        let limits = Limits { pixels: 2_000_000, ..Limits::default() };
        let _ = find(&file, &limits);
        let area = Area { x: 10.0, y: 10.0, width: 90.0, height: 90.0 };
        let _ = covers(&file, Page::Last, area);
    }
}
