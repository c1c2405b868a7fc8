//! What hostile files are made of.

use crate::pdf_worker::pdf_with;

pub(super) const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
pub(super) const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
pub(super) const PAGE: &str =
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>";
const WORDS: &str = "BT /F1 12 Tf 60 700 Td (A foreign document) Tj ET";

/// A stream, with these entries besides its length.
pub(super) fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<< {entries} /Length {} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

/// A whole file of these objects, from 1: catalog, pages, page, and what the test is about.
pub(super) fn pdf(objects: &[impl AsRef<[u8]>]) -> Vec<u8> {
    with(objects, "")
}

/// The same with more in its trailer.
pub(super) fn with(objects: &[impl AsRef<[u8]>], trailer: &str) -> Vec<u8> {
    let objects: Vec<Vec<u8>> = objects
        .iter()
        .map(|object| object.as_ref().to_vec())
        .collect();
    let size = objects.len() + 1;
    pdf_with(&objects, &format!("/Size {size} /Root 1 0 R {trailer}"))
}

/// A file that is nothing special.
pub(super) fn plain() -> Vec<u8> {
    pdf(&[
        CATALOG.into(),
        PAGES.into(),
        PAGE.into(),
        stream("", WORDS.as_bytes()),
    ])
}

/// A file with these entries in its catalog; further objects begin at 5.
pub(super) fn catalog(entries: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {entries} >>");
    let words = stream("", WORDS.as_bytes());
    let objects = [catalog.into(), PAGES.into(), PAGE.into(), words];
    pdf(&[&objects, more].concat())
}

/// A file of one page of these entries; further objects begin at 4.
pub(super) fn page(entries: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!("<< /Type /Page /Parent 2 0 R {entries} >>");
    let mut objects: Vec<Vec<u8>> = vec![CATALOG.into(), PAGES.into(), page.into()];
    objects.extend_from_slice(more);
    pdf(&objects)
}

/// A file of one page of A4 that draws this; further objects begin at 5. Where the stamp goes there is something.
pub(super) fn drawing(resources: &str, content: Vec<u8>, more: &[Vec<u8>]) -> Vec<u8> {
    let entries = format!("/MediaBox [0 0 595 842] /Resources << {resources} >> /Contents 4 0 R");
    page(&entries, &[&[content], more].concat())
}

/// A text in the place of another one, which is there once.
pub(super) fn swapped(file: &[u8], old: &str, new: impl AsRef<[u8]>) -> Vec<u8> {
    let mut places = memmem(file, old.as_bytes());
    let at = places.next().unwrap_or_else(|| panic!("no {old:?}"));
    assert!(places.next().is_none(), "{old:?} stands twice");
    [&file[..at], new.as_ref(), &file[at + old.len()..]].concat()
}

/// Where a text stands for the last time.
pub(super) fn place(file: &[u8], text: &str) -> usize {
    memmem(file, text.as_bytes())
        .last()
        .unwrap_or_else(|| panic!("no {text:?}"))
}

fn memmem<'a>(file: &'a [u8], text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let places = file.windows(text.len()).enumerate();
    places.filter_map(move |(at, part)| (part == text).then_some(at))
}

/// So many times these bytes, packed; their length divides 1 MiB.
pub(super) fn packed(what: &[u8], mebibytes: usize) -> Vec<u8> {
    use flate2::{Compress, Compression, FlushCompress};
    let plain = what.repeat((1 << 20) / what.len());
    let mut deflate = Compress::new(Compression::best(), true);
    let mut packed = Vec::with_capacity(1 << 16);
    let full = FlushCompress::Full;
    deflate.compress_vec(&plain, &mut packed, full).unwrap();
    // The first has the header before it; each later one is the same.
    let first = packed.len();
    deflate.compress_vec(&plain, &mut packed, full).unwrap();
    let again = packed.split_off(first);
    packed.extend(again.repeat(mebibytes - 1));
    // Readers that want an end find one: a last block, empty.
    packed.extend([3, 0]);
    packed
}

/// Bytes, packed once more.
pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file whose list of objects is a stream, as objects in streams want it.
pub(super) struct Listed {
    out: Vec<u8>,
    rows: Vec<[u8; 7]>,
}

impl Listed {
    /// With catalog, pages and page; the next object is 4.
    pub(super) fn new() -> Self {
        let mut listed = Self::without_page();
        listed.object(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>");
        listed
    }

    /// With catalog and pages; the next object is the page.
    pub(super) fn without_page() -> Self {
        let mut listed = Self {
            out: b"%PDF-1.7\n".to_vec(),
            rows: vec![[0, 0, 0, 0, 0, 0xff, 0xff]],
        };
        listed.object(CATALOG.as_bytes());
        listed.object(PAGES.as_bytes());

        listed
    }

    /// The next object, where it stands.
    pub(super) fn object(&mut self, object: &[u8]) -> usize {
        let (number, at) = (self.rows.len(), self.out.len());
        self.rows.push(row(1, at, 0));
        self.out.extend(format!("{number} 0 obj\n").bytes());
        self.out.extend(object);
        self.out.extend(b"\nendobj\n");
        number
    }

    /// The next object, within a stream.
    pub(super) fn within(&mut self, stream: usize, index: usize) {
        self.rows.push(row(2, stream, index));
    }

    /// The whole file, with the list packed by itself.
    pub(super) fn end(self) -> Vec<u8> {
        let rows = deflated(self.rows.as_flattened());
        let size = self.rows.len();
        self.end_with(
            &format!("/W [1 4 2] /Size {size} /Filter /FlateDecode"),
            &rows,
        )
    }

    /// The whole file, with this list.
    pub(super) fn end_with(mut self, entries: &str, rows: &[u8]) -> Vec<u8> {
        let (number, at) = (self.rows.len(), self.out.len());
        self.out.extend(format!("{number} 0 obj\n").bytes());
        let entries = format!("/Type /XRef /Root 1 0 R {entries}");
        self.out.extend(stream(&entries, rows));
        self.out
            .extend(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").bytes());
        self.out
    }

    /// The rows of its list as they are.
    pub(super) fn rows(&self) -> Vec<u8> {
        self.rows.as_flattened().to_vec()
    }
}

fn row(kind: u8, second: usize, third: usize) -> [u8; 7] {
    let [.., a, b, c, d] = second.to_be_bytes();
    let [.., e, f] = third.to_be_bytes();
    [kind, a, b, c, d, e, f]
}
