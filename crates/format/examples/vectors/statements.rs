//! Lifecycle statements.

use ananke_format::lifecycle::{Action, LifecycleStatement, Reason, Status};
use ananke_format::{Mode, Sha256};

use crate::case::case;
use crate::documents::{altered, at, base_url, open, reference, spoil, with_payload};
use crate::keys::TestKey;

fn statement() -> LifecycleStatement {
    LifecycleStatement {
        reference: reference(1),
        action: Action::Revoke,
        from: Status::Active,
        to: Status::Revoked,
        reason: Some(Reason::IssuedInError),
        at: at("2026-06-20T09:30:00.000Z"),
        document: Sha256::of(b"a credential"),
    }
}

fn sign(statement: &LifecycleStatement, key: &str) -> String {
    statement
        .issue(&base_url(), Mode::Live, &TestKey::load(key))
        .unwrap()
}

pub(crate) fn write() {
    let one = |name: &str, what: &str, expect: &str, input: &str| {
        case("lifecycle-statement", name, what, expect)
            .with("trust", "trust-live.jws")
            .write(input);
    };
    let good = sign(&statement(), "status-live");
    one(
        "revoke",
        "a revocation",
        "accepted revoke Active Revoked issuedInError",
        &good,
    );
    let suspend = LifecycleStatement {
        action: Action::Suspend,
        to: Status::Suspended,
        reason: None,
        ..statement()
    };
    one(
        "suspend",
        "an action without a reason",
        "accepted suspend Active Suspended -",
        &sign(&suspend, "status-live"),
    );
    let late = LifecycleStatement {
        action: Action::Reinstate,
        from: Status::Suspended,
        to: Status::Expired,
        reason: None,
        ..statement()
    };
    one(
        "reinstate-late",
        "reinstated after its time",
        "accepted reinstate Suspended Expired -",
        &sign(&late, "status-live"),
    );
    let impossible = LifecycleStatement {
        from: Status::Revoked,
        to: Status::Active,
        action: Action::Reinstate,
        reason: None,
        ..statement()
    };
    one(
        "impossible",
        "a transition the table does not have",
        "refused payload",
        &sign(&impossible, "status-live"),
    );
    let light = LifecycleStatement {
        from: Status::Expired,
        reason: Some(Reason::Superseded),
        ..statement()
    };
    one(
        "light-reason",
        "an expired document revoked for a light reason",
        "refused payload",
        &sign(&light, "status-live"),
    );
    let silent = LifecycleStatement {
        reason: None,
        ..statement()
    };
    one(
        "no-reason",
        "a revocation without a reason on record",
        "refused payload",
        &sign(&silent, "status-live"),
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
    let (_, payload) = open(&good);
    one(
        "altered",
        "another reason under the old signature",
        "refused key.signature",
        &with_payload(&good, &spoil(&payload, "issuedInError", "superseded")),
    );
    one(
        "unknown-member",
        "a member this version does not know",
        "refused payload",
        &altered(&good, "status-live", |header, payload| {
            (
                header.to_owned(),
                spoil(payload, "\"action\"", "\"note\":\"\",\"action\""),
            )
        }),
    );
    one(
        "other-typ",
        "a credential's type",
        "refused jws.type",
        &altered(&good, "status-live", |header, payload| {
            (
                spoil(header, "ananke-lifecycle+jwt", "vc+jwt"),
                payload.to_owned(),
            )
        }),
    );
}
