//! Settings: flag over environment over file over default, and mistakes that say the way out.

use serde_json::json;

use crate::world::Room;

#[test]
fn each_layer_lies_over_the_one_below() {
    let mut room = Room::new();
    room.write(
        "own.toml",
        "[log]\nlevel = \"debug\"\nformat = \"json\"\n[data]\ndir = \"from-file\"\n",
    );
    room.variables
        .push(("ANANKE__LOG__LEVEL".to_owned(), "warn".to_owned()));
    room.variables.push((
        "ANANKE__DATA__DIR".to_owned(),
        "from-environment".to_owned(),
    ));
    let shown = room
        .run([
            "config",
            "show",
            "--origin",
            "--config",
            "own.toml",
            "--data",
            "from-flag",
            "-o",
            "json",
        ])
        .code(0)
        .json();
    let find = |key: &str| {
        let setting = shown
            .as_array()
            .unwrap()
            .iter()
            .find(|setting| setting["key"] == key)
            .unwrap();
        (setting["value"].clone(), setting["origin"].clone())
    };
    assert_eq!(find("data.dir"), (json!("from-flag"), json!("flag --data")));
    assert_eq!(
        find("log.level"),
        (json!("warn"), json!("environment ANANKE__LOG__LEVEL"))
    );
    assert_eq!(find("log.format"), (json!("json"), json!("file own.toml")));
    assert_eq!(find("keys.sealed"), (json!(false), json!("default")));
}

#[test]
fn with_nothing_set_the_defaults_are_in_force() {
    let room = Room::new();
    let shown = room.run(["config", "show", "-o", "json"]).code(0).json();
    let settings = shown.as_array().unwrap();
    for (key, value) in [
        ("data.dir", json!("./ananke-data")),
        ("server.listen", json!("127.0.0.1:8787")),
        ("server.former_urls", json!([])),
        ("server.header_timeout_seconds", json!(10)),
    ] {
        let setting = json!({"key": key, "value": value, "origin": "default"});
        assert!(settings.contains(&setting), "{setting} is not in {shown}");
    }
    for setting in settings {
        assert_eq!(setting["origin"], "default", "{setting}");
    }
}

#[test]
fn the_file_that_init_writes_is_good_and_says_what_the_defaults_say() {
    let room = Room::new();
    room.run(["config", "init"])
        .code(0)
        .says("--config ananke.toml");
    room.run(["config", "check", "--config", "ananke.toml"])
        .code(0);
    // It is never written over.
    room.run(["config", "init"])
        .code(1)
        .says("ananke.toml is there already and was left alone; name another file");
    let printed = room.run(["config", "init", "-"]).code(0).out;
    assert_eq!(
        printed,
        std::fs::read_to_string(room.path("ananke.toml")).unwrap()
    );
}

#[test]
fn mistakes_are_exit_code_two() {
    let mut room = Room::new();
    room.write("typo.toml", "[server]\nlissten = \"127.0.0.1:1\"\n");
    room.write("broken.toml", "[log]\nlevel = info\n");
    room.write("three.toml", "[server]\nformer_urls = [3]\n");
    room.write("kind.toml", "[server]\npublic_url = 3\n");
    for (arguments, way_out) in [
        (
            &["--set", "log.levle=info"][..],
            "did you mean `log.level`?",
        ),
        (&["--config", "typo.toml"], "did you mean `server.listen`?"),
        (
            &["--config", "broken.toml"],
            "broken.toml is not valid TOML at line 2, column 9",
        ),
        (
            &["--config", "three.toml"],
            "`server.former_urls` (file three.toml): must be a list of texts",
        ),
        (
            &["--config", "kind.toml"],
            "`server.public_url` (file kind.toml): must be a text, not a whole number",
        ),
        (
            &["--set", "server.header_timeout_seconds=-1"],
            "setting `server.header_timeout_seconds` (flag --set): must be a whole number from 1",
        ),
        (
            &["--set", "server.request_timeout_seconds=soon"],
            "`server.request_timeout_seconds` (flag --set): must be a whole number from 1",
        ),
        (&["--set", "log.level=ananke_store=blah"], "`log.level`"),
        (&["--set", "log.level=verbose"], "`log.level`"),
        (
            &[
                "--set",
                "telemetry.otlp_endpoint=http://collector.example.org/v1/traces",
            ],
            "must be https://HOST/PATH",
        ),
        (
            &["--set", "telemetry.metrics_listen=9464"],
            "must be ADDRESS:PORT, such as 127.0.0.1:9464, or empty",
        ),
        (
            &["--set", "telemetry.sampled_per_thousand=1001"],
            "must be a whole number from 0 to 1000",
        ),
        (
            &["--set", "data.anchor=never/anchor"],
            "outside of the data directory",
        ),
        (
            &["--set", "data.anchor=x/../never/anchor"],
            "outside of the data directory",
        ),
        (&["--database", "postgresx"], "postgres://"),
        (
            &["--database", "postgres://ananke@db.example/ananke"],
            "need TLS",
        ),
        (&["--database", "postgres:///ananke"], "names no host"),
        (&["--set", "server.listen=[::1]:0"], "--public-url"),
        (
            &[
                "--set",
                "server.listen=0.0.0.0:0",
                "--set",
                "server.trusted_proxies=10.0.0.0/8",
            ],
            "`server.public_url`",
        ),
        (
            &[
                "--set",
                "server.listen=0.0.0.0:0",
                "--set",
                "server.trusted_proxies=10.0.0.0/8",
                "--set",
                "server.public_url=http://127.0.0.1:8787",
            ],
            "`server.public_url`",
        ),
        (&["--config", "absent.toml"], "absent.toml"),
        (&["--set", "server.listen=0.0.0.0:80"], "trusted_proxies"),
        (
            &["--set", "server.trusted_proxies=10.0.0.1/8"],
            "10.0.0.0/8",
        ),
        (&["--set", "server.listen=nowhere"], "server.listen"),
        (&["--set", "keys.kek=0000"], "ANANKE__KEYS__KEK_FILE"),
        (&["--database", "mysql://x"], "postgres://"),
    ] {
        let check = ["config", "check", "--data", "never"];
        room.run(check.iter().chain(arguments))
            .code(2)
            .says(way_out);
        room.run(["serve", "--data", "never"].iter().chain(arguments))
            .code(2)
            .says(way_out);
    }
    room.variables
        .push(("ANANKE__SERVER__PUBLIC_ULR".to_owned(), "x".to_owned()));
    room.run(["serve", "--data", "never"])
        .code(2)
        .says("did you mean `server.public_url`?");
    assert!(
        !room.path("never").exists(),
        "a server that refuses to start makes nothing"
    );
}

#[test]
fn on_an_ipv6_address_a_server_needs_another_for_its_documents() {
    let room = Room::new();
    let check = ["config", "check", "--set", "server.listen=[::1]:0"];
    let named = ["--set", "server.public_url=http://localhost:8787"];
    room.run(check.iter().chain(&named)).code(0);
    room.run(["serve", "--listen", "[::1]:0", "--data", "never"])
        .code(2)
        .says("--public-url");
    room.run(["config", "check", "--set", "data.dir="])
        .code(2)
        .says("data.dir");
}
