//! The public pages as people see them: verdict, entry, issuer, errors, front page.
//!
//! Owns templates, style sheet and words. Owns no facts: every page is a plain view struct with a
//! pure `render` returning the HTML, so the handlers decide what is shown and tests can show any
//! state. No page needs a script, sets a cookie or loads anything from elsewhere.

pub mod assets;
pub mod entry;
pub mod errors;
pub mod failure;
pub mod front;
pub mod issuer;
pub mod rates;
pub mod report;
pub mod verdict;

mod icons;
mod when;

#[cfg(test)]
mod gallery;

pub use entry::EntryPage;
pub use errors::{ErrorIndex, ErrorPage};
pub use failure::FailurePage;
pub use front::FrontPage;
pub use issuer::{CertificateRow, CertificateState, IssuerPage};
pub use rates::{RateRow, RatesPage};
pub use verdict::{Anchor, CheckView, Facts, Identity, IssuerView, MatchView, VerdictPage};
pub use when::Moment;

/// `Content-Type` of every page.
pub const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// `Content-Security-Policy` every page is written for: own style sheet and images, nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every page needs to know about the server it is served by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Path under which the server is mounted: empty, or such as `/ananke`; no slash at the end.
    pub base: String,
    /// Host people should see in the address bar, with the port where it is not the usual one.
    pub host: String,
}

impl Site {
    /// Language of the pages. One for now; the words of each page stand together for translation.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        "en"
    }

    /// Address of this server. Plain HTTP is allowed on the own machine only.
    fn address(&self) -> String {
        let local = ["127.", "localhost", "[::1]"]
            .iter()
            .any(|start| self.host.starts_with(start));
        let scheme = if local { "http" } else { "https" };
        format!("{scheme}://{}{}", self.host, self.base)
    }

    /// Address of an embedded asset, with the hash of its content in it.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        format!("{}/assets/{}", self.base, assets::path(name))
    }
}

/// Renders a template. Writing plain strings into a `String` has no way to fail, so the arm for it
/// says only enough to be found.
fn html(template: &impl askama::Template) -> String {
    template
        .render()
        .unwrap_or_else(|_| "<!doctype html><title>Error</title><p>This page failed.".to_owned())
}
