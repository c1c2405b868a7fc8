//! `ananke serve` as other programs rely on it.

use std::os::unix::fs::PermissionsExt as _;

use crate::cluster;
use crate::world::{Room, World, text};

fn mode_of(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_first_start_says_everything_once() {
    let mut world = World::first_start(&[]);
    let members: Vec<&str> = world
        .ready
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "engine",
        "issuerCode",
        "liveKey",
        "testKey",
        "url",
        "version",
    ];
    assert_eq!(members, expected);
    assert!(world.live_key.starts_with("ak_live_") && world.test_key.starts_with("ak_test_"));
    assert!(world.url.starts_with("http://127.0.0.1:") && !world.url.ends_with(":0"));
    assert_eq!(mode_of(&world.room.path("ready.json")), 0o600);
    assert_eq!(mode_of(&world.room.path("data")), 0o700);
    assert_eq!(mode_of(&world.room.path("data/kek")), 0o600);
    // People are told the same on standard error.
    for fact in [&world.url, &world.issuer, &world.live_key, &world.test_key] {
        assert!(world.log().contains(fact.as_str()), "{}", world.log());
    }
    assert!(
        world.log().contains("sqlite") && world.log().contains("sha256:"),
        "{}",
        world.log()
    );
    assert!(!world.log().contains('\x1b'), "no colours in a file");
    world.run(["healthcheck"]).code(0);

    let (url, key) = (world.url.clone(), world.live_key.clone());
    world.stop_by("INT");
    world.restart(&[]);
    assert!(world.ready["liveKey"].is_null() && world.ready["testKey"].is_null());
    assert!(!world.log().contains(&key), "{}", world.log());
    assert!(
        world.log().contains(&url),
        "the address signed into documents is said"
    );
    world.run(["documents", "list"]).code(0);
}

#[test]
fn an_unattended_first_start_takes_what_it_is_given() {
    // A key is made elsewhere, here by another server.
    let elsewhere = World::first_start(&[]);
    let mut world = World::first_start(&[
        ("ANANKE_BOOTSTRAP_TENANT", "Ministry of Forms"),
        ("ANANKE_BOOTSTRAP_ISSUER_CODE", "FORM01"),
        ("ANANKE_BOOTSTRAP_API_KEY", &elsewhere.live_key),
    ]);
    assert_eq!(world.issuer, "FORM01");
    assert!(
        world.ready["liveKey"].is_null(),
        "a key that was given is not repeated"
    );
    assert!(
        !world.log().contains(&elsewhere.live_key),
        "{}",
        world.log()
    );
    world
        .run_as(&elsewhere.live_key, ["documents", "list"])
        .code(0);
    let tenants = world
        .run_as("", ["tenants", "list", "--data", "data", "-o", "json"])
        .code(0);
    assert_eq!(text(&tenants.json()[0], "name"), "Ministry of Forms");
    world.stop();
}

#[test]
fn the_address_in_documents_can_be_another_one_later() {
    let mut world = World::start();
    world.template();
    let document = world.issue(&[]);
    world.save_evidence("live");
    world.room.write("old.jwt", text(&document, "credential"));
    world.stop();
    world.move_to("https://documents.example.org/trust");
    let newer = world.issue(&[]);
    let address = text(&newer, "verificationUrl");
    assert!(
        address.starts_with("https://documents.example.org/trust/v/TRF-"),
        "{address}"
    );
    world.run(["verify", text(&document, "reference")]).code(0);
    // A list served from the new address stands in for the one the old document names, and the reverse is refused
    // by nobody: the bundle knows both addresses.
    world.save_evidence("live");
    world.room.write("new.jwt", text(&newer, "credential"));
    world.run(world.offline("old.jwt", "live", &[])).code(0);
    world.run(world.offline("new.jwt", "live", &[])).code(0);
}

#[test]
fn an_unattended_start_is_the_first_one_only() {
    let mut world = World::of("University", "UNIV01");
    world.stop();
    world.restart_with(&[
        ("ANANKE_BOOTSTRAP_TENANT", "Another"),
        ("ANANKE_BOOTSTRAP_ISSUER_CODE", "OTHER2"),
        ("ANANKE_BOOTSTRAP_API_KEY", "no key at all"),
    ]);
    assert_eq!(text(&world.ready, "issuerCode"), "UNIV01");
    assert!(
        world.ready["liveKey"].is_null() && world.ready["testKey"].is_null(),
        "{}",
        world.ready
    );
    let tenants = world.data(["tenants", "list", "--data", "data"]);
    let names: Vec<&str> = tenants
        .as_array()
        .unwrap()
        .iter()
        .map(|tenant| text(tenant, "name"))
        .collect();
    assert_eq!(names, ["University"]);
}

#[test]
fn a_ready_file_that_cannot_be_written_loses_no_keys() {
    let room = Room::new();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", "data"];
    let nowhere = ["--ready-file", "no/such/place.json"];
    let ended = room.run(arguments.iter().chain(&nowhere)).code(1);
    assert_eq!(
        ended.err.matches("No such file").count(),
        1,
        "said once: {ended:?}"
    );
    let world = World::first_start_in(room, &[]);
    assert!(
        world.live_key.starts_with("ak_live_") && world.test_key.starts_with("ak_test_"),
        "{}",
        world.ready
    );
    world.run(["documents", "list"]).code(0);
}

#[test]
fn a_ready_file_is_for_this_user_only_whatever_lay_there() {
    let room = Room::new();
    for name in ["ready.json", "ready.json.new"] {
        let path = room.write(name, "{}");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let world = World::first_start_in(room, &[]);
    assert!(world.live_key.starts_with("ak_live_"));
    assert_eq!(mode_of(&world.room.path("ready.json")), 0o600);
}

#[test]
fn an_address_in_use_is_said_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let room = Room::new();
    let ended = room
        .run(["serve", "--listen", &address, "--data", "data"])
        .code(1)
        .says(&format!("cannot listen on {address}: "));
    assert_eq!(ended.err.matches("in use").count(), 1, "{ended:?}");
}

#[test]
fn on_postgresql_it_is_the_same_server() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let database = cluster.database();
    let mut world = World::first_start(&[("ANANKE__DATA__DATABASE", &database)]);
    assert_eq!(text(&world.ready, "engine"), "postgres");
    assert!(world.log().contains("(postgres)"), "{}", world.log());
    assert!(!world.room.path("data/ananke.db").exists());
    world.template();
    world.stop();
    // It needs no secret, so it may be a flag as well.
    world.restart(&["--database", &database, "--set", "log.level=trace"]);
    assert_eq!(text(&world.ready, "engine"), "postgres");
    let document = world.issue(&[]);
    world.run(["verify", text(&document, "reference")]).code(0);
    // The driver would log the values of its statements.
    let log = world.log();
    assert!(log.contains("INFO request "), "{log}");
    for private in ["INSERT INTO", "Ångström", text(&document, "credential")] {
        assert!(!log.contains(private), "{private} is in the log");
    }
    let absent = database.replace("/t", "/absent");
    world
        .room
        .run([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            "other",
            "--database",
            &absent,
        ])
        .code(1)
        .says("refuses: database");
}
