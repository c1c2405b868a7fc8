//! How long it takes, where somebody asks: it proves nothing.

use crate::bounds::pages;
use crate::originals::{classic, plain};
use crate::pixels::{Picture, drawn};
use crate::{payloads, stamped};
use ananke_pdf::stamp::Placement;

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
#[ignore = "writes down how long it takes"]
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
