//! Status lists, signed and not, and the compressed tables in them: however much they would unpack to, nothing more
//! is made than one list has.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ananke_format::status::{self, Purpose, Table, Value};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::signed::json;
use super::text;
use crate::pki::{LIVE, STATUS, given, parts};
use crate::seeds;

/// Entries of a list.
const ENTRIES: u32 = 131_072;

pub(crate) fn status_list(data: &[u8]) -> bool {
    static KNOWN: LazyLock<BTreeSet<Vec<u8>>> =
        LazyLock::new(|| seeds::lists().into_iter().collect());
    let Some(text) = text(data) else { return false };
    let believed = status::verify(text, &LIVE).is_ok();
    assert!(
        !believed || KNOWN.contains(data),
        "a list nobody signed is believed"
    );
    believed
}

/// The payload of either kind of list, signed: what is read is the list that the payload names.
pub(crate) fn status_list_payload(data: &[u8]) -> bool {
    let mut believed = false;
    for name in ["list-live.jws", "list-live-revocation.jws"] {
        let header = parts(&given(name)).0;
        let Ok(list) = status::verify(&STATUS.sign_text(&header, data), &LIVE) else {
            continue;
        };
        let claims = json(data).expect("what was believed is JSON");
        let named = if list.purpose() == Purpose::Token {
            &claims["sub"]
        } else {
            &claims["id"]
        };
        assert_eq!(named.as_str(), Some(list.id().uri(list.purpose()).as_str()));
        assert!(list.issued_at() < list.expires());
        assert!(list.value(0).is_ok() && list.value(ENTRIES - 1).is_ok());
        assert!(list.value(ENTRIES).is_err());
        believed = true;
    }
    believed
}

/// A table comes back as it is, and its values are those of a list signed over the same bytes.
pub(crate) fn token_table(data: &[u8]) -> bool {
    let read = Table::decompress(data);
    if let Ok(table) = &read {
        assert!(Table::decompress(&table.compress()).as_ref() == Ok(table));
        assert!(table.value(ENTRIES).is_err());
        let longer = [data, &[0]].concat();
        assert!(Table::decompress(&longer).is_err(), "nothing may follow");
    }
    let list = resigned(
        "list-live.jws",
        "/status_list/lst",
        &URL_SAFE_NO_PAD.encode(data),
    );
    match (read, status::verify(&list, &LIVE)) {
        (Ok(table), Ok(list)) => {
            let same = |index| table.value(index) == list.value(index);
            assert!((0..ENTRIES).step_by(997).all(same));
            true
        }
        (Err(_), Err(_)) => false,
        (table, list) => panic!("{:?} and {:?}", table.is_ok(), list.is_ok()),
    }
}

/// The same for the bits of the W3C lists: one bit means one thing in each.
pub(crate) fn bitstring(data: &[u8]) -> bool {
    let encoded = format!("u{}", URL_SAFE_NO_PAD.encode(data));
    let at = "/credentialSubject/encodedList";
    let read = ["list-live-revocation.jws", "list-live-suspension.jws"]
        .map(|name| status::verify(&resigned(name, at, &encoded), &LIVE));
    match &read {
        [Ok(revocation), Ok(suspension)] => {
            for index in (0..ENTRIES).step_by(997) {
                let pair = (revocation.value(index), suspension.value(index));
                let both = (Ok(Value::Invalid), Ok(Value::Suspended));
                assert!(
                    pair == both || pair == (Ok(Value::Valid), Ok(Value::Valid)),
                    "{index}"
                );
            }
            assert!(revocation.value(ENTRIES).is_err());
            true
        }
        [Err(_), Err(_)] => false,
        _ => panic!("one bitstring is read in one list and refused in the other"),
    }
}

/// A list of the vectors with one member of its payload put in place, signed anew.
fn resigned(name: &str, at: &str, value: &str) -> String {
    let (header, payload) = parts(&given(name));
    let mut claims = json(&payload).expect("a list of the vectors");
    *claims.pointer_mut(at).expect("the member") = value.into();
    STATUS.sign_text(&header, claims.to_string().as_bytes())
}
