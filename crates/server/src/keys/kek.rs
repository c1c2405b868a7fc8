//! The key-encryption key: given by the operator, or a file made at the first start.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
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
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
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
        let kek = Self(Zeroizing::new(ctx.random::<32>()));
        kek.write(path)?;
        Ok(kek)
    }

    /// Writes the key into a new file, durably and for this user only. It is there whole or not at all, and never
    /// written over.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        let failed = |source| KeyError::File {
            path: path.to_owned(),
            source,
        };
        let mut text = Zeroizing::new(String::with_capacity(65));
        for byte in self.0.iter() {
            use std::fmt::Write as _;
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Of mode 0600, and under its name once it is on disk: half a key would open nothing, for ever.
        let mut file = tempfile::Builder::new()
            .prefix(".kek-")
            .tempfile_in(folder)
            .map_err(failed)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.as_file().sync_all())
            .map_err(failed)?;
        file.persist_noclobber(path)
            .map_err(|error| failed(error.error))?;
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }

    /// A key from its bytes, if they are as many as a key has.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 32] = bytes.try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctx::Clock;

    const DIGITS: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

    fn parse(text: &str) -> Option<[u8; 32]> {
        let parsed = Kek::parse(&SecretString::from(text.to_owned()));
        match parsed {
            Ok(kek) => Some(*kek.bytes()),
            Err(KeyError::Malformed) => None,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        let bytes: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).unwrap());
        assert_eq!(parse(DIGITS), Some(bytes));
        assert_eq!(parse(&format!(" {DIGITS}\n")), Some(bytes));
        for bad in [
            String::new(),
            DIGITS[1..].to_owned(),
            format!("{DIGITS}0"),
            DIGITS.replace("1F", "1G"),
            // What Rust takes for a number too.
            DIGITS.replace("1F", "+F"),
            // 64 bytes, and no digits.
            DIGITS.replace("1E1F", "\u{20ac}1"),
        ] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
        // `printf 'ananke kek fingerprint v1\0' | cat - key | sha256sum`
        let kek = Kek::parse(&SecretString::from(DIGITS)).unwrap();
        assert_eq!(kek.fingerprint(), "90687f9eb2a67e52");
    }

    #[test]
    fn a_new_key_comes_back_and_nobody_else_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kek");
        let ctx = Ctx::new(Clock::System);
        assert!(Kek::read(&path).unwrap().is_none());
        let made = Kek::create(&path, &ctx).unwrap();
        let read = Kek::read(&path).unwrap().unwrap();
        assert_eq!(read.bytes(), made.bytes());
        assert_ne!(made.bytes(), &[0; 32]);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(
            Kek::create(&path, &ctx).is_err(),
            "it is never written over"
        );
        for mode in [0o640, 0o604, 0o620, 0o601] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = Kek::read(&path);
            assert!(matches!(refused, Err(KeyError::Readable(_))), "{mode:o}");
        }
        assert!(
            matches!(Kek::read(dir.path()), Err(KeyError::File { .. })),
            "no file, and not absent either"
        );
    }
}
