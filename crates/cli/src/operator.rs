//! What only the operator of a server may do, on its own machine: no key, but the data directory.

use ananke_client::ApiError;
use ananke_server::config::Config;
use serde_json::Value;

use crate::exit::Failure;
use crate::settings::Settings;
use crate::verify::evidence::chain;

/// The operator of the server with these settings, running or not.
pub(crate) struct Operator(Config);

impl Operator {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failure> {
        let config = settings.checked()?;
        // Written at the first start. Without it a look would make a server, and lose its keys.
        if !config.data.dir.join("root.fingerprint").exists() {
            return Err(Failure::error(format!(
                "there is no server's data in {}; say with --data where it is, or make it with `ananke serve`",
                config.data.dir.display()
            )));
        }
        Ok(Self(config))
    }

    /// The settings.
    pub(crate) fn config(&self) -> &Config {
        &self.0
    }

    /// Reads something.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call("GET", path, None).await
    }

    /// Makes or does something.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, Failure> {
        self.call("POST", path, Some(body)).await
    }

    /// Changes something.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Result<Value, Failure> {
        self.call("PATCH", path, Some(body)).await
    }

    /// Puts something in its place.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Result<Value, Failure> {
        self.call("PUT", path, Some(body)).await
    }

    /// Deletes something.
    pub(crate) async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.call("DELETE", path, None).await
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let answer = Box::pin(ananke_server::operator::call(&self.0, method, path, body)).await;
        let (status, body) = answer.map_err(|error| Failure::error(chain(&error)))?;
        if (200..300).contains(&status) {
            Ok(body)
        } else {
            let faults = ApiError::from_body(status, &body).faults();
            Err(Failure::answer(status, faults.join("\n  ")))
        }
    }
}

/// A text member of an answer, empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The items of an answer that is a list.
pub(crate) fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        Value::Object(mut members) => match members.remove("items") {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A path segment of a name that came from the command line.
pub(crate) fn segment(name: &str) -> Result<&str, Failure> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if name.is_empty() || !name.bytes().all(is_plain) {
        return Err(Failure::usage(format!(
            "{name:?} is neither an issuer code nor an id"
        )));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_segment() {
        assert!(segment("ACME01").is_ok());
        for bad in ["", "a/b", "..", "a?b", "a b"] {
            assert!(segment(bad).is_err(), "{bad}");
        }
    }
}
