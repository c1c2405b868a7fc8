//! 404, 405, 409, 412, 422 and 500 of what is well-formed: what is there, and what it allows.

use std::io::{Read as _, Write as _};

use serde_json::json;

use crate::disk;
use crate::shape::shape;
use crate::world::{Answer, Engine, request, template};

on_both_engines! {
    async fn an_address_that_does_not_exist(world) {
        for path in ["/v1/trust/issuances/x/receipt", "/v1/nothing", "/v2/whoami", "/v1/trust/templates/", "/%00", "/v1/../v1/no"] {
            world.get(path).await.fails(404, "NOT_FOUND");
        }
        let refused = Answer::of(world.request("GET", "/v1/nothing")).await.fails(404, "NOT_FOUND");
        snapshot!("404", shape(refused));
    }

    async fn a_method_that_is_not_offered(world) {
        let answer = world.with(&world.live, "PATCH", "/v1/trust/templates", None).await;
        let allowed = answer.header("allow").to_owned();
        assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
        snapshot!("405", shape(answer.fails(405, "METHOD_NOT_ALLOWED")));
        for (method, path) in [("GET", "/v1/trust/verify/by-reference"), ("POST", "/v1/whoami"), ("DELETE", "/healthz")] {
            Answer::of(world.request(method, path)).await.fails(405, "METHOD_NOT_ALLOWED");
        }
    }

    async fn conflicts_say_what_stands_against_it(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["externalId"] = "A-1".into();
        let first = world.post("/v1/trust/issuances", body.clone()).await.ok(201);
        let refused = world.post("/v1/trust/issuances", body).await.fails(409, "CONFLICT");
        assert!(refused["detail"].as_str().unwrap().contains(first["reference"].as_str().unwrap()), "{refused}");
        snapshot!("409-external-id", shape(refused));
        let refused = world.change(&first["id"], "reinstate").await.fails(409, "CONFLICT");
        snapshot!("409-illegal-transition", shape(refused));
        let path = format!("/v1/trust/templates/{template}");
        let refused = world.with(&world.live, "DELETE", &path, None).await.fails(409, "CONFLICT");
        snapshot!("409-template-in-use", shape(refused));
    }

    async fn another_version_than_the_one_that_was_read(world) {
        let id = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{id}");
        let put = |tag: &str| world.request("PUT", &path).header("x-api-key", &world.live)
            .header("if-match", tag).json(&template());
        Answer::of(put("\"1\"")).await.ok(200);
        let refused = Answer::of(put("\"1\"")).await.fails(412, "PRECONDITION_FAILED");
        snapshot!("412", shape(refused));
        assert_eq!(world.get(&path).await.ok(200)["version"], 2);
    }

    async fn what_makes_no_sense_now(world) {
        let template = world.template(&world.live).await;
        let mut body = request(&template);
        body["fields"] = json!([{ "key": "degree", "value": "x" }, { "key": "degre", "value": "x" }]);
        let refused = world.post("/v1/trust/issuances", body).await.fails(422, "UNPROCESSABLE");
        snapshot!("422-field-not-in-schema", shape(refused));

        let send = |name: &str| world.request("POST", "/v1/trust/templates").header("x-api-key", &world.live)
            .header("idempotency-key", "once").json(&json!({ "name": name, "docType": "other" }));
        Answer::of(send("one")).await.ok(201);
        let refused = Answer::of(send("two")).await.fails(422, "UNPROCESSABLE");
        snapshot!("422-idempotency-key-reused", shape(refused));

        let path = format!("/v1/trust/templates/{template}");
        let mut inactive = crate::world::template();
        inactive["isActive"] = false.into();
        world.with(&world.live, "PUT", &path, Some(inactive)).await.ok(200);
        let refused = world.post("/v1/trust/issuances", request(&template)).await.fails(422, "UNPROCESSABLE");
        snapshot!("422-inactive-template", shape(refused));
        world.post(&format!("{path}/archive"), json!({})).await.ok(200);
        let refused = world.post("/v1/trust/issuances", request(&template)).await.fails(422, "UNPROCESSABLE");
        snapshot!("422-archived-template", shape(refused));
    }

    async fn a_record_edited_behind_the_servers_back_is_a_fault_of_ours(world) {
        let mut world = world;
        let template = world.template(&world.live).await;
        let issued = world.issue(&template).await;
        world.stop().await;
        disk::edit(&world, "Ada Lovelace", "Eve Lovelace");
        world.start(&[]).await.unwrap();
        let path = format!("/v1/trust/issuances/{}", issued["id"].as_str().unwrap());
        let sent = world.request("GET", &path).header("x-api-key", &world.live).send().await.unwrap();
        assert_eq!(sent.status(), 500, "on {:?}", world.engine);
        let (id, body) = (sent.headers()["x-request-id"].clone(), sent.json::<serde_json::Value>().await.unwrap());
        assert_eq!(body["requestId"], id.to_str().unwrap());
        snapshot!("500", shape(body));
        assert_eq!(world.verify(issued["reference"].as_str().unwrap()).await["verdict"], "invalid");
        assert!(matches!(world.engine, Engine::Sqlite | Engine::Postgres));
    }

    async fn a_request_that_never_ends_is_answered(world) {
        let mut world = world;
        world.stop().await;
        world.start(&[("server.request_timeout_seconds", "1")]).await.unwrap();
        let address = world.url.strip_prefix("http://").unwrap();
        let head = "POST /v1/trust/verify/by-reference HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                    content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        let address = address.to_owned();
        let talk = move || {
            let mut connection = std::net::TcpStream::connect(address).unwrap();
            connection.write_all(head.as_bytes()).unwrap();
            let mut answer = String::new();
            connection.read_to_string(&mut answer).unwrap();
            answer
        };
        let answer = tokio::task::spawn_blocking(talk).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 1"), "{head}");
        assert!(head.contains("x-request-id") && head.contains("application/problem+json"), "{head}");
        snapshot!("503-too-slow", shape(serde_json::from_str(body).unwrap()));
    }
}
