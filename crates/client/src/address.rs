//! Where the server is: a base URL that a key may be sent to.

use reqwest::Url;

use crate::Error;

/// A checked base URL, without a slash at the end.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    url: Url,
    loopback: bool,
}

impl Address {
    /// Reads a base URL: `https://…`, or `http://…` on this machine only.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |what: &str| {
            Error::Setup(format!(
                "the base URL {what}; it must be like https://documents.example.org"
            ))
        };
        let mut url = Url::parse(text.trim())
            .map_err(|error| wrong(&format!("is not an address ({error})")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("must not hold a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("must end with its path"));
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return Err(Error::Setup(format!(
                    "the base URL {} is not https: keys would cross the network in clear; http is for this machine only",
                    url.origin().ascii_serialization()
                )));
            }
            _ => return Err(wrong("is neither https nor http")),
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self { url, loopback })
    }

    /// Whether it names this machine.
    pub(crate) const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether TLS is spoken there.
    pub(crate) fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Scheme, host and port, for messages.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The base URL as text, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The address of `segments` below the base, each escaped, so that no argument can climb out of its place.
    pub(crate) fn join(&self, segments: &[&str], query: &[(&str, String)]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            // A segment that is `.` or `..` would be resolved away, escaped or not.
            path.pop_if_empty().extend(
                segments
                    .iter()
                    .map(|segment| if is_dots(segment) { "-" } else { segment }),
            );
        }
        if !query.is_empty() {
            url.query_pairs_mut()
                .extend_pairs(query.iter().map(|(name, value)| (name, value)));
        }
        url
    }
}

fn is_dots(segment: &str) -> bool {
    matches!(segment, "" | "." | "..")
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // A name below `localhost` is asked of the network's resolver, who could name any machine.
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleartext_stays_on_this_machine() {
        for good in [
            "http://127.0.0.1:8787",
            "http://127.9.9.9",
            "http://localhost:1/",
            "http://[::1]:8787",
            "http://[::ffff:127.0.0.1]",
            "https://documents.example.org/sub/",
        ] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://documents.example.org",
            "http://192.168.1.1",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "http://documents.localhost:8787",
            "http://[::ffff:10.0.0.1]",
            "ftp://localhost",
            "documents.example.org",
            "https://user:secret@documents.example.org",
            "https://documents.example.org/?a=b",
            "",
        ] {
            let error = Address::parse(bad).expect_err(bad).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn segments_stay_in_their_place() {
        let address = Address::parse("https://a.example/base/").unwrap();
        assert_eq!(address.as_str(), "https://a.example/base");
        let url = address.join(
            &["v1", "x/../y", "..", "?z", ""],
            &[("q", "a b&c".to_owned())],
        );
        assert_eq!(
            url.as_str(),
            "https://a.example/base/v1/x%2F..%2Fy/-/%3Fz/-?q=a+b%26c"
        );
        assert_eq!(
            Address::parse("http://localhost:1")
                .unwrap()
                .join(&["v1"], &[])
                .as_str(),
            "http://localhost:1/v1"
        );
    }
}
