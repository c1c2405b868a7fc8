//! Each exit code, where a script would meet it.

use crate::world::{Room, World, text};

#[test]
fn verification_says_it_by_exit_code() {
    let world = World::start();
    world.template();
    let pdf = world.room.write("letter.pdf", PDF);
    let document = world.issue(&["--pdf", pdf.to_str().unwrap()]);
    let reference = text(&document, "reference");
    let hash = text(&document, "contentHash").to_owned();
    world.run(["verify", reference]).code(0);
    world.run(["verify", &hash]).code(0);
    world
        .run(["verify", &hash.to_uppercase(), "--issuer", "UNIV01"])
        .code(0);
    world.run(["verify", "letter.pdf"]).code(0);
    world.room.pipe(["verify", "-"], PDF.as_bytes()).code(0);
    world
        .room
        .pipe(["verify", "-"], text(&document, "credential").as_bytes())
        .code(0);
    world.room.write("answer.json", document.to_string());
    world.run(["verify", "answer.json"]).code(0);

    world.run(["verify", &hash, "--issuer", "NOBODY"]).code(5);
    world
        .room
        .pipe(["verify", "-"], PDF.replace("one", "two").as_bytes())
        .code(5);
    world.run(["verify", "TRF-ABCD1234"]).code(5);
    world.run(["verify", "TRF-0000000000001"]).code(5);
    world.run(["documents", "revoke", reference]).code(0);
    world.run(["verify", reference]).code(3);
    world
        .run(["verify", "no-such-file.pdf"])
        .code(1)
        .says("a target is a reference");
    world.room.pipe(["verify", "-"], b"").code(1).says("empty");
}

#[test]
fn usage_is_two() {
    let room = Room::new();
    for (arguments, way_out) in [
        (&["frobnicate"][..], "unrecognized subcommand"),
        (&[], "Usage"),
        (&["verify"], "<TARGET>"),
        (&["verify", "TRF-1", "--offline"], "--trust-bundle"),
        (&["verify", "TRF-1", "--trust-bundle", "x"], "--offline"),
        (
            &[
                "verify",
                "x",
                "--offline",
                "--trust-bundle",
                "x",
                "--trust-root",
                "sha1:00",
            ],
            "sha256:",
        ),
        (
            &[
                "issue",
                "--template",
                "x",
                "--recipient",
                "x",
                "--field",
                "novalue",
            ],
            "KEY=VALUE",
        ),
        (
            &["documents", "list", "--status", "Lost"],
            "Active, Suspended, Revoked or Expired",
        ),
        (&["restore"], "<DIR>"),
        (&["backup", "create"], "<DIR>"),
        (
            &[
                "--base-url",
                "http://documents.example.org",
                "verify",
                "TRF-1",
            ],
            "not https",
        ),
        (&["--base-url", "nonsense", "verify", "TRF-1"], "base URL"),
    ] {
        room.run(arguments).code(2).says(way_out);
    }
    assert_eq!(
        room.run(["--version"]).code(0).out,
        format!("ananke {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert!(room.run(["--help"]).code(0).out.contains("Exit codes"));
}

#[test]
fn authentication_is_four_and_absence_five() {
    let world = World::start();
    world.template();
    for key in [
        "",
        "ak_live_wrong",
        &world.live_key.replace("ak_live_", "ak_test_"),
    ] {
        let ended = world.run_as(key, ["documents", "list"]).code(4);
        assert!(ended.err.contains("ANANKE_API_KEY"), "{}", ended.err);
    }
    world
        .run_as("", ["keys", "list"])
        .code(4)
        .says("--tenant CODE");
    world
        .run(["documents", "show", "TRF-0000000000001"])
        .code(5);
    world
        .run(["documents", "show", "01900000-0000-7000-8000-000000000000"])
        .code(5);
    world.run(["documents", "show", "TRF-ABCD1234"]).code(2);
    world
        .run(["issue", "--template", "Nothing", "--recipient", "x"])
        .code(5)
        .says("templates list");
    world
        .run(["templates", "show", "Nothing"])
        .code(5)
        .says("templates list");
    let shown = world.data(["templates", "show", "Diploma"]);
    let same = world.data(["templates", "show", text(&shown, "id")]);
    assert_eq!(shown, same);
}

#[test]
fn everything_else_that_fails_is_one() {
    let world = World::start();
    world.template();
    world
        .run(["issue", "--template", "Diploma", "--recipient", "x"])
        .code(1)
        .says("ananke: 422: fields: `course` (Course) is required");
    world.room.write("no.pdf", "no PDF");
    let ended = world
        .run([
            "issue",
            "--template",
            "Diploma",
            "--recipient",
            "x",
            "--field",
            "course=x",
            "--pdf",
            "no.pdf",
        ])
        .code(1)
        .says("ananke: 415: ");
    assert_eq!(ended.err.matches("not a PDF").count(), 1, "{ended:?}");
    let ended = world
        .run(["issue", "--template", "Diploma", "--recipient", ""])
        .code(1)
        .says("\n  fields: ");
    assert!(ended.err.contains("\n  recipient"), "{ended:?}");
    let document = world.issue(&["--external-id", "1"]);
    let reference = text(&document, "reference");
    world
        .run(["documents", "reinstate", reference])
        .code(1)
        .says("409");
    // Nobody there: the address is said, and what to do.
    let room = Room::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    room.run(["verify", "TRF-1", "--base-url", &url])
        .code(1)
        .says("ananke serve");
    room.run(["healthcheck", "--url", &url])
        .code(1)
        .says("not ready");
    world.run(["healthcheck"]).code(0);
}

#[test]
fn no_secret_is_repeated() {
    let world = World::start();
    world.template();
    let secret = &world.live_key[8 + 12..];
    for arguments in [
        &["documents", "list"][..],
        &["keys", "list", "-o", "json"],
        &["documents", "show", "TRF-0000000000001"],
        &["verify", "TRF-0000000000001"],
        &["config", "show", "--origin"],
    ] {
        let ended = world.run(arguments);
        assert!(
            !ended.out.contains(secret) && !ended.err.contains(secret),
            "{arguments:?}: {ended:?}"
        );
    }
    // On the first start the key was said once, and nowhere in the log lines after it.
    assert_eq!(world.log().matches(secret).count(), 1, "{}", world.log());
}

const PDF: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n% one\n\
    trailer<</Root 1 0 R>>\n%%EOF\n";
