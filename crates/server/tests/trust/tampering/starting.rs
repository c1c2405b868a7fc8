//! What a server reads before it listens: edited, it does not start.

use serde_json::Value;

use super::{Subject, edits};
use crate::raw::{Cell, Raw, Row};
use crate::world::{World, request};

/// Rows a start looks at: the instance, its root and authorities, the newest stream and its last event.
fn rows(raw: &mut Raw) -> Vec<(&'static str, Row)> {
    let mut rows = vec![(
        "instance",
        raw.row("instance", "created_at <> $1", &[Cell::Int(0)]),
    )];
    for purpose in ["root", "ca"] {
        let keys = raw.rows("signing_keys", "purpose = $1", &[purpose.into()]);
        rows.push(("signing_keys", keys[0].clone()));
    }
    let newest = "id = (SELECT id FROM streams ORDER BY id DESC LIMIT 1) AND seq <> $1";
    let stream = raw.row("streams", newest, &[Cell::Int(0)]);
    let last = [stream["id"].clone(), stream["seq"].clone()];
    rows.push(("streams", stream));
    rows.push((
        "events",
        raw.row("events", "stream_id = $1 AND seq = $2", &last),
    ));
    rows
}

async fn starts(world: &mut World) -> Result<(), String> {
    world.start(&[]).await.map_err(|error| error.to_string())
}

on_both_engines! {
    async fn a_server_does_not_start_on_edited_foundations(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        world.stop().await;
        let mut raw = Raw::open(&world);
        let tables = raw.tables();
        for (table, row) in rows(&mut raw) {
            for column in &tables[table] {
                let value = edits(column, &row, &[]).remove(0);
                let what = format!("{table}.{} = {value:?}", column.name);
                let mut to = row.clone();
                to.insert(column.name.clone(), value);
                raw.overwrite(table, &row, &to).unwrap();
                let refused = starts(&mut world).await.expect_err(&what);
                assert!(!refused.is_empty());
                raw.overwrite(table, &to, &row).unwrap();
            }
        }
        starts(&mut world).await.unwrap();
        subject.same(subject.ask(&world).await);
    }

    async fn an_edited_data_key_signs_nothing(world) {
        let mut world = world;
        let subject = Subject::new(&mut world).await;
        let mut raw = Raw::open(&world);
        let (row, _) = subject.row(&mut raw, "data_keys");
        let columns = raw.tables().remove("data_keys").unwrap();
        for column in columns {
            world.stop().await;
            let mut to = row.clone();
            to.insert(column.name.clone(), edits(&column, &row, &[]).remove(0));
            raw.overwrite("data_keys", &row, &to).unwrap();
            starts(&mut world).await.unwrap();
            let template = subject.issued["templateId"].as_str().unwrap();
            let issue = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live);
            let refused = issue.json(&request(template)).send().await.unwrap();
            assert_eq!(refused.status().as_u16(), 500, "{}", column.name);
            subject.same(subject.ask(&world).await);
            raw.overwrite("data_keys", &to, &row).unwrap();
            world.issue(template).await;
        }
        let (_, report) = world.operator("GET", "/audit/verify", None).await;
        assert_eq!(report["findings"], Value::Array(Vec::new()));
    }
}
