//! Settings: flag > environment > file > default, each with its origin.
//!
//! `config.default.toml` is compiled in and is at once the list of what exists, the defaults and
//! the manual. Whatever is not in it is an error with the nearest name.

mod command;
mod rules;
pub mod secrets;
mod sections;
pub mod sources;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use toml::{Table, Value};

use crate::tls::Served;
pub use rules::leads_to_this_machine;
pub use sections::*;
use sources::{Form, Source};

/// The defaults, and the manual of every setting.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

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
    /// The file is not TOML. The line itself is not quoted: it may hold a secret.
    #[error("{path} is not valid TOML at line {line}, column {column}: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// Which character of it, from 1.
        column: usize,
        /// Why.
        message: String,
    },
    /// The file holds a secret, and not only those it is meant for can read it.
    #[error(
        "{path} holds a secret and everybody on this machine can read it: run `chmod o= {path}`, and consider the \
         secret known to them"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
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
    /// A credential that systemd handed over.
    Credential(String),
    /// A flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Credential(name) => write!(f, "credential {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// Settings by name, each with its origin, before they are checked as a whole.
#[derive(Clone)]
pub struct Layers {
    settings: BTreeMap<String, (Value, Origin)>,
    /// Where secrets are that are not written out; they are fetched once the layers are complete.
    sources: BTreeMap<&'static str, Source>,
}

impl Default for Layers {
    fn default() -> Self {
        let table = DEFAULTS.parse::<Table>().unwrap_or_default();
        let settings = flatten(table)
            .into_iter()
            .map(|(key, value)| (key, (value, Origin::Default)))
            .collect();
        Self {
            settings,
            sources: BTreeMap::new(),
        }
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
        let table = text
            .parse::<Table>()
            .map_err(|error| syntax(path, &text, &error))?;
        let origin = Origin::File(path.to_owned());
        for (key, value) in flatten(table) {
            if value
                .as_str()
                .is_some_and(|text| secrets::is_secret(&key, text))
            {
                secrets::must_be_private(path)?;
            }
            self.give_once(&key, &origin)?;
            match Form::of(&key) {
                Some((secret, form)) => {
                    let source = Source::from_value(form, &value);
                    self.elsewhere(secret, (&key, source), origin.clone())?;
                }
                None => self.set(key, value, origin.clone())?,
            }
        }
        Ok(())
    }

    /// Lays the environment over what is there: `ANANKE__SECTION__KEY`, `…_FILE` and `…_COMMAND` for secrets, and the
    /// credentials of systemd.
    ///
    /// # Errors
    /// A variable names a setting nobody knows or another one has set, or does not fit.
    pub fn environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        let mut credentials = None;
        for (name, value) in variables {
            if name == sources::CREDENTIALS_DIRECTORY {
                credentials = Some(PathBuf::from(value));
                continue;
            }
            let Some(path) = name.strip_prefix("ANANKE__") else {
                continue;
            };
            let key = path.to_ascii_lowercase().replace("__", ".");
            let origin = Origin::Environment(name);
            self.give_once(&key, &origin)?;
            self.text(key, &value, origin)?;
        }
        for (key, _) in secrets::SECRETS {
            let name = format!("ananke.{key}");
            let found = match &credentials {
                Some(directory) => sources::credential(directory, &name)?,
                None => None,
            };
            if let Some(source) = found {
                let origin = Origin::Credential(name);
                self.give_once(key, &origin)?;
                self.elsewhere(key, (key, Ok(source)), origin)?;
            }
        }
        Ok(())
    }

    /// Refuses a setting that the same layer has set already: nobody knows which of the two is meant.
    fn give_once(&self, key: &str, origin: &Origin) -> Result<(), ConfigError> {
        let set = Form::of(key).map_or(key, |(secret, _)| secret);
        let other = match (self.settings.get(set).map(|(_, before)| before), origin) {
            (
                Some(Origin::Environment(name) | Origin::Credential(name)),
                Origin::Environment(_) | Origin::Credential(_),
            ) => name.clone(),
            (Some(before @ Origin::File(_)), Origin::File(_)) if before == origin => {
                let form = match self.sources.get(set) {
                    Some(Source::File(_)) => Form::File.suffix(),
                    Some(Source::Command(_)) => Form::Command.suffix(),
                    None => "",
                };
                format!("`{set}{form}`")
            }
            _ => return Ok(()),
        };
        Err(ConfigError::Value {
            key: key.to_owned(),
            origin: origin.clone(),
            message: format!("is given by {other}, too: give it once"),
        })
    }

    /// Notes where a secret is. `key` is how that was written.
    fn elsewhere(
        &mut self,
        secret: &'static str,
        (key, source): (&str, Result<Source, String>),
        origin: Origin,
    ) -> Result<(), ConfigError> {
        let source = source.map_err(|message| ConfigError::Value {
            key: key.to_owned(),
            origin: origin.clone(),
            message,
        })?;
        self.set(secret.to_owned(), Value::from(""), origin)?;
        self.sources.insert(secret, source);
        Ok(())
    }

    /// Every secret in its place. Those of keys are not asked for where no key is wanted.
    fn fetched(&self) -> Result<Self, ConfigError> {
        let mut whole = self.clone();
        let is_sealed = matches!(
            self.settings.get("keys.sealed"),
            Some((Value::Boolean(true), _))
        );
        for (key, source) in std::mem::take(&mut whole.sources) {
            if is_sealed && key.starts_with("keys.") {
                continue;
            }
            if let Some((value, origin)) = whole.settings.get_mut(key) {
                let secret = source.fetch(key, origin)?;
                *value = Value::from(secret.expose_secret());
            }
        }
        Ok(whole)
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
        if let Some((secret, form)) = Form::of(&key) {
            let source = Source::from_text(form, text);
            return self.elsewhere(secret, (&key, source), origin);
        }
        let value = match self.settings.get(&key).map(|(value, _)| value) {
            Some(Value::Boolean(_)) => {
                Value::Boolean(text.parse().map_err(|_| misfit("must be true or false"))?)
            }
            Some(Value::Integer(_)) => Value::Integer(
                text.parse()
                    .map_err(|_| misfit(rules::whole_number(&key)))?,
            ),
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
            let message = format!("must be {}, not {}", kind(&slot.0), kind(&value));
            return Err(ConfigError::Value {
                key,
                origin,
                message,
            });
        }
        *slot = (value, origin);
        self.sources.remove(key.as_str());
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

    /// Every setting as `(name, value, origin)`; of secrets only whether they are set, and where they are. No command is
    /// run for it.
    ///
    /// # Errors
    /// A file with a secret cannot be read, or everybody can read it.
    pub fn show(&self) -> Result<Vec<(&str, serde_json::Value, String)>, ConfigError> {
        let shown = self.settings.iter().map(|(key, (value, origin))| {
            let source = self.sources.get(key.as_str());
            let value = match source {
                None => secrets::shown(key, value),
                Some(Source::Command(_)) => "(what a command prints)".into(),
                Some(source @ Source::File(_)) => {
                    let secret = source.fetch(key, origin)?;
                    secrets::shown(key, &Value::from(secret.expose_secret()))
                }
            };
            let origin = match source {
                Some(source) => format!("{origin}: {source}"),
                None => origin.to_string(),
            };
            Ok((key.as_str(), value, origin))
        });
        shown.collect()
    }

    /// Checks the settings as a whole.
    ///
    /// # Errors
    /// The first setting that does not fit, with its origin and what would be right; a secret is not to be had.
    pub fn check(&self) -> Result<Config, ConfigError> {
        self.shapes()?;
        self.fetched()?.whole()
    }

    fn whole(&self) -> Result<Config, ConfigError> {
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
        let config: Config = Value::Table(root)
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Value {
                key: "the settings together".to_owned(),
                origin: Origin::Default,
                message: error.message().to_owned(),
            })?;
        self.rules(&config)?;
        Ok(config)
    }

    /// The same, for whoever starts a server: also reads the certificate it would answer with.
    ///
    /// # Errors
    /// As [`Layers::check`], and of the certificate and its key what is wrong with them.
    pub fn check_to_serve(&self) -> Result<Config, ConfigError> {
        let config = self.check()?;
        Served::open(&config.server).map_err(|error| self.misfit(error.setting, &error.message))?;
        Ok(config)
    }
}

/// What is wrong in a file, and where.
fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    ConfigError::Syntax {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        message: error.message().to_owned(),
    }
}

/// The kind of a value, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
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
