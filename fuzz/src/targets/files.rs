//! Files of other people: stamped, repaired, read. Here without the process that bounds memory and time, so that what takes too much of
//! either is found.

use ananke_format::datamatrix::side_for;
use ananke_format::seal::Statement;
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _, stamp, verify};
use ananke_pdf::intake::{self, IntakeError};
use ananke_pdf::read::{self, Limits};
use ananke_pdf::repair::repair;
use ananke_pdf::stamp::{Area, Mark, Page, Placement, StampError, update};

use crate::pki::{ISSUER, LIVE};

/// What is stamped passes the check of stamped files, begins with what was sent, and can be stamped again.
pub(crate) fn stamping(data: &[u8]) -> bool {
    let Some(once) = stamped(data) else {
        return false;
    };
    let twice = stamped(&once).expect("a stamped file is stamped again");
    assert!(twice.starts_with(&once));
    true
}

/// What is damaged is repaired into a file that is taken; where that is stamped, a second repair would change nothing.
pub(crate) fn repairing(data: &[u8]) -> bool {
    let is_damaged = |file: &[u8]| {
        let stamped = update(file, &placement(), &mark(), true);
        intake::check(file) == Err(IntakeError::Incomplete)
            || matches!(stamped, Err(StampError::Damaged(_)))
    };
    if !is_damaged(data) {
        return false;
    }
    let Ok(whole) = repair(data) else {
        return false;
    };
    assert_eq!(intake::check(&whole), Ok(()));
    if !is_damaged(&whole) {
        let again = repair(&whole).expect("what was repaired once");
        assert_eq!(repair(&again).as_ref(), Ok(&again), "a repair ends");
    }
    true
}

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    pixels: 90_000,
    pages: 2,
};

/// Nothing is read that no symbol holds, and what is read of a page says which page.
pub(crate) fn reading(data: &[u8]) -> bool {
    let area = Area {
        x: 400.0,
        y: 18.0,
        width: 170.0,
        height: 110.0,
    };
    let _covered = read::covers(data, Page::Last, area);
    let Ok(found) = read::find(data, &LIMITS) else {
        return false;
    };
    let is_pdf = data.windows(5).take(1024).any(|window| window == b"%PDF-");
    for found in &found {
        assert!(!found.payload.is_empty());
        assert_eq!(found.page.is_some(), is_pdf);
        assert!(found.is_paper || is_pdf);
    }
    !found.is_empty()
}

/// Grey pixels, which no checksum keeps from being altered; the first byte is the width. Whatever is in them, it does not take long.
pub(crate) fn pixels(data: &[u8]) -> bool {
    let Some((width, pixels)) = data.split_first().filter(|(width, _)| **width > 0) else {
        return false;
    };
    let width = usize::from(*width);
    let height = (pixels.len() / width).min(255);
    let Some(pixels) = pixels.get(..width * height).filter(|all| !all.is_empty()) else {
        return false;
    };
    let found = read::find(&png(width, height, pixels), &LIMITS).expect("a whole picture");
    assert!(found.iter().all(|found| !found.payload.is_empty()));
    !found.is_empty()
}

fn png(width: usize, height: usize, pixels: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let side = |side| u32::try_from(side).expect("a small picture");
    let mut encoder = png::Encoder::new(&mut out, side(width), side(height));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::NoCompression);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels).expect("all pixels");
    writer.finish().expect("an end");
    out
}

fn placement() -> Placement {
    Placement {
        x: Some(0.0),
        y: Some(0.0),
        ..Placement::default()
    }
}

fn statement(original: &[u8]) -> Statement {
    Statement {
        mode: Mode::Live,
        certificate: ISSUER.certificate_reference(),
        template_version: None,
        valid_to: None,
        status: 42,
        reference: Reference::from_random(Product::TCode, [9; 8]),
        original: Sha256::of(original),
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").expect("an instant"),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b""),
        fields: Vec::new(),
    }
}

fn mark() -> Mark {
    let statement = statement(b"");
    Mark {
        side: statement.sealed_len().and_then(side_for).expect("a symbol"),
        reference: statement.reference.to_string(),
        url: format!("https://docs.example.com/v/{}", statement.reference),
    }
}

/// The file with a stamp, signed by a key that is trusted.
fn stamped(original: &[u8]) -> Option<Vec<u8>> {
    intake::check(original).ok()?;
    let mut made = update(original, &placement(), &mark(), true).ok()?;
    let mut statement = statement(original);
    let (length, hole) = (original.len(), made.hole.clone());
    stamp::fill(length, &mut made.bytes, hole, &mut statement, &*ISSUER).expect("the hole fits");
    let file = [original, &made.bytes].concat();
    if let Err(refused) = verify::stamped(&file, &LIVE) {
        panic!("a stamped file does not pass: {:?}", refused.failure);
    }
    Some(file)
}
