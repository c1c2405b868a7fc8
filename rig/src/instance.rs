//! An instance: a directory with its data, the keys its first start gave out, and every server that runs on it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::http;
use crate::server::{Process, Server, wait};

/// An instance.
#[derive(Debug)]
pub struct Instance {
    dir: tempfile::TempDir,
    /// The rig's own files, whatever happens to the disk of the instance.
    notes: tempfile::TempDir,
    program: PathBuf,
    database: Option<String>,
    public_url: String,
    /// Sees and makes live documents.
    pub key: String,
    /// Its first tenant.
    pub issuer: String,
    /// What is issued from.
    pub template: String,
    /// The fingerprint of its root, as it was when the instance was new.
    pub root: String,
}

impl Instance {
    /// Starts for the first time, makes a template, and stops. Without a database it is `SQLite`.
    ///
    /// # Panics
    /// When anything of that fails.
    #[must_use]
    pub fn create(program: &Path, database: Option<String>) -> Self {
        Self::empty(program, database).begun(&[])
    }

    /// A directory in which nothing was started yet.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn empty(program: &Path, database: Option<String>) -> Self {
        Self::empty_in(&std::env::temp_dir(), program, database)
    }

    /// The same on a chosen disk.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn empty_in(disk: &Path, program: &Path, database: Option<String>) -> Self {
        Self {
            dir: tempfile::tempdir_in(disk).expect("a directory"),
            notes: tempfile::tempdir().expect("a directory"),
            program: program.to_owned(),
            database,
            public_url: String::new(),
            key: String::new(),
            issuer: String::new(),
            template: String::new(),
            root: String::new(),
        }
    }

    /// Starts for the first time with these variables, makes a template, and stops.
    ///
    /// # Panics
    /// When anything of that fails.
    #[must_use]
    pub fn begun(self, variables: &[(&str, &str)]) -> Self {
        let mut instance = self;
        let server = instance
            .start(variables)
            .unwrap_or_else(|ended| panic!("{ended}"));
        let ready = instance.ready().expect("a ready file");
        let member = |name: &str| ready[name].as_str().expect(name).to_owned();
        instance.public_url = member("url");
        instance.key = member("liveKey");
        instance.issuer = member("issuerCode");
        let template = json!({"name": "Diploma", "docType": "certificate", "schema": [
            {"key": "course", "label": "Course", "required": true, "type": "text"}]});
        let headers = [("x-api-key", instance.key.as_str())];
        let made = http::post(server.address, "/v1/trust/templates", &headers, &template);
        let made = made.expect("an answer").json();
        made["id"]
            .as_str()
            .expect("a template")
            .clone_into(&mut instance.template);
        let root = std::fs::read_to_string(instance.path("data/root.fingerprint"));
        root.expect("a fingerprint")
            .trim()
            .clone_into(&mut instance.root);
        server.stop();
        instance
    }

    /// The same instance on another machine, where only its key-encryption key was brought.
    ///
    /// # Panics
    /// When the key is not there.
    #[must_use]
    pub fn lost(&self, database: Option<String>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("data")).expect("a data directory");
        std::fs::copy(self.path("data/kek"), dir.path().join("data/kek")).expect("the key");
        Self {
            dir,
            notes: tempfile::tempdir().expect("a directory"),
            program: self.program.clone(),
            database,
            public_url: self.public_url.clone(),
            key: self.key.clone(),
            issuer: self.issuer.clone(),
            template: self.template.clone(),
            root: self.root.clone(),
        }
    }

    /// The same instance as a second node sees it, with a way to the database of its own.
    ///
    /// # Panics
    /// When the files of the first one cannot be copied.
    #[must_use]
    pub fn node(&self, database: &str) -> Self {
        let node = self.lost(Some(database.to_owned()));
        for name in ["data/root.fingerprint", "data.anchor"] {
            std::fs::copy(self.path(name), node.path(name)).expect(name);
        }
        node
    }

    /// Where its database is, unless that is in its directory.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// A path in its directory.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A path in a directory of the rig's own.
    #[must_use]
    pub fn note(&self, name: &str) -> PathBuf {
        self.notes.path().join(name)
    }

    /// Starts a server, with these variables; it has no port yet.
    #[must_use]
    pub fn spawn(&self, variables: &[(&str, &str)]) -> Process {
        let _ = std::fs::remove_file(self.path("ready.json"));
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path("log"));
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command
            .args(["--ready-file", "ready.json"])
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(log.expect("a log"));
        if !variables
            .iter()
            .any(|(name, _)| *name == "ANANKE__LOG__LEVEL")
        {
            command.args(["--set", "log.level=warn"]);
        }
        // The rig asks as often as it can, unless limits are what it is about.
        for limit in [
            "public_per_minute",
            "key_reads_per_second",
            "key_writes_per_second",
            "key_files_per_second",
            "tenant_per_second",
            "revocations_per_day",
            "key_revocations_per_day",
        ] {
            let variable = format!("ANANKE__LIMITS__{}", limit.to_uppercase());
            if !variables.iter().any(|(name, _)| *name == variable) {
                command.args(["--set", &format!("limits.{limit}=0")]);
            }
        }
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        if !self.public_url.is_empty() {
            command.args(["--public-url", &self.public_url]);
        }
        Process::spawn(&mut command)
    }

    /// Starts a server with these variables, and waits until it says that it is ready.
    ///
    /// # Errors
    /// How it ended instead.
    pub fn start(&self, variables: &[(&str, &str)]) -> Result<Server, ExitStatus> {
        let began = Instant::now();
        let mut child = self.spawn(variables);
        let address = wait("a server that is ready", || {
            if let Some(status) = child.ended() {
                return Some(Err(status));
            }
            let address = self.address()?;
            let ready = http::get(address, "/readyz", &[]).ok()?;
            (ready.status == 200).then_some(Ok(address))
        })?;
        Ok(Server::new(child, address, began.elapsed()))
    }

    /// The lines the servers wrote so far; for messages of tests that fail.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// `ananke audit verify`, asked of the server that runs: whether everything is as it was recorded, and its words.
    ///
    /// # Panics
    /// When the command cannot be run.
    #[must_use]
    pub fn audit(&self) -> (bool, String) {
        self.run(&["audit", "verify", "-o", "json"])
    }

    /// A command of the operator: whether it went well, and its words.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = self.command(arguments);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        let output = command.output().expect("the rig's own binary");
        let words = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&words).into_owned(),
        )
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ANANKE") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .args(["--data", "data"])
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    /// What the ready file says, once it is there; it appears whole.
    fn ready(&self) -> Option<Value> {
        let text = std::fs::read_to_string(self.path("ready.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn address(&self) -> Option<SocketAddr> {
        let ready = self.ready()?;
        ready["url"].as_str()?.strip_prefix("http://")?.parse().ok()
    }
}
