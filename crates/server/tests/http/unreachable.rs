//! A server whose database is gone gives no verdict.

use ananke_format::Mode;
use serde_json::json;

use crate::cluster;
use crate::world::{Answer, DAY, Engine, World, like};

#[test]
fn without_its_database_a_server_answers_503_and_goes_on_afterwards() {
    let Some(cluster) = cluster::start() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::on(Engine::Postgres, cluster.database()).await;
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let reference = issued["reference"].as_str().unwrap();
        cluster.stop();
        for (path, question) in [
            (
                "/v1/trust/verify/by-reference",
                json!({ "reference": reference }),
            ),
            (
                "/v1/trust/verify/by-hash",
                json!({ "hash": issued["contentHash"] }),
            ),
        ] {
            let answer = world.ask(path, question).await;
            assert!(
                answer.header("retry-after").parse::<u32>().is_ok(),
                "{path}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            let told = answer.fails(503, "SERVICE_UNAVAILABLE");
            assert_eq!(told.get("verdict"), None, "{told}");
        }
        // Whether a key is good cannot be said, so it is not as if none had been sent.
        world.wait(DAY);
        world
            .with(&world.live, "GET", "/v1/reference-data/verdicts", None)
            .await
            .fails(503, "SERVICE_UNAVAILABLE");
        // A key whose checksum is wrong is known to be wrong; of one nobody has, only the database knows.
        let mut mistyped = world.live.clone().into_bytes();
        mistyped[30] = if mistyped[30] == b'a' { b'b' } else { b'a' };
        let mistyped = String::from_utf8(mistyped).unwrap();
        world
            .with(&mistyped, "GET", "/v1/whoami", None)
            .await
            .fails(401, "UNAUTHORIZED");
        let nobodys = like(&world.live, Mode::Live, |at| (at < 12).then_some(b'0'));
        world
            .with(&nobodys, "GET", "/v1/whoami", None)
            .await
            .fails(503, "SERVICE_UNAVAILABLE");
        let page = world
            .request("GET", &format!("/v/{reference}"))
            .header("accept", "text/html");
        let page = Answer::of(page).await;
        assert_eq!(page.status, 503);
        assert!(!page.text().contains("data-verdict"), "{}", page.text());
        assert_eq!(
            Answer::of(world.request("GET", "/healthz")).await.status,
            200
        );
        assert_eq!(
            Answer::of(world.request("GET", "/readyz")).await.status,
            503
        );
        // What the check character tells needs no database.
        let mistyped = world.verify("TRF-ABCD1234").await;
        assert_eq!(mistyped["verdict"], "not_found");
        assert_eq!(mistyped["checks"][0]["reason"], "malformed_reference");
        cluster.launch();
        loop {
            let answer = world
                .ask(
                    "/v1/trust/verify/by-reference",
                    json!({ "reference": reference }),
                )
                .await;
            if answer.status == 200 {
                assert_eq!(answer.ok(200)["verdict"], "valid");
                break;
            }
            answer.fails(503, "SERVICE_UNAVAILABLE");
            tokio::task::yield_now().await;
        }
    });
}
