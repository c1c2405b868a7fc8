//! Every column of every authenticated table, one value at a time.

use std::io::Write as _;

use serde_json::Value;

use super::{Subject, edits, unbelieved};
use crate::raw::Raw;
use crate::world::World;

/// Tables nobody relies on: when keys were used, who verified, and bookkeeping. What is put together from a header is
/// authenticated (`a_header_that_was_changed` in the store).
const UNAUTHENTICATED: [&str; 7] = [
    "api_key_hours",
    "api_key_uses",
    "credential_headers",
    "probe",
    "schema_version",
    "sightings",
    "verifications",
];

/// Tables nothing here writes; the store's own test of every column writes them.
const EMPTY: [&str; 2] = ["alert_channels", "attestations"];

/// Tables a verdict is made of: an edit of the document's row there is never answered as before.
const BY_REFERENCE: [&str; 4] = ["documents", "signing_keys", "template_versions", "tenants"];

async fn findings(world: &World) -> Vec<Value> {
    let (status, report) = world.operator("GET", "/audit/verify", None).await;
    assert_eq!(status, 200, "{report}");
    report["findings"].as_array().unwrap().clone()
}

async fn whoami(world: &World) -> u16 {
    world.forget_keys();
    world.get("/v1/whoami").await.status
}

on_both_engines! {
    async fn every_column_of_every_authenticated_table(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        let tables = raw.tables();
        let open: Vec<&String> = tables
            .iter()
            .filter(|(_, columns)| columns.iter().all(|column| column.name != "row_mac"))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(open, UNAUTHENTICATED);
        assert_eq!(findings(&world).await, Vec::<Value>::new(), "the control: an untouched database");

        let mut edited = 0;
        for (table, columns) in tables.iter().filter(|(name, _)| !open.contains(name)) {
            if EMPTY.contains(&table.as_str()) {
                assert_eq!(raw.rows(table, "1 = 1", &[]).len(), 0, "{table}");
                continue;
            }
            let (row, others) = subject.row(&mut raw, table);
            for column in columns {
                let mut noticed = 0;
                for value in edits(column, &row, &others) {
                    let what = format!("{table}.{} = {value:?}", column.name);
                    let mut to = row.clone();
                    to.insert(column.name.clone(), value);
                    if raw.overwrite(table, &row, &to).is_err() {
                        // It stands in another row and must be unique: the database refuses the edit itself.
                        continue;
                    }
                    let (by_reference, by_hash) = subject.ask(&world).await;
                    unbelieved(&by_reference, &subject.by_reference, &what);
                    unbelieved(&by_hash, &subject.by_hash, &what);
                    if BY_REFERENCE.contains(&table.as_str()) {
                        assert_ne!(by_reference["verdict"], "valid", "{what}");
                    }
                    if BY_REFERENCE.contains(&table.as_str()) || table == "content_hashes" {
                        assert_ne!(by_hash["verdict"], "valid", "{what}");
                    }
                    if table == "api_keys" || table == "tenants" {
                        assert_eq!(whoami(&world).await, 401, "{what}");
                    }
                    let found = findings(&world).await;
                    assert!(found.iter().any(|finding| finding["table"] == table.as_str()), "{what}: {found:?}");
                    raw.overwrite(table, &to, &row).unwrap();
                    noticed += 1;
                }
                assert!(noticed > 0, "{table}.{} was never edited", column.name);
                edited += noticed;
                subject.same(subject.ask(&world).await);
                if table == "api_keys" || table == "tenants" {
                    assert_eq!(whoami(&world).await, 200);
                }
            }
        }
        // Past the capture of the test harness: `docs/reliability.md` says this number.
        let _ = writeln!(
            std::io::stderr(),
            "G-06 edits, {:?}: {edited} values of every column of every authenticated table, all found, none believed",
            world.engine
        );
        assert!(edited > 250, "{edited}");
        assert_eq!(findings(&world).await, Vec::<Value>::new(), "everything is as it was");
    }
}
