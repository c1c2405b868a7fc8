//! The scenarios that every client of Ananke plays alike (`scenarios/` of the repository), by the Rust SDK and by the command line.

mod by_command;
mod by_sdk;
mod server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// A step of a life, or a case of a line in trouble.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Step {
    name: String,
    key: Option<String>,
    call: String,
    #[serde(default, rename = "with")]
    given: Vec<Value>,
    cli: Vec<String>,
    stdin: Option<Value>,
    #[serde(default)]
    expect: BTreeMap<String, Value>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
    keep_bytes: Option<String>,
    fails: Option<Failed>,
    #[serde(default)]
    exit: i32,
    // Of a case.
    #[serde(default, rename = "tls")]
    _tls: Option<String>,
    #[serde(default, rename = "answers")]
    _answers: Vec<Value>,
    timeout_ms: Option<u64>,
    max_retries: Option<u32>,
    #[serde(default)]
    requests: usize,
    #[serde(default)]
    one_key: bool,
    key_seen: Option<bool>,
    #[serde(default)]
    least_ms: u64,
}

/// How a step failed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Failed {
    kind: String,
    status: Option<u16>,
    code: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
}

/// What came of a step: an answer, a file among them as its bytes.
enum Came {
    Answer(Value),
    Bytes(Vec<u8>),
}

fn repository(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(path)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Life { steps: Vec<Step> },
    Line { cases: Vec<Step> },
}

fn read(name: &str) -> Vec<Step> {
    let text = std::fs::read_to_string(repository("scenarios").join(name)).unwrap();
    match serde_json::from_str(&text).unwrap() {
        File::Life { steps } => steps,
        File::Line { cases } => cases,
    }
}

/// What earlier steps kept.
#[derive(Default)]
struct Kept {
    texts: BTreeMap<String, String>,
    bytes: BTreeMap<String, Vec<u8>>,
}

impl Kept {
    /// A text with what was kept in the place of its name.
    fn text(&self, text: &str) -> String {
        let names = self.texts.iter();
        names.fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// The same for every text of a value.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let filled = |(name, item): (&String, &Value)| (name.clone(), self.value(item));
                Value::Object(members.iter().map(filled).collect())
            }
            other => other.clone(),
        }
    }

    /// The file that an argument names.
    fn file(&self, argument: &Value) -> Vec<u8> {
        if let Some(path) = argument.get("$file").and_then(Value::as_str) {
            return std::fs::read(repository(path)).unwrap();
        }
        let mut bytes = self.bytes[argument["$bytes"].as_str().unwrap()].clone();
        if let Some(at) = argument.get("flip").and_then(Value::as_u64) {
            bytes[usize::try_from(at).unwrap()] ^= 1;
        }
        bytes
    }

    fn keep(&mut self, step: &Step, came: Came) {
        match came {
            Came::Answer(answer) => {
                for (name, path) in &step.keep {
                    let found = member(&answer, path).as_str().unwrap();
                    self.texts.insert(name.clone(), found.to_owned());
                }
            }
            Came::Bytes(bytes) => {
                let name = step.keep_bytes.clone().unwrap();
                self.bytes.insert(name, bytes);
            }
        }
    }
}

/// A member by its path, such as `items.0.reference`; null where there is none.
fn member<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |of, name| match name.parse() {
        Ok(at) if of.is_array() => of.get::<usize>(at).unwrap_or(&Value::Null),
        _ => of.get(name).unwrap_or(&Value::Null),
    })
}

/// Whether an answer is what the step says.
#[track_caller]
fn as_expected(step: &Step, came: &Came, kept: &Kept) {
    let nothing = Value::Null;
    let answer = match came {
        Came::Answer(answer) => answer,
        Came::Bytes(_) => &nothing,
    };
    for (path, wanted) in &step.expect {
        let found = member(answer, path);
        match wanted.as_str() {
            Some("*") => assert!(!found.is_null(), "{}: {path} of {answer}", step.name),
            _ => assert_eq!(found, &kept.value(wanted), "{}: {path}", step.name),
        }
    }
}
