//! The table behind the lists: two bits for each of 131,072 documents.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::read::ZlibDecoder;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::LIST_LEN;
use crate::lifecycle::Status;

/// Bytes of the table.
const TABLE_BYTES: usize = LIST_LEN as usize / 4;

/// Bytes of a W3C bitstring.
const BITSTRING_BYTES: usize = LIST_LEN as usize / 8;

/// What a token status list says about one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// 0: in force, as far as the issuer has done nothing; time is judged by the clock.
    Valid,
    /// 1: revoked (`INVALID`).
    Invalid,
    /// 2: suspended (`SUSPENDED`).
    Suspended,
    /// 3: expired early by its issuer (application specific).
    ExpiredEarly,
}

impl Value {
    /// The two bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::ExpiredEarly => 3,
        }
    }

    /// Reads the two low bits.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            _ => Self::ExpiredEarly,
        }
    }

    /// The value for a recorded state. Expired is recorded only when the issuer expired the document
    /// early; one whose time has simply passed stays 0, since every verifier has a clock.
    #[must_use]
    pub const fn of(recorded: Status) -> Self {
        match recorded {
            Status::Active => Self::Valid,
            Status::Suspended => Self::Suspended,
            Status::Revoked => Self::Invalid,
            Status::Expired => Self::ExpiredEarly,
        }
    }
}

/// Why bytes are not a table, or an index is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not a whole zlib or gzip stream.
    #[error("the list is not compressed as it should be")]
    Compression,
    /// It unpacks to more or fewer bytes than a list has, or bytes follow it.
    #[error("the list has not the right length")]
    Length,
    /// The index is 131,072 or more.
    #[error("the index is outside the list")]
    Index,
}

/// The values of one list.
#[derive(Clone, PartialEq, Eq)]
pub struct Table(Vec<u8>);

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    /// A table in which everything is valid.
    #[must_use]
    pub fn new() -> Self {
        Self(vec![0; TABLE_BYTES])
    }

    /// The value at `index`.
    ///
    /// # Errors
    /// [`TableError::Index`].
    pub fn value(&self, index: u32) -> Result<Value, TableError> {
        let (byte, shift) = place(index)?;
        self.0
            .get(byte)
            .map(|byte| Value::from_bits(byte >> shift))
            .ok_or(TableError::Index)
    }

    /// Sets the value at `index`.
    ///
    /// # Errors
    /// [`TableError::Index`].
    pub fn set(&mut self, index: u32, value: Value) -> Result<(), TableError> {
        let (byte, shift) = place(index)?;
        let byte = self.0.get_mut(byte).ok_or(TableError::Index)?;
        *byte = *byte & !(3 << shift) | value.bits() << shift;
        Ok(())
    }

    /// The 32,768 bytes as zlib (RFC 1950), as they stand in a token list and in the store.
    #[must_use]
    pub fn compress(&self) -> Vec<u8> {
        zlib(&self.0)
    }

    /// Unpacks zlib; never more than one table's bytes are made.
    ///
    /// # Errors
    /// [`TableError::Compression`] or [`TableError::Length`].
    pub fn decompress(bytes: &[u8]) -> Result<Self, TableError> {
        let mut decoder = ZlibDecoder::new(bytes);
        let table = exactly(&mut decoder, TABLE_BYTES)?;
        if decoder.total_in() != bytes.len() as u64 {
            return Err(TableError::Length);
        }
        Ok(Self(table))
    }

    /// The W3C bitstring of all documents whose value `is_set`: index 0 is the first byte's
    /// highest bit.
    pub(super) fn bitstring(&self, is_set: impl Fn(Value) -> bool) -> Bitstring {
        let mut bits = vec![0_u8; BITSTRING_BYTES];
        // Two bytes of the table make one byte of the bitstring.
        for (byte, pair) in bits.iter_mut().zip(self.0.chunks_exact(2)) {
            if pair == [0, 0] {
                continue;
            }
            for slot in 0..8_usize {
                let value = pair
                    .get(slot / 4)
                    .map(|byte| Value::from_bits(byte >> (2 * (slot % 4))));
                if value.is_some_and(&is_set) {
                    *byte |= 0x80 >> slot;
                }
            }
        }
        Bitstring(bits)
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let set = self.0.iter().filter(|byte| **byte != 0).count();
        write!(f, "Table({set} bytes not zero)")
    }
}

/// The bits of one W3C list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bitstring(Vec<u8>);

impl Bitstring {
    pub(super) fn is_set(&self, index: u32) -> Result<bool, TableError> {
        let byte = usize::try_from(index / 8).map_err(|_| TableError::Index)?;
        let byte = self.0.get(byte).ok_or(TableError::Index)?;
        Ok(byte & (0x80 >> (index % 8)) != 0)
    }

    pub(super) fn gzip(&self) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing into memory does not fail.
        let _ = encoder.write_all(&self.0);
        encoder.finish().unwrap_or_default()
    }

    pub(super) fn gunzip(bytes: &[u8]) -> Result<Self, TableError> {
        let mut decoder = GzDecoder::new(bytes);
        let bits = exactly(&mut decoder, BITSTRING_BYTES)?;
        // What is read through a buffer of its own would be gone with it.
        if decoder.into_inner().is_empty() {
            Ok(Self(bits))
        } else {
            Err(TableError::Length)
        }
    }
}

/// Where `index` lies: its byte and the shift inside it, lowest index in the lowest bits.
fn place(index: u32) -> Result<(usize, u32), TableError> {
    if index >= LIST_LEN {
        return Err(TableError::Index);
    }
    let byte = usize::try_from(index / 4).map_err(|_| TableError::Index)?;
    Ok((byte, 2 * (index % 4)))
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Reads exactly `length` bytes and the end of the stream, with its checksum.
fn exactly(reader: &mut impl std::io::Read, length: usize) -> Result<Vec<u8>, TableError> {
    let mut out = Vec::with_capacity(length + 1);
    let bound = u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1);
    reader
        .take(bound)
        .read_to_end(&mut out)
        .map_err(|_| TableError::Compression)?;
    if out.len() == length {
        Ok(out)
    } else {
        Err(TableError::Length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        (0_u8..4).prop_map(Value::from_bits)
    }

    #[test]
    fn the_draft_s_bit_order() {
        let mut table = Table::new();
        for (index, value) in [
            (0, Value::Invalid),
            (1, Value::Suspended),
            (3, Value::ExpiredEarly),
        ] {
            table.set(index, value).unwrap();
        }
        assert_eq!(table.0[0], 0b1100_1001);
        let revoked =
            table.bitstring(|value| matches!(value, Value::Invalid | Value::ExpiredEarly));
        assert_eq!(revoked.0[0], 0b1001_0000);
        assert_eq!(revoked.is_set(3), Ok(true));
        assert_eq!(revoked.is_set(LIST_LEN), Err(TableError::Index));
        assert_eq!(table.value(LIST_LEN), Err(TableError::Index));
        assert_eq!(table.set(LIST_LEN, Value::Valid), Err(TableError::Index));
    }

    #[test]
    fn a_bomb_and_a_tail_are_refused() {
        let bomb = zlib(&vec![0; 50_000_000]);
        assert_eq!(Table::decompress(&bomb), Err(TableError::Length));
        assert_eq!(
            Table::decompress(&zlib(&[0; TABLE_BYTES - 1])),
            Err(TableError::Length)
        );
        let mut tail = Table::new().compress();
        tail.push(0);
        assert_eq!(Table::decompress(&tail), Err(TableError::Length));
        let whole = Table::new().compress();
        assert_eq!(
            Table::decompress(&whole[..whole.len() - 1]),
            Err(TableError::Compression)
        );
        assert_eq!(Table::decompress(b""), Err(TableError::Compression));
        let mut tail = Table::new().bitstring(|_| false).gzip();
        assert!(Bitstring::gunzip(&tail).is_ok());
        tail.push(0);
        assert_eq!(Bitstring::gunzip(&tail), Err(TableError::Length));
    }

    proptest! {
        #[test]
        fn tables_come_back(entries in proptest::collection::vec((0..LIST_LEN, any_value()), 0..50)) {
            let mut table = Table::new();
            let mut model = std::collections::BTreeMap::new();
            for (index, value) in entries {
                table.set(index, value).unwrap();
                model.insert(index, value);
            }
            let back = Table::decompress(&table.compress()).unwrap();
            prop_assert_eq!(&back, &table);
            let suspended = table.bitstring(|value| value == Value::Suspended);
            let suspended = Bitstring::gunzip(&suspended.gzip()).unwrap();
            for (index, value) in model {
                prop_assert_eq!(back.value(index), Ok(value));
                prop_assert_eq!(suspended.is_set(index), Ok(value == Value::Suspended));
            }
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = Table::decompress(&bytes);
            let _ = Bitstring::gunzip(&bytes);
        }
    }
}
