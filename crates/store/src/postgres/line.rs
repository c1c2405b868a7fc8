//! The line to PostgreSQL: a connection that lives on one thread, on which nothing is waited for without an end.
//!
//! What stands between here and there may swallow bytes and say nothing: a dead link behind a tunnel looks like a
//! database that thinks. So every wait has a limit of ours, the handshake included, and a line on which one passed is
//! let go, never used again. Letting go cancels nothing over there: what was sent may still happen.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config};

use super::target::Target;
use super::tls::Connector;
use crate::fail;

/// How long an idle line may take to say farewell.
const FAREWELL: Duration = Duration::from_millis(200);

/// Why there is no answer.
pub(super) enum Silence {
    /// The server, or the driver, said so.
    Said(tokio_postgres::Error),
    /// Nobody said anything for too long; the line is gone.
    TooLong,
}

impl From<tokio_postgres::Error> for Silence {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Said(error)
    }
}

/// A line.
pub(super) struct Line {
    // Dropped first: with it the driver's task ends by itself.
    client: Option<Client>,
    driver: JoinHandle<()>,
    runtime: Runtime,
    warned: Arc<AtomicBool>,
    cut: bool,
}

impl Line {
    /// The first host that is there and takes writes; each gets its own time for socket, handshake and question.
    pub(super) fn open(target: &Target) -> Result<Self, Silence> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| Silence::TooLong)?;
        let mut last = Silence::TooLong;
        for host in each_host(&target.config) {
            let limit = limit(host.get_connect_timeout().copied());
            let connector = Connector::new(target.tls.as_ref());
            match runtime.block_on(in_time(limit, host.connect(connector))) {
                Ok((client, mut connection)) => {
                    let warned = Arc::new(AtomicBool::new(false));
                    let flag = Arc::clone(&warned);
                    let driver = runtime.spawn(async move {
                        while let Some(Ok(message)) =
                            poll_fn(|context| connection.poll_message(context)).await
                        {
                            if let AsyncMessage::Notice(notice) = message
                                && (notice.severity() == "WARNING"
                                    || notice.code() == &SqlState::WARNING)
                            {
                                flag.store(true, Ordering::SeqCst);
                            }
                        }
                    });
                    return Ok(Self {
                        client: Some(client),
                        driver,
                        runtime,
                        warned,
                        cut: false,
                    });
                }
                Err(silence) => last = silence,
            }
        }
        Err(last)
    }

    /// Asks, and waits for the answer at most so long.
    pub(super) fn ask<T>(
        &mut self,
        limit: Option<Duration>,
        question: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Silence> {
        let Some(client) = &self.client else {
            return Err(Silence::TooLong);
        };
        let result = self
            .runtime
            .block_on(in_time(self::limit(limit), question(client)));
        if matches!(result, Err(Silence::TooLong)) {
            self.cut();
        }
        result
    }

    /// Whether the server warned since this was asked; asking forgets it.
    pub(super) fn warned(&self) -> bool {
        self.warned.swap(false, Ordering::SeqCst)
    }

    /// Whether nothing more can be asked.
    pub(super) fn is_closed(&self) -> bool {
        self.cut || self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Closes the socket without a word: words would have to be waited for.
    fn cut(&mut self) {
        self.cut = true;
        self.driver.abort();
        let _ = self.runtime.block_on(&mut self.driver);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.is_closed() {
            self.client = None;
            let _ = self
                .runtime
                .block_on(async { tokio::time::timeout(FAREWELL, &mut self.driver).await });
        }
    }
}

async fn in_time<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Silence> {
    match limit {
        None => Ok(work.await?),
        Some(limit) => match tokio::time::timeout(limit, work).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Silence::TooLong),
        },
    }
}

fn limit(limit: Option<Duration>) -> Option<Duration> {
    limit.filter(|_| !fail::at!("wait-without-limit"))
}

/// One configuration for each host, so that one that swallows everything does not use up the time of the next.
fn each_host(config: &Config) -> Vec<Config> {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let ports = config.get_ports();
    (0..hosts.len().max(addresses.len()))
        .map(|at| {
            let mut one = Config::new();
            match hosts.get(at) {
                Some(Host::Tcp(name)) => drop(one.host(name)),
                Some(Host::Unix(path)) => drop(one.host_path(path)),
                None => {}
            }
            if let Some(address) = addresses.get(at) {
                one.hostaddr(*address);
            }
            if let Some(port) = ports.get(at).or(ports.first()) {
                one.port(*port);
            }
            if let Some(user) = config.get_user() {
                one.user(user);
            }
            if let Some(password) = config.get_password() {
                one.password(password);
            }
            if let Some(name) = config.get_dbname() {
                one.dbname(name);
            }
            if let Some(options) = config.get_options() {
                one.options(options);
            }
            if let Some(name) = config.get_application_name() {
                one.application_name(name);
            }
            if let Some(timeout) = config.get_connect_timeout() {
                one.connect_timeout(*timeout);
            }
            if let Some(timeout) = config.get_tcp_user_timeout() {
                one.tcp_user_timeout(*timeout);
            }
            if let Some(interval) = config.get_keepalives_interval() {
                one.keepalives_interval(interval);
            }
            if let Some(retries) = config.get_keepalives_retries() {
                one.keepalives_retries(retries);
            }
            // A Unix socket does not leave this machine, and PostgreSQL speaks no TLS over it.
            let is_socket = matches!(hosts.get(at), Some(Host::Unix(_))) && addresses.is_empty();
            one.keepalives(config.get_keepalives())
                .keepalives_idle(config.get_keepalives_idle())
                .ssl_mode(match is_socket {
                    true => SslMode::Disable,
                    false => config.get_ssl_mode(),
                })
                .channel_binding(config.get_channel_binding())
                .target_session_attrs(config.get_target_session_attrs());
            one
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::each_host;
    use crate::Network;
    use crate::postgres::Target;
    use tokio_postgres::config::{Host, SslMode};

    #[test]
    fn every_host_keeps_its_port_and_all_keep_the_rest() {
        let whole = Target::parse(
            "postgres://ananke:secret@%2Frun%2Fone,localhost:5433/records?connect_timeout=7&sslmode=verify-full",
            &Network::default(),
        )
        .unwrap()
        .config;
        let each = each_host(&whole);
        assert_eq!(each.len(), 2);
        for (one, host) in each.iter().zip(whole.get_hosts()) {
            assert_eq!(one.get_hosts(), std::slice::from_ref(host));
            assert_eq!(one.get_user(), whole.get_user());
            assert_eq!(one.get_password(), whole.get_password());
            assert_eq!(one.get_dbname(), whole.get_dbname());
            assert_eq!(one.get_connect_timeout(), whole.get_connect_timeout());
            assert_eq!(
                one.get_target_session_attrs(),
                whole.get_target_session_attrs()
            );
            assert_eq!(one.get_application_name(), whole.get_application_name());
            assert_eq!(one.get_keepalives_idle(), whole.get_keepalives_idle());
        }
        assert_eq!(each[1].get_ports(), [5433]);
        let modes: Vec<_> = each.iter().map(|one| one.get_ssl_mode()).collect();
        assert_eq!(modes, [SslMode::Disable, SslMode::Require]);
    }

    #[test]
    fn a_socket_with_an_address_beside_it_is_no_socket() {
        let whole = "postgres:///a?host=/run&hostaddr=10.0.0.7&sslmode=verify-full";
        let whole = Target::parse(whole, &Network::default()).unwrap().config;
        let [one] = &each_host(&whole)[..] else {
            panic!()
        };
        assert!(matches!(one.get_hosts(), [Host::Unix(_)]));
        assert_eq!(one.get_ssl_mode(), SslMode::Require);
    }
}
