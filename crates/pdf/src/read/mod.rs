//! Symbols out of pictures: finds the Data Matrix symbols in a PNG, a JPEG or a PDF and says what they hold; and whether something
//! is drawn where a stamp is wanted.
//!
//! Owns which files are taken, how large they may be, and in which order pages are looked at. This module decodes foreign files, and
//! is called in a process of its own: the libraries under it may take much memory, may take long, and may panic. A panic is caught
//! here and told as an error. Pictures are bounded by [`Limits`] and looked at a fixed number of times; how long a page takes to be
//! drawn, and what memory, is up to whoever made it, and only the caller's process can bound that.

mod covers;
mod field;
mod gray;
mod modules;
mod page;
mod picture;
mod scan;
mod symbols;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use covers::{Cover, covers};

use gray::Gray;
use symbols::Effort;

/// Readers of PDF look for its first line this far into the file.
const HEADER: usize = 1024;
/// What every Visible Digital Seal begins with.
const SEAL: u8 = 0xdc;
/// Pages are drawn coarsely, then finely; 150 dots an inch do for most.
const RESOLUTIONS: [f64; 2] = [150.0, 300.0];
/// So many pages are looked at with every filter, where nothing was found on any.
const HARD_PAGES: usize = 2;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes.
    pub bytes: usize,
    /// The largest picture, in pixels; each takes up to twelve bytes of memory. Pages that would have more are drawn coarser.
    pub pixels: usize,
    /// How many pages of a PDF are drawn.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 20 * 1024 * 1024,
            pixels: 40_000_000,
            pages: 8,
        }
    }
}

/// A symbol that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The bytes it holds.
    pub payload: Vec<u8>,
    /// The page of a PDF, from 1; none in a picture.
    pub page: Option<u32>,
    /// Whether it comes from a picture of paper: a picture, or a page of a PDF of which images are all that is seen. A page that
    /// draws and writes is a file, and its symbol says nothing of the rest of it.
    pub is_paper: bool,
}

impl Found {
    /// Whether it may be a Visible Digital Seal, ours or somebody else's.
    #[must_use]
    pub fn is_seal(&self) -> bool {
        self.payload.first() == Some(&SEAL)
    }
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The file is too large.
    #[error("the file has {size} bytes, {most} are allowed: send the page with the seal only")]
    TooLarge {
        /// Its size.
        size: usize,
        /// The largest allowed.
        most: usize,
    },
    /// Neither of the kinds that are read.
    #[error("the file is no PNG, JPEG or PDF: send one of these three")]
    Kind,
    /// The picture is too large.
    #[error(
        "the picture has {width} × {height} pixels, {most} are allowed in all: send a smaller one, or the part with the seal"
    )]
    Pixels {
        /// Its width.
        width: usize,
        /// Its height.
        height: usize,
        /// How many pixels it may have.
        most: usize,
    },
    /// A picture that cannot be decoded.
    #[error(
        "the {kind} cannot be decoded ({reason}): it is damaged or incomplete; save or photograph it again"
    )]
    Picture {
        /// What it says it is.
        kind: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// A PDF that opens with a password only.
    #[error("the PDF is encrypted: save it without a password and send that file")]
    Encrypted,
    /// A PDF of which nothing can be made.
    #[error(
        "the PDF cannot be read: it is damaged or incomplete; print it to a new PDF and send that"
    )]
    Pdf,
    /// A PDF without a page.
    #[error("the PDF has no page")]
    NoPage,
    /// No page of it can be drawn.
    #[error("the PDF's pages cannot be drawn: send a picture of the page with the seal")]
    Drawing,
}

/// Finds the symbols in a file: none is no error.
///
/// Of a PDF the last page is looked at first, then the first one, then the others. The search ends where a seal was found
/// ([`Found::is_seal`]), with what else was found until then; harder filters are tried where none was.
///
/// # Errors
/// [`ReadError`]
pub fn find(file: &[u8], limits: &Limits) -> Result<Vec<Found>, ReadError> {
    if file.len() > limits.bytes {
        return Err(ReadError::TooLarge {
            size: file.len(),
            most: limits.bytes,
        });
    }
    let decode = |is_whole: bool| {
        if file.starts_with(picture::PNG) {
            decoded("PNG", || picture::png(file, limits.pixels))
        } else {
            decoded("JPEG", || picture::jpeg(file, limits.pixels, is_whole))
        }
    };
    if is_pdf(file) {
        return in_pdf(file, limits);
    } else if !file.starts_with(picture::PNG) && !file.starts_with(picture::JPEG) {
        return Err(ReadError::Kind);
    }
    let picture = decode(false)?;
    let mut found = Vec::new();
    for effort in [Effort::Usual, Effort::Hard] {
        if look(&picture, effort, (None, true), &mut found) {
            return Ok(found);
        }
    }
    // A symbol in half a picture is a symbol; of half a picture without one nothing can be said.
    if found.is_empty() {
        decode(true)?;
    }
    Ok(found)
}

fn is_pdf(file: &[u8]) -> bool {
    let head = file.get(..file.len().min(HEADER)).unwrap_or_default();
    memchr::memmem::find(head, b"%PDF-").is_some()
}

fn decoded(
    kind: &'static str,
    decode: impl FnOnce() -> Result<Gray, ReadError>,
) -> Result<Gray, ReadError> {
    caught(decode).unwrap_or_else(|| {
        Err(ReadError::Picture {
            kind,
            reason: "the decoder gave up".to_owned(),
        })
    })
}

fn in_pdf(file: &[u8], limits: &Limits) -> Result<Vec<Found>, ReadError> {
    let pdf = page::open(file)?;
    let pages = caught(|| pdf.pages().len()).ok_or(ReadError::Pdf)?;
    if pages == 0 {
        return Err(ReadError::NoPage);
    }
    let order: Vec<usize> = std::iter::once(pages - 1)
        .chain(0..pages - 1)
        .take(limits.pages)
        .collect();
    let fine = RESOLUTIONS.last().copied().unwrap_or(150.0);
    let usual = order
        .iter()
        .flat_map(|page| RESOLUTIONS.map(|dpi| (*page, dpi, Effort::Usual)));
    let hard = order
        .iter()
        .take(HARD_PAGES)
        .map(|page| (*page, fine, Effort::Hard));
    let mut found = Vec::new();
    let mut drawn = false;
    for (page, dpi, effort) in usual.chain(hard) {
        let Some(picture) = caught(|| page::drawn(&pdf, page, dpi, limits.pixels)).flatten() else {
            continue;
        };
        drawn = true;
        let number = u32::try_from(page + 1).ok();
        let is_scan = || pdf.pages().get(page).is_some_and(scan::is_scan);
        let from = (number, caught(is_scan).unwrap_or(false));
        if look(&picture, effort, from, &mut found) {
            break;
        }
    }
    if drawn {
        Ok(found)
    } else {
        Err(ReadError::Drawing)
    }
}

/// Looks at a picture, keeps what is new, and says whether there is a seal now.
fn look(
    picture: &Gray,
    effort: Effort,
    (page, is_paper): (Option<u32>, bool),
    found: &mut Vec<Found>,
) -> bool {
    symbols::find(picture, effort, &mut |payload| {
        let new = Found {
            payload,
            page,
            is_paper,
        };
        let is_seal = new.is_seal();
        if !found.contains(&new) {
            found.push(new);
        }
        is_seal
    })
}

/// What foreign code answers; `None` where it panics. Nothing that it left behind is used again.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}
