//! Credentials that are well signed and refused for what they claim: their issuer, their statement.

use ananke_format::credential::Statement;

use crate::credentials::{refused, resigned};
use crate::documents::{altered, issue, spoil, statement};

/// Cases of `good`, a live credential, and `test`, a test one.
pub(crate) fn write(good: &str, test: &str) {
    issuers(good, test);
    statements(good);
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
