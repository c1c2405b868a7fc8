//! `Idempotency-Key`: sent twice, done once.

use serde_json::{Value, json};

use crate::shape::shape;
use crate::world::{Answer, DAY, World, pdf, request};

async fn send(world: &World, key: &str, once: &str, path: &str, body: &Value) -> Answer {
    let sent = world
        .request("POST", path)
        .header("x-api-key", key)
        .header("idempotency-key", once)
        .json(body);
    Answer::of(sent).await
}

async fn issue(world: &World, once: &str, body: &Value) -> Answer {
    send(world, &world.live, once, "/v1/trust/issuances", body).await
}

async fn count(world: &World) -> usize {
    world.get("/v1/trust/issuances?limit=200").await.ok(200)["items"]
        .as_array()
        .unwrap()
        .len()
}

on_both_engines! {
    async fn a_replay_has_the_same_status_and_body(world) {
        let template = world.template(&world.live).await;
        let first = issue(&world, "a", &request(&template)).await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
        world.wait(DAY);
        let second = issue(&world, "a", &request(&template)).await;
        assert_eq!((second.status, second.header("idempotent-replayed")), (201, "true"));
        assert_eq!(second.bytes, first.bytes);
        assert_eq!(second.header("content-type"), first.header("content-type"));
        assert_ne!(second.header("x-request-id"), first.header("x-request-id"));
        assert_eq!(count(&world).await, 1);
    }

    async fn every_operation_replays(world) {
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        let (t, i) = (format!("/v1/trust/templates/{template}"), format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap()));
        for (path, body, status) in [
            ("/v1/trust/templates".to_owned(), json!({ "name": "x", "docType": "other" }), 201),
            (format!("{t}/duplicate"), json!({ "name": "copy" }), 201),
            (format!("{t}/archive"), json!({}), 200),
            (format!("{t}/unarchive"), json!({}), 200),
            (format!("{i}/lifecycle"), json!({ "action": "suspend" }), 200),
            (format!("{i}/replace"), request(&template), 201),
            ("/v1/api-keys".to_owned(), json!({ "name": "x" }), 201),
        ] {
            let first = send(&world, &world.live, "same", &path, &body).await;
            let second = send(&world, &world.live, "same", &path, &body).await;
            assert_eq!((first.status, second.status), (status, status), "{path}: {}", second.text());
            assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"), "{path}");
            assert_eq!(first.header("etag"), second.header("etag"), "{path}");
            if path != "/v1/api-keys" {
                assert_eq!(first.bytes, second.bytes, "{path}");
            }
        }
        // What was erased is not told again, not even the answer to its erasure's twin.
        let erase = json!({ "reason": "x" });
        let first = send(&world, &world.live, "same", &format!("{i}/erase"), &erase).await;
        let second = send(&world, &world.live, "same", &format!("{i}/erase"), &erase).await;
        assert_eq!((first.status, second.status, second.header("idempotent-replayed")), (200, 200, "true"));
        assert_eq!(first.bytes, second.bytes);
    }

    async fn another_body_is_refused(world) {
        let template = world.template(&world.live).await;
        issue(&world, "a", &request(&template)).await.ok(201);
        let mut other = request(&template);
        other["recipientName"] = "Grace Hopper".into();
        issue(&world, "a", &other).await.fails(422, "UNPROCESSABLE");
        // So is what would not be valid by itself: the key is looked at first.
        issue(&world, "a", &json!({})).await.fails(422, "UNPROCESSABLE");
        assert_eq!(count(&world).await, 1);
    }

    async fn a_file_belongs_to_the_body(world) {
        let template = world.template(&world.live).await;
        let with = |file: Vec<u8>| {
            let form = reqwest::multipart::Form::new().text("request", request(&template).to_string())
                .part("pdf", reqwest::multipart::Part::bytes(file));
            world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live)
                .header("idempotency-key", "file").multipart(form)
        };
        Answer::of(with(pdf())).await.ok(201);
        // Another boundary each time, the same parts.
        assert_eq!(Answer::of(with(pdf())).await.header("idempotent-replayed"), "true");
        let mut other = pdf();
        other.push(b'\n');
        Answer::of(with(other)).await.fails(422, "UNPROCESSABLE");
    }

    async fn of_many_at_once_one_is_done(world) {
        let template = world.template(&world.live).await;
        let body = request(&template);
        let mut waited = 0;
        let mut rounds = 0;
        // Until a twin was seen to arrive while the first was running.
        while waited == 0 && rounds < 200 {
            rounds += 1;
            let once = format!("round {rounds}");
            let (a, b, c, d) = tokio::join!(
                issue(&world, &once, &body), issue(&world, &once, &body), issue(&world, &once, &body), issue(&world, &once, &body),
            );
            let mut bodies = Vec::new();
            for answer in [a, b, c, d] {
                if answer.status == 409 {
                    assert_eq!(answer.header("retry-after"), "1");
                    let told = answer.fails(409, "CONFLICT");
                    snapshot!("409-in-flight", shape(told));
                    waited += 1;
                } else {
                    bodies.push(answer.ok(201));
                }
            }
            assert!(!bodies.is_empty() && bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
            assert_eq!(issue(&world, &once, &body).await.ok(201), bodies[0]);
        }
        assert!(waited > 0, "no twin met a running one in {rounds} rounds");
        assert_eq!(count(&world).await, rounds);
    }

    async fn a_secret_is_not_replayed(world) {
        let body = json!({ "name": "ci" });
        let first = send(&world, &world.live, "k", "/v1/api-keys", &body).await.ok(201);
        let second = send(&world, &world.live, "k", "/v1/api-keys", &body).await;
        assert_eq!(second.header("idempotent-replayed"), "true");
        let second = second.ok(201);
        assert_eq!((&second["secret"], &second["secretShownOnce"]), (&json!(null), &json!(true)));
        assert_eq!((&second["id"], &second["last4"]), (&first["id"], &first["last4"]));
        assert!(first["secret"].as_str().unwrap().starts_with("ak_live_"));
        assert_eq!(first.get("secretShownOnce"), None);
        let mut second = second;
        second["id"] = "[key id]".into();
        snapshot!("api-key-replayed", shape(second));
    }

    async fn nothing_is_kept_of_what_failed(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["fields"] = json!([]);
        issue(&world, "a", &body).await.fails(422, "VALIDATION_FAILED");
        let again = issue(&world, "a", &body).await;
        assert_eq!(again.header("idempotent-replayed"), "");
        again.fails(422, "VALIDATION_FAILED");
        issue(&world, "a", &request(&template)).await.ok(201);
        // Nor of a conflict: mended, the same request goes through.
        let mut taken = request(&template);
        taken["externalId"] = "A-1".into();
        let first = issue(&world, "b", &taken).await.ok(201);
        issue(&world, "c", &taken).await.fails(409, "CONFLICT");
        let path = format!("/v1/trust/issuances/{}/erase", first["id"].as_str().unwrap());
        world.post(&path, json!({ "reason": "x" })).await.ok(200);
        let second = issue(&world, "c", &taken).await;
        assert_eq!((second.status, second.header("idempotent-replayed")), (201, ""));
    }

    async fn a_key_belongs_to_its_tenant_mode_and_operation(world) {
        let other = world.tenant("Other School", "OTHER1").await;
        let body = json!({ "name": "x", "docType": "other" });
        for key in [&world.live, &world.test, &other] {
            let made = send(&world, key, "same", "/v1/trust/templates", &body).await;
            assert_eq!((made.status, made.header("idempotent-replayed")), (201, ""));
        }
        let template = world.template(&world.live).await;
        let (one, two) = (world.issue(&template).await, world.issue(&template).await);
        for issued in [one, two] {
            let path = format!("/v1/trust/issuances/{}/lifecycle", issued["id"].as_str().unwrap());
            let changed = send(&world, &world.live, "same", &path, &json!({ "action": "suspend" })).await;
            assert_eq!((changed.status, changed.header("idempotent-replayed")), (200, ""));
        }
        // Not to the API key that sent it.
        let second = world.post("/v1/api-keys", json!({ "name": "second" })).await.ok(201);
        let replayed = send(&world, second["secret"].as_str().unwrap(), "same", "/v1/trust/templates", &body).await;
        assert_eq!(replayed.header("idempotent-replayed"), "true");
    }

    async fn a_replay_tells_what_was_not_what_is(world) {
        let template = world.template(&world.live).await;
        let first = issue(&world, "a", &request(&template)).await.ok(201);
        world.change(&first["id"], "revoke").await.ok(200);
        let replayed = issue(&world, "a", &request(&template)).await.ok(201);
        assert_eq!(replayed, first);
        assert_eq!(replayed["status"], "Active");
    }

    async fn a_replay_survives_a_restart(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let first = issue(&world, "a", &request(&template)).await;
        world.stop().await;
        world.start(&[]).await.unwrap();
        let second = issue(&world, "a", &request(&template)).await;
        assert_eq!((second.header("idempotent-replayed"), &second.bytes), ("true", &first.bytes));
    }

    async fn a_key_is_kept_for_three_days(world) {
        let template = world.template(&world.live).await;
        let first = issue(&world, "a", &request(&template)).await.ok(201);
        world.wait(3 * DAY - 1);
        // What is old enough is thrown away every hour.
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        let kept = issue(&world, "a", &request(&template)).await;
        assert_eq!(kept.header("idempotent-replayed"), "true");
        world.wait(3_600_000 + 2);
        let began = std::time::Instant::now();
        loop {
            assert!(began.elapsed().as_secs() < 60, "it is thrown away");
            let answer = issue(&world, "a", &request(&template)).await;
            let replayed = answer.header("idempotent-replayed") == "true";
            let body = answer.ok(201);
            assert_eq!(replayed, body["id"] == first["id"]);
            if !replayed {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(count(&world).await, 2);
    }
}
