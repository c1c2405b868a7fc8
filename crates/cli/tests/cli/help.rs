//! What the command line says about itself.

use crate::world::Room;

/// Commands that ask a server over HTTP; all others know nothing of an address.
const ASKING: [&[&str]; 11] = [
    &["issue"],
    &["verify"],
    &["documents"],
    &["documents", "list"],
    &["stamp"],
    &["stamps", "list"],
    &["tdoc-templates", "profile", "export"],
    &["placements", "create"],
    &["templates", "show"],
    &["keys", "list"],
    &["healthcheck"],
];
const OTHERS: [&[&str]; 8] = [
    &["serve"],
    &["demo"],
    &["config", "check"],
    &["seal", "decode"],
    &["tenants"],
    &["tenants", "list"],
    &["audit", "verify"],
    &["restore"],
];

fn help(command: &[&str]) -> String {
    let room = Room::new();
    room.run(command.iter().chain(&["--help"])).code(0).out
}

#[test]
fn an_address_is_offered_where_it_is_used() {
    for command in ASKING {
        let text = help(command);
        assert_eq!(text.matches("--base-url").count(), 1, "{text}");
    }
    let room = Room::new();
    for command in OTHERS {
        let text = help(command);
        assert!(!text.contains("--base-url"), "{text}");
        let after = command.iter().chain(&["--base-url", "http://localhost:1"]);
        room.run(after).code(2);
    }
    room.run(["--base-url", "http://localhost:1", "config", "check"])
        .code(2)
        .says("asks no server");
}

#[test]
fn what_a_command_is_about_comes_first() {
    for (command, own) in [
        (&["serve"][..], "--listen"),
        (&["restore"], "--new-epoch"),
        (&["tenants", "create"], "--time-zone"),
        (&["keys"], "--tenant"),
        (&["config", "show"], "--origin"),
    ] {
        let text = help(command);
        let at = |words: &str| {
            text.find(words)
                .unwrap_or_else(|| panic!("{words:?} is not in {text}"))
        };
        let heading = at("Settings of the server:");
        assert!(at(own) < heading, "{text}");
        for shared in ["--config <", "--data <", "--database <", "--set <"] {
            assert!(at(shared) > heading, "{text}");
        }
    }
}

#[test]
fn the_last_lines_fit_a_terminal() {
    let text = help(&[]);
    let footer = &text[text.find("Exit codes:").unwrap()..];
    assert!(footer.contains("ANANKE__SECTION__KEY"), "{footer}");
    for line in footer.lines() {
        assert!(line.chars().count() <= 78, "{line}");
    }
}

#[test]
fn the_demo_is_no_data() {
    let room = Room::new();
    room.run(["demo", "-o", "json"]).code(2).says("--out");
    assert!(!room.path("demo-out").exists());
}
