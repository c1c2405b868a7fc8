//! The update: the page again with what is drawn on it, the drawings, a cross-reference section like the last one, and the trailer.

use std::io::Write as _;
use std::ops::Range;

use ananke_format::stamp::{comment, hole_len};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use hayro_syntax::object::{Array, MaybeRef, Object};

use super::StampError;
use super::draw::Block;
use super::file::{File, PageObject};
use super::objects::{entries, number, write};
use super::place::Placed;

/// An update in the making.
struct Writer<'f, 'a> {
    file: &'f File<'a>,
    out: Vec<u8>,
    /// Number, generation and offset of each object.
    objects: Vec<(u32, i32, usize)>,
}

/// The update of a file, and where its hole is.
pub(super) fn update(
    file: &File<'_>,
    page: PageObject<'_>,
    block: &Block,
    placed: &Placed,
    side: usize,
) -> Result<(Vec<u8>, Range<usize>), StampError> {
    let mut writer = Writer {
        file,
        out: Vec::with_capacity(hole_len(side) + 16 * 1024),
        objects: Vec::new(),
    };
    if !file.data.ends_with(b"\n") {
        writer.out.push(b'\n');
    }
    // Before the page's own drawing, behind it, the symbol, and the section where that is an object.
    let before = file.free(4)?;
    let (behind, symbol, section) = (before + 1, before + 2, before + 3);
    let (under, over) = unbalanced(&page);
    let name = writer.page(&page, before, behind, symbol)?;
    writer.stream(before, &"q ".repeat(1 + under).into_bytes())?;
    let [a, b, c, d, e, f] = placed.matrix.map(number);
    let (x, y, module) = block.symbol;
    let [x, y, module] = [x, y, module].map(number);
    let drawn = format!(
        "{}\nq {a} {b} {c} {d} {e} {f} cm\n{}0 g\nq {module} 0 0 {module} {x} {y} cm /{name} Do Q\nQ\n",
        "Q ".repeat(1 + over),
        block.operators
    );
    writer.stream(behind, drawn.as_bytes())?;
    let hole = writer.symbol(symbol, side);
    writer.section(section)?;
    let begin = file.data.len();
    let in_file = begin + hole.start..begin + hole.end;
    let at = begin + writer.section_at();
    writer.out.extend(comment(begin, &in_file));
    writer
        .out
        .extend(format!("startxref\n{at}\n%%EOF\n").bytes());
    Ok((writer.out, hole))
}

/// How many graphics states a page takes away that it did not save, and how many it leaves behind.
fn unbalanced(page: &PageObject<'_>) -> (usize, usize) {
    let (mut depth, mut under) = (0_usize, 0);
    let mut operations = page.found.operations();
    while let Some(instruction) = operations.next() {
        match &**instruction.operator {
            b"q" => depth += 1,
            b"Q" if depth == 0 => under += 1,
            b"Q" => depth -= 1,
            _ => {}
        }
    }
    (under, depth)
}

impl Writer<'_, '_> {
    fn begin(&mut self, number: u32, generation: i32) {
        let at = self.file.data.len() + self.out.len();
        self.objects.push((number, generation, at));
        self.out
            .extend(format!("{number} {generation} obj\n").bytes());
    }

    /// The page again; gives the name of the symbol among its resources.
    fn page(
        &mut self,
        page: &PageObject<'_>,
        before: u32,
        behind: u32,
        symbol: u32,
    ) -> Result<String, StampError> {
        self.begin(page.id.obj_number, page.id.gen_number);
        self.out.extend(b"<<");
        let raw = page.found.raw();
        entries(&mut self.out, raw, &["Contents", "Resources"])?;
        self.out.extend(b" /Resources <<");
        entries(&mut self.out, &page.resources, &["XObject"])?;
        self.out.extend(b" /XObject <<");
        let name = format!("AnankeStamp{symbol}");
        if let Some(others) = page.resources.get("XObject") {
            entries(&mut self.out, &others, &[&name])?;
        }
        self.out
            .extend(format!(" /{name} {symbol} 0 R >> >> /Contents [ {before} 0 R").bytes());
        self.contents(raw.get_raw("Contents"))?;
        self.out
            .extend(format!(" {behind} 0 R ] >>\nendobj\n").bytes());
        Ok(name)
    }

    /// The page's own drawing: a stream, or several.
    fn contents(&mut self, contents: Option<MaybeRef<Object<'_>>>) -> Result<(), StampError> {
        let several = match &contents {
            Some(MaybeRef::Ref(to)) => match self.file.object(*to) {
                Some(Object::Array(several)) => Some(several),
                _ => None,
            },
            Some(MaybeRef::NotRef(Object::Array(several))) => Some(several.clone()),
            _ => None,
        };
        match (several, contents) {
            (Some(several), _) => self.all(&several),
            (None, Some(one @ MaybeRef::Ref(_))) => {
                self.out.push(b' ');
                write(&mut self.out, &one)
            }
            _ => Ok(()),
        }
    }

    fn all(&mut self, several: &Array<'_>) -> Result<(), StampError> {
        for item in several.raw_iter() {
            self.out.push(b' ');
            write(&mut self.out, &item)?;
        }
        Ok(())
    }

    fn stream(&mut self, number: u32, content: &[u8]) -> Result<(), StampError> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        let packed = encoder.write_all(content).and_then(|()| encoder.finish());
        let packed = packed.map_err(|_| StampError::Drawing("it cannot be packed"))?;
        self.begin(number, 0);
        let head = format!(
            "<< /Filter /FlateDecode /Length {} >>\nstream\n",
            packed.len()
        );
        self.out.extend(head.bytes());
        self.out.extend(packed);
        self.out.extend(b"\nendstream\nendobj\n");
        Ok(())
    }

    /// The symbol's stream, which is its hole.
    fn symbol(&mut self, number: u32, side: usize) -> Range<usize> {
        self.begin(number, 0);
        let length = hole_len(side);
        let head = format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 {side} {side}] /Resources << >> /Length {length} >>\nstream\n"
        );
        self.out.extend(head.bytes());
        let hole = self.out.len()..self.out.len() + length;
        self.out.resize(hole.end, b' ');
        self.out.extend(b"\nendstream\nendobj\n");
        hole
    }

    /// The cross-reference section, as a table or as a stream like the last one.
    fn section(&mut self, own: u32) -> Result<(), StampError> {
        let at = self.file.data.len() + self.out.len();
        self.objects.push((own, 0, at));
        let size = own + u32::from(self.file.is_stream);
        let mut objects = std::mem::take(&mut self.objects);
        if !self.file.is_stream {
            objects.retain(|(number, _, _)| *number != own);
        }
        objects.sort_unstable();
        let groups = objects.chunk_by(|(one, _, _), (next, _, _)| one + 1 == *next);
        if self.file.is_stream {
            let (mut index, mut rows) = (String::new(), Vec::new());
            for group in groups {
                index.push_str(&format!(
                    "{} {} ",
                    group.first().map_or(0, |one| one.0),
                    group.len()
                ));
                for (_, generation, offset) in group {
                    rows.push(1);
                    rows.extend(u32::try_from(*offset).unwrap_or(u32::MAX).to_be_bytes());
                    rows.extend(u16::try_from(*generation).unwrap_or(u16::MAX).to_be_bytes());
                }
            }
            self.out
                .extend(format!("{own} 0 obj\n<< /Type /XRef /W [1 4 2] /Index [{index}]").bytes());
            self.out.extend(format!(" /Length {}", rows.len()).bytes());
            self.trailer(size)?;
            self.out.extend(b"\nstream\n");
            self.out.extend(rows);
            self.out.extend(b"\nendstream\nendobj\n");
        } else {
            self.out.extend(b"xref\n");
            for group in groups {
                let first = group.first().map_or(0, |one| one.0);
                self.out
                    .extend(format!("{first} {}\n", group.len()).bytes());
                for (_, generation, offset) in group {
                    self.out
                        .extend(format!("{offset:010} {generation:05} n \n").bytes());
                }
            }
            self.out.extend(b"trailer\n<<");
            self.trailer(size)?;
            self.out.push(b'\n');
        }
        self.objects = vec![(own, 0, at)];
        Ok(())
    }

    /// Where the section begins in the update.
    fn section_at(&self) -> usize {
        let at = self.objects.first().map_or(0, |(_, _, at)| *at);
        at - self.file.data.len()
    }

    /// The trailer's entries, up to the end of its dictionary.
    fn trailer(&mut self, size: u32) -> Result<(), StampError> {
        let trailer = self.file.trailer();
        let known = trailer.get::<u32>("Size").unwrap_or_default();
        self.out
            .extend(format!(" /Size {}", size.max(known)).bytes());
        for key in ["Root", "Info", "ID"] {
            if let Some(value) = trailer.get_raw::<Object<'_>>(key) {
                self.out.extend(format!(" /{key} ").bytes());
                write(&mut self.out, &value)?;
            }
        }
        self.out
            .extend(format!(" /Prev {} >>", self.file.section).bytes());
        Ok(())
    }
}
