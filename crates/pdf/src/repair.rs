//! A whole file of a damaged one: its objects, found by their heads wherever they stand, are copied byte for byte into a new file
//! with a new list of them.
//!
//! The last object of a number counts, objects packed in streams are unpacked, and what nothing leads to is left out. A file is
//! refused rather than repaired in part: where something that its pages lead to is missing or cannot be read, nobody could say what it
//! showed. The result is what an update can stand on. Parses foreign files, and is called in a process of its own.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use hayro_syntax::object::ObjRef;
use memchr::memmem;
use thiserror::Error;

use crate::intake::MAX_BYTES;
use crate::stamp::syntax::{Entry, Kind, Scanner, entries, integer, is_space, items, reference};
use crate::stamp::{self, StampError};

/// The header stands this far into the file.
const WINDOW: usize = 1024;
/// So many objects may there be, of all revisions.
const OBJECTS: usize = 200_000;
/// So many may be unreadable: each may be looked through to the end of the file.
const UNREADABLE: usize = 100;
/// A comment is looked for so far before what may stand in it.
const LINE: usize = 1024;
/// No reader has to take larger object numbers (ISO 32000-1, annex C).
const LARGEST: u32 = 8_388_607;
/// So many bytes may the packed objects of a file have, unpacked (32 MiB).
const UNPACKED: usize = 32 * 1024 * 1024;

/// Why a file is not repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RepairError {
    /// It is encrypted.
    #[error(
        "the PDF is damaged and encrypted, so it is not repaired: open it with its password, and print it to a new PDF"
    )]
    Encrypted,
    /// It carries a signature.
    #[error(
        "the PDF is damaged and carries a signature that a repair would break: ask whoever signed it for the file as it was, or print it to a new PDF"
    )]
    Signed,
    /// It is, or becomes, too large.
    #[error(
        "repaired, the PDF has more than {} bytes, the most that is taken: print it to a new PDF",
        MAX_BYTES
    )]
    TooLarge,
    /// Too little of it is left.
    #[error("the PDF is damaged beyond repair ({0}): print it to a new PDF")]
    Hopeless(&'static str),
}

const NO_OBJECT: RepairError = RepairError::Hopeless("an object of it is missing");
const UNREADABLE_OBJECT: RepairError = RepairError::Hopeless("an object of it cannot be read");
const TOO_MANY: RepairError = RepairError::Hopeless("it has too many objects");

/// An object as it was found.
struct Found<'a> {
    /// Where it stands, or the stream it is packed in.
    at: usize,
    generation: u16,
    /// What it is; `None` where that cannot be read.
    body: Option<Body<'a>>,
}

/// What an object is: a value, and what the stream behind it holds.
struct Body<'a> {
    value: Cow<'a, [u8]>,
    stream: Option<&'a [u8]>,
}

/// The objects of a file by their number, and where all that were found stand.
struct Objects<'a> {
    last: BTreeMap<u32, Found<'a>>,
    spans: Vec<(usize, usize)>,
}

/// Makes a whole file of a damaged one.
///
/// # Errors
/// [`RepairError`]
pub fn repair(file: &[u8]) -> Result<Vec<u8>, RepairError> {
    if file.len() > MAX_BYTES {
        return Err(RepairError::TooLarge);
    }
    let window = file.get(..file.len().min(WINDOW)).unwrap_or_default();
    let begin = memmem::find(window, b"%PDF-");
    let begin = begin.ok_or(RepairError::Hopeless("it does not begin like a PDF"))?;
    let data = file.get(begin..).unwrap_or_default();
    if memmem::find(data, b"/ByteRange").is_some() {
        return Err(RepairError::Signed);
    }
    let mut objects = Objects::find(data)?;
    let trailers = objects.trailers(data);
    if objects.is_encrypted(&trailers) {
        return Err(RepairError::Encrypted);
    }
    objects.unpack()?;
    objects.correct_lengths();
    let (root, trailer) = objects.root(&trailers)?;
    let mut ends = vec![root];
    let information = value(trailer, b"Info").and_then(reference);
    let information = information.filter(|to| objects.get(*to).is_ok());
    ends.extend(information);
    let live = objects.live(ends)?;
    let mut tail = format!("/Root {} {} R", root.obj_number, root.gen_number).into_bytes();
    if let Some(to) = information {
        tail.extend(format!(" /Info {} {} R", to.obj_number, to.gen_number).bytes());
    }
    if let Some(id) = value(trailer, b"ID").filter(|id| is_identifier(id)) {
        tail.extend_from_slice(b" /ID ");
        tail.extend_from_slice(id);
    }
    let out = write(data, &live, &tail)?;
    match stamp::check(&out) {
        Ok(()) => Ok(out),
        Err(StampError::Encrypted) => Err(RepairError::Encrypted),
        Err(StampError::Damaged(why)) => Err(RepairError::Hopeless(why)),
        Err(_) => Err(RepairError::Hopeless("it has no pages")),
    }
}

impl<'a> Objects<'a> {
    /// All that stand in a file.
    fn find(data: &'a [u8]) -> Result<Self, RepairError> {
        let lengths = numbers(data);
        let mut all = Self {
            last: BTreeMap::new(),
            spans: Vec::new(),
        };
        let (mut at, mut unreadable) = (0, 0);
        while let Some(head) = next_head(data, at) {
            let (body, end) = match body(data, head.end, &lengths) {
                Some((body, end)) => (Some(body), end),
                None => (None, head.end),
            };
            unreadable += usize::from(body.is_none());
            if unreadable > UNREADABLE {
                return Err(UNREADABLE_OBJECT);
            }
            if all.spans.len() >= OBJECTS {
                return Err(TOO_MANY);
            }
            all.spans.push((head.begin, end));
            let found = Found {
                at: head.begin,
                generation: head.generation,
                body,
            };
            all.last.insert(head.number, found);
            at = end;
        }
        Ok(all)
    }

    /// The dictionaries that say what the first object is, in the order in which they stand.
    fn trailers(&self, data: &'a [u8]) -> Vec<Vec<Entry<'a>>> {
        let mut trailers = Vec::new();
        for at in memmem::find_iter(data, b"trailer") {
            let before = self.spans.partition_point(|(begin, _)| *begin <= at);
            let before = before.checked_sub(1).and_then(|last| self.spans.get(last));
            let is_within = before.is_some_and(|(_, end)| at < *end);
            let mut scanner = Scanner::new(data, at);
            if is_within || scanner.word(b"trailer").is_none() {
                continue;
            }
            if let Some(found) = dict(&mut scanner) {
                trailers.push((at, found));
            }
        }
        for found in self.last.values() {
            let body = found.body.as_ref();
            let stream = body.filter(|body| body.stream.is_some() && body.is(b"XRef"));
            // What stands in the file is borrowed.
            let Some(Cow::Borrowed(text)) = stream.map(|stream| &stream.value) else {
                continue;
            };
            if let Ok(found_entries) = entries(dictionary(text)) {
                trailers.push((found.at, found_entries));
            }
        }
        trailers.sort_by_key(|(at, _)| *at);
        trailers.into_iter().map(|(_, found)| found).collect()
    }

    fn is_encrypted(&self, trailers: &[Vec<Entry<'_>>]) -> bool {
        let mut bodies = self.last.values().filter_map(|found| found.body.as_ref());
        trailers.iter().any(|all| value(all, b"Encrypt").is_some())
            || bodies.any(|body| {
                let filter = body.entry(b"Filter");
                body.stream.is_none()
                    && filter
                        .is_some_and(|filter| matches!(filter, b"/Standard" | b"/Adobe.PubSec"))
            })
    }

    /// Takes the objects out of the streams they are packed in.
    fn unpack(&mut self) -> Result<(), RepairError> {
        let (mut room, mut packed) = (UNPACKED, Vec::new());
        let mut count = self.spans.len();
        for found in self.last.values() {
            let Some(body) = found.body.as_ref().filter(|body| body.is(b"ObjStm")) else {
                continue;
            };
            let data = unpacked(body, room)
                .ok_or(RepairError::Hopeless("its packed objects cannot be read"))?;
            room -= data.len();
            let objects = packed_objects(body, &data)
                .ok_or(RepairError::Hopeless("its packed objects cannot be read"))?;
            count += objects.len();
            if count > OBJECTS {
                return Err(TOO_MANY);
            }
            packed.extend(objects.into_iter().map(|(number, body)| {
                let generation = 0;
                let at = found.at;
                (
                    number,
                    Found {
                        at,
                        generation,
                        body: Some(body),
                    },
                )
            }));
        }
        packed.sort_by_key(|(_, found)| found.at);
        for (number, found) in packed {
            let known = self.last.get(&number);
            if known.is_none_or(|known| known.at < found.at) {
                self.last.insert(number, found);
            }
        }
        Ok(())
    }

    /// Every stream says how long it is.
    fn correct_lengths(&mut self) {
        let mut corrected = Vec::new();
        for (number, found) in &self.last {
            let Some(body) = &found.body else { continue };
            let Some(stream) = body.stream else { continue };
            let said = body.entry(b"Length");
            let said = said.and_then(|said| match reference(said) {
                Some(to) => {
                    let body = self.get(to).ok()?;
                    integer::<usize>(body.value.trim_ascii())
                }
                None => integer(said),
            });
            if said == Some(stream.len()) {
                continue;
            }
            let value = entries(dictionary(&body.value)).ok().map(|entries| {
                let mut value = b"<<".to_vec();
                for entry in entries.iter().filter(|entry| entry.key != b"Length") {
                    for part in [b" ", entry.name, b" ", entry.value] {
                        value.extend_from_slice(part);
                    }
                }
                value.extend(format!(" /Length {} >>", stream.len()).bytes());
                value
            });
            corrected.push((*number, value));
        }
        for (number, value) in corrected {
            let Some(found) = self.last.get_mut(&number) else {
                continue;
            };
            match (value, &mut found.body) {
                (Some(value), Some(body)) => body.value = Cow::Owned(value),
                (_, body) => *body = None,
            }
        }
    }

    fn get(&self, to: ObjRef) -> Result<&Body<'a>, RepairError> {
        let number = u32::try_from(to.obj_number).map_err(|_| NO_OBJECT)?;
        let found = self
            .last
            .get(&number)
            .filter(|found| i64::from(found.generation) == i64::from(to.gen_number));
        let found = found.ok_or(NO_OBJECT)?;
        found.body.as_ref().ok_or(UNREADABLE_OBJECT)
    }

    /// The first object, and the trailer that leads to it, if one does.
    fn root<'t>(
        &self,
        trailers: &'t [Vec<Entry<'a>>],
    ) -> Result<(ObjRef, &'t [Entry<'a>]), RepairError> {
        let is_catalog = |body: &Body<'_>| {
            body.stream.is_none() && body.is(b"Catalog") && body.entry(b"Pages").is_some()
        };
        for trailer in trailers.iter().rev() {
            let root = value(trailer, b"Root").and_then(reference);
            if let Some(root) = root.filter(|root| self.get(*root).is_ok_and(is_catalog)) {
                return Ok((root, trailer));
            }
        }
        let mut catalogs = self
            .last
            .iter()
            .filter(|(_, found)| found.body.as_ref().is_some_and(is_catalog));
        let only = catalogs.next();
        match (only, catalogs.next()) {
            (Some((number, found)), None) => {
                Ok((ObjRef::new(*number as _, found.generation.into()), &[]))
            }
            (None, _) => Err(RepairError::Hopeless("its first object is missing")),
            _ => Err(RepairError::Hopeless("it has more than one first object")),
        }
    }

    /// All that these lead to.
    fn live(
        &self,
        mut wanted: Vec<ObjRef>,
    ) -> Result<BTreeMap<u32, (u16, &Body<'a>)>, RepairError> {
        let mut live = BTreeMap::new();
        let mut seen = BTreeSet::new();
        while let Some(to) = wanted.pop() {
            if !seen.insert((to.obj_number, to.gen_number)) {
                continue;
            }
            let body = self.get(to)?;
            let number = u32::try_from(to.obj_number).map_err(|_| NO_OBJECT)?;
            if number == 0 || number > LARGEST {
                return Err(RepairError::Hopeless(
                    "its objects have larger numbers than readers take",
                ));
            }
            let generation = u16::try_from(to.gen_number).map_err(|_| NO_OBJECT)?;
            live.insert(number, (generation, body));
            body.follow(&mut wanted)?;
        }
        Ok(live)
    }
}

impl Body<'_> {
    fn entry(&self, key: &[u8]) -> Option<&[u8]> {
        let entries = entries(dictionary(&self.value)).ok()?;
        value(&entries, key)
    }

    /// Whether it says that it is of this kind.
    fn is(&self, kind: &[u8]) -> bool {
        let said = self.entry(b"Type");
        said.is_some_and(|said| said.strip_prefix(b"/") == Some(kind))
    }

    /// What it refers to. Nobody may have signed it.
    fn follow(&self, wanted: &mut Vec<ObjRef>) -> Result<(), RepairError> {
        let mut scanner = Scanner::new(&self.value, 0);
        let (mut second, mut first) = (&b""[..], &b""[..]);
        while let Some(token) = scanner.token().map_err(|_| UNREADABLE_OBJECT)? {
            match (token.kind, first) {
                (Kind::Word, _) if token.bytes == b"R" => {
                    let text = [second, b" ", first, b" R"].concat();
                    wanted.push(reference(&text).ok_or(UNREADABLE_OBJECT)?);
                }
                (Kind::Name, b"/Type") if token.bytes == b"/Sig" => {
                    return Err(RepairError::Signed);
                }
                (Kind::Name, _) if token.bytes == b"/ByteRange" => {
                    return Err(RepairError::Signed);
                }
                (Kind::Number, b"/SigFlags")
                    if integer::<u32>(token.bytes).is_none_or(|flags| flags & 1 == 1) =>
                {
                    return Err(RepairError::Signed);
                }
                _ => {}
            }
            (second, first) = (first, token.bytes);
        }
        Ok(())
    }
}

/// `N G obj`.
struct Head {
    begin: usize,
    end: usize,
    number: u32,
    generation: u16,
}

/// The next one from a place on.
fn next_head(data: &[u8], from: usize) -> Option<Head> {
    let mut at = from;
    loop {
        let word = at + memmem::find(data.get(at..)?, b"obj")?;
        let end = word + 3;
        if let Some(head) = head(data, from, word, end) {
            return Some(head);
        }
        at = end;
    }
}

fn head(data: &[u8], from: usize, word: usize, end: usize) -> Option<Head> {
    let back = |mut at: usize, is_wanted: fn(u8) -> bool, most: usize| {
        let least = from.max(at.saturating_sub(most));
        while at > least && data.get(at - 1).copied().is_some_and(is_wanted) {
            at -= 1;
        }
        at
    };
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let generation_end = back(word, is_space, 8);
    let generation_begin = back(generation_end, is_digit, 6);
    let number_end = back(generation_begin, is_space, 8);
    let begin = back(number_end, is_digit, 11);
    let number = integer(
        data.get(begin..number_end)
            .filter(|text| !text.is_empty())?,
    )?;
    let generation = data.get(generation_begin..generation_end);
    let generation = integer(generation.filter(|text| !text.is_empty())?)?;
    if number_end == generation_begin {
        return None;
    }
    // Behind something else it is none, and in a comment neither.
    let before = data.get(from.max(begin.saturating_sub(LINE))..begin)?;
    let is_marked = before.ends_with(b"%%EOF");
    let is_apart = before.last().is_none_or(|byte| is_space(*byte));
    let line = before
        .rsplit(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    let is_comment = memchr::memchr(b'%', line).is_some();
    (is_marked || is_apart && !is_comment).then_some(Head {
        begin,
        end,
        number,
        generation,
    })
}

/// The objects that are a number, which may be how long a stream is.
fn numbers(data: &[u8]) -> BTreeMap<u32, usize> {
    let (mut numbers, mut at) = (BTreeMap::new(), 0);
    while let Some(head) = next_head(data, at) {
        at = head.end;
        let mut scanner = Scanner::new(data, at);
        scanner.skip_space();
        let text = data.get(scanner.at..).unwrap_or_default();
        if text.first().is_some_and(u8::is_ascii_digit) {
            let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if let Some(number) = text.get(..digits.min(10)).and_then(integer) {
                numbers.insert(head.number, number);
            }
        }
    }
    numbers
}

/// An object behind its head, and where it ends.
fn body<'a>(
    data: &'a [u8],
    at: usize,
    lengths: &BTreeMap<u32, usize>,
) -> Option<(Body<'a>, usize)> {
    let mut scanner = Scanner::new(data, at);
    scanner.skip_space();
    let is_next =
        |at: usize, word: &[u8]| data.get(at..).is_some_and(|rest| rest.starts_with(word));
    let value = match is_next(scanner.at, b"endobj") {
        true => &b"null"[..],
        false => {
            let first = scanner.token().ok()??;
            scanner.value(first).ok()?
        }
    };
    let behind = scanner.at;
    scanner.skip_space();
    let at = scanner.at;
    let plain = |end| {
        Some((
            Body {
                value: Cow::Borrowed(value),
                stream: None,
            },
            end,
        ))
    };
    if is_next(at, b"endobj") {
        return plain(at + b"endobj".len());
    }
    if !is_next(at, b"stream") {
        let is_over = at >= data.len()
            || [&b"xref"[..], b"trailer", b"startxref"]
                .iter()
                .any(|word| is_next(at, word));
        let is_head = scanner.integer::<u32>().is_some()
            && scanner.integer::<u16>().is_some()
            && scanner.word(b"obj").is_some();
        return (is_over || is_head).then(|| plain(behind)).flatten();
    }
    let mut begin = at + b"stream".len();
    begin += [&b"\r\n"[..], b"\n", b"\r"]
        .iter()
        .find(|end| is_next(begin, end))
        .map_or(0, |end| end.len());
    let all = entries(dictionary(value)).ok()?;
    let said = self::value(&all, b"Length").and_then(|said| match reference(said) {
        Some(to) => lengths.get(&u32::try_from(to.obj_number).ok()?).copied(),
        None => integer::<usize>(said),
    });
    let said = said.and_then(|length| begin.checked_add(length));
    let end_word = said.and_then(|end| {
        let rest = data.get(end..)?;
        let space = rest.iter().take(8).take_while(|byte| is_space(**byte));
        let at = end + space.count();
        is_next(at, b"endstream").then_some(at)
    });
    let (end, word) = match (said, end_word) {
        (Some(end), Some(word)) => (end, word),
        _ => {
            let word = begin + memmem::find(data.get(begin..)?, b"endstream")?;
            let text = data.get(begin..word)?;
            let ends = [&b"\r\n"[..], b"\n", b"\r"];
            let end = ends.iter().find(|end| text.ends_with(end));
            (word - end.map_or(0, |end| end.len()), word)
        }
    };
    let mut scanner = Scanner::new(data, word + b"endstream".len());
    let behind = scanner.at;
    scanner.skip_space();
    let end_of_object = match is_next(scanner.at, b"endobj") {
        true => scanner.at + b"endobj".len(),
        false => behind,
    };
    let body = Body {
        value: Cow::Borrowed(value),
        stream: data.get(begin..end),
    };
    Some((body, end_of_object))
}

/// What a stream of packed objects holds, if that is not more than there is room for.
fn unpacked(body: &Body<'_>, room: usize) -> Option<Vec<u8>> {
    let stream = body.stream?;
    let plain = |filter: &[u8]| {
        let filter = filter.strip_prefix(b"[").unwrap_or(filter);
        filter
            .strip_suffix(b"]")
            .unwrap_or(filter)
            .trim_ascii()
            .to_vec()
    };
    if let Some(parameters) = body.entry(b"DecodeParms") {
        let all = entries(dictionary(&plain(parameters)))
            .ok()
            .map(|all| value(&all, b"Predictor").is_none_or(|predictor| predictor == b"1"));
        all.filter(|is_plain| *is_plain)?;
    }
    let mut out = Vec::new();
    let most = u64::try_from(room).ok()?.checked_add(1)?;
    match body.entry(b"Filter").map(plain).as_deref() {
        None | Some(b"") => out.extend_from_slice(stream),
        Some(b"/FlateDecode" | b"/Fl") => {
            let decoder = flate2::read::ZlibDecoder::new(stream);
            decoder.take(most).read_to_end(&mut out).ok()?;
        }
        Some(_) => return None,
    }
    (out.len() <= room).then_some(out)
}

/// The objects in it.
fn packed_objects(body: &Body<'_>, data: &[u8]) -> Option<Vec<(u32, Body<'static>)>> {
    let count: usize = integer(body.entry(b"N")?)?;
    let first: usize = integer(body.entry(b"First")?)?;
    let mut heads = Scanner::new(data.get(..first)?, 0);
    let mut objects = Vec::new();
    for _ in 0..count {
        let number = heads.integer::<u32>()?;
        let at = first.checked_add(heads.integer::<usize>()?)?;
        let mut scanner = Scanner::new(data, at);
        let token = scanner.token().ok()??;
        let value = Cow::Owned(scanner.value(token).ok()?.to_vec());
        let stream = None;
        objects.push((number, Body { value, stream }));
    }
    Some(objects)
}

/// A dictionary that comes next.
fn dict<'a>(scanner: &mut Scanner<'a>) -> Option<Vec<Entry<'a>>> {
    let first = scanner.token().ok()??;
    if first.kind != Kind::OpenDict {
        return None;
    }
    entries(dictionary(scanner.value(first).ok()?)).ok()
}

/// A dictionary; nothing where it is none.
fn dictionary(value: &[u8]) -> &[u8] {
    if value.starts_with(b"<<") { value } else { b"" }
}

fn value<'a>(entries: &[Entry<'a>], key: &[u8]) -> Option<&'a [u8]> {
    let found = entries.iter().find(|entry| entry.key == key);
    found.map(|entry| entry.value)
}

/// Whether it is two strings.
fn is_identifier(id: &[u8]) -> bool {
    let inside = id.strip_prefix(b"[").and_then(|id| id.strip_suffix(b"]"));
    let halves = inside.and_then(|inside| items(inside).ok());
    halves.is_some_and(|halves| {
        halves.len() == 2
            && halves.iter().all(|half| {
                let is_dict = half.starts_with(b"<<");
                !is_dict && matches!(half.first(), Some(b'(' | b'<'))
            })
    })
}

/// Writes the new file.
fn write(
    data: &[u8],
    live: &BTreeMap<u32, (u16, &Body<'_>)>,
    tail: &[u8],
) -> Result<Vec<u8>, RepairError> {
    let version = match data.get(5..8) {
        Some([major @ (b'1' | b'2'), b'.', minor @ b'0'..=b'9']) => [*major, b'.', *minor],
        _ => *b"1.7",
    };
    let mut out = [b"%PDF-", &version[..], b"\n%\xe2\xe3\xcf\xd3\n"].concat();
    let mut places = Vec::new();
    for (number, (generation, body)) in live {
        places.push((*number, out.len(), *generation));
        out.extend(format!("{number} {generation} obj\n").bytes());
        out.extend_from_slice(&body.value);
        if let Some(stream) = body.stream {
            for part in [b"\nstream\n", stream, b"\nendstream"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\nendobj\n");
        if out.len() > MAX_BYTES {
            return Err(RepairError::TooLarge);
        }
    }
    let (table, mut size) = (out.len(), 1_u32);
    let last = live.last_key_value().map_or(0, |(number, _)| *number);
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", last.saturating_add(1)).bytes());
    for (number, offset, generation) in places {
        while size < number && out.len() <= MAX_BYTES {
            out.extend_from_slice(b"0000000000 65535 f \n");
            size += 1;
        }
        out.extend(format!("{offset:010} {generation:05} n \n").bytes());
        size += 1;
    }
    out.extend(format!("trailer\n<< /Size {size} ").bytes());
    out.extend_from_slice(tail);
    out.extend(format!(" >>\nstartxref\n{table}\n%%EOF\n").bytes());
    match out.len() > MAX_BYTES {
        true => Err(RepairError::TooLarge),
        false => Ok(out),
    }
}
