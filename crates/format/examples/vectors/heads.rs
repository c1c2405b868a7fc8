//! Head statements: how far a record had come.

use ananke_format::{HeadStatement, Sha256, StreamHead};

use crate::case::case;
use crate::documents::{altered, at, base_url, open, spoil, with_payload};
use crate::keys::TestKey;

fn statement() -> HeadStatement {
    let head = |stream: &str, seq, text: &[u8]| StreamHead {
        stream: stream.to_owned(),
        seq,
        hash: Sha256::of(text),
    };
    HeadStatement {
        iss: base_url(),
        iat: at("2026-06-20T09:30:00.000Z").as_second(),
        streams: vec![
            head(
                "0190a0c0-0000-7000-8000-00000000abcd",
                1,
                b"the first event",
            ),
            head(
                "0190a0c0-0000-7000-8000-00000000abce",
                9_007_199_254_740_991,
                b"a later one",
            ),
        ],
    }
}

fn sign(statement: &HeadStatement, key: &str) -> String {
    statement.issue(&TestKey::load(key)).unwrap()
}

pub(crate) fn write() {
    let one = |name: &str, what: &str, expect: &str, input: &str| {
        case("head", name, what, expect)
            .with("trust", "trust-live.jws")
            .write(input);
    };
    let good = sign(&statement(), "status-live");
    one(
        "two-streams",
        "the heads of two streams",
        "accepted 1781947800 2",
        &good,
    );
    let (_, payload) = open(&good);
    let payload_is = |name: &str, what: &str, from: &str, to: &str| {
        let other = altered(&good, "status-live", |header, payload| {
            (header.to_owned(), spoil(payload, from, to))
        });
        one(name, what, "refused payload", &other);
    };
    let none = HeadStatement {
        streams: Vec::new(),
        ..statement()
    };
    one(
        "no-stream",
        "no stream at all",
        "refused payload",
        &sign(&none, "status-live"),
    );
    payload_is("zero", "an event number 0", "\"seq\":1,", "\"seq\":0,");
    payload_is(
        "upper-case-stream",
        "an id in upper case",
        "00000000abcd",
        "00000000ABCD",
    );
    payload_is(
        "short-stream",
        "an id that is none",
        "0190a0c0-0000-7000-8000-00000000abcd",
        "0190a0c0",
    );
    payload_is(
        "unknown-member",
        "a member this version does not know",
        "\"iat\"",
        "\"note\":\"\",\"iat\"",
    );
    payload_is(
        "text-for-time",
        "a time that is a text",
        "\"iat\":1781947800",
        "\"iat\":\"1781947800\"",
    );
    one(
        "altered",
        "another event number under the old signature",
        "refused key.signature",
        &with_payload(&good, &spoil(&payload, "\"seq\":1,", "\"seq\":2,")),
    );
    one(
        "compromised-key",
        "signed by a compromised status key",
        "refused key.compromised",
        &sign(&statement(), "status-lost"),
    );
    one(
        "lapsed-key",
        "signed after the key's interval",
        "refused key.interval",
        &sign(&statement(), "status-short"),
    );
    one(
        "other-typ",
        "the type of a lifecycle statement",
        "refused jws.type",
        &altered(&good, "status-live", |header, payload| {
            (
                spoil(header, "ananke-head+jwt", "ananke-lifecycle+jwt"),
                payload.to_owned(),
            )
        }),
    );
}
