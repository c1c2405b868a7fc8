//! Answers without what differs from run to run, so that whole bodies can be compared.

use serde_json::Value;

use crate::world::Answer;

/// Compares a body with the snapshot of this name; both engines share it.
macro_rules! snapshot {
    ($name:expr, $value:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/http/snapshots"));
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!($name, $value));
    }};
}

/// A body with its ids, references, digests, signatures and the server's address replaced by words.
/// The clock stands still, so times stay.
pub(crate) fn shape(mut value: Value) -> Value {
    walk("", &mut value);
    value
}

fn walk(name: &str, value: &mut Value) {
    match value {
        Value::String(text) => {
            *text = match name {
                "requestId" => "[request id]".to_owned(),
                "traceId" => "[trace id]".to_owned(),
                "keyId" => "[key]".to_owned(),
                "secret" | "last4" | "prefix" | "certificateReference" | "certificateUrl" => {
                    format!("[{name}]")
                }
                "fingerprint" | "hash" | "contentHash" | "sha256" => format!("[{name}]"),
                "credential" | "statement" => "[jws]".to_owned(),
                "seal" => "[seal]".to_owned(),
                _ => plain(&addressless(text)),
            };
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(name, item)),
        Value::Object(members) => {
            for (name, member) in members {
                walk(name, member);
            }
        }
        _ => {}
    }
}

/// The text with the server's address, whatever its port, replaced: restarted, it listens on another.
fn addressless(text: &str) -> String {
    let mut parts = text.split("http://127.0.0.1:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("[url]");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// Words of the text that are a UUID, a reference or a key id, by their names.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        let (word, end) = match part.char_indices().next_back() {
            Some((at, c)) if !(c.is_ascii_alphanumeric() || c == '-') => part.split_at(at),
            _ => (part, ""),
        };
        let is_reference =
            word.len() == 17 && (word.starts_with("TRF-") || word.starts_with("TCR-"));
        let is_digest = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let is_key = word.len() == 12 && out.ends_with("key:");
        out.push_str(if uuid::Uuid::try_parse(word).is_ok() && word.len() == 36 {
            "[id]"
        } else if is_reference {
            "[reference]"
        } else if is_digest {
            "[digest]"
        } else if is_key {
            "[key]"
        } else {
            word
        });
        out.push_str(end);
    }
    out
}

/// Status, headers and body of an answer, byte for byte, but for the ids of the request.
pub(crate) fn bytes_but_ids(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "traceparent", "date"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let traceparent = answer.header("traceparent");
    let trace = traceparent.split('-').nth(1).unwrap();
    let body = answer
        .text()
        .replace(answer.header("x-request-id"), "[request id]")
        .replace(trace, "[trace id]");
    format!("{}\n{}\n\n{body}", answer.status, headers.join("\n"))
}

/// The texts of a member of every item of a page.
pub(crate) fn column(page: &Value, member: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item[member].as_str().unwrap().to_owned())
        .collect()
}
