//! Placement templates: where a stamp goes, under both spellings; and which templates name one.

use serde_json::{Value, json};

use super::{pdf, placement, stamp, text, with};
use crate::shape::{column, shape};
use crate::world::Answer;

const PLACEMENTS: &str = "/v1/tcode/placement-templates";
const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";

on_both_engines! {
    async fn a_placement_is_made_with_every_member(world) {
        let body = json!({
            "name": "Top left", "pageNumber": 2, "x": 36.5, "y": 700, "size": 120, "margin": 24, "labelText": "Check me",
        });
        let answer = world.post(PLACEMENTS, body).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let made = answer.ok(201);
        snapshot!("placement-template", shape(made.clone()));
        let read = world.get(&format!("{PLACEMENTS}/{}", text(&made, "id"))).await;
        assert_eq!(read.header("etag"), "\"1\"");
        assert_eq!(read.ok(200), made);
        let least = world.post(PLACEMENTS, json!({ "name": "Corner" })).await.ok(201);
        snapshot!("placement-template-defaults", shape(least));
    }

    async fn both_spellings_are_one(world) {
        let place = |made: &Value| (made["pageNumber"].clone(), made["x"].clone(), made["y"].clone());
        for page in [json!(1), json!("first"), json!("last")] {
            let one = json!({ "name": "x", "pageNumber": page, "x": 10, "y": 20.25 });
            let two = json!({ "name": "x", "page": page, "positionX": 10, "positionY": 20.25 });
            let (one, two) = (world.post(PLACEMENTS, one).await.ok(201), world.post(PLACEMENTS, two).await.ok(201));
            assert_eq!(place(&one), (page, json!(10.0), json!(20.25)));
            assert_eq!(place(&two), place(&one));
        }
        let both = json!({ "name": "x", "pageNumber": 1, "page": 1, "x": 1, "positionX": 1, "y": 1, "positionY": 1 });
        let told = world.post(PLACEMENTS, both).await.fails(422, "VALIDATION_FAILED");
        snapshot!("422-placement-spelled-twice", shape(told));
    }

    async fn what_is_refused_and_under_which_path(world) {
        let mut told = serde_json::Map::new();
        for (path, value) in [
            ("name", json!(null)), ("name", json!(" ")), ("name", "x".repeat(201).into()),
            ("pageNumber", 0.into()), ("pageNumber", json!(-1)), ("pageNumber", json!(1.5)), ("pageNumber", "middle".into()),
            ("pageNumber", 1_000_001.into()), ("page", "First".into()), ("page", json!([1])),
            ("x", json!(-0.1)), ("x", 14_401.into()), ("x", "1".into()), ("positionX", json!(-1)), ("positionY", json!(true)),
            ("y", json!(-1)), ("size", json!(9.9)), ("size", 1_001.into()), ("margin", json!(-1)), ("margin", 1_001.into()),
            ("labelText", "x".repeat(201).into()), ("labelText", "a\u{7}b".into()), ("colour", "red".into()),
            ("version", 1.into()),
        ] {
            let mut body = json!({ "name": "Corner" });
            body[path] = value;
            let shown = body.to_string();
            let refused = world.post(PLACEMENTS, body).await.fails(422, "VALIDATION_FAILED");
            let message = refused["errors"][path][0].as_str().unwrap_or_else(|| panic!("{path} of {shown}: {refused:#}"));
            told.entry(path).or_insert(json!([])).as_array_mut().unwrap().push(message.into());
        }
        snapshot!("placement-template-rules", shape(told.into()));
        for body in [
            json!({ "name": "x".repeat(200), "page": 1_000_000, "x": 0, "y": 14_400, "size": 10, "margin": 0 }),
            json!({ "name": "x", "size": 1_000, "margin": 1_000, "labelText": "é".repeat(200) }),
        ] {
            world.post(PLACEMENTS, body).await.ok(201);
        }
    }

    async fn changed_copied_and_listed_in_pages(world) {
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three"] {
            world.wait(1);
            ids.push(placement(&world, json!({ "name": name, "x": 5 })).await);
        }
        let path = format!("{PLACEMENTS}/{}", ids[0]);
        let put = |tag: &'static str, body: Value| {
            let sent = world.request("PUT", &path).header("x-api-key", &world.live).header("if-match", tag);
            Answer::of(sent.json(&body))
        };
        let changed = put("\"1\"", json!({ "name": "First", "size": 100 })).await;
        assert_eq!(changed.header("etag"), "\"2\"");
        let changed = changed.ok(200);
        assert_eq!((&changed["x"], &changed["size"], &changed["version"]), (&json!(null), &json!(100.0), &json!(2)));
        put("\"1\"", json!({ "name": "First" })).await.fails(412, "PRECONDITION_FAILED");
        world.wait(1);
        let copy = world.post(&format!("{path}/duplicate"), json!({ "name": "Copy" })).await;
        assert_eq!(copy.header("etag"), "\"1\"");
        let copy = copy.ok(201);
        assert_eq!((&copy["name"], &copy["size"], &copy["version"]), (&json!("Copy"), &json!(100.0), &json!(1)));
        world.post(&format!("{path}/duplicate"), json!({})).await.fails(422, "VALIDATION_FAILED");
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("{PLACEMENTS}?limit=2&cursor={cursor}")).await.ok(200);
            names.extend(column(&page, "name"));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(names, ["Copy", "Three", "Two", "First"]);
        let found = world.get(&format!("{PLACEMENTS}?search=t")).await.ok(200);
        assert_eq!(column(&found, "name"), ["Three", "Two", "First"]);
        for query in ["limit=0", "limit=201", "isArchived=false"] {
            world.get(&format!("{PLACEMENTS}?{query}")).await.fails(422, "VALIDATION_FAILED");
        }
    }

    async fn a_template_of_issued_documents_names_one(world) {
        let (id, template) = (placement(&world, json!({ "name": "Corner" })).await, world.template(&world.live).await);
        let path = format!("/v1/trust/templates/{template}/placement-template");
        let put = |body: Value| world.with(&world.live, "PUT", &path, Some(body));
        for (member, body) in [
            ("placementTemplateId", json!({})), ("placementTemplateId", json!({ "placementTemplateId": NOBODYS })),
            ("placementTemplateId", json!({ "placementTemplateId": template })),
            ("placementTemplateId", json!({ "placementTemplateId": "x" })), ("name", json!({ "placementTemplateId": id, "name": "x" })),
        ] {
            let told = put(body).await.fails(422, "VALIDATION_FAILED");
            assert!(told["errors"][member][0].is_string(), "{told}");
        }
        let set = put(json!({ "placementTemplateId": id })).await.ok(200);
        assert_eq!((&set["placementTemplateId"], &set["version"]), (&json!(id), &json!(1)));
        assert_eq!(world.get(&format!("/v1/trust/templates/{template}")).await.ok(200), set);
        // It keeps the placement from being deleted, until it names it no more.
        let placed = path_of(&id);
        let delete = || world.with(&world.live, "DELETE", &placed, None);
        let told = delete().await.fails(409, "CONFLICT");
        snapshot!("409-placement-template-in-use", shape(told));
        assert_eq!(put(json!({ "placementTemplateId": null })).await.ok(200)["placementTemplateId"], json!(null));
        assert_eq!(delete().await.status, 204);
        world.get(&placed).await.fails(404, "NOT_FOUND");
        put(json!({ "placementTemplateId": id })).await.fails(422, "VALIDATION_FAILED");
        // Made with one, or copied with one.
        let id = placement(&world, json!({ "name": "Corner" })).await;
        let mut body = crate::world::template();
        body["placementTemplateId"] = json!(id);
        let made = world.post("/v1/trust/templates", body).await.ok(201);
        assert_eq!(made["placementTemplateId"], json!(id));
        let path = format!("/v1/trust/templates/{}/duplicate", text(&made, "id"));
        assert_eq!(world.post(&path, json!({ "name": "Copy" })).await.ok(201)["placementTemplateId"], json!(id));
    }

    async fn a_stamp_outlives_its_placement(world) {
        let id = placement(&world, json!({ "name": "Corner", "page": "first", "x": 40, "y": 500 })).await;
        let made = stamp(&world, with(json!({ "placementTemplateId": id }))).await.ok(201);
        assert_eq!(made["placementTemplateId"], json!(id));
        assert_eq!(world.with(&world.live, "DELETE", &path_of(&id), None).await.status, 204);
        assert_eq!(world.get(&crate::tcode::path(&made)).await.ok(200)["placementTemplateId"], json!(id));
        assert!(!pdf(&world, &made).await.is_empty());
        let told = stamp(&world, with(json!({ "placementTemplateId": id }))).await.fails(422, "VALIDATION_FAILED");
        assert!(told["errors"]["placementTemplateId"][0].is_string(), "{told}");
    }
}

fn path_of(id: &str) -> String {
    format!("{PLACEMENTS}/{id}")
}
