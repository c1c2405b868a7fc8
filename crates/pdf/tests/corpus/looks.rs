//! What outside tools see of a file: whether it is sound for `qpdf`, the words `pdftotext` finds, and pages as poppler and mupdf draw
//! them.

use std::path::{Path, PathBuf};
use std::process::Command;

use ananke_pdf::read::{Limits, find};

use crate::{Stamp, tool};

/// Coarse, since only what differs is looked for.
const DPI: f64 = 60.0;
/// Fine enough for the symbol.
const FINE: f64 = 200.0;
/// Behind the edge of a stamp its colour may be mixed with what lies there.
const EDGE: f64 = 1.5;

/// A file in a folder of its own.
pub(crate) struct Copy {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Copy {
    pub(crate) fn new(file: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.pdf");
        std::fs::write(&path, file).unwrap();
        Self { folder, path }
    }
}

/// A page in colours, three bytes a pixel from the top left.
#[derive(PartialEq)]
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// What draws a page of a file.
type Draw = fn(&Copy, usize) -> Option<Picture>;
const PAINTERS: [(&str, Draw); 2] = [("poppler", poppler), ("mupdf", mupdf)];

pub(crate) struct Looks {
    words: String,
    last: usize,
    /// The first page and the last one, as each of [`PAINTERS`] draws them; a file of one page has one.
    pages: Vec<(usize, Vec<Picture>)>,
}

impl Looks {
    /// `None` where a tool is missing.
    pub(crate) fn of(copy: Copy) -> Option<Self> {
        let words = tool::run_into("pdftotext", &[], &copy.path, "-")?;
        // Each page ends in a form feed.
        let last = words.matches('\u{c}').count();
        let mut numbers = vec![1, last];
        numbers.dedup();
        let pages = numbers.into_iter().map(|page| {
            let pictures = PAINTERS.iter().map(|(_, draw)| draw(&copy, page));
            Some((page, pictures.collect::<Option<_>>()?))
        });
        Some(Self {
            words,
            last,
            pages: pages.into_iter().collect::<Option<_>>()?,
        })
    }

    fn page(&self, number: usize) -> &[Picture] {
        let page = self.pages.iter().find(|page| page.0 == number);
        &page.unwrap().1
    }
}

/// What `qpdf --check` has against a file: nothing, if it is sound.
fn complaint(copy: &Copy) -> Option<String> {
    let output = Command::new("qpdf").arg("--check").arg(&copy.path).output();
    let output = tool::found("qpdf", output)?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), told.is_empty(), "{told}");
    Some(told)
}

fn poppler(copy: &Copy, page: usize) -> Option<Picture> {
    let (page, dpi) = (page.to_string(), DPI.to_string());
    let arguments = [
        "-singlefile",
        "-cropbox",
        "-r",
        &dpi,
        "-f",
        &page,
        "-l",
        &page,
    ];
    let out = copy.folder.path().join("page");
    tool::run_into("pdftoppm", &arguments, &copy.path, out.to_str().unwrap())?;
    Some(picture(&out.with_extension("ppm")))
}

fn mupdf(copy: &Copy, page: usize) -> Option<Picture> {
    let (page, dpi) = (page.to_string(), DPI.to_string());
    let out = copy.folder.path().join("page.ppm");
    let arguments = [
        "draw",
        "-q",
        "-c",
        "rgb",
        "-r",
        &dpi,
        "-o",
        out.to_str().unwrap(),
    ];
    tool::run_into("mutool", &arguments, &copy.path, &page)?;
    Some(picture(&out))
}

/// The picture of a file.
fn picture(path: &Path) -> Picture {
    let (width, height, pixels) = tool::portable(&std::fs::read(path).unwrap());
    assert_eq!(pixels.len(), width * height * 3);
    Picture {
        width,
        height,
        pixels,
    }
}

/// Compares a stamped file with what was there before; whether every tool was there.
pub(crate) fn compare(name: &str, before: &Looks, copy: Copy, stamp: &Stamp) -> bool {
    let pixels = symbol(&copy, before, stamp);
    let Some(told) = complaint(&copy) else {
        return false;
    };
    assert_eq!(told, "", "{name}: qpdf --check");
    let Some(after) = Looks::of(copy) else {
        return false;
    };
    // A stamp is drawn without fonts: it adds no words, and takes none away.
    assert_eq!(after.words, before.words, "{name}");
    assert_eq!(after.last, before.last, "{name}");
    let stamped = stamp.made.page as usize;
    for (page, after) in &after.pages {
        let pictures = before.page(*page).iter().zip(after);
        for ((tool, _), (before, after)) in PAINTERS.iter().zip(pictures) {
            let name = format!("{name}: page {page} by {tool}");
            if *page == stamped {
                outside(&name, before, after, stamp);
            } else {
                assert!(before == after, "{name} differs");
            }
        }
    }
    let found = pixels.map(|pixels| find(&pixels, &Limits::default()).unwrap());
    let Some(found) = found else { return false };
    let found: Vec<_> = found.into_iter().map(|found| found.payload).collect();
    assert_eq!(found, [&stamp.seal[..]], "{name}: as poppler draws it");
    true
}

/// Nothing differs outside the stamp, and something does within.
fn outside(name: &str, before: &Picture, after: &Picture, stamp: &Stamp) {
    assert_eq!(
        (before.width, before.height),
        (after.width, after.height),
        "{name}"
    );
    let (left, top, right, bottom) = area(before, stamp, EDGE);
    let mut within = 0;
    let rows = before
        .pixels
        .chunks(3 * before.width)
        .zip(after.pixels.chunks(3 * after.width));
    for (y, (before, after)) in rows.enumerate() {
        for (x, (before, after)) in before.chunks(3).zip(after.chunks(3)).enumerate() {
            if before == after {
                continue;
            }
            let (x, y) = (x as f64, y as f64);
            let is_within = x + 1.0 > left && x < right && y + 1.0 > top && y < bottom;
            assert!(
                is_within,
                "{name}: ({x}, {y}) was {before:?} and is {after:?}"
            );
            within += 1;
        }
    }
    assert!(within > 500, "{name}: {within} pixels of a stamp");
}

/// The stamp in a picture of its page, with an edge around it: left, top, right, bottom.
fn area(picture: &Picture, stamp: &Stamp, edge: f64) -> (f64, f64, f64, f64) {
    let covered = stamp.made.covered;
    let (across, down) = (
        picture.width as f64 / stamp.page.0,
        picture.height as f64 / stamp.page.1,
    );
    let top = stamp.page.1 - covered.y - covered.height;
    (
        covered.x * across - edge,
        top * down - edge,
        (covered.x + covered.width) * across + edge,
        (top + covered.height) * down + edge,
    )
}

/// The part of a page with the stamp as poppler draws it, a PNG.
fn symbol(copy: &Copy, before: &Looks, stamp: &Stamp) -> Option<Vec<u8>> {
    let picture = &before.page(stamp.made.page as usize)[0];
    // Poppler knows of no units of a page: finer, until a point has as many dots.
    let dpi = FINE * stamp.page.0 / (picture.width as f64 * 72.0 / DPI);
    let scale = dpi / DPI;
    let (left, top, right, bottom) = area(picture, stamp, 0.0);
    let text = |value: f64| value.max(0.0).round().to_string();
    let (width, height) = (text((right - left) * scale), text((bottom - top) * scale));
    let (left, top, page) = (
        text(left * scale),
        text(top * scale),
        stamp.made.page.to_string(),
    );
    let out = copy.folder.path().join("symbol");
    let arguments = [
        "-singlefile",
        "-cropbox",
        "-png",
        "-r",
        &dpi.to_string(),
        "-f",
        &page,
        "-l",
        &page,
        "-x",
        &left,
        "-y",
        &top,
        "-W",
        &width,
        "-H",
        &height,
    ];
    tool::run_into("pdftoppm", &arguments, &copy.path, out.to_str().unwrap())?;
    Some(std::fs::read(out.with_extension("png")).unwrap())
}
