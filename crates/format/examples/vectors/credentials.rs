//! Credentials: good ones, and each way to be refused before time and status are looked at.

use ananke_format::credential::Statement;
use ananke_format::{Mode, Signer as _, low_s};
use serde_json::{Map, Value};

use crate::case::case;
use crate::claims;
use crate::documents::{altered, issue, open, spoil, statement, with_payload};
use crate::keys::{TestKey, base64url, from_base64url, sign_input};

pub(crate) fn refused(name: &str, what: &str, expect: &str, input: &str) {
    case("credential", name, what, expect)
        .with("trust", "trust-live.jws")
        .write(input);
}

pub(crate) fn write() {
    let good = issue(&statement(), "acme");
    refused("whole", "every member", "passed ACME0101", &good);
    let bare = Statement {
        document_title: None,
        fields: Vec::new(),
        awarded_on: None,
        expires_at: None,
        pdf: None,
        ..statement()
    };
    refused(
        "bare",
        "no title, fields, date, expiry or PDF",
        "passed ACME0101",
        &issue(&bare, "acme"),
    );
    refused(
        "retired-key",
        "a retired key still has its signatures",
        "passed ACME0102",
        &issue(&statement(), "acme-retired"),
    );
    let test = issue(
        &Statement {
            mode: Mode::Test,
            ..statement()
        },
        "acme-test",
    );
    case(
        "credential",
        "test",
        "a test document under the test trust",
        "passed ACME01T1",
    )
    .with("trust", "trust-test.jws")
    .write(&test);
    shapes(&good);
    headers(&good);
    claims::write(&good, &test);
}

fn shapes(good: &str) {
    let parts: Vec<&str> = good.split('.').collect();
    let (_, payload) = open(good);
    refused("empty", "nothing", "integrity malformed_credential", "");
    refused(
        "two-parts",
        "the signature is missing",
        "integrity malformed_credential",
        &format!("{}.{}", parts[0], parts[1]),
    );
    refused(
        "four-parts",
        "one dot too many",
        "integrity malformed_credential",
        &format!("{good}.{}", parts[2]),
    );
    refused(
        "empty-signature",
        "a signature of no bytes",
        "integrity malformed_credential",
        &format!("{}.{}.", parts[0], parts[1]),
    );
    refused(
        "der-signature",
        "a signature in DER",
        "integrity malformed_credential",
        &format!("{}.{}.{}", parts[0], parts[1], base64url(&[0x30; 70])),
    );
    refused(
        "trailing-newline",
        "a line break behind it",
        "integrity encoding_not_canonical",
        &format!("{good}\n"),
    );
    refused(
        "padded",
        "padding behind the signature",
        "integrity encoding_not_canonical",
        &format!("{good}=="),
    );
    refused(
        "loose-bits",
        "bits left over in the last character",
        "integrity encoding_not_canonical",
        &loose_bits(good),
    );
    refused(
        "standard-alphabet",
        "the alphabet of plain base64",
        "integrity encoding_not_canonical",
        &format!("{}.{}.+{}", parts[0], parts[1], &parts[2][1..]),
    );
    let key = TestKey::load("acme");
    refused(
        "payload-not-json",
        "signed bytes that are no JSON",
        "integrity malformed_credential",
        &sign_input(&format!("{}.{}", parts[0], base64url(b"hello")), &key),
    );
    refused(
        "payload-array",
        "a JSON array",
        "integrity malformed_credential",
        &sign_input(&format!("{}.{}", parts[0], base64url(b"[]")), &key),
    );
    let values: Vec<Value> = {
        let header = from_base64url(parts[0]);
        let members: Map<String, Value> = serde_json::from_slice(&header).unwrap();
        ["alg", "typ", "cty", "kid", "x5c"]
            .map(|name| members[name].clone())
            .into()
    };
    refused(
        "header-array",
        "the values of the header in their order, and no names",
        "integrity malformed_credential",
        &sign_input(
            &format!(
                "{}.{}",
                base64url(&serde_json::to_vec(&values).unwrap()),
                parts[1]
            ),
            &key,
        ),
    );
    refused(
        "duplicate-member",
        "the recipient's name stands twice",
        "integrity duplicate_member",
        &resigned(good, |header, payload| {
            (
                header.to_owned(),
                spoil(
                    payload,
                    "\"documentType\"",
                    "\"name\":\"Eve\",\"documentType\"",
                ),
            )
        }),
    );
    refused(
        "duplicate-escaped",
        "a name stands twice, once in escapes",
        "integrity duplicate_member",
        &resigned(good, |header, payload| {
            (
                header.to_owned(),
                spoil(
                    payload,
                    "\"documentType\"",
                    "\"n\\u0061me\":\"Eve\",\"documentType\"",
                ),
            )
        }),
    );
    refused(
        "duplicate-header",
        "alg stands twice",
        "integrity duplicate_member",
        &resigned(good, |header, payload| {
            (
                spoil(
                    header,
                    "\"alg\":\"ES256\"",
                    "\"alg\":\"ES256\",\"alg\":\"ES256\"",
                ),
                payload.to_owned(),
            )
        }),
    );
    refused(
        "altered-payload",
        "another grade under the old signature",
        "integrity signature_mismatch",
        &with_payload(good, &spoil(&payload, "1,3", "1,0")),
    );
    refused(
        "reordered",
        "the same JSON in another order under the old signature",
        "integrity signature_mismatch",
        &with_payload(
            good,
            &spoil(
                &payload,
                "\"key\":\"grade\",\"label\":\"Grade\"",
                "\"label\":\"Grade\",\"key\":\"grade\"",
            ),
        ),
    );
    refused(
        "zero-signature",
        "r and s are zero",
        "integrity signature_mismatch",
        &format!("{}.{}.{}", parts[0], parts[1], base64url(&[0; 64])),
    );
    refused(
        "high-s",
        "the other signature of the same text",
        "integrity high_s",
        &high_s(good, &key),
    );
    refused(
        "too-large",
        "more than a megabyte",
        "integrity credential_too_large",
        &"A".repeat(1024 * 1024 + 1),
    );
}

fn headers(good: &str) {
    let header = |name: &str, what: &str, expect: &str, from: &str, to: &str| {
        let input = resigned(good, |header, payload| {
            (spoil(header, from, to), payload.to_owned())
        });
        refused(name, what, &format!("integrity {expect}"), &input);
    };
    header(
        "alg-none",
        "no algorithm",
        "algorithm_not_allowed",
        "\"ES256\"",
        "\"none\"",
    );
    header(
        "alg-hs256",
        "a symmetric algorithm",
        "algorithm_not_allowed",
        "\"ES256\"",
        "\"HS256\"",
    );
    header(
        "alg-es384",
        "another curve",
        "algorithm_not_allowed",
        "\"ES256\"",
        "\"ES384\"",
    );
    header(
        "alg-lower-case",
        "algorithms are written in one way",
        "algorithm_not_allowed",
        "\"ES256\"",
        "\"es256\"",
    );
    header(
        "alg-missing",
        "no alg",
        "algorithm_not_allowed",
        "\"alg\":\"ES256\",",
        "",
    );
    header(
        "crit",
        "a critical extension",
        "critical_header",
        "\"alg\"",
        "\"crit\":[\"b64\"],\"b64\":false,\"alg\"",
    );
    header(
        "crit-empty",
        "an empty list of critical extensions",
        "critical_header",
        "\"alg\"",
        "\"crit\":[],\"alg\"",
    );
    header(
        "jwk",
        "the header brings a key",
        "embedded_key",
        "\"alg\"",
        "\"jwk\":{},\"alg\"",
    );
    header(
        "jku",
        "the header points to keys",
        "embedded_key",
        "\"alg\"",
        "\"jku\":\"https://evil.example/jwks.json\",\"alg\"",
    );
    header(
        "x5u",
        "the header points to a certificate",
        "embedded_key",
        "\"alg\"",
        "\"x5u\":\"https://evil.example/c\",\"alg\"",
    );
    header(
        "typ-jwt",
        "an ordinary JWT",
        "wrong_type",
        "\"vc+jwt\"",
        "\"JWT\"",
    );
    header(
        "typ-missing",
        "no typ",
        "wrong_type",
        "\"typ\":\"vc+jwt\",",
        "",
    );
    header(
        "typ-status-list",
        "a status list's type",
        "wrong_type",
        "\"vc+jwt\"",
        "\"statuslist+jwt\"",
    );
    header("cty-missing", "no cty", "wrong_type", "\"cty\":\"vc\",", "");
    header(
        "cty-other",
        "another content",
        "wrong_type",
        "\"cty\":\"vc\"",
        "\"cty\":\"vp\"",
    );
    header(
        "unknown-member",
        "a header member this version does not know",
        "header_not_allowed",
        "\"alg\"",
        "\"iat\":1,\"alg\"",
    );
    header(
        "kid-missing",
        "no key id",
        "header_not_allowed",
        "\"kid\":\"did:web:docs.example.com:i:ACME01#ACME0101\",",
        "",
    );
    header(
        "kid-number",
        "a key id that is no text",
        "header_not_allowed",
        "\"kid\":\"did:web:docs.example.com:i:ACME01#ACME0101\"",
        "\"kid\":1",
    );
    header(
        "x5c-text",
        "a certificate outside a list",
        "header_not_allowed",
        "\"x5c\":[",
        "\"x5c\":\"\",\"y\":[",
    );
    header(
        "x5c-empty",
        "no certificate",
        "header_not_allowed",
        "\"x5c\":[",
        "\"x5c\":[],\"y\":[",
    );
    header(
        "x5c-two",
        "two certificates",
        "header_not_allowed",
        "\"x5c\":[",
        "\"x5c\":[\"AA==\",",
    );
    header(
        "x5c-unpadded",
        "a certificate in base64url",
        "encoding_not_canonical",
        "\"x5c\":[\"MII",
        "\"x5c\":[\"-II",
    );
}

/// Signs an altered header and payload with the document's own key.
pub(crate) fn resigned(good: &str, change: impl FnOnce(&str, &str) -> (String, String)) -> String {
    altered(good, "acme", change)
}

/// The same 64 bytes with the four loose bits of the last character set.
fn loose_bits(good: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = good.split_at(good.len() - 1);
    let value = ALPHABET.find(last).unwrap();
    assert_eq!(value % 16, 0);
    format!("{rest}{}", &ALPHABET[value + 1..value + 2])
}

/// Turns a low s into the high one: n - s.
fn high_s(good: &str, key: &TestKey) -> String {
    let (input, _) = good.rsplit_once('.').unwrap();
    // A signature is as often high as low, so asking a few times is enough.
    let high = (0..200)
        .map(|_| key.sign(input.as_bytes()).unwrap())
        .find(|signature| low_s(*signature) != *signature);
    let high = base64url(&high.unwrap());
    assert_eq!(from_base64url(&high).len(), 64);
    format!("{input}.{high}")
}
