//! A database of every schema that ever was released: each opens, and everything in it verifies as it did.
//!
//! A migration that lands brings a fixture of the schema before it: a small instance as text, for both engines,
//! with what is known of its documents. `crates/store/fixtures/NNNN/` is written once by the ignored test below,
//! and never edited.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cluster;
use crate::raw::{Cell, Raw};
use crate::world::{DAY, Engine, World, pdf, request};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../store/fixtures")
}

fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// Documents in every state, with what their verification must say for ever.
async fn populate(world: &World) -> Vec<Value> {
    let template = world.template(&world.live).await;
    let mut documents = Vec::new();
    for (action, verdict) in [
        (None, "valid"),
        (Some("suspend"), "suspended"),
        (Some("revoke"), "revoked"),
        (Some("expire"), "expired"),
    ] {
        let issued = world.issue(&template).await;
        if let Some(action) = action {
            world.change(&issued["id"], action).await.ok(200);
        }
        documents.push((issued, verdict));
    }
    let mut with_file = request(&template);
    let engine = base64::engine::general_purpose::STANDARD;
    with_file["pdf"] = base64::Engine::encode(&engine, pdf()).into();
    with_file["externalId"] = "A-1".into();
    with_file["awardedOn"] = "2026-06-30".into();
    let original = world.post("/v1/trust/issuances", with_file).await.ok(201);
    let path = |rest| {
        format!(
            "/v1/trust/issuances/{}/{rest}",
            original["id"].as_str().unwrap()
        )
    };
    let successor = world
        .post(&path("replace"), request(&template))
        .await
        .ok(201);
    documents.push((original, "revoked"));
    documents.push((successor, "valid"));
    let erased = world.issue(&template).await;
    let path = format!(
        "/v1/trust/issuances/{}/erase",
        erased["id"].as_str().unwrap()
    );
    world
        .post(&path, json!({ "reason": "asked for" }))
        .await
        .ok(200);
    documents.push((erased, "not_found"));
    let told = |(issued, verdict): &(Value, &str)| json!({ "reference": issued["reference"], "contentHash": issued["contentHash"], "verdict": verdict });
    documents.iter().map(told).collect()
}

/// A database as text: tables, rows, indexes.
fn dump(raw: &mut Raw) -> String {
    let mut text = String::new();
    let statements = |raw: &mut Raw, kind: &str| -> Vec<String> {
        let asked =
            "SELECT sql FROM sqlite_master WHERE type = $1 AND sql IS NOT NULL ORDER BY name";
        let rows = raw.query(asked, &[kind.into()]).concat().into_iter();
        rows.map(|cell| match cell {
            Cell::Text(text) => text,
            other => panic!("{other:?}"),
        })
        .collect()
    };
    for statement in statements(raw, "table") {
        text += &format!("{statement};\n");
    }
    for (table, columns) in raw.tables() {
        let names: Vec<String> = columns.into_iter().map(|column| column.name).collect();
        let asked = format!("SELECT {} FROM {table} ORDER BY 1, 2", names.join(", "));
        for row in raw.query(&asked, &[]) {
            let values: Vec<String> = row.iter().map(literal).collect();
            text += &format!("INSERT INTO {table} VALUES ({});\n", values.join(", "));
        }
    }
    for statement in statements(raw, "index") {
        text += &format!("{statement};\n");
    }
    text
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Int(number) => number.to_string(),
        Cell::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Cell::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("X'{digits}'")
        }
    }
}

/// Puts a fixture where a server will find it.
fn lay(fixture: &Path, engine: Engine, data: &Path, database: &str) {
    let read = |name: &str| fs::read_to_string(fixture.join(name)).unwrap();
    let text = read(&format!("{}.sql", name(engine)));
    fs::create_dir(data).unwrap();
    match engine {
        Engine::Sqlite => {
            let connection = rusqlite::Connection::open(data.join("ananke.db")).unwrap();
            connection.execute_batch(&text).unwrap();
        }
        Engine::Postgres => cluster::shared().unwrap().restore(database, &text),
    }
    let facts: Value = serde_json::from_str(&read(&format!("{}.json", name(engine)))).unwrap();
    for file in ["kek", "root.fingerprint"] {
        let path = data.join(file);
        fs::write(&path, facts[file].as_str().unwrap()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::set_permissions(data, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(
        data.with_extension("anchor"),
        facts["anchor"].as_str().unwrap(),
    )
    .unwrap();
}

fn every_past_database(engine: Engine) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut seen = 0;
    let mut found: Vec<_> = fs::read_dir(fixtures()).unwrap().flatten().collect();
    found.sort_by_key(fs::DirEntry::path);
    for fixture in found {
        let facts = fs::read_to_string(fixture.path().join(format!("{}.json", name(engine))));
        let facts: Value = serde_json::from_str(&facts.unwrap()).unwrap();
        runtime.block_on(async {
            let at = facts["at"].as_i64().unwrap();
            let Some(mut world) = World::at_rest(engine, at).await else {
                return;
            };
            let (data, database) = (world.data(), world.database.clone());
            tokio::task::block_in_place(|| lay(&fixture.path(), engine, &data, &database));
            world.public_url = facts["publicUrl"].as_str().unwrap().to_owned();
            world.live = facts["liveKey"].as_str().unwrap().to_owned();
            world.start(&[]).await.unwrap();
            for document in facts["documents"].as_array().unwrap() {
                let answer = world.verify(document["reference"].as_str().unwrap()).await;
                assert_eq!(
                    answer["verdict"], document["verdict"],
                    "{document} {answer:#}"
                );
                if document["verdict"] == "valid" {
                    let question = json!({ "hash": document["contentHash"] });
                    let answer = world
                        .ask("/v1/trust/verify/by-hash", question)
                        .await
                        .ok(200);
                    assert_eq!(answer["verdict"], "valid", "{answer:#}");
                }
            }
            let (status, report) = world.operator("GET", "/audit/verify", None).await;
            assert_eq!((status, &report["findings"]), (200, &json!([])), "{report}");
            // It is a database like any other: its key is good, and issuing goes on.
            let template = world.template(&world.live).await;
            let issued = world.issue(&template).await;
            assert_eq!(
                world.verify(issued["reference"].as_str().unwrap()).await["verdict"],
                "valid"
            );
            world.wait(DAY);
            world.stop().await;
        });
        seen += 1;
    }
    assert!(seen > 0, "no fixtures");
}

#[test]
fn every_past_database_opens_on_sqlite() {
    every_past_database(Engine::Sqlite);
}

#[test]
fn every_past_database_opens_on_postgresql() {
    every_past_database(Engine::Postgres);
}

/// `ANANKE_FIXTURE=0001 cargo test --test trust -- --ignored fixture_of_this_schema`
#[test]
#[ignore = "writes the fixture of the present schema"]
fn fixture_of_this_schema() {
    let number = std::env::var("ANANKE_FIXTURE").expect("the number of the newest migration");
    let dir = fixtures().join(number);
    fs::create_dir_all(&dir).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        runtime.block_on(async {
            let mut world = World::new(engine).await.unwrap();
            let documents = populate(&world).await;
            // What is noted of keys and verifications is stored before it stops.
            world.stop().await;
            let read = |path: PathBuf| fs::read_to_string(path).unwrap();
            let facts = json!({
                "at": world.clock.load(std::sync::atomic::Ordering::SeqCst) + DAY,
                "publicUrl": world.public_url,
                "liveKey": world.live,
                "kek": read(world.data().join("kek")),
                "root.fingerprint": read(world.data().join("root.fingerprint")),
                "anchor": read(world.data().with_extension("anchor")),
                "documents": documents,
            });
            let text = match engine {
                Engine::Sqlite => dump(&mut Raw::open(&world)),
                Engine::Postgres => {
                    tokio::task::block_in_place(|| cluster::shared().unwrap().dump(&world.database))
                }
            };
            assert!(text.len() < 200_000, "{} bytes", text.len());
            fs::write(dir.join(format!("{}.sql", name(engine))), text).unwrap();
            let facts = serde_json::to_string_pretty(&facts).unwrap() + "\n";
            fs::write(dir.join(format!("{}.json", name(engine))), facts).unwrap();
        });
    }
}
