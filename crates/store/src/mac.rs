//! Row authentication: one encoder for all tables.
//!
//! `row_mac = HMAC-SHA256(k_row, domain ‖ table ‖ number of columns ‖ every column)`, each column
//! as a tag for its kind, its length as u64 big endian, and its bytes. The primary key is among
//! the columns, so a row cannot be moved to another tenant or id; the table label keeps rows of
//! two tables apart even where their columns agree.

use aws_lc_rs::{digest, hmac};

use crate::Digest;
use crate::value::Value;

/// The keys that authenticate what the store keeps, derived by the server from the instance secret.
/// Without them the store is sealed. Not printable.
#[derive(Clone)]
pub struct RowKeys {
    row: hmac::Key,
    anchor: hmac::Key,
}

impl RowKeys {
    /// `row` authenticates rows, `anchor` the anchor file. Two labels of one derivation.
    #[must_use]
    pub fn new(row: &[u8; 32], anchor: &[u8; 32]) -> Self {
        Self {
            row: hmac::Key::new(hmac::HMAC_SHA256, row),
            anchor: hmac::Key::new(hmac::HMAC_SHA256, anchor),
        }
    }

    pub(crate) fn row_mac(&self, table: &str, values: &[Value]) -> Vec<u8> {
        let message = encode("ananke row v1", table, values);
        hmac::sign(&self.row, &message).as_ref().to_vec()
    }

    pub(crate) fn row_mac_holds(&self, table: &str, values: &[Value], mac: &[u8]) -> bool {
        let message = encode("ananke row v1", table, values);
        hmac::verify(&self.row, &message, mac).is_ok()
    }

    pub(crate) fn anchor_mac(&self, values: &[Value]) -> Vec<u8> {
        let message = encode("ananke anchor v1", "anchor", values);
        hmac::sign(&self.anchor, &message).as_ref().to_vec()
    }

    pub(crate) fn anchor_mac_holds(&self, values: &[Value], mac: &[u8]) -> bool {
        let message = encode("ananke anchor v1", "anchor", values);
        hmac::verify(&self.anchor, &message, mac).is_ok()
    }
}

/// The canonical encoding: injective, because everything of variable length carries its length.
pub(crate) fn encode(domain: &str, table: &str, values: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    put(&mut out, b'D', domain.as_bytes());
    put(&mut out, b'D', table.as_bytes());
    out.extend_from_slice(&(values.len() as u64).to_be_bytes());
    for value in values {
        match value {
            Value::Null => put(&mut out, b'N', b""),
            Value::Int(value) => put(&mut out, b'I', &value.to_be_bytes()),
            Value::Text(value) => put(&mut out, b'T', value.as_bytes()),
            Value::Blob(value) => put(&mut out, b'B', value),
        }
    }
    out
}

fn put(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Int),
            "[ab]{0,3}".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..4).prop_map(Value::Blob),
        ]
    }

    proptest! {
        #[test]
        fn different_rows_have_different_encodings(
            a in proptest::collection::vec(value(), 0..4),
            b in proptest::collection::vec(value(), 0..4),
        ) {
            prop_assert_eq!(a == b, encode("d", "t", &a) == encode("d", "t", &b));
        }
    }

    #[test]
    fn a_row_of_one_table_is_not_a_row_of_another() {
        let keys = RowKeys::new(&[1; 32], &[2; 32]);
        let row = [Value::Int(1)];
        let mac = keys.row_mac("documents", &row);
        assert!(keys.row_mac_holds("documents", &row, &mac));
        assert!(!keys.row_mac_holds("templates", &row, &mac));
        assert!(!keys.anchor_mac_holds(&row, &mac));
    }
}
