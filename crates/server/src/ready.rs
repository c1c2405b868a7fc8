//! What a server says once it is ready: to scripts in a file, to people on standard error.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use tempfile::NamedTempFile;

/// Facts of a server that is ready.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Where it answers.
    pub url: String,
    /// Where it is measured, where it is.
    pub metrics_url: Option<String>,
    /// The address signed into documents.
    pub public_url: String,
    /// Its version.
    pub version: &'static str,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Issuer code of the first tenant.
    pub issuer_code: String,
    /// Key of the first tenant for live documents; on the first start only.
    pub live_key: Option<SecretString>,
    /// Key of the first tenant for test documents; on the first start only.
    pub test_key: Option<SecretString>,
    /// Whether it runs without its key-encryption key.
    pub sealed: bool,
    /// Fingerprint of the instance root.
    pub root_fingerprint: String,
}

impl Ready {
    fn to_json(&self) -> String {
        let mut facts = serde_json::json!({
            "url": self.url,
            "version": self.version,
            "engine": self.engine,
            "issuerCode": self.issuer_code,
        });
        if let Some(url) = &self.metrics_url {
            facts["metricsUrl"] = url.as_str().into();
        }
        for (name, key) in [("liveKey", &self.live_key), ("testKey", &self.test_key)] {
            if let Some(key) = key {
                facts[name] = key.expose_secret().into();
            }
        }
        format!("{facts}\n")
    }
}

/// A ready file that can be written, made sure of before there is anything to say: keys are shown once.
pub struct ReadyFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl ReadyFile {
    /// Makes a file of this user only beside the path; it goes again unless it is written.
    ///
    /// # Errors
    /// The folder cannot be written, or the path is a folder.
    pub fn beside(path: &Path) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".ready-")
            .tempfile_in(folder)?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Writes the facts as JSON; whoever sees the file sees all of it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(mut self, ready: &Ready) -> io::Result<()> {
        self.file.write_all(ready.to_json().as_bytes())?;
        self.file.as_file().sync_all()?;
        self.file.persist(&self.path)?;
        Ok(())
    }
}
