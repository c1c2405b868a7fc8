//! Kinds without signatures.

use std::fmt::Display;

use ananke_format::api_key::ApiKey;
use ananke_format::lifecycle::{self, Action, Reason, Status};
use ananke_format::status::{Permutation, Purpose, Table};
use ananke_format::trust::{Identity, Source};
use ananke_format::verify::{self, CheckName, CheckResult, MainIndication, SubIndication, Verdict};
use ananke_format::{BaseUrl, Instant, IssuerCode, Mode, Product, Reference, jws::Typ};

use crate::case::{Case, from_hex, refused};

pub(crate) fn reference(case: &Case) -> String {
    Reference::parse(&case.input)
        .map_or_else(|error| refused(&error), |reference| reference.to_string())
}

pub(crate) fn reference_random(case: &Case) -> String {
    let product: Product = case.header("product").parse().unwrap();
    Reference::from_random(product, from_hex(&case.input).try_into().unwrap()).to_string()
}

pub(crate) fn base_url(case: &Case) -> String {
    let issuer = IssuerCode::parse("ACME01").unwrap();
    BaseUrl::parse(&case.input)
        .map_or_else(|error| refused(&error), |url| url.did(&issuer, Mode::Live))
}

pub(crate) fn instant(case: &Case) -> String {
    Instant::parse(&case.input).map_or_else(
        |_| "refused".to_owned(),
        |instant| instant.as_millisecond().to_string(),
    )
}

pub(crate) fn api_key(case: &Case) -> String {
    ApiKey::parse(&case.input).map_or_else(
        |error| refused(&error),
        |key| format!("{} {}", key.mode(), key.id()),
    )
}

pub(crate) fn api_key_random(case: &Case) -> String {
    let random = from_hex(&case.input).try_into().unwrap();
    let key = ApiKey::from_random(case.header("mode").parse().unwrap(), &random);
    key.map_or_else(|_| "refused".to_owned(), |key| key.expose().to_owned())
}

pub(crate) fn status_index(case: &Case) -> String {
    let key = from_hex(case.header("key")).try_into().unwrap();
    let issuer = IssuerCode::parse(case.header("issuer")).unwrap();
    let mode = case.header("mode").parse().unwrap();
    let permutation = Permutation::new(&key, issuer, mode, case.header("list").parse().unwrap());
    let index = permutation.index(case.input.parse().unwrap());
    index.map_or_else(|| "refused".to_owned(), |index| index.to_string())
}

pub(crate) fn status_table(case: &Case) -> String {
    let index = case.header("index").parse().unwrap();
    let value = Table::decompress(&from_hex(&case.input)).and_then(|table| table.value(index));
    value.map_or_else(|error| refused(&error), |value| value.bits().to_string())
}

/// Runs every line of the table; the number of lines is what is expected.
pub(crate) fn lifecycle(case: &Case) -> String {
    let mut count = 0;
    for line in case.input.lines().filter(|line| !line.starts_with('#')) {
        let (question, answer) = line.split_once(" -> ").unwrap();
        let [recorded, clock, action, reason] = *question.split(' ').collect::<Vec<_>>() else {
            panic!("{line}")
        };
        let recorded: Status = recorded.parse().unwrap();
        let action: Action = action.parse().unwrap();
        let reason: Option<Reason> = (reason != "-").then(|| reason.parse().unwrap());
        let actual = match lifecycle::apply(recorded, action, reason, clock == "after") {
            Ok(done) => format!(
                "{} {} {} {}",
                done.from,
                done.to,
                done.recorded,
                or_dash(done.reason)
            ),
            Err(illegal) => {
                let allowed: Vec<&str> = illegal
                    .allowed
                    .iter()
                    .map(|action| action.as_str())
                    .collect();
                format!(
                    "refused {}",
                    if allowed.is_empty() {
                        "-".to_owned()
                    } else {
                        allowed.join(",")
                    }
                )
            }
        };
        assert_eq!(actual, answer, "{line}");
        count += 1;
    }
    // Four states, two clocks, four actions without a reason and one with seven.
    assert_eq!(count, 4 * 2 * (4 + 7));
    count.to_string()
}

pub(crate) fn or_dash(word: Option<impl Display>) -> String {
    word.map_or_else(|| "-".to_owned(), |word| word.to_string())
}

pub(crate) fn words(case: &Case) -> String {
    fn list<T: Display>(all: &[T]) -> Vec<String> {
        all.iter().map(T::to_string).collect()
    }
    let name = case.path.rsplit('/').next().unwrap();
    let words = match name {
        "mode.txt" => list(Mode::ALL),
        "product.txt" => list(Product::ALL),
        "status.txt" => list(Status::ALL),
        "action.txt" => list(Action::ALL),
        "revocation-reason.txt" => list(Reason::ALL),
        "verdict.txt" => list(Verdict::ALL),
        "check.txt" => list(CheckName::ALL),
        "check-result.txt" => list(CheckResult::ALL),
        "trust-source.txt" => list(Source::ALL),
        "identity.txt" => list(Identity::ALL),
        "status-purpose.txt" => list(Purpose::ALL),
        "typ.txt" => list(Typ::ALL),
        "etsi-indication.txt" => list(MainIndication::ALL),
        "etsi-sub-indication.txt" => list(SubIndication::ALL),
        "reason.txt" => verify::Reason::ALL
            .iter()
            .map(|reason| format!("{reason} {}", reason.result()))
            .collect(),
        other => panic!("no list for {other}"),
    };
    assert_eq!(words, case.input.lines().collect::<Vec<_>>(), "{name}");
    words.len().to_string()
}
