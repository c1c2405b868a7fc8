//! Objects where they stand in a damaged file: found by their heads, and read as far as they can be.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hayro_syntax::object::ObjRef;
use memchr::memmem;

use super::{RepairError, UNREADABLE_OBJECT};
use crate::stamp::syntax::{Entry, Kind, Scanner, entries, integer, is_space, reference};

/// A comment is looked for so far before what may stand in it.
const LINE: usize = 1024;
/// What an object is: a value, and what the stream behind it holds.
pub(super) struct Body<'a> {
    pub(super) value: Cow<'a, [u8]>,
    pub(super) stream: Option<&'a [u8]>,
}

impl Body<'_> {
    pub(super) fn entry(&self, key: &[u8]) -> Option<&[u8]> {
        let entries = entries(dictionary(&self.value)).ok()?;
        value(&entries, key)
    }

    /// Whether it says that it is of this kind.
    pub(super) fn is(&self, kind: &[u8]) -> bool {
        // Most say nothing like it.
        memmem::find(&self.value, kind).is_some()
            && self
                .entry(b"Type")
                .is_some_and(|said| said.strip_prefix(b"/") == Some(kind))
    }

    /// What it refers to. Nobody may have signed it.
    pub(super) fn follow(&self, wanted: &mut Vec<ObjRef>) -> Result<(), RepairError> {
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
pub(super) struct Head {
    pub(super) begin: usize,
    pub(super) end: usize,
    pub(super) number: u32,
    pub(super) generation: u16,
}

/// The next one from a place on.
pub(super) fn next_head(data: &[u8], from: usize) -> Option<Head> {
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

pub(super) fn head(data: &[u8], from: usize, word: usize, end: usize) -> Option<Head> {
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
pub(super) fn numbers(data: &[u8]) -> BTreeMap<u32, usize> {
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
pub(super) fn body<'a>(
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
        Some(to) => lengths.get(&to.obj_number).copied(),
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

/// A dictionary that comes next.
pub(super) fn dict<'a>(scanner: &mut Scanner<'a>) -> Option<Vec<Entry<'a>>> {
    let first = scanner.token().ok()??;
    if first.kind != Kind::OpenDict {
        return None;
    }
    entries(dictionary(scanner.value(first).ok()?)).ok()
}

/// A dictionary; nothing where it is none.
pub(super) fn dictionary(value: &[u8]) -> &[u8] {
    if value.starts_with(b"<<") { value } else { b"" }
}

pub(super) fn value<'a>(entries: &[Entry<'a>], key: &[u8]) -> Option<&'a [u8]> {
    let found = entries.iter().find(|entry| entry.key == key);
    found.map(|entry| entry.value)
}
