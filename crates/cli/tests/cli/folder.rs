//! `ananke verify DIR`: a row for each file, and the exit code of the worst.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use crate::world::{Room, World, text};

/// A directory with what people keep: documents, records, and what is none of ours.
fn keep(world: &World) -> (String, String) {
    world.template();
    let mut references = Vec::new();
    for name in ["good", "gone"] {
        let document = world.issue(&["--external-id", name]);
        let reference = text(&document, "reference").to_owned();
        let pdf = format!("kept/{name}.pdf");
        let record = format!("kept/records/{name}.jwt");
        for path in [&pdf, &record] {
            world.room.write(path, "");
        }
        world
            .run(["documents", "pdf", &reference, "--out", &pdf])
            .code(0);
        world
            .run(["documents", "credential", &reference, "--out", &record])
            .code(0);
        references.push(reference);
    }
    world.run(["documents", "revoke", &references[1]]).code(0);
    world.room.write("kept/notes, old.txt", "nothing of ours");
    world.room.write("elsewhere.txt", "not to be looked at");
    symlink(
        world.room.path("elsewhere.txt"),
        world.room.path("kept/link.txt"),
    )
    .unwrap();
    (references.remove(0), references.remove(0))
}

#[test]
fn every_file_of_a_directory_has_a_row() {
    let world = World::start();
    let (good, gone) = keep(&world);
    let ended = world
        .run(["verify", "kept", "-o", "csv"])
        .code(3)
        .says("5 files: 2 revoked, 2 valid, 1 not found; a link or special file was left out");
    let wanted = [
        "file,verdict,reference,reasons,mode,basis".to_owned(),
        format!("kept/gone.pdf,revoked,{gone},revoked,live,file"),
        format!("kept/good.pdf,valid,{good},,live,file"),
        "\"kept/notes, old.txt\",not_found,,unknown_hash,,".to_owned(),
        format!("kept/records/gone.jwt,revoked,{gone},revoked,live,file"),
        format!("kept/records/good.jwt,valid,{good},,live,file"),
    ];
    assert_eq!(ended.out, format!("{}\n", wanted.join("\n")));
    // The same rows for one file, and in other forms.
    let one = world.run(["verify", "kept/good.pdf", "-o", "csv"]).code(0);
    assert_eq!(one.out, format!("{}\n{}\n", wanted[0], wanted[2]));
    let rows = world
        .run(["verify", "kept/records", "--json"])
        .code(3)
        .json();
    assert_eq!(rows[1]["verdict"], "valid");
    assert_eq!(rows[0]["reasons"], serde_json::json!(["revoked"]));
    let lines = world.run(["verify", "-q", "kept", "-o", "ndjson"]).code(3);
    assert_eq!((lines.out.lines().count(), lines.err.as_str()), (5, ""));

    // A file that cannot be looked at is worse than any verdict, and keeps none of the others from theirs.
    world.room.write("kept/records/empty", "");
    let table = world.run(["verify", "kept"]).code(1);
    assert!(
        table.out.contains("kept/records/empty is empty"),
        "{table:?}"
    );
    assert_eq!(table.out.lines().count(), 7, "{table:?}");
    for name in ["gone.pdf", "records/empty", "records/gone.jwt"] {
        std::fs::remove_file(world.room.path("kept").join(name)).unwrap();
    }
    world.run(["verify", "kept"]).code(5);
    std::fs::remove_file(world.room.path("kept/notes, old.txt")).unwrap();
    world.run(["verify", "kept"]).code(0);

    for flag in ["--extract", "--credential"] {
        let more = ["--offline", "--trust-bundle", "x"];
        let asked = ["verify", "kept", flag, "x"];
        world.run(asked.iter().chain(&more)).code(2).says(flag);
    }
    std::fs::create_dir(world.room.path("none")).unwrap();
    world.run(["verify", "none"]).code(2).says("holds no files");
}

#[test]
fn a_directory_is_verified_without_a_server() {
    let mut world = World::start();
    keep(&world);
    world.save_evidence("live");
    world.stop();
    let rows = world
        .room
        .run(world.offline("kept/records", "live", &[]))
        .code(3)
        .json();
    let verdicts: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(row, "verdict"))
        .collect();
    assert_eq!(verdicts, ["revoked", "valid"]);
    // A file without its record cannot be judged by itself. In a PDF a barcode would be looked for, which takes its time.
    for name in ["good.pdf", "gone.pdf"] {
        std::fs::remove_file(world.room.path("kept").join(name)).unwrap();
    }
    let rows = world
        .room
        .run(world.offline("kept", "live", &[]))
        .code(3)
        .json();
    assert_eq!(text(&rows[0], "file"), "kept/notes, old.txt");
    assert_eq!(text(&rows[0], "verdict"), "indeterminate");
    // With a server that is gone there is one word on that, and no row.
    let ended = world.run(["verify", "kept"]).code(1).says("cannot reach");
    assert_eq!(ended.out, "");
}

#[test]
fn names_that_are_no_text_are_told_apart() {
    let world = World::start();
    std::fs::create_dir(world.room.path("odd")).unwrap();
    for name in [&b"a\xff.txt"[..], b"a\xfe.txt", b"a\n\x1b[2J.txt"] {
        let path = world.room.path("odd").join(OsStr::from_bytes(name));
        std::fs::write(path, name).unwrap();
    }
    let rows = world.run(["verify", "odd", "-o", "json"]).code(5).json();
    let named: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(row, "file"))
        .collect();
    assert_eq!(
        named,
        ["odd/a\n\u{1b}[2J.txt", "odd/a\\xFE.txt", "odd/a\\xFF.txt"]
    );
    let table = world.run(["verify", "odd"]).code(5).out;
    assert!(
        !table.contains('\u{1b}') && table.lines().count() == 4,
        "{table}"
    );
    // What reads as a reference is one, whatever lies here.
    std::fs::rename(world.room.path("odd"), world.room.path("TRF-ABCD1234")).unwrap();
    let asked = world.run(["verify", "TRF-ABCD1234", "-o", "json"]).code(5);
    assert_eq!(text(&asked.json(), "verdict"), "not_found");
}

#[test]
fn a_large_directory_waits_for_its_turn() {
    // Ten questions in a second, two at once.
    let world = World::first_start(&[
        ("ANANKE__LIMITS__PUBLIC_PER_MINUTE", "600"),
        ("ANANKE__LIMITS__PUBLIC_BURST", "2"),
    ]);
    for number in 0..8 {
        let name = format!("many/{number}.txt");
        world.room.write(&name, number.to_string());
    }
    let ended = world.run(["verify", "many", "-o", "csv"]).code(5);
    assert_eq!(ended.out.matches("not_found").count(), 8, "{ended:?}");
}

#[test]
fn lists_and_facts_are_csv() {
    let world = World::start();
    world.template();
    let more = ["--title", "=1+1", "--external-id", "a, \"b\""];
    let document = world.issue(&more);
    let reference = text(&document, "reference");
    for arguments in [
        &["documents", "list", "-o", "csv"][..],
        &["documents", "show", reference, "-o", "csv"],
    ] {
        let csv = world.run(arguments).code(0).out;
        let mut lines = csv.lines();
        let head = lines.next().unwrap();
        assert!(head.starts_with("id,reference,status,mode,"), "{csv}");
        let row = lines.next().unwrap();
        assert!(row.contains(&format!(",{reference},Active,live,")), "{csv}");
        assert!(row.contains(",'=1+1,Zoë Ångström,"), "{csv}");
        assert!(row.contains(",\"a, \"\"b\"\"\","), "{csv}");
        assert_eq!(lines.next(), None, "{csv}");
    }
    let usage = world.run(["usage", "-o", "csv"]).code(0).out;
    assert_eq!(usage.lines().count(), 31, "{usage}");
    assert!(usage.starts_with("day,"), "{usage}");
    let nothing = world.run(["stamps", "list", "-o", "csv"]).code(0).out;
    assert_eq!(nothing, "");
    Room::new().run(["whoami", "-o", "xml"]).code(2).says("csv");
}
