//! Where the objects of a file are: its cross-reference sections, from the last one back. An update stands on all of them, so
//! every one has to be where it is said to be, and so has every object.

use std::collections::{BTreeMap, BTreeSet};

use hayro_syntax::object::{Dict, FromBytes as _, Name, Stream};

use super::StampError;
use super::syntax::{Kind, Scanner, Token, entries, integer, items};

/// Readers look for `startxref` this far from the end.
const END: usize = 1_100;
/// So many sections may follow each other: readers give up a little later.
const MOST: usize = 200;
/// No reader has to take larger object numbers (ISO 32000-1, annex C).
const LARGEST: u32 = 8_388_607;
const ROW: usize = 20;

const NOWHERE: StampError = StampError::Damaged("no objects are where it says");
const UNREADABLE: StampError = StampError::Damaged("its list of objects cannot be read");

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    At {
        offset: usize,
        generation: u32,
    },
    In {
        stream: u32,
    },
    /// There is none any more.
    Free,
}

/// All sections of a file.
pub(super) struct Sections<'a> {
    objects: BTreeMap<u32, Place>,
    /// The largest number that any section speaks of.
    largest: u32,
    /// Where the last section is, whether that is a stream, and its entries.
    pub(super) last: usize,
    pub(super) is_stream: bool,
    pub(super) trailer: Dict<'a>,
    /// Whether any of them says so.
    pub(super) is_encrypted: bool,
}

/// One section.
struct Section<'a> {
    dict: Dict<'a>,
    is_stream: bool,
    used: Vec<(u32, Place)>,
    free: Vec<u32>,
    largest: u32,
}

impl<'a> Sections<'a> {
    pub(super) fn read(data: &'a [u8]) -> Result<Self, StampError> {
        let last = startxref(data);
        let last = last.ok_or(StampError::Damaged("it does not say where its objects are"))?;
        let first = section(data, last)?;
        first.dict.get_ref("Root").ok_or(UNREADABLE)?;
        let mut all = Self {
            objects: BTreeMap::new(),
            largest: 0,
            last,
            is_stream: first.is_stream,
            trailer: first.dict.clone(),
            is_encrypted: false,
        };
        // The newest first: a place found earlier counts. A stream beside a table counts before what is older.
        // What the table says is free may be in that stream.
        let (mut seen, mut wanted) = (BTreeSet::from([last]), Vec::new());
        let mut free = Vec::new();
        let mut next = Some(first);
        while let Some(section) = next {
            all.largest = all.largest.max(section.largest);
            for (number, place) in section.used {
                all.objects.entry(number).or_insert(place);
            }
            let entries = entries(section.dict.data())?;
            let find = |key: &str| entries.iter().find(|entry| entry.key == key.as_bytes());
            all.is_encrypted |= find("Encrypt").is_some();
            free.extend(section.free);
            if find("XRefStm").is_none() {
                for number in free.drain(..) {
                    all.objects.entry(number).or_insert(Place::Free);
                }
            }
            // Where it is no number at all, readers take none of the section.
            if find("Size").is_some_and(|size| signed(size.value).is_none()) {
                return Err(UNREADABLE);
            }
            for key in ["Prev", "XRefStm"] {
                if let Some(found) = find(key) {
                    wanted.push(integer::<usize>(found.value).ok_or(NOWHERE)?);
                }
            }
            next = match wanted.pop() {
                Some(at) if !seen.insert(at) => {
                    return Err(StampError::Damaged(
                        "its lists of objects follow in a circle",
                    ));
                }
                Some(_) if seen.len() > MOST => {
                    return Err(StampError::Damaged("it was changed too many times"));
                }
                Some(at) => Some(self::section(data, at)?),
                None => None,
            };
        }
        all.check(data)?;
        Ok(all)
    }

    /// Every object begins where it should.
    fn check(&self, data: &[u8]) -> Result<(), StampError> {
        let is_there = |number: u32, place: &Place| match place {
            Place::At { offset, generation } => {
                let mut scanner = Scanner::new(data, *offset);
                scanner.integer() == Some(number)
                    && scanner.integer() == Some(*generation)
                    && scanner.word(b"obj").is_some()
            }
            Place::In { stream } => {
                matches!(self.objects.get(stream), Some(Place::At { .. }))
            }
            Place::Free => true,
        };
        let mut objects = self.objects.iter();
        if objects.all(|(number, place)| is_there(*number, place)) {
            return Ok(());
        }
        Err(StampError::Damaged("an object is not where it says"))
    }

    /// Whether there is an object of this number.
    pub(super) fn has(&self, number: u32) -> bool {
        let place = self.objects.get(&number);
        place.is_some_and(|place| *place != Place::Free)
    }

    /// Checks that an object ends where it should. Where it does not, readers look for another one of its number, and may do so no more
    /// once something is appended.
    pub(super) fn whole(&self, data: &[u8], number: u32) -> Result<(), StampError> {
        let Some(Place::At { offset, .. }) = self.objects.get(&number) else {
            return Ok(());
        };
        let mut scanner = Scanner::new(data, *offset);
        let begins = scanner.integer::<u32>().is_some()
            && scanner.integer::<u32>().is_some()
            && scanner.word(b"obj").is_some();
        if let (true, Some(first)) = (begins, scanner.token()?) {
            scanner.value(first)?;
            // The word that ends it is often missing; then the next object follows, or a section.
            let is_end = |end: Token<'_>| match end.kind {
                Kind::Number => true,
                _ => matches!(
                    end.bytes,
                    b"endobj" | b"stream" | b"xref" | b"trailer" | b"startxref"
                ),
            };
            if scanner.token()?.is_none_or(is_end) {
                return Ok(());
            }
        }
        Err(StampError::Damaged("an object of it cannot be read"))
    }

    /// The first of so many numbers that nothing in the file uses.
    pub(super) fn free(&self, count: u32) -> Result<u32, StampError> {
        let said = self.trailer.get::<u32>("Size").unwrap_or_default();
        // What is larger than numbers can be is not believed.
        let said = if said > LARGEST { 0 } else { said };
        let begin = said.max(self.largest.saturating_add(1));
        if begin.saturating_add(count) > LARGEST {
            return Err(StampError::Damaged(
                "its objects have larger numbers than readers take",
            ));
        }
        Ok(begin)
    }
}

fn signed(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Where the last section is said to be.
fn startxref(data: &[u8]) -> Option<usize> {
    let begin = data.len().saturating_sub(END);
    let at = begin + memchr::memmem::rfind(data.get(begin..)?, b"startxref")?;
    let mut scanner = Scanner::new(data, at);
    scanner.word(b"startxref")?;
    scanner.integer()
}

/// The section that begins exactly here.
fn section(data: &[u8], at: usize) -> Result<Section<'_>, StampError> {
    let text = data.get(at..).unwrap_or_default();
    if text.starts_with(b"xref") {
        return table(data, at).ok_or(UNREADABLE);
    }
    if !text.first().is_some_and(u8::is_ascii_digit) {
        return Err(NOWHERE);
    }
    let mut scanner = Scanner::new(data, at);
    let head = (scanner.integer::<u32>(), scanner.integer::<u32>());
    if head.0.is_none() || head.1.is_none() || scanner.word(b"obj").is_none() {
        return Err(NOWHERE);
    }
    scanner.skip_space();
    let stream = Stream::from_bytes(data.get(scanner.at..).unwrap_or_default()).ok_or(NOWHERE)?;
    let kind = stream.dict().get::<Name<'_>>("Type").ok_or(NOWHERE)?;
    if kind.as_str() != "XRef" {
        return Err(NOWHERE);
    }
    rows(&stream).ok_or(UNREADABLE)
}

fn table(data: &[u8], at: usize) -> Option<Section<'_>> {
    let mut scanner = Scanner::new(data, at);
    scanner.word(b"xref")?;
    let (mut used, mut free, mut largest) = (Vec::new(), Vec::new(), 0);
    loop {
        let begin = scanner.clone();
        let Some(first) = scanner.integer::<u32>() else {
            scanner = begin;
            break;
        };
        let count = scanner.integer::<u32>()?;
        scanner.skip_space();
        for number in first..first.checked_add(count)? {
            let row = data.get(scanner.at..scanner.at.checked_add(ROW)?)?;
            scanner.at += ROW;
            let offset = integer(row.get(..10)?)?;
            let generation = integer(row.get(11..16)?)?;
            largest = largest.max(number);
            match row.get(17)? {
                b'n' => used.push((number, Place::At { offset, generation })),
                b'f' => free.push(number),
                _ => return None,
            }
        }
    }
    scanner.word(b"trailer")?;
    scanner.skip_space();
    let dict = Dict::from_bytes(data.get(scanner.at..)?)?;
    Some(Section {
        dict,
        is_stream: false,
        used,
        free,
        largest,
    })
}

/// The section that a stream holds.
fn rows<'a>(stream: &Stream<'a>) -> Option<Section<'a>> {
    let dict = stream.dict();
    let entries = entries(dict.data()).ok()?;
    let numbers = |key: &str| {
        let found = entries.iter().find(|entry| entry.key == key.as_bytes())?;
        let inside = found.value.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let numbers = items(inside).ok()?.into_iter().map(integer::<u32>);
        numbers.collect::<Option<Vec<u32>>>()
    };
    let widths = numbers("W")?;
    let widths: &[u32; 3] = widths.as_slice().try_into().ok()?;
    if widths[0] > 1 || widths[1] == 0 || widths.iter().any(|width| *width > 8) {
        return None;
    }
    let index = match dict.contains_key("Index") {
        true => numbers("Index")?,
        false => vec![0, dict.get::<u32>("Size")?],
    };
    let data = stream.decoded_data().ok()?;
    let mut rest: &[u8] = &data;
    let mut field = |width: u32| {
        let (field, behind) = rest.split_at_checked(usize::try_from(width).ok()?)?;
        rest = behind;
        Some(
            field
                .iter()
                .fold(0, |all, byte| all << 8 | u64::from(*byte)),
        )
    };
    let (mut used, mut free, mut largest) = (Vec::new(), Vec::new(), 0);
    for range in index.chunks(2) {
        let [first, count] = range.try_into().ok()?;
        for number in first..u32::checked_add(first, count)? {
            let (kind, second, third) = (field(widths[0])?, field(widths[1])?, field(widths[2])?);
            largest = largest.max(number);
            match if widths[0] == 0 { 1 } else { kind } {
                0 => free.push(number),
                1 => {
                    let offset = usize::try_from(second).ok()?;
                    let generation = u32::try_from(third).ok()?;
                    used.push((number, Place::At { offset, generation }));
                }
                2 => {
                    let stream = u32::try_from(second).ok()?;
                    used.push((number, Place::In { stream }));
                }
                _ => return None,
            }
        }
    }
    Some(Section {
        dict: dict.clone(),
        is_stream: true,
        used,
        free,
        largest,
    })
}
