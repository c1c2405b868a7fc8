//! Every rule of a template's body.

use serde_json::{Value, json};

use crate::shape::shape;

fn with(member: &str, value: Value) -> Value {
    let mut body = json!({ "name": "Diploma", "docType": "certificate" });
    body[member] = value;
    body
}

fn field(member: &str, value: Value) -> Value {
    let mut field = json!({ "key": "degree", "label": "Degree" });
    field[member] = value;
    with("schema", json!([field]))
}

fn enumeration(options: Value) -> Value {
    with(
        "schema",
        json!([{ "key": "grade", "label": "Grade", "type": "enum", "options": options }]),
    )
}

fn fields(count: usize) -> Value {
    let fields: Vec<Value> = (0..count)
        .map(|n| json!({ "key": format!("f{n}"), "label": "F" }))
        .collect();
    with("schema", fields.into())
}

on_both_engines! {
    async fn what_is_refused_and_under_which_path(world) {
        let rows = vec![
            ("name", with("name", json!(null))), ("name", with("name", "  ".into())), ("name", with("name", 7.into())),
            ("name", with("name", "x".repeat(201).into())), ("name", with("name", "a\u{0}b".into())),
            ("name", with("name", "a\u{7}b".into())),
            ("docType", with("docType", "Certificate".into())), ("docType", with("docType", json!(null))),
            ("languages", with("languages", "en".into())), ("languages[1]", with("languages", json!(["en", "xx"]))),
            ("languages[0]", with("languages", json!([1]))),
            ("languages", with("languages", vec!["en"; 25].into())),
            ("schema", with("schema", json!({}))), ("schema[0]", with("schema", json!(["x"]))), ("schema", fields(61)),
            ("schema[0].key", field("key", json!(null))), ("schema[0].key", field("key", "1st".into())),
            ("schema[0].key", field("key", "a b".into())), ("schema[0].key", field("key", "é".into())),
            ("schema[0].key", field("key", "k".repeat(65).into())),
            ("schema[0].label", field("label", json!(null))), ("schema[0].label", field("label", "x".repeat(101).into())),
            ("schema[0].required", field("required", "yes".into())), ("schema[0].type", field("type", "phone".into())),
            ("schema[0].maxLength", field("maxLength", 0.into())), ("schema[0].maxLength", field("maxLength", 501.into())),
            ("schema[0].maxLength", field("maxLength", json!(1.5))), ("schema[0].help", field("help", "x".repeat(501).into())),
            ("schema[0].options", field("options", json!(["A"]))), ("schema[0].lable", field("lable", "x".into())),
            ("schema[0].options", enumeration(json!(null))), ("schema[0].options", enumeration(json!([]))),
            ("schema[0].options[1]", enumeration(json!(["A", 2]))),
            ("schema[0].options", enumeration(vec!["A"; 101].into())),
            ("schema[1].key", with("schema", json!([{ "key": "a", "label": "A" }, { "key": "a", "label": "B" }]))),
            ("validity", with("validity", "1 year".into())), ("validity.type", with("validity", json!({ "value": 1 }))),
            ("validity.type", with("validity", json!({ "type": "Weeks", "value": 1 }))),
            ("validity.value", with("validity", json!({ "type": "Days" }))),
            ("validity.value", with("validity", json!({ "type": "Days", "value": 0 }))),
            ("validity.value", with("validity", json!({ "type": "Days", "value": 36_501 }))),
            ("validity.unit", with("validity", json!({ "type": "Days", "value": 1, "unit": "x" }))),
            ("presentation", with("presentation", 1.into())),
            ("presentation.publicFields[0]", with("presentation", json!({ "publicFields": ["recipientEmail"] }))),
            ("presentation.colour", with("presentation", json!({ "colour": "red" }))),
            ("placementTemplateId", with("placementTemplateId", "01890000-0000-7000-8000-000000000000".into())),
            ("isActive", with("isActive", 1.into())), ("version", with("version", 1.into())),
        ];
        let mut told = serde_json::Map::new();
        for (path, body) in rows {
            let shown = body.to_string();
            let refused = world.post("/v1/trust/templates", body).await.fails(422, "VALIDATION_FAILED");
            let message = refused["errors"][path][0].as_str().unwrap_or_else(|| panic!("{path} of {shown}: {refused:#}"));
            assert_eq!(refused["errors"].as_object().unwrap().len(), 1, "{refused:#}");
            told.entry(path).or_insert(json!([])).as_array_mut().unwrap().push(message.into());
        }
        snapshot!("template-rules", shape(told.into()));
    }

    async fn what_is_just_allowed(world) {
        for body in [
            with("name", "x".repeat(200).into()), with("name", "é".repeat(200).into()), fields(60), fields(0),
            field("key", "k".repeat(64).into()), field("key", "a_b-2".into()), field("label", "x".repeat(100).into()),
            field("maxLength", 500.into()), field("maxLength", 1.into()), field("help", "x".repeat(500).into()),
            enumeration(json!(["A"])), with("validity", json!({ "type": "Years", "value": 36_500 })),
            with("validity", json!(null)), with("languages", json!([])), with("languages", json!(["en", "uk"])),
            with("presentation", json!({})), with("presentation", json!({ "publicFields": ["recipientName"] })),
        ] {
            let shown = body.to_string();
            let answer = world.post("/v1/trust/templates", body).await;
            assert_eq!(answer.status, 201, "{shown}: {}", answer.text());
        }
    }

    async fn several_rules_at_once(world) {
        let body = json!({ "docType": "x", "schema": [{ "key": "1", "type": "enum" }], "validity": {}, "nmae": "Diploma" });
        let refused = world.post("/v1/trust/templates", body).await.fails(422, "VALIDATION_FAILED");
        snapshot!("template-several", shape(refused));
    }

    async fn the_same_rules_for_a_change(world) {
        let id = world.template(&world.live).await;
        let path = format!("/v1/trust/templates/{id}");
        let refused = world.with(&world.live, "PUT", &path, Some(json!({ "docType": "other" }))).await;
        assert!(refused.fails(422, "VALIDATION_FAILED")["errors"]["name"][0].is_string());
        assert_eq!(world.get(&path).await.ok(200)["version"], 1);
    }
}
