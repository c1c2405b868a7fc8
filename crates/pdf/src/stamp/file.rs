//! What of a foreign file is needed to write an update behind it: its last trailer, and a page with what that inherits.

use hayro_syntax::object::{Dict, FromBytes as _, Name, ObjRef, Object, ObjectIdentifier};
use hayro_syntax::page::{Page as Found, Rotation};
use hayro_syntax::{LoadPdfError, Pdf};

use super::StampError;
use super::place::{Page, View};

/// Readers look for `startxref` this far from the end.
const END: usize = 1_100;
/// So many levels of page tree are gone up.
const LEVELS: usize = 64;
/// So many numbers are tried to find some that no object has.
const TRIES: u32 = 10_000;

/// A file that an update can stand on.
pub(super) struct File<'a> {
    pub(super) data: &'a [u8],
    pdf: Pdf,
    /// Where its last cross-reference section is, and whether that is a stream.
    pub(super) section: usize,
    pub(super) is_stream: bool,
    trailer: Dict<'a>,
}

/// A page, as an update replaces it.
pub(super) struct PageObject<'f> {
    pub(super) id: ObjectIdentifier,
    pub(super) view: View,
    pub(super) found: &'f Found<'f>,
    pub(super) resources: Dict<'f>,
}

impl<'a> File<'a> {
    pub(super) fn read(data: &'a [u8]) -> Result<Self, StampError> {
        if !data.starts_with(b"%PDF-") {
            return Err(StampError::Damaged(
                "something stands before its first line",
            ));
        }
        let section =
            startxref(data).ok_or(StampError::Damaged("it does not say where its objects are"))?;
        let (trailer, is_stream) =
            trailer(data, section).ok_or(StampError::Damaged("no objects are where it says"))?;
        if trailer.contains_key("Encrypt") {
            return Err(StampError::Encrypted);
        }
        let pdf = Pdf::new(data.to_vec()).map_err(|error| match error {
            LoadPdfError::Decryption(_) => StampError::Encrypted,
            LoadPdfError::Invalid => StampError::Damaged("it cannot be read"),
        })?;
        Ok(Self {
            data,
            pdf,
            section,
            is_stream,
            trailer,
        })
    }

    /// The trailer's entries.
    pub(super) fn trailer(&self) -> &Dict<'a> {
        &self.trailer
    }

    /// Whether somebody signed it.
    pub(super) fn is_signed(&self) -> bool {
        let catalog: Option<Dict<'_>> = self.pdf.xref().get(self.pdf.xref().root_id());
        let form = catalog.and_then(|catalog| catalog.get::<Dict<'_>>("AcroForm"));
        let flags = form.and_then(|form| form.get::<i32>("SigFlags"));
        flags.is_some_and(|flags| flags & 1 == 1)
            || memchr::memmem::find(self.data, b"/ByteRange").is_some()
    }

    /// A page with its number from 1.
    pub(super) fn page(&self, wanted: Page) -> Result<(u32, PageObject<'_>), StampError> {
        let pages = self.pdf.pages();
        let last = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let number = match wanted {
            Page::First => 1,
            Page::Last => last.max(1),
            Page::Number(number) => number,
        };
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let found = index.and_then(|index| pages.get(index));
        let found = found.ok_or(StampError::NoPage {
            page: number,
            pages: pages.len(),
        })?;
        let id = found.raw().obj_id();
        let id = id.ok_or(StampError::Damaged("a page is no object of its own"))?;
        Ok((
            number,
            PageObject {
                id,
                view: view(found),
                resources: resources(found.raw()),
                found,
            },
        ))
    }

    /// Numbers for so many new objects: none of them is in use.
    pub(super) fn free(&self, count: u32) -> Result<u32, StampError> {
        let size = self.trailer.get::<u32>("Size").unwrap_or_default().max(1);
        let is_used = |number: u32| {
            let id = ObjectIdentifier::new(number, 0);
            self.pdf.xref().get::<Object<'_>>(id).is_some()
        };
        let mut begin = size;
        for _ in 0..TRIES {
            match (begin..begin.saturating_add(count))
                .rev()
                .find(|at| is_used(*at))
            {
                None => return Ok(begin),
                Some(used) => begin = used.saturating_add(1),
            }
        }
        Err(StampError::Damaged("it has more objects than it says"))
    }

    /// What an object is, through references.
    pub(super) fn object(&self, to: ObjRef) -> Option<Object<'_>> {
        self.pdf.xref().get(to.into())
    }
}

/// Where the last section is said to be.
fn startxref(data: &[u8]) -> Option<usize> {
    let end = data.get(data.len().saturating_sub(END)..)?;
    let at = memchr::memmem::rfind(end, b"startxref")? + b"startxref".len();
    let text = end.get(at..)?.trim_ascii_start();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(text.get(..digits)?).ok()?.parse().ok()
}

/// The dictionary of a section, and whether it is a stream.
fn trailer(data: &[u8], section: usize) -> Option<(Dict<'_>, bool)> {
    let text = data.get(section..)?;
    if text.starts_with(b"xref") {
        let at = memchr::memmem::find(text, b"trailer")? + b"trailer".len();
        let dict = Dict::from_bytes(text.get(at..)?.trim_ascii_start())?;
        return dict.get_ref("Root").map(|_| (dict, false));
    }
    // A stream: two numbers and `obj` before its dictionary.
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let head = text.get(..text.len().min(40))?;
    let at = memchr::memmem::find(head, b"obj")? + b"obj".len();
    let dict = Dict::from_bytes(text.get(at..)?.trim_ascii_start())?;
    let kind = dict.get::<Name<'_>>("Type")?;
    (kind.as_str() == "XRef" && dict.get_ref("Root").is_some()).then_some((dict, true))
}

fn view(page: &Found<'_>) -> View {
    let mut seen = page.intersected_crop_box();
    // A crop box beside the page shows nothing: readers take the page instead.
    if seen.x1 - seen.x0 < 1.0 || seen.y1 - seen.y0 < 1.0 {
        seen = page.media_box();
    }
    let unit = page.raw().get::<f32>("UserUnit").unwrap_or(1.0);
    View {
        left: seen.x0,
        bottom: seen.y0,
        right: seen.x1,
        top: seen.y1,
        quarters: match page.rotation() {
            Rotation::None => 0,
            Rotation::Horizontal => 1,
            Rotation::Flipped => 2,
            Rotation::FlippedHorizontal => 3,
        },
        unit: if unit.is_finite() && unit > 0.0 {
            unit.into()
        } else {
            1.0
        },
    }
}

/// The resources of a page, its own or those of the nearest node above.
fn resources<'f>(page: &Dict<'f>) -> Dict<'f> {
    let mut node = page.clone();
    for _ in 0..LEVELS {
        if let Some(found) = node.get::<Dict<'_>>("Resources") {
            return found;
        }
        match node.get::<Dict<'_>>("Parent") {
            Some(parent) => node = parent,
            None => break,
        }
    }
    Dict::empty()
}
