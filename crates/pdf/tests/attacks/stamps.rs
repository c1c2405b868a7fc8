//! Stamps and seals of others, and of other files: what is genuine by itself is put where it does not belong.

use ananke_format::Signer as _;
use ananke_format::stamp::hole_len;

use crate::keys::TestKey;
use crate::scene::{Attack, MARK, Scene, Stamped, page, put, replaced, stamped};

const SEALS: &str = "another seal";
pub(crate) const KEYS: &str = "another key";

/// A file with a drawing of another length in its hole, and a comment that says so.
fn resized(of: &Stamped, drawing: &[u8]) -> Vec<u8> {
    let said = format!("{:010}", drawing.len());
    let file = put(&of.file, of.comment() + MARK.len() + 22, said.as_bytes());
    replaced(&file, of.hole.clone(), drawing)
}

pub(crate) fn attacks(scene: &Scene) -> Vec<Attack> {
    let Scene {
        invoice,
        dearer,
        larger,
        twice,
        ..
    } = scene;
    assert!(larger.hole.len() > invoice.hole.len() && hole_len(64) == invoice.hole.len());
    let mut all = Vec::new();
    let mut attack = |class, name: &str, file: Vec<u8>, genuine: Option<usize>| {
        all.push(Attack {
            class,
            name: name.to_owned(),
            file,
            genuine,
        });
    };
    let begin = Some(invoice.file.len());
    let update = |of: &Stamped| of.file[of.original..].to_vec();
    attack(
        SEALS,
        "of another file, of the same size",
        invoice.drawn(dearer.drawing()),
        None,
    );
    attack(
        SEALS,
        "of a cheaper file",
        dearer.drawn(invoice.drawing()),
        None,
    );
    attack(
        SEALS,
        "of another stamp on it, larger",
        resized(invoice, larger.drawing()),
        None,
    );
    attack(
        SEALS,
        "of another stamp on it, smaller",
        resized(larger, invoice.drawing()),
        None,
    );
    attack(
        SEALS,
        "smaller, in a hole that stays",
        larger.drawn(invoice.drawing()),
        None,
    );
    attack(
        SEALS,
        "the first stamp's in the second's place",
        twice.drawn(invoice.drawing()),
        begin,
    );
    attack(
        SEALS,
        "the second stamp's in the first's place",
        invoice.drawn(twice.drawing()),
        None,
    );
    let both = put(&twice.file, invoice.hole.start, twice.drawing());
    attack(SEALS, "the second stamp's in both places", both, None);
    let swapped = put(
        &twice.drawn(invoice.drawing()),
        invoice.hole.start,
        twice.drawing(),
    );
    attack(SEALS, "both changed over", swapped, None);
    let blank = vec![b' '; invoice.hole.len()];
    attack(
        SEALS,
        "the first of two blanked",
        put(&twice.file, invoice.hole.start, &blank),
        None,
    );
    attack(SEALS, "the second of two blanked", twice.drawn(b""), begin);
    let none = put(&twice.drawn(b""), invoice.hole.start, &blank);
    attack(SEALS, "both of two blanked", none, None);
    let original = |of: &Stamped| of.file[..of.original].to_vec();
    attack(
        SEALS,
        "the stamp of one file on another",
        [original(dearer), update(invoice)].concat(),
        None,
    );
    attack(
        SEALS,
        "the stamp on a file of another length",
        [page(1000), update(invoice)].concat(),
        None,
    );
    attack(SEALS, "the stamp without its file", update(invoice), None);
    attack(
        SEALS,
        "the second stamp without the first",
        [original(invoice), update(twice)].concat(),
        None,
    );
    attack(
        SEALS,
        "two stamps in the other order",
        [original(invoice), update(twice), update(invoice)].concat(),
        None,
    );
    attack(
        SEALS,
        "one stamp twice",
        [original(invoice), update(invoice), update(invoice)].concat(),
        begin,
    );
    attack(
        SEALS,
        "two stamps of one file, one behind the other",
        [&invoice.file[..], &update(larger)].concat(),
        begin,
    );
    // Signed by somebody who must not, or in a name that is not theirs.
    let pay = page(100);
    for (name, key, certificate, is_known) in [
        ("another issuer's, in this one's name", "beta", "acme", true),
        ("this issuer's, in another one's name", "acme", "beta", true),
        (
            "the same name under another root",
            "stranger-acme",
            "stranger-acme",
            true,
        ),
        (
            "the test key, in the live one's name",
            "acme-test",
            "acme",
            true,
        ),
        ("the CA's, in the issuer's name", "ca-live", "acme", true),
        (
            "the status key, in the issuer's name",
            "status-live",
            "acme",
            true,
        ),
        (
            "a retired key, in the newer one's name",
            "acme-retired",
            "acme",
            true,
        ),
        (
            "the newest key, which is not listed",
            "acme-new",
            "acme-new",
            false,
        ),
        ("the test key", "acme-test", "acme-test", false),
    ] {
        let key = TestKey::load_as(key, certificate);
        assert_eq!(
            scene.trust.keys_named(key.certificate_reference()).count() > 0,
            is_known,
            "{name}"
        );
        attack(KEYS, name, stamped(&pay, &key, 5, "").file, None);
        // Of a certificate that is not listed nothing is known to be wrong, so that nothing else is offered.
        let over = format!("{name}, over a genuine stamp");
        attack(
            KEYS,
            &over,
            stamped(&invoice.file, &key, 5, "").file,
            begin.filter(|_| is_known),
        );
    }
    all
}
