//! Templates: made, read, changed under `If-Match`, put away, copied, deleted.

use serde_json::{Value, json};

use crate::shape::{column, shape};
use crate::world::{Answer, World, request, template};

async fn named(world: &World, name: &str) -> Value {
    world.wait(1);
    world
        .post(
            "/v1/trust/templates",
            json!({ "name": name, "docType": "certificate" }),
        )
        .await
        .ok(201)
}

async fn put(world: &World, id: &str, body: Value) -> Value {
    world
        .with(
            &world.live,
            "PUT",
            &format!("/v1/trust/templates/{id}"),
            Some(body),
        )
        .await
        .ok(200)
}

async fn put_named(world: &World, path: &str, name: String) -> Value {
    let body = json!({ "name": name, "docType": "certificate" });
    world
        .with(&world.live, "PUT", path, Some(body))
        .await
        .ok(200)
}

on_both_engines! {
    async fn a_template_is_made_with_every_member(world) {
        let body = json!({
            "name": "Diploma", "docType": "credential", "languages": ["fr", "en"],
            "schema": [
                { "key": "degree", "label": "Degree", "required": true, "maxLength": 100, "help": "As on the form" },
                { "key": "grade", "label": "Grade", "type": "enum", "options": ["A", "B"] },
                { "key": "day", "label": "Day", "type": "date" },
            ],
            "validity": { "type": "Months", "value": 18 },
            "presentation": { "publicFields": [] },
            "placementTemplateId": null,
            "isActive": false,
        });
        let answer = world.post("/v1/trust/templates", body).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let made = answer.ok(201);
        snapshot!("template", shape(made.clone()));
        let path = format!("/v1/trust/templates/{}", made["id"].as_str().unwrap());
        let read = world.get(&path).await;
        assert_eq!(read.header("etag"), "\"1\"");
        assert_eq!(read.ok(200), made);
    }

    async fn a_template_needs_a_name_and_a_kind_only(world) {
        let made = named(&world, "Diploma").await;
        snapshot!("template-defaults", shape(made));
        for kind in ["certificate", "credential", "contract", "other"] {
            world.post("/v1/trust/templates", json!({ "name": kind, "docType": kind })).await.ok(201);
        }
    }

    async fn what_was_read_can_be_sent_back(world) {
        let made = named(&world, "Diploma").await;
        let mut body = made.clone();
        for answered in ["id", "isArchived", "version", "createdAt", "updatedAt"] {
            body.as_object_mut().unwrap().remove(answered);
        }
        let kept = put(&world, made["id"].as_str().unwrap(), body).await;
        assert_eq!((&kept["name"], &kept["version"]), (&made["name"], &json!(2)));
    }

    async fn a_change_makes_the_next_version(world) {
        let id = world.template(&world.live).await;
        world.wait(5000);
        let path = format!("/v1/trust/templates/{id}");
        let sent = world.request("PUT", &path).header("x-api-key", &world.live).header("if-match", "\"1\"")
            .json(&json!({ "name": "Degree", "docType": "other" }));
        let answer = Answer::of(sent).await;
        assert_eq!(answer.header("etag"), "\"2\"");
        let changed = answer.ok(200);
        assert_eq!((&changed["name"], &changed["docType"], &changed["schema"]), (&json!("Degree"), &json!("other"), &json!([])));
        assert_eq!((&changed["createdAt"], &changed["updatedAt"]), (&json!("2026-11-23T10:00:00.000Z"), &json!("2026-11-23T10:00:05.000Z")));
        assert_eq!(world.get(&path).await.ok(200), changed);
        let sent = world.request("PUT", &path).header("x-api-key", &world.live).header("if-match", "*").json(&template());
        assert_eq!(Answer::of(sent).await.ok(200)["version"], 3);
        assert_eq!(put(&world, &id, template()).await["version"], 4, "without If-Match");
    }

    async fn a_document_keeps_the_version_it_was_issued_from(world) {
        let id = world.template(&world.live).await;
        let first = world.issue(&id).await;
        put(&world, &id, json!({ "name": "Degree", "docType": "other", "presentation": { "publicFields": [] } })).await;
        let mut body = request(&id);
        body["fields"] = json!([]);
        let second = world.post("/v1/trust/issuances", body).await.ok(201);
        assert_eq!((&first["templateVersion"], &second["templateVersion"]), (&json!(1), &json!(2)));
        assert_eq!((&first["documentType"], &second["documentType"]), (&json!("certificate"), &json!("other")));
        assert_eq!((&first["documentTitle"], &second["documentTitle"]), (&json!("Diploma"), &json!("Degree")));
        let path = format!("/v1/trust/issuances/{}", first["id"].as_str().unwrap());
        assert_eq!(world.get(&path).await.ok(200)["templateVersion"], 1);
        // What the public sees is pinned too.
        assert_eq!(world.verify(first["reference"].as_str().unwrap()).await["recipientName"], "Ada Lovelace");
        assert_eq!(world.verify(second["reference"].as_str().unwrap()).await["recipientName"], json!(null));
    }

    async fn changes_without_a_version_all_come_through(world) {
        let template = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{template}");
        let change = |n: usize| put_named(&world, &path, format!("Diploma {n}"));
        let (one, two, three) = tokio::join!(change(1), change(2), change(3));
        let mut versions: Vec<u64> = [one, two, three].iter().map(|made| made["version"].as_u64().unwrap()).collect();
        versions.sort_unstable();
        assert_eq!(versions, [2, 3, 4]);
    }

    async fn archived_and_back(world) {
        let id = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{id}");
        let archived = world.post(&format!("{path}/archive"), json!({ "reason": "old" })).await.ok(200);
        assert_eq!((&archived["isArchived"], &archived["version"]), (&json!(true), &json!(1)));
        world.post(&format!("{path}/archive"), json!({})).await.fails(409, "CONFLICT");
        world.post("/v1/trust/issuances", request(&id)).await.fails(422, "UNPROCESSABLE");
        world.post(&format!("{path}/unarchive"), json!({ "reason": "x" })).await.fails(422, "VALIDATION_FAILED");
        let back = world.post(&format!("{path}/unarchive"), json!({})).await.ok(200);
        assert_eq!(back["isArchived"], false);
        world.post(&format!("{path}/unarchive"), json!({})).await.fails(409, "CONFLICT");
        // Both take no body at all.
        world.with(&world.live, "POST", &format!("{path}/archive"), None).await.ok(200);
        world.with(&world.live, "POST", &format!("{path}/unarchive"), None).await.ok(200);
        world.issue(&id).await;
    }

    async fn copied_under_another_name(world) {
        let id = world.template(&world.live).await;
        put(&world, &id, template()).await;
        let path = format!("/v1/trust/templates/{id}/duplicate");
        let answer = world.post(&path, json!({ "name": "Copy" })).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let copy = answer.ok(201);
        let original = world.get(&format!("/v1/trust/templates/{id}")).await.ok(200);
        assert_ne!(copy["id"], original["id"]);
        assert_eq!((&copy["name"], &copy["version"], &copy["schema"]), (&json!("Copy"), &json!(1), &original["schema"]));
        world.post(&path, json!({})).await.fails(422, "VALIDATION_FAILED");
        world.post(&path, json!({ "name": " " })).await.fails(422, "VALIDATION_FAILED");
    }

    async fn deleted_until_it_was_used(world) {
        let unused = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{unused}");
        let answer = world.with(&world.live, "DELETE", &path, None).await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0));
        world.get(&path).await.fails(404, "NOT_FOUND");
        world.with(&world.live, "DELETE", &path, None).await.fails(404, "NOT_FOUND");
        assert_eq!(world.get("/v1/trust/templates").await.ok(200)["items"], json!([]));
        let used = world.template(&world.live).await;
        world.issue(&used).await;
        let path = format!("/v1/trust/templates/{used}");
        world.with(&world.live, "DELETE", &path, None).await.fails(409, "CONFLICT");
        world.get(&path).await.ok(200);
    }

    async fn lists_search_and_filter(world) {
        for name in ["Diploma of Arts", "diploma of science", "100% attendance", "Ünïcode"] {
            named(&world, name).await;
        }
        let off = named(&world, "Licence").await;
        put(&world, off["id"].as_str().unwrap(), json!({ "name": "Licence", "docType": "other", "isActive": false })).await;
        let old = named(&world, "Badge").await;
        world.post(&format!("/v1/trust/templates/{}/archive", old["id"].as_str().unwrap()), json!({})).await.ok(200);
        for (query, names) in [
            ("", vec!["Badge", "Licence", "Ünïcode", "100% attendance", "diploma of science", "Diploma of Arts"]),
            ("search=DIPLOMA", vec!["diploma of science", "Diploma of Arts"]),
            ("search=%25", vec!["100% attendance"]),
            ("search=_", vec![]),
            ("search=%C3%BCn", vec!["Ünïcode"]),
            ("isActive=false", vec!["Licence"]),
            ("isArchived=true", vec!["Badge"]),
            ("isArchived=false&isActive=true&search=a", vec!["100% attendance", "diploma of science", "Diploma of Arts"]),
        ] {
            let page = world.get(&format!("/v1/trust/templates?{query}")).await.ok(200);
            assert_eq!(column(&page, "name"), names, "{query}");
        }
        for query in ["isActive=yes", "isArchived=1", "colour=red"] {
            world.get(&format!("/v1/trust/templates?{query}")).await.fails(422, "VALIDATION_FAILED");
        }
    }

    async fn columns_of_its_csv(world) {
        let id = world.template(&world.live).await;
        let columns = world.get(&format!("/v1/trust/templates/{id}/csv-fields")).await.ok(200);
        snapshot!("template-csv-fields", columns);
    }
}
