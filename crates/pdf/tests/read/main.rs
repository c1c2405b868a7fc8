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
#[path = "../sealed/mod.rs"]
mod sealed;
mod symbols;
#[path = "../tool/mod.rs"]
mod tool;

use ananke_pdf::read::{Limits, find};
use ananke_pdf::stamp::Placement;

/// A stamped file and its seal.
fn stamped(original: &[u8], placement: &Placement) -> (Vec<u8>, Vec<u8>) {
    sealed::stamped(original, placement).unwrap()
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
