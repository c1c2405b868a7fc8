//! An answer for people: the word first, then who says so, then what it rests on.

use std::fmt::Write as _;

use ananke_api::api_key::KeyMode;
use ananke_api::tcode::verify::SealField;
use ananke_api::verification::{CheckResult, Identity, Issuer, Verdict, Verification};

use crate::output::{Facts, Paint, clean};

/// What was looked at, besides the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// All of what was shown.
    Whole,
    /// A barcode, of a paper perhaps.
    Barcode,
    /// A barcode in a scan: on a page of a PDF of which a picture is all that is seen.
    Page,
    /// The genuine barcode of another file.
    Copied,
}

/// The answer as text.
pub(crate) fn present(answer: &Verification, seen: Seen, paint: Paint) -> String {
    let word = word(answer.verdict);
    let word = match answer.verdict {
        Verdict::Valid => paint.good(word),
        Verdict::Indeterminate | Verdict::NotFound => paint.doubtful(word),
        _ => paint.bad(word),
    };
    let mut text = word;
    if answer.mode == Some(KeyMode::Test) {
        text = format!("{text}  {}", paint.doubtful("TEST, not a real document"));
    }
    text = format!("{text}\n{}\n", sentence(answer, seen));
    if seen == Seen::Page {
        text += "Only its barcode was read: this PDF is not the file that was stamped, and anything else in it may be another's.\n";
    }
    if seen == Seen::Copied {
        text +=
            "Its barcode is genuine, and this is not the file it was made for: the file differs.\n";
    }
    if let Some(length) = answer.genuine_bytes {
        let _ = writeln!(
            text,
            "Its first {length} bytes are a genuine stamped PDF: --extract FILE writes them to a file of their own."
        );
    }
    text.push('\n');
    text += &facts(answer).render();
    text.push('\n');
    text += &fields(answer, seen, paint);
    for check in &answer.checks {
        let mark = match check.result {
            CheckResult::Passed => paint.good("✓"),
            CheckResult::Failed => paint.bad("✗"),
            CheckResult::NotChecked => paint.dim("–"),
        };
        let name = as_word(check.name);
        let reason = clean(check.reason.as_deref().unwrap_or_default());
        text += format!("{mark} {name:<10} {}", paint.dim(&reason)).trim_end();
        text.push('\n');
    }
    text
}

/// The verdict in capitals.
pub(crate) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "VALID",
        Verdict::Suspended => "SUSPENDED",
        Verdict::Revoked => "REVOKED",
        Verdict::Expired => "EXPIRED",
        Verdict::Invalid => "INVALID",
        Verdict::NotFound => "NOT FOUND",
        Verdict::Indeterminate => "CANNOT DECIDE",
    }
}

fn sentence(answer: &Verification, seen: Seen) -> &'static str {
    let reason = answer
        .checks
        .iter()
        .find_map(|check| check.reason.as_deref())
        .unwrap_or_default();
    match (answer.verdict, reason) {
        (Verdict::Valid, _) if seen != Seen::Whole && is_self_asserted(answer) => {
            "The barcode is signed and in force; but who its issuer is has not been proved."
        }
        (Verdict::Valid, _) if seen != Seen::Whole => "The barcode is genuine and in force.",
        (Verdict::Valid, _) if is_self_asserted(answer) => {
            "Signed, unaltered and in force; but who its issuer is has not been proved."
        }
        (Verdict::Valid, _) => "Genuine, unaltered and in force.",
        (Verdict::Suspended, _) => "Genuine, but its issuer has taken it out of force for now.",
        (Verdict::Revoked, _) => "Genuine once, but its issuer has withdrawn it for good.",
        (Verdict::Expired, _) => "Genuine, but its time has passed.",
        (Verdict::Invalid, "no_seal") => {
            "There is no seal: what was read is no barcode of this kind. Try a sharper picture, or the reference in print."
        }
        (Verdict::Invalid, "malformed_seal") => {
            "The seal cannot be read: it is damaged or made up."
        }
        (Verdict::Invalid, "stamp_altered") => {
            "Not the PDF that was stamped: the file, its stamp or its barcode was changed."
        }
        (Verdict::Invalid, "appended_after_stamp") => {
            "Something was appended to the PDF after it was stamped; what it shows now was not signed."
        }
        (Verdict::Invalid, _) => {
            "Not what the issuer signed, or not signed by an issuer known here."
        }
        (Verdict::NotFound, "malformed_reference") => {
            "That is not a reference: its check character does not fit, so it was probably mistyped."
        }
        (Verdict::NotFound, "unknown_hash") => {
            "No document names this file. It may have been saved anew or printed; try its reference."
        }
        (Verdict::NotFound, "erased") => "The issuer has erased the contents of this document.",
        (Verdict::NotFound, _) => "There is no such document.",
        (Verdict::Indeterminate, "document_not_at_hand") => {
            "Without a server a reference or a file cannot be judged by itself: add its record with --credential."
        }
        (Verdict::Indeterminate, "foreign_seal") => {
            "A seal of another system, whose keys are not known here; `ananke seal decode` shows what it says."
        }
        (Verdict::Indeterminate, "certificate_unknown") => {
            "A seal with a certificate nobody has listed here: a newer trust bundle may, or it is made up."
        }
        (Verdict::Indeterminate, "status_unavailable") => {
            "Genuine, but whether it is still in force is not known: add the status list with --status-list."
        }
        (Verdict::Indeterminate, _) => "Something could not be checked, so there is no verdict.",
    }
}

fn is_self_asserted(answer: &Verification) -> bool {
    answer
        .issuer
        .as_ref()
        .is_none_or(|issuer| issuer.identity == Identity::SelfAsserted)
}

/// What the seal says of the document, to be held beside the paper.
fn fields(answer: &Verification, seen: Seen, paint: Paint) -> String {
    let Some(fields) = &answer.fields else {
        return String::new();
    };
    let is_barcode = seen != Seen::Whole;
    let mut text = String::new();
    if is_barcode {
        text +=
            &paint.bold("The verdict is about what the barcode says. Compare it with the paper:");
        text += "\n\n";
    } else if !fields.is_empty() {
        text += &paint.bold("What the seal says:");
        text += "\n\n";
    }
    if fields.is_empty() && is_barcode {
        text += "    no fields: only reference, kind and dates above\n\n";
    }
    let name = |field: &SealField| {
        let known = field.label.as_ref().or(field.key.as_ref());
        known.map_or_else(
            || format!("Field {}", field.position + 1),
            |name| clean(name),
        )
    };
    let names: Vec<String> = fields.iter().map(name).collect();
    let width = names.iter().map(|name| name.chars().count()).max();
    let width = width.unwrap_or_default();
    for (name, field) in names.iter().zip(fields) {
        let value = paint.bold(&clean(&field.value));
        let _ = writeln!(text, "    {name:<width$}   {value}");
    }
    if !fields.is_empty() {
        text.push('\n');
    }
    text
}

fn facts(answer: &Verification) -> Facts {
    let kind = answer.document_type.map(as_word);
    let kind = kind.or_else(|| answer.document_type_code.clone());
    let mut facts = Facts::new()
        .maybe("Reference", answer.reference.as_ref())
        .maybe("Issuer", answer.issuer.as_ref().map(issuer))
        .maybe("Issued to", answer.recipient_name.as_ref())
        .maybe("Title", answer.document_title.as_ref())
        .maybe("Kind", kind)
        .maybe("Issued", answer.issued_at.as_ref())
        .maybe("Awarded on", answer.awarded_on.as_ref())
        .maybe("Expires", answer.expires_at.as_ref());
    if let Some(server) = &answer.server {
        facts = facts
            .maybe("Reason", server.status_reason.as_ref())
            .maybe("Replaced by", server.replaced_by.as_ref());
    }
    for other in &answer.matches {
        let issuer = &other.issuer;
        facts = facts.with(
            "Also",
            format!(
                "{} of {} ({}): {}",
                other.reference,
                issuer.name,
                issuer.code,
                as_word(other.verdict)
            ),
        );
    }
    facts = facts.maybe("Status as of", answer.status_as_of.as_ref());
    facts.maybe(
        "Trust",
        answer.trust_anchor.as_ref().map(|anchor| {
            format!(
                "{} ({}), as of {}",
                anchor.fingerprint, anchor.source, anchor.as_of
            )
        }),
    )
}

fn issuer(issuer: &Issuer) -> String {
    let identity = match (issuer.identity, &issuer.domain) {
        (Identity::DomainProved, Some(domain)) => format!("proved control of {domain}"),
        (Identity::DomainProved, None) => "proved control of its domain".to_owned(),
        (Identity::SelfAsserted, _) => "says so itself, nobody checked".to_owned(),
    };
    format!("{} ({}), {identity}", issuer.name, issuer.code)
}

/// A word of the contract as it stands in JSON.
pub(crate) fn as_word(word: impl serde::Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
