//! Status lists: leases of positions and changes of bits; and the artifacts signed from them.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use uuid::Uuid;

use crate::documents::{Document, NewDocument, Status};
use crate::signed_artifacts::SignedArtifact;
use crate::status_lists::{IndexLease, LEASE_LEN, LIST_LEN, STATUS_LISTS, StatusList};
use crate::table::{self, Kept, Record};
use crate::{Error, Micros, Mode};

use super::Tx;

/// Two bits for each entry.
const BYTES: usize = LIST_LEN as usize / 4;

/// Another node may change the same list in between; then it is read again.
const TRIES: usize = 5;

pub(super) fn lease(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    mode: Mode,
    now: Micros,
) -> Result<IndexLease, Error> {
    for _ in 0..TRIES {
        let newest: Option<Kept<StatusList>> = tx.one(
            " WHERE tenant_id = $1 AND mode = $2 ORDER BY number DESC LIMIT 1",
            &[tenant.into(), mode.into()],
        )?;
        match newest {
            Some(mut kept) if kept.row.next_position + LEASE_LEN <= LIST_LEN => {
                let start = kept.row.next_position;
                kept.row.next_position += LEASE_LEN;
                if table::swap(tx.sql, tx.keys, &mut kept)? {
                    return Ok(IndexLease {
                        list: kept.row.number,
                        start,
                        len: LEASE_LEN,
                    });
                }
            }
            full_or_none => {
                let number = full_or_none.map_or(0, |kept| kept.row.number + 1);
                if begin(tx, tenant, mode, number, now)? {
                    return Ok(IndexLease {
                        list: number,
                        start: 0,
                        len: LEASE_LEN,
                    });
                }
            }
        }
    }
    Err(Error::unavailable(100))
}

fn begin(
    tx: &mut Tx<'_>,
    tenant: Uuid,
    mode: Mode,
    number: i64,
    now: Micros,
) -> Result<bool, Error> {
    // A list that was removed must not be begun again: its indexes would be given twice.
    let newest: Option<Kept<Document>> = tx.one(
        " WHERE tenant_id = $1 AND mode = $2 ORDER BY id DESC LIMIT 1",
        &[tenant.into(), mode.into()],
    )?;
    let list = StatusList {
        tenant,
        mode,
        number,
        zlib: compress(&[0; BYTES])?,
        version: 1,
        next_position: LEASE_LEN,
        created_at: now,
        changed_at: now,
    };
    if newest.is_some_and(|kept| kept.row.status_list >= number) {
        return Err(corrupt(&list.values(), None));
    }
    tx.insert(&list)
}

/// Writes a document's status into its list.
pub(super) fn set(
    tx: &mut Tx<'_>,
    document: &NewDocument,
    status: Status,
    now: Micros,
) -> Result<(), Error> {
    let (tenant, mode, number) = (document.tenant, document.mode, document.status_list);
    for _ in 0..TRIES {
        let key = [tenant.into(), mode.into(), number.into()];
        let found: Option<Kept<StatusList>> =
            tx.one(" WHERE tenant_id = $1 AND mode = $2 AND number = $3", &key)?;
        // It was created when its first positions were leased.
        let mut kept = found.ok_or_else(|| corrupt(&key, None))?;
        let mut bits = decompress(&kept.row.zlib).ok_or_else(|| corrupt(&key, Some("zlib")))?;
        if !set_bits(&mut bits, document.status_index, status.list_value()) {
            return Ok(());
        }
        kept.row.zlib = compress(&bits)?;
        kept.row.version += 1;
        kept.row.changed_at = now;
        if table::swap(tx.sql, tx.keys, &mut kept)? {
            return Ok(());
        }
    }
    Err(Error::unavailable(100))
}

pub(super) fn save_signed(tx: &mut Tx<'_>, artifacts: &[SignedArtifact]) -> Result<(), Error> {
    for artifact in artifacts {
        match kept(tx, artifact)? {
            None => {
                tx.insert(artifact)?;
            }
            Some(mut kept) => {
                let newer =
                    (artifact.version, artifact.signed_at) > (kept.row.version, kept.row.signed_at);
                if newer {
                    kept.row = artifact.clone();
                    table::swap(tx.sql, tx.keys, &mut kept)?;
                }
            }
        }
    }
    Ok(())
}

pub(super) fn save_next(
    tx: &mut Tx<'_>,
    artifact: &SignedArtifact,
    last: i64,
) -> Result<bool, Error> {
    match kept(tx, artifact)? {
        None => {
            tx.insert(artifact)?;
            Ok(true)
        }
        Some(mut kept) if kept.row.version == last => {
            kept.row = artifact.clone();
            table::swap(tx.sql, tx.keys, &mut kept)
        }
        Some(_) => Ok(false),
    }
}

/// The artifact of this name. It proves itself, so a damaged copy may simply be made again.
fn kept(tx: &mut Tx<'_>, artifact: &SignedArtifact) -> Result<Option<Kept<SignedArtifact>>, Error> {
    let key = [
        artifact.tenant.into(),
        (&artifact.kind).into(),
        (&artifact.name).into(),
    ];
    let condition = " WHERE tenant_id = $1 AND kind = $2 AND name = $3";
    match tx.one(condition, &key) {
        Err(Error::Corrupt { .. }) => {
            tx.sql
                .execute(&format!("DELETE FROM signed_artifacts{condition}"), &key)?;
            Ok(None)
        }
        found => found,
    }
}

/// Sets an entry; `false` when it has the value already.
fn set_bits(bits: &mut [u8], index: i64, value: u8) -> bool {
    let Some((byte, shift)) = place(bits, index) else {
        return false;
    };
    let changed = (*byte & !(0b11 << shift)) | (value << shift);
    let differs = changed != *byte;
    *byte = changed;
    differs
}

fn place(bits: &mut [u8], index: i64) -> Option<(&mut u8, u32)> {
    let index = usize::try_from(index).ok()?;
    let shift = u32::try_from(index % 4).ok()? * 2;
    Some((bits.get_mut(index / 4)?, shift))
}

/// The two bits of an entry.
pub(crate) fn entry(bits: &[u8], index: i64) -> Option<u8> {
    let index = usize::try_from(index).ok()?;
    Some((bits.get(index / 4)? >> ((index % 4) * 2)) & 0b11)
}

fn compress(bits: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bits)
        .and_then(|()| encoder.finish())
        .map_err(|error| Error::Database {
            text: error.to_string(),
        })
}

/// The bits of a list, unless they are not what the store writes.
pub(crate) fn decompress(zlib: &[u8]) -> Option<Vec<u8>> {
    let mut bits = Vec::with_capacity(BYTES);
    // One byte more than there may be, so that a longer one is noticed and a bomb is not unpacked.
    ZlibDecoder::new(zlib)
        .take(BYTES as u64 + 1)
        .read_to_end(&mut bits)
        .ok()?;
    (bits.len() == BYTES).then_some(bits)
}

fn corrupt(key: &[crate::value::Value], column: Option<&'static str>) -> Error {
    Error::Corrupt {
        table: STATUS_LISTS.name,
        column,
        row: STATUS_LISTS.row_name(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_two_bits_from_the_lowest() {
        let mut bits = vec![0; BYTES];
        assert!(set_bits(&mut bits, 5, 2));
        assert!(!set_bits(&mut bits, 5, 2));
        assert_eq!(bits[1], 0b0000_1000);
        assert!(set_bits(&mut bits, LIST_LEN - 1, 3));
        assert_eq!(bits[BYTES - 1], 0b1100_0000);
        assert_eq!(entry(&bits, 5), Some(2));
        assert_eq!(entry(&bits, 4), Some(0));
        assert_eq!(entry(&bits, LIST_LEN), None);
        assert_eq!(decompress(&compress(&bits).unwrap()).unwrap(), bits);
        assert_eq!(decompress(&compress(&bits[1..]).unwrap()), None);
        bits.push(0);
        assert_eq!(decompress(&compress(&bits).unwrap()), None);
    }
}
