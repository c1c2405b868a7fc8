//! Secrets among the settings: which they are, what of them is shown, and the files they are read from. Where else they
//! may be is `sources.rs`'s.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use secrecy::SecretString;
use toml::Value;

use super::ConfigError;

/// What of a setting is secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// All of it.
    Whole,
    /// The password in an address, if there is one.
    Address,
}

/// Settings that are, or may hold, a secret. Each of them can be given by a file, a command or a credential, and is
/// masked wherever settings are shown: this list is the one place.
pub(super) const SECRETS: [(&str, Kind); 4] = [
    ("keys.kek", Kind::Whole),
    ("keys.next_kek", Kind::Whole),
    ("data.database", Kind::Address),
    ("smtp.password", Kind::Whole),
];

fn kind(key: &str) -> Option<Kind> {
    let found = SECRETS.iter().find(|(known, _)| *known == key);
    found.map(|(_, kind)| *kind)
}

/// Whether a setting with this value gives a secret away to whoever sees it.
#[must_use]
pub fn is_secret(key: &str, value: &str) -> bool {
    match kind(key) {
        Some(Kind::Whole) => !value.is_empty(),
        Some(Kind::Address) => without_password(value).is_some(),
        None => false,
    }
}

/// A setting as it may be shown.
pub(super) fn shown(key: &str, value: &Value) -> serde_json::Value {
    if let (Value::String(text), Some(kind)) = (value, kind(key)) {
        return match (kind, without_password(text)) {
            (Kind::Whole, _) if text.is_empty() => "".into(),
            (Kind::Whole, _) => "(set)".into(),
            (Kind::Address, Some(masked)) => masked.into(),
            (Kind::Address, None) => text.as_str().into(),
        };
    }
    // A value of TOML that JSON cannot say (there is none among the settings) is shown in TOML.
    serde_json::to_value(value).unwrap_or_else(|_| value.to_string().into())
}

/// A database's address with `***` for its password; `None` where it has none. What is no address at all may be a
/// password as a whole.
fn without_password(text: &str) -> Option<String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        let suspicious = text.contains(['@', '=', ':']);
        return suspicious.then(|| "***".to_owned());
    };
    let (rest, in_credentials) = mask_credentials(rest);
    let (rest, in_parameters) = mask_parameters(&rest);
    (in_credentials || in_parameters).then(|| format!("{scheme}://{rest}"))
}

/// `user:password@`: the driver ends it at the first `@`, wherever that stands. A second one in the same authority is
/// part of a password somebody forgot to encode.
fn mask_credentials(rest: &str) -> (String, bool) {
    let plain = || (rest.to_owned(), false);
    let Some((credentials, tail)) = rest.split_once('@') else {
        return plain();
    };
    let Some((user, _)) = credentials.split_once(':') else {
        return plain();
    };
    let authority = tail.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    let tail = tail.get(host..).unwrap_or_default();
    (format!("{user}:***@{tail}"), true)
}

/// `?password=…`, also where the name is written in a roundabout way.
fn mask_parameters(rest: &str) -> (String, bool) {
    let Some((place, parameters)) = rest.split_once('?') else {
        return (rest.to_owned(), false);
    };
    let mut masked = false;
    let parameters: Vec<String> = parameters
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            Some((name, _)) if name.contains("pass") || name.contains('%') => {
                masked = true;
                format!("{name}=***")
            }
            _ => parameter.to_owned(),
        })
        .collect();
    (format!("{place}?{}", parameters.join("&")), masked)
}

/// Reads a secret from a file of its own, without the line break at its end.
///
/// # Errors
/// The file cannot be read, or everybody on this machine can read it.
pub fn read(path: &Path) -> Result<SecretString, ConfigError> {
    must_be_private(path)?;
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .map_err(|source| failed(path, source))?;
    Ok(SecretString::from(text.trim()))
}

/// Refuses a file that everybody can use. The group may read it: that is how containers are handed secrets.
///
/// # Errors
/// The file is not there, or everybody can read it.
pub(crate) fn must_be_private(path: &Path) -> Result<(), ConfigError> {
    let metadata = std::fs::metadata(path).map_err(|source| failed(path, source))?;
    if metadata.permissions().mode() & 0o007 == 0 {
        Ok(())
    } else {
        Err(ConfigError::Exposed {
            path: path.to_owned(),
        })
    }
}

fn failed(path: &Path, source: std::io::Error) -> ConfigError {
    ConfigError::Read {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: &str = "data.database";

    #[test]
    fn no_password_of_a_database_is_shown() {
        for (address, masked) in [
            ("postgres://u:pw@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p@w@h:1/d", "postgres://u:***@h:1/d"),
            ("postgres://u:p/w@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p?w@h/d", "postgres://u:***@h/d"),
            ("postgres://u:@h/d", "postgres://u:***@h/d"),
            (
                "postgresql:///d?host=/run&password=pw&user=u",
                "postgresql:///d?host=/run&password=***&user=u",
            ),
            (
                "postgres://h/d?p%61ssword=pw",
                "postgres://h/d?p%61ssword=***",
            ),
            ("host=h password=pw", "***"),
            ("u:pw@h", "***"),
        ] {
            assert!(is_secret(DATABASE, address), "{address}");
            let value = shown(DATABASE, &Value::from(address));
            assert_eq!(value, masked, "{address}");
        }
        for address in [
            "sqlite",
            "postgres://u@h:5432/d",
            "postgres:///d?host=/run&user=u",
            "postgresx",
        ] {
            assert!(!is_secret(DATABASE, address), "{address}");
            assert_eq!(shown(DATABASE, &Value::from(address)), address);
        }
    }

    #[test]
    fn the_group_may_read_a_secret_and_everybody_may_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        std::fs::write(&path, "s\n").unwrap();
        for (mode, good) in [
            (0o600, true),
            (0o640, true),
            (0o440, true),
            (0o644, false),
            (0o602, false),
            (0o601, false),
        ] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = read(&path).map_err(|error| error.to_string());
            assert_eq!(read.is_ok(), good, "{mode:o}");
            if let Err(text) = read {
                assert!(text.contains("chmod o= "), "{text}");
            }
        }
    }
}
