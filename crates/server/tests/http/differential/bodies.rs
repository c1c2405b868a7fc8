//! Bodies and times, said well and said badly.

use serde_json::{Value, json};

use super::chance::Chance;

pub(super) const INSTANTS: &[&str] = &[
    "2026-11-23T10:00:00Z",
    "2026-11-24T00:00:00+01:00",
    "2026-12-01T00:00:00.123456Z",
    "2027-01-31T12:00:00Z",
    "2020-01-01T00:00:00Z",
    "9999-12-30T00:00:00Z",
    "2036-02-29T23:59:59.999Z",
    "2049-12-31",
    "2026-12-31",
    "2027-02-29",
    "soon",
];

pub(super) fn template(name: &str) -> Value {
    json!({
        "name": name,
        "docType": "certificate",
        "languages": ["en", "de"],
        "schema": [
            {"key": "degree", "label": "Degree", "required": true, "maxLength": 40},
            {"key": "grade", "label": "Grade", "type": "enum", "options": ["A", "B", "C"]},
        ],
    })
}

/// The same, now and then with a member gone, of another type, too long, unreadable, unknown, or no JSON at all.
pub(super) fn worsened(mut body: Value, chance: &mut Chance) -> String {
    if !chance.once_in(8) {
        return body.to_string();
    }
    let members: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
    let member = chance.one(&members).clone();
    match chance.below(8) {
        0 => drop(body.as_object_mut().unwrap().remove(&member)),
        1 => body[&member] = Value::Null,
        2 => body[&member] = json!(7),
        3 => body[&member] = "x".repeat(501).into(),
        4 => body[&member] = "a\u{1}b".into(),
        5 => body[&member] = json!([[]]),
        6 => body[format!("{member}s")] = json!(true),
        _ => return body.to_string().replacen(':', "", 1),
    }
    body.to_string()
}
