//! `/v`: the form for a reference, what the seven verdicts mean, and how else to check.

use askama::Template;

use super::{Site, html};

/// The entry page.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// The server.
    pub site: Site,
    /// What was typed before, to be corrected.
    pub typed: String,
}

impl EntryPage {
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
#[template(path = "entry.html")]
struct Page<'a> {
    page: &'a EntryPage,
    site: &'a Site,
}
