//! Foreign files of every build there is, made by hand and by `qpdf`, and what is seen of their last page.

use std::path::Path;

use crate::tool;

/// A file with a name; the size of its last page as it is seen, in units of the page.
pub(crate) struct Original {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) size: (f64, f64),
    /// Points in a unit.
    pub(crate) unit: f64,
}

const TEXT: &str = "BT /F1 12 Tf 60 700 Td (A foreign document) Tj ET";

/// A file of these objects, from 1, with a table and a trailer.
pub(crate) fn classic(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        offsets.push(out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    let id = "/ID [<00112233445566778899aabbccddeeff> (a\\)b)]";
    out.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R {id} >>\nstartxref\n{table}\n%%EOF\n")
            .bytes(),
    );
    out
}

pub(crate) fn stream(content: &str) -> String {
    format!(
        "<< /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

/// One page with these entries and this drawing; object 5 is a font.
pub(crate) fn one_page(entries: &str, content: &str) -> Vec<u8> {
    classic(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R {entries} /Contents 4 0 R >>"),
        stream(content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ])
}

pub(crate) const A4: &str = "/MediaBox [0 0 595.276 841.89] /Resources << /Font << /F1 5 0 R >> >>";

/// An A4 page of a few words.
pub(crate) fn plain() -> Vec<u8> {
    one_page(A4, TEXT)
}

/// Two pages that inherit everything, with drawings in several streams, listed in an object of their own.
pub(crate) fn inherited() -> Vec<u8> {
    classic(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [7 0 R 3 0 R] /Count 2 /MediaBox [10 20 410 320] /Rotate 90 /Resources 6 0 R >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 8 0 R /Odd#20Name (a \\( text) /Deep [[ -1.5 true null << /K /V#2f >>]] >>".to_owned(),
        stream("0.9 g 20 30 100 100"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Font << /F1 5 0 R >> /XObject 9 0 R /ProcSet [/PDF /Text] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents [4 0 R 10 0 R] >>".to_owned(),
        "[4 0 R 10 0 R]".to_owned(),
        "<< /Other 11 0 R >>".to_owned(),
        stream("re f q /Other Do Q"),
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 16 >>\nstream\n0 0 9 9 re f    \nendstream".to_owned(),
    ])
}

/// A table for readers of old, and a stream beside it that knows of more.
pub(crate) fn hybrid() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let held = format!("5 0 {font}");
    let objects = [
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (
            3,
            format!("<< /Type /Page /Parent 2 0 R {A4} /Contents 4 0 R >>"),
        ),
        (4, stream(TEXT)),
        (
            6,
            format!(
                "<< /Type /ObjStm /N 1 /First 4 /Length {} >>\nstream\n{held}\nendstream",
                held.len()
            ),
        ),
    ];
    let mut offsets = Vec::new();
    for (number, object) in &objects {
        offsets.push((*number, out.len()));
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let beside = out.len();
    // Object 5 is the first one in object 6.
    let row = [2, 0, 6, 0];
    out.extend(b"7 0 obj\n<< /Type /XRef /Size 8 /W [1 2 1] /Index [5 1] /Root 1 0 R /Length 4 >>\nstream\n");
    out.extend(row);
    out.extend(b"\nendstream\nendobj\n");
    offsets.push((7, beside));
    let table = out.len();
    out.extend(b"xref\n0 8\n0000000005 65535 f \n");
    for number in 1..8 {
        match offsets.iter().find(|(known, _)| *known == number) {
            Some((_, offset)) => out.extend(format!("{offset:010} 00000 n \n").bytes()),
            None => out.extend(b"0000000000 65535 f \n"),
        }
    }
    out.extend(
        format!("trailer\n<< /Size 8 /Root 1 0 R /XRefStm {beside} >>\nstartxref\n{table}\n%%EOF")
            .bytes(),
    );
    out
}

/// The plain file as `qpdf` writes it with these arguments; `None` without `qpdf`.
pub(crate) fn by_qpdf(arguments: &[&str]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&from, plain()).unwrap();
    tool::run_into("qpdf", arguments, &from, to.to_str().unwrap())?;
    read(&to)
}

fn read(file: &Path) -> Option<Vec<u8>> {
    Some(std::fs::read(file).unwrap())
}

/// All of them.
pub(crate) fn all() -> Vec<Original> {
    const SEEN: (f64, f64) = (595.276, 841.89);
    let cropped = |rotation: i32| {
        format!(
            "/MediaBox [0 0 600 800] /CropBox [50 100 450 700] /Rotate {rotation} /Resources << /Font << /F1 5 0 R >> >>"
        )
    };
    let mut all = Vec::new();
    let mut add = |name, bytes, size, unit| {
        all.push(Original {
            name,
            bytes,
            size,
            unit,
        });
    };
    add("plain", plain(), SEEN, 1.0);
    let mut cut = plain();
    cut.pop();
    add("without-a-line-feed", cut, SEEN, 1.0);
    add("cropped", one_page(&cropped(0), TEXT), (400.0, 600.0), 1.0);
    add(
        "turned-90",
        one_page(&cropped(90), TEXT),
        (600.0, 400.0),
        1.0,
    );
    add(
        "turned-180",
        one_page(&cropped(180), TEXT),
        (400.0, 600.0),
        1.0,
    );
    add(
        "turned-270",
        one_page(&cropped(-90), TEXT),
        (600.0, 400.0),
        1.0,
    );
    add("inherited", inherited(), (300.0, 400.0), 1.0);
    add(
        "states-left-behind",
        one_page(A4, "q 0.3 0 0 0.3 90 90 cm q 2 0 0 2 9 9 cm 1 0 0 rg"),
        SEEN,
        1.0,
    );
    add("states-taken-away", one_page(A4, "Q Q 0.5 g Q"), SEEN, 1.0);
    add(
        "large-units",
        one_page("/MediaBox [0 0 300 400] /UserUnit 2", "0 0 9 9 re f"),
        (300.0, 400.0),
        2.0,
    );
    add("hybrid", hybrid(), SEEN, 1.0);
    for (name, content) in [
        (
            "words-left-open",
            "/Span BMC BT /F1 12 Tf 60 700 Td (open) Tj",
        ),
        ("path-left-open", "1 0 0 1 9 9 cm 0 0 9 9 re W 5 5 m 9 9 l"),
        ("ends-in-a-comment", "0 0 9 9 re f % and so on"),
    ] {
        add(name, one_page(A4, content), SEEN, 1.0);
    }
    let bare = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
    ];
    add(
        "nothing-drawn",
        classic(&bare.map(str::to_owned)),
        (300.0, 300.0),
        1.0,
    );
    for (name, arguments) in [
        ("object-streams", &["--object-streams=generate"][..]),
        ("linearized", &["--linearize"]),
        (
            "linearized-streams",
            &["--linearize", "--object-streams=generate"],
        ),
    ] {
        if let Some(bytes) = by_qpdf(arguments) {
            add(name, bytes, SEEN, 1.0);
        }
    }
    let rendition = ananke_pdf::rendition::render(&crate::sample::diploma()).unwrap();
    add("rendition", rendition, SEEN, 1.0);
    all
}
