//! Answers cases of verification, one JSON object a line, as this implementation judges them: `sdk/verify` asks it whether the other
//! implementation agrees. A case has `bundle`, `root` (null where the bundle is believed), `lists`, `now`, `allowTest`, `door`
//! (`credential`, `seal`, `stamped`, `reference` or `hash`), `input` (a text; of a seal or a file hexadecimal), `record` (a
//! credential or null) and `file` (a hash or null). The answer says what became of the bundle and of each list, and the verdict.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a tool of the tests: what it cannot read ends it"
)]

#[path = "../../format/tests/vectors/word.rs"]
mod word;

use std::collections::HashMap;
use std::io::BufRead as _;

use ananke_api::verification::{self, Record};
use ananke_format::credential::Credential;
use ananke_format::seal::SealedDocument;
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use ananke_format::verify::{self, Facts, Failure, StampedFailure, StatusEvidence, Subject};
use ananke_format::{Instant, Reference, Sha256, Verified, status};
use serde::Deserialize;
use serde_json::{Value, json};

use word::word;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    bundle: String,
    root: Option<String>,
    lists: Vec<String>,
    now: String,
    allow_test: bool,
    door: String,
    input: String,
    record: Option<String>,
    file: Option<String>,
}

/// A bundle and how far its root is believed; what was opened, or the name of the refusal.
type Trusts = HashMap<(String, Option<String>), Result<Trust, String>>;

fn main() {
    let mut trusts = Trusts::new();
    for line in std::io::stdin().lock().lines() {
        let case: Case = serde_json::from_str(&line.unwrap()).unwrap();
        println!("{}", answer(&case, &mut trusts));
    }
}

fn answer(case: &Case, trusts: &mut Trusts) -> Value {
    let key = (case.bundle.clone(), case.root.clone());
    let trust = trusts.entry(key).or_insert_with(|| open(case));
    match trust {
        Ok(trust) => judged(case, trust),
        Err(word) => json!({ "trust": word }),
    }
}

fn open(case: &Case) -> Result<Trust, String> {
    let root = case.root.as_deref().map(RootFingerprint::parse);
    let pin = root.map_or(Pin::BundleFile, |root| Pin::Fingerprint(root.unwrap()));
    Trust::from_bundle(&case.bundle, pin, None).map_err(|error| word(&error))
}

/// What the first step gave.
enum Looked {
    Nothing(Subject<'static>),
    Credential(Result<Verified<Credential>, Failure>),
    Seal(Result<Verified<SealedDocument>, StampedFailure>),
}

fn judged(case: &Case, trust: &Trust) -> Value {
    let record = || match &case.record {
        Some(text) => Looked::Credential(verify::signature(text, trust)),
        None => Looked::Nothing(Subject::NotAtHand),
    };
    let (mut reference, mut file) = (None, case.file.as_deref().map(hash));
    let looked = match case.door.as_str() {
        "credential" => Looked::Credential(verify::signature(&case.input, trust)),
        "seal" => Looked::Seal(verify::seal(&bytes(&case.input), trust).map_err(Into::into)),
        "stamped" => Looked::Seal(verify::stamped(&bytes(&case.input), trust)),
        "reference" => match Reference::typed(&case.input) {
            Ok(read) => {
                reference = Some(read);
                record()
            }
            Err(_) => Looked::Nothing(Subject::MalformedReference),
        },
        "hash" => {
            file = Some(hash(&case.input));
            record()
        }
        other => panic!("no door {other}"),
    };
    let read: Vec<_> = case
        .lists
        .iter()
        .map(|text| status::verify(text, trust))
        .collect();
    let lists: Vec<_> = read.iter().filter_map(|list| list.clone().ok()).collect();
    let refused = read.iter().find_map(|list| list.as_ref().err());
    let subject = match &looked {
        Looked::Nothing(subject) => *subject,
        Looked::Credential(result) => Subject::from(result),
        Looked::Seal(result) => Subject::from(result),
    };
    let status = match (lists.as_slice(), refused) {
        ([], None) => StatusEvidence::Unavailable,
        ([], Some(error)) => StatusEvidence::ListRejected(*error),
        (lists, _) => StatusEvidence::Lists(lists),
    };
    let now = Instant::parse(&case.now).unwrap();
    let outcome = verify::judge(&Facts {
        reference,
        file,
        allow_test: case.allow_test,
        ..Facts::new(subject, trust, status, now)
    });
    let shown = match subject {
        Subject::Credential(credential) => Some(Record::Credential(credential)),
        Subject::Seal(seal) => Some(Record::Seal(seal)),
        _ => None,
    };
    let mut answer = verification::answer(&outcome, shown, trust);
    if let Looked::Seal(Err(refused)) = &looked {
        answer.genuine_bytes = refused.genuine.map(|length| u64::try_from(length).unwrap());
    }
    let told = |list: &Result<_, status::ListError>| match list {
        Ok(_) => "accepted".to_owned(),
        Err(error) => word(error),
    };
    let lists: Vec<String> = read.iter().map(told).collect();
    json!({ "trust": "accepted", "lists": lists, "verification": answer })
}

fn hash(hex: &str) -> Sha256 {
    hex.parse().unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}
