//! What of a foreign file is needed to write an update behind it: its last trailer, and a page with what that inherits.

use hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page as Found, Rotation};
use hayro_syntax::{LoadPdfError, Pdf};

use super::StampError;
use super::place::{Page, View};
use super::sections::Sections;
use super::syntax::{Kind, Scanner, entries, items};
use super::tree::{Leaf, leaves};

/// Readers take offsets as far as this.
const LONGEST: usize = i32::MAX as usize / 2;
/// So large may units and coordinates be.
const LARGEST_UNIT: f64 = 75_000.0;
const FARTHEST: f64 = 10_000_000.0;

/// A file that an update can stand on.
pub(super) struct File<'a> {
    pub(super) data: &'a [u8],
    pub(super) sections: Sections<'a>,
    pdf: Pdf,
}

/// A page, as an update replaces it.
pub(super) struct PageObject<'f> {
    pub(super) id: ObjectIdentifier,
    pub(super) dict: Dict<'f>,
    pub(super) resources: Dict<'f>,
    pub(super) view: View,
}

impl<'a> File<'a> {
    pub(super) fn read(data: &'a [u8]) -> Result<Self, StampError> {
        if !data.starts_with(b"%PDF-") {
            return Err(StampError::Damaged(
                "something stands before its first line",
            ));
        }
        if data.len() > LONGEST {
            return Err(StampError::Damaged("it is larger than 1 GB"));
        }
        let sections = Sections::read(data)?;
        if sections.is_encrypted {
            return Err(StampError::Encrypted);
        }
        let pdf = Pdf::new(data.to_vec()).map_err(|error| match error {
            LoadPdfError::Decryption(_) => StampError::Encrypted,
            LoadPdfError::Invalid => StampError::Damaged("it cannot be read"),
        })?;
        Ok(Self {
            data,
            sections,
            pdf,
        })
    }

    /// Whether somebody signed it.
    pub(super) fn is_signed(&self) -> bool {
        let form = self.catalog().ok();
        let form = form.and_then(|catalog| catalog.get::<Dict<'_>>("AcroForm"));
        let flags = form.and_then(|form| form.get::<i32>("SigFlags"));
        flags.is_some_and(|flags| flags & 1 == 1)
            || memchr::memmem::find(self.data, b"/ByteRange").is_some()
    }

    /// Whether it says that it is PDF/A and gives its grey no meaning, as PDF/A wants.
    pub(super) fn is_pdf_a_without_intent(&self) -> Result<bool, StampError> {
        let catalog = self.catalog()?;
        let claim = catalog.get::<Stream<'_>>("Metadata");
        let claim = claim.and_then(|metadata| Some(metadata.decoded_data().ok()?.into_owned()));
        let claims = claim.is_some_and(|xmp| memchr::memmem::find(&xmp, b"pdfaid:part").is_some());
        let intents = self.entry::<Array<'_>>(&catalog, "OutputIntents")?;
        let mut intents = intents.into_iter().flat_map(|all| all.iter::<Dict<'_>>());
        let has_intent = intents.any(|intent| {
            let kind = intent.get::<Name<'_>>("S");
            kind.is_some_and(|kind| kind.as_str() == "GTS_PDFA1")
        });
        Ok(claims && !has_intent)
    }

    /// A page with its number from 1.
    pub(super) fn page(&self, wanted: Page) -> Result<(u32, PageObject<'_>), StampError> {
        let leaves = leaves(self)?;
        if leaves.is_empty() {
            return Err(StampError::Damaged("it has no pages"));
        }
        let last = u32::try_from(leaves.len()).unwrap_or(u32::MAX);
        let number = match wanted {
            Page::First => 1,
            Page::Last => last.max(1),
            Page::Number(number) => number,
        };
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let leaf = index.and_then(|index| leaves.get(index).cloned());
        let leaf = leaf.ok_or(StampError::NoPage {
            page: number,
            pages: leaves.len(),
        })?;
        let found = index.and_then(|index| self.pdf.pages().get(index));
        let found = found.filter(|found| {
            self.pdf.pages().len() == leaves.len() && found.raw().obj_id() == Some(leaf.id)
        });
        let found = found.ok_or(StampError::Damaged("its page tree is none"))?;
        let view = view(&leaf, found)?;
        let Leaf {
            id,
            dict,
            resources,
            ..
        } = leaf;
        Ok((
            number,
            PageObject {
                id,
                dict,
                resources,
                view,
            },
        ))
    }

    /// The first object, which has every entry once: readers differ in which of two they take.
    pub(super) fn catalog(&self) -> Result<Dict<'_>, StampError> {
        let root = self.sections.trailer.get_ref("Root");
        let root = root.filter(|root| ObjectIdentifier::from(*root) == self.pdf.xref().root_id());
        match root.map(|root| self.object(root)).transpose()?.flatten() {
            Some(Object::Dict(catalog)) => {
                entries(catalog.data())?;
                Ok(catalog)
            }
            _ => Err(StampError::Damaged("its first object is missing")),
        }
    }

    /// What an object is; a reference to none is one to nothing.
    pub(super) fn object(&self, to: ObjRef) -> Result<Option<Object<'_>>, StampError> {
        if !self.sections.has(to.obj_number) {
            return Ok(None);
        }
        self.sections.whole(self.data, to.obj_number)?;
        match self.pdf.xref().get(to.into()) {
            Some(Object::Null(_)) => Ok(None),
            None => Err(StampError::Damaged("an object of it cannot be read")),
            found => Ok(found),
        }
    }

    /// An entry of a dictionary, which has this kind or is not there.
    pub(super) fn entry<'f, T: TryFrom<Object<'f>>>(
        &'f self,
        of: &Dict<'f>,
        key: &str,
    ) -> Result<Option<T>, StampError> {
        let found = match of.get_raw::<Object<'_>>(key) {
            Some(MaybeRef::Ref(to)) => self.object(to)?,
            Some(MaybeRef::NotRef(Object::Null(_))) => None,
            Some(MaybeRef::NotRef(object)) => Some(object),
            None if of.contains_key(key) => {
                return Err(StampError::Damaged("an object of it cannot be read"));
            }
            None => None,
        };
        let kind = |object| T::try_from(object).ok();
        match found.map(kind) {
            Some(None) => Err(StampError::Damaged("an object of it is of another kind")),
            found => Ok(found.flatten()),
        }
    }

    /// The two halves of the file's identifier as they stand, where it has one.
    pub(super) fn identifier(&self) -> Result<Option<[&[u8]; 2]>, StampError> {
        let Some(array) = self.trailer_array("ID")? else {
            return Ok(None);
        };
        let halves = items(array)?;
        let is_text = |half: &&[u8]| {
            let token = Scanner::new(half, 0).token();
            matches!(token, Ok(Some(token)) if token.kind == Kind::Text)
        };
        match halves.as_slice() {
            [first, second] if halves.iter().all(is_text) => Ok(Some([first, second])),
            _ => Err(StampError::Damaged("its identifier is not two strings")),
        }
    }

    /// The inside of an array of the trailer, which may be an object.
    fn trailer_array(&self, key: &str) -> Result<Option<&[u8]>, StampError> {
        let trailer = &self.sections.trailer;
        if let Some(to) = trailer.get_ref(key) {
            return match self.object(to)? {
                Some(Object::Array(array)) => Ok(Some(array.data())),
                Some(_) => Err(StampError::Damaged("an object of it is of another kind")),
                None => Ok(None),
            };
        }
        let array = trailer.get::<Array<'_>>(key);
        if array.is_none() && trailer.contains_key(key) {
            return Err(StampError::Damaged("an object of it is of another kind"));
        }
        Ok(array.map(|array| array.data()))
    }
}

fn view(leaf: &Leaf<'_>, page: &Found<'_>) -> Result<View, StampError> {
    if !leaf.has_size {
        return Err(StampError::Damaged("a page does not say how large it is"));
    }
    let mut seen = page.intersected_crop_box();
    // A crop box beside the page shows nothing: readers take the page instead.
    if seen.x1 - seen.x0 < 1.0 || seen.y1 - seen.y0 < 1.0 {
        seen = page.media_box();
    }
    let unit = leaf.dict.get::<f32>("UserUnit").map_or(1.0, f64::from);
    let is_far = |at: f64| !at.is_finite() || at.abs() > FARTHEST;
    let has_unit = unit > 0.0 && (1.0 / LARGEST_UNIT..=LARGEST_UNIT).contains(&unit);
    if !has_unit || [seen.x0, seen.y0, seen.x1, seen.y1].into_iter().any(is_far) {
        return Err(StampError::Damaged("a page has no size that readers take"));
    }
    Ok(View {
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
        unit,
    })
}
