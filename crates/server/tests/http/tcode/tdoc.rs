//! TDoc templates: made, read, changed under `If-Match`, put away, deleted.

use serde_json::{Value, json};

use super::{fields, stamp, tdoc, text, with};
use crate::shape::shape;
use crate::world::{Answer, World};

const TEMPLATES: &str = "/v1/tcode/templates";

async fn put(world: &World, id: &str, tag: Option<&str>, body: Value) -> Answer {
    let path = format!("{TEMPLATES}/{id}");
    let mut sent = world.request("PUT", &path).header("x-api-key", &world.live);
    if let Some(tag) = tag {
        sent = sent.header("if-match", tag);
    }
    Answer::of(sent.json(&body)).await
}

fn holder() -> Value {
    json!([{ "key": "holder", "value": "Ada Lovelace" }])
}

on_both_engines! {
    async fn a_tdoc_template_is_made_with_every_member(world) {
        let mut body = fields();
        body["publicFields"] = json!(["grade"]);
        body["isActive"] = false.into();
        let answer = world.post(TEMPLATES, body).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let made = answer.ok(201);
        snapshot!("tdoc-template", shape(made.clone()));
        let read = world.get(&format!("{TEMPLATES}/{}", text(&made, "id"))).await;
        assert_eq!(read.header("etag"), "\"1\"");
        assert_eq!(read.ok(200), made);
        let least = world.post(TEMPLATES, json!({ "name": "Bare" })).await.ok(201);
        snapshot!("tdoc-template-defaults", shape(least));
    }

    async fn the_list_is_flat_and_newest_first(world) {
        assert_eq!(world.get(TEMPLATES).await.ok(200), json!([]));
        let mut ids = Vec::new();
        for name in ["Degree", "degree of arts", "Licence"] {
            world.wait(1);
            ids.push(tdoc(&world, json!({ "name": name })).await);
        }
        // Neither those of issued documents nor placements are among them.
        world.template(&world.live).await;
        crate::tcode::placement(&world, json!({ "name": "Corner" })).await;
        put(&world, &ids[2], None, json!({ "name": "Licence", "isActive": false })).await.ok(200);
        world.post(&format!("{TEMPLATES}/{}/archive", ids[0]), json!({})).await.ok(200);
        for (query, names) in [
            ("", vec!["Licence", "degree of arts", "Degree"]), ("?search=DEGREE", vec!["degree of arts", "Degree"]),
            ("?isActive=false", vec!["Licence"]), ("?isArchived=true", vec!["Degree"]),
            ("?isArchived=false&isActive=true", vec!["degree of arts"]),
        ] {
            let list = world.get(&format!("{TEMPLATES}{query}")).await.ok(200);
            let found: Vec<&str> = list.as_array().unwrap().iter().map(|template| text(template, "name")).collect();
            assert_eq!(found, names, "{query}");
        }
        for query in ["?limit=1", "?isActive=yes", "?colour=red"] {
            world.get(&format!("{TEMPLATES}{query}")).await.fails(422, "VALIDATION_FAILED");
        }
        assert_eq!(world.get("/v1/trust/templates").await.ok(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn a_change_is_a_version_with_a_profile_of_its_own(world) {
        let first = world.post(TEMPLATES, fields()).await.ok(201);
        let id = text(&first, "id");
        world.wait(5000);
        let answer = put(&world, id, Some("\"1\""), json!({ "name": "Diploma" })).await;
        assert_eq!(answer.header("etag"), "\"2\"");
        let changed = answer.ok(200);
        assert_eq!((&changed["name"], &changed["version"], &changed["schema"]), (&json!("Diploma"), &json!(2), &json!([])));
        assert_ne!(changed["profileId"], first["profileId"]);
        assert_eq!((&changed["createdAt"], &changed["updatedAt"]), (&json!("2026-11-23T10:00:00.000Z"), &json!("2026-11-23T10:00:05.000Z")));
        for tag in ["\"1\"", "\"9\"", "W/\"2\"", "\"x\""] {
            let told = put(&world, id, Some(tag), fields()).await.fails(412, "PRECONDITION_FAILED");
            assert!(text(&told, "detail").contains('2'), "{told}");
        }
        put(&world, id, Some("2"), fields()).await.fails(400, "BAD_REQUEST");
        assert_eq!(put(&world, id, Some("*"), fields()).await.ok(200)["version"], 3);
        assert_eq!(put(&world, id, None, fields()).await.ok(200)["version"], 4);
        // What was read can be sent back.
        let mut again = world.get(&format!("{TEMPLATES}/{id}")).await.ok(200);
        for answered in ["id", "profileId", "isArchived", "version", "createdAt", "updatedAt"] {
            again.as_object_mut().unwrap().remove(answered);
        }
        put(&world, id, None, again).await.ok(200);
    }

    async fn a_stamp_keeps_the_version_it_was_made_from(world) {
        let id = tdoc(&world, fields()).await;
        let made = stamp(&world, with(json!({ "tdocTemplateId": id, "fields": holder() }))).await.ok(201);
        put(&world, &id, None, json!({ "name": "Other", "schema": [{ "key": "holder", "label": "Owner" }] })).await.ok(200);
        let next = stamp(&world, with(json!({ "tdocTemplateId": id, "fields": holder() }))).await.ok(201);
        for (stamp, version, label) in [(&made, 1, "Holder"), (&next, 2, "Owner")] {
            assert_eq!(stamp["tdocTemplateVersion"], version);
            assert_eq!(crate::tcode::by_reference(&world, stamp).await["fields"][0]["label"], label);
        }
    }

    async fn archived_nothing_is_made_from_it(world) {
        let id = tdoc(&world, fields()).await;
        let path = format!("{TEMPLATES}/{id}");
        let archived = world.post(&format!("{path}/archive"), json!({ "reason": "old" })).await.ok(200);
        assert_eq!((&archived["isArchived"], &archived["version"]), (&json!(true), &json!(1)));
        world.post(&format!("{path}/archive"), json!({})).await.fails(409, "CONFLICT");
        let body = with(json!({ "tdocTemplateId": id, "fields": holder() }));
        let told = stamp(&world, body.clone()).await.fails(422, "UNPROCESSABLE");
        assert!(text(&told, "detail").contains("archived"), "{told}");
        world.post(&format!("{path}/unarchive"), json!({ "reason": "x" })).await.fails(422, "VALIDATION_FAILED");
        let back = world.with(&world.live, "POST", &format!("{path}/unarchive"), None).await;
        assert_eq!(back.header("etag"), "\"1\"");
        assert_eq!(back.ok(200)["isArchived"], false);
        world.post(&format!("{path}/unarchive"), json!({})).await.fails(409, "CONFLICT");
        let off = json!({ "name": "Degree", "isActive": false, "schema": fields()["schema"] });
        put(&world, &id, None, off).await.ok(200);
        let told = stamp(&world, body.clone()).await.fails(422, "UNPROCESSABLE");
        assert!(text(&told, "detail").contains("not active"), "{told}");
        put(&world, &id, None, json!({ "name": "Degree", "isActive": true, "schema": fields()["schema"] })).await.ok(200);
        stamp(&world, body).await.ok(201);
    }

    async fn deleted_until_it_was_used(world) {
        let (unused, used) = (tdoc(&world, fields()).await, tdoc(&world, fields()).await);
        let path = format!("{TEMPLATES}/{unused}");
        let answer = world.with(&world.live, "DELETE", &path, None).await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0));
        world.get(&path).await.fails(404, "NOT_FOUND");
        world.with(&world.live, "DELETE", &path, None).await.fails(404, "NOT_FOUND");
        stamp(&world, with(json!({ "tdocTemplateId": used, "fields": holder() }))).await.ok(201);
        let told = world.with(&world.live, "DELETE", &format!("{TEMPLATES}/{used}"), None).await.fails(409, "CONFLICT");
        snapshot!("409-tdoc-template-in-use", shape(told));
        world.get(&format!("{TEMPLATES}/{used}")).await.ok(200);
    }

    async fn what_is_refused_and_under_which_path(world) {
        let field = |member: &str, value: Value| {
            let mut field = json!({ "key": "a", "label": "A" });
            field[member] = value;
            json!({ "name": "x", "schema": [field] })
        };
        let many: Vec<Value> = (0..61).map(|n| json!({ "key": format!("f{n}"), "label": "F" })).collect();
        for (path, body) in [
            ("name", json!({})), ("name", json!({ "name": " " })), ("name", json!({ "name": "x".repeat(201) })),
            ("schema", json!({ "name": "x", "schema": {} })), ("schema", json!({ "name": "x", "schema": many })),
            ("schema[0].key", field("key", "1".into())), ("schema[0].label", field("label", json!(null))),
            ("schema[0].type", field("type", "phone".into())), ("schema[0].maxLength", field("maxLength", 501.into())),
            ("schema[1].key", json!({ "name": "x", "schema": [{ "key": "a", "label": "A" }, { "key": "a", "label": "B" }] })),
            ("publicFields[0]", json!({ "name": "x", "publicFields": ["holder"] })),
            ("publicFields[1]", json!({ "name": "x", "schema": [{ "key": "a", "label": "A" }], "publicFields": ["a", "b"] })),
            ("publicFields", json!({ "name": "x", "publicFields": "a" })), ("isActive", json!({ "name": "x", "isActive": "no" })),
            ("docType", json!({ "name": "x", "docType": "certificate" })),
            ("profileId", json!({ "name": "x", "profileId": "01890000-0000-7000-8000-000000000000" })),
        ] {
            let told = world.post(TEMPLATES, body.clone()).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][path][0].is_string(), "{path} of {body}: {told:#}");
        }
        assert_eq!(world.get(TEMPLATES).await.ok(200), json!([]));
    }

    async fn kinds_do_not_know_each_other(world) {
        let (trust, tdoc) = (world.template(&world.live).await, tdoc(&world, fields()).await);
        let placement = crate::tcode::placement(&world, json!({ "name": "Corner" })).await;
        for (collection, foreign) in [
            ("tcode/templates", [&trust, &placement]), ("trust/templates", [&tdoc, &placement]),
            ("tcode/placement-templates", [&trust, &tdoc]),
        ] {
            for id in foreign {
                let path = format!("/v1/{collection}/{id}");
                world.get(&path).await.fails(404, "NOT_FOUND");
                world.with(&world.live, "DELETE", &path, None).await.fails(404, "NOT_FOUND");
                let body = match collection {
                    "trust/templates" => json!({ "name": "x", "docType": "other" }),
                    _ => json!({ "name": "x" }),
                };
                world.with(&world.live, "PUT", &path, Some(body)).await.fails(404, "NOT_FOUND");
            }
        }
        for path in ["csv-fields", "profile.xml"] {
            world.get(&format!("{TEMPLATES}/{trust}/{path}")).await.fails(404, "NOT_FOUND");
        }
        world.post(&format!("{TEMPLATES}/{trust}/archive"), json!({})).await.fails(404, "NOT_FOUND");
        let told = stamp(&world, with(json!({ "tdocTemplateId": trust, "placementTemplateId": tdoc }))).await;
        assert!(told.fails(422, "VALIDATION_FAILED")["errors"]["tdocTemplateId"][0].is_string());
        world.post("/v1/trust/issuances", crate::world::request(&tdoc)).await.fails(422, "VALIDATION_FAILED");
    }

    async fn columns_of_its_csv(world) {
        let id = tdoc(&world, fields()).await;
        let seen = world.get(&format!("{TEMPLATES}/{id}/csv-fields")).await.ok(200);
        snapshot!("tdoc-template-csv-fields", seen);
    }
}
