//! Settings: flag > environment > file > default, each with its origin.
//!
//! `config.default.toml` is compiled in and is at once the list of what exists, the defaults and
//! the manual. Whatever is not in it is an error with the nearest name.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use toml::{Table, Value};

/// The defaults, and the manual of every setting.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

const SECRETS: [&str; 1] = ["keys.kek"];

/// Every setting, read and checked.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The listener and its address.
    pub server: Server,
    /// Where things are kept.
    pub data: Data,
    /// Keys of the instance.
    pub keys: Keys,
    /// What this server fetches itself.
    pub outgoing: Outgoing,
    /// Whom to tell.
    pub contact: Contact,
    /// What is logged.
    pub log: Log,
}

/// The listener and its address.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Server {
    pub listen: std::net::SocketAddr,
    pub public_url: String,
    pub former_urls: Vec<String>,
    pub behind_tls_proxy: bool,
    pub ready_file: String,
    pub header_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
}

/// Where things are kept.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Data {
    pub dir: PathBuf,
    pub database: String,
    pub anchor: String,
}

impl Data {
    /// The anchor file: the configured one, or the directory's sibling.
    #[must_use]
    pub fn anchor_path(&self) -> PathBuf {
        if self.anchor.is_empty() {
            let mut name = self.dir.as_os_str().to_owned();
            name.push(".anchor");
            PathBuf::from(name)
        } else {
            PathBuf::from(&self.anchor)
        }
    }
}

/// Keys of the instance.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Keys {
    #[serde(deserialize_with = "secret")]
    pub kek: SecretString,
    pub sealed: bool,
}

/// What this server fetches itself.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Outgoing {
    pub ca_file: String,
}

/// Whom to tell.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Contact {
    pub security: String,
}

/// What is logged.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Log {
    pub format: String,
    pub level: String,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path} is not valid TOML: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why.
        message: String,
    },
    /// A setting nobody knows.
    #[error("unknown setting `{key}` ({origin}){hint}")]
    Unknown {
        /// The setting.
        key: String,
        /// Where it came from.
        origin: Origin,
        /// The nearest name.
        hint: String,
    },
    /// A setting whose value does not fit.
    #[error("setting `{key}` ({origin}): {message}")]
    Value {
        /// The setting.
        key: String,
        /// Where it came from.
        origin: Origin,
        /// What is wrong, and what would be right.
        message: String,
    },
}

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The compiled-in default.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// Settings by name, each with its origin, before they are checked as a whole.
pub struct Layers {
    settings: BTreeMap<String, (Value, Origin)>,
}

impl Default for Layers {
    fn default() -> Self {
        let table = DEFAULTS.parse::<Table>().unwrap_or_default();
        let settings = flatten(table)
            .into_iter()
            .map(|(key, value)| (key, (value, Origin::Default)))
            .collect();
        Self { settings }
    }
}

impl Layers {
    /// Lays a file over what is there.
    ///
    /// # Errors
    /// The file cannot be read, is not TOML, or names a setting nobody knows.
    pub fn file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let table = text.parse::<Table>().map_err(|error| ConfigError::Syntax {
            path: path.to_owned(),
            message: error.message().to_owned(),
        })?;
        for (key, value) in flatten(table) {
            self.set(key, value, Origin::File(path.to_owned()))?;
        }
        Ok(())
    }

    /// Lays the environment over what is there: `ANANKE__SECTION__KEY`, and `…_FILE` for secrets.
    ///
    /// # Errors
    /// A variable names a setting nobody knows, does not fit, or its file cannot be read.
    pub fn environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (name, value) in variables {
            let Some(path) = name.strip_prefix("ANANKE__") else {
                continue;
            };
            let key = path.to_ascii_lowercase().replace("__", ".");
            let origin = Origin::Environment(name.clone());
            let secret = key
                .strip_suffix("_file")
                .filter(|key| SECRETS.contains(key));
            if let Some(secret) = secret {
                let path = PathBuf::from(value);
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| ConfigError::Read { path, source })?;
                self.set(
                    secret.to_owned(),
                    Value::String(text.trim().to_owned()),
                    origin,
                )?;
            } else {
                self.text(key, &value, origin)?;
            }
        }
        Ok(())
    }

    /// Lays a flag over what is there.
    ///
    /// # Errors
    /// It names a setting nobody knows, or does not fit.
    pub fn flag(&mut self, key: &str, value: &str, flag: &str) -> Result<(), ConfigError> {
        self.text(key.to_owned(), value, Origin::Flag(flag.to_owned()))
    }

    /// Sets from a text, in the type the default has.
    fn text(&mut self, key: String, text: &str, origin: Origin) -> Result<(), ConfigError> {
        let misfit = |message: &str| ConfigError::Value {
            key: key.clone(),
            origin: origin.clone(),
            message: message.to_owned(),
        };
        let value = match self.settings.get(&key).map(|(value, _)| value) {
            Some(Value::Boolean(_)) => {
                Value::Boolean(text.parse().map_err(|_| misfit("must be true or false"))?)
            }
            Some(Value::Integer(_)) => {
                Value::Integer(text.parse().map_err(|_| misfit("must be a whole number"))?)
            }
            Some(Value::Array(_)) => Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(Value::from)
                    .collect(),
            ),
            _ => Value::String(text.to_owned()),
        };
        self.set(key, value, origin)
    }

    fn set(&mut self, key: String, value: Value, origin: Origin) -> Result<(), ConfigError> {
        let Some(slot) = self.settings.get_mut(&key) else {
            let hint = self
                .nearest(&key)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(ConfigError::Unknown { key, origin, hint });
        };
        if slot.0.type_str() != value.type_str() {
            let message = format!(
                "must be a {}, not a {}",
                slot.0.type_str(),
                value.type_str()
            );
            return Err(ConfigError::Value {
                key,
                origin,
                message,
            });
        }
        *slot = (value, origin);
        Ok(())
    }

    fn nearest(&self, key: &str) -> Option<&str> {
        let near = |known: &&String| strsim::damerau_levenshtein(key, known);
        self.settings
            .keys()
            .min_by_key(near)
            .filter(|known| near(known) <= 4)
            .map(String::as_str)
    }

    /// Every setting as `(name, value, origin)`; secrets only say whether they are set.
    pub fn show(&self) -> impl Iterator<Item = (&str, String, &Origin)> {
        self.settings.iter().map(|(key, (value, origin))| {
            let text = match value {
                Value::String(text) if SECRETS.contains(&key.as_str()) && !text.is_empty() => {
                    "\"(set)\"".to_owned()
                }
                other => other.to_string(),
            };
            (key.as_str(), text, origin)
        })
    }

    /// Checks the settings as a whole.
    ///
    /// # Errors
    /// The first setting that does not fit, with its origin and what would be right.
    pub fn check(&self) -> Result<Config, ConfigError> {
        let mut root = Table::new();
        for (key, (value, _)) in &self.settings {
            let Some((section, name)) = key.split_once('.') else {
                continue;
            };
            let section = root
                .entry(section)
                .or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                section.insert(name.to_owned(), value.clone());
            }
        }
        let config: Config = Value::Table(root).try_into().map_err(|_| {
            self.misfit(
                "server.listen",
                "must be ADDRESS:PORT, such as 127.0.0.1:8787",
            )
        })?;
        self.rules(&config)?;
        Ok(config)
    }

    fn misfit(&self, key: &str, message: &str) -> ConfigError {
        let origin = self
            .settings
            .get(key)
            .map_or(Origin::Default, |(_, origin)| origin.clone());
        ConfigError::Value {
            key: key.to_owned(),
            origin,
            message: message.to_owned(),
        }
    }

    fn rules(&self, config: &Config) -> Result<(), ConfigError> {
        let server = &config.server;
        if !server.listen.ip().is_loopback() && !server.behind_tls_proxy {
            return Err(self.misfit(
                "server.listen",
                "is not a loopback address, and without TLS keys would cross the network in clear; listen on \
                 127.0.0.1, or put a proxy that terminates TLS in front and set server.behind_tls_proxy = true",
            ));
        }
        let reachable = !server.listen.ip().is_loopback();
        if reachable && (server.public_url.is_empty() || leads_to_this_machine(&server.public_url))
        {
            return Err(self.misfit(
                "server.public_url",
                "must be the address people reach this server by: it is signed into documents",
            ));
        }
        for (key, url) in std::iter::once(("server.public_url", &server.public_url))
            .filter(|(_, url)| !url.is_empty())
            .chain(
                server
                    .former_urls
                    .iter()
                    .map(|url| ("server.former_urls", url)),
            )
        {
            if let Err(message) = check_url(url) {
                return Err(self.misfit(key, &message));
            }
        }
        let kek = config.keys.kek.expose_secret();
        if !kek.is_empty() && (kek.len() != 64 || !kek.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Err(self.misfit(
                "keys.kek",
                "must be 64 hexadecimal digits, such as `openssl rand -hex 32` prints",
            ));
        }
        if config.data.database != "sqlite" && !config.data.database.starts_with("postgres") {
            return Err(self.misfit(
                "data.database",
                "must be `sqlite` or `postgres://user@host/database`",
            ));
        }
        if !["text", "json"].contains(&config.log.format.as_str()) {
            return Err(self.misfit("log.format", "must be `text` or `json`"));
        }
        Ok(())
    }
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// Whether a public URL is of use on this machine only.
#[must_use]
pub fn leads_to_this_machine(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.parse::<std::net::IpAddr>()
        .map_or(host == "localhost" || host.ends_with(".localhost"), |ip| {
            ip.is_loopback()
        })
}

fn check_url(url: &str) -> Result<(), String> {
    ananke_format::BaseUrl::parse(url)
        .map(|_| ())
        .map_err(|error| format!("{error}; it must be like https://documents.example.org"))
}

fn flatten(table: Table) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    for (section, value) in table {
        match value {
            Value::Table(entries) => {
                for (name, value) in entries {
                    flat.insert(format!("{section}.{name}"), value);
                }
            }
            other => {
                flat.insert(section, other);
            }
        }
    }
    flat
}
