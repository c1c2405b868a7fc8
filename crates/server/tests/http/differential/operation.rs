//! One operation: what is sent, with names in the place of what is random.

use std::fmt;

use serde_json::Value;

/// What is sent besides method, path and headers.
#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    /// As JSON, with names in it.
    Text(String),
    /// As parts: a text of this name, a file.
    Parts(Option<(&'static str, String)>, Option<Vec<u8>>),
    /// To the operator's socket.
    Operator(Value),
    /// Nothing is sent: the clock moves.
    Clock(i64),
    /// The pages of a list whose order is random.
    AllKeys,
}

/// One operation, with names for what is random.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    /// It was sent before, with the same idempotency key.
    pub(super) repeats: bool,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {:?} {:?}",
            self.method,
            self.target(),
            self.headers,
            self.body
        )
    }
}

impl Operation {
    pub(super) fn new(method: &'static str, path: impl Into<String>, body: Body) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body,
            repeats: false,
        }
    }

    pub(super) fn operator(method: &'static str, path: &str, body: Value) -> Self {
        Self::new(method, path, Body::Operator(body))
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        let mut target = self.path.clone();
        for (number, (name, value)) in self.query.iter().enumerate() {
            target.push(if number == 0 { '?' } else { '&' });
            target += name;
            target.push('=');
            target += &encoded(value);
        }
        target
    }

    /// The history of verifications is written by whoever comes first, this question or the clock.
    pub(super) fn is_noted_later(&self) -> bool {
        self.path == "/v1/trust/verify/history"
    }
}

/// Percent-encoded, but for names.
fn encoded(text: &str) -> String {
    if text.starts_with('«') {
        return text.to_owned();
    }
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
