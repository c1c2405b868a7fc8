//! Files that are stamped and sealed as the server does it, with a key of the test PKI.

use ananke_format::datamatrix::side_for;
use ananke_format::seal::Statement;
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _, stamp};
use ananke_pdf::stamp::{Mark, Placement, StampError, Update, update};

use crate::keys::TestKey;

/// What is said about a file.
pub(crate) fn statement(original: &[u8]) -> Statement {
    Statement {
        mode: Mode::Live,
        certificate: TestKey::load("acme").certificate_reference(),
        template_version: None,
        valid_to: None,
        status: 42,
        reference: Reference::from_random(Product::TCode, [9; 8]),
        original: Sha256::of(original),
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").unwrap(),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b""),
        fields: vec![(0, "Ada Lovelace".to_owned())],
    }
}

pub(crate) fn mark(statement: &Statement) -> Mark {
    Mark {
        side: side_for(statement.sealed_len().unwrap()).unwrap(),
        reference: statement.reference.to_string(),
        url: format!("https://documents.example.org/v/{}", statement.reference),
    }
}

/// A stamped file and its seal. Signatures in it are allowed.
pub(crate) fn stamped(
    original: &[u8],
    placement: &Placement,
) -> Result<(Vec<u8>, Vec<u8>), StampError> {
    let mut statement = statement(original);
    let made = update(original, placement, &mark(&statement), true)?;
    Ok(filled(original, made, &mut statement))
}

/// The file with this update, its seal filled in; and the seal.
pub(crate) fn filled(
    original: &[u8],
    made: Update,
    statement: &mut Statement,
) -> (Vec<u8>, Vec<u8>) {
    let (mut bytes, hole, key) = (made.bytes, made.hole, TestKey::load("acme"));
    let seal = stamp::fill(original.len(), &mut bytes, hole, statement, &key).unwrap();
    ([original, &bytes].concat(), seal)
}
