//! Which list, and where it is served.

use crate::base_url::BaseUrl;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;
use crate::words::words;

words! {
    /// What a list tells; for the W3C lists also their `statusPurpose`.
    pub enum Purpose ("status purpose") {
        /// The token status list: all four values.
        Token = "token",
        /// The W3C list of revoked documents, those expired early included.
        Revocation = "revocation",
        /// The W3C list of suspended documents.
        Suspension = "suspension",
    }
}

/// One list of one issuer and mode.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId {
    /// The instance's public URL when the address was signed.
    pub base_url: BaseUrl,
    /// The issuer.
    pub issuer: IssuerCode,
    /// Live or test.
    pub mode: Mode,
    /// The number of the list, from 0.
    pub number: u32,
}

impl ListId {
    /// The address: `{base}/s/{code}/{mode}/{number}` and, for the W3C lists, `/{purpose}`.
    #[must_use]
    pub fn uri(&self, purpose: Purpose) -> String {
        let Self {
            base_url,
            issuer,
            mode,
            number,
        } = self;
        match purpose {
            Purpose::Token => format!("{base_url}/s/{issuer}/{mode}/{number}"),
            Purpose::Revocation | Purpose::Suspension => {
                format!("{base_url}/s/{issuer}/{mode}/{number}/{purpose}")
            }
        }
    }

    /// Reads an address back; only what [`ListId::uri`] writes is accepted.
    #[must_use]
    pub fn parse(uri: &str) -> Option<(Self, Purpose)> {
        let (rest, purpose) = if let Some(rest) = uri.strip_suffix("/revocation") {
            (rest, Purpose::Revocation)
        } else if let Some(rest) = uri.strip_suffix("/suspension") {
            (rest, Purpose::Suspension)
        } else {
            (uri, Purpose::Token)
        };
        let mut parts = rest.rsplitn(4, '/');
        let number = parts.next()?.parse().ok()?;
        let mode = parts.next()?.parse().ok()?;
        let issuer = IssuerCode::parse(parts.next()?).ok()?;
        let base_url = BaseUrl::parse(parts.next()?.strip_suffix("/s")?).ok()?;
        let list = Self {
            base_url,
            issuer,
            mode,
            number,
        };
        // A number has other spellings ("+1", "01"); an address has one.
        (list.uri(purpose) == uri).then_some((list, purpose))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back() {
        let list = ListId {
            base_url: BaseUrl::parse("https://docs.example.com/sub/s").unwrap(),
            issuer: IssuerCode::parse("ACME01").unwrap(),
            mode: Mode::Test,
            number: 12,
        };
        for purpose in Purpose::ALL {
            assert_eq!(
                ListId::parse(&list.uri(*purpose)),
                Some((list.clone(), *purpose))
            );
        }
        for bad in [
            "https://a.example/s/ACME01/live/01",
            "https://a.example/s/ACME01/live/+1",
            "https://a.example/s/ACME01/live/",
            "https://a.example/s/ACME01/prod/1",
            "https://a.example/s/acme01/live/1",
            "https://a.example/ACME01/live/1",
            "https://a.example/s/ACME01/live/4294967296",
            "https://a.example/s/ACME01/live/1/expiry",
            "s/ACME01/live/1",
            "",
        ] {
            assert_eq!(ListId::parse(bad), None, "{bad}");
        }
    }
}
