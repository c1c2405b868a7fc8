//! TLS to PostgreSQL: whom this machine believes, and the driver's line inside of it.
//!
//! The certificate has to lead to one of the authorities, be valid now, and name the host of the URL; there is no
//! way to ask for less.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

use crate::Error;

/// Whom to believe.
#[derive(Clone)]
pub(crate) struct Tls {
    config: Arc<ClientConfig>,
    /// The file of authorities, for PostgreSQL's own programs. `None`: the system's alone.
    pub(crate) ca_file: Option<PathBuf>,
}

impl Tls {
    /// The authorities of this file and no others, as PostgreSQL's own programs have it.
    pub(super) fn of_a_file(path: &Path) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        add_file(&mut roots, path)?;
        Self::new(roots, Some(path))
    }

    /// Those of the system, and further ones.
    pub(super) fn of_the_system(besides: Option<&Path>) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = besides {
            add_file(&mut roots, path)?;
        }
        Self::new(roots, besides)
    }

    fn new(roots: RootCertStore, ca_file: Option<&Path>) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            ca_file: ca_file.map(Path::to_owned),
        })
    }
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), Error> {
    let wrong = |cause: &dyn std::fmt::Display| {
        let path = path.display();
        refused(format!(
            "the certificate authorities for PostgreSQL in {path}: {cause}"
        ))
    };
    let pem = std::fs::read(path).map_err(|error| wrong(&error))?;
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| wrong(&error))?;
        roots.add(certificate).map_err(|error| wrong(&error))?;
    }
    match roots.len() > before {
        true => Ok(()),
        false => Err(wrong(&"the file holds no certificate in PEM")),
    }
}

fn refused(reason: String) -> Error {
    Error::Refused { reason }
}

/// Whether it was TLS that failed, and not the line below it.
pub(super) fn is_refusal(error: &tokio_postgres::Error) -> bool {
    // The driver keeps the kinds of its errors to itself.
    error
        .to_string()
        .starts_with("error performing TLS handshake")
}

/// What the driver asks for TLS, once for each connection.
#[derive(Clone)]
pub(super) struct Connector(Option<Arc<ClientConfig>>);

impl Connector {
    pub(super) fn new(tls: Option<&Tls>) -> Self {
        Self(tls.map(|tls| Arc::clone(&tls.config)))
    }
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Encrypted;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Handshake> {
        Ok(Handshake {
            config: self.0.clone(),
            host: host.to_owned(),
        })
    }
}

/// A handshake to come.
pub(super) struct Handshake {
    config: Option<Arc<ClientConfig>>,
    host: String,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let config = self
                .config
                .ok_or_else(|| io::Error::other("TLS was not asked for"))?;
            let host = ServerName::try_from(self.host).map_err(io::Error::other)?;
            let stream = TlsConnector::from(config).connect(host, socket).await?;
            Ok(Encrypted(Box::new(stream)))
        })
    }
}

/// The line inside TLS.
pub(super) struct Encrypted(Box<tokio_rustls::client::TlsStream<Socket>>);

impl TlsStream for Encrypted {
    /// None: the certificate has proved the host already, and a password goes nowhere else.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
