//! A directory of its own, a server in it, and commands run there.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_ananke");
const PATIENCE: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn new(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The data as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, after checking the exit code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// The same, after checking that standard error says this.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "{words:?} is not in {self:?}");
        self
    }
}

/// A directory in which commands are run, with nothing of the caller's environment that concerns us.
pub(crate) struct Room {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) variables: Vec<(String, String)>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary directory"),
            variables: Vec::new(),
        }
    }

    /// A path in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let parent = path.parent().expect("a directory");
        std::fs::create_dir_all(parent).expect("a directory");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// The binary in the directory.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ANANKE") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.dir.path())
            // No test reads or writes the profiles and the keyring of whoever runs it.
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/bus")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ended {
        Ended::new(&self.command().args(arguments).output().expect("the binary"))
    }

    /// Runs a command with something on its standard input.
    pub(crate) fn pipe<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Ended {
        let mut command = self.command();
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(input)
            .expect("written");
        Ended::new(&child.wait_with_output().expect("ended"))
    }
}

/// A server in a room; it ends with this value.
pub(crate) struct World {
    pub(crate) room: Room,
    /// What its ready file said last.
    pub(crate) ready: Value,
    pub(crate) url: String,
    public_url: String,
    pub(crate) issuer: String,
    pub(crate) live_key: String,
    pub(crate) test_key: String,
    child: Option<Child>,
}

impl World {
    /// A server whose first tenant is `University` with code `UNIV01`.
    pub(crate) fn start() -> Self {
        Self::of("University", "UNIV01")
    }

    /// A server whose first tenant is this one.
    pub(crate) fn of(tenant: &str, code: &str) -> Self {
        let world = Self::first_start(&[
            ("ANANKE_BOOTSTRAP_TENANT", tenant),
            ("ANANKE_BOOTSTRAP_ISSUER_CODE", code),
        ]);
        assert_eq!(world.issuer, code);
        world
    }

    /// A server that starts for the first time, with these variables.
    pub(crate) fn first_start(variables: &[(&str, &str)]) -> Self {
        Self::first_start_in(Room::new(), variables)
    }

    /// A server that starts for the first time in this room, with these variables.
    pub(crate) fn first_start_in(room: Room, variables: &[(&str, &str)]) -> Self {
        let mut world = Self {
            room,
            ready: Value::Null,
            url: String::new(),
            public_url: String::new(),
            issuer: String::new(),
            live_key: String::new(),
            test_key: String::new(),
            child: None,
        };
        world.spawn(&["serve"], &[], variables);
        let text = |name: &str| world.ready[name].as_str().unwrap_or_default().to_owned();
        world.public_url = text("url");
        world.issuer = text("issuerCode");
        world.live_key = text("liveKey");
        world.test_key = text("testKey");
        world.room.variables = vec![
            ("ANANKE_BASE_URL".to_owned(), world.url.clone()),
            ("ANANKE_API_KEY".to_owned(), world.live_key.clone()),
        ];
        world
    }

    fn spawn(&mut self, command: &[&str], more: &[&str], variables: &[(&str, &str)]) {
        let ready = self.room.path("ready.json");
        // An earlier one is left where it is. The new one is another file, renamed into its place.
        let inode = || std::fs::metadata(&ready).ok().map(|found| found.ino());
        let earlier = inode();
        let log = File::create(self.room.path("log")).expect("a log");
        let mut child = self
            .room
            .command()
            .args(command)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--data",
                "data",
                "--ready-file",
                "ready.json",
            ])
            .args(["--set", "log.level=warn"])
            .args(more)
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the binary");
        let began = Instant::now();
        self.ready = loop {
            // People are told after scripts, and tests read both.
            if inode() != earlier
                && self.log().contains("is ready\n")
                && let Ok(text) = std::fs::read_to_string(&ready)
            {
                break serde_json::from_str(&text).expect("a ready file");
            }
            let ended = child.try_wait().expect("a child");
            let log = || std::fs::read_to_string(self.room.path("log")).unwrap_or_default();
            assert!(ended.is_none(), "the server ended: {}", log());
            assert!(began.elapsed() < PATIENCE, "not ready: {}", log());
            std::thread::sleep(Duration::from_millis(5));
        };
        self.child = Some(child);
        self.url = text(&self.ready, "url").to_owned();
    }

    /// Stops the server and waits until it has written everything.
    pub(crate) fn stop(&mut self) {
        self.stop_by("TERM");
    }

    /// The number of its process, which runs.
    pub(crate) fn process(&mut self) -> u32 {
        let child = self.child.as_mut().expect("a running server");
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "the server ended: {ended:?}");
        child.id()
    }

    /// Sends the server a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("a running server");
        let asked = Command::new("sh")
            .args(["-c", "kill -$0 $1", signal, &child.id().to_string()])
            .status();
        assert!(asked.expect("sh").success());
    }

    /// Stops the server by this signal.
    pub(crate) fn stop_by(&mut self, signal: &str) {
        self.signal(signal);
        let mut child = self.child.take().expect("a running server");
        assert!(child.wait().expect("ended").success(), "{}", self.log());
    }

    /// Starts the server again. It answers on another port, and stands by the address in its documents.
    pub(crate) fn restart(&mut self, more: &[&str]) {
        self.again(&["serve"], more, &[]);
    }

    /// Starts the server again, with these variables.
    pub(crate) fn restart_with(&mut self, variables: &[(&str, &str)]) {
        self.again(&["serve"], &[], variables);
    }

    /// Accepts data that are older than what it remembers, and starts the server again.
    pub(crate) fn restore(&mut self) {
        self.run(["restore", "--new-epoch", "--data", "data"])
            .code(0);
        self.restart(&[]);
    }

    /// Starts the server again under another public address.
    pub(crate) fn move_to(&mut self, public_url: &str) {
        self.public_url = public_url.to_owned();
        self.restart(&[]);
    }

    fn again(&mut self, command: &[&str], more: &[&str], variables: &[(&str, &str)]) {
        let public_url = self.public_url.clone();
        let more: Vec<&str> = more
            .iter()
            .copied()
            .chain(["--public-url", &public_url])
            .collect();
        self.spawn(command, &more, variables);
        self.room.variables = vec![
            ("ANANKE_BASE_URL".to_owned(), self.url.clone()),
            ("ANANKE_API_KEY".to_owned(), self.live_key.clone()),
        ];
    }

    /// What the server said.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.room.path("log")).unwrap_or_default()
    }

    /// Runs a command with the key for real documents.
    #[track_caller]
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ended {
        self.room.run(arguments)
    }

    /// Runs a command with this key.
    pub(crate) fn run_as<'a>(
        &self,
        key: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Ended {
        let output = self
            .room
            .command()
            .env("ANANKE_API_KEY", key)
            .args(arguments)
            .output();
        Ended::new(&output.expect("the binary"))
    }

    /// Runs a command that must succeed, and gives its data.
    #[track_caller]
    pub(crate) fn data<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Value {
        self.run(arguments.into_iter().chain(["-o", "json"]))
            .code(0)
            .json()
    }

    /// Makes the template `Diploma`, once.
    pub(crate) fn template(&self) {
        let template = r#"{"name":"Diploma","docType":"certificate","schema":[
            {"key":"course","label":"Course","required":true,"type":"text"}]}"#;
        self.room.write("diploma.json", template);
        self.run(["templates", "create", "diploma.json"]).code(0);
    }

    /// Issues a diploma; the template must be there.
    #[track_caller]
    pub(crate) fn issue(&self, more: &[&str]) -> Value {
        self.issue_as(&self.live_key, more)
    }

    /// Issues a diploma with this key.
    #[track_caller]
    pub(crate) fn issue_as(&self, key: &str, more: &[&str]) -> Value {
        let base = [
            "issue",
            "--template",
            "Diploma",
            "--recipient",
            "Zoë Ångström",
            "--field",
            "course=Reading",
        ];
        self.run_as(key, base.iter().chain(more).copied().chain(["-o", "json"]))
            .code(0)
            .json()
    }

    /// Fetches something published, without a key.
    pub(crate) fn fetch(&self, path: &str) -> String {
        fetch(&self.url, path)
    }

    /// Saves the trust bundle and the first status list of a mode; their names are `{mode}.jws` and `{mode}.list`.
    pub(crate) fn save_evidence(&self, mode: &str) {
        self.room.write(
            &format!("{mode}.jws"),
            self.fetch(&format!("/trust/{mode}.jws")),
        );
        let list = self.fetch(&format!("/s/{}/{mode}/0", self.issuer));
        self.room.write(&format!("{mode}.list"), list);
    }

    /// The arguments of an offline verification with the evidence of a mode.
    pub(crate) fn offline<'a>(&self, target: &'a str, mode: &str, more: &[&'a str]) -> Vec<String> {
        let (bundle, list) = (format!("{mode}.jws"), format!("{mode}.list"));
        let base = [
            "verify",
            target,
            "--json",
            "--offline",
            "--trust-bundle",
            &bundle,
            "--status-list",
            &list,
        ];
        base.iter()
            .chain(more)
            .map(|&argument| argument.to_owned())
            .collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A text member.
#[track_caller]
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name:?} in {value}"))
}

/// Asks a server for something published.
pub(crate) fn fetch(url: &str, path: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let client = ananke_client::Client::builder()
        .base_url(url)
        .build()
        .expect("a client");
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let mode = |word: &str| word.trim_end_matches(".jws").parse().expect("a mode");
    let fetched = runtime.block_on(async {
        let published = client.published();
        match segments.as_slice() {
            ["trust", file] => published.trust_bundle(mode(file)).await,
            ["s", code, word, number] => {
                published
                    .status_list(code, mode(word), number.parse().expect("a number"))
                    .await
            }
            ["c", "root.pem"] => published.root().await,
            ["c", "roots.pem"] => published.roots().await,
            ["c", name] => published.certificate(name.trim_end_matches(".pem")).await,
            other => panic!("what is {other:?}?"),
        }
    });
    fetched.expect("published")
}
