//! Verdicts about stamped files: whatever is done to one, and who stamped it.

use ananke_format::datamatrix::Symbol;
use ananke_format::seal::Seal;
use ananke_format::stamp;

use super::{NOW, verdict};
use crate::case::{Case, hex};
use crate::stamps::{self, given, hole};

fn one(name: &str, what: &str, file: &str, result: (&str, &str), reason: &'static str) -> Case {
    let short = match reason {
        "." => [".", ".", ".", "."],
        reason => [reason, "not_reached", "not_reached", "not_reached"],
    };
    let (expect, indication) = result;
    let case = verdict(&format!("stamped-{name}"), what, expect, indication, short)
        .with("carrier", format!("stamped {file}"))
        .with("now", NOW)
        .with("status", "lists")
        .with("lists", "list-live.jws");
    match reason {
        "." => case.with("mode", "live"),
        _ => case,
    }
}

const VALID: (&str, &str) = ("valid", "TOTAL-PASSED");
const HASH: (&str, &str) = ("invalid", "TOTAL-FAILED HASH_FAILURE");
const FORM: (&str, &str) = ("invalid", "TOTAL-FAILED FORMAT_FAILURE");
const SIGNATURE: (&str, &str) = ("invalid", "TOTAL-FAILED SIG_CRYPTO_FAILURE");
const LATER: (&str, &str) = ("indeterminate", "INDETERMINATE TRY_LATER");

pub(super) fn write() {
    altered();
    appended();
    signers();
}

fn altered() {
    let file = given("stamped.pdf");
    let hole = hole(&file);
    let done = |name: &str, what: &str, result, reason, done: &str| {
        one(name, what, "stamped.pdf", result, reason).write(done);
    };
    done("valid", "nothing was done", VALID, ".", "");
    one(
        "twice",
        "a stamped file that was stamped",
        "stamped-twice.pdf",
        VALID,
        ".",
    )
    .write("");
    let changed = |name: &str, what: &str, at: usize| {
        let byte = hex(&[file[at] ^ 1]);
        done(
            name,
            what,
            HASH,
            "stamp_altered",
            &format!("put {at} {byte}"),
        );
    };
    changed("original", "a bit of the original", 200);
    changed("update", "a bit of the update", hole.start - 30);
    changed("hole", "a bit of the barcode", hole.start);
    changed("blank", "a bit of the space behind it", hole.end - 1);
    done(
        "original-only",
        "the original",
        FORM,
        "no_seal",
        &format!("cut {}", stamps::original().len()),
    );
    done(
        "without-its-end",
        "the last line feed is missing",
        FORM,
        "no_seal",
        &format!("cut {}", file.len() - 1),
    );
    // Barcodes that are drawn rightly, of something else.
    let filled = |payload: &[u8]| {
        let drawing = stamp::draw(&Symbol::of(payload).unwrap()).unwrap();
        assert_eq!(drawing.len(), hole.len());
        format!("put {} {}", hole.start, hex(&drawing))
    };
    let seal = stamp::check(&file, |_| false).unwrap().seal;
    let other = |change: &dyn Fn(&mut Seal)| {
        let mut seal = seal.clone();
        change(&mut seal);
        filled(&seal.to_bytes().unwrap())
    };
    done(
        "field",
        "a field of the seal is another",
        SIGNATURE,
        "signature_mismatch",
        &other(&|seal| seal.fields.last_mut().unwrap().value[0] = b'E'),
    );
    done(
        "foreign",
        "the seal names another country",
        HASH,
        "stamp_altered",
        &other(&|seal| seal.header.country = "UTO".to_owned()),
    );
    done(
        "profile",
        "the seal has another category",
        FORM,
        "malformed_seal",
        &other(&|seal| seal.header.type_category = 0xc8),
    );
    done(
        "no-seal",
        "the barcode holds no seal",
        FORM,
        "no_seal",
        &filled(&[7; 270]),
    );
    let text =
        std::fs::read_to_string(crate::keys::vectors().join("stamped/another-files-seal.txt"))
            .unwrap();
    let (_, moved) = text.trim_end().split_once("\n\n").unwrap();
    done(
        "another-files-seal",
        "the barcode of another file",
        HASH,
        "stamp_altered",
        moved,
    );
}

fn appended() {
    let file = given("stamped.pdf");
    let begin = file.len() - 120;
    let text = String::from_utf8_lossy(&file[begin..]).into_owned();
    let trailer = text.split_at(text.find("%Ananke").unwrap()).1.to_owned();
    let genuine = |name: &str, what: &str, from: &str, done: &str| {
        one(name, what, from, HASH, "appended_after_stamp")
            .with("genuine", file.len())
            .write(done);
    };
    genuine(
        "line-feed",
        "one more line feed",
        "stamped.pdf",
        "append 0a",
    );
    genuine(
        "append",
        "an update of somebody else",
        "stamped.pdf",
        &format!("append {}", hex(b"4 0 obj\nnull\nendobj\n")),
    );
    let trailers = |count: usize| format!("append {}", hex(trailer.repeat(count).as_bytes()));
    genuine(
        "seven-trailers",
        "behind as many trailers as are looked at",
        "stamped.pdf",
        &trailers(7),
    );
    one(
        "eight-trailers",
        "behind one more",
        "stamped.pdf",
        HASH,
        "stamp_altered",
    )
    .write(&trailers(8));
    genuine(
        "over",
        "stamped once more, by somebody else in the name of the issuer",
        "stamped-over.pdf",
        "",
    );
    let twice = given("stamped-twice.pdf");
    one(
        "twice-append",
        "behind the second of two stamps",
        "stamped-twice.pdf",
        HASH,
        "appended_after_stamp",
    )
    .with("genuine", twice.len())
    .write("append 0a");
}

fn signers() {
    let unlisted = "stamped with a certificate newer than the bundle";
    one(
        "unlisted",
        unlisted,
        "stamped-unlisted.pdf",
        LATER,
        "certificate_unknown",
    )
    .write("");
    let stranger = "stamped by somebody else in the name of the issuer";
    one(
        "stranger",
        stranger,
        "stamped-stranger.pdf",
        SIGNATURE,
        "signature_mismatch",
    )
    .write("");
    one(
        "over-unlisted",
        "a genuine stamped file, stamped once more with a certificate newer than the bundle",
        "stamped-over-unlisted.pdf",
        LATER,
        "certificate_unknown",
    )
    .write("");
    for name in ["unlisted", "stranger"] {
        let what = "appended to a stamped file whose seal no listed key has signed";
        one(
            &format!("{name}-append"),
            what,
            &format!("stamped-{name}.pdf"),
            FORM,
            "no_seal",
        )
        .write("append 0a");
    }
}
