//! The objects of a damaged file, whatever revision they are of: which one counts, and what leads to which.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hayro_syntax::object::ObjRef;
use memchr::memmem;

use super::packed::{packed_objects, unpacked};
use super::scan::{Body, body, dict, dictionary, next_head, numbers, value};
use super::{NO_OBJECT, RepairError, UNREADABLE_OBJECT};
use crate::stamp::syntax::{Entry, Scanner, entries, integer, reference};

/// So many objects may there be, of all revisions.
const OBJECTS: usize = 200_000;
/// So many may be unreadable: each may be looked through to the end of the file.
const UNREADABLE: usize = 100;
/// No reader has to take larger object numbers (ISO 32000-1, annex C).
const LARGEST: u32 = 8_388_607;
/// So many bytes may the packed objects of a file have, unpacked (32 MiB).
const UNPACKED: usize = 32 * 1024 * 1024;

const TOO_MANY: RepairError = RepairError::Hopeless("it has too many objects");

/// An object as it was found.
struct Found<'a> {
    /// Where it stands, or the stream it is packed in.
    at: usize,
    generation: u16,
    /// What it is; `None` where that cannot be read.
    body: Option<Body<'a>>,
}

/// The objects of a file by their number, and where all that were found stand.
pub(super) struct Objects<'a> {
    last: BTreeMap<u32, Found<'a>>,
    spans: Vec<(usize, usize)>,
}

impl<'a> Objects<'a> {
    /// All that stand in a file.
    pub(super) fn find(data: &'a [u8]) -> Result<Self, RepairError> {
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
    pub(super) fn trailers(&self, data: &'a [u8]) -> Vec<Vec<Entry<'a>>> {
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

    pub(super) fn is_encrypted(&self, trailers: &[Vec<Entry<'_>>]) -> bool {
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
    pub(super) fn unpack(&mut self) -> Result<(), RepairError> {
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
    pub(super) fn correct_lengths(&mut self) {
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

    pub(super) fn get(&self, to: ObjRef) -> Result<&Body<'a>, RepairError> {
        let found = self
            .last
            .get(&to.obj_number)
            .filter(|found| i64::from(found.generation) == i64::from(to.gen_number));
        let found = found.ok_or(NO_OBJECT)?;
        found.body.as_ref().ok_or(UNREADABLE_OBJECT)
    }

    /// The first object, and the trailer that leads to it, if one does.
    pub(super) fn root<'t>(
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
    pub(super) fn live(
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
            let number = to.obj_number;
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
