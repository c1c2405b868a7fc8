//! The server's own certificate: read and checked, spoken with, and read again when its files change.
//!
//! It owns which TLS is spoken: 1.2 and 1.3, with HTTP/1.1 inside. It does not own where the files come from: whoever
//! renews a certificate writes them, and a pair that is no good leaves the one before in its place.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest;
use axum_server::accept::Accept;
use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use x509_cert::der::Decode as _;
use zeroize::Zeroizing;

use crate::config::{Server, secrets};

const CERTIFICATE: &str = "server.tls_certificate";
const KEY: &str = "server.tls_key";

/// Why a certificate and its key cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("setting `{setting}`: {message}")]
pub struct TlsError {
    /// Which of the two settings names what is wrong.
    pub setting: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// A certificate and its key, ready to be spoken with.
struct Pair {
    config: Arc<ServerConfig>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Pair {
    fn is_valid(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// What was found in the files: a pair or what is wrong, and a digest that is another one once they change.
struct Found {
    digest: Vec<u8>,
    pair: Result<Pair, TlsError>,
}

/// The certificate new connections are answered with.
pub struct Served {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Pair>,
    /// What the files held when they were looked at last.
    seen: Mutex<Vec<u8>>,
}

impl Served {
    /// Reads the pair that the settings name, if they name one.
    ///
    /// # Errors
    /// A file cannot be read, or holds something else; everybody can read the key; it is the key of another
    /// certificate. One that has expired is no error: people who are in the middle of renewing it need the server.
    pub fn open(server: &Server) -> Result<Option<Self>, TlsError> {
        if server.tls_certificate.is_empty() {
            return Ok(None);
        }
        let (certificate, key) = (&server.tls_certificate, &server.tls_key);
        let (certificate, key) = (PathBuf::from(certificate), PathBuf::from(key));
        let found = find(&certificate, &key);
        Ok(Some(Self {
            certificate,
            key,
            current: RwLock::new(found.pair?),
            seen: Mutex::new(found.digest),
        }))
    }

    /// When the certificate that is served expires.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).not_after
    }

    /// Says so where clients refuse the certificate now.
    pub fn warn(&self, now: Timestamp) {
        let current = self.current.read();
        let current = current.unwrap_or_else(PoisonError::into_inner);
        if !current.is_valid(now) {
            tracing::warn!(
                notBefore = %current.not_before,
                notAfter = %current.not_after,
                "the certificate is not valid now: every client refuses this server until the files of \
                 server.tls_certificate and server.tls_key hold another one"
            );
        }
    }

    /// Looks at the files again, and serves what they hold to new connections, if it is any good. It blocks. Nothing
    /// is said of files that did not change, unless somebody `asked`.
    pub fn look_again(&self, now: Timestamp, asked: bool) {
        let found = find(&self.certificate, &self.key);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == found.digest && !asked {
            return;
        }
        seen.clone_from(&found.digest);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let refusal = match found.pair {
            Ok(new) if !new.is_valid(now) && current.is_valid(now) => format!(
                "it is valid from {} to {}, and not now",
                new.not_before, new.not_after
            ),
            Ok(new) => {
                tracing::info!(notAfter = %new.not_after, "certificate read, for new connections");
                *current = new;
                return;
            }
            Err(error) => error.to_string(),
        };
        tracing::error!(
            error = %refusal,
            notAfter = %current.not_after,
            "the new certificate is no good, and the one before is served on"
        );
    }

    fn config(&self) -> Arc<ServerConfig> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner).config)
    }
}

fn find(certificate: &Path, key: &Path) -> Found {
    let read = |setting, path: &Path| {
        let read = std::fs::read(path).map(Zeroizing::new);
        read.map_err(|error| unfit(setting, path, &error))
    };
    let mut sum = digest::Context::new(&digest::SHA256);
    let pair = (|| {
        let chain = read(CERTIFICATE, certificate)?;
        sum.update(&chain);
        secrets::must_be_private(key).map_err(|error| TlsError {
            setting: KEY,
            message: error.to_string(),
        })?;
        let private = read(KEY, key)?;
        sum.update(&private);
        pair((certificate, &chain), (key, &private))
    })();
    if let Err(error) = &pair {
        sum.update(error.message.as_bytes());
    }
    let digest = sum.finish().as_ref().to_vec();
    Found { digest, pair }
}

/// A pair of the contents of two files.
fn pair(
    (certificate, chain): (&Path, &[u8]),
    (key, private): (&Path, &[u8]),
) -> Result<Pair, TlsError> {
    let wrong = |cause: &dyn Display| unfit(CERTIFICATE, certificate, cause);
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(&error))?;
    let leaf = chain
        .first()
        .ok_or_else(|| wrong(&"holds no certificate in PEM"))?;
    let leaf = x509_cert::Certificate::from_der(leaf).map_err(|error| wrong(&error))?;
    let validity = *leaf.tbs_certificate().validity();
    let instant = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    };
    let private = PrivateKeyDer::from_pem_slice(private).map_err(|_| {
        let what = "holds no private key in PEM that is not encrypted (PKCS#8, PKCS#1 or SEC1)";
        unfit(KEY, key, &what)
    })?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| wrong(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                let place = certificate.display();
                unfit(
                    KEY,
                    key,
                    &format!("is not the key of the first certificate in {place}"),
                )
            }
            other => wrong(&other),
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Pair {
        config: Arc::new(config),
        not_before: instant(validity.not_before),
        not_after: instant(validity.not_after),
    })
}

fn unfit(setting: &'static str, path: &Path, cause: &dyn Display) -> TlsError {
    TlsError {
        setting,
        message: format!("{}: {cause}", path.display()),
    }
}

/// Shakes hands on every connection, with the certificate that is served just then.
#[derive(Clone)]
pub struct Acceptor {
    /// The certificate.
    pub served: Arc<Served>,
    /// How long a handshake may take in all.
    pub limit: Duration,
}

impl<S: Send + 'static> Accept<TcpStream, S> for Acceptor {
    type Stream = TlsStream<TcpStream>;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let handshake = TlsAcceptor::from(self.served.config()).accept(stream);
        let limit = self.limit;
        Box::pin(async move {
            let shaken = tokio::time::timeout(limit, handshake).await;
            match shaken.map_err(io::Error::from).flatten() {
                Ok(stream) => Ok((stream, service)),
                Err(error) => {
                    tracing::debug!(error = %error, "no handshake");
                    Err(error)
                }
            }
        })
    }
}
