//! Verification without a server: the same judge, with what is at hand.

use ananke_api::verification::{self as api, Verification, answer};
use ananke_format::credential::Credential;
use ananke_format::seal::SealedDocument;
use ananke_format::status::{self, StatusList};
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Facts, Failure, StampedFailure, StatusEvidence, Subject};
use ananke_format::{Instant, Reference, Sha256, Verified};

use super::target::{Record, Target};

/// What is at hand.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    /// The keys believed.
    pub(crate) trust: Trust,
    /// Status lists as they were read.
    pub(crate) lists: Vec<String>,
    /// The record that belongs to a reference, a hash or a file.
    pub(crate) record: Option<Record>,
    /// Whether test documents count.
    pub(crate) allow_test: bool,
    /// The time.
    pub(crate) now: Instant,
}

/// Judges.
pub(crate) fn judge(target: &Target, evidence: &Evidence) -> Verification {
    let trust = &evidence.trust;
    let looked_at = match target {
        Target::Stamped { file, .. } => Some(LookedAt::Seal(verify::stamped(file, trust))),
        Target::Record(record) => Some(LookedAt::new(record, trust)),
        Target::Copied { seal, .. } => Some(LookedAt::Seal(
            verify::seal(seal, trust).map_err(Into::into),
        )),
        _ => {
            let record = evidence.record.as_ref();
            record.map(|record| LookedAt::new(record, trust))
        }
    };
    let mut reference = None;
    let record = looked_at.as_ref();
    let mut subject = record.map_or(Subject::NotAtHand, LookedAt::subject);
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
            Target::Hash(hash) | Target::Copied { file: hash, .. } => Some(*hash),
            Target::Pages(file) | Target::Picture(file) => Some(Sha256::of(file)),
            _ => None,
        },
        allow_test: evidence.allow_test,
        ..Facts::new(subject, trust, status, evidence.now)
    };
    let outcome = verify::judge(&facts);
    let shown = match subject {
        Subject::Credential(credential) => Some(api::Record::Credential(credential)),
        Subject::Seal(seal) => Some(api::Record::Seal(seal)),
        _ => None,
    };
    let mut answer = answer(&outcome, shown, trust);
    if let Some(LookedAt::Seal(Err(refused))) = &looked_at {
        let genuine = refused.genuine.map(u64::try_from);
        answer.genuine_bytes = genuine.and_then(Result::ok);
    }
    answer
}

/// Where the status list of a seal is: it names none, but its issuer, mode and place tell.
pub(crate) fn status_list(target: &Target, evidence: &Evidence) -> Option<String> {
    let trust = &evidence.trust;
    let seal = match target {
        Target::Stamped { file, .. } => verify::stamped(file, trust).ok()?,
        Target::Record(Record::Seal(seal)) => verify::seal(seal, trust).ok()?,
        _ => return None,
    };
    let statement = &seal.statement;
    let (issuer, mode) = (statement.certificate.issuer(), statement.mode);
    let number = statement.status_position()?.list;
    Some(format!("/s/{issuer}/{mode}/{number}"))
}

/// A record whose signature was looked at.
enum LookedAt {
    Credential(Result<Verified<Credential>, Failure>),
    Seal(Result<Verified<SealedDocument>, StampedFailure>),
}

impl LookedAt {
    fn new(record: &Record, trust: &Trust) -> Self {
        match record {
            Record::Credential(compact) => Self::Credential(verify::signature(compact, trust)),
            Record::Seal(seal) => Self::Seal(verify::seal(seal, trust).map_err(Into::into)),
        }
    }

    fn subject(&self) -> Subject<'_> {
        match self {
            Self::Credential(credential) => Subject::from(credential),
            Self::Seal(seal) => Subject::from(seal),
        }
    }
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
