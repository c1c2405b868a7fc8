//! The claims, told one line each while they are checked.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use ananke_api::verification::{Verdict, Verification};
use ananke_server::pages::report::ReportRow;

use crate::exit::Failure;
use crate::output::{Paint, print};
use crate::verify::present::as_word;

const CLAIM_WIDTH: usize = 74;
const RESULT_WIDTH: usize = 36;

/// Why a claim does not hold.
#[derive(Debug)]
pub(super) struct Miss(pub(super) String);

impl From<ananke_client::Error> for Miss {
    fn from(error: ananke_client::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<Failure> for Miss {
    fn from(failure: Failure) -> Self {
        Self(failure.message)
    }
}

impl From<std::io::Error> for Miss {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// What a check found, and what it says about it.
pub(super) type Found<T> = Result<(T, String), Miss>;

/// The claims so far.
pub(super) struct Book {
    paint: Paint,
    rows: Vec<ReportRow>,
}

impl Book {
    pub(super) fn new() -> Self {
        Self {
            paint: Paint::stdout(),
            rows: Vec::new(),
        }
    }

    /// Begins a chapter.
    pub(super) fn chapter(&self, title: &str) {
        let _ = print(&format!("\n{}\n", self.paint.bold(title)));
    }

    /// Checks a claim and tells it; `None` where it does not hold.
    pub(super) async fn claim<T>(
        &mut self,
        claim: &str,
        check: impl Future<Output = Found<T>>,
    ) -> Option<T> {
        let began = Instant::now();
        let found = Box::pin(check).await;
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (value, passed, result) = match found {
            Ok((value, result)) => (Some(value), true, result),
            Err(Miss(why)) => (None, false, why),
        };
        self.tell(claim, passed, &result, milliseconds);
        self.rows.push(ReportRow {
            claim: claim.to_owned(),
            passed,
            result,
            milliseconds,
        });
        value
    }

    fn tell(&self, claim: &str, passed: bool, result: &str, milliseconds: u64) {
        let mark = if passed {
            self.paint.good("✓")
        } else {
            self.paint.bad("✗")
        };
        let mut line = format!("{mark} {claim:<CLAIM_WIDTH$} ");
        // A failure is never cut: it has a line of its own.
        let shown = if passed { result } else { "" };
        let padded = format!("{shown:<RESULT_WIDTH$}");
        let _ = write!(line, "{} {milliseconds:>6} ms", self.paint.dim(&padded));
        if !passed {
            let _ = write!(line, "\n    {}", self.paint.bad(result));
        }
        let _ = print(&format!("{line}\n"));
    }

    /// The rows of the report.
    pub(super) fn rows(&self) -> Vec<ReportRow> {
        self.rows.clone()
    }

    /// Whether everything holds, and something was claimed.
    pub(super) fn holds(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.passed)
    }

    /// The last line.
    pub(super) fn closing(&self, out: &Path) -> String {
        let milliseconds: u64 = self.rows.iter().map(|row| row.milliseconds).sum();
        let (all, out) = (self.rows.len(), out.display());
        let held = self.rows.iter().filter(|row| row.passed).count();
        let words = format!("{held} of {all} hold, {milliseconds} ms; see {out}/report.html");
        if self.holds() {
            format!("\n{}\n", self.paint.good(&words))
        } else {
            format!(
                "\n{}\n",
                self.paint
                    .bad(&format!("{words}; the story ends where it is told so"))
            )
        }
    }
}

/// The claim that an answer is this word.
pub(super) fn expect(answer: &Verification, verdict: Verdict) -> Result<String, Miss> {
    let reason = answer
        .checks
        .iter()
        .find_map(|check| check.reason.clone())
        .filter(|reason| reason != "not_logged");
    let said = match reason {
        Some(reason) if reason != as_word(answer.verdict) => {
            format!("{}: {reason}", as_word(answer.verdict))
        }
        _ => as_word(answer.verdict),
    };
    if answer.verdict == verdict {
        Ok(said)
    } else {
        Err(Miss(format!("said {said}, not {}", as_word(verdict))))
    }
}

/// The claim that something is true.
pub(super) fn ensure(holds: bool, otherwise: impl Into<String>) -> Result<(), Miss> {
    if holds {
        Ok(())
    } else {
        Err(Miss(otherwise.into()))
    }
}
