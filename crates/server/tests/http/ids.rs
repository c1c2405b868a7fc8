//! The ids of a request: in every answer, in every error, continued where the caller brings one.

use serde_json::Value;
use uuid::Uuid;

use crate::world::{Answer, World};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

async fn traced(world: &World, header: &str) -> String {
    let sent = world
        .request("GET", "/v1/nothing")
        .header("traceparent", header);
    Answer::of(sent).await.header("traceparent").to_owned()
}

on_both_engines! {
    async fn every_answer_carries_both(world) {
        // `Answer::of` asserts that they are there; here for the kinds no other test asks for.
        for (method, path) in [
            ("GET", "/"), ("GET", "/healthz"), ("GET", "/openapi.json"), ("GET", "/trust/live.jws"),
            ("GET", "/.well-known/security.txt"), ("OPTIONS", "/v1/trust/verify/by-hash"), ("GET", "/v1/whoami"),
            ("HEAD", "/v"), ("PATCH", "/v1/whoami"), ("GET", "/nothing"), ("GET", "/v?reference=x"),
        ] {
            let answer = Answer::of(world.request(method, path)).await;
            let id = Uuid::try_parse(answer.header("x-request-id")).unwrap();
            assert_eq!(id.get_version_num(), 7, "{method} {path}");
            let parts: Vec<&str> = answer.header("traceparent").split('-').collect();
            assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [2, 32, 16, 2], "{method} {path}");
        }
    }

    async fn no_two_answers_share_an_id(world) {
        let first = world.get("/v1/whoami").await;
        let second = world.get("/v1/whoami").await;
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
        assert_ne!(first.header("traceparent")[3..35], second.header("traceparent")[3..35]);
    }

    async fn ids_are_uuids_in_the_order_of_time(world) {
        let template = world.template(&world.live).await;
        let (one, two) = (world.issue(&template).await, world.issue(&template).await);
        let events = world.get(&format!("/v1/trust/issuances/{}/events", one["id"].as_str().unwrap())).await.ok(200);
        world.verify(one["reference"].as_str().unwrap()).await;
        let history = world.get("/v1/trust/verify/history").await.ok(200);
        let ids = [&Value::from(template), &one["id"], &two["id"], &events["items"][0]["id"], &history["items"][0]["id"]];
        for id in ids {
            assert_eq!(Uuid::try_parse(id.as_str().unwrap()).unwrap().get_version_num(), 7, "{id}");
        }
        assert!(one["id"].as_str() < two["id"].as_str(), "within a millisecond too");
    }

    async fn an_incoming_trace_is_continued_in_a_span_of_our_own(world) {
        for flags in ["00", "01"] {
            let answer = traced(&world, &format!("00-{TRACE}-{PARENT}-{flags}")).await;
            assert!(answer.starts_with(&format!("00-{TRACE}-")) && answer.ends_with(&format!("-{flags}")), "{answer}");
            assert!(!answer.contains(PARENT), "the span is ours");
        }
        // A later version may carry more.
        let answer = traced(&world, &format!("01-{TRACE}-{PARENT}-01-more")).await;
        assert!(answer.starts_with(&format!("00-{TRACE}-")), "{answer}");
    }

    async fn a_malformed_trace_is_replaced(world) {
        let (upper, zeros) = (TRACE.to_uppercase(), "0".repeat(32));
        for header in [
            String::new(), "nonsense".to_owned(), format!("00-{TRACE}-{PARENT}"), format!("00-{TRACE}-{PARENT}-01-more"),
            format!("ff-{TRACE}-{PARENT}-01"), format!("00-{upper}-{PARENT}-01"), format!("00-{zeros}-{PARENT}-01"),
            format!("00-{TRACE}-0000000000000000-01"), format!("00-{}-{PARENT}-01", &TRACE[1..]), format!("00-{TRACE}-{PARENT}-1"),
        ] {
            let answer = traced(&world, &header).await;
            assert!(!answer[3..35].eq_ignore_ascii_case(TRACE) && !answer.contains(&zeros), "{header} gave {answer}");
        }
    }

    async fn a_request_id_of_the_caller_is_not_taken_over(world) {
        let sent = world.request("GET", "/v1/nothing").header("x-request-id", "mine");
        let refused = Answer::of(sent).await.fails(404, "NOT_FOUND");
        assert_ne!(refused["requestId"], "mine");
    }

    async fn the_ids_of_the_request_stand_in_the_event_it_caused(world) {
        let template = world.template(&world.live).await;
        let sent = world.request("POST", "/v1/trust/issuances").header("x-api-key", &world.live)
            .header("traceparent", format!("00-{TRACE}-{PARENT}-01")).json(&crate::world::request(&template));
        let answer = Answer::of(sent).await;
        let request_id = answer.header("x-request-id").to_owned();
        let id = answer.ok(201)["id"].as_str().unwrap().to_owned();
        let events = world.get(&format!("/v1/trust/issuances/{id}/events")).await.ok(200);
        assert_eq!(events["items"][0]["requestId"], request_id);
        assert_eq!(events["items"][0]["traceId"], TRACE);
    }
}
