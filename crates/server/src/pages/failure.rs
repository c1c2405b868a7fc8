//! Pages for what went wrong on the way to a page: 404, 500, 503 and any other status.

use askama::Template;

use super::{Site, html};

/// A page for a failed request, in the browser.
#[derive(Debug, Clone)]
pub struct FailurePage {
    /// The server.
    pub site: Site,
    /// HTTP status.
    pub status: u16,
    /// Request id, for whoever reports it.
    pub request_id: String,
}

impl FailurePage {
    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&Page {
            page: self,
            site: &self.site,
        })
    }

    fn heading(&self) -> &'static str {
        match self.status {
            404 => "There is no such page",
            405 => "This page cannot be used that way",
            503 => "Not available for the moment",
            500..=599 => "Something went wrong here",
            _ => "This request cannot be answered",
        }
    }

    fn sentence(&self) -> &'static str {
        match self.status {
            404 => {
                "The address may be mistyped or cut off. To check a document, enter its reference \
                 below."
            }
            405 => "Enter the reference of a document below instead.",
            503 => {
                "The server cannot look anything up just now. This says nothing about any document: \
                 please try again in a minute."
            }
            500..=599 => {
                "The fault is ours and has been recorded. This says nothing about any document: \
                 please try again in a minute."
            }
            _ => "Please go back and try again.",
        }
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Page<'a> {
    page: &'a FailurePage,
    site: &'a Site,
}
