//! The update: the page again with what is drawn on it, the drawings, a cross-reference section like the last one, and the trailer.

use std::io::Write as _;
use std::ops::Range;

use ananke_format::Sha256;
use ananke_format::stamp::{comment, hole_len};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use hayro_syntax::object::Dict;

use super::StampError;
use super::content::Content;
use super::draw::Block;
use super::file::{File, PageObject};
use super::objects::{entries, factor, number};
use super::place::Placed;
use super::syntax;

/// So many bytes of an identifier are new.
const IDENTIFIER: usize = 16;
/// A drawing of fewer bytes stands as it is.
const WORTH_PACKING: usize = 100;

/// An update in the making.
struct Writer<'f, 'a> {
    file: &'f File<'a>,
    out: Vec<u8>,
    /// Number, generation and offset of each object.
    objects: Vec<(u32, i32, usize)>,
}

/// The numbers of the new objects.
struct Numbers {
    /// Before the page's own drawing, and behind it.
    before: u32,
    behind: u32,
    symbol: u32,
    /// The cross-reference section, where that is an object.
    section: u32,
}

/// The update of a file, and where its hole is.
pub(super) fn update(
    file: &File<'_>,
    page: &PageObject<'_>,
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
    let content = Content::of(file, page)?;
    let first = file.sections.free(4)?;
    let numbers = Numbers {
        before: first,
        behind: first + 1,
        symbol: first + 2,
        section: first + 3,
    };
    let name = writer.page(page, &content, &numbers)?;
    writer.stream(numbers.before, content.begin.as_bytes())?;
    let matrix = placed.matrix.map(factor).join(" ");
    let (x, y, module) = block.symbol;
    let ([x, y], module) = ([x, y].map(number), factor(module));
    // The line feed ends a comment, should the page's drawing end in one.
    let drawn = format!(
        "\n{}\nq {matrix} cm\n{}0 g\nq {module} 0 0 {module} {x} {y} cm /{name} Do Q\nQ\n",
        content.end, block.operators
    );
    writer.stream(numbers.behind, drawn.as_bytes())?;
    let hole = writer.symbol(numbers.symbol, side);
    writer.section(numbers.section)?;
    let begin = file.data.len();
    let in_file = begin + hole.start..begin + hole.end;
    let at = begin + writer.section_at();
    writer.out.extend(comment(begin, &in_file));
    writer
        .out
        .extend(format!("startxref\n{at}\n%%EOF\n").bytes());
    Ok((writer.out, hole))
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
        content: &Content,
        numbers: &Numbers,
    ) -> Result<String, StampError> {
        self.begin(page.id.obj_number, page.id.gen_number);
        self.out.extend(b"<<");
        entries(&mut self.out, &page.dict, &["Contents", "Resources"])?;
        self.out.extend(b" /Resources <<");
        entries(&mut self.out, &page.resources, &["XObject"])?;
        self.out.extend(b" /XObject <<");
        let symbol = numbers.symbol;
        let name = format!("AnankeStamp{symbol}");
        let others: Option<Dict<'_>> = self.file.entry(&page.resources, "XObject")?;
        if let Some(others) = others {
            entries(&mut self.out, &others, &[&name])?;
        }
        self.out
            .extend(format!(" /{name} {symbol} 0 R >> >> /Contents [").bytes());
        let own: String = content.streams.iter().map(|to| format!(" {to}")).collect();
        let (before, behind) = (numbers.before, numbers.behind);
        self.out
            .extend(format!(" {before} 0 R{own} {behind} 0 R ] >>\nendobj\n").bytes());
        Ok(name)
    }

    fn stream(&mut self, number: u32, content: &[u8]) -> Result<(), StampError> {
        self.begin(number, 0);
        if content.len() < WORTH_PACKING {
            let head = format!("<< /Length {} >>\nstream\n", content.len());
            self.out.extend(head.bytes());
            self.out.extend(content);
        } else {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            let packed = encoder.write_all(content).and_then(|()| encoder.finish());
            let packed = packed.map_err(|_| StampError::Drawing("it cannot be packed"))?;
            let head = format!(
                "<< /Filter /FlateDecode /Length {} >>\nstream\n",
                packed.len()
            );
            self.out.extend(head.bytes());
            self.out.extend(packed);
        }
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
        let size = own + u32::from(self.file.sections.is_stream);
        let mut objects = std::mem::take(&mut self.objects);
        if !self.file.sections.is_stream {
            objects.retain(|(number, _, _)| *number != own);
        }
        objects.sort_unstable();
        let groups = objects.chunk_by(|(one, _, _), (next, _, _)| one + 1 == *next);
        if self.file.sections.is_stream {
            let (mut index, mut rows) = (String::new(), Vec::new());
            for group in groups {
                index.push_str(&format!(
                    "{} {} ",
                    group.first().map_or(0, |one| one.0),
                    group.len()
                ));
                for (_, generation, offset) in group {
                    rows.push(1);
                    rows.extend(u32::try_from(*offset).unwrap_or_default().to_be_bytes());
                    rows.extend(u16::try_from(*generation).unwrap_or_default().to_be_bytes());
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
        let file = self.file;
        self.out.extend(format!(" /Size {size}").bytes());
        for entry in syntax::entries(file.sections.trailer.data())? {
            if matches!(entry.key.as_slice(), b"Root" | b"Info") {
                for part in [b" ", entry.name, b" ", entry.value] {
                    self.out.extend_from_slice(part);
                }
            }
        }
        self.out
            .extend(format!(" /Prev {}", file.sections.last).bytes());
        if let Some([first, second]) = file.identifier()? {
            self.out.extend(b" /ID [");
            self.out.extend_from_slice(first);
            // The second half is another one for each update: what it holds besides and what it follows say which.
            let new = Sha256::of_parts(&[second, &self.out]);
            let new = new.as_bytes().iter().take(IDENTIFIER);
            let new: String = new.map(|byte| format!("{byte:02x}")).collect();
            self.out.extend(format!(" <{new}>]").bytes());
        }
        self.out.extend(b" >>");
        Ok(())
    }
}
