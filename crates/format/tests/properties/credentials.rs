//! Credentials: whatever is stated comes back, and whatever is altered does not verify.

use ananke_format::credential::{self, Field, Statement, StatusPosition};
use ananke_format::verify::{self, CheckName, Reason};
use ananke_format::{BaseUrl, Date, Instant, IssuerCode, Mode, Product, Reference, Sha256, Signer};
use proptest::prelude::*;

use crate::keys::TestKey;
use crate::trusts::LIVE;

fn any_text() -> impl Strategy<Value = String> {
    "\\PC{1,40}|[\u{1}-\u{1f}\"\\\\]{1,10}|[\u{1F600}-\u{1F64F}\u{202E}]{1,4}"
}

fn any_instant() -> impl Strategy<Value = Instant> {
    // Inside the validity of the test PKI.
    (1_770_000_000_000_i64..2_050_000_000_000).prop_map(|ms| Instant::from_millisecond(ms).unwrap())
}

prop_compose! {
    fn any_statement()(
        random in any::<[u8; 8]>(),
        texts in [any_text(), any_text(), any_text(), any_text()],
        has in any::<[bool; 4]>(),
        fields in prop::collection::btree_map(any_text(), (any_text(), "\\PC{0,40}"), 0..6),
        day in 0..700_000_i32,
        issued_at in any_instant(),
        life in 1..10_000_000_i64,
        digest in any::<[u8; 32]>(),
        list in any::<u32>(),
        index in 0..131_072_u32,
        path in prop::sample::select(vec!["https://docs.example.com", "http://127.0.0.1:8787", "https://a.example/v/s/i"]),
    ) -> Statement {
        let [issuer_name, document_type, recipient_name, title] = texts;
        Statement {
            base_url: BaseUrl::parse(path).unwrap(),
            reference: Reference::from_random(Product::Trust, random),
            issuer: IssuerCode::parse("ACME01").unwrap(),
            issuer_name,
            mode: Mode::Live,
            document_type,
            document_title: has[0].then_some(title),
            recipient_name,
            fields: fields.into_iter().map(|(key, (label, value))| Field { key, label, value }).collect(),
            awarded_on: has[1].then(|| Date::constant(1600, 1, 1).saturating_add(jiff::ToSpan::days(day))),
            issued_at,
            expires_at: has[2].then(|| issued_at.plus_seconds(life)),
            pdf: has[3].then(|| Sha256::from_bytes(digest)),
            status: StatusPosition { list, index },
        }
    }
}

proptest! {
    #[test]
    fn what_is_stated_comes_back(statement in any_statement()) {
        let key = TestKey::load("acme");
        let compact = credential::issue(&statement, &key).unwrap();
        let verified = verify::signature(&compact, &LIVE).unwrap();
        prop_assert_eq!(&verified.statement, &statement);
        prop_assert_eq!(verified.certificate_reference, key.certificate_reference());
        prop_assert_eq!(verified.digest, Sha256::of(compact.as_bytes()));
    }

    #[test]
    fn one_other_character_never_verifies(place in any::<prop::sample::Index>(), byte in 0x21_u8..0x7f) {
        let good = whole();
        let mut text = good.clone().into_bytes();
        let place = place.index(text.len());
        text[place] = byte;
        let text = String::from_utf8(text).unwrap();
        prop_assert_eq!(verify::signature(&text, &LIVE).is_ok(), text == good);
    }

    #[test]
    fn cut_and_lengthened_never_verify(cut in any::<prop::sample::Index>(), tail in "[\\x00-\\x7f]{1,4}") {
        let good = whole();
        let cut = cut.index(good.len());
        prop_assert!(verify::signature(&good[..cut], &LIVE).is_err());
        prop_assert!(verify::signature(&good[cut + 1..], &LIVE).is_err());
        let longer = format!("{good}{tail}");
        prop_assert!(verify::signature(&longer, &LIVE).is_err());
    }

    #[test]
    fn parts_of_two_credentials_never_verify(statement in any_statement(), keep in 0..7_u8) {
        let one = whole();
        let other = credential::issue(&statement, &TestKey::load("acme-retired")).unwrap();
        let (one, other): (Vec<&str>, Vec<&str>) = (one.split('.').collect(), other.split('.').collect());
        // All three parts of one of them are left out: 0 and 7.
        prop_assume!(keep != 0);
        let mixed: Vec<&str> = (0..3).map(|part| if keep >> part & 1 == 1 { one[part] } else { other[part] }).collect();
        let failure = verify::signature(&mixed.join("."), &LIVE).unwrap_err();
        prop_assert_eq!((failure.check, failure.reason), (CheckName::Integrity, Reason::SignatureMismatch));
    }
}

/// The credential of a vector.
fn whole() -> String {
    let file = crate::keys::vectors().join("credential").join("whole.txt");
    let text = std::fs::read_to_string(file).unwrap();
    text.split_once("\n\n").unwrap().1.trim_end().to_owned()
}

#[test]
fn the_wrong_signer_is_refused_before_it_signs() {
    use ananke_format::IssueError as Signing;
    use ananke_format::credential::{IssueError, StatementError};
    let good = verify::signature(&whole(), &LIVE)
        .unwrap()
        .into_inner()
        .statement;
    let issue = |statement: &Statement, key: &str| {
        credential::issue(statement, &TestKey::load(key)).unwrap_err()
    };
    assert_eq!(issue(&good, "beta"), IssueError::Signer(Signing::Signer));
    assert_eq!(
        issue(&good, "acme-test"),
        IssueError::Signer(Signing::Signer)
    );
    assert_eq!(
        issue(&good, "status-live"),
        IssueError::Signer(Signing::Signer)
    );
    let test = Statement {
        mode: Mode::Test,
        ..good.clone()
    };
    assert_eq!(issue(&test, "acme"), IssueError::Signer(Signing::Signer));
    for (spoilt, error) in [
        (
            Statement {
                recipient_name: String::new(),
                ..good.clone()
            },
            StatementError::Empty,
        ),
        (
            Statement {
                issuer_name: "a\0b".to_owned(),
                ..good.clone()
            },
            StatementError::Nul,
        ),
        (
            Statement {
                expires_at: Some(good.issued_at),
                ..good.clone()
            },
            StatementError::Expiry,
        ),
        (
            Statement {
                issuer: IssuerCode::INSTANCE,
                ..good.clone()
            },
            StatementError::Issuer,
        ),
        (
            Statement {
                status: StatusPosition {
                    list: 0,
                    index: 131_072,
                },
                ..good.clone()
            },
            StatementError::StatusIndex,
        ),
        (
            Statement {
                fields: [good.fields.clone(), good.fields.clone()].concat(),
                ..good.clone()
            },
            StatementError::FieldTwice,
        ),
    ] {
        assert_eq!(issue(&spoilt, "acme"), IssueError::Statement(error));
    }
}

#[test]
fn the_cache_key_knows_chain_and_credential() {
    let other = ananke_format::trust::Trust::from_bundle(
        &crate::trusts::given("trust-test.jws"),
        crate::trusts::pin(),
        None,
    );
    let keys = [
        verify::cache_key("a", &LIVE),
        verify::cache_key("b", &LIVE),
        verify::cache_key("a", &other.unwrap()),
    ];
    assert_eq!(
        keys.iter().collect::<std::collections::BTreeSet<_>>().len(),
        3
    );
    assert_eq!(keys[0], verify::cache_key("a", &LIVE));
}
