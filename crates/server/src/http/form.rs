//! Reads a JSON object member by member and collects everything that is wrong with it.
//!
//! A client that made three mistakes hears of all three at once; a member nobody asked for is a
//! mistake too, most often a typing error, and is answered with the nearest name.

use ananke_format::Instant;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::ops::error::{Error, FieldErrors};

/// Members nobody asked for that are told one by one; of more only the number is.
const UNKNOWN_TOLD: usize = 20;
/// Longest name of such a member that is told whole, in characters.
const NAME_TOLD: usize = 64;

/// Reads the whole body of a request.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read<T>(body: Value, read: impl FnOnce(&mut Form<'_>) -> T) -> Result<T, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body, &mut errors);
    let value = read(&mut form);
    form.finish();
    match errors.is_empty() {
        true => Ok(value),
        false => Err(Error::Invalid(errors)),
    }
}

/// The PDF of a member `pdf`.
pub fn decode_pdf(encoded: Option<Value>, form: &mut Form<'_>) -> Option<Bytes> {
    let encoded = encoded?;
    let bytes = encoded.as_str().and_then(|text| STANDARD.decode(text).ok());
    if bytes.is_none() {
        form.error(
            "pdf",
            "must be a PDF in base64, with padding and without line breaks",
        );
    }
    bytes.map(Bytes::from)
}

/// One JSON object being read.
pub struct Form<'e> {
    path: String,
    members: Map<String, Value>,
    /// Whether it is an object at all; of what is none, nothing else is said.
    is_object: bool,
    asked: Vec<&'static str>,
    errors: &'e mut FieldErrors,
}

impl<'e> Form<'e> {
    /// Starts on the body of a request. A body that is not an object is one error.
    pub fn new(body: Value, errors: &'e mut FieldErrors) -> Self {
        Self::at(String::new(), body, errors)
    }

    fn at(path: String, value: Value, errors: &'e mut FieldErrors) -> Self {
        let is_object = value.is_object();
        let members = match value {
            Value::Object(members) => members,
            other => {
                let name = if path.is_empty() { "body" } else { &path };
                push(
                    errors,
                    name,
                    format!("must be an object, not {}", kind(&other)),
                );
                Map::new()
            }
        };
        Self {
            path,
            members,
            is_object,
            asked: Vec::new(),
            errors,
        }
    }

    /// Notes an error of a member of this object.
    pub fn error(&mut self, name: &str, message: impl Into<String>) {
        if self.is_object {
            let path = self.path_of(name);
            push(self.errors, &path, message.into());
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Takes a member as it is; `null` is the same as absent.
    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.asked.push(name);
        self.members.remove(name).filter(|value| !value.is_null())
    }

    /// Whether a member stands there as `null`, which takes away where it is allowed.
    pub fn is_null(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_null)
    }

    /// A member that may also be `null`: `None` where it is left out, `Some(None)` where it takes away.
    pub fn nullable<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self, &'static str) -> Option<T>,
    ) -> Option<Option<T>> {
        let is_null = self.is_null(name);
        let value = read(self, name);
        match value {
            None if !is_null => None,
            value => Some(value),
        }
    }

    fn required<T>(&mut self, name: &str, value: Option<T>, had_errors: usize) -> Option<T> {
        if value.is_none() && self.errors.len() == had_errors {
            self.error(name, "is required");
        }
        value
    }

    /// A text of at most `max` characters, or absent. Blank is the same as absent.
    pub fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let value = self.take(name)?;
        let Value::String(text) = value else {
            self.error(name, format!("must be a text, not {}", kind(&value)));
            return None;
        };
        match check_text(&text, max) {
            Ok(()) => (!text.trim().is_empty()).then_some(text),
            Err(message) => {
                self.error(name, message);
                None
            }
        }
    }

    /// A text that must be there, of 1 to `max` characters. Empty after an error.
    pub fn required_text(&mut self, name: &'static str, max: usize) -> String {
        let before = self.errors.len();
        let value = self.text(name, max);
        self.required(name, value, before).unwrap_or_default()
    }

    /// A text that must be there and may be empty. `None` after an error.
    pub fn required_value(&mut self, name: &'static str, max: usize) -> Option<String> {
        let Some(value) = self.take(name) else {
            self.error(name, "is required");
            return None;
        };
        let Value::String(text) = value else {
            self.error(name, format!("must be a text, not {}", kind(&value)));
            return None;
        };
        if let Err(message) = check_text(&text, max) {
            self.error(name, message);
            return None;
        }
        Some(text)
    }

    /// `true` or `false`, or absent.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = self.take(name)?;
        if value.as_bool().is_none() {
            self.error(name, format!("must be true or false, not {}", kind(&value)));
        }
        value.as_bool()
    }

    /// A whole number in a range, or absent.
    pub fn integer(&mut self, name: &'static str, min: u32, max: u32) -> Option<u32> {
        let value = self.take(name)?;
        let number = value
            .as_u64()
            .or_else(|| value.as_f64().and_then(whole))
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| (min..=max).contains(n));
        if number.is_none() {
            self.error(name, format!("must be a whole number from {min} to {max}"));
        }
        number
    }

    /// A whole number in a range that must be there.
    pub fn required_integer(&mut self, name: &'static str, min: u32, max: u32) -> Option<u32> {
        let before = self.errors.len();
        let value = self.integer(name, min, max);
        self.required(name, value, before)
    }

    /// A number in a range, or absent.
    pub fn number(&mut self, name: &'static str, min: f64, max: f64) -> Option<f64> {
        let value = self.take(name)?;
        let number = value.as_f64().filter(|n| (min..=max).contains(n));
        if number.is_none() {
            self.error(name, format!("must be a number from {min} to {max}"));
        }
        number
    }

    /// An instant that must be there. `None` after an error.
    pub fn required_instant(&mut self, name: &'static str) -> Option<Instant> {
        let before = self.errors.len();
        let value = self.instant(name);
        self.required(name, value, before)
    }

    /// An instant, or absent.
    pub fn instant(&mut self, name: &'static str) -> Option<Instant> {
        let value = self.take(name)?;
        let timestamp = value
            .as_str()
            .and_then(|text| text.parse::<jiff::Timestamp>().ok());
        let instant = timestamp.and_then(|timestamp| Instant::from_timestamp(timestamp).ok());
        if instant.is_none() {
            self.error(name, "must be an instant, such as 2027-01-31T12:00:00Z");
        }
        instant
    }

    /// An id, or absent.
    pub fn id(&mut self, name: &'static str) -> Option<Uuid> {
        let value = self.take(name)?;
        let id = value.as_str().and_then(|text| Uuid::try_parse(text).ok());
        if id.is_none() {
            self.error(name, "must be an id (UUID)");
        }
        id
    }

    /// An id that must be there. Nil after an error.
    pub fn required_id(&mut self, name: &'static str) -> Uuid {
        let before = self.errors.len();
        let value = self.id(name);
        self.required(name, value, before).unwrap_or_default()
    }

    /// One of a closed list of words, or absent.
    pub fn word<T: DeserializeOwned>(&mut self, name: &'static str, allowed: &[&str]) -> Option<T> {
        let value = self.take(name)?;
        let word = value
            .as_str()
            .filter(|word| allowed.contains(word))
            .map(|word| Value::String(word.to_owned()));
        let parsed = word.and_then(|word| serde_json::from_value(word).ok());
        if parsed.is_none() {
            self.error(name, format!("must be one of {}", allowed.join(", ")));
        }
        parsed
    }

    /// One of a closed list of words that must be there.
    pub fn required_word<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        allowed: &[&str],
    ) -> Option<T> {
        let before = self.errors.len();
        let value = self.word(name, allowed);
        self.required(name, value, before)
    }

    /// A list of texts, or absent.
    pub fn texts(
        &mut self,
        name: &'static str,
        max_items: usize,
        max_chars: usize,
    ) -> Option<Vec<String>> {
        let items = self.items(name, max_items)?;
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Value::String(text) => match check_text(&text, max_chars) {
                    Ok(()) => texts.push(text),
                    Err(message) => self.error(&format!("{name}[{index}]"), message),
                },
                other => self.error(
                    &format!("{name}[{index}]"),
                    format!("must be a text, not {}", kind(&other)),
                ),
            }
        }
        Some(texts)
    }

    fn items(&mut self, name: &'static str, max: usize) -> Option<Vec<Value>> {
        match self.take(name)? {
            Value::Array(items) if items.len() <= max => Some(items),
            Value::Array(items) => {
                self.error(
                    name,
                    format!("has {} entries; at most {max} are allowed", items.len()),
                );
                None
            }
            other => {
                self.error(name, format!("must be a list, not {}", kind(&other)));
                None
            }
        }
    }

    /// A list of objects, each read by `read`, or absent.
    pub fn objects<T>(
        &mut self,
        name: &'static str,
        max: usize,
        mut read: impl FnMut(&mut Form<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(name, max)?;
        let path = self.path_of(name);
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let mut form = Form::at(format!("{path}[{index}]"), item, self.errors);
            values.extend(read(&mut form));
            form.finish();
        }
        Some(values)
    }

    /// A list of objects that must be there. Empty after an error.
    pub fn required_objects<T>(
        &mut self,
        name: &'static str,
        max: usize,
        read: impl FnMut(&mut Form<'_>) -> Option<T>,
    ) -> Vec<T> {
        let before = self.errors.len();
        let values = self.objects(name, max, read);
        self.required(name, values, before).unwrap_or_default()
    }

    /// An object, read by `read`, or absent.
    pub fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Form<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let path = self.path_of(name);
        let mut form = Form::at(path, value, self.errors);
        let value = read(&mut form);
        form.finish();
        value
    }

    /// Ends the object: members nobody asked for are errors.
    pub fn finish(mut self) {
        let unknown = std::mem::take(&mut self.members);
        if unknown.len() > UNKNOWN_TOLD {
            let surplus = format!(
                "has {} members that are not of this request; it takes {}",
                unknown.len(),
                self.asked.join(", ")
            );
            let name = if self.path.is_empty() {
                "body"
            } else {
                &self.path
            };
            push(self.errors, name, surplus);
            return;
        }
        for name in unknown.keys() {
            if name.chars().count() > NAME_TOLD {
                let begun: String = name.chars().take(NAME_TOLD).collect();
                self.error(&format!("{begun}…"), "is not a member of this request");
                continue;
            }
            let nearest = self
                .asked
                .iter()
                .map(|known| (strsim::damerau_levenshtein(name, known), *known))
                .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
                .min();
            let message = match nearest {
                Some((_, known)) => {
                    format!("is not a member of this request; did you mean `{known}`?")
                }
                None => format!(
                    "is not a member of this request; it takes {}",
                    self.asked.join(", ")
                ),
            };
            self.error(name, message);
        }
    }
}

fn check_text(text: &str, max: usize) -> Result<(), String> {
    let length = text.chars().count();
    if length > max {
        return Err(format!(
            "has {length} characters; at most {max} are allowed"
        ));
    }
    // Controls cannot be printed, and PostgreSQL cannot keep a NUL.
    match text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        Some(control) => Err(format!(
            "must not contain the control character U+{:04X}",
            u32::from(control)
        )),
        None => Ok(()),
    }
}

/// A number without a fraction is whole however it is written, `1.0` too (JSON Schema, `integer`).
fn whole(number: f64) -> Option<u64> {
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    is_whole.then_some(number as u64)
}

fn push(errors: &mut FieldErrors, path: &str, message: String) {
    errors.entry(path.to_owned()).or_default().push(message);
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let number = |text: &str| {
            let body = serde_json::from_str(text).unwrap();
            read(body, |form| form.integer("n", 0, 100)).ok().flatten()
        };
        for (text, expected) in [
            (r#"{"n": 7}"#, Some(7)),
            (r#"{"n": 7.0}"#, Some(7)),
            (r#"{"n": 1e2}"#, Some(100)),
            (r#"{"n": -0.0}"#, Some(0)),
            (r#"{"n": 7.5}"#, None),
            (r#"{"n": -1.0}"#, None),
            (r#"{"n": 101.0}"#, None),
            (r#"{"n": 1e30}"#, None),
            (r#"{"n": "7"}"#, None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
        assert!(read(json!([]), |_| ()).is_err());
    }
}
