//! What the command line owes the contract: a command for every operation, and a dry run for whatever takes something away.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Command, CommandFactory as _};
use serde_json::Value;

use crate::arguments::Arguments;

/// Which command does what an operation of openapi.json does.
const COMMANDS: &[(&str, &str)] = &[
    ("acknowledge_alert", "alerts acknowledge"),
    ("archive_tdoc_template", "tdoc-templates archive"),
    ("archive_template", "templates archive"),
    ("attest", "doctor attest"),
    ("cancel_roll_of_api_key", "keys cancel-roll"),
    ("change_lifecycle", "documents revoke"),
    ("compromise_signing_key", "signing-keys compromise"),
    ("create_alert_channel", "alerts channels add"),
    ("create_api_key", "keys create"),
    ("create_placement_template", "placements create"),
    ("create_signing_key", "signing-keys create"),
    ("create_stamp", "stamp"),
    ("create_tdoc_template", "tdoc-templates create"),
    ("create_template", "templates create"),
    ("delete_alert_channel", "alerts channels delete"),
    ("delete_api_key", "keys delete"),
    ("delete_placement_template", "placements delete"),
    ("delete_tdoc_template", "tdoc-templates delete"),
    ("delete_template", "templates delete"),
    ("duplicate_placement_template", "placements duplicate"),
    ("duplicate_template", "templates duplicate"),
    ("erase", "documents erase"),
    ("erase_stamp", "stamps erase"),
    ("get_issuance", "documents show"),
    ("get_issuance_credential", "documents credential"),
    ("get_issuance_pdf", "documents pdf"),
    ("get_placement_template", "placements show"),
    ("get_restoration", "restorations show"),
    ("get_revocation", "revocations show"),
    ("get_stamp", "stamps show"),
    ("get_stamp_pdf", "stamps pdf"),
    ("get_tdoc_template", "tdoc-templates show"),
    ("get_tdoc_template_profile", "tdoc-templates profile export"),
    ("get_template", "templates show"),
    ("import_tdoc_template", "tdoc-templates profile import"),
    ("issue", "issue"),
    ("list_alert_channels", "alerts channels list"),
    ("list_alerts", "alerts list"),
    ("list_api_keys", "keys list"),
    ("list_audit_events", "audit events"),
    ("list_issuance_events", "documents events"),
    ("list_issuances", "documents list"),
    ("list_placement_templates", "placements list"),
    ("list_restoration_documents", "restorations documents"),
    ("list_restorations", "restorations list"),
    ("list_revocations", "revocations list"),
    ("list_signing_keys", "signing-keys list"),
    ("list_stamp_events", "stamps events"),
    ("list_stamp_verifications", "stamps verifications"),
    ("list_stamps", "stamps list"),
    ("list_tdoc_template_csv_fields", "tdoc-templates csv-fields"),
    ("list_tdoc_templates", "tdoc-templates list"),
    ("list_template_csv_fields", "templates csv-fields"),
    ("list_templates", "templates list"),
    ("list_verifications", "documents verifications"),
    ("reactivate_stamp", "stamps reactivate"),
    ("readyz", "healthcheck"),
    ("replace", "documents replace"),
    ("replace_stamp", "stamps replace"),
    ("restore_many", "restorations create"),
    ("retire_signing_key", "signing-keys retire"),
    ("revoke_many", "revocations create"),
    ("revoke_stamp", "stamps revoke"),
    ("roll_api_key", "keys roll"),
    (
        "rotate_alert_channel_secret",
        "alerts channels rotate-secret",
    ),
    ("set_template_placement", "templates place"),
    ("show_checklist", "doctor"),
    ("suspend_stamp", "stamps suspend"),
    ("test_alert_channel", "alerts channels test"),
    ("unarchive_tdoc_template", "tdoc-templates unarchive"),
    ("unarchive_template", "templates unarchive"),
    ("update_api_key", "keys update"),
    ("update_placement_template", "placements update"),
    ("update_tdoc_template", "tdoc-templates update"),
    ("update_template", "templates update"),
    ("usage", "usage"),
    ("verify_by_hash", "verify"),
    ("verify_by_reference", "verify"),
    ("verify_payload", "verify"),
    ("verify_stamp_by_hash", "verify"),
    ("verify_stamp_by_reference", "verify"),
    ("whoami", "whoami"),
    ("withdraw_attestation", "doctor withdraw"),
];

const PUBLISHED: &str = "a published file, which `verify --offline` is handed";
const UPLOAD: &str = "`verify` judges files where they are, and uploads none";
const WORDS: &str = "a list for programs; help says the words where they are typed";

/// What only `ananke api` does, and why that is enough.
const BY_API: &[(&str, &str)] = &[
    ("alert_kinds", WORDS),
    ("countries", WORDS),
    ("document_types", WORDS),
    ("event_types", WORDS),
    ("languages", WORDS),
    ("lifecycle_reasons", WORDS),
    ("verdicts", WORDS),
    ("get_bitstring_status_list", PUBLISHED),
    ("get_certificate", PUBLISHED),
    ("get_did", PUBLISHED),
    ("get_jwks", PUBLISHED),
    ("get_status_list", PUBLISHED),
    ("get_test_did", PUBLISHED),
    ("get_test_jwks", PUBLISHED),
    ("get_trust_bundle", PUBLISHED),
    ("verify_by_file", UPLOAD),
    ("verify_image", UPLOAD),
    ("verify_sync", "for apps that scan without a network"),
    (
        "export_audit_events",
        "`audit follow` writes the same without end",
    ),
    ("healthz", "`healthcheck` asks more of the server"),
    ("report_leaks", "for those who scan other people's code"),
];

/// A command that takes something away has one of these names.
const TAKES_AWAY: [&str; 13] = [
    "cancel-roll",
    "compromise",
    "delete",
    "erase",
    "expire",
    "logout",
    "replace",
    "retire",
    "revoke",
    "roll",
    "rotate",
    "rotate-secret",
    "suspend",
];

/// Those by other names.
const ALSO: [&str; 3] = ["api", "restorations create", "revocations create"];

/// Those that have no dry run, and why.
const WITHOUT: [(&str, &str); 2] = [
    (
        "kek rotate",
        "nothing is lost: the old key goes on until all is under the new one",
    ),
    (
        "root roll",
        "nothing is lost: the old root leads to the new one",
    ),
];

/// Every command that can be run, by its words.
fn commands() -> BTreeMap<String, Command> {
    fn walk(command: &Command, words: &str, found: &mut BTreeMap<String, Command>) {
        for below in command.get_subcommands() {
            let words = format!("{words} {}", below.get_name()).trim().to_owned();
            if !below.is_subcommand_required_set() {
                found.insert(words.clone(), below.clone());
            }
            walk(below, &words, found);
        }
    }
    let mut found = BTreeMap::new();
    walk(&Arguments::command(), "", &mut found);
    found
}

fn operations() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let contract: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let paths = contract["paths"].as_object().unwrap();
    let methods = paths.values().filter_map(Value::as_object).flatten();
    let named = methods.filter_map(|(_, operation)| operation["operationId"].as_str());
    named.map(str::to_owned).collect()
}

#[test]
fn every_operation_has_a_command() {
    let (operations, commands) = (operations(), commands());
    assert!(operations.len() > 90, "{}", operations.len());
    let mut table = BTreeMap::new();
    for (operation, command) in COMMANDS {
        assert!(commands.contains_key(*command), "no command {command:?}");
        table.insert(operation.to_string(), *command);
    }
    for (operation, why) in BY_API {
        let twice = table.insert(operation.to_string(), why);
        assert_eq!(twice, None, "{operation} has a command");
    }
    let known: BTreeSet<String> = table.into_keys().collect();
    let without: Vec<&String> = operations.difference(&known).collect();
    assert!(
        without.is_empty(),
        "operations without a command: {without:?}"
    );
    let gone: Vec<&String> = known.difference(&operations).collect();
    assert!(gone.is_empty(), "operations that are no more: {gone:?}");
}

#[test]
fn whatever_takes_something_away_has_a_dry_run() {
    let mut seen = 0;
    let mut excused: BTreeSet<&(&str, &str)> = BTreeSet::new();
    for (words, command) in commands() {
        let takes_away = TAKES_AWAY.contains(&command.get_name()) || ALSO.contains(&words.as_str());
        if !takes_away {
            continue;
        }
        let flag = command.get_arguments().find(|it| it.get_id() == "dry_run");
        let excuse = WITHOUT.iter().find(|(known, _)| *known == words);
        assert!(flag.is_some() != excuse.is_some(), "{words}");
        excused.extend(excuse);
        seen += 1;
    }
    assert_eq!(excused.len(), WITHOUT.len(), "excuses for nothing");
    assert!(seen > 25, "{seen}");
}

#[test]
fn the_command_line_is_well_formed() {
    Arguments::command().debug_assert();
}

#[test]
fn no_secret_is_a_flag() {
    let mut seen = 0;
    for (words, command) in commands() {
        for flag in command.get_arguments() {
            let name = flag.get_id().as_str();
            let is_secret =
                ["secret", "password", "passphrase", "api_key", "token"].contains(&name);
            assert!(!is_secret, "{words} --{name}");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}
