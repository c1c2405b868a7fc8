//! Base64 with one spelling per value, and JSON in which no name stands twice.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Base64url without padding (RFC 7515, section 2).
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url; padding, line breaks and bits left over are refused, so a value has one spelling.
pub(crate) fn from_base64url(text: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Base64 with padding, as `x5c` has it (RFC 7515, section 4.1.6).
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads padded base64 in its one spelling.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Why bytes are not the JSON asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonError {
    /// Not JSON, or more than one value.
    #[error("not one JSON value")]
    Malformed,
    /// An object names a member twice, at whatever depth.
    #[error("an object names a member twice")]
    DuplicateMember,
}

/// What a refused duplicate says inside serde's error, to be told from a syntax error outside.
const DUPLICATE: &str = "ananke: duplicate member";

/// Reads one JSON value; a member named twice in one object is refused at any depth (RFC 8259,
/// section 4, leaves its meaning open, so two readers could see two documents).
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Value, JsonError> {
    serde_json::from_slice::<Strict>(bytes)
        .map(|strict| strict.0)
        .map_err(|error| {
            if error.to_string().starts_with(DUPLICATE) {
                JsonError::DuplicateMember
            } else {
                JsonError::Malformed
            }
        })
}

/// Reads a JSON value into `T`.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, JsonError> {
    serde_json::from_value(value).map_err(|_| JsonError::Malformed)
}

struct Strict(Value);

impl<'de> serde::Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Strict(value) = members.next_value()?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64url_has_one_spelling() {
        assert_eq!(from_base64url(b"AA"), Some(vec![0]));
        for bad in ["AB", "AA==", "AA=", "A", "A A", "AA\n", "+/+/"] {
            assert_eq!(from_base64url(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(from_base64("AA=="), Some(vec![0]));
        for bad in ["AB==", "AA", "A A=", "-_-_"] {
            assert_eq!(from_base64(bad), None, "{bad}");
        }
    }

    #[test]
    fn duplicates_are_found_at_any_depth_and_through_escapes() {
        for twice in [
            r#"{"a":1,"a":1}"#,
            r#"{"x":[{"y":{"a":1,"b":2,"a":3}}]}"#,
            r#"{"a":1,"\u0061":2}"#,
        ] {
            assert_eq!(
                parse_json(twice.as_bytes()),
                Err(JsonError::DuplicateMember),
                "{twice}"
            );
        }
        for bad in [
            "",
            "{",
            "{} {}",
            "{\"a\":1,}",
            "nul",
            "\"\\ud800\"",
            "\u{feff}{}",
            "'a'",
        ] {
            assert_eq!(
                parse_json(bad.as_bytes()),
                Err(JsonError::Malformed),
                "{bad}"
            );
        }
        let deep = "[".repeat(1000);
        assert_eq!(parse_json(deep.as_bytes()), Err(JsonError::Malformed));
        assert!(parse_json(br#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#).is_ok());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_json(&bytes);
            let _ = from_base64url(&bytes);
        }
    }
}
