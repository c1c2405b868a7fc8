//! What a server says once it is ready: to scripts in a file, to people on standard error.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

/// Facts of a server that is ready.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Where it answers.
    pub url: String,
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
        for (name, key) in [("liveKey", &self.live_key), ("testKey", &self.test_key)] {
            if let Some(key) = key {
                facts[name] = key.expose_secret().into();
            }
        }
        format!("{facts}\n")
    }

    /// Writes the facts as JSON, atomically, for this user only.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(self.to_json().as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    }
}
