//! A server of its own: this binary as a child process, in a directory of its own.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ananke_client::{Client, ClientBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::book::Miss;
use crate::exit::Failure;
use crate::operator::Operator;
use crate::settings::Settings;

const PATIENCE: Duration = Duration::from_secs(30);

/// What a server writes into its ready file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    url: String,
    version: String,
    engine: String,
    live_key: Option<String>,
    test_key: Option<String>,
}

/// The tenant a server makes on its first start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tenant {
    pub(super) name: &'static str,
    pub(super) code: &'static str,
}

/// A server process; it ends with this value.
pub(super) struct Stage {
    home: PathBuf,
    tenant: Tenant,
    child: Option<Child>,
    url: String,
    keys: [Option<SecretString>; 2],
    about: String,
}

impl Stage {
    /// Starts a server; [`Stage::ready`] waits for it.
    pub(super) fn start(home: PathBuf, tenant: Tenant) -> Result<Self, Miss> {
        std::fs::create_dir_all(&home)?;
        let mut stage = Self {
            home,
            tenant,
            child: None,
            url: String::new(),
            keys: [None, None],
            about: String::new(),
        };
        stage.spawn("127.0.0.1:0")?;
        Ok(stage)
    }

    /// This binary, for the server's data.
    fn command(&self, arguments: &[&str]) -> Result<Command, Miss> {
        let mut command = Command::new(std::env::current_exe()?);
        for (name, _) in std::env::vars_os() {
            // The settings of whoever runs this are another server's.
            if name.to_string_lossy().starts_with("ANANKE_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .arg("--data")
            .arg(self.data())
            .current_dir(&self.home)
            .stdin(Stdio::null());
        Ok(command)
    }

    fn spawn(&mut self, listen: &str) -> Result<(), Miss> {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.home.join("log"))?;
        let _ = std::fs::remove_file(self.ready_file());
        let child = self
            .command(&["serve", "--listen", listen, "--set", "log.level=warn"])?
            .arg("--ready-file")
            .arg(self.ready_file())
            .env("ANANKE_BOOTSTRAP_TENANT", self.tenant.name)
            .env("ANANKE_BOOTSTRAP_ISSUER_CODE", self.tenant.code)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        self.child = Some(child);
        Ok(())
    }

    /// Waits until the server has written its ready file.
    pub(super) async fn ready(&mut self) -> Result<(), Miss> {
        let began = Instant::now();
        let text = loop {
            // The file is renamed into place, so what can be read is whole.
            if let Ok(text) = std::fs::read_to_string(self.ready_file()) {
                break text;
            }
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                return Err(Miss(format!(
                    "the server ended with {status}: {}",
                    self.last_words()
                )));
            }
            if began.elapsed() > PATIENCE {
                return Err(Miss(format!(
                    "not ready within {} s: {}",
                    PATIENCE.as_secs(),
                    self.last_words()
                )));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let ready: Ready = serde_json::from_str(&text)
            .map_err(|error| Miss(format!("the ready file: {error}")))?;
        self.about = format!("{} on {}", ready.version, ready.engine);
        self.url = ready.url;
        if ready.live_key.is_some() {
            self.keys = [ready.live_key, ready.test_key].map(|key| key.map(SecretString::from));
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.home.join("log")).unwrap_or_default();
        log.lines().rev().take(3).collect::<Vec<_>>().join(" / ")
    }

    /// Ends the process at once, as a power cut would.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again, at the address that stands in its documents.
    pub(super) async fn restart(&mut self) -> Result<(), Miss> {
        self.kill();
        let address = self.url.trim_start_matches("http://").to_owned();
        self.spawn(&address)?;
        self.ready().await
    }

    /// Runs a command of its operator to its end, in the directory beside its data; what it printed.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<String, Miss> {
        let output = self.command(arguments)?.output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Miss(String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// Ends it and loses its data, but for the key-encryption key, of which whoever runs a server has a copy.
    pub(super) fn lose_data(&mut self) -> Result<(), Miss> {
        self.kill();
        let (data, lost) = (self.data(), self.home.join("lost"));
        std::fs::rename(&data, &lost)?;
        std::fs::create_dir(&data)?;
        std::fs::rename(lost.join("kek"), data.join("kek"))?;
        std::fs::remove_dir_all(&lost)?;
        Ok(())
    }

    /// Version and engine.
    pub(super) fn about(&self) -> &str {
        &self.about
    }

    /// Its operator, on this machine.
    pub(super) fn operator(&self) -> Result<Operator, Failure> {
        Operator::new(&Settings::of_data(self.data()))
    }

    /// A client without a key.
    pub(super) fn anybody(&self) -> Result<Client, Miss> {
        Ok(self.builder().max_retries(0).build()?)
    }

    /// A client with this key.
    pub(super) fn with_key(&self, key: SecretString) -> Result<Client, Miss> {
        Ok(self.builder().api_key(key).build()?)
    }

    /// A client with the first tenant's key for live documents.
    pub(super) fn live(&self) -> Result<Client, Miss> {
        self.first(0)
    }

    /// A client with the first tenant's key for test documents.
    pub(super) fn test(&self) -> Result<Client, Miss> {
        self.first(1)
    }

    fn first(&self, place: usize) -> Result<Client, Miss> {
        let key = self.keys.get(place).cloned().flatten();
        self.with_key(key.ok_or_else(|| Miss("the ready file holds no key".to_owned()))?)
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder().base_url(&self.url)
    }

    /// Leaves the server up, and says where it is and how to use it.
    pub(super) fn leave_up(mut self, home: &Path) -> Result<String, Failure> {
        let env = self.home.join("env");
        self.write_env(&env)
            .map_err(|error| Failure::file(&env, &error))?;
        let Some(child) = self.child.take() else {
            return Ok(String::new());
        };
        Ok(format!(
            "\nThe server stays up: {}\n  use it      . {}\n  stop it     kill {}\n  and remove  {}\n",
            self.url,
            env.display(),
            child.id(),
            home.display()
        ))
    }

    /// Address and key for a shell, for this user only.
    fn write_env(&self, path: &Path) -> std::io::Result<()> {
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        let key = self.keys[0]
            .as_ref()
            .map_or("", ExposeSecret::expose_secret);
        writeln!(
            file,
            "export ANANKE_BASE_URL={} ANANKE_API_KEY={key}",
            self.url
        )
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn ready_file(&self) -> PathBuf {
        self.home.join("ready.json")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill();
    }
}
