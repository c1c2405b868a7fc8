//! Pictures beside the words, as inline SVG in the colour of the text. Each verdict has its own
//! shape, so that nothing is told by colour alone.

use ananke_api::verification::{CheckResult, Verdict};

macro_rules! svg {
    ($body:literal) => {
        concat!(
            r#"<svg class="icon" viewBox="0 0 48 48" width="48" height="48" fill="none" "#,
            r#"stroke="currentColor" stroke-width="4" stroke-linecap="round" "#,
            r#"stroke-linejoin="round" aria-hidden="true" focusable="false">"#,
            $body,
            "</svg>"
        )
    };
}

/// Picture of a verdict.
pub(super) fn verdict(verdict: Verdict, erased: bool) -> &'static str {
    match verdict {
        // A tick in a scalloped seal.
        Verdict::Valid => svg!(
            r#"<path d="M24 3l5.5 4.2 6.9-.6 1.9 6.7 6 3.5-2.3 6.5 2.3 6.5-6 3.5-1.9 6.7-6.9-.6L24 45l-5.5-5.6-6.9.6-1.9-6.7-6-3.5L6 23.3l-2.3-6.5 6-3.5 1.9-6.7 6.9.6z" stroke-width="3"/><path d="M15.5 24l6 6 11.5-12"/>"#
        ),
        // A pause sign.
        Verdict::Suspended => {
            svg!(r#"<circle cx="24" cy="24" r="20"/><path d="M18.5 16v16M29.5 16v16"/>"#)
        }
        // A no-entry bar.
        Verdict::Revoked => {
            svg!(r#"<circle cx="24" cy="24" r="20"/><path d="M10 10l28 28"/>"#)
        }
        // A clock.
        Verdict::Expired => {
            svg!(r#"<circle cx="24" cy="24" r="20"/><path d="M24 12v12l8 6"/>"#)
        }
        // A cross in a stop sign.
        Verdict::Invalid => svg!(
            r#"<path d="M16 4h16l12 12v16L32 44H16L4 32V16z"/><path d="M17 17l14 14M31 17L17 31"/>"#
        ),
        // A blank sheet.
        Verdict::NotFound if erased => {
            svg!(r#"<path d="M10 4h19l9 9v31H10z"/><path d="M17 27h14" stroke-dasharray="1 7"/>"#)
        }
        // A looking glass without a find.
        Verdict::NotFound => {
            svg!(r#"<circle cx="20" cy="20" r="15"/><path d="M31 31l13 13M14 20h12"/>"#)
        }
        // A question mark in a triangle.
        Verdict::Indeterminate => svg!(
            r#"<path d="M24 5l21 37H3z"/><path d="M19.5 22.5c0-6 9-6 9-.5 0 4-4.500 4-4.500 8M24 36v.2"/>"#
        ),
    }
}

/// Picture of a check's result.
pub(super) fn check(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Passed => svg!(r#"<path d="M10 25l10 10 19-22"/>"#),
        CheckResult::Failed => svg!(r#"<path d="M12 12l24 24M36 12L12 36"/>"#),
        CheckResult::NotChecked => svg!(r#"<path d="M12 24h24"/>"#),
    }
}
