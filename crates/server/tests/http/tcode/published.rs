//! A stamped file, checked with what the server publishes and the format crate alone: the same answer as the server's.

use ananke_api::verification::{Record, Verification, answer};
use ananke_format::Instant;
use ananke_format::seal::{Seal, Statement};
use ananke_format::status;
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Facts, StatusEvidence, Subject};
use serde_json::{Value, json};

use super::{by_image, fields, path, pdf, seal, stamp, tdoc, with};
use crate::offline::{Basis, agree, now, pin, published};
use crate::world::{DAY, World};

/// What somebody says who has the file, the bundle and the list that the seal names.
async fn offline(world: &World, file: &[u8], mode: &str) -> Value {
    let bundle = published(world, &format!("/trust/{mode}.jws")).await;
    let trust = Trust::from_bundle(&bundle, pin(world), None).unwrap();
    let checked = verify::stamped(file, &trust).map_err(|refused| refused.failure);
    let lists: Vec<_> = match &checked {
        Ok(seal) => {
            let number = seal.statement.status_position().unwrap().list;
            let list = published(world, &format!("/s/EXAMP1/{mode}/{number}")).await;
            vec![status::verify(&list, &trust).unwrap()]
        }
        Err(_) => Vec::new(),
    };
    let (subject, record) = match &checked {
        Ok(seal) => (Subject::Seal(seal), Some(Record::Seal(seal))),
        Err(failure) => (Subject::Rejected(*failure), None),
    };
    let now = Instant::from_millisecond(now(world)).unwrap();
    let facts = Facts {
        allow_test: true,
        ..Facts::new(subject, &trust, StatusEvidence::Lists(&lists), now)
    };
    let told: Verification = answer(&verify::judge(&facts), record, &trust);
    serde_json::to_value(told).unwrap()
}

/// The answer without the names of its fields, which no seal holds.
fn nameless(mut answer: Value) -> Value {
    for field in answer["fields"].as_array_mut().into_iter().flatten() {
        (field["key"], field["label"]) = (Value::Null, Value::Null);
    }
    answer
}

on_both_engines! {
    async fn offline_and_server_agree(world) {
        let id = tdoc(&world, fields()).await;
        let given = json!([{ "key": "holder", "value": "Ada Lovelace" }, { "key": "day", "value": "2026-11-20" }]);
        let body = with(json!({ "tdocTemplateId": id, "fields": given, "expiresAt": "2026-11-25" }));
        for (mode, key) in [("live", &world.live), ("test", &world.test)] {
            let made = world.with(key, "POST", "/v1/tcode/stamps", Some(body.clone())).await.ok(201);
            let file = pdf_of(&world, key, &made).await;
            for (action, verdict) in [("", "valid"), ("suspend", "suspended"), ("reactivate", "valid"), ("revoke", "revoked")] {
                if !action.is_empty() {
                    world.with(key, "POST", &format!("{}/{action}", path(&made)), None).await.ok(200);
                    // A list is built again at most so much later.
                    world.wait(6_000);
                }
                let (server, alone) = (by_image(&world, file.clone()).await, offline(&world, &file, mode).await);
                assert_eq!(server["verdict"], verdict, "{mode} {action}");
                agree(&nameless(server), &alone, Basis::Rows);
            }
            let mut altered = file.clone();
            altered[40] ^= 1;
            agree(&by_image(&world, altered.clone()).await, &offline(&world, &altered, mode).await, Basis::Rows);
        }
        let made = stamp(&world, body).await.ok(201);
        let file = pdf(&world, &made).await;
        world.wait(3 * DAY);
        let (server, alone) = (by_image(&world, file.clone()).await, offline(&world, &file, "live").await);
        assert_eq!(server["verdict"], "expired");
        agree(&nameless(server), &alone, Basis::Rows);
    }

    async fn every_stamp_has_a_place_of_its_own_in_the_lists(world) {
        let mut places = std::collections::BTreeSet::new();
        for _ in 0..12 {
            let made = crate::tcode::stamped(&world).await;
            let statement = Statement::read(&Seal::parse(&seal(&made)).unwrap()).unwrap();
            assert!(places.insert(statement.status), "{}", statement.status);
        }
    }
}

async fn pdf_of(world: &World, key: &str, stamp: &Value) -> Vec<u8> {
    let answer = world
        .with(key, "GET", &format!("{}/pdf", path(stamp)), None)
        .await;
    assert_eq!(answer.status, 200);
    answer.bytes
}
