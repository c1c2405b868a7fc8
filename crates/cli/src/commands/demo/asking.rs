//! Anybody asks: the server, or nobody at all.

use ananke_api::verification::{Verdict, Verification};
use ananke_format::trust::{Pin, Trust};
use ananke_format::{Mode, Sha256};

use super::book::{Book, Miss, ensure, expect};
use super::issuing::Issued;
use super::opening::{Cast, UNIVERSITY};
use super::out::Out;
use crate::clock;
use crate::verify::evidence::chain;
use crate::verify::offline::{Evidence, judge};
use crate::verify::target::{Record, Target};

/// What an offline verifier keeps.
#[derive(Clone)]
pub(super) struct Files {
    /// The live bundle, believed because its root is the one written down.
    pub(super) trust: Trust,
    /// The university's status list.
    pub(super) list: String,
}

impl Files {
    /// Judges with these files and nothing else.
    pub(super) fn ask(&self, target: &Target) -> Verification {
        judge(target, &self.evidence())
    }

    /// The evidence these files are.
    pub(super) fn evidence(&self) -> Evidence {
        Evidence {
            trust: self.trust.clone(),
            lists: vec![self.list.clone()],
            record: None,
            allow_test: false,
            now: clock::now(),
        }
    }
}

/// The signed record of a document.
pub(super) fn credential(document: &ananke_api::issuance::Issuance) -> Record {
    Record::Credential(document.credential.clone().unwrap_or_default())
}

/// The same, as a target.
pub(super) fn record(document: &ananke_api::issuance::Issuance) -> Target {
    Target::Record(credential(document))
}

/// Asks the server.
pub(super) async fn online(
    book: &mut Book,
    cast: &Cast,
    issued: &Issued,
    out: &mut Out,
) -> Option<()> {
    book.chapter("Verifying, with the server");
    let verify = cast.anybody.trust().verify();
    book.claim("by reference, as somebody types it, without a key", async {
        let typed = issued
            .diploma
            .reference
            .to_lowercase()
            .replacen("trf", "TRF", 1);
        let answer = verify.by_reference(&typed).await?;
        ensure(
            answer.issuer_name.as_deref() == Some(UNIVERSITY.name),
            "another issuer's name",
        )?;
        out.answer("verified.json", "The answer to a verification", &answer)?;
        Ok(((), expect(&answer, Verdict::Valid)?))
    })
    .await?;
    for (claim, hash) in [
        (
            "by the hash of the submitted PDF",
            Sha256::of(&issued.letter_pdf),
        ),
        (
            "by the hash of the drawn PDF",
            Sha256::of(&issued.diploma_pdf),
        ),
        (
            "by the hash of the signed record",
            Sha256::of(
                issued
                    .diploma
                    .credential
                    .clone()
                    .unwrap_or_default()
                    .as_bytes(),
            ),
        ),
    ] {
        book.claim(claim, async {
            let answer = verify.by_hash(&hash.to_hex()).await?;
            Ok(((), expect(&answer, Verdict::Valid)?))
        })
        .await;
    }
    book.claim("by the file itself", async {
        let answer = verify.by_file(issued.letter_pdf.clone()).await?;
        Ok(((), expect(&answer, Verdict::Valid)?))
    })
    .await;
    book.claim(
        "the page behind the QR code says the word, without any script",
        async {
            let page = cast
                .anybody
                .published()
                .page(&issued.diploma.reference)
                .await?;
            ensure(
                page.contains(UNIVERSITY.name),
                "the page does not name the issuer",
            )?;
            ensure(
                page.contains("Zoë Ångström"),
                "the page does not name the recipient",
            )?;
            ensure(!page.contains("<script"), "the page has a script")?;
            out.write(
                "page.html",
                "The public page of the diploma",
                page.as_bytes(),
            )?;
            Ok(((), "HTML".to_owned()))
        },
    )
    .await;
    book.claim(
        "a mistyped reference is told apart from an unknown document",
        async {
            let mut typed = issued.diploma.reference.clone();
            let last = typed.pop().unwrap_or('0');
            typed.push(if last == '7' { '8' } else { '7' });
            let answer = verify.by_reference(&typed).await?;
            Ok(((), expect(&answer, Verdict::NotFound)?))
        },
    )
    .await;
    Some(())
}

/// Asks nobody.
pub(super) async fn offline(
    book: &mut Book,
    cast: &Cast,
    issued: &Issued,
    out: &mut Out,
) -> Option<Files> {
    book.chapter("Verifying, without any server");
    let published = cast.anybody.published();
    let files = book
        .claim(
            "trust bundle and status list are saved; the root is the one written down",
            async {
                let bundle = published.trust_bundle(Mode::Live).await?;
                let trust = Trust::from_bundle(&bundle, Pin::Fingerprint(cast.root), None)
                    .map_err(|error| Miss(chain(&error)))?;
                let list = published
                    .status_list(UNIVERSITY.code, Mode::Live, 0)
                    .await?;
                let credential = issued.diploma.credential.clone().unwrap_or_default();
                out.write(
                    "diploma.jwt",
                    "The diploma's signed record",
                    credential.as_bytes(),
                )?;
                out.write("trust.jws", "The trust bundle", bundle.as_bytes())?;
                out.write("status.jwt", "The status list", list.as_bytes())?;
                out.write(
                    "root.txt",
                    "The fingerprint of the root",
                    format!("{}\n", cast.root).as_bytes(),
                )?;
                Ok((Files { trust, list }, "pinned".to_owned()))
            },
        )
        .await?;
    book.claim("the diploma's record, by these files alone", async {
        let answer = files.ask(&record(&issued.diploma));
        out.answer(
            "verified-offline.json",
            "The same without a server",
            &answer,
        )?;
        Ok(((), expect(&answer, Verdict::Valid)?))
    })
    .await;
    book.claim("both ways agree on every check", async {
        let online = cast
            .anybody
            .trust()
            .verify()
            .by_reference(&issued.diploma.reference)
            .await?;
        let offline = files.ask(&record(&issued.diploma));
        ensure(online.checks == offline.checks, "the checks differ")?;
        ensure(online.issued_at == offline.issued_at, "the dates differ")?;
        ensure(online.issuer == offline.issuer, "the issuers differ")?;
        Ok(((), format!("{} checks", offline.checks.len())))
    })
    .await;
    book.claim("the letter's PDF, together with its record", async {
        let with_record = Evidence {
            record: Some(credential(&issued.letter)),
            ..files.evidence()
        };
        let answer = judge(&Target::Hash(Sha256::of(&issued.letter_pdf)), &with_record);
        Ok(((), expect(&answer, Verdict::Valid)?))
    })
    .await;
    book.claim(
        "without a status list there is no verdict, and it says so",
        async {
            let answer = judge(
                &record(&issued.diploma),
                &Evidence {
                    lists: Vec::new(),
                    ..files.evidence()
                },
            );
            Ok(((), expect(&answer, Verdict::Indeterminate)?))
        },
    )
    .await;
    book.claim(
        "a test document counts only where somebody says that tests do",
        async {
            let bundle = published.trust_bundle(Mode::Test).await?;
            let trust = Trust::from_bundle(&bundle, Pin::Fingerprint(cast.root), None)
                .map_err(|error| Miss(chain(&error)))?;
            let list = published
                .status_list(UNIVERSITY.code, Mode::Test, 0)
                .await?;
            let evidence = Evidence {
                trust,
                lists: vec![list],
                ..files.evidence()
            };
            let said = expect(
                &judge(&record(&issued.rehearsal), &evidence),
                Verdict::Invalid,
            )?;
            let told = Evidence {
                allow_test: true,
                ..evidence
            };
            expect(&judge(&record(&issued.rehearsal), &told), Verdict::Valid)?;
            Ok(((), said))
        },
    )
    .await;
    Some(files)
}
