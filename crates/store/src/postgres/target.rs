//! Where PostgreSQL is: the URL read, and what of it is refused because it would cross a network in clear.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::tls::Tls;
use crate::Error;
use crate::options::Network;

/// Where it is, and how it proves who it is.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) config: Config,
    /// Where `sslmode=verify-full` is asked for, on this machine or off it.
    pub(crate) tls: Option<Tls>,
}

impl Target {
    /// Reads the URL, and the certificate authorities it goes by.
    pub(crate) fn parse(url: &str, network: &Network) -> Result<Self, Error> {
        let (url, asked) = Asked::taken_from(url)?;
        let mut config: Config = url
            .parse()
            // The driver's text may quote the URL, which may hold a password.
            .map_err(|_| refused("the PostgreSQL URL cannot be parsed"))?;
        if config.get_hosts().is_empty() {
            return Err(refused(
                "the PostgreSQL URL names no host: write postgres://user@localhost/database, or \
                 ?host=/run/postgresql for a unix socket",
            ));
        }
        let verifies = asked.verifies()?;
        // The driver knows more spellings of a name than one.
        if !verifies && config.get_ssl_mode() == SslMode::Require {
            return Err(unverified("require"));
        }
        if !verifies && !network.trusted {
            must_be_here(&config)?;
        }
        let tls = verifies.then(|| asked.tls(network)).transpose()?;
        config.ssl_mode(match verifies {
            true => SslMode::Require,
            false => SslMode::Disable,
        });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(2));
        }
        if config.get_target_session_attrs() == TargetSessionAttrs::Any {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_application_name().is_none() {
            config.application_name("ananke");
        }
        config.keepalives_idle(Duration::from_secs(10));
        Ok(Self { config, tls })
    }

    /// Hosts and ports, as people know them.
    pub(crate) fn place(&self) -> String {
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate();
        let hosts = hosts.map(|(at, host)| {
            let port = ports.get(at).or(ports.first()).unwrap_or(&5432);
            match host {
                Host::Tcp(name) if name.contains(':') => format!("[{name}]:{port}"),
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => path.display().to_string(),
            }
        });
        hosts.collect::<Vec<_>>().join(", ")
    }
}

/// What the URL asks of TLS, in the words of PostgreSQL's own programs; the driver knows only some of them.
#[derive(Default)]
struct Asked {
    mode: Option<String>,
    authorities: Option<String>,
}

impl Asked {
    /// Takes it out of the URL and gives what is left.
    fn taken_from(url: &str) -> Result<(String, Self), Error> {
        let mut asked = Self::default();
        let is_url = ["postgres://", "postgresql://"].map(|scheme| url.starts_with(scheme));
        // The driver ends the credentials at the first `@`, wherever that stands.
        let (credentials, rest) = url.split_at(url.find('@').map_or(0, |at| at + 1));
        let (true, Some((place, parameters))) = (is_url != [false, false], rest.split_once('?'))
        else {
            return Ok((url.to_owned(), asked));
        };
        let mut others = Vec::new();
        for parameter in parameters.split('&') {
            let (slot, value) = match parameter.split_once('=') {
                Some(("sslmode", value)) => (&mut asked.mode, value),
                Some(("sslrootcert", value)) => (&mut asked.authorities, value),
                _ => {
                    others.push(parameter);
                    continue;
                }
            };
            if slot.replace(decoded(value)?).is_some() {
                return Err(refused(
                    "the PostgreSQL URL says sslmode or sslrootcert twice: say it once",
                ));
            }
        }
        Ok((format!("{credentials}{place}?{}", others.join("&")), asked))
    }

    /// Whether the server has to prove who it is. TLS without that would be for whoever answers.
    fn verifies(&self) -> Result<bool, Error> {
        match self.mode.as_deref() {
            Some("verify-full") => Ok(true),
            None | Some("disable" | "prefer") if self.authorities.is_some() => Err(refused(
                "the PostgreSQL URL names certificate authorities by sslrootcert and does not ask for them: add \
                 sslmode=verify-full",
            )),
            None | Some("disable" | "prefer") => Ok(false),
            Some(other) => Err(unverified(other)),
        }
    }

    fn tls(&self, network: &Network) -> Result<Tls, Error> {
        match self.authorities.as_deref() {
            Some("system") => Tls::of_the_system(None),
            Some(file) => Tls::of_a_file(Path::new(file)),
            None => Tls::of_the_system(network.ca_file.as_deref()),
        }
    }
}

/// The value of a parameter, as the driver reads it.
fn decoded(value: &str) -> Result<String, Error> {
    let read: Result<Config, _> = format!("postgres:///?application_name={value}").parse();
    let read = read.map_err(|_| refused("the PostgreSQL URL cannot be parsed"))?;
    Ok(read.get_application_name().unwrap_or_default().to_owned())
}

/// Refuses hosts that would be reached without TLS over a network.
fn must_be_here(config: &Config) -> Result<(), Error> {
    let is_here = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    };
    if config.get_hosts().iter().all(is_here)
        && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
    {
        return Ok(());
    }
    Err(refused(
        "a PostgreSQL host is neither loopback nor a unix socket, and connections over a network need TLS: add \
         sslmode=verify-full to the URL, and sslrootcert=FILE where an authority of your own signed its certificate; \
         or say data.trusted_network = true where the network itself is guarded",
    ))
}

fn unverified(mode: &str) -> Error {
    // Only what is a word of PostgreSQL's is repeated: anything else may be part of a password.
    let named = match mode {
        "require" | "verify-ca" | "allow" => mode,
        _ => "of this value",
    };
    refused(&format!(
        "sslmode {named} would be TLS with whoever answers, or none: write sslmode=verify-full"
    ))
}

fn refused(reason: &str) -> Error {
    Error::Refused {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(url: &str) -> Target {
        Target::parse(url, &Network::default()).unwrap()
    }

    #[test]
    fn hosts_are_named_as_people_know_them() {
        for (url, named) in [
            ("postgres://a@localhost/b", "localhost:5432"),
            ("postgres://a@[::1]:7/b", "[::1]:7"),
            (
                "postgres://a@localhost:5,%2Frun%2Fpg:6/b",
                "localhost:5, /run/pg",
            ),
        ] {
            assert_eq!(near(url).place(), named);
        }
    }

    #[test]
    fn only_a_host_that_takes_writes_will_do() {
        let attributes = near("postgres://a@localhost/b")
            .config
            .get_target_session_attrs();
        assert_eq!(attributes, TargetSessionAttrs::ReadWrite);
    }

    #[test]
    fn only_hosts_on_this_machine_are_reached_without_tls() {
        let (here, guarded) = (Network::default(), trusted());
        for url in [
            "postgres://ananke@localhost/ananke",
            "postgres://ananke@127.0.0.1:5433/ananke",
            "postgres://ananke@[::1]/ananke",
            "postgres:///ananke?host=/run/postgresql&user=ananke",
            "postgres://ananke@localhost/ananke?sslmode=disable",
        ] {
            assert!(near(url).tls.is_none(), "{url}");
            assert_eq!(near(url).config.get_ssl_mode(), SslMode::Disable);
        }
        for url in [
            "postgres://ananke@db.example/ananke",
            "postgres://ananke@10.0.0.7/ananke",
            "postgres://ananke@[::ffff:127.0.0.1]/ananke",
            "postgres://ananke@localhost,db.example/ananke",
            "postgres://ananke@localhost/ananke?hostaddr=10.0.0.7",
            "postgres://ananke@db.example/ananke?sslmode=disable",
            "postgres://ananke@db.example/ananke?sslmode=prefer",
        ] {
            let text = refusal(url, &here);
            assert!(text.contains("add sslmode=verify-full"), "{url}: {text}");
            assert!(Target::parse(url, &guarded).is_ok(), "{url}");
        }
    }

    #[test]
    fn tls_with_whoever_answers_is_asked_for_by_nobody() {
        for network in [Network::default(), trusted()] {
            for mode in ["require", "allow", "verify-ca", "VERIFY-FULL", ""] {
                for host in ["localhost", "db.example"] {
                    let url = format!("postgres://ananke:secret@{host}/ananke?sslmode={mode}");
                    let text = refusal(&url, &network);
                    assert!(text.contains("write sslmode=verify-full"), "{url}: {text}");
                    assert!(!text.contains("secret"), "{text}");
                }
            }
            for url in [
                "postgres://a@localhost/b?ssl%6dode=require",
                "postgres://a@localhost/b?sslmode=verify-full&sslmode=disable",
                "postgres://a@localhost/b?sslrootcert=/ca.pem",
                "postgres://a@localhost/b?sslmode=verify-full&sslrootcert=/no/such.pem",
                "postgres:///ananke",
                "nonsense",
            ] {
                refusal(url, &network);
            }
        }
    }

    #[test]
    fn verify_full_is_verify_full_everywhere() {
        for url in [
            "postgres://a@localhost/b?sslmode=verify-full",
            "postgres://a@127.0.0.1/b?sslmode=verify-full&sslrootcert=system",
            "postgres://a@db.example/b?connect_timeout=3&ssl%6dode=disable&sslmode=verify%2Dfull",
            "postgres://a:p?w&sslmode=disable@db.example/b?sslmode=verify-full",
        ] {
            for network in [Network::default(), trusted()] {
                let target = Target::parse(url, &network).unwrap();
                assert!(target.tls.is_some(), "{url}");
                assert_eq!(target.config.get_ssl_mode(), SslMode::Require, "{url}");
                assert_eq!(target.config.get_dbname(), Some("b"), "{url}");
            }
        }
    }

    fn trusted() -> Network {
        Network {
            trusted: true,
            ..Network::default()
        }
    }

    #[track_caller]
    fn refusal(url: &str, network: &Network) -> String {
        match Target::parse(url, network) {
            Err(Error::Refused { reason }) => reason,
            Err(other) => panic!("{url}: {other}"),
            Ok(_) => panic!("{url} was taken"),
        }
    }
}
