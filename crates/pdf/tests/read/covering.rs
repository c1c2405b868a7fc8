//! Whether a stamp would cover something.

use crate::originals::{all, classic, plain};
use crate::stamped;
use ananke_pdf::read::{Cover, covers};
use ananke_pdf::stamp::Area;
use ananke_pdf::stamp::{Page, Placement};

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
