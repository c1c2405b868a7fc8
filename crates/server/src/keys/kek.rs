//! The key-encryption key: given by the operator, or a file made at the first start.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use ananke_format::Sha256;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::KeyError;
use crate::ctx::Ctx;

/// The key under which every other key of the instance is wrapped.
pub struct Kek(Zeroizing<[u8; 32]>);

impl Kek {
    /// Reads a key given by the operator.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let text = text.expose_secret().trim();
        if text.len() != 64 || !text.is_ascii() {
            return Err(KeyError::Malformed);
        }
        let mut key = Zeroizing::new([0; 32]);
        for (byte, at) in key.iter_mut().zip((0..64).step_by(2)) {
            let digits = text.get(at..at + 2).ok_or(KeyError::Malformed)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| KeyError::Malformed)?;
        }
        Ok(Self(key))
    }

    /// Reads the file, which nobody else may be able to read. `None`: there is none.
    ///
    /// # Errors
    /// The file cannot be read, is readable by others, or is malformed.
    pub fn read(path: &Path) -> Result<Option<Self>, KeyError> {
        let failed = |source| KeyError::File {
            path: path.to_owned(),
            source,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => SecretString::from(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mode = std::fs::metadata(path)
            .map_err(failed)?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Readable(path.to_owned()));
        }
        Self::parse(&text).map(Some)
    }

    /// Makes a new key and writes it, durably and for this user only. Never overwrites.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn create(path: &Path, ctx: &Ctx) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File {
            path: path.to_owned(),
            source,
        };
        let key = Zeroizing::new(ctx.random::<32>());
        let mut text = Zeroizing::new(String::with_capacity(65));
        for byte in key.iter() {
            use std::fmt::Write as _;
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        if let Some(dir) = path.parent() {
            std::fs::File::open(dir)
                .and_then(|dir| dir.sync_all())
                .map_err(failed)?;
        }
        Ok(Self(key))
    }

    /// The bytes, for wrapping.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Names the key without giving it away: what a backup records to ask for the right one.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::of_parts(&[b"ananke kek fingerprint v1\0", self.0.as_slice()]);
        digest.to_hex().chars().take(16).collect()
    }
}
