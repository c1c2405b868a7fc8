//! Objects that are packed in a stream.

use std::borrow::Cow;
use std::io::Read as _;

use super::scan::{Body, dictionary, value};
use crate::stamp::syntax::{Scanner, entries, integer};

/// What a stream of packed objects holds, if that is not more than there is room for.
pub(super) fn unpacked(body: &Body<'_>, room: usize) -> Option<Vec<u8>> {
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
pub(super) fn packed_objects(body: &Body<'_>, data: &[u8]) -> Option<Vec<(u32, Body<'static>)>> {
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
