//! Settings: flag over environment over file over default, and mistakes that say the way out.

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
        (
            setting["value"].as_str().unwrap().to_owned(),
            setting["origin"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(
        find("data.dir"),
        ("\"from-flag\"".to_owned(), "flag --data".to_owned())
    );
    assert_eq!(
        find("log.level"),
        (
            "\"warn\"".to_owned(),
            "environment ANANKE__LOG__LEVEL".to_owned()
        )
    );
    assert_eq!(
        find("log.format"),
        ("\"json\"".to_owned(), "file own.toml".to_owned())
    );
    assert_eq!(
        find("keys.sealed"),
        ("false".to_owned(), "default".to_owned())
    );
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
    room.run(["config", "init"]).code(1);
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
    room.write("broken.toml", "[server\n");
    for (arguments, way_out) in [
        (
            &["--set", "log.levle=info"][..],
            "did you mean `log.level`?",
        ),
        (&["--config", "typo.toml"], "did you mean `server.listen`?"),
        (&["--config", "broken.toml"], "not valid TOML"),
        (&["--config", "absent.toml"], "absent.toml"),
        (&["--set", "server.listen=0.0.0.0:80"], "behind_tls_proxy"),
        (&["--set", "server.listen=nowhere"], "server.listen"),
        (&["--set", "keys.kek=0000"], "ANANKE__KEYS__KEK_FILE"),
        (&["--database", "mysql://x"], "postgres://"),
    ] {
        room.run(["config", "check"].iter().chain(arguments))
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
fn secrets_are_not_shown() {
    let mut room = Room::new();
    let kek = "5a".repeat(32);
    room.variables
        .push(("ANANKE__KEYS__KEK".to_owned(), kek.clone()));
    for form in ["table", "json", "ndjson"] {
        let shown = room.run(["config", "show", "--origin", "-o", form]).code(0);
        assert!(
            shown.out.contains("(set)") && !shown.out.contains(&kek),
            "{}",
            shown.out
        );
    }
    room.variables.clear();
    let path = room.write("kek", format!("{kek}\n"));
    room.variables.push((
        "ANANKE__KEYS__KEK_FILE".to_owned(),
        path.display().to_string(),
    ));
    let shown = room.run(["config", "show", "--origin"]).code(0).out;
    assert!(
        shown.contains("ANANKE__KEYS__KEK_FILE") && !shown.contains(&kek),
        "{shown}"
    );
}
