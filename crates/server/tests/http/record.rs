//! The record of a tenant: listed, filtered, followed, exported.

use serde_json::{Value, json};

use crate::shape::column;
use crate::world::{Answer, DAY, Engine, World, request};

async fn events(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/audit-events{query}")).await.ok(200)
}

/// Everything recorded since, and the cursor behind it.
async fn follow(world: &World, key: &str, mut cursor: String, limit: u32) -> (Vec<Value>, String) {
    let mut all = Vec::new();
    loop {
        let path = format!("/v1/audit-events?order=recorded&limit={limit}&cursor={cursor}");
        let page = world.with(key, "GET", &path, None).await.ok(200);
        let next = page["nextCursor"].as_str().unwrap().to_owned();
        let items = page["items"].as_array().unwrap();
        all.extend(items.iter().cloned());
        if next == cursor {
            return (all, cursor);
        }
        cursor = next;
    }
}

fn ids(events: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = events
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids
}

on_both_engines! {
    async fn listed_and_filtered(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        world.wait(DAY);
        world.change(&issued["id"], "revoke").await.ok(200);
        let id = issued["id"].as_str().unwrap();
        let page = events(&world, "").await;
        assert_eq!(column(&page, "type")[..3], ["issuance.revoked", "issuance.issued", "template.created"]);
        for (query, wanted) in [
            (format!("?subject={id}"), vec!["issuance.revoked", "issuance.issued"]),
            (format!("?subject={id}&before=2026-11-24T00:00:00Z"), vec!["issuance.issued"]),
            ("?after=2026-11-24T00:00:00Z".to_owned(), vec!["issuance.revoked"]),
            ("?type=template.created".to_owned(), vec!["template.created"]),
            ("?actor=operator".to_owned(), vec![]), ("?requestId=x".to_owned(), vec![]),
        ] {
            assert_eq!(column(&events(&world, &query).await, "type"), wanted, "{query}");
        }
        // Page after page it is the same.
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = events(&world, &format!("?limit=1&cursor={cursor}")).await;
            paged.extend(column(&page, "id"));
            match page["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(paged, column(&events(&world, "?limit=200").await, "id"));
        for query in ["?type=moon", "?order=moon", "?order=recorded&type=template.created", "?subject=x", "?cursor=x", "?order=recorded&cursor=x"] {
            world.get(&format!("/v1/audit-events{query}")).await.fails(422, "VALIDATION_FAILED");
        }
        let narrow = world.post("/v1/api-keys", json!({ "name": "x", "scopes": ["issuances:read"] })).await.ok(201);
        let refused = world.with(narrow["secret"].as_str().unwrap(), "GET", "/v1/audit-events", None).await;
        assert_eq!(refused.fails(403, "FORBIDDEN")["reason"], "insufficient_scope");
    }

    async fn each_mode_sees_its_own(world) {
        let template = world.template(&world.live).await;
        world.issue(&template).await;
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        let of = async |key: &str| {
            let page = world.with(key, "GET", "/v1/audit-events?type=issuance.issued", None).await.ok(200);
            column(&page, "subject")
        };
        assert_eq!(of(&world.test).await, [test["id"].as_str().unwrap()]);
        assert!(!of(&world.live).await.contains(&test["id"].as_str().unwrap().to_owned()));
        let (live, _) = follow(&world, &world.live, String::new(), 200).await;
        let (tests, _) = follow(&world, &world.test, String::new(), 3).await;
        assert!(live.iter().all(|event| event["subject"] != test["id"]));
        assert!(tests.iter().any(|event| event["subject"] == test["id"]));
    }

    async fn followed_without_a_gap_and_without_a_twin(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let (mut all, mut cursor) = follow(&world, &world.live, String::new(), 2).await;
        for round in 0..6 {
            for _ in 0..round {
                world.issue(&template).await;
            }
            if round % 2 == 1 {
                // Another stream; and after a day the first ones are done with.
                world.stop().await;
                world.start(&[]).await.unwrap();
                world.wait(DAY);
            }
            let (more, next) = follow(&world, &world.live, cursor.clone(), 2).await;
            let (again, _) = follow(&world, &world.live, cursor, 200).await;
            assert_eq!(ids(&more), ids(&again));
            all.extend(more);
            cursor = next;
        }
        let listed = events(&world, "?limit=200").await;
        assert_eq!(ids(&all), ids(listed["items"].as_array().unwrap()));
        assert_eq!(all.iter().filter(|event| event["type"] == "issuance.issued").count(), 15);
        assert!(cursor.len() < 200, "{cursor}");
    }

    async fn exported(world) {
        let template = world.template(&world.live).await;
        for _ in 0..3 {
            world.issue(&template).await;
        }
        let mut body = request(&template);
        body["recipientName"] = "=cmd|' /C calc'!A0, \"quoted\"".into();
        world.post("/v1/trust/issuances", body).await.ok(201);
        let listed = events(&world, "?limit=200").await;
        let lines = world.get("/v1/audit-events/export?format=ndjson").await;
        assert_eq!(lines.header("content-type"), "application/x-ndjson");
        let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut newest_first = lines.clone();
        newest_first.reverse();
        assert_eq!(&newest_first, listed["items"].as_array().unwrap());
        let csv = world.get("/v1/audit-events/export").await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        let mut reader = csv::Reader::from_reader(csv.bytes.as_slice());
        assert_eq!(reader.headers().unwrap().len(), 11);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), lines.len());
        for (row, line) in rows.iter().zip(&lines) {
            assert_eq!((&row[0], &row[2]), (line["id"].as_str().unwrap(), line["type"].as_str().unwrap()));
            assert_eq!(serde_json::from_str::<Value>(&row[10]).unwrap(), line["data"]);
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
        }
        let some = world.get("/v1/audit-events/export?format=ndjson&type=template.created").await.text();
        assert_eq!(some.lines().count(), 1);
        world.get("/v1/audit-events/export?format=xml").await.fails(422, "VALIDATION_FAILED");
    }
}

/// Two servers write at once, and somebody follows.
#[test]
fn what_two_servers_record_is_followed_whole() {
    crate::world::run(Engine::Postgres, |world| {
        Box::pin(async move {
            let template = world.template(&world.live).await;
            let other = world.beside(&[]).await;
            let issue = async |world: &World| {
                for _ in 0..20 {
                    Answer::of(
                        world
                            .request("POST", "/v1/trust/issuances")
                            .header("x-api-key", &world.live)
                            .json(&request(&template)),
                    )
                    .await
                    .ok(201);
                }
            };
            let watch = async {
                let (mut all, mut cursor) = (Vec::new(), String::new());
                while all
                    .iter()
                    .filter(|event: &&Value| event["type"] == "issuance.issued")
                    .count()
                    < 40
                {
                    let (more, next) = follow(&world, &world.live, cursor, 7).await;
                    all.extend(more);
                    cursor = next;
                }
                all
            };
            let (_, _, all) = tokio::join!(issue(&world), issue(&other), watch);
            let listed = events(&world, "?limit=200").await;
            assert_eq!(ids(&all), ids(listed["items"].as_array().unwrap()));
        })
    });
}
