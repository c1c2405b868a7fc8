//! Pages, cursors and filters.

use serde_json::{Value, json};

use crate::shape::column;
use crate::world::{DAY, World, request};

async fn issue(world: &World, template: &str, name: &str) -> Value {
    world.wait(1000);
    let mut body = request(template);
    body["recipientName"] = name.into();
    world.post("/v1/trust/issuances", body).await.ok(201)
}

on_both_engines! {
    async fn limits(world) {
        let template = world.template(&world.live).await;
        for name in ["a", "b", "c"] {
            issue(&world, &template, name).await;
        }
        for list in ["/v1/trust/issuances", "/v1/trust/templates", "/v1/api-keys", "/v1/trust/verify/history"] {
            for limit in ["0", "201", "-1", "x", "1.5", "99999999999999999999"] {
                let told = world.get(&format!("{list}?limit={limit}")).await.fails(422, "VALIDATION_FAILED");
                assert!(told["errors"]["limit"][0].is_string(), "{list} {limit}");
            }
            for limit in ["1", "200"] {
                world.get(&format!("{list}?limit={limit}")).await.ok(200);
            }
        }
        let page = world.get("/v1/trust/issuances?limit=2").await.ok(200);
        assert_eq!(column(&page, "recipientName"), ["c", "b"], "newest first");
        let whole = world.get("/v1/trust/issuances?limit=3").await.ok(200);
        assert_eq!(whole["nextCursor"], json!(null), "exactly full is the last");
    }

    async fn fifty_without_a_limit(world) {
        let template = world.template(&world.live).await;
        for number in 0..51 {
            issue(&world, &template, &format!("{number}")).await;
        }
        let page = world.get("/v1/trust/issuances").await.ok(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 50);
        let next = page["nextCursor"].as_str().unwrap();
        let rest = world.get(&format!("/v1/trust/issuances?cursor={next}")).await.ok(200);
        assert_eq!((column(&rest, "recipientName"), &rest["nextCursor"]), (vec!["0".to_owned()], &json!(null)));
    }

    async fn pages_are_stable_while_more_is_issued(world) {
        let template = world.template(&world.live).await;
        for number in 0..7 {
            issue(&world, &template, &format!("old {number}")).await;
        }
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/v1/trust/issuances?limit=2{cursor}")).await.ok(200);
            names.extend(column(&page, "recipientName"));
            issue(&world, &template, "new").await;
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(names, (0..7).rev().map(|number| format!("old {number}")).collect::<Vec<_>>());
    }

    async fn a_filter_goes_on_behind_its_cursor(world) {
        let template = world.template(&world.live).await;
        for number in 0..6 {
            let issued = issue(&world, &template, &format!("{number}")).await;
            if number % 2 == 0 {
                world.change(&issued["id"], "suspend").await.ok(200);
            }
        }
        let first = world.get("/v1/trust/issuances?status=Suspended&limit=2").await.ok(200);
        let next = first["nextCursor"].as_str().unwrap();
        let rest = world.get(&format!("/v1/trust/issuances?status=Suspended&limit=2&cursor={next}")).await.ok(200);
        assert_eq!([column(&first, "recipientName"), column(&rest, "recipientName")].concat(), ["4", "2", "0"]);
    }

    async fn what_is_no_cursor(world) {
        for list in ["/v1/trust/issuances", "/v1/trust/templates", "/v1/api-keys", "/v1/trust/verify/history"] {
            for cursor in ["x", "%21", "AAAA", "01890000-0000-7000-8000-000000000000", "%00", "%F0%9F%92%A9"] {
                let told = world.get(&format!("{list}?cursor={cursor}")).await.fails(422, "VALIDATION_FAILED");
                assert!(told["errors"]["cursor"][0].is_string(), "{list} {cursor}: {told}");
            }
        }
    }

    async fn templates_and_keys_page_too(world) {
        for number in 0..5 {
            world.wait(1);
            world.post("/v1/trust/templates", json!({ "name": format!("{number}"), "docType": "other" })).await.ok(201);
            world.post("/v1/api-keys", json!({ "name": format!("{number}") })).await.ok(201);
        }
        for list in ["/v1/trust/templates", "/v1/api-keys"] {
            let (mut ids, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = world.get(&format!("{list}?limit=2{cursor}")).await.ok(200);
                assert!(page["items"].as_array().unwrap().len() <= 2);
                ids.extend(column(&page, "id"));
                match page["nextCursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let all = world.get(&format!("{list}?limit=200")).await.ok(200);
            assert_eq!(ids, column(&all, "id"), "{list}");
            assert!(ids.len() >= 5);
        }
    }

    async fn every_filter_of_documents(world) {
        let (one, two) = (world.template(&world.live).await, world.template(&world.live).await);
        let ada = issue(&world, &one, "Ada Lovelace").await;
        let mut body = request(&two);
        body["recipientName"] = "Grace HOPPER".into();
        body["recipientEmail"] = "Grace@Navy.example".into();
        body["externalId"] = "A-1".into();
        body["expiresAt"] = "2026-12-01T00:00:00Z".into();
        world.wait(DAY);
        let grace = world.post("/v1/trust/issuances", body).await.ok(201);
        let reference = ada["reference"].as_str().unwrap();
        let typed = reference.to_lowercase().replace("trf-", "TRF-%20");
        for (query, names) in [
            (format!("templateId={one}"), vec!["Ada Lovelace"]), (format!("templateId={two}"), vec!["Grace HOPPER"]),
            ("templateId=01890000-0000-7000-8000-000000000000".to_owned(), vec![]),
            ("externalId=A-1".to_owned(), vec!["Grace HOPPER"]), ("externalId=a-1".to_owned(), vec![]),
            ("recipient=love".to_owned(), vec!["Ada Lovelace"]), ("recipient=hopper".to_owned(), vec!["Grace HOPPER"]),
            ("recipient=navy.EXAMPLE".to_owned(), vec!["Grace HOPPER"]), ("recipient=%25".to_owned(), vec![]),
            ("recipient=A".to_owned(), vec!["Grace HOPPER", "Ada Lovelace"]),
            ("issuedAfter=2026-11-24T00:00:00Z".to_owned(), vec!["Grace HOPPER"]),
            ("issuedBefore=2026-11-24T00:00:00Z".to_owned(), vec!["Ada Lovelace"]),
            (format!("issuedAfter={}", ada["issuedAt"].as_str().unwrap()), vec!["Grace HOPPER", "Ada Lovelace"]),
            (format!("issuedBefore={}", ada["issuedAt"].as_str().unwrap()), vec![]),
            (format!("reference={reference}"), vec!["Ada Lovelace"]), (format!("reference={typed}"), vec!["Ada Lovelace"]),
            ("reference=TRF-ABCD1234".to_owned(), vec![]),
            ("status=Active".to_owned(), vec!["Grace HOPPER", "Ada Lovelace"]),
            (format!("status=Active&templateId={one}&recipient=ada"), vec!["Ada Lovelace"]),
        ] {
            let page = world.get(&format!("/v1/trust/issuances?{query}")).await.ok(200);
            assert_eq!(column(&page, "recipientName"), names, "{query}");
        }
        world.wait(30 * DAY);
        for (status, names) in [("Active", vec!["Ada Lovelace"]), ("Expired", vec!["Grace HOPPER"]), ("Revoked", vec![])] {
            let page = world.get(&format!("/v1/trust/issuances?status={status}")).await.ok(200);
            assert_eq!(column(&page, "recipientName"), names, "{status} by the clock");
        }
        world.change(&grace["id"], "suspend").await.fails(409, "CONFLICT");
        world.change(&ada["id"], "suspend").await.ok(200);
        let page = world.get("/v1/trust/issuances?status=Suspended").await.ok(200);
        assert_eq!(column(&page, "recipientName"), ["Ada Lovelace"]);
    }

    async fn an_empty_filter_filters_nothing_and_is_refused(world) {
        for name in ["limit", "status", "templateId", "issuedAfter", "issuedBefore"] {
            let told = world.get(&format!("/v1/trust/issuances?{name}=")).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][name][0].is_string(), "{told}");
        }
        world.get("/v1/trust/issuances?cursor=&recipient=&externalId=&reference=").await.ok(200);
        let question = json!({ "hash": "0".repeat(64), "issuerCode": " " });
        let told = world.ask("/v1/trust/verify/by-hash", question).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["issuerCode"][0].is_string(), "{told}");
    }
}
