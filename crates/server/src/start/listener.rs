//! The listener: TLS or none, time limits on handshakes and headers, draining, and the operator's socket.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum_server::{Handle, Server};
use tokio::task::JoinHandle;

use super::StartError;
use crate::app::App;
use crate::tls::Acceptor;
use crate::{http, jobs, operator};

/// How long running requests may take to end once the server stops.
const DRAIN: Duration = Duration::from_secs(30);

/// A server that listens.
pub struct Listening {
    handle: Handle<SocketAddr>,
    served: JoinHandle<()>,
    jobs: JoinHandle<()>,
    operator: Option<operator::Socket>,
}

impl Listening {
    /// Lets running requests end, then stops.
    pub async fn stop(mut self) {
        self.handle.graceful_shutdown(Some(DRAIN));
        let _ = (&mut self.served).await;
        self.jobs.abort();
        drop(self.operator.take());
    }

    /// Waits until the listener ends.
    pub async fn stopped(&mut self) {
        let _ = (&mut self.served).await;
    }
}

/// Takes the address, before anything else is done.
pub fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let failed = |source| StartError::Io {
        what: format!("cannot listen on {address}"),
        source,
    };
    let socket = TcpListener::bind(address).map_err(failed)?;
    socket.set_nonblocking(true).map_err(failed)?;
    Ok(socket)
}

/// A server on this socket that does not wait for ever for the head of a request.
pub fn server(
    app: &App,
    socket: TcpListener,
    handle: &Handle<SocketAddr>,
) -> std::io::Result<Server<SocketAddr>> {
    let header_timeout = Duration::from_secs(app.config.server.header_timeout_seconds);
    // HTTP/1 only (docs/decisions/0098); the detection of HTTP/2 would wait for ever for the first byte.
    let mut server = axum_server::from_tcp(socket)?
        .handle(handle.clone())
        .http1_only()
        .first_request_timeout(header_timeout);
    server
        .http_builder()
        .http1()
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(header_timeout);
    Ok(server)
}

/// Starts to answer.
pub fn listen(app: &App, socket: TcpListener) -> Result<Listening, StartError> {
    let failed = |source| StartError::Io {
        what: "listener".to_owned(),
        source,
    };
    let handle = Handle::new();
    let server = server(app, socket, &handle).map_err(failed)?;
    let service = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let acceptor = app.certificate.get().cloned().map(|served| Acceptor {
        served,
        limit: Duration::from_secs(app.config.server.header_timeout_seconds),
    });
    let served = tokio::spawn(async move {
        let ended = match acceptor {
            Some(acceptor) => server.acceptor(acceptor).serve(service).await,
            None => server.serve(service).await,
        };
        if let Err(error) = ended {
            tracing::error!(error = %error, "the listener ended");
        }
    });
    let operator = match operator::Socket::open(app) {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::warn!(error = %error, "no operator socket: tenants and keys are managed with the server stopped");
            None
        }
    };
    Ok(Listening {
        handle,
        served,
        jobs: tokio::spawn(jobs::run(app.clone())),
        operator,
    })
}
