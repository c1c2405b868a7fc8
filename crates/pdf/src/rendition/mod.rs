//! The page drawn for a document that was issued without a PDF of its own.
//!
//! The same [`Rendition`] gives the same bytes, today and tomorrow: no clock is read and nothing is
//! random, so a stored rendition can be made again and compared. Whatever changes a single byte of
//! the output (fonts, layout, words, a library) raises [`RENDERER_VERSION`].
//!
//! Output: A4, PDF 1.7, tagged, PDF/A-2a and PDF/UA-1, fonts embedded as subsets. Characters none of
//! the built-in fonts can draw appear as a box, with a note on the page and the character itself in
//! the text layer.

mod dates;
mod language;
mod layout;
mod plan;
mod words;
mod write;

use jiff::Timestamp;
use jiff::civil::Date;
use thiserror::Error;

pub use language::Language;

/// Version of the drawing. Stored renditions carry it; a higher one may draw the same document
/// differently.
pub const RENDERER_VERSION: u32 = 2;

/// Everything a page says. Plain values: whoever fills it decides what may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Language of the labels and dates, not of the values.
    pub language: Language,
    /// True for documents of test mode: a watermark and a banner say so on every page.
    pub test: bool,
    /// Name the issuer goes by.
    pub issuer_name: String,
    /// Issuer code, 6 characters.
    pub issuer_code: String,
    /// Kind of document as people call it, such as `Certificate`; may be empty.
    pub document_type: String,
    /// Title of the document; may be empty, then the kind stands in its place.
    pub title: String,
    /// Whom the document was issued to.
    pub recipient: String,
    /// Label and value pairs, in order.
    pub fields: Vec<Field>,
    /// Instant of issuance.
    pub issued_at: Timestamp,
    /// Date of the award as the issuer stated it.
    pub awarded_on: Option<Date>,
    /// Instant from which the document no longer holds.
    pub valid_until: Option<Timestamp>,
    /// Reference of the document.
    pub reference: String,
    /// Address at which anybody can check the document; goes into the QR code.
    pub verification_url: String,
    /// Fingerprint of the instance root, `sha256:` and 64 hexadecimal digits.
    pub root_fingerprint: String,
}

/// One signed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Label of the field as the template has it.
    pub label: String,
    /// Value of the field; may be empty.
    pub value: String,
}

/// Why no page came out. None of these is caused by odd text in a field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RenditionError {
    /// The verification address does not fit into a QR code.
    #[error("verification address of {length} bytes does not fit into a QR code")]
    AddressTooLong {
        /// Length of the address in bytes.
        length: usize,
    },
    /// A built-in font could not be read: the build is broken.
    #[error("built-in font {name} cannot be read")]
    Font {
        /// File name of the font.
        name: &'static str,
    },
    /// The PDF library refused the document.
    #[error("the PDF could not be written: {reason}")]
    Write {
        /// What the library said.
        reason: String,
    },
}

/// Draws a document.
///
/// # Errors
/// [`RenditionError`]; text of any length in any script is drawn, on as many pages as it takes.
pub fn render(rendition: &Rendition) -> Result<Vec<u8>, RenditionError> {
    layout::draw(rendition)
}
