//! Every row of the state and action table, over HTTP.

use serde_json::{Value, json};

use crate::world::{DAY, World, request};

/// `recorded clock action reason -> from to recorded reason`, or `-> refused allowed`.
const TABLE: &str = include_str!("../../../../../vectors/lifecycle/table.txt");

pub(crate) struct Row {
    pub(crate) recorded: &'static str,
    pub(crate) late: bool,
    pub(crate) action: &'static str,
    pub(crate) reason: Option<&'static str>,
    /// Status and reason afterwards, or the actions that are allowed instead.
    pub(crate) outcome: Result<(&'static str, Option<&'static str>), &'static str>,
}

fn some(word: &'static str) -> Option<&'static str> {
    (word != "-").then_some(word)
}

pub(crate) fn rows() -> Vec<Row> {
    let lines = TABLE
        .lines()
        .filter(|line| line.contains(" -> ") && !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [recorded, clock, action, reason, "->", rest @ ..] = words.as_slice() else {
                panic!("{line}")
            };
            let outcome = match rest {
                ["refused", allowed] => Err(*allowed),
                [_, to, _, reason] => Ok((*to, some(reason))),
                _ => panic!("{line}"),
            };
            Row {
                recorded,
                late: *clock == "after",
                action,
                reason: some(reason),
                outcome,
            }
        })
        .collect()
}

/// A document whose time passes in a day, in this recorded state.
async fn document(world: &World, template: &str, recorded: &str) -> Value {
    let mut body = request(template);
    body["expiresAt"] = "2026-11-24T10:00:00Z".into();
    let issued = world.post("/v1/trust/issuances", body).await.ok(201);
    let action = match recorded {
        "Suspended" => "suspend",
        "Revoked" => "revoke",
        "Expired" => "expire",
        _ => return issued,
    };
    world.change(&issued["id"], action).await.ok(200)
}

on_both_engines! {
    async fn every_row_of_the_table(world) {
        let template = world.template(&world.live).await;
        let (before, after): (Vec<Row>, Vec<Row>) = rows().into_iter().partition(|row| !row.late);
        assert_eq!((before.len(), after.len()), (44, 44));
        let mut late = Vec::new();
        for row in after {
            late.push((document(&world, &template, row.recorded).await, row));
        }
        for row in before {
            let document = document(&world, &template, row.recorded).await;
            check(&world, &document, &row).await;
        }
        world.wait(DAY);
        for (document, row) in late {
            check(&world, &document, &row).await;
        }
    }

    async fn precedence_revoked_then_suspended_then_expired(world) {
        let template = world.template(&world.live).await;
        let mut seen = Vec::new();
        for recorded in ["Active", "Suspended", "Revoked", "Expired"] {
            seen.push(document(&world, &template, recorded).await);
        }
        world.wait(2 * DAY);
        for (document, (status, verdict)) in seen.iter().zip([
            ("Expired", "expired"), ("Suspended", "suspended"), ("Revoked", "revoked"), ("Expired", "expired"),
        ]) {
            let verified = world.verify(document["reference"].as_str().unwrap()).await;
            assert_eq!((&verified["status"], &verified["verdict"]), (&json!(status), &json!(verdict)));
        }
    }
}

async fn check(world: &World, document: &Value, row: &Row) {
    let path = format!("/v1/trust/issuances/{}", document["id"].as_str().unwrap());
    let before = world.get(&path).await.ok(200);
    let body = json!({ "action": row.action, "reason": row.reason });
    let case = format!(
        "{} late={} {} {:?}",
        row.recorded, row.late, row.action, row.reason
    );
    let answer = world.post(&format!("{path}/lifecycle"), body).await;
    match row.outcome {
        Ok((status, reason)) => {
            assert_eq!(answer.status, 200, "{case}: {}", answer.text());
            let changed = answer.json();
            assert_eq!(
                (&changed["status"], &changed["statusReason"]),
                (&json!(status), &json!(reason)),
                "{case}"
            );
            assert_eq!(world.get(&path).await.ok(200), changed, "{case}");
        }
        Err(allowed) => {
            assert_eq!(answer.status, 409, "{case}: {}", answer.text());
            let told = answer.fails(409, "CONFLICT");
            let detail = told["detail"].as_str().unwrap();
            if allowed == "-" {
                assert!(detail.contains("nothing can be done"), "{case}: {detail}");
            }
            for action in allowed.split(',').filter(|word| *word != "-") {
                assert!(detail.contains(action), "{case}: {detail}");
            }
            if row.action == "revoke" && allowed == "revoke" {
                for reason in ["keyCompromise", "issuedInError", "fraud"] {
                    assert!(detail.contains(reason), "{case}: {detail}");
                }
            }
            assert_eq!(
                world.get(&path).await.ok(200),
                before,
                "{case}: a refusal changes nothing"
            );
        }
    }
}
