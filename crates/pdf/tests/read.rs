//! Symbols as they come back: in files that were stamped, in what `pdftoppm` draws of them, and in what scanners and phones make of
//! that. What is read is compared with what was sealed, to the byte.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "../../format/examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the vectors")]
mod keys;
#[allow(dead_code, reason = "shared with the tests of stamps")]
mod originals;
mod pixels;
#[allow(dead_code, reason = "shared with the tests of renditions")]
mod sample;
mod tool;

use ananke_format::datamatrix::{Symbol, side_for};
use ananke_format::seal::Statement;
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _, stamp};
use ananke_pdf::read::{Area, Cover, Found, Limits, ReadError, covers, find};
use ananke_pdf::stamp::{Mark, Page, Placement, update};
use originals::{all, by_qpdf, classic, plain};
use pixels::{Picture, drawn, png_file};
use proptest::prelude::*;

/// A stamped file and its seal.
fn stamped(original: &[u8], placement: &Placement) -> (Vec<u8>, Vec<u8>) {
    let key = keys::TestKey::load("acme");
    let mut statement = Statement {
        mode: Mode::Live,
        certificate: key.certificate_reference(),
        template_version: None,
        valid_to: None,
        status: 42,
        reference: Reference::from_random(Product::TCode, [9; 8]),
        original: Sha256::of(original),
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").unwrap(),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b""),
        fields: vec![(0, "Ada Lovelace".to_owned())],
    };
    let mark = Mark {
        side: side_for(statement.sealed_len().unwrap()).unwrap(),
        reference: statement.reference.to_string(),
        url: format!("https://documents.example.org/v/{}", statement.reference),
    };
    let made = update(original, placement, &mark, true).unwrap();
    let (mut bytes, hole) = (made.bytes, made.hole);
    let seal = stamp::fill(original.len(), &mut bytes, hole, &mut statement, &key).unwrap();
    ([original, &bytes].concat(), seal)
}

fn payloads(file: &[u8]) -> Vec<Vec<u8>> {
    let found = find(file, &Limits::default()).unwrap();
    found.into_iter().map(|found| found.payload).collect()
}

/// Nothing else than this is found.
fn holds(what: &str, file: &[u8], payload: &[u8]) {
    let found = payloads(file);
    assert!(
        found == [payload],
        "{what}: {} symbols, the first {:?}",
        found.len(),
        found.first()
    );
}

#[test]
fn the_stamped_file_itself() {
    for original in all() {
        let (file, seal) = stamped(&original.bytes, &Placement::default());
        let pages = if original.name == "inherited" { 2 } else { 1 };
        let expected = Found {
            payload: seal,
            page: Some(pages),
        };
        let found = find(&file, &Limits::default()).unwrap();
        assert!(found == [expected], "{}: {found:?}", original.name);
    }
}

#[test]
fn what_is_drawn_of_it() {
    let (file, seal) = stamped(&plain(), &Placement::default());
    for arguments in [
        &["-r", "150", "-png"][..],
        &["-r", "300", "-png"],
        &["-r", "150", "-jpeg"],
        &["-r", "300", "-jpeg"],
        &["-r", "150", "-gray", "-png"],
        &["-r", "300", "-mono", "-png"],
        &["-r", "150", "-gray", "-jpeg"],
        &["-r", "150", "-jpegcmyk"],
        &["-r", "150", "-jpeg", "-jpegopt", "progressive=y"],
        &["-r", "200", "-jpeg", "-jpegopt", "quality=30"],
        &["-r", "200", "-png", "-aa", "no", "-aaVector", "no"],
    ] {
        if let Some(picture) = drawn(&file, arguments) {
            holds(&arguments.join(" "), &picture, &seal);
        }
    }
}

#[test]
fn however_it_lies() {
    let (file, seal) = stamped(&plain(), &Placement::default());
    let Some(page) = Picture::of_page(&file, "200") else {
        return;
    };
    for degrees in [90.0, 180.0, 270.0, 5.0, -3.0] {
        holds(
            &format!("page at {degrees}°"),
            &page.turned(degrees).png(),
            &seal,
        );
    }
    let corner = page.corner();
    for degrees in [2.0, 10.0, 20.0, 30.0, 45.0, 95.0, 185.0, 300.0] {
        holds(
            &format!("at {degrees}°"),
            &corner.turned(degrees).png(),
            &seal,
        );
    }
    holds(
        "seen from below",
        &corner.tilted(0.2).turned(4.0).png(),
        &seal,
    );
}

#[test]
fn however_it_was_photographed() {
    let (file, seal) = stamped(&plain(), &Placement::default());
    let (Some(coarse), Some(fine)) = (
        Picture::of_page(&file, "200"),
        Picture::of_page(&file, "300"),
    ) else {
        return;
    };
    let (coarse, fine) = (coarse.corner(), fine.corner());
    for (what, picture) in [
        ("white on black", coarse.within(255, 0)),
        ("pale", coarse.within(190, 230)),
        ("paler", coarse.within(200, 216)),
        ("dark", coarse.within(0, 30)),
        ("in the shade", coarse.shaded(20)),
        ("blurred", fine.blurred(3)),
        ("more blurred", fine.blurred(5)),
        ("noisy", fine.noisy(60)),
        ("more noisy", fine.noisy(110)),
        ("speckled", fine.speckled(40)),
        ("more speckled", fine.speckled(12)),
        ("blurred and noisy", fine.blurred(3).noisy(25)),
        (
            "all of it",
            fine.turned(3.0)
                .blurred(3)
                .within(60, 200)
                .shaded(60)
                .noisy(8),
        ),
    ] {
        holds(what, &picture.png(), &seal);
    }
}

#[test]
fn every_build_of_png() {
    let payload = b"\0 a payload \0\xff\0".to_vec();
    let picture = Picture::of_symbol(&payload, 4);
    holds("grey", &picture.png(), &payload);
    holds("interlaced", &picture.interlaced(), &payload);
    let samples = |of: fn(u8) -> Vec<u8>| -> Vec<u8> {
        picture.pixels.iter().flat_map(|pixel| of(*pixel)).collect()
    };
    use png::{BitDepth, ColorType};
    for (what, color, depth, samples) in [
        (
            "16 bits",
            ColorType::Grayscale,
            BitDepth::Sixteen,
            samples(|p| vec![p, 17]),
        ),
        (
            "colour",
            ColorType::Rgb,
            BitDepth::Eight,
            samples(|p| vec![p / 2, p, p]),
        ),
        (
            "colour of 16 bits",
            ColorType::Rgb,
            BitDepth::Sixteen,
            samples(|p| vec![p, 1, p, 2, p, 3]),
        ),
        // What is white is black that is not seen.
        (
            "grey on nothing",
            ColorType::GrayscaleAlpha,
            BitDepth::Eight,
            samples(|p| vec![0, 255 - p]),
        ),
        (
            "colour on nothing",
            ColorType::Rgba,
            BitDepth::Eight,
            samples(|p| vec![0, 0, 0, 255 - p]),
        ),
        (
            "palette",
            ColorType::Indexed,
            BitDepth::Eight,
            samples(|p| vec![u8::from(p > 99)]),
        ),
    ] {
        let palette: &[u8] = match color {
            ColorType::Indexed => &[0, 0, 90, 250, 250, 200],
            _ => &[],
        };
        holds(
            what,
            &picture.png_as(color, depth, &samples, palette),
            &payload,
        );
    }
    let bits: Vec<u8> = picture
        .pixels
        .chunks(picture.width)
        .flat_map(|row| {
            row.chunks(8).map(|eight| {
                eight.iter().zip(0..).fold(0, |bits, (pixel, at)| {
                    bits | (u8::from(*pixel > 99) << (7 - at))
                })
            })
        })
        .collect();
    let one = picture.png_as(ColorType::Grayscale, BitDepth::One, &bits, &[]);
    holds("black and white", &one, &payload);
}

#[test]
fn two_symbols_and_none() {
    let (first, second) = (b"\xdcfirst".to_vec(), b"\xdcsecond, a longer one".to_vec());
    for (left, top) in [(260, 30), (30, 260), (260, 260)] {
        let mut picture = Picture::white(450, 450);
        picture.put(&Symbol::of(&first).unwrap(), 6, 40, 40);
        picture.put(&Symbol::of(&second).unwrap(), 5, left, top);
        let mut found = payloads(&picture.png());
        found.sort();
        assert_eq!(found, [first.clone(), second.clone()], "{left}, {top}");
    }
    assert_eq!(payloads(&Picture::white(300, 200).png()), [[0_u8; 0]; 0]);
    assert_eq!(
        payloads(&Picture::white(300, 200).noisy(255).png()),
        [[0_u8; 0]; 0]
    );
    assert_eq!(payloads(&Picture::white(1, 1).png()), [[0_u8; 0]; 0]);
    let found = find(&plain(), &Limits::default());
    assert_eq!(found, Ok(Vec::new()));
}

/// A seal is looked for harder when something else was found at once.
#[test]
fn a_seal_that_is_harder_to_read_than_what_stands_beside_it() {
    let (parcel, seal) = (b"a parcel".to_vec(), b"\xdcseal".to_vec());
    let mut picture = Picture::white(500, 250);
    picture.put(&Symbol::of(&seal).unwrap(), 5, 300, 60);
    picture = picture.within(255, 0);
    let mut easy = Picture::white(250, 250);
    easy.put(&Symbol::of(&parcel).unwrap(), 5, 40, 40);
    for y in 0..250 {
        picture.pixels[y * 500..y * 500 + 250].copy_from_slice(&easy.pixels[y * 250..][..250]);
    }
    assert_eq!(payloads(&picture.png()), [parcel, seal]);
}

/// What other encoders write, in each of their ways.
#[test]
fn symbols_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in"), folder.path().join("out.png"));
    for (text, encodations) in [
        (&b"SEAL 0123456789 OF OTHERS"[..], "abcetx8"),
        (b"a seal of Others: 12345, [tag] {x} ~ 9", "abct8"),
        (b"\xdc\x03 K\xf6ln \xff\x80", "abct8"),
        (b"A1B22C333*>\rX", "acx8"),
        (b"AB", "abcetx8"),
        (b"ABCDE", "abcetx8"),
    ] {
        for encodation in encodations.chars() {
            std::fs::write(&from, text).unwrap();
            let arguments = [
                format!("-e{encodation}"),
                "-d4".to_owned(),
                format!("-o{}", to.display()),
            ];
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            if tool::run("dmtxwrite", &arguments, &from).is_some() {
                let file = std::fs::read(&to).unwrap();
                holds(&format!("{encodation} {text:?}"), &file, text);
            }
        }
    }
    for size in ["8x32", "16x48", "52x52", "144x144"] {
        std::fs::write(&from, b"\xdcseal\0").unwrap();
        let (size, to_argument) = (format!("-s{size}"), format!("-o{}", to.display()));
        if tool::run("dmtxwrite", &["-e8", "-d3", &size, &to_argument], &from).is_some() {
            holds(&size, &std::fs::read(&to).unwrap(), b"\xdcseal\0");
        }
    }
}

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
fn pages(count: usize, size: u32) -> Vec<u8> {
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

#[test]
fn what_a_stamp_would_cover() {
    let area = |x: f64, y: f64| Area {
        x,
        y,
        width: 133.0,
        height: 102.0,
    };
    let seen = |file: &[u8], page, area| covers(file, page, area).unwrap();
    let plain = plain();
    // Its words begin at (60, 700).
    assert_eq!(seen(&plain, Page::Last, area(444.0, 18.0)), Cover::Nothing);
    assert_eq!(
        seen(&plain, Page::First, area(0.0, 650.0)),
        Cover::Something
    );
    assert_eq!(
        seen(&plain, Page::Number(1), area(60.0, 712.0)),
        Cover::Nothing
    );
    assert_eq!(
        seen(&plain, Page::Number(2), area(0.0, 650.0)),
        Cover::Unknown
    );
    // Where a stamp is; each file has its own crop, rotation and units.
    for original in all() {
        let (name, bytes, unit) = (original.name, &original.bytes, original.unit);
        let (width, height) = (original.size.0 * unit, original.size.1 * unit);
        let place = area(width - 18.0 - 133.0, 18.0);
        let before = seen(bytes, Page::Last, place);
        let (file, _) = stamped(bytes, &Placement::default());
        assert_eq!(seen(&file, Page::Last, place), Cover::Something, "{name}");
        let opposite = Area {
            x: 1.0,
            y: height - 12.0,
            width: width - 2.0,
            height: 10.0,
        };
        assert_eq!(
            seen(&file, Page::Last, opposite),
            seen(bytes, Page::Last, opposite),
            "{name}"
        );
        if ["plain", "cropped", "nothing-drawn", "large-units"].contains(&name) {
            assert_eq!(before, Cover::Nothing, "{name}");
        }
    }
}

#[test]
fn what_counts_as_something() {
    let with = |drawing: &str, more: &[&str]| {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>".to_owned(),
            format!("<< /Length {} >>\nstream\n{drawing}\nendstream", drawing.len()),
        ];
        objects.extend(more.iter().map(|object| (*object).to_owned()));
        let area = Area {
            x: 50.0,
            y: 50.0,
            width: 100.0,
            height: 100.0,
        };
        covers(&classic(&objects), Page::Last, area).unwrap()
    };
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>";
    for (what, drawing, expected) in [
        ("nothing", "", Cover::Nothing),
        (
            "coloured paper",
            "0.8 0.9 1 rg 0 0 200 200 re f",
            Cover::Nothing,
        ),
        (
            "around it",
            "0 0 49 200 re 151 0 49 200 re f",
            Cover::Nothing,
        ),
        ("a hairline", "0.1 w 0 100 m 200 100 l S", Cover::Something),
        ("yellow", "1 1 0.6 rg 60 60 20 20 re f", Cover::Something),
        ("its edge", "0 0 51 200 re f", Cover::Something),
        (
            "a full stop",
            "BT /F1 8 Tf 100 100 Td (.) Tj ET",
            Cover::Something,
        ),
    ] {
        assert_eq!(with(drawing, &[font, "null"]), expected, "{what}");
    }
    let field = "<< /Type /Annot /Subtype /Widget /Rect [60 60 90 90] /F 4 /AP << /N 7 0 R >> >>";
    let look = "<< /Type /XObject /Subtype /Form /BBox [0 0 30 30] /Length 12 >>\nstream\n0 0 9 9 re f\nendstream";
    assert_eq!(with("", &[font, field, look]), Cover::Something, "a field");
    let broken = "<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 /FontFile2 7 0 R >> >>";
    let junk = "<< /Length 4 >>\nstream\njunk\nendstream";
    let text = "BT /F1 8 Tf 100 100 Td (x) Tj ET";
    let told = with(text, &[broken, "null", junk]);
    assert_eq!(told, Cover::Something, "a font that cannot be read");
    // Not nothing: it cannot be told.
    let image = "/Type /XObject /Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode";
    let image = format!("<< {image} /Length 4 >>\nstream\njunk\nendstream");
    let told = with_image(&image);
    assert_eq!(told, Cover::Unknown, "an image that cannot be decoded");
}

/// What is told of a page that is filled by an image, object 5.
fn with_image(image: &str) -> Cover {
    let drawing = "200 0 0 200 0 0 cm /Im Do";
    let file = classic(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawing}\nendstream", drawing.len()),
        image.to_owned(),
    ]);
    let area = Area {
        x: 50.0,
        y: 50.0,
        width: 100.0,
        height: 100.0,
    };
    covers(&file, Page::Last, area).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any bytes at all, in every size of symbol.
    #[test]
    fn any_payload(payload in prop::collection::vec(any::<u8>(), 1..1_301), module in 3_usize..6) {
        holds("any", &Picture::of_symbol(&payload, module).png(), &payload);
    }

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

/// A page of small print.
fn dense(count: usize) -> Vec<u8> {
    let line = "(lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut) ' ";
    let text = format!("BT /F1 9 Tf 10 TL 40 820 Td {} ET", line.repeat(79));
    let kids: String = (0..count).map(|at| format!("{} 0 R ", at + 5)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_owned();
    objects.extend(std::iter::repeat_n(page, count));
    classic(&objects)
}

#[test]
#[ignore = "prints how long it takes"]
fn figures() {
    let (file, _) = stamped(&plain(), &Placement::default());
    let (printed, _) = stamped(&dense(1), &Placement::default());
    let page = |file: &[u8], dpi: &str| Picture::of_page(file, dpi).unwrap();
    let corner = page(&file, "200").corner();
    for (what, file) in [
        ("a stamped file of a page", file.clone()),
        ("small print, stamped", printed.clone()),
        ("a page at 150 dpi", page(&file, "150").png()),
        ("a page at 300 dpi", page(&file, "300").png()),
        (
            "a JPEG at 300 dpi",
            drawn(&file, &["-r", "300", "-jpeg"]).unwrap(),
        ),
        ("small print at 300 dpi", page(&printed, "300").png()),
        ("turned by 5°", page(&file, "300").turned(5.0).png()),
        ("white on black", corner.within(255, 0).png()),
        ("paler", corner.within(200, 216).png()),
        (
            "more speckled",
            page(&file, "300").corner().speckled(12).png(),
        ),
        ("more noisy", page(&file, "300").corner().noisy(110).png()),
        ("12 megapixels", page(&printed, "355").noisy(10).png()),
        (
            "no symbol, small print at 300 dpi",
            page(&dense(1), "300").png(),
        ),
        (
            "no symbol, small print of 12 megapixels",
            page(&dense(1), "355").noisy(10).png(),
        ),
        (
            "no symbol, 38 megapixels of small print",
            page(&dense(1), "630").png(),
        ),
        (
            "no symbol, 38 megapixels of noise",
            Picture::white(6_200, 6_200).speckled(3).png(),
        ),
        ("no symbol, a page of small print", dense(1)),
        ("no symbol, 8 pages of small print", dense(8)),
        ("no symbol, 10,000 pages", pages(10_000, 400)),
        ("no symbol, as large as pages get", pages(1, 14_400)),
    ] {
        let start = std::time::Instant::now();
        let found = payloads(&file).len();
        eprintln!("{what}: {found} in {:.3} s", start.elapsed().as_secs_f64());
    }
}
