//! Cases of roots that lead from one to the next, and of those that lead nowhere.

use ananke_format::certificate::Certificate;
use ananke_format::trust::RootFingerprint;
use rcgen::{CertificateParams, DnType, KeyUsagePurpose};

use crate::case::case;
use crate::keys::vectors;
use crate::pki::{find, issue};

/// A time at which all three roots and both links count.
const AT: &str = "2055-07-01T12:00:00.000Z";

fn pem(name: &str) -> String {
    std::fs::read_to_string(vectors().join("pki").join(format!("{name}.pem")))
        .unwrap()
        .trim()
        .to_owned()
}

fn fingerprint(name: &str) -> String {
    RootFingerprint::of(&Certificate::from_pem(&pem(name)).unwrap()).to_string()
}

/// The link to the second root with one thing changed, for the key of `subject`, signed by `before`.
fn link(subject: &str, before: &str, change: impl FnOnce(&mut CertificateParams)) -> String {
    let mut params = find("root-2-link").params();
    change(&mut params);
    issue(params, subject, before).pem().trim().to_owned()
}

fn file(certificates: &[&str]) -> String {
    certificates.join("\n")
}

pub(crate) fn write() {
    let [first, second, third] = ["root", "root-2", "root-3"].map(pem);
    let [to_second, to_third] = ["root-2-link", "root-3-link"].map(pem);
    let all = file(&[&first, &to_second, &second, &to_third, &third]);
    let accepted = |name: &str, what: &str, held: &str, newest: &str, input: &str| {
        let expect = format!("accepted {}", fingerprint(newest));
        case("roots", name, what, &expect)
            .with("held", fingerprint(held))
            .with("at", AT)
            .write(input);
    };
    accepted(
        "two-steps",
        "from the first root to the third",
        "root",
        "root-3",
        &all,
    );
    accepted(
        "one-step",
        "from the second root to the third",
        "root-2",
        "root-3",
        &all,
    );
    accepted(
        "newest",
        "the newest root is held already",
        "root-3",
        "root-3",
        &all,
    );
    accepted(
        "alone",
        "there was never another root",
        "root",
        "root",
        &first,
    );
    let strange = link("root-2", "stranger-root", |_| {});
    let broken = file(&[&first, &strange, &second, &to_third, &third]);
    accepted(
        "before-the-one-held",
        "a link before the root that is held is nobody's concern",
        "root-2",
        "root-3",
        &broken,
    );
    let refused = |name: &str, what: &str, at: &str, expect: &str, input: &str| {
        case("roots", name, what, &format!("refused {expect}"))
            .with("held", fingerprint("root"))
            .with("at", at)
            .write(input);
    };
    refused(
        "unknown",
        "none of them is the one held",
        AT,
        "unknown",
        &file(&[&second, &to_third, &third]),
    );
    case(
        "roots",
        "back",
        "no root leads to the one before it",
        "refused link.name",
    )
    .with("held", fingerprint("root-2"))
    .with("at", AT)
    .write(&file(&[&second, &to_second, &first]));
    refused(
        "before-the-link",
        "a link counts from its first instant",
        "2039-12-31T23:59:59.999Z",
        "time",
        &file(&[&first, &to_second, &second]),
    );
    refused(
        "after-the-root",
        "a link ends with the root that signed it",
        "2056-01-01T00:00:01.000Z",
        "time",
        &file(&[&first, &to_second, &second]),
    );
    refused(
        "signed-by-a-stranger",
        "a link signed by another root of the same name",
        AT,
        "link.signature",
        &broken,
    );
    let two = |link: &str| file(&[&first, link, &second]);
    refused(
        "signed-by-itself",
        "a root in the place of a link",
        AT,
        "link.issuer",
        &two(&second),
    );
    refused(
        "another-key",
        "a link for another key",
        AT,
        "link.key",
        &two(&link("root-3", "root", |_| {})),
    );
    refused(
        "another-name",
        "a link for another name",
        AT,
        "link.name",
        &two(&link("root-2", "root", |params| {
            params.distinguished_name.push(DnType::CommonName, "root 3");
        })),
    );
    refused(
        "of-tests",
        "a link marked as test",
        AT,
        "link.mode",
        &two(&link("root-2", "root", |params| {
            params
                .distinguished_name
                .push(DnType::OrganizationalUnitName, "TEST");
        })),
    );
    refused(
        "no-authority",
        "a link that may sign no certificates",
        AT,
        "link.key_usage",
        &two(&link("root-2", "root", |params| {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        })),
    );
    refused(
        "no-root",
        "an issuing CA in the place of a root",
        AT,
        "root.issuer",
        &file(&[&first, &to_second, &pem("ca-live-2")]),
    );
    refused(
        "ends-with-a-link",
        "the last is a link",
        AT,
        "malformed",
        &file(&[&first, &to_second]),
    );
    refused("empty", "nothing", AT, "malformed", "");
    refused(
        "text",
        "something else stands between",
        AT,
        "malformed",
        &file(&[&first, "root 2:", &to_second, &second]),
    );
    let mut many = vec![first.as_str()];
    for _ in 0..32 {
        many.extend([to_second.as_str(), second.as_str()]);
    }
    refused(
        "too-many",
        "sixty-five certificates",
        AT,
        "malformed",
        &file(&many),
    );
}
