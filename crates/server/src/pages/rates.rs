//! `/docs/rate-limits`: the limits in force, for people.

use askama::Template;

use super::{Site, html};

/// A limit.
#[derive(Debug, Clone)]
pub struct RateRow {
    /// As headers name it.
    pub name: &'static str,
    /// Requests.
    pub requests: u32,
    /// Per so many seconds.
    pub seconds: u32,
    /// At once.
    pub burst: u32,
}

/// The page.
#[derive(Debug, Clone)]
pub struct RatesPage {
    /// The server.
    pub site: Site,
    /// The limits.
    pub limits: Vec<RateRow>,
}

struct Row {
    name: &'static str,
    what: &'static str,
    rate: String,
    burst: u32,
}

#[derive(Template)]
#[template(path = "rates.html")]
struct Page<'a> {
    site: &'a Site,
    rows: Vec<Row>,
}

impl RatesPage {
    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        let rows = self.limits.iter().map(|limit| Row {
            name: limit.name,
            what: what(limit.name),
            rate: match limit.seconds {
                1 => format!("{} per second", limit.requests),
                60 => format!("{} per minute", limit.requests),
                seconds => format!("{} per {seconds} seconds", limit.requests),
            },
            burst: limit.burst,
        });
        html(&Page {
            site: &self.site,
            rows: rows.collect(),
        })
    }
}

fn what(name: &str) -> &'static str {
    match name {
        "public" => {
            "Verification without a key, by everybody in an IPv4 /24 or an IPv6 /64. A file counts 5, a report of leaked \
             keys 10. Wrong keys count here too."
        }
        "reads" => "Reading and verifying, by one API key",
        "writes" => "Issuing and changing, by one API key",
        "files" => "PDFs downloaded, and files sent to be verified, by one API key",
        "tenant" => "Everything all API keys of one tenant do",
        _ => "",
    }
}
