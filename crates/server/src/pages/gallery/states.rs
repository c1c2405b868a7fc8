//! Views in every state, as plain values.

use ananke_api::error::Code;
use ananke_api::verification::{CheckName, CheckResult, Verdict};

use crate::pages::report::{Artefact, Report, ReportRow};
use crate::pages::*;

const ROOT: &str = "sha256:9f2c41d07be85a6633aa10c4e2b97d5f0c8e7716d49b3a52f1e06c8d4477ab19";

pub(super) fn site() -> Site {
    Site {
        base: String::new(),
        host: "verify.example.org".to_owned(),
    }
}

pub(super) fn proved() -> IssuerView {
    IssuerView {
        name: "University of Northfield".to_owned(),
        code: "NFU001".to_owned(),
        identity: Identity::DomainProved {
            domain: "northfield.example".to_owned(),
            proved_at: Some(Moment::new("2026-03-03T08:12:00.000Z")),
        },
    }
}

pub(super) fn asserted() -> IssuerView {
    IssuerView {
        name: "University of Northfield".to_owned(),
        code: "X7Q2ZZ".to_owned(),
        identity: Identity::SelfAsserted,
    }
}

pub(super) fn checks(results: [(CheckResult, Option<&str>); 5]) -> Vec<CheckView> {
    let names = [
        CheckName::Integrity,
        CheckName::Issuer,
        CheckName::Time,
        CheckName::Status,
        CheckName::Log,
    ];
    names
        .into_iter()
        .zip(results)
        .map(|(name, (result, reason))| CheckView {
            name,
            result,
            reason: reason.map(str::to_owned),
        })
        .collect()
}

pub(super) fn valid() -> VerdictPage {
    use CheckResult::{NotChecked, Passed};
    VerdictPage {
        site: site(),
        reference: "TRF-7K3M9QX2VB4WD".to_owned(),
        verdict: Verdict::Valid,
        mistyped: false,
        erased: false,
        test: false,
        issuer: Some(proved()),
        facts: Some(Facts {
            recipient: Some("Amélie Okonkwo-Lindqvist".to_owned()),
            document_type: Some("Certificate".to_owned()),
            title: Some("Master of Science in Hydrology".to_owned()),
            issued_at: Some(Moment::new("2026-11-23T10:00:00.000Z")),
            awarded_on: Some(Moment::new("2026-11-20")),
            expires_at: Some(Moment::end("2031-01-01T00:00:00.000Z")),
            fields: Vec::new(),
        }),
        checks: checks([
            (Passed, None),
            (Passed, None),
            (Passed, None),
            (Passed, None),
            (NotChecked, None),
        ]),
        status_reason: None,
        replaced_by: None,
        anchor: Some(Anchor {
            fingerprint: ROOT.to_owned(),
            as_of: Some(Moment::new("2026-11-23T10:04:00.000Z")),
        }),
        matches: Vec::new(),
        verified_at: Some(Moment::new("2026-11-23T10:05:00.000Z")),
    }
}

pub(super) fn not_found(typed: &str, mistyped: bool) -> VerdictPage {
    VerdictPage {
        reference: typed.to_owned(),
        verdict: Verdict::NotFound,
        mistyped,
        issuer: None,
        facts: None,
        checks: Vec::new(),
        anchor: None,
        ..valid()
    }
}

pub(super) fn verdict_pages() -> Vec<(&'static str, VerdictPage)> {
    use CheckResult::{Failed, NotChecked, Passed};
    let withdrawn = |verdict, reason: &str| VerdictPage {
        verdict,
        status_reason: Some(reason.to_owned()),
        checks: checks([
            (Passed, None),
            (Passed, None),
            (Passed, None),
            (Failed, Some(reason)),
            (NotChecked, None),
        ]),
        ..valid()
    };
    vec![
        ("valid", valid()),
        (
            "valid-self-asserted",
            VerdictPage {
                issuer: Some(asserted()),
                ..valid()
            },
        ),
        (
            "valid-stamp",
            VerdictPage {
                reference: "TCR-5H8N2RW7ZC0Q4".to_owned(),
                issuer: Some(asserted()),
                facts: Some(Facts {
                    document_type: Some("Diploma".to_owned()),
                    issued_at: Some(Moment::new("2026-11-23T10:00:00.000Z")),
                    expires_at: Some(Moment::end("2031-01-01T00:00:00.000Z")),
                    fields: [("Name", "Amélie Okonkwo-Lindqvist"), ("Grade", "1.3")]
                        .map(|(label, value)| (label.to_owned(), value.to_owned()))
                        .to_vec(),
                    ..Facts::default()
                }),
                ..valid()
            },
        ),
        (
            "valid-test",
            VerdictPage {
                test: true,
                ..valid()
            },
        ),
        (
            "valid-matches",
            VerdictPage {
                matches: vec![MatchView {
                    reference: "TRF-0A1B2C3D4E5FG".to_owned(),
                    issuer: asserted(),
                    verdict: Verdict::Revoked,
                    issued_at: Moment::new("2026-11-24T09:30:00.000Z"),
                }],
                ..valid()
            },
        ),
        (
            "valid-long",
            VerdictPage {
                facts: Some(Facts {
                    recipient: Some("W".repeat(90)),
                    title: Some("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk".repeat(3)),
                    fields: vec![("قسم".to_owned(), "علوم المياه".to_owned())],
                    ..Facts::default()
                }),
                ..valid()
            },
        ),
        ("suspended", withdrawn(Verdict::Suspended, "suspended")),
        (
            "revoked",
            VerdictPage {
                replaced_by: Some("TRF-0A1B2C3D4E5FG".to_owned()),
                ..withdrawn(Verdict::Revoked, "issuedInError")
            },
        ),
        (
            "expired",
            VerdictPage {
                verdict: Verdict::Expired,
                checks: checks([
                    (Passed, None),
                    (Passed, None),
                    (Failed, Some("expired")),
                    (Passed, None),
                    (NotChecked, None),
                ]),
                ..valid()
            },
        ),
        (
            "invalid",
            VerdictPage {
                verdict: Verdict::Invalid,
                facts: None,
                checks: checks([
                    (Failed, Some("signature_mismatch")),
                    (NotChecked, None),
                    (NotChecked, None),
                    (NotChecked, None),
                    (NotChecked, None),
                ]),
                ..valid()
            },
        ),
        (
            "invalid-unsigned",
            VerdictPage {
                verdict: Verdict::Invalid,
                issuer: None,
                facts: None,
                checks: checks([
                    (Failed, Some("record_altered")),
                    (NotChecked, Some("not_reached")),
                    (NotChecked, Some("not_reached")),
                    (NotChecked, Some("not_reached")),
                    (NotChecked, Some("not_logged")),
                ]),
                ..valid()
            },
        ),
        (
            "indeterminate",
            VerdictPage {
                verdict: Verdict::Indeterminate,
                checks: checks([
                    (Passed, None),
                    (Passed, None),
                    (Passed, None),
                    (NotChecked, Some("status_list_expired")),
                    (NotChecked, None),
                ]),
                ..valid()
            },
        ),
        ("not-found", not_found("TRF-7K3M9QX2VB4WD", false)),
        ("not-found-typing", not_found("trf-7k3m9", true)),
        (
            "erased",
            VerdictPage {
                verdict: Verdict::NotFound,
                erased: true,
                facts: None,
                status_reason: Some("erased".to_owned()),
                checks: Vec::new(),
                ..valid()
            },
        ),
    ]
}

pub(super) fn certificate(reference: &str, state: CertificateState) -> CertificateRow {
    CertificateRow {
        reference: reference.to_owned(),
        valid_from: Moment::new("2026-03-01T00:00:00.000Z"),
        valid_until: Moment::new("2031-03-01T00:00:00.000Z"),
        state,
    }
}

pub(super) fn issuer(identity: Identity) -> IssuerPage {
    let at = Moment::new("2026-09-01T12:00:00.000Z");
    IssuerPage {
        site: site(),
        name: "University of Northfield".to_owned(),
        code: "NFU001".to_owned(),
        identity,
        did: "did:web:verify.example.org:i:NFU001".to_owned(),
        root_fingerprint: ROOT.to_owned(),
        certificates: vec![
            certificate("NFU00103", CertificateState::Active),
            certificate("NFU00102", CertificateState::Retired { at: at.clone() }),
            certificate("NFU00101", CertificateState::Compromised { at }),
        ],
        test_certificates: vec![certificate("NFU00104", CertificateState::Active)],
    }
}

pub(super) fn all() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = verdict_pages()
        .into_iter()
        .map(|(name, page)| (format!("v-{name}"), page.render()))
        .collect();
    let mut add = |name: &str, html: String| pages.push((name.to_owned(), html));
    add("issuer", issuer(proved().identity).render());
    add("issuer-self", issuer(Identity::SelfAsserted).render());
    let entry = EntryPage {
        site: site(),
        typed: "\"><script>alert(1)</script>".to_owned(),
    };
    add("entry", entry.render());
    let front = FrontPage {
        site: site(),
        root_fingerprint: ROOT.to_owned(),
        version: "0.1.0".to_owned(),
    };
    add("front", front.render());
    for status in [404, 405, 500, 503] {
        let failure = FailurePage {
            site: site(),
            status,
            request_id: "019ab0c4-7d2e-7c41-9a53-5d0f2b8e6c11".to_owned(),
        };
        add(&format!("failure-{status}"), failure.render());
    }
    add("errors", ErrorIndex { site: site() }.render());
    for code in Code::ALL {
        let page = ErrorPage { site: site(), code };
        add(&format!("error-{}", code.slug()), page.render());
    }
    pages
}

pub(super) fn report() -> Report {
    let row = |claim: &str, passed, result: &str, milliseconds| ReportRow {
        claim: claim.to_owned(),
        passed,
        result: result.to_owned(),
        milliseconds,
    };
    Report {
        version: "0.1.0".to_owned(),
        made_at: "23 November 2026, 10:00 UTC".to_owned(),
        rows: vec![
            row("a document is issued", true, "TRF-7K3M9QX2VB4WD", 12),
            row("one changed byte is noticed", true, "invalid", 3),
            row("a planted failure is shown", false, "valid", 1),
        ],
        artefacts: vec![Artefact {
            href: "document.pdf".to_owned(),
            label: "document.pdf, the rendition".to_owned(),
        }],
    }
}
