//! The closed lists.

use serde_json::Value;

use crate::world::{Answer, World};

async fn list(world: &World, name: &str) -> Vec<Value> {
    let answer = Answer::of(world.request("GET", &format!("/v1/reference-data/{name}"))).await;
    let entries = answer.ok(200).as_array().unwrap().clone();
    for entry in &entries {
        assert!(
            entry["code"].is_string() && entry["label"].is_string(),
            "{name}: {entry}"
        );
    }
    entries
}

fn codes(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["code"].as_str().unwrap())
        .collect()
}

on_both_engines! {
    async fn the_lists_of_the_contract(world) {
        let types = list(&world, "document-types").await;
        assert_eq!(codes(&types), ["CER", "CON", "INV", "DIP", "TRA", "LIC", "PER", "ATT", "STA", "OTH"]);
        let reasons = list(&world, "lifecycle-reasons").await;
        assert_eq!(codes(&reasons), ["keyCompromise", "issuedInError", "superseded", "affiliationEnded", "fraud", "other"]);
        let verdicts = list(&world, "verdicts").await;
        assert_eq!(codes(&verdicts), ["valid", "suspended", "revoked", "expired", "invalid", "not_found", "indeterminate"]);
        for name in ["document-types", "lifecycle-reasons", "verdicts", "event-types"] {
            let entries = list(&world, name).await;
            snapshot!(format!("reference-data-{name}"), entries);
        }
    }

    async fn languages_and_countries(world) {
        let languages = list(&world, "languages").await;
        assert!(codes(&languages).contains(&"en") && codes(&languages).contains(&"fr"));
        let countries = list(&world, "countries").await;
        assert_eq!(countries.len(), 249, "ISO 3166-1");
        let mut seen = codes(&countries);
        assert!(seen.iter().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())));
        assert!(seen.contains(&"DE") && !seen.contains(&"XA"));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), countries.len());
    }

    async fn what_is_recorded_is_on_the_list(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let id = issued["id"].as_str().unwrap();
        assert_eq!(world.get(&format!("/v1/trust/issuances/{id}/pdf")).await.status, 200);
        for action in ["suspend", "reinstate", "expire"] {
            world.change(&issued["id"], action).await.ok(200);
        }
        let path = format!("/v1/trust/issuances/{id}");
        world.post(&format!("{path}/replace"), crate::world::request(&template)).await.ok(201);
        let body = serde_json::json!({ "action": "revoke", "reason": "fraud" });
        world.post(&format!("{path}/lifecycle"), body).await.ok(200);
        let known = list(&world, "event-types").await;
        let events = world.get(&format!("{path}/events")).await.ok(200);
        let kinds = crate::shape::column(&events, "type");
        assert_eq!(kinds.len(), 7, "{kinds:?}");
        for kind in kinds {
            assert!(codes(&known).contains(&kind.as_str()), "{kind}");
        }
    }
}
