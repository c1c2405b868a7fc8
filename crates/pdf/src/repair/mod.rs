//! A whole file of a damaged one: its objects, found by their heads wherever they stand, are copied byte for byte into a new file
//! with a new list of them.
//!
//! The last object of a number counts, objects packed in streams are unpacked, and what nothing leads to is left out. A file is
//! refused rather than repaired in part: where something that its pages lead to is missing or cannot be read, nobody could say what it
//! showed. The result is what an update can stand on. Parses foreign files, and is called in a process of its own.

mod objects;
mod packed;
mod scan;

use std::collections::BTreeMap;

use memchr::memmem;
use thiserror::Error;

use self::objects::Objects;
use self::scan::{Body, value};
use crate::intake::MAX_BYTES;
use crate::stamp::syntax::{items, reference};
use crate::stamp::{self, StampError};

/// The header stands this far into the file.
const WINDOW: usize = 1024;

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
