//! An answer for people: the word first, then who says so, then what it rests on.

use ananke_api::api_key::KeyMode;
use ananke_api::verification::{CheckResult, Identity, Issuer, Verdict, Verification};

use crate::output::{Facts, Paint, clean};

/// The answer as text.
pub(crate) fn present(answer: &Verification, paint: Paint) -> String {
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
    text = format!("{text}\n{}\n\n", sentence(answer));
    text += &facts(answer).render();
    text.push('\n');
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

fn sentence(answer: &Verification) -> &'static str {
    let reason = answer
        .checks
        .iter()
        .find_map(|check| check.reason.as_deref())
        .unwrap_or_default();
    match (answer.verdict, reason) {
        (Verdict::Valid, _) if is_self_asserted(answer) => {
            "Signed, unaltered and in force; but who its issuer is has not been proved."
        }
        (Verdict::Valid, _) => "Genuine, unaltered and in force.",
        (Verdict::Suspended, _) => "Genuine, but its issuer has taken it out of force for now.",
        (Verdict::Revoked, _) => "Genuine once, but its issuer has withdrawn it for good.",
        (Verdict::Expired, _) => "Genuine, but its time has passed.",
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

fn facts(answer: &Verification) -> Facts {
    let kind = answer.document_type.map(as_word);
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
