//! The carriers of a seal: the stamped file, what is drawn of it, and what scanners and phones make of that.

use crate::originals::{all, plain};
use crate::pixels::{Picture, drawn};
use crate::{holds, stamped};
use ananke_pdf::read::{Found, Limits, find};
use ananke_pdf::stamp::Placement;

#[test]
fn the_stamped_file_itself() {
    for original in all() {
        let (file, seal) = stamped(&original.bytes, &Placement::default());
        let pages = if original.name == "inherited" { 2 } else { 1 };
        let expected = Found {
            payload: seal,
            page: Some(pages),
            is_paper: false,
        };
        let found = find(&file, &Limits::default()).unwrap();
        assert!(found == [expected], "{}: {found:?}", original.name);
    }
}

/// A page of A4 that shows a JPEG, and this besides.
fn scanned(jpeg: &[u8], besides: &str, more: &str) -> Vec<u8> {
    let drawing = format!("q 595 0 0 842 0 0 cm /Im Do Q {besides}");
    let objects: [Vec<u8>; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> /Font << /F 6 0 R >> >> {more} >>").into_bytes(),
        format!("<< /Length {} >>\nstream\n{drawing}\nendstream", drawing.len()).into_bytes(),
        [
            format!("<< /Type /XObject /Subtype /Image /Width 1241 /Height 1754 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode /Length {} >>\nstream\n", jpeg.len()).as_bytes(),
            jpeg,
            b"\nendstream",
        ]
        .concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(b"xref\n0 7\n0000000000 65535 f \n");
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    file
}

#[test]
fn a_scan_is_a_picture_of_paper_and_a_page_that_writes_is_none() {
    let (file, seal) = stamped(&plain(), &Placement::default());
    let Some(jpeg) = drawn(&file, &["-r", "150", "-jpeg"]) else {
        return;
    };
    for (besides, more, is_paper) in [
        ("", "", true),
        // What a scanner read lies unseen over its picture.
        ("BT /F 12 Tf 3 Tr 60 700 Td (A document) Tj ET", "", true),
        (
            "q BT 3 Tr ET Q BT /F 12 Tf 60 700 Td (Pay 900) Tj ET",
            "",
            false,
        ),
        (
            "BT /F 12 Tf 3 Tr 0 Tr 60 700 Td [(Pay 900)] TJ ET",
            "",
            false,
        ),
        ("1 g 50 690 200 40 re f", "", false),
        ("0 0 m 100 100 l S", "", false),
        (
            "q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q",
            "",
            true,
        ),
        (
            "",
            "/Annots [<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] >>]",
            false,
        ),
    ] {
        let found = find(&scanned(&jpeg, besides, more), &Limits::default()).unwrap();
        let expected = Found {
            payload: seal.clone(),
            page: Some(1),
            is_paper,
        };
        assert!(found == [expected], "{besides}{more}: {found:?}");
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

/// Light and dark run into each other, and noise lies over both: too many modules are wrong in black and white.
#[test]
fn what_is_read_in_grey_only() {
    let (file, seal) = stamped(&plain(), &Placement::default());
    let Some(page) = Picture::of_page(&file, "150") else {
        return;
    };
    let corner = page.corner().turned(1.0).blurred(3).noisy(35);
    holds("blurred and noisy at 150 dpi", &corner.png(), &seal);
    holds("inverted", &corner.within(255, 0).png(), &seal);
    holds(
        "pale and in the shade",
        &corner.within(120, 200).shaded(80).png(),
        &seal,
    );
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
