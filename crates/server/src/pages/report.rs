//! The report of `ananke demo`: one HTML file that stands alone on a disk.
//!
//! Its style is inline, unlike that of every served page: there is no server beside a file.

use askama::Template;

use super::html;

/// What a demo showed.
#[derive(Debug, Clone)]
pub struct Report {
    /// Version of the program.
    pub version: String,
    /// When it was made, readable.
    pub made_at: String,
    /// The claims, in order.
    pub rows: Vec<ReportRow>,
    /// Files beside the report.
    pub artefacts: Vec<Artefact>,
}

/// One claim and whether it held.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// The claim, one sentence.
    pub claim: String,
    /// Whether it held.
    pub passed: bool,
    /// What was seen, such as `valid` or an error; may be empty.
    pub result: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// A file beside the report.
#[derive(Debug, Clone)]
pub struct Artefact {
    /// Relative link.
    pub href: String,
    /// What it is.
    pub label: String,
}

impl Report {
    /// The report as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&Page { report: self })
    }

    fn failed(&self) -> usize {
        self.rows.iter().filter(|row| !row.passed).count()
    }

    fn total_milliseconds(&self) -> u64 {
        self.rows.iter().map(|row| row.milliseconds).sum()
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
}
