//! Bundles that several servers sign: each is numbered once, and the last one knows every issuer.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::offline::{payload, published};
use crate::world::{Engine, World};

const ROUNDS: usize = 12;

/// Makes tenants and asks for the bundle after each, as its own server gives it.
async fn make(world: &World, letter: char, seen: &mut Vec<String>) {
    for round in 0..ROUNDS {
        let code = format!("SCH{letter}{round:02}");
        world.tenant(&code, &code).await;
        let bundle = published(world, "/trust/live.jws").await;
        assert!(codes(&bundle).contains(&code), "{code}: {bundle}");
        seen.push(bundle);
    }
}

fn codes(bundle: &str) -> Vec<String> {
    let issuers = payload(bundle)["issuers"].as_array().unwrap().clone();
    let code = |issuer: &Value| issuer["code"].as_str().unwrap().to_owned();
    issuers.iter().map(code).collect()
}

#[test]
fn two_servers_sign_bundles_at_once() {
    crate::world::run(Engine::Postgres, |world| {
        Box::pin(async move {
            let other = world.beside(&[]).await;
            let (mut here, mut there) = (Vec::new(), Vec::new());
            tokio::join!(make(&world, 'A', &mut here), make(&other, 'B', &mut there));
            let mut numbered: BTreeMap<u64, String> = BTreeMap::new();
            for bundle in here.into_iter().chain(there) {
                let sequence = payload(&bundle)["sequence"].as_u64().unwrap();
                let first = numbered.entry(sequence).or_insert_with(|| bundle.clone());
                assert_eq!(*first, bundle, "two bundles with the number {sequence}");
            }
            for world in [&world, &other] {
                let codes = codes(&published(world, "/trust/live.jws").await);
                assert_eq!(codes.len(), 1 + 2 * ROUNDS, "{codes:?}");
            }
        })
    });
}
