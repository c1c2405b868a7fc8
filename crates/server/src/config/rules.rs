//! What settings must be, each by itself and together: where a server would not start on them.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};

use secrecy::ExposeSecret as _;
use toml::Value;
use tracing_subscriber::filter::Targets;

use super::{Config, ConfigError, Layers, Origin, Server, Smtp};
use crate::ops::is_email;

/// Every whole number among the other settings is a number of seconds; more than a day is a slip of the pen.
const SECONDS: RangeInclusive<i64> = 1..=86_400;
/// A share in a thousand.
const SHARE: &str = "telemetry.sampled_per_thousand";
/// A port of TCP that can be called.
const PORT: &str = "smtp.port";
/// Processes at once, and 0 for as many as there are processors.
const PROCESSES: &str = "workers.processes";
/// Those of limits, and 0 for none.
const LIMITS: RangeInclusive<i64> = 0..=1_000_000_000;

/// What a whole number must be.
pub(super) fn whole_number(key: &str) -> &'static str {
    match key {
        SHARE => "must be a whole number from 0 to 1000",
        PORT => "must be a whole number from 1 to 65535",
        PROCESSES => "must be a whole number from 0 to 64",
        key if key.starts_with("limits.") => "must be a whole number from 0 to 1000000000",
        _ => "must be a whole number from 1 to 86400",
    }
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl Layers {
    /// Each setting by itself. What passes here has the type that [`Config`] wants.
    pub(super) fn shapes(&self) -> Result<(), ConfigError> {
        for (key, (value, _)) in &self.settings {
            match value {
                Value::Integer(number) => {
                    let range = match key.as_str() {
                        SHARE => 0..=1_000,
                        PORT => 1..=65_535,
                        PROCESSES => 0..=64,
                        key if key.starts_with("limits.") => LIMITS,
                        _ => SECONDS,
                    };
                    if !range.contains(number) {
                        return Err(self.misfit(key, whole_number(key)));
                    }
                }
                Value::Array(items) if !items.iter().all(Value::is_str) => {
                    return Err(self.misfit(key, "must be a list of texts"));
                }
                Value::String(text)
                    if key == "telemetry.metrics_listen"
                        && !text.is_empty()
                        && text.parse::<SocketAddr>().is_err() =>
                {
                    return Err(self.misfit(
                        key,
                        "must be ADDRESS:PORT, such as 127.0.0.1:9464, or empty",
                    ));
                }
                Value::String(text)
                    if key == "server.listen" && text.parse::<SocketAddr>().is_err() =>
                {
                    return Err(self.misfit(key, "must be ADDRESS:PORT, such as 127.0.0.1:8787"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn misfit(&self, key: &str, message: &str) -> ConfigError {
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

    /// The settings together.
    pub(super) fn rules(&self, config: &Config) -> Result<(), ConfigError> {
        self.addresses(config)?;
        for (key, kek) in [
            ("keys.kek", &config.keys.kek),
            ("keys.next_kek", &config.keys.next_kek),
        ] {
            let kek = kek.expose_secret();
            if !kek.is_empty() && (kek.len() != 64 || !kek.bytes().all(|b| b.is_ascii_hexdigit())) {
                return Err(self.misfit(
                    key,
                    "must be 64 hexadecimal digits, such as `openssl rand -hex 32` prints",
                ));
            }
        }
        self.places(config)?;
        self.mail(&config.smtp)?;
        let collector = &config.telemetry.otlp_endpoint;
        if !collector.is_empty() && !is_collector(collector) {
            return Err(self.misfit(
                "telemetry.otlp_endpoint",
                "must be https://HOST/PATH, or http:// to this machine, such as http://127.0.0.1:4318/v1/traces, \
                 without a name or password in it",
            ));
        }
        if !["text", "json"].contains(&config.log.format.as_str()) {
            return Err(self.misfit("log.format", "must be `text` or `json`"));
        }
        if !is_level(&config.log.level) {
            return Err(self.misfit(
                "log.level",
                "must be error, warn, info, debug or trace, also per module: info,ananke_store=debug",
            ));
        }
        Ok(())
    }

    fn addresses(&self, config: &Config) -> Result<(), ConfigError> {
        let server = &config.server;
        let reachable = !server.listen.ip().is_loopback();
        for proxy in &server.trusted_proxies {
            if let Err(message) = crate::network::parse(proxy) {
                return Err(self.misfit("server.trusted_proxies", &format!("`{proxy}` {message}")));
            }
        }
        for network in &config.outgoing.allowed_networks {
            if let Err(message) = crate::network::parse(network) {
                let message = format!("`{network}` {message}");
                return Err(self.misfit("outgoing.allowed_networks", &message));
            }
        }
        self.certificate(server)?;
        if reachable && server.tls_certificate.is_empty() && server.trusted_proxies.is_empty() {
            return Err(self.misfit(
                "server.listen",
                "is not a loopback address, and without TLS keys would cross the network in clear; name a certificate \
                 and its key in server.tls_certificate and server.tls_key, or listen on 127.0.0.1, or put a proxy that \
                 terminates TLS in front and name its network in server.trusted_proxies",
            ));
        }
        if reachable && (server.public_url.is_empty() || leads_to_this_machine(&server.public_url))
        {
            return Err(self.misfit(
                "server.public_url",
                "must be the address people reach this server by: it is signed into documents",
            ));
        }
        if server.public_url.is_empty() && server.listen.is_ipv6() {
            return Err(self.misfit(
                "server.listen",
                "is an IPv6 address, which cannot stand in documents: give the address people reach this server by \
                 with --public-url, such as http://localhost:8787",
            ));
        }
        let public = (!server.public_url.is_empty())
            .then_some(("server.public_url", &server.public_url))
            .into_iter();
        let former = server
            .former_urls
            .iter()
            .map(|url| ("server.former_urls", url));
        for (key, url) in public.chain(former) {
            if let Err(error) = ananke_format::BaseUrl::parse(url) {
                let message = format!("{error}; it must be like https://documents.example.org");
                return Err(self.misfit(key, &message));
            }
        }
        Ok(())
    }

    /// Certificate and key as settings; what is in the files is looked at by whoever serves.
    fn certificate(&self, server: &Server) -> Result<(), ConfigError> {
        let missing = match (server.tls_certificate.as_str(), server.tls_key.as_str()) {
            ("", "") => return Ok(()),
            ("", _) => "server.tls_certificate",
            (_, "") => "server.tls_key",
            _ if server.public_url.is_empty() || server.public_url.starts_with("https://") => {
                return Ok(());
            }
            _ => {
                return Err(self.misfit(
                    "server.public_url",
                    "must begin with https://: a server with a certificate answers nothing in clear",
                ));
            }
        };
        Err(self.misfit(
            missing,
            "must be named, too: server.tls_certificate and server.tls_key go together",
        ))
    }

    /// Whether mail can be sent as these say; without a host nothing is looked at.
    fn mail(&self, smtp: &Smtp) -> Result<(), ConfigError> {
        if smtp.host.is_empty() {
            return Ok(());
        }
        let fault = match smtp.security.as_str() {
            _ if smtp.host.contains(['/', '@', ':', ' ']) => {
                Some(("smtp.host", "must be a host name, without a port"))
            }
            "starttls" | "tls" => None,
            "none" if leads_to_this_machine(&smtp.host) => None,
            "none" => Some((
                "smtp.security",
                "must be `starttls` or `tls`: mail and password would cross the network in clear; `none` is for this \
                 machine only",
            )),
            _ => Some(("smtp.security", "must be `starttls`, `tls` or `none`")),
        };
        let fault = fault.or_else(|| {
            let is_secret = !smtp.password.expose_secret().is_empty();
            match (smtp.username.is_empty(), is_secret) {
                (true, true) => Some(("smtp.username", "must be named, too: smtp.password is")),
                (false, false) => Some(("smtp.password", "must be given, too: smtp.username is")),
                _ if !is_email(&smtp.from) => Some((
                    "smtp.from",
                    "must be the address that mail comes from, such as ananke@example.org",
                )),
                _ => None,
            }
        });
        fault.map_or(Ok(()), |(key, message)| Err(self.misfit(key, message)))
    }

    fn places(&self, config: &Config) -> Result<(), ConfigError> {
        let data = &config.data;
        if data.dir.as_os_str().is_empty() {
            return Err(self.misfit("data.dir", "must name a directory"));
        }
        let is_address =
            ["postgres://", "postgresql://"].map(|scheme| data.database.starts_with(scheme));
        if data.database != "sqlite" && is_address == [false, false] {
            return Err(self.misfit(
                "data.database",
                "must be `sqlite` or `postgres://user@host/database`",
            ));
        }
        if data.database != "sqlite"
            && let Err(error) = ananke_store::check_postgres_url(&data.database, &config.network())
        {
            return Err(self.misfit("data.database", &error.to_string()));
        }
        let sink = &config.audit.sink;
        if !sink.as_os_str().is_empty() && full(sink).starts_with(full(&data.dir)) {
            return Err(self.misfit(
                "audit.sink",
                "must lie outside of the data directory: whoever puts that back would put it back, too",
            ));
        }
        if !data.anchor.is_empty() && full(Path::new(&data.anchor)).starts_with(full(&data.dir)) {
            return Err(self.misfit(
                "data.anchor",
                "must lie outside of the data directory: in there it would be put back together with the database",
            ));
        }
        Ok(())
    }
}

/// What the log understands; a lone word that is no level would be taken for the name of a module, and silence all
/// others.
fn is_level(text: &str) -> bool {
    let is_known = |word: &str| LEVELS.contains(&word.to_ascii_lowercase().as_str());
    text.parse::<Targets>().is_ok()
        && !text.contains(char::is_whitespace)
        && text
            .split(',')
            .all(|directive| directive.contains('=') || is_known(directive))
}

/// Whether traces may be sent there: what leaves this machine does not leave it in clear.
fn is_collector(url: &str) -> bool {
    let host = url.parse::<axum::http::Uri>().ok();
    let host = host.and_then(|url| url.authority().map(ToString::to_string));
    let safe =
        url.starts_with("https://") || url.starts_with("http://") && leads_to_this_machine(url);
    safe && host.is_some_and(|host| !host.contains('@'))
}

/// The path from the root, without detours and, as far as it exists, without links.
fn full(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
            plain = std::fs::canonicalize(&plain).unwrap_or(plain);
        }
    }
    plain
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_words_the_log_knows() {
        for good in [
            "info",
            "WARN",
            "off",
            "info,ananke_store=debug",
            "ananke_server[request]=trace,warn",
        ] {
            assert!(is_level(good), "{good}");
        }
        for bad in ["", "verbose", "ananke_store=blah", "info,loud"] {
            assert!(!is_level(bad), "{bad}");
        }
    }

    #[test]
    fn traces_leave_this_machine_only_by_https() {
        for good in [
            "http://127.0.0.1:4318/v1/traces",
            "http://localhost:4318/v1/traces",
            "http://[::1]:4318/v1/traces",
            "https://collector.example.org/v1/traces",
        ] {
            assert!(is_collector(good), "{good}");
        }
        for bad in [
            "http://collector.example.org/v1/traces",
            "http://127.0.0.1.example.org/v1/traces",
            "http://127.0.0.1@collector.example.org/",
            "http://127.0.0.1:x@collector.example.org/",
            "https://user:password@collector.example.org/",
            "grpc://127.0.0.1:4317",
            "127.0.0.1:4318",
            "https://",
        ] {
            assert!(!is_collector(bad), "{bad}");
        }
    }

    #[test]
    fn detours_and_links_lead_to_one_path() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real");
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, dir.path().join("link")).unwrap();
        for spelled in ["link/x", "real/./x", "real/../link/x", "none/../real/x"] {
            assert_eq!(full(&dir.path().join(spelled)), full(&real.join("x")));
        }
        assert!(full(Path::new("a/b")).starts_with(full(Path::new("a"))));
        assert!(!full(Path::new("ab")).starts_with(full(Path::new("a"))));
    }
}
