//! Somebody else's object is like one that does not exist, byte for byte; and no key opens what is not its own.

mod audited;
mod estates;
mod matrix;
mod operations;
mod refusals;
mod requests;
mod stamped;
mod standings;

use std::io::Write as _;

use serde_json::{Value, json};

use self::estates::NOBODYS;
use self::matrix::{Doctor, Tally, run};
use self::operations::{Operation, read};
use crate::shape::bytes_but_ids;
use crate::world::{World, request};

fn document() -> Value {
    serde_json::to_value(ananke_server::http::openapi_document()).unwrap()
}

/// Operations of the contract, and all of them.
fn operations() -> Vec<Operation> {
    let (operations, unknown) = read(&document());
    assert!(unknown.is_empty(), "{unknown:#?}");
    operations
}

fn say(world: &World, what: &str, tally: &Tally) {
    // Straight to the stream, past the capture of the test harness.
    let _ = writeln!(
        std::io::stderr(),
        "G-22 {what} on {:?}: {} operations, {} cells, {} of them naming what is somebody else's, {} findings",
        world.engine,
        tally.operations,
        tally.cells,
        tally.foreign,
        tally.findings.len()
    );
}

/// A contract with something new in it is red until this page says what it names.
#[test]
fn what_is_new_in_the_contract_is_not_passed_over() {
    let (all, unknown) = read(&document());
    assert!(unknown.is_empty(), "{unknown:#?}");
    let mut missed = Vec::new();
    for (pointer, new) in [
        (
            "/paths/~1v1~1trust~1templates/get/parameters",
            json!([{ "name": "ownerId", "in": "query" }]),
        ),
        (
            "/paths/~1v1~1trust~1issuances~1{id}/get/parameters",
            json!([{ "name": "X-Tenant", "in": "header" }]),
        ),
        (
            "/components/schemas/IssueRequest/properties",
            json!({ "signerId": { "type": "string", "format": "uuid" } }),
        ),
    ] {
        let mut document = document();
        match (document.pointer_mut(pointer).unwrap(), new.clone()) {
            (Value::Array(parameters), Value::Array(new)) => parameters.extend(new),
            (Value::Object(members), Value::Object(new)) => members.extend(new),
            other => panic!("{other:?}"),
        }
        missed.push(read(&document).1.len());
    }
    assert_eq!(missed, [1, 1, 1]);
    let mut document = document();
    let new = document["paths"]["/v1/trust/templates/{id}"].clone();
    document["paths"]["/v1/webhooks/{id}"] = new;
    let (more, unknown) = read(&document);
    assert_eq!(
        (more.len(), unknown.len()),
        (all.len() + 3, 3),
        "{unknown:#?}"
    );
}

async fn issued_with(world: &World, key: &str) -> (String, Value) {
    let template = world.template(key).await;
    let issued = world
        .with(key, "POST", "/v1/trust/issuances", Some(request(&template)))
        .await
        .ok(201);
    (template, issued)
}

on_both_engines! {
    async fn every_operation_and_everybody_who_must_not(world) {
        let tally = Box::pin(run(&world, &operations(), Doctor::Honest)).await;
        say(&world, "matrix", &tally);
        assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n\n"));
        assert_eq!(tally.operations, operations().len());
        assert!(tally.cells > 1_000 && tally.foreign > 150, "{} {}", tally.cells, tally.foreign);
    }

    async fn every_change_is_in_the_record(world) {
        let owner = estates::owners(&world).await.into_iter().next().unwrap();
        let tally = audited::run(&world, &operations(), &owner).await;
        assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n\n"));
        assert_eq!(tally.cells, operations().len());
    }

    async fn every_operation_in_every_state_of_its_tenant(world) {
        let owner = estates::owners(&world).await.into_iter().next().unwrap();
        let tally = standings::run(&world, &operations(), &owner).await;
        say(&world, "states of a tenant", &tally);
        assert!(tally.findings.is_empty(), "{}", tally.findings.join("\n\n"));
        assert_eq!(tally.cells, 3 * operations().len());
    }

    async fn a_server_that_tells_them_apart_is_found_out(world) {
        let some = ["get_issuance", "delete_api_key", "issue"];
        let some: Vec<Operation> = operations().into_iter().filter(|one| some.contains(&one.id.as_str())).collect();
        for doctor in [Doctor::Status, Doctor::Letter, Doctor::Header, Doctor::Owner, Doctor::Refusal] {
            let Some(world) = World::new(world.engine).await else { return };
            let tally = Box::pin(run(&world, &some, doctor)).await;
            say(&world, &format!("control {doctor:?}"), &tally);
            // Three operations refuse eight keys; a name that both may use is compared by its outcome only.
            let least = match doctor {
                Doctor::Refusal => 24,
                Doctor::Letter | Doctor::Header => tally.foreign - tally.taken,
                _ => tally.foreign,
            };
            assert!(tally.findings.len() >= least, "{doctor:?}: {}", tally.findings.join("\n\n"));
        }
    }

    async fn what_is_no_id_is_missing_too(world) {
        for (method, path) in [
            ("GET", "/v1/trust/issuances/{}"), ("GET", "/v1/trust/templates/{}"), ("DELETE", "/v1/api-keys/{}"),
        ] {
            let ask = |id: &str| {
                let (world, path) = (&world, path.replace("{}", id));
                async move { bytes_but_ids(&world.with(&world.live, method, &path, None).await) }
            };
            let missing = ask(NOBODYS).await;
            assert!(missing.starts_with("404\n"), "{missing}");
            for id in ["not-an-id", "%00", "%F0%9F%92%A9", &NOBODYS.to_uppercase()] {
                assert_eq!(ask(id).await, missing, "{method} {path} with {id}");
            }
        }
    }

    async fn templates_are_shared_between_the_modes(world) {
        let template = world.template(&world.test).await;
        assert_eq!(world.get(&format!("/v1/trust/templates/{template}")).await.ok(200)["version"], 1);
        world.issue(&template).await;
    }

    async fn lists_show_only_what_is_ones_own(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let (their_template, theirs) = issued_with(&world, &other).await;
        let (template, mine) = issued_with(&world, &world.live).await;
        let test = world.with(&world.test, "POST", "/v1/trust/issuances", Some(request(&template))).await.ok(201);
        for issued in [&theirs, &mine, &test] {
            world.verify(issued["reference"].as_str().unwrap()).await;
        }
        let reference = theirs["reference"].as_str().unwrap();
        for path in [
            "/v1/trust/issuances".to_owned(), "/v1/trust/templates".to_owned(), "/v1/api-keys".to_owned(),
            "/v1/trust/verify/history".to_owned(), "/v1/trust/issuances?recipient=ada".to_owned(),
            format!("/v1/trust/issuances?reference={reference}"), format!("/v1/trust/issuances?templateId={their_template}"),
            format!("/v1/trust/verify/history?reference={reference}"),
            format!("/v1/trust/verify/history?reference={}", test["reference"].as_str().unwrap()),
        ] {
            let text = world.get(&path).await.text();
            for foreign in [&theirs["id"], &theirs["reference"], &test["id"], &test["reference"]] {
                assert!(!text.contains(foreign.as_str().unwrap()), "{path} shows {foreign}");
            }
            assert!(!text.contains(&their_template), "{path}");
        }
        let page = world.get("/v1/trust/issuances").await.ok(200);
        assert_eq!(page["items"][0]["id"], mine["id"]);
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
    }

}
