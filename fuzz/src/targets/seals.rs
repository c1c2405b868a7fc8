//! Seals, the symbols that hold them, and the roots an instance had.

use std::sync::LazyLock;

use ananke_format::Instant;
use ananke_format::certificate::Certificate;
use ananke_format::datamatrix::{Symbol, bytes_of};
use ananke_format::seal::{Seal, Statement, is_own};
use ananke_format::trust::{RootFingerprint, Roots};
use ananke_format::verify::{self, Reason};

use super::text;
use crate::pki::{LIVE, certificate as given};

/// Seals that the issuer really signed.
static SIGNED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(crate::seeds::seals);

/// One of them that verifies: its header, its message and its signature.
static PARTS: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let genuine = SIGNED.iter().find(|seal| verify::seal(seal, &LIVE).is_ok());
    let genuine = genuine.expect("a seal that verifies");
    let (header, message) = header_and_message(genuine).expect("a seal");
    let signature = genuine[header.len() + message.len()..].to_vec();
    [header, message, signature]
});

/// Files that were really stamped.
static STAMPED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(crate::seeds::stamped);

/// What is read, written again, gives the same bytes; what names us says what we say; and only what was signed is believed.
pub(crate) fn seal(data: &[u8]) -> bool {
    let Ok(read) = Seal::parse(data) else {
        return false;
    };
    assert_eq!(read.to_bytes().as_deref(), Some(data));
    let Ok(statement) = Statement::read(&read) else {
        return true;
    };
    assert!(is_own(&read));
    let again = statement.unsigned().expect("what was read is written");
    assert_eq!(
        (again.header, again.fields),
        (read.header.clone(), read.fields.clone())
    );
    if let Ok(document) = verify::seal(data, &LIVE) {
        assert_eq!(
            (&document.statement, document.seal.as_slice()),
            (&statement, data)
        );
        assert!(
            SIGNED.iter().any(|seal| seal == data),
            "a seal nobody signed is believed"
        );
    }
    true
}

/// Countries, signers and references, three characters in two bytes (C40): the header, before a message and a signature that are genuine.
pub(crate) fn seal_header(data: &[u8]) -> bool {
    let [header, message, signature] = &*PARTS;
    seal(&[&header[..1], data, message, signature].concat())
}

/// Tags, lengths and values (DER-TLV): the message, between a header and a signature that are genuine.
pub(crate) fn seal_message(data: &[u8]) -> bool {
    let [header, _, signature] = &*PARTS;
    seal(&[header, data, signature].concat())
}

/// The parts of a seal before its signature.
pub(crate) fn header_and_message(data: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut read = Seal::parse(data).ok()?;
    let mut header = read.signed_bytes()?;
    read.fields.clear();
    let message = header.split_off(read.signed_bytes()?.len());
    Some((header, message))
}

/// A payload has one symbol, and each module of it counts. As codewords the same bytes hold at most two bytes each, and a frame.
pub(crate) fn symbol(data: &[u8]) -> bool {
    if let Some(bytes) = bytes_of(data) {
        assert!(bytes.len() <= 2 * data.len() + 9);
    }
    let Some(symbol) = Symbol::of(data) else {
        return false;
    };
    assert_eq!(symbol.payload().as_deref(), Some(data));
    let side = symbol.side();
    let mut dark: Vec<bool> = (0..side * side)
        .map(|at| symbol.is_dark(at / side, at % side))
        .collect();
    let sum = data.iter().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    let at = sum % dark.len();
    if let Some(module) = dark.get_mut(at) {
        *module = !*module;
    }
    assert_eq!(
        Symbol::from_modules(dark).and_then(|symbol| symbol.payload()),
        None
    );
    true
}

/// A stamped file that passes is one that was stamped, to the byte; one that does not begins with a stamped file where that is said.
pub(crate) fn stamped(data: &[u8]) -> bool {
    let is_known = |file: &[u8]| STAMPED.iter().any(|known| known == file);
    match verify::stamped(data, &LIVE) {
        Ok(_) => assert!(is_known(data), "a file nobody stamped passes"),
        Err(refused) => {
            if let Some(genuine) = refused.genuine {
                let genuine = data.get(..genuine).expect("a beginning of the file");
                assert!(genuine.len() < data.len() && is_known(genuine));
            }
            return refused.failure.reason != Reason::NoSeal;
        }
    }
    true
}

/// The comment a stamped file ends in, and what stands behind it.
pub(crate) fn stamp_comment(data: &[u8]) -> bool {
    let at = comment_at(&STAMPED[0]).expect("a comment");
    stamped(&[&STAMPED[0][..at], data].concat())
}

/// Where the comment of a stamped file begins.
pub(crate) fn comment_at(file: &[u8]) -> Option<usize> {
    let mark = b"%Ananke-Stamp-";
    file.windows(mark.len()).rposition(|window| window == mark)
}

/// Roots lead to roots of the list and nowhere else.
pub(crate) fn roots(data: &[u8]) -> bool {
    let Some(read) = text(data).and_then(|text| Roots::from_pem(text).ok()) else {
        return false;
    };
    let held: Certificate = given("root.pem");
    let at = Instant::parse("2055-07-01T12:00:00.000Z").expect("an instant");
    if let Ok(newest) = read.newest_from(RootFingerprint::of(&held), at) {
        let known = ["root.pem", "root-2.pem", "root-3.pem"].map(given);
        assert!(
            known.contains(newest),
            "a root nobody vouched for is believed"
        );
    }
    true
}
