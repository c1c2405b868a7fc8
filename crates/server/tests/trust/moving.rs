//! The public URL changes: what was signed under the old one stays good.

use serde_json::{Value, json};

use crate::offline::{Basis, Evidence, Told, agree, now, payload, pin, published};
use crate::world::World;

const NEW: &str = "https://documents.example.org/records";

async fn check(world: &World, issued: &Value) {
    let evidence = Evidence::fetch_here(world, issued["credential"].as_str().unwrap()).await;
    let told = Told {
        pin: pin(world),
        allow_test: false,
        now: now(world),
    };
    let server = world.verify(issued["reference"].as_str().unwrap()).await;
    assert_eq!(server["verdict"], "valid", "{server:#}");
    agree(&server, &evidence.judge(None, None, told), Basis::Rows);
}

async fn base_urls(world: &World) -> Value {
    payload(&published(world, "/trust/live.jws").await)["baseUrls"].clone()
}

on_both_engines! {
    async fn documents_outlive_an_address(world) {
        let mut world = world;
        let old_url = world.public_url.clone();
        let template = world.template(&world.live).await;
        let old = world.issue(&template).await;
        let early = Evidence::fetch_here(&world, old["credential"].as_str().unwrap()).await;
        assert_eq!(base_urls(&world).await, json!([old_url]));

        world.stop().await;
        world.start(&[("server.public_url", NEW)]).await.unwrap();
        let new = world.issue(&template).await;
        assert!(new["verificationUrl"].as_str().unwrap().starts_with(&format!("{NEW}/v/TRF-")), "{new}");
        let claims = payload(new["credential"].as_str().unwrap());
        assert_eq!(claims["issuer"]["id"], "did:web:documents.example.org:records:i:EXAMP1");
        assert!(claims["status"]["status_list"]["uri"].as_str().unwrap().starts_with(NEW));
        assert_eq!(base_urls(&world).await, json!([NEW, old_url]));
        assert_eq!(payload(&published(&world, "/s/EXAMP1/live/0").await)["sub"], format!("{NEW}/s/EXAMP1/live/0"));
        let shown = world.get(&format!("/v1/trust/issuances/{}", old["id"].as_str().unwrap())).await.ok(200);
        assert_eq!(shown["credential"], old["credential"], "what was signed is not touched");

        // Online; offline with the evidence of today; offline with evidence fetched before the move.
        for issued in [&old, &new] {
            check(&world, issued).await;
        }
        let told = Told { pin: pin(&world), allow_test: false, now: now(&world) };
        assert_eq!(early.judge(None, None, told)["verdict"], "valid");
        // A status change after the move reaches the old document.
        world.change(&old["id"], "suspend").await.ok(200);
        let evidence = Evidence::fetch_here(&world, old["credential"].as_str().unwrap()).await;
        let server = world.verify(old["reference"].as_str().unwrap()).await;
        assert_eq!(server["verdict"], "suspended");
        agree(&server, &evidence.judge(None, None, told), Basis::Rows);
        world.change(&old["id"], "reinstate").await.ok(200);

        // And back again, with an address that is only known from the settings.
        world.stop().await;
        let settings = [("server.public_url", old_url.as_str()), ("server.former_urls", "https://first.example.org")];
        world.start(&settings).await.unwrap();
        assert_eq!(base_urls(&world).await, json!([old_url, NEW, "https://first.example.org"]));
        for issued in [&old, &new] {
            check(&world, issued).await;
        }
    }
}
