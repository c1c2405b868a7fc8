//! The server of `line.json`, which answers as a line or a server in trouble does.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{Step, repository};
use crate::{raw, tool};

/// A key in the form of one. It opens nothing.
pub(super) const KEY: &str = "ak_test_0123456789abNOBODYMAYSEETHISxxxxxxxxxxxx";

/// The server; it ends with this value.
pub(super) struct Line {
    child: Child,
    control: String,
    pub(super) ca: PathBuf,
    pub(super) urls: Vec<String>,
}

impl Line {
    /// `None` where there is no Node to run it.
    pub(super) fn start() -> Option<Self> {
        let mut command = Command::new("node");
        command.arg(repository("scenarios/server.mjs"));
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = match pipes.spawn() {
            Ok(child) => child,
            Err(error) => {
                tool::missing("node", "Node 20 or later", &error);
                return None;
            }
        };
        let mut line = String::new();
        let said = child.stdout.take().unwrap();
        BufReader::new(said).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let cases = told["cases"].as_array().unwrap();
        Some(Self {
            child,
            control: text(&told["control"]),
            ca: text(&told["ca"]).into(),
            urls: cases.iter().map(|case| text(&case["url"])).collect(),
        })
    }

    /// Forgets what a case has seen.
    pub(super) fn play(&self, index: usize) {
        let path = format!("/play/{index}");
        assert_eq!(raw::ask(&self.control, "GET", &path, &[], b"").status, 200);
    }

    /// Whether the server saw what the case says.
    #[track_caller]
    pub(super) fn saw(&self, index: usize, step: &Step) {
        let path = format!("/seen/{index}");
        let seen = raw::ask(&self.control, "GET", &path, &[], b"").json();
        let name = &step.name;
        let requests = seen["requests"].as_array().unwrap();
        assert_eq!(requests.len(), step.requests, "{name}: {requests:?}");
        assert_eq!(seen["strayed"], 0, "{name}");
        let header = |request: &Value, name: &str| {
            let value = &request["headers"][name];
            value.as_str().map(str::to_owned)
        };
        let one = |request: &Value| header(request, "idempotency-key");
        if step.one_key {
            let first = one(&requests[0]);
            assert!(first.is_some(), "{name}");
            assert!(requests.iter().all(|other| one(other) == first), "{name}");
        }
        let sent = |request: &Value| header(request, "x-api-key").as_deref() == Some(KEY);
        let was_seen = requests.iter().any(sent);
        assert_eq!(was_seen, step.key_seen.unwrap_or(true), "{name}");
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
