//! Reads query parameters; one nobody asked for is an error, like a member of a body.

use std::collections::BTreeMap;

use ananke_format::Instant;
use ananke_format::api_key::ApiKeyId;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::ops::Error;
use crate::ops::error::FieldErrors;

const NO_CURSOR: &str = "is not a cursor of this list; take it from `nextCursor`";

/// Query parameters being read.
pub struct Params {
    given: BTreeMap<String, String>,
    asked: Vec<&'static str>,
    errors: FieldErrors,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|error| Error::Malformed(format!("the query cannot be read: {error}")))?;
        let mut errors = FieldErrors::new();
        let mut given = BTreeMap::new();
        for (name, value) in pairs {
            if value.contains('\0') {
                errors
                    .entry(name)
                    .or_default()
                    .push("must not contain a NUL".to_owned());
            } else if given.insert(name.clone(), value).is_some() {
                errors
                    .entry(name)
                    .or_default()
                    .push("stands twice".to_owned());
            }
        }
        Ok(Self {
            given,
            asked: Vec::new(),
            errors,
        })
    }
}

impl Params {
    /// A text, or absent.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.push(name);
        self.given.remove(name).filter(|value| !value.is_empty())
    }

    /// What is empty does not fit either: a program that means to filter and sends nothing would get everything.
    fn parsed<T>(
        &mut self,
        name: &'static str,
        rule: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(name);
        let text = self.given.remove(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.errors
                .entry(name.to_owned())
                .or_default()
                .push(rule.to_owned());
        }
        value
    }

    /// `true` or `false`, or absent.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.parsed(name, "must be true or false", |text| text.parse().ok())
    }

    /// An id, or absent.
    pub fn id(&mut self, name: &'static str) -> Option<Uuid> {
        self.parsed(name, "must be an id (UUID)", |text| {
            Uuid::try_parse(text).ok()
        })
    }

    /// An instant in microseconds, or absent.
    pub fn instant(&mut self, name: &'static str) -> Option<i64> {
        self.parsed(
            name,
            "must be an instant, such as 2026-01-31T12:00:00Z",
            |text| {
                let timestamp: jiff::Timestamp = text.parse().ok()?;
                Instant::from_timestamp(timestamp).ok()?;
                Some(timestamp.as_microsecond())
            },
        )
    }

    /// A day, or absent.
    pub fn date(&mut self, name: &'static str) -> Option<jiff::civil::Date> {
        self.parsed(name, "must be a day, such as 2026-01-31", |text| {
            text.parse().ok().filter(|_| text.len() == 10)
        })
    }

    /// One of a closed list of words, or absent.
    pub fn word<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &'static str,
        allowed: &[&str],
    ) -> Option<T> {
        self.parsed(
            name,
            &format!("must be one of {}", allowed.join(", ")),
            |text| {
                let word = allowed.contains(&text).then(|| text.to_owned())?;
                serde_json::from_value(serde_json::Value::String(word)).ok()
            },
        )
    }

    /// `limit`: 1 to 200, else 50.
    pub fn limit(&mut self) -> i64 {
        self.parsed("limit", "must be a whole number from 1 to 200", |text| {
            text.parse::<i64>()
                .ok()
                .filter(|limit| (1..=200).contains(limit))
        })
        .unwrap_or(50)
    }

    /// `limit` and `cursor`.
    pub fn page(&mut self) -> PageQuery {
        let limit = self.limit();
        let before = self.cursor(parse_cursor);
        PageQuery { limit, before }
    }

    /// The `cursor` of a list that goes by key id.
    pub fn key_cursor(&mut self) -> Option<String> {
        self.cursor(|text| ApiKeyId::parse(text).ok().map(|id| id.to_string()))
    }

    /// An empty cursor is the first page, so that a loop can begin with it.
    pub(super) fn cursor<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let parse = |text: &str| match text {
            "" => Some(None),
            text => parse(text).map(Some),
        };
        self.parsed("cursor", NO_CURSOR, parse).flatten()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that was wrong.
    pub fn finish(mut self) -> Result<(), Error> {
        for name in self.given.into_keys() {
            let message = format!(
                "is not a parameter of this address; it takes {}",
                self.asked.join(", ")
            );
            self.errors.entry(name).or_default().push(message);
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.errors))
        }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Copy)]
pub struct PageQuery {
    /// At most this many items.
    pub limit: i64,
    /// Only items older than this one.
    pub before: Option<Uuid>,
}

/// The cursor behind this item.
#[must_use]
pub fn cursor(last: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(last.as_bytes())
}

fn parse_cursor(text: &str) -> Option<Uuid> {
    Uuid::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
