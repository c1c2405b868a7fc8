//! How often may be asked: what is told, what is refused, and who is not kept waiting by whom.

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;
use serde_json::json;

use crate::shape::shape;
use crate::world::{Answer, Engine, World, request};

const SECOND: i64 = 1_000;

/// A server with limits that a test reaches.
async fn limited(mut world: World, more: &[(&str, &str)]) -> World {
    world.stop().await;
    let mut all = vec![
        ("limits.public_per_minute", "60"),
        ("limits.public_burst", "10"),
        ("limits.key_reads_per_second", "4"),
        ("limits.key_writes_per_second", "2"),
        ("limits.key_files_per_second", "1"),
        ("limits.tenant_per_second", "8"),
    ];
    all.extend_from_slice(more);
    world.start(&all).await.unwrap();
    world
}

async fn ask(world: &World) -> Answer {
    world
        .ask(
            "/v1/trust/verify/by-reference",
            json!({ "reference": "TRF-ABCD1234" }),
        )
        .await
}

fn told(answer: &Answer) -> (String, String) {
    (
        answer.header("ratelimit").to_owned(),
        answer.header("ratelimit-policy").to_owned(),
    )
}

on_both_engines! {
    async fn without_a_key(world) {
        let world = limited(world, &[]).await;
        for left in (0..10).rev() {
            let answer = ask(&world).await;
            let policy = "\"public\";q=10;w=10".to_owned();
            assert_eq!(told(&answer), (format!("\"public\";r={left};t={}", 10 - left), policy));
            answer.ok(200);
        }
        let refused = ask(&world).await;
        assert_eq!((refused.header("retry-after"), told(&refused).0.as_str()), ("1", "\"public\";r=0;t=10"));
        snapshot!("429", shape(refused.fails(429, "RATE_LIMITED")));
        // A page is a question too, and so is a guess; evidence and reference data are not.
        let page = Answer::of(world.request("GET", "/v/TRF-ABCD1234").header("accept", "text/html")).await;
        assert_eq!((page.status, page.header("retry-after")), (429, "1"));
        assert!(page.text().contains("<html"), "{}", page.text());
        let guess = ApiKey::from_random(Mode::Live, &[7; 64]).unwrap();
        let guessed = world.with(guess.expose(), "GET", "/v1/whoami", None).await;
        guessed.fails(429, "RATE_LIMITED");
        for path in ["/v1/reference-data/verdicts", "/trust/live.jws", "/healthz", "/docs/rate-limits"] {
            assert_eq!(Answer::of(world.request("GET", path)).await.status, 200, "{path}");
        }
        // Whoever has a key is not kept waiting by it.
        world.get("/v1/whoami").await.ok(200);
        let with_key = world.post("/v1/trust/verify/by-reference", json!({ "reference": "x" })).await;
        assert!(told(&with_key).1.starts_with("\"reads\""));
        world.wait(SECOND - 1);
        ask(&world).await.fails(429, "RATE_LIMITED");
        world.wait(1);
        ask(&world).await.ok(200);
        ask(&world).await.fails(429, "RATE_LIMITED");
        // A file costs five, a report of leaks ten.
        world.wait(9 * SECOND);
        let leak = world.ask("/v1/leaks", json!({ "keys": ["x"] })).await;
        assert_eq!((leak.status, leak.header("retry-after")), (429, "1"));
        world.wait(SECOND);
        assert_eq!(world.ask("/v1/leaks", json!({ "keys": ["x"] })).await.status, 202);
        ask(&world).await.fails(429, "RATE_LIMITED");
    }

    async fn with_a_key(world) {
        let template = world.template(&world.live).await;
        let made = world.post("/v1/api-keys", json!({ "name": "second" })).await.ok(201);
        let second = made["secret"].as_str().unwrap().to_owned();
        let issued = world.issue(&template).await;
        let world = limited(world, &[]).await;
        // Files, reads and writes are counted apart.
        let pdf = format!("/v1/trust/issuances/{}/pdf", issued["id"].as_str().unwrap());
        assert_eq!(world.get(&pdf).await.status, 200);
        let refused = world.get(&pdf).await;
        assert_eq!(refused.header("retry-after"), "1");
        assert!(refused.fails(429, "RATE_LIMITED")["detail"].as_str().unwrap().contains("`files`"));
        for _ in 0..2 {
            world.issue(&template).await;
        }
        let refused = world.post("/v1/trust/issuances", request(&template)).await;
        assert_eq!(told(&refused).1, "\"writes\";q=2;w=1");
        refused.fails(429, "RATE_LIMITED");
        for _ in 0..4 {
            world.get("/v1/whoami").await.ok(200);
        }
        // Another key has its own; but all of a tenant have one together: seven of eight are used.
        world.with(&second, "GET", "/v1/whoami", None).await.ok(200);
        let refused = world.with(&second, "GET", "/v1/whoami", None).await;
        assert_eq!(told(&refused).1, "\"tenant\";q=8;w=1");
        refused.fails(429, "RATE_LIMITED");
        world.wait(SECOND);
        world.issue(&template).await;
        let who = world.get("/v1/whoami").await.ok(200);
        assert_eq!(who["limits"]["rates"][0], json!({ "name": "public", "requests": 60, "seconds": 60, "burst": 10 }));
        let page = Answer::of(world.request("GET", "/docs/rate-limits")).await.text();
        for text in ["60 per minute", "4 per second", "2 per second", "8 per second"] {
            assert!(page.contains(text), "{text}: {page}");
        }
    }

    async fn nothing_is_kept_of_a_request_that_was_refused(world) {
        let template = world.template(&world.live).await;
        let world = limited(world, &[]).await;
        let send = async || {
            let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live);
            Answer::of(sent.header("idempotency-key", "k").json(&request(&template))).await
        };
        world.issue(&template).await;
        world.issue(&template).await;
        send().await.fails(429, "RATE_LIMITED");
        world.wait(SECOND);
        let (first, again) = (send().await, send().await);
        assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
        assert_eq!(first.ok(201)["id"], again.ok(201)["id"]);
    }

    async fn without_limits_nothing_is_told(world) {
        let answer = ask(&world).await;
        assert_eq!(told(&answer), (String::new(), String::new()));
        assert!(Answer::of(world.request("GET", "/docs/rate-limits")).await.text().contains("no rate limits"));
        assert_eq!(world.get("/v1/whoami").await.ok(200)["limits"]["rates"], json!([]));
    }
}

/// Four servers on one database keep a quarter each, also while the database is away.
#[test]
fn four_servers_let_through_what_one_would() {
    crate::world::run(Engine::Postgres, |world| {
        Box::pin(async move {
            let limits = [
                ("limits.public_per_minute", "120"),
                ("limits.public_burst", "60"),
                ("limits.key_reads_per_second", "12"),
                ("limits.tenant_per_second", "0"),
            ];
            let world = limited(world, &limits).await;
            let mut others = Vec::new();
            for _ in 0..3 {
                others.push(world.beside(&limits).await);
            }
            let nodes: Vec<&World> = std::iter::once(&world).chain(&others).collect();
            // A quarter of twelve is three; they know of one another within some seconds.
            for node in &nodes {
                let began = std::time::Instant::now();
                loop {
                    let policy = told(&node.get("/v1/whoami").await).1;
                    if policy.contains("q=3;") {
                        break;
                    }
                    assert!(began.elapsed().as_secs() < 30, "{policy}");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
            assert_eq!(passed_of(&nodes).await, 60);
            world.wait(30 * SECOND);
            assert_eq!(passed_of(&nodes).await, 60);

            // The database is away, for longer than it takes to count servers again.
            let cluster = crate::cluster::shared().unwrap();
            let (_, name) = world.database.rsplit_once('/').unwrap();
            let name = name.split('?').next().unwrap();
            cluster.ask(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
            let end =
                "SELECT CAST(count(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity";
            cluster.ask(&format!("{end} WHERE datname = '{name}'"));
            tokio::time::sleep(std::time::Duration::from_secs(8)).await;
            world.wait(30 * SECOND);
            let unavailable = world.get("/v1/whoami").await;
            assert_eq!(unavailable.status, 503, "{}", unavailable.text());
            assert_eq!(passed_of(&nodes).await, 60);
            cluster.ask(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
        })
    });
}

/// Asks each server a hundred times; how many questions were not refused for their number.
async fn passed_of(nodes: &[&World]) -> usize {
    let of_one = async |node: &World| {
        let mut passed = 0;
        for _ in 0..100 {
            let answer = ask(node).await;
            assert!(
                matches!(answer.status, 200 | 429 | 503),
                "{}",
                answer.text()
            );
            passed += usize::from(answer.status != 429);
        }
        passed
    };
    let (a, b, c, d) = tokio::join!(
        of_one(nodes[0]),
        of_one(nodes[1]),
        of_one(nodes[2]),
        of_one(nodes[3])
    );
    a + b + c + d
}
