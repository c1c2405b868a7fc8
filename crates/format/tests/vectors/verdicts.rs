//! Whole verdicts.

use std::sync::Arc;

use ananke_format::credential::Credential;
use ananke_format::seal::SealedDocument;
use ananke_format::trust::{Source, Trust};
use ananke_format::verify::{self, Facts, Outcome, StatusEvidence, Subject};
use ananke_format::{Instant, Reference, Sha256, Verified, status};

use crate::case::{Case, from_hex};
use crate::signed::{given, trust_of};
use crate::stamps;

pub(crate) fn verify(case: &Case) -> String {
    let now = Instant::parse(case.header("now")).unwrap();
    let trust = match case.find("source") {
        None => trust_of(case),
        Some("server") => as_server(&trust_of(case), now),
        Some(other) => panic!("unknown source {other}"),
    };
    let read = Read::of(case, &trust);
    let lists: Vec<_> = case
        .find("lists")
        .unwrap_or_default()
        .split_whitespace()
        .map(|name| status::verify(&given(name), &trust))
        .collect();
    let verified: Vec<_> = lists.iter().filter_map(|list| list.clone().ok()).collect();
    let rejected = lists.iter().find_map(|list| list.as_ref().err());
    let renditions: Vec<Sha256> = case
        .find("rendition")
        .map(|hex| hex.parse().unwrap())
        .into_iter()
        .collect();
    let mut facts = Facts::new(
        subject(case, &read),
        &trust,
        StatusEvidence::Unavailable,
        now,
    );
    facts.status = match (case.header("status"), rejected) {
        ("unavailable", _) => StatusEvidence::Unavailable,
        ("tampered", _) => StatusEvidence::Tampered,
        ("lists", Some(error)) => StatusEvidence::ListRejected(*error),
        ("lists", None) => StatusEvidence::Lists(&verified),
        (word, _) => StatusEvidence::Authenticated {
            status: word.parse().unwrap(),
            reason: None,
        },
    };
    facts.existed_at = case
        .find("existed-at")
        .map(|text| Instant::parse(text).unwrap());
    facts.reference = case
        .find("reference")
        .map(|text| Reference::parse_canonical(text).unwrap());
    facts.file = case.find("file").map(|hex| hex.parse().unwrap());
    facts.renditions = &renditions;
    facts.allow_test = case.find("allow-test") == Some("yes");
    let outcome = verify::judge(&facts);
    compare(case, &outcome);
    outcome.verdict.to_string()
}

/// What the first step gave.
enum Read {
    Credential(Result<Verified<Credential>, verify::Failure>),
    Seal(Result<Verified<SealedDocument>, verify::Failure>),
    Stamped(Result<Verified<SealedDocument>, verify::StampedFailure>),
}

impl Read {
    fn of(case: &Case, trust: &Trust) -> Self {
        let carrier = case.find("carrier").unwrap_or("credential");
        let read = match carrier.split_once(' ') {
            None if carrier == "credential" => {
                Self::Credential(verify::signature(&case.input, trust))
            }
            None if carrier == "seal" => Self::Seal(verify::seal(&from_hex(&case.input), trust)),
            Some(("stamped", file)) => {
                Self::Stamped(verify::stamped(&stamps::changed(case, file), trust))
            }
            _ => panic!("unknown carrier {carrier}"),
        };
        let genuine = match &read {
            Self::Stamped(Err(refused)) => refused.genuine,
            _ => None,
        };
        let said = case.find("genuine").map(|length| length.parse().unwrap());
        assert_eq!(genuine, said, "{}", case.path);
        read
    }
}

fn subject<'a>(case: &Case, read: &'a Read) -> Subject<'a> {
    match case.find("subject") {
        None => match read {
            Read::Credential(result) => Subject::from(result),
            Read::Seal(result) => Subject::from(result),
            Read::Stamped(result) => Subject::from(result),
        },
        Some("malformed_reference") => Subject::MalformedReference,
        Some("unknown_reference") => Subject::UnknownReference,
        Some("unknown_hash") => Subject::UnknownHash,
        Some("erased") => Subject::Erased,
        Some("document_not_at_hand") => Subject::NotAtHand,
        Some(other) => panic!("unknown subject {other}"),
    }
}

/// The same keys as a server has them: rows authenticated just now, which do not expire.
fn as_server(bundle: &Trust, now: Instant) -> Trust {
    let authority = Arc::new(bundle.authority().clone());
    let mut trust = Trust::new(authority, bundle.base_urls().into(), Source::Server, now);
    for issuer in bundle.issuers() {
        trust = trust.with_issuer(Arc::new(issuer.clone()));
    }
    for key in bundle.status_keys() {
        trust = trust.with_status_key(Arc::new(key.clone())).unwrap();
    }
    trust
}

fn compare(case: &Case, outcome: &Outcome) {
    let checks: Vec<String> = outcome
        .checks
        .iter()
        .map(|check| match check.reason {
            None => format!("{} {}", check.name, check.result),
            Some(reason) => format!("{} {} {reason}", check.name, check.result),
        })
        .collect();
    assert_eq!(checks.join(", "), case.header("checks"), "{}", case.path);
    let sub = outcome
        .indication
        .sub_indication
        .map_or_else(String::new, |sub| format!(" {sub}"));
    assert_eq!(
        format!("{}{sub}", outcome.indication.indication),
        case.header("indication"),
        "{}",
        case.path
    );
    assert_eq!(
        outcome.mode.map(|mode| mode.as_str()),
        case.find("mode"),
        "{}",
        case.path
    );
    if let Some(shown) = case.find("shown") {
        assert_eq!(
            outcome.status.map(|status| status.as_str()),
            Some(shown),
            "{}",
            case.path
        );
    }
    if let Some(as_of) = case.find("as-of") {
        assert_eq!(
            outcome
                .status_as_of
                .map(|as_of| as_of.to_string())
                .as_deref(),
            Some(as_of),
            "{}",
            case.path
        );
    }
}
