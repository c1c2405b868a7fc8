//! `/`: what this server is, with the form for a reference.

use askama::Template;

use super::{Site, html};

/// The front page.
#[derive(Debug, Clone)]
pub struct FrontPage {
    /// The server.
    pub site: Site,
    /// Fingerprint of the instance root.
    pub root_fingerprint: String,
    /// Version of the server.
    pub version: String,
}

impl FrontPage {
    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&Page {
            page: self,
            site: &self.site,
        })
    }
}

#[derive(Template)]
#[template(path = "front.html")]
struct Page<'a> {
    page: &'a FrontPage,
    site: &'a Site,
}
