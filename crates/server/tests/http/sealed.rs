//! Without its keys the server writes nothing, and goes on verifying.

use serde_json::json;

use crate::shape::shape;
use crate::world::{Answer, World, request};

/// A world with one document, sealed.
async fn seal(mut world: World) -> (World, String, String) {
    let template = world.template(&world.live).await;
    let issued = world.issue(&template).await;
    world.stop().await;
    world.start(&[("keys.sealed", "true")]).await.unwrap();
    (
        world,
        template,
        issued["reference"].as_str().unwrap().to_owned(),
    )
}

on_both_engines! {
    async fn what_needs_a_key_is_answered_503(world) {
        let (world, template, _) = seal(world).await;
        let answer = world.post("/v1/trust/issuances", request(&template)).await;
        assert_eq!(answer.header("retry-after"), "60");
        let told = answer.fails(503, "SERVICE_UNAVAILABLE");
        snapshot!("503-sealed", shape(told));
        for path in ["/v1/whoami", "/v1/trust/issuances", "/v1/trust/verify/history"] {
            world.get(path).await.fails(503, "SERVICE_UNAVAILABLE");
        }
        Answer::of(world.request("GET", "/v1/whoami")).await.fails(401, "UNAUTHORIZED");
        let ready = Answer::of(world.request("GET", "/readyz")).await.ok(200);
        assert_eq!(ready["checks"]["keys"], "sealed");
    }

    async fn verification_goes_on(world) {
        let (world, _, reference) = seal(world).await;
        let verified = world.verify(&reference).await;
        assert_eq!(verified["verdict"], "valid", "{verified:#}");
        assert_eq!(Answer::of(world.request("GET", &format!("/v/{reference}"))).await.status, 200);
        assert_eq!(Answer::of(world.request("GET", "/v1/reference-data/verdicts")).await.status, 200);
        // Whoever always sends a key, as an SDK does, verifies too.
        let question = Some(json!({ "reference": reference }));
        let verified = world.with(&world.live, "POST", "/v1/trust/verify/by-reference", question).await.ok(200);
        assert_eq!(verified["verdict"], "valid");
        let sent = world.request("POST", "/v1/trust/verify/by-reference").header("x-api-key", &world.live)
            .header("origin", "https://example.org").json(&json!({ "reference": reference }));
        Answer::of(sent).await.fails(403, "FORBIDDEN");
        world.with("nonsense", "GET", "/v1/reference-data/verdicts", None).await.fails(401, "UNAUTHORIZED");
    }
}
