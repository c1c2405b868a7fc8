//! The public URL of an instance, and every address derived from it.

use std::fmt;
use std::str::FromStr;

use crate::certificate_reference::CertificateReference;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;
use crate::reference::Reference;
use crate::words::text_serde;

/// `http(s)://host[:port][/path…]`, without a slash at the end, spelled in one way.
///
/// The host is a name or an IPv4 address in lower case; user names, queries, fragments, default
/// ports and percent signs are refused, because the text is signed into documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseUrl {
    text: String,
    /// Where the host begins: behind `://`.
    host: usize,
}

/// A text that cannot be the public URL of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Neither `https://` nor `http://`.
    #[error("a public URL begins with https:// or http://")]
    Scheme,
    /// No host, or one that is not lower-case letters, digits, dots and hyphens.
    #[error("the host must be a lower-case name or an IPv4 address")]
    Host,
    /// The port is not 1 to 65535, has leading zeros, or is the scheme's own.
    #[error("the port must be 1 to 65535 and not the scheme's own")]
    Port,
    /// The path has an empty or dot segment, ends in a slash or holds an unusual character.
    #[error("the path must be plain segments without a slash at the end")]
    Path,
    /// Longer than 200 characters.
    #[error("a public URL has at most 200 characters")]
    Length,
}

impl BaseUrl {
    /// The longest public URL.
    pub const MAX_LEN: usize = 200;

    /// Reads a public URL in its one spelling.
    ///
    /// # Errors
    /// [`BaseUrlError`] naming the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let (host_at, own_port) = if text.starts_with("https://") {
            (8, 443)
        } else if text.starts_with("http://") {
            (7, 80)
        } else {
            return Err(BaseUrlError::Scheme);
        };
        if text.len() > Self::MAX_LEN {
            return Err(BaseUrlError::Length);
        }
        let rest = text.get(host_at..).unwrap_or_default();
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, Some(path)),
            None => (rest, None),
        };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        if !is_host(host) {
            return Err(BaseUrlError::Host);
        }
        if let Some(port) = port {
            let number: u16 = port.parse().map_err(|_| BaseUrlError::Port)?;
            if number == 0 || number == own_port || number.to_string() != port {
                return Err(BaseUrlError::Port);
            }
        }
        if let Some(path) = path
            && !path.split('/').all(is_segment)
        {
            return Err(BaseUrlError::Path);
        }
        Ok(Self {
            text: text.to_owned(),
            host: host_at,
        })
    }

    /// The URL, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where people verify a document: `{base}/v/{reference}`.
    #[must_use]
    pub fn verification_url(&self, reference: &Reference) -> String {
        format!("{self}/v/{reference}")
    }

    /// The page of an issuer: `{base}/i/{code}`.
    #[must_use]
    pub fn issuer_url(&self, issuer: &IssuerCode) -> String {
        format!("{self}/i/{issuer}")
    }

    /// The did:web of an issuer: `did:web:<host>[%3A<port>][:<segment>…]:i:<code>[:test]`.
    #[must_use]
    pub fn did(&self, issuer: &IssuerCode, mode: Mode) -> String {
        let rest = self.text.get(self.host..).unwrap_or_default();
        // Only the authority can hold a colon: a path segment refuses it.
        let location = rest.replace(':', "%3A").replace('/', ":");
        match mode {
            Mode::Live => format!("did:web:{location}:i:{issuer}"),
            Mode::Test => format!("did:web:{location}:i:{issuer}:test"),
        }
    }

    /// The id of a key: `<did>#<certificate reference>`.
    #[must_use]
    pub fn key_id(&self, issuer: &IssuerCode, mode: Mode, key: &CertificateReference) -> String {
        format!("{}#{key}", self.did(issuer, mode))
    }
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase() || b == b'-')
    };
    host.split('.').all(is_label)
}

fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(BaseUrl, BaseUrl::parse);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses() {
        let code = IssuerCode::parse("ACME01").unwrap();
        let key = CertificateReference::parse("ACME0101").unwrap();
        let plain = BaseUrl::parse("https://docs.example.com").unwrap();
        assert_eq!(
            plain.did(&code, Mode::Live),
            "did:web:docs.example.com:i:ACME01"
        );
        assert_eq!(
            plain.key_id(&code, Mode::Test, &key),
            "did:web:docs.example.com:i:ACME01:test#ACME0101"
        );
        let local = BaseUrl::parse("http://127.0.0.1:8787/a/b").unwrap();
        assert_eq!(
            local.did(&code, Mode::Live),
            "did:web:127.0.0.1%3A8787:a:b:i:ACME01"
        );
        assert_eq!(
            local.issuer_url(&code),
            "http://127.0.0.1:8787/a/b/i/ACME01"
        );
        assert_eq!(local.as_str(), "http://127.0.0.1:8787/a/b");
        let reference = Reference::parse("TRF-0000000000001").unwrap();
        assert_eq!(
            plain.verification_url(&reference),
            "https://docs.example.com/v/TRF-0000000000001"
        );
    }

    #[test]
    fn one_spelling() {
        use BaseUrlError::{Host, Length, Path, Port, Scheme};
        for (bad, error) in [
            ("ftp://a", Scheme),
            ("HTTPS://a", Scheme),
            ("", Scheme),
            ("https://", Host),
            ("https://A.example", Host),
            ("https://a..example", Host),
            ("https://u@a", Host),
            ("https://[::1]", Host),
            ("https://a?x", Host),
            ("https://a:443", Port),
            ("http://a:80", Port),
            ("https://a:080", Port),
            ("https://a:0", Port),
            ("https://a:65536", Port),
            ("https://a:", Port),
            ("https://a/", Path),
            ("https://a//b", Path),
            ("https://a/../b", Path),
            ("https://a/b%20", Path),
            ("https://a/b?c", Path),
            ("https://a/b#c", Path),
        ] {
            assert_eq!(BaseUrl::parse(bad), Err(error), "{bad}");
        }
        let long = |length: usize| format!("https://a/{}", "b".repeat(length - 10));
        assert_eq!(BaseUrl::parse(&long(201)), Err(Length));
        assert!(BaseUrl::parse(&long(200)).is_ok());
        let label = |length: usize| format!("https://{}", "a".repeat(length));
        assert_eq!(BaseUrl::parse(&label(64)), Err(Host));
        assert!(BaseUrl::parse(&label(63)).is_ok());
        for host in ["-a", "a-", "a.-b", "a_b"] {
            let url = format!("https://{host}");
            assert_eq!(BaseUrl::parse(&url), Err(Host), "{host}");
        }
        for good in ["https://a-b", "https://a:1/A-._~9", "http://a:65535"] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "https?://\\PC{0,40}") {
            if let Ok(url) = BaseUrl::parse(&text) {
                prop_assert_eq!(url.as_str(), text);
            }
        }
    }
}
