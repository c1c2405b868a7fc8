//! Symbols as they come back: in files that were stamped, in what `pdftoppm` draws of them, and in what scanners and phones make of
//! that. What is read is compared with what was sealed, to the byte.

#![allow(clippy::unwrap_used, reason = "a test")]

mod bounds;
mod carriers;
mod covering;
mod figures;
#[path = "../../../format/examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the vectors")]
mod keys;
#[path = "../originals/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of stamps")]
mod originals;
mod pixels;
#[path = "../sample/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of renditions")]
mod sample;
mod symbols;
#[path = "../tool/mod.rs"]
mod tool;

use ananke_format::datamatrix::side_for;
use ananke_format::seal::Statement;
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _, stamp};
use ananke_pdf::read::{Limits, find};
use ananke_pdf::stamp::{Mark, Placement, update};

/// A stamped file and its seal.
fn stamped(original: &[u8], placement: &Placement) -> (Vec<u8>, Vec<u8>) {
    let key = keys::TestKey::load("acme");
    let mut statement = Statement {
        mode: Mode::Live,
        certificate: key.certificate_reference(),
        template_version: None,
        valid_to: None,
        status: 42,
        reference: Reference::from_random(Product::TCode, [9; 8]),
        original: Sha256::of(original),
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").unwrap(),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b""),
        fields: vec![(0, "Ada Lovelace".to_owned())],
    };
    let mark = Mark {
        side: side_for(statement.sealed_len().unwrap()).unwrap(),
        reference: statement.reference.to_string(),
        url: format!("https://documents.example.org/v/{}", statement.reference),
    };
    let made = update(original, placement, &mark, true).unwrap();
    let (mut bytes, hole) = (made.bytes, made.hole);
    let seal = stamp::fill(original.len(), &mut bytes, hole, &mut statement, &key).unwrap();
    ([original, &bytes].concat(), seal)
}

fn payloads(file: &[u8]) -> Vec<Vec<u8>> {
    let found = find(file, &Limits::default()).unwrap();
    found.into_iter().map(|found| found.payload).collect()
}

/// Nothing else than this is found.
fn holds(what: &str, file: &[u8], payload: &[u8]) {
    let found = payloads(file);
    assert!(
        found == [payload],
        "{what}: {} symbols, the first {:?}",
        found.len(),
        found.first()
    );
}
