//! A stamp for a foreign PDF, as one update behind it (`spec/stamp.md`): where it goes, what it draws, and how the file is told of it.
//!
//! Owns what the update holds. What is signed of it, and the drawing of the symbol, are the format crate's: the update made here
//! has an empty hole. This module parses foreign files, and is called in a process of its own.

mod content;
mod draw;
mod file;
mod objects;
mod place;
mod sections;
pub(crate) mod syntax;
mod tree;
mod words;
mod write;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use place::{Area, Page, Placement};

use crate::exact;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Modules a side of the symbol, without its quiet zone.
    pub side: usize,
    /// The reference, printed under the symbol.
    pub reference: String,
    /// The address the small QR code leads to.
    pub url: String,
}

/// An update without its seal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// What stands behind the original.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Where in it the drawing of the symbol goes.
    pub hole: Range<usize>,
    /// The page, from 1.
    pub page: u32,
    /// Where on it the stamp lies.
    pub covered: Area,
    /// How large a module is, in millimetres.
    #[serde(with = "exact")]
    pub module_mm: f64,
    /// What the issuer should know.
    pub warnings: Vec<Warning>,
}

/// What the issuer should know of a stamp that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Warning {
    /// Modules are so small that not every scanner reads them.
    SmallModules {
        /// Their size in millimetres.
        #[serde(with = "exact")]
        module_mm: f64,
        /// A symbol of so many points has modules of 0.3 mm.
        #[serde(with = "exact")]
        size: f64,
    },
    /// The file carries a signature; readers may say that it was changed since, which is true.
    Signed,
    /// The file says that it is PDF/A without a PDF/A output intent. The stamp is grey without one, so it is PDF/A no more.
    PdfA,
    /// There was something on the page where the stamp lies now.
    Covers,
    /// The page could not be drawn, so that nobody knows whether there was.
    CoverUnknown,
    /// The file was damaged. It was repaired, and the repaired file is what was stamped.
    Repaired,
}

/// Why a file is not stamped.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StampError {
    /// It is encrypted.
    #[error(
        "the PDF is encrypted: save it without a password and without restrictions, and stamp that file"
    )]
    Encrypted,
    /// It carries a signature, and the request does not allow that.
    #[error(
        "the PDF carries a signature, and a stamp changes what readers say of it: stamp first and sign last, or allow it"
    )]
    Signed,
    /// Its structure is not whole.
    #[error(
        "the PDF is damaged ({0}): most readers forgive that, and an update cannot stand on it; print it to a new PDF, or have it repaired"
    )]
    Damaged(&'static str),
    /// No such page.
    #[error("there is no page {page}: the PDF has {pages}")]
    NoPage {
        /// The page that was asked for.
        page: u32,
        /// How many there are.
        pages: usize,
    },
    /// The stamp does not lie within the visible page.
    #[error(
        "the stamp lies outside the page: it takes {width:.0} × {height:.0} pt from ({x:.0}, {y:.0}), the page has {page_width:.0} × {page_height:.0} pt"
    )]
    Outside {
        /// Its lower left corner.
        x: f64,
        /// The same.
        y: f64,
        /// Its size.
        width: f64,
        /// The same.
        height: f64,
        /// The visible page.
        page_width: f64,
        /// The same.
        page_height: f64,
    },
    /// Its modules would be smaller than any printer prints them.
    #[error(
        "at {size:.0} pt a module has {module_mm:.2} mm, and below 0.20 mm it is not read from paper: the size must be at least {least:.0} pt"
    )]
    TooSmall {
        /// The size asked for.
        size: f64,
        /// A module of it, in millimetres.
        module_mm: f64,
        /// The smallest size there may be.
        least: f64,
    },
    /// A length that is none.
    #[error("the stamp's {what} is {value} pt: it must be {rule} and at most 14400")]
    Size {
        /// Which one.
        what: &'static str,
        /// What it must be besides.
        rule: &'static str,
        /// What it is.
        value: f64,
    },
    /// The label has no room, even in the smallest print.
    #[error(
        "the label is too long (characters that have no room: {characters}): it takes {lines} lines of {size:.1} pt, the smallest print, and {fit} have room; shorten it, or make the stamp larger"
    )]
    Label {
        /// So many stand on lines that have no room.
        characters: usize,
        /// How many lines it takes.
        lines: usize,
        /// How many have room.
        fit: usize,
        /// How large the smallest print is.
        size: f64,
    },
    /// No font here has a character.
    #[error(
        "no font here has {character:?} (U+{code:04X}): write the label without it, or in another script"
    )]
    Character {
        /// The first one that there is not.
        character: char,
        /// Its number.
        code: u32,
    },
    /// The address is too long for a QR code, or the fonts cannot be read.
    #[error("the stamp cannot be drawn: {0}")]
    Drawing(&'static str),
}

/// Whether an update can stand on a file.
pub(crate) fn check(file: &[u8]) -> Result<(), StampError> {
    file::File::read(file)?.page(Page::Last).map(|_| ())
}

/// Makes the update that stamps a file.
///
/// # Errors
/// [`StampError`]
pub fn update(
    original: &[u8],
    placement: &Placement,
    mark: &Mark,
    allow_signed: bool,
) -> Result<Update, StampError> {
    placement.check()?;
    let file = file::File::read(original)?;
    let is_signed = file.is_signed();
    if is_signed && !allow_signed {
        return Err(StampError::Signed);
    }
    let (number, page) = file.page(placement.page)?;
    let block = draw::Block::new(placement, mark)?;
    let placed = place::place(placement, &block, &page.view)?;
    let (bytes, hole) = write::update(&file, &page, &block, &placed, mark.side)?;
    let module_mm = place::module_mm(placement.size, mark.side);
    let mut warnings = Vec::new();
    if module_mm < place::GOOD_MM {
        let size = place::size_for(place::GOOD_MM, mark.side);
        warnings.push(Warning::SmallModules { module_mm, size });
    }
    if is_signed {
        warnings.push(Warning::Signed);
    }
    if file.is_pdf_a_without_intent()? {
        warnings.push(Warning::PdfA);
    }
    Ok(Update {
        bytes,
        hole,
        page: number,
        covered: placed.area,
        module_mm,
        warnings,
    })
}
