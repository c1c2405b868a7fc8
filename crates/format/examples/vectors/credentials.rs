//! Credentials: good ones, and each way to be refused before time and status are looked at.

use ananke_format::credential::Statement;
use ananke_format::{Mode, Signer as _, low_s};

use crate::case::case;
use crate::documents::{altered, issue, open, spoil, statement, with_payload};
use crate::keys::{TestKey, base64url, from_base64url, sign_input};

fn refused(name: &str, what: &str, expect: &str, input: &str) {
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
    issuers(&good, &test);
    statements(&good);
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

fn issuers(good: &str, test: &str) {
    refused(
        "certificate-garbage",
        "x5c is no certificate",
        "issuer certificate_malformed",
        &resigned(good, |header, payload| {
            let start = header.find("\"x5c\":[\"").unwrap() + 8;
            (format!("{}AAAA\"]}}", &header[..start]), payload.to_owned())
        }),
    );
    refused(
        "stranger",
        "the same names under another root",
        "issuer certificate_untrusted",
        &issue(&statement(), "stranger-acme"),
    );
    refused(
        "test-under-live",
        "a test document under the live trust",
        "issuer certificate_untrusted",
        test,
    );
    refused(
        "not-listed",
        "a certificate newer than the bundle",
        "issuer certificate_not_listed",
        &issue(&statement(), "acme-new"),
    );
    refused(
        "other-fragment",
        "the key id names another certificate",
        "issuer key_id_mismatch",
        &resigned(good, |header, payload| {
            (spoil(header, "#ACME0101", "#ACME0102"), payload.to_owned())
        }),
    );
    refused(
        "other-issuer",
        "another tenant states itself with its own key",
        "issuer issuer_mismatch",
        &{
            let theirs = issue(
                &Statement {
                    issuer: "BETA01".parse().unwrap(),
                    ..statement()
                },
                "beta",
            );
            altered(&theirs, "beta", |header, payload| {
                (
                    spoil(header, ":i:BETA01#", ":i:ACME01#"),
                    payload.replace("BETA01", "ACME01"),
                )
            })
        },
    );
    refused(
        "claims-test",
        "a live key signs a test document",
        "issuer mode_mismatch",
        &resigned(good, |header, payload| {
            let payload = payload.replace("/live/", "/test/");
            (
                spoil(header, ":i:ACME01#", ":i:ACME01:test#"),
                spoil(&payload, ":i:ACME01\"", ":i:ACME01:test\""),
            )
        }),
    );
    refused(
        "key-of-another",
        "signed by one tenant under another's certificate",
        "integrity signature_mismatch",
        &altered(good, "beta", |header, payload| {
            (header.to_owned(), payload.to_owned())
        }),
    );
}

fn statements(good: &str) {
    let payload = |name: &str, what: &str, from: &str, to: &str| {
        let input = resigned(good, |header, payload| {
            (header.to_owned(), spoil(payload, from, to))
        });
        refused(name, what, "integrity malformed_statement", &input);
    };
    payload(
        "unknown-payload-member",
        "a member this version does not know",
        "\"validFrom\"",
        "\"note\":\"\",\"validFrom\"",
    );
    payload(
        "unknown-subject-member",
        "a member of the subject this version does not know",
        "\"documentType\"",
        "\"email\":\"\",\"documentType\"",
    );
    payload(
        "null-title",
        "null where a member is left out",
        "\"title\":\"Certificate of Completion\"",
        "\"title\":null",
    );
    payload(
        "context-missing",
        "one context only",
        ",\"https://www.w3.org/ns/credentials/undefined-terms/v2\"",
        "",
    );
    payload(
        "type-other",
        "another type",
        "\"IssuedDocument\"",
        "\"Diploma\"",
    );
    payload(
        "no-recipient",
        "an empty recipient",
        "\"name\":\"Zoë Müller\"",
        "\"name\":\"\"",
    );
    payload(
        "field-twice",
        "a field stands twice",
        "\"key\":\"grade\"",
        "\"key\":\"course\"",
    );
    payload("nul", "a NUL character in a text", "1,3", "1\\u00003");
    payload(
        "expires-first",
        "it expires before it is issued",
        "2028-06-01T10:00:00.000Z",
        "2026-06-01T09:00:00.000Z",
    );
    payload(
        "instant-spelling",
        "an instant without decimals",
        "2026-06-01T10:00:00.000Z",
        "2026-06-01T10:00:00Z",
    );
    payload(
        "date-spelling",
        "a date with a time",
        "2026-05-30",
        "2026-05-30T00:00",
    );
    payload(
        "index-differs",
        "two lists, two indexes",
        "\"idx\":42",
        "\"idx\":43",
    );
    payload(
        "index-number",
        "a W3C index that is no text",
        "\"statusListIndex\":\"42\",\"statusListCredential\":\"https://docs.example.com/s/ACME01/live/0/revocation\"",
        "\"statusListIndex\":42,\"statusListCredential\":\"https://docs.example.com/s/ACME01/live/0/revocation\"",
    );
    payload(
        "list-differs",
        "the token list is another list",
        "\"uri\":\"https://docs.example.com/s/ACME01/live/0\"",
        "\"uri\":\"https://docs.example.com/s/ACME01/live/1\"",
    );
    payload(
        "list-host",
        "the token list lies elsewhere",
        "\"uri\":\"https://docs.example.com/",
        "\"uri\":\"https://evil.example/",
    );
    payload(
        "id-host",
        "the verification URL lies elsewhere",
        "\"id\":\"https://docs.example.com/v/",
        "\"id\":\"https://evil.example/v/",
    );
    payload(
        "id-spelling",
        "the reference is not in its canonical spelling",
        "/v/TRF-",
        "/v/TRF--",
    );
    payload(
        "digest-differs",
        "two digests of one PDF",
        "\"digestSRI\":\"sha256-",
        "\"digestSRI\":\"sha256-A",
    );
    payload(
        "media-type",
        "an attachment that is no PDF",
        "application/pdf",
        "text/html",
    );
    let outside = resigned(good, |header, payload| {
        (
            header.to_owned(),
            payload
                .replace("#42\"", "#131072\"")
                .replace("\"42\"", "\"131072\"")
                .replace("\"idx\":42", "\"idx\":131072"),
        )
    });
    refused(
        "index-outside",
        "an index outside the list",
        "integrity malformed_statement",
        &outside,
    );
}

/// Signs an altered header and payload with the document's own key.
fn resigned(good: &str, change: impl FnOnce(&str, &str) -> (String, String)) -> String {
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
