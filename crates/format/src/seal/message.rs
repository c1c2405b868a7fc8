//! The message of a seal: tags that ascend, lengths as short as they can be.

use super::SealError;

/// The tag that ends a message.
pub(super) const SIGNATURE: u8 = 0xff;

/// How lengths of 128 and more are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lengths {
    /// As in DER: `81` and one byte, `82` and two.
    #[default]
    Der,
    /// As in ICAO Doc 9303-13: one byte.
    Byte,
}

/// A field of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its tag, below `FF`.
    pub tag: u8,
    /// Its value.
    pub value: Vec<u8>,
}

/// Writes a field; `None` where it is too long, or its tag is none.
pub(super) fn write(field: &Field, lengths: Lengths, out: &mut Vec<u8>) -> Option<()> {
    if field.tag == SIGNATURE {
        return None;
    }
    out.push(field.tag);
    let length = u16::try_from(field.value.len()).ok()?;
    match (length.to_be_bytes(), lengths) {
        ([0, short @ ..=0x7f], _) => out.push(short),
        // What DER has a meaning for is never read as a length of one byte.
        ([0, 0x81 | 0x82 | 0xff], Lengths::Byte) => return None,
        ([0, byte], Lengths::Byte) => out.push(byte),
        (_, Lengths::Byte) => return None,
        ([0, byte], Lengths::Der) => out.extend([0x81, byte]),
        ([high, low], Lengths::Der) => out.extend([0x82, high, low]),
    }
    out.extend_from_slice(&field.value);
    Some(())
}

/// Takes so many bytes from the front.
pub(super) fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], SealError> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(SealError::Truncated)?;
    *bytes = rest;
    Ok(taken)
}

pub(super) fn take_byte(bytes: &mut &[u8]) -> Result<u8, SealError> {
    let (first, rest) = bytes.split_first().ok_or(SealError::Truncated)?;
    *bytes = rest;
    Ok(*first)
}

/// Reads fields up to the signature, or the end.
pub(super) fn read(bytes: &mut &[u8]) -> Result<(Vec<Field>, Lengths), SealError> {
    let mut fields: Vec<Field> = Vec::new();
    let mut lengths = None;
    while bytes.first().is_some_and(|tag| *tag != SIGNATURE) {
        let tag = take_byte(bytes)?;
        if fields.last().is_some_and(|before| before.tag >= tag) {
            return Err(SealError::Order);
        }
        let (length, form) = read_length(bytes)?;
        if form.is_some() && lengths.is_some() && form != lengths {
            return Err(SealError::Length);
        }
        lengths = lengths.or(form);
        let value = take(bytes, length)?.to_vec();
        fields.push(Field { tag, value });
    }
    Ok((fields, lengths.unwrap_or_default()))
}

/// A length, and how it is written where that tells.
fn read_length(bytes: &mut &[u8]) -> Result<(usize, Option<Lengths>), SealError> {
    let (length, least) = match take_byte(bytes)? {
        short @ ..=0x7f => return Ok((usize::from(short), None)),
        0x81 => (usize::from(take_byte(bytes)?), 0x80),
        0x82 => {
            let high = usize::from(take_byte(bytes)?);
            (high << 8 | usize::from(take_byte(bytes)?), 0x100)
        }
        0xff => return Err(SealError::Length),
        byte => return Ok((usize::from(byte), Some(Lengths::Byte))),
    };
    // What is shorter has a shorter form.
    match length >= least {
        true => Ok((length, Some(Lengths::Der))),
        false => Err(SealError::Length),
    }
}
