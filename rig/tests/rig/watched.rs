//! A server of which everything is kept: what it answered, what it wrote, and how processes were called meanwhile.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ananke_rig::http::{self, Answer};
use ananke_rig::server::{Process, wait};
use serde_json::Value;

use crate::planted::Planted;
use crate::{cluster, collector, program};

/// A server, and all that was heard of it.
pub(crate) struct Watched<'a> {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) planted: &'a Planted,
    pub(crate) database: Option<(&'static cluster::Cluster, String)>,
    pub(crate) variables: Vec<(String, String)>,
    /// What was asked, and what came back; of a command, its words.
    pub(crate) heard: Vec<(String, u16, Vec<u8>)>,
    pub(crate) address: SocketAddr,
    /// Where its metrics are.
    pub(crate) metrics: SocketAddr,
}

impl Watched<'_> {
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .args(arguments)
            .args(["--data", "data"])
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The server, at trace level, and traced: its log and its traces are files in the directory like all else.
    pub(crate) fn start(&mut self) -> Process {
        let _ = std::fs::remove_file(self.dir.path().join("ready.json"));
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.dir.path().join("log"))
            .unwrap();
        let mut command = self.command(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--ready-file",
            "ready.json",
        ]);
        let traces = collector::begin(&self.dir.path().join("traces"));
        let traces = format!("telemetry.otlp_endpoint=http://{traces}/v1/traces");
        command
            .args(["--set", "log.level=trace", "--set", &traces])
            .args(["--set", "telemetry.metrics_listen=127.0.0.1:0"])
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let mut process = Process::spawn(&mut command);
        (self.address, self.metrics) = wait("a server that is ready", || {
            assert!(
                process.ended().is_none(),
                "{}",
                std::fs::read_to_string(self.dir.path().join("log")).unwrap()
            );
            let text = std::fs::read_to_string(self.dir.path().join("ready.json")).ok()?;
            let ready: Value = serde_json::from_str(&text).ok()?;
            let address = |name: &str| {
                let url = ready[name].as_str()?.strip_prefix("http://")?;
                url.split('/').next()?.parse().ok()
            };
            Some((address("url")?, address("metricsUrl")?))
        });
        process
    }

    /// Has its metrics written down, and waits until all its traces are; gives the id of its last answer.
    pub(crate) fn measured(&self) -> String {
        let page = http::get(self.metrics, "/metrics", &[]).unwrap();
        assert_eq!(page.status, 200);
        std::fs::write(self.dir.path().join("metrics"), page.body).unwrap();
        let last = |(place, _, answer): &(String, u16, Vec<u8>)| {
            let text = String::from_utf8_lossy(answer).into_owned();
            let id = text
                .lines()
                .find_map(|line| line.strip_prefix("x-request-id: "));
            place
                .starts_with("answer")
                .then(|| id.unwrap().trim().to_owned())
        };
        let id = self.heard.iter().rev().find_map(last).unwrap();
        wait("the last trace", || {
            let traces = std::fs::read(self.dir.path().join("traces")).ok()?;
            String::from_utf8_lossy(&traces).contains(&id).then_some(())
        });
        id
    }

    pub(crate) fn words(&mut self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let words = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&words).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}");
        self.heard.push((
            format!("the words of {}", arguments[..2].join(" ")),
            0,
            words,
        ));
        text
    }

    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let answer = http::send(self.address, method, path, headers, body).unwrap();
        let bytes = [answer.headers.as_bytes(), &answer.body].concat();
        let place = path.split('?').next().unwrap();
        self.heard
            .push((format!("answer to {method} {place}"), answer.status, bytes));
        answer
    }

    pub(crate) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, b"")
    }

    pub(crate) fn delete(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("DELETE", path, headers, b"")
    }

    pub(crate) fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl std::fmt::Display,
    ) -> Answer {
        self.ask("POST", path, headers, body.to_string().as_bytes())
    }

    /// Every file the server or a command left, but for those where a secret belongs.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.dir.path(), self.dir.path(), &mut files);
        if let Some((cluster, url)) = &self.database {
            files.push((
                "the database as text".to_owned(),
                cluster.dump(url).into_bytes(),
            ));
            // Where statements that fail are written down, by PostgreSQL itself.
            let log = std::fs::read(socket(url).join("log"));
            files.push(("log of postgresql".to_owned(), log.unwrap()));
        }
        files
    }

    /// Every file of the cluster: its write-ahead log, pages that were freed.
    pub(crate) fn cluster(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        if let Some((_, url)) = &self.database {
            let data = socket(url).join("data");
            collect(&data, &data, &mut files);
        }
        files
    }
}

/// The directory of a cluster, where its socket is.
fn socket(url: &str) -> PathBuf {
    let escaped = url.split(['@', '/']).find(|part| part.starts_with("%2F"));
    PathBuf::from(escaped.unwrap().replace("%2F", "/"))
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(bytes) = std::fs::read(&path) {
            files.push((
                path.strip_prefix(root).unwrap().display().to_string(),
                bytes,
            ));
        }
    }
}

/// Command lines of all processes, looked at again and again until this is stopped.
pub(crate) struct Listed {
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<BTreeSet<Vec<u8>>>>,
    looking: std::thread::JoinHandle<()>,
}

impl Listed {
    pub(crate) fn begin() -> Self {
        let (stop, seen) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(Mutex::new(BTreeSet::new())),
        );
        let (stopped, lines) = (Arc::clone(&stop), Arc::clone(&seen));
        let looking = std::thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                for entry in std::fs::read_dir("/proc").unwrap().flatten() {
                    // A process may be gone by now, and many things there are none.
                    if let Ok(line) = std::fs::read(entry.path().join("cmdline")) {
                        lines.lock().unwrap().insert(line);
                    }
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Self {
            stop,
            seen,
            looking,
        }
    }

    /// How many there were, and all of them.
    pub(crate) fn end(self) -> (usize, Vec<u8>) {
        self.stop.store(true, Ordering::SeqCst);
        self.looking.join().unwrap();
        let seen = self.seen.lock().unwrap();
        (seen.len(), seen.iter().flatten().copied().collect())
    }
}
