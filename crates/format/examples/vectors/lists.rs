//! Status lists: those the verdicts stand on, and each way to be refused.

use ananke_format::status::{Edition, ListId, Purpose, Table, Value};
use ananke_format::{BaseUrl, Instant, IssuerCode, Mode};

use crate::case::case;
use crate::documents::{altered, at, base_url, open, spoil, with_payload};
use crate::keys::{TestKey, base64url, from_base64url, vectors};
use crate::status_tables::zlib;

/// The list the documents name, at a public URL.
fn list(base_url: BaseUrl, mode: Mode, number: u32) -> ListId {
    ListId {
        base_url,
        issuer: IssuerCode::parse("ACME01").unwrap(),
        mode,
        number,
    }
}

/// Index 42 valid, 43 revoked, 44 suspended, 45 expired early.
fn table() -> Table {
    let mut table = Table::new();
    for (index, value) in [
        (43, Value::Invalid),
        (44, Value::Suspended),
        (45, Value::ExpiredEarly),
    ] {
        table.set(index, value).unwrap();
    }
    table
}

const BUILT: &str = "2026-07-01T00:00:00.000Z";

fn sign(list: &ListId, purpose: Purpose, issued_at: Instant, key: &str) -> String {
    Edition {
        list,
        table: &table(),
        issued_at,
    }
    .issue(purpose, &TestKey::load(key))
    .unwrap()
}

/// Writes `pki/list-….jws` where they are missing.
pub(crate) fn make_given() {
    let built = at(BUILT);
    let here = || list(base_url(), Mode::Live, 0);
    let elsewhere = |url: &str| list(BaseUrl::parse(url).unwrap(), Mode::Live, 0);
    let beta = ListId {
        issuer: IssuerCode::parse("BETA01").unwrap(),
        ..here()
    };
    for (name, list, purpose, issued_at, key) in [
        ("live", here(), Purpose::Token, built, "status-live"),
        (
            "live-revocation",
            here(),
            Purpose::Revocation,
            built,
            "status-live",
        ),
        (
            "live-suspension",
            here(),
            Purpose::Suspension,
            built.plus_seconds(3600),
            "status-live",
        ),
        (
            "live-next-day",
            here(),
            Purpose::Token,
            built.plus_seconds(86_400),
            "status-live",
        ),
        (
            "live-number-1",
            list(base_url(), Mode::Live, 1),
            Purpose::Token,
            built,
            "status-live",
        ),
        (
            "live-former-url",
            elsewhere("https://old.example.com"),
            Purpose::Token,
            built,
            "status-live",
        ),
        (
            "live-unknown-url",
            elsewhere("https://evil.example"),
            Purpose::Token,
            built,
            "status-live",
        ),
        ("beta", beta, Purpose::Token, built, "status-live"),
        ("lost", here(), Purpose::Token, built, "status-lost"),
        (
            "test",
            list(base_url(), Mode::Test, 0),
            Purpose::Token,
            built,
            "status-test",
        ),
    ] {
        let file = vectors().join("pki").join(format!("list-{name}.jws"));
        if !file.exists() {
            std::fs::write(file, format!("{}\n", sign(&list, purpose, issued_at, key))).unwrap();
        }
    }
}

pub(crate) fn write() {
    let here = list(base_url(), Mode::Live, 0);
    let built = at(BUILT);
    let one = |name: &str, what: &str, index: u32, expect: &str, input: &str| {
        case("status", name, what, expect)
            .with("trust", "trust-live.jws")
            .with("index", index)
            .write(input);
    };
    let token = sign(&here, Purpose::Token, built, "status-live");
    for (name, index, value) in [
        ("valid", 42, 0),
        ("revoked", 43, 1),
        ("suspended", 44, 2),
        ("expired-early", 45, 3),
    ] {
        one(
            &format!("token-{name}"),
            "a value of a token list",
            index,
            &format!("accepted token {value}"),
            &token,
        );
    }
    let revocation = sign(&here, Purpose::Revocation, built, "status-live");
    let suspension = sign(&here, Purpose::Suspension, built, "status-live");
    one(
        "revocation-revoked",
        "a bit of the W3C list",
        43,
        "accepted revocation 1",
        &revocation,
    );
    one(
        "revocation-suspended",
        "a suspended document is not revoked",
        44,
        "accepted revocation 0",
        &revocation,
    );
    one(
        "revocation-expired-early",
        "an early expiry counts as revocation",
        45,
        "accepted revocation 1",
        &revocation,
    );
    one(
        "suspension-suspended",
        "a bit of the W3C list",
        44,
        "accepted suspension 2",
        &suspension,
    );
    one(
        "suspension-revoked",
        "a revoked document is not suspended",
        43,
        "accepted suspension 0",
        &suspension,
    );
    one(
        "outside",
        "an index outside the list",
        131_072,
        "refused table.index",
        &token,
    );
    keys(&here, built, &token);
    payloads(&token, &revocation);
}

fn keys(here: &ListId, built: Instant, token: &str) {
    let refused = |name: &str, what: &str, expect: &str, input: &str| {
        case("status", name, what, &format!("refused {expect}"))
            .with("trust", "trust-live.jws")
            .with("index", 42)
            .write(input);
    };
    refused(
        "compromised-key",
        "signed by a compromised status key, whatever its date",
        "key.compromised",
        &sign(
            here,
            Purpose::Token,
            at("2026-05-01T00:00:00.000Z"),
            "status-lost",
        ),
    );
    refused(
        "lapsed-key",
        "signed after the key's interval",
        "key.interval",
        &sign(here, Purpose::Token, built, "status-short"),
    );
    let tenant = altered(token, "acme", |header, payload| {
        (
            with_leaf(header, "acme", "000000", "ACME0101"),
            payload.to_owned(),
        )
    });
    refused(
        "tenant-key",
        "signed by an issuer's own key",
        "key.unknown",
        &tenant,
    );
    let test = sign(
        &list(base_url(), Mode::Test, 0),
        Purpose::Token,
        built,
        "status-test",
    );
    refused(
        "test-list",
        "a test list under the live trust",
        "key.unknown",
        &test,
    );
    let mixed = altered(token, "status-live", |header, payload| {
        (header.to_owned(), payload.replace("/live/", "/test/"))
    });
    refused(
        "mixed-modes",
        "a live key signs a test list",
        "mode",
        &mixed,
    );
    let fragment = altered(token, "status-live", |header, payload| {
        (spoil(header, "#00000001", "#00000002"), payload.to_owned())
    });
    refused(
        "other-fragment",
        "the key id names another certificate",
        "key.key_id",
        &fragment,
    );
    let host = altered(token, "status-live", |header, payload| {
        (
            spoil(header, "did:web:docs.example.com", "did:web:evil.example"),
            payload.to_owned(),
        )
    });
    refused(
        "other-host",
        "key id and list name different hosts",
        "key.key_id",
        &host,
    );
    let (_, payload) = open(token);
    let later = with_payload(token, &spoil(&payload, "\"ttl\":300", "\"ttl\":301"));
    refused(
        "altered",
        "a number is another, the signature is not",
        "key.signature",
        &later,
    );
}

fn payloads(token: &str, revocation: &str) {
    let refused =
        |name: &str, what: &str, expect: &str, good: &str, change: &dyn Fn(&str) -> String| {
            let input = altered(good, "status-live", |header, payload| {
                (header.to_owned(), change(payload))
            });
            case("status", name, what, &format!("refused {expect}"))
                .with("trust", "trust-live.jws")
                .with("index", 42)
                .write(&input);
        };
    refused(
        "one-bit",
        "a token list of one bit each",
        "payload",
        token,
        &|text| spoil(text, "\"bits\":2", "\"bits\":1"),
    );
    refused(
        "exp-first",
        "it expires when it is built",
        "payload",
        token,
        &|text| {
            let built = at(BUILT).as_second();
            spoil(
                text,
                &format!("\"exp\":{}", built + 86_400),
                &format!("\"exp\":{built}"),
            )
        },
    );
    refused(
        "unknown-member",
        "a member this version does not know",
        "payload",
        token,
        &|text| spoil(text, "\"ttl\":300", "\"ttl\":300,\"iss\":\"x\""),
    );
    refused(
        "other-path",
        "an address that is no list",
        "payload",
        token,
        &|text| spoil(text, "/s/ACME01/", "/status/ACME01/"),
    );
    refused(
        "padded",
        "padded base64url inside",
        "payload",
        token,
        &|text| spoil(text, "\"}}", "==\"}}"),
    );
    refused(
        "list-array",
        "the values of status_list in their order, and no names",
        "payload",
        token,
        &|text| {
            let open = spoil(text, "{\"bits\":2,\"lst\":", "[2,");
            format!("{}]}}", open.strip_suffix("}}").unwrap())
        },
    );
    refused("no-sub", "no address", "payload", token, &|text| {
        spoil(
            text,
            "\"sub\":\"https://docs.example.com/s/ACME01/live/0\",",
            "",
        )
    });
    let with_list = |text: &str, bytes: &[u8]| {
        let start = text.find("\"lst\":\"").unwrap() + 7;
        let end = start + text[start..].find('"').unwrap();
        format!(
            "{}{}{}",
            &text[..start],
            base64url(&zlib(bytes)),
            &text[end..]
        )
    };
    refused(
        "short-table",
        "a table of half the length",
        "table.length",
        token,
        &|text| with_list(text, &[0; 16_384]),
    );
    refused(
        "bomb",
        "sixteen million zeros",
        "table.length",
        token,
        &|text| with_list(text, &vec![0; 16_000_000]),
    );
    let with_bits = |text: &str, change: &dyn Fn(&[u8]) -> Vec<u8>| {
        let start = text.find("\"encodedList\":\"u").unwrap() + 16;
        let end = start + text[start..].find('"').unwrap();
        let packed = change(&from_base64url(&text[start..end]));
        format!("{}{}{}", &text[..start], base64url(&packed), &text[end..])
    };
    refused(
        "zlib-in-w3c",
        "zlib where gzip belongs",
        "table.compression",
        revocation,
        &|text| with_bits(text, &|_| zlib(&[0; 16_384])),
    );
    refused(
        "gzip-tail",
        "a byte behind the gzip",
        "table.length",
        revocation,
        &|text| with_bits(text, &|packed| [packed, &[0]].concat()),
    );
    refused(
        "gzip-flags",
        "a flag of gzip that nobody knows",
        "table.compression",
        revocation,
        &|text| {
            with_bits(text, &|packed| {
                let mut packed = packed.to_vec();
                packed[3] |= 0x80;
                packed
            })
        },
    );
    refused(
        "multibase",
        "another multibase prefix",
        "payload",
        revocation,
        &|text| spoil(text, "\"encodedList\":\"u", "\"encodedList\":\"z"),
    );
    refused(
        "other-purpose",
        "purpose and address differ",
        "payload",
        revocation,
        &|text| {
            spoil(
                text,
                "\"statusPurpose\":\"revocation\"",
                "\"statusPurpose\":\"suspension\"",
            )
        },
    );
    refused(
        "other-issuer",
        "a W3C list that names another issuer than the instance",
        "payload",
        revocation,
        &|text| spoil(text, ":i:000000\"", ":i:ACME01\""),
    );
}

/// Swaps the certificate and the fragment in a header.
fn with_leaf(header: &str, name: &str, code: &str, reference: &str) -> String {
    use ananke_format::Signer as _;
    use base64::Engine as _;
    let start = header.find("\"x5c\":[\"").unwrap() + 8;
    let end = start + header[start..].find('"').unwrap();
    let leaf = base64::engine::general_purpose::STANDARD.encode(TestKey::load(name).leaf_der());
    let header = format!("{}{leaf}{}", &header[..start], &header[end..]);
    assert!(!from_base64url(&base64url(header.as_bytes())).is_empty());
    spoil(
        &header,
        &format!(":i:{code}#00000001"),
        &format!(":i:{code}#{reference}"),
    )
}
