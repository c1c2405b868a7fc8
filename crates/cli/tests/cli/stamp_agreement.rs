//! A server and an offline verifier agree about stamps, whatever carries them.

use serde_json::Value;

use crate::agreement::agree;
use crate::pdf_worker::document;
use crate::seal::{page, payload, png, scan};
use crate::stamps::{stamp, stamp_as, world};
use crate::world::{Ended, World, text};

/// The same question to the server and to files.
fn ask(world: &World, target: &str, mode: &str) -> [Ended; 2] {
    world.save_evidence(mode);
    let more: &[&str] = match mode {
        "test" => &["--allow-test"],
        _ => &[],
    };
    [
        world.run(["verify", target, "--json"]),
        world.run(world.offline(target, mode, more)),
    ]
}

/// Both say this word by this exit code, and agree on all that is signed.
#[track_caller]
fn both(world: &World, target: &str, mode: &str, (verdict, code): (&str, i32)) -> Value {
    let [online, offline] = ask(world, target, mode).map(|ended| ended.code(code).json());
    assert_eq!(text(&online, "verdict"), verdict, "{target}: {online}");
    agree(&online, &offline);
    assert_eq!(online["genuineBytes"], offline["genuineBytes"]);
    let signed = |answer: &Value| {
        let fields = answer["fields"].as_array()?.iter();
        let fields = fields.map(|field| (field["position"].clone(), field["value"].clone()));
        Some(fields.collect::<Vec<_>>())
    };
    assert_eq!(signed(&online), signed(&offline), "{target}");
    online
}

/// Everything that carries a stamp, in files.
fn carriers(world: &World, stamp: &Value) -> [&'static str; 5] {
    let seal = payload(stamp);
    world.room.write("seal.bin", &seal);
    world.room.write("seal.b64", text(stamp, "seal"));
    world.room.write("seal.png", png(&seal));
    world.room.write("paper.pdf", scan(&seal));
    world.room.write("page.pdf", page(&seal));
    [
        "letter.stamped.pdf",
        "seal.bin",
        "seal.b64",
        "seal.png",
        "paper.pdf",
    ]
}

const VALID: (&str, i32) = ("valid", 0);
const INVALID: (&str, i32) = ("invalid", 3);

#[test]
fn through_the_life_of_a_stamp() {
    let world = world();
    let stamp = stamp(
        &world,
        &["--field", "degree=Reading", "--expires", "2090-01-31"],
    );
    let reference = text(&stamp, "reference");
    let files = carriers(&world, &stamp);
    let everywhere = |said: (&str, i32)| {
        for file in files {
            let answer = both(&world, file, "live", said);
            assert_eq!(answer["fields"][0]["value"], "Zoë Ångström", "{file}");
            assert_eq!(answer["fields"][0]["label"], "Holder", "{file}");
        }
        // By reference and by hash of the original the template says what is shown.
        for target in [reference, "letter.pdf"] {
            let answer = world.run(["verify", target, "--json"]).code(said.1).json();
            assert_eq!(answer["fields"].as_array().unwrap().len(), 1, "{answer}");
        }
        for target in [reference, "letter.pdf"] {
            world
                .run(world.offline(target, "live", &["--credential", "seal.b64"]))
                .code(said.1);
        }
    };
    everywhere(VALID);
    world.run(["stamps", "suspend", reference]).code(0);
    everywhere(("suspended", 3));
    world.run(["stamps", "reactivate", reference]).code(0);
    everywhere(VALID);
    world.run(["stamps", "revoke", reference]).code(0);
    everywhere(("revoked", 3));
    // The bytes themselves are a target, too.
    let seal = text(&stamp, "seal");
    assert_eq!(
        both(&world, seal, "live", ("revoked", 3))["reference"],
        *reference
    );
}

#[test]
fn about_stamped_files_that_were_changed() {
    let world = world();
    let genuine = stamp(&world, &[]);
    let room = &world.room;
    let stamped = std::fs::read(room.path("letter.stamped.pdf")).unwrap();
    let length = document(3).len();
    let update = &stamped[length..];
    let other = document(3);
    let place = other.iter().position(|byte| *byte == b'(').unwrap() + 1;
    let with = |at: usize| {
        let mut file = stamped.clone();
        file[at] ^= 1;
        file
    };
    let mut other = other;
    other[place] = b'B';
    for (name, file) in [
        ("a byte of the original", with(50)),
        ("a byte of the update", with(length + 20)),
        ("another original", [&other[..], update].concat()),
    ] {
        room.write("forged.pdf", &file);
        let answer = both(&world, "forged.pdf", "live", INVALID);
        assert_eq!(answer["checks"][0]["reason"], "stamp_altered", "{name}");
        assert!(answer["reference"].is_null() && answer["fields"].is_null());
        world
            .run(["verify", "forged.pdf", "--extract", "none.pdf"])
            .code(3)
            .says("nothing to extract");
    }
    let longer = [&stamped[..], b"9 0 obj\nnull\nendobj\n%%EOF\n"].concat();
    room.write("longer.pdf", longer);
    let answer = both(&world, "longer.pdf", "live", INVALID);
    assert_eq!(answer["checks"][0]["reason"], "appended_after_stamp");
    assert_eq!(answer["genuineBytes"], stamped.len());
    let told = world
        .run(["verify", "longer.pdf", "--extract", "first.pdf"])
        .code(3)
        .says("first.pdf: the PDF as it was stamped");
    let says = format!(
        "Its first {} bytes are a genuine stamped PDF",
        stamped.len()
    );
    assert!(told.out.contains(&says), "{told:?}");
    assert!(std::fs::read(room.path("first.pdf")).unwrap() == stamped);
    both(&world, "first.pdf", "live", VALID);
    world
        .run(["verify", "longer.pdf", "--extract", "letter.pdf"])
        .code(1)
        .says("is there already");

    // Without its last byte it is no stamped file any more; its barcode is genuine, and it is not the file that was stamped. The
    // same with any byte of the trailer, and of another page with this barcode.
    let end = stamped.len();
    let trailer = end - 90;
    let mut files = vec![
        ("cut.pdf".to_owned(), stamped[..end - 1].to_vec()),
        ("page.pdf".to_owned(), page(&payload(&genuine))),
    ];
    for at in (trailer..end).step_by(7).chain([end - 1, end - 6]) {
        files.push((format!("byte {at} of {end}"), with(at)));
    }
    for (name, file) in files {
        room.write("differs.pdf", &file);
        let answer = both(&world, "differs.pdf", "live", INVALID);
        let reason = text(&answer["checks"][0], "reason");
        assert!(
            ["file_mismatch", "no_seal", "stamp_altered"].contains(&reason),
            "{name}: {reason}"
        );
        assert!(answer["fields"].is_null(), "{name}");
    }
    assert!(
        world
            .run(["verify", "differs.pdf"])
            .code(3)
            .out
            .contains("not the file it was made for")
    );
    // A scan of the paper is about the paper: only the barcode speaks, and that is said.
    room.write("paper.pdf", scan(&payload(&genuine)));
    let answer = both(&world, "paper.pdf", "live", VALID);
    assert_eq!(answer["reference"], genuine["reference"]);
    world
        .run(["verify", "paper.pdf", "--json"])
        .code(0)
        .says("only a barcode was read");
    let told = world.run(["verify", "paper.pdf"]).code(0).out;
    for words in [
        "not the file that was stamped",
        "Compare it with the paper",
        "Zoë Ångström",
    ] {
        assert!(told.contains(words), "{told}");
    }
    let told = world.run(["verify", "letter.stamped.pdf"]).code(0).out;
    assert!(!told.contains("paper"), "{told}");
}

#[test]
fn about_seals_that_are_not_ours_or_none() {
    let world = world();
    let genuine = stamp(&world, &[]);
    let mut seal = payload(&genuine);
    let last = seal.len() - 1;
    seal[last] ^= 1;
    world.room.write("altered.bin", &seal);
    world.room.write("short.bin", &seal[..40]);
    world.room.write("nothing.png", png(b""));
    world.room.write("words.png", png(b"no seal"));
    let answer = both(&world, "altered.bin", "live", INVALID);
    assert_eq!(answer["checks"][0]["reason"], "signature_mismatch");
    assert!(answer["fields"].is_null() && answer["reference"].is_null());
    for (file, reason) in [
        ("short.bin", "malformed_seal"),
        ("nothing.png", "no_seal"),
        ("words.png", "no_seal"),
    ] {
        let answer = both(&world, file, "live", INVALID);
        assert_eq!(answer["checks"][0]["reason"], reason, "{file}");
    }
    let foreign = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/vds/seals.json"),
    );
    let foreign: Value = serde_json::from_str(&foreign.unwrap()).unwrap();
    let foreign = text(&foreign["seals"][0], "hex");
    let answer = both(&world, foreign, "live", ("indeterminate", 6));
    assert_eq!(answer["checks"][0]["reason"], "foreign_seal");
    // Somebody else's server, under the same name: nobody here has its key.
    let forger = crate::stamps::world();
    let forged = stamp(&forger, &[]);
    let file = std::fs::read(forger.room.path("letter.stamped.pdf")).unwrap();
    world.room.write("forged.pdf", file);
    world.room.write("forged.bin", payload(&forged));
    for target in ["forged.pdf", "forged.bin"] {
        let [online, offline] = ask(&world, target, "live");
        assert_eq!(online.code, offline.code, "{online:?} {offline:?}");
        assert!(online.code == 3 || online.code == 6, "{online:?}");
        agree(&online.json(), &offline.json());
    }
    // A PDF without a barcode is a file like any other.
    world.room.write("plain.pdf", document(4));
    let answer = world.run(["verify", "plain.pdf", "--json"]).code(5).json();
    assert_eq!(answer["checks"][0]["reason"], "unknown_hash");
    world.save_evidence("live");
    world.run(world.offline("plain.pdf", "live", &[])).code(6);
}

#[test]
fn about_test_stamps_old_evidence_and_a_sealed_server() {
    let mut world = world();
    let rehearsal = stamp_as(&world, &world.test_key, &[]);
    for file in carriers(&world, &rehearsal) {
        both(&world, file, "test", VALID);
        let refused = world.run(world.offline(file, "test", &[])).code(3).json();
        assert_eq!(refused["checks"][1]["reason"], "test_not_allowed", "{file}");
    }
    let stamp = stamp(&world, &[]);
    let files = carriers(&world, &stamp);
    world.save_evidence("live");
    for file in files {
        let bare = world
            .run([
                "verify",
                file,
                "--json",
                "--offline",
                "--trust-bundle",
                "live.jws",
            ])
            .code(6)
            .says("the status list at /s/UNIV01/live/0");
        assert_eq!(bare.json()["checks"][3]["reason"], "status_unavailable");
        let issued_at: ananke_format::Instant = text(&stamp, "issuedAt").parse().unwrap();
        let late = issued_at.plus_seconds(25 * 3600).to_string();
        let late = world
            .run(world.offline(file, "live", &["--at", &late]))
            .code(6)
            .json();
        assert_eq!(late["checks"][3]["reason"], "status_list_expired");
    }
    world.stop();
    world.restart(&["--set", "keys.sealed=true"]);
    for file in files {
        let answer = both(&world, file, "live", VALID);
        assert!(answer["statusAsOf"].is_string(), "{answer}");
    }
    world
        .run(["stamp", "letter.pdf", "--type", "CER", "--out", "x.pdf"])
        .code(1)
        .says("503");
}
