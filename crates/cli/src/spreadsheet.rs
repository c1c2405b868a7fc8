//! Data as CSV: a row per thing, a column per member of its JSON. Texts of a list are joined, what is nested otherwise stands
//! in its cell as JSON.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exit::Failure;

/// Things as CSV, a line with the names of the columns first.
pub(crate) fn text<T: Serialize>(things: &[T]) -> Result<String, Failure> {
    let failed = |error: &dyn fmt::Display| Failure::error(error.to_string());
    let mut rows = Vec::new();
    for thing in things {
        let json = serde_json::to_string(thing).map_err(|error| failed(&error))?;
        let row = match json.starts_with('{') {
            true => serde_json::from_str::<Members>(&json).map(|members| members.0),
            false => serde_json::from_str(&json).map(|value| vec![("value".to_owned(), value)]),
        };
        rows.push(row.map_err(|error| failed(&error))?);
    }
    let mut columns: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    if columns.is_empty() {
        return Ok(String::new());
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(&columns)
        .map_err(|error| failed(&error))?;
    for row in &rows {
        let cells = columns.iter().map(|column| {
            let member = row.iter().find(|(name, _)| name == column);
            member.map_or_else(String::new, |(_, value)| cell(value))
        });
        writer.write_record(cells).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            harmless(&texts.join("; "))
        }
        other => other.to_string(),
    }
}

/// A spreadsheet runs a text that begins like a formula, and such a text may be anybody's: an apostrophe before it makes
/// it a text again.
fn harmless(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// The members of an object in their order, which a map would lose.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    struct Thing {
        name: &'static str,
        count: i64,
        at: Option<&'static str>,
        fields: Value,
    }

    #[test]
    fn a_column_for_each_member_in_its_order() {
        let things = [
            Thing {
                name: "Zoë, \"Å\"",
                count: -1,
                at: None,
                fields: json!([{"key": "a"}]),
            },
            Thing {
                name: "two\nlines",
                count: 2,
                at: Some("now"),
                fields: json!(["a", "b"]),
            },
        ];
        assert_eq!(
            text(&things).unwrap(),
            "name,count,at,fields\n\"Zoë, \"\"Å\"\"\",-1,,\"[{\"\"key\"\":\"\"a\"\"}]\"\n\"two\nlines\",2,now,a; b\n"
        );
        let partly = [json!({"a": 1}), json!({"b": true, "a": 2})];
        assert_eq!(text(&partly).unwrap(), "a,b\n1,\n2,true\n");
        assert_eq!(text::<Thing>(&[]).unwrap(), "");
        assert_eq!(text(&["x"]).unwrap(), "value\nx\n");
        let odd = [json!(1), json!(null), json!(["a", "b"]), json!([1])];
        assert_eq!(text(&odd).unwrap(), "value\n1\n\"\"\na; b\n[1]\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (name, wanted) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("@SUM", "'@SUM"),
            ("\t=1", "'\t=1"),
            ("a=1", "a=1"),
        ] {
            let csv = text(&[json!({ "name": name })]).unwrap();
            assert_eq!(csv, format!("name\n{wanted}\n"));
        }
    }
}
