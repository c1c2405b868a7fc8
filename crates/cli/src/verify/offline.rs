//! Verification without a server: the same judge, with what is at hand.

use ananke_api::verification::{Record, Verification, answer};
use ananke_format::status::{self, StatusList};
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Facts, StatusEvidence, Subject};
use ananke_format::{Instant, Reference, Verified};

use super::target::Target;

/// What is at hand.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    /// The keys believed.
    pub(crate) trust: Trust,
    /// Status lists as they were read.
    pub(crate) lists: Vec<String>,
    /// The record that belongs to a reference, a hash or a file.
    pub(crate) credential: Option<String>,
    /// Whether test documents count.
    pub(crate) allow_test: bool,
    /// The time.
    pub(crate) now: Instant,
}

/// Judges.
pub(crate) fn judge(target: &Target, evidence: &Evidence) -> Verification {
    let trust = &evidence.trust;
    let compact = match target {
        Target::Credential(credential) => Some(credential),
        _ => evidence.credential.as_ref(),
    };
    let signature = compact.map(|compact| verify::signature(compact, trust));
    let mut reference = None;
    let mut subject = match &signature {
        Some(signature) => Subject::from(signature),
        None => Subject::NotAtHand,
    };
    if let Target::Reference(typed) = target {
        match Reference::typed(typed) {
            Ok(parsed) => reference = Some(parsed),
            // Mistyped, whatever else is at hand.
            Err(_) => subject = Subject::MalformedReference,
        }
    }
    let lists = read_lists(&evidence.lists, trust);
    let status = match &lists {
        Ok(lists) if lists.is_empty() => StatusEvidence::Unavailable,
        Ok(lists) => StatusEvidence::Lists(lists),
        Err(error) => StatusEvidence::ListRejected(*error),
    };
    let facts = Facts {
        reference,
        file: match target {
            Target::Hash(hash) => Some(*hash),
            _ => None,
        },
        allow_test: evidence.allow_test,
        ..Facts::new(subject, trust, status, evidence.now)
    };
    let outcome = verify::judge(&facts);
    let credential = signature
        .as_ref()
        .and_then(|signature| signature.as_ref().ok());
    let shown = credential.filter(|_| matches!(subject, Subject::Credential(_)));
    answer(
        &outcome,
        shown.map(|credential| Record::Credential(credential)),
        trust,
    )
}

/// The lists that can be believed; an error only where none of those given can.
fn read_lists(
    texts: &[String],
    trust: &Trust,
) -> Result<Vec<Verified<StatusList>>, status::ListError> {
    let mut lists = Vec::new();
    let mut refused = None;
    for text in texts {
        match status::verify(text, trust) {
            Ok(list) => lists.push(list),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if lists.is_empty() => Err(error),
        _ => Ok(lists),
    }
}
