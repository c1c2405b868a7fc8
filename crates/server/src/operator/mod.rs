//! What the operator does: tenants, keys, audit. Never over the network.
//!
//! A running server answers on a Unix socket in its data directory, which only its user can enter;
//! while no server runs, the same routes are called in process. The commands cannot tell the difference.

mod alerts;
mod checklist;
mod domain;
mod drill;
mod routes;
mod signing_keys;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::response::Response;
use serde_json::Value;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::app::App;
use crate::config::Config;
use crate::start::{self, StartError};

/// The socket's name in the data directory.
const SOCKET: &str = "operator.sock";

/// Why the operator got no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No server runs, and the data cannot be opened here.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server did not answer as it should.
    #[error("the server on {path} did not answer: {message}")]
    Server {
        /// The socket.
        path: PathBuf,
        /// What happened.
        message: String,
    },
}

/// The operator's socket of a running server; dropping it closes it.
pub struct Socket {
    path: PathBuf,
    served: JoinHandle<()>,
}

impl Socket {
    /// Listens.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn open(app: &App) -> std::io::Result<Self> {
        let path = app.config.data.dir.join(SOCKET);
        // The store's lock says that no other server uses this directory: what is there is a leftover.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let router = routes::router(app);
        let served = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(error = %error, "the operator socket ended");
            }
        });
        Ok(Self { path, served })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.served.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Calls one of the operator's routes: status and JSON body.
///
/// # Errors
/// No server runs and the data cannot be opened, or the server does not answer.
pub async fn call(
    config: &Config,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Result<(u16, Value), CallError> {
    let socket = config.data.dir.join(SOCKET);
    let failed = |message: String| CallError::Server {
        path: socket.clone(),
        message,
    };
    let request = request(method, path, body).map_err(|error| failed(error.to_string()))?;
    let response = match UnixStream::connect(&socket).await {
        Ok(stream) => send(stream, request)
            .await
            .map_err(|error| failed(error.to_string()))?,
        Err(_) => return in_process(config, request, &socket).await,
    };
    read(response, &socket).await
}

/// Opens the data, answers, closes.
async fn in_process(
    config: &Config,
    request: Request<Body>,
    socket: &Path,
) -> Result<(u16, Value), CallError> {
    let (app, _) = start::open(config.clone(), start::Options::default(), None).await?;
    let response = match routes::router(&app).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let answer = read(response, socket).await;
    start::close(&app).await;
    answer
}

fn request(
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Result<Request<Body>, axum::http::Error> {
    let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "operator");
    match body {
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    }
}

async fn send(stream: UnixStream, request: Request<Body>) -> Result<Response, hyper::Error> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?.map(Body::new))
}

async fn read(response: Response, socket: &Path) -> Result<(u16, Value), CallError> {
    let status = response.status().as_u16();
    let failed = |message: String| CallError::Server {
        path: socket.to_owned(),
        message,
    };
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let value = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?
    };
    Ok((status, value))
}
