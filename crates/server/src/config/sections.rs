//! Every setting there is, by section, as the program has them.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

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
    /// Where the record is vouched for.
    pub audit: Audit,
    /// What this server fetches itself.
    pub outgoing: Outgoing,
    /// Who takes the mail with alerts.
    pub smtp: Smtp,
    /// Whom to tell.
    pub contact: Contact,
    /// How often may be asked.
    pub limits: Limits,
    /// Foreign files.
    pub workers: Workers,
    /// What is logged.
    pub log: Log,
    /// What is measured, and for whom.
    pub telemetry: Telemetry,
}

/// The listener and its address.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Server {
    pub listen: std::net::SocketAddr,
    pub public_url: String,
    pub former_urls: Vec<String>,
    pub trusted_proxies: Vec<String>,
    pub tls_certificate: String,
    pub tls_key: String,
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
    pub trusted_network: bool,
    pub anchor: String,
}

/// Keys of the instance.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Keys {
    #[serde(deserialize_with = "secret")]
    pub kek: SecretString,
    #[serde(deserialize_with = "secret")]
    pub next_kek: SecretString,
    pub sealed: bool,
    pub delete_leaked: bool,
}

/// Where the record is vouched for.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Audit {
    pub sink: PathBuf,
    pub every_seconds: u64,
}

/// What this server fetches itself.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Outgoing {
    pub ca_file: String,
    pub allowed_networks: Vec<String>,
}

/// Who takes the mail with alerts.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: String,
    pub username: String,
    #[serde(deserialize_with = "secret")]
    pub password: SecretString,
    pub from: String,
}

impl Outgoing {
    /// Further certificates to believe: the setting, or what clients of this machine go by.
    #[must_use]
    pub fn authorities(&self) -> Option<PathBuf> {
        let named = (!self.ca_file.is_empty()).then(|| self.ca_file.clone());
        named
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("ANANKE_CA_FILE").map(PathBuf::from))
            .filter(|path| !path.as_os_str().is_empty())
    }
}

impl Config {
    /// The way to a database that is not in the data directory.
    #[must_use]
    pub fn network(&self) -> ananke_store::Network {
        ananke_store::Network {
            ca_file: self.outgoing.authorities(),
            trusted: self.data.trusted_network,
        }
    }
}

/// Whom to tell.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Contact {
    pub security: String,
}

/// How often may be asked.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Limits {
    pub public_per_minute: u32,
    pub public_burst: u32,
    pub key_reads_per_second: u32,
    pub key_writes_per_second: u32,
    pub key_files_per_second: u32,
    pub tenant_per_second: u32,
    pub issuances_per_month: u32,
    pub revocations_per_day: u32,
    pub key_revocations_per_day: u32,
}

/// Foreign files.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Workers {
    pub processes: usize,
    pub seconds: u64,
    pub filtered: bool,
}

/// What is logged.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Log {
    pub format: String,
    pub level: String,
}

/// What is measured, and for whom.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config.default.toml says it, once")]
pub struct Telemetry {
    pub metrics_listen: String,
    pub otlp_endpoint: String,
    pub sampled_per_thousand: u64,
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}
