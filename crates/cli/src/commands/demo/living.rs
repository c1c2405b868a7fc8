//! The life of a document, and that everybody hears of it.

use ananke_api::issuance::{Issuance, ReplaceRequest};
use ananke_api::verification::Verdict;
use ananke_client::Error;
use ananke_format::Mode;
use ananke_format::trust::{Pin, Trust};

use super::asking::{Files, record};
use super::book::{Book, Miss, ensure, expect};
use super::issuing::{Issued, diploma};
use super::opening::{Cast, UNIVERSITY};
use crate::verify::evidence::chain;

/// Leads documents through their life.
pub(super) async fn lead(book: &mut Book, cast: &Cast, issued: &Issued) -> Option<()> {
    book.chapter("Living");
    let documents = cast.live.trust().documents();
    let letter = &issued.letter;
    book.claim("suspended: with the server and without", async {
        documents.suspend(letter.id).await?;
        Ok(((), both(cast, letter, Verdict::Suspended).await?))
    })
    .await?;
    book.claim("reinstated", async {
        documents.reinstate(letter.id).await?;
        Ok(((), both(cast, letter, Verdict::Valid).await?))
    })
    .await?;
    book.claim("revoked, for fraud", async {
        let revoked = documents.revoke(letter.id, Some("fraud")).await?;
        ensure(
            revoked.status_reason.as_deref() == Some("fraud"),
            "the reason is not kept",
        )?;
        Ok(((), both(cast, letter, Verdict::Revoked).await?))
    })
    .await?;
    book.claim("revoked is for good", async {
        match documents.reinstate(letter.id).await {
            Err(Error::Api(error)) if error.status == 409 => Ok(((), "409 CONFLICT".to_owned())),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Miss("it was reinstated".to_owned())),
        }
    })
    .await;
    let template = cast
        .live
        .trust()
        .templates()
        .get(issued.diploma.template_id)
        .await
        .ok()?;
    book.claim("expired ahead of its time", async {
        let licence = documents
            .issue(&diploma(&template, "Grace Hopper").into())
            .await?;
        documents.expire(licence.id).await?;
        Ok(((), both(cast, &licence, Verdict::Expired).await?))
    })
    .await;
    book.claim(
        "replaced: the old one is revoked and names the new one",
        async {
            let old = documents
                .issue(&diploma(&template, "Jon Snow").into())
                .await?;
            let request = ReplaceRequest {
                issue: diploma(&template, "John Snow").into(),
                revoke_original: None,
            };
            let new = documents.replace(old.id, &request).await?;
            both(cast, &new, Verdict::Valid).await?;
            let answer = cast
                .anybody
                .trust()
                .verify()
                .by_reference(&old.reference)
                .await?;
            let said = expect(&answer, Verdict::Revoked)?;
            let successor = answer.server.and_then(|facts| facts.replaced_by);
            ensure(
                successor.as_deref() == Some(&new.reference),
                "the successor is not named",
            )?;
            Ok(((), said))
        },
    )
    .await;
    book.claim(
        "erased: the name is gone, that there was a document is not",
        async {
            let document = documents
                .issue(&diploma(&template, "Somebody Forgotten").into())
                .await?;
            documents
                .erase(document.id, "asked for by the person")
                .await?;
            let answer = cast
                .anybody
                .trust()
                .verify()
                .by_reference(&document.reference)
                .await?;
            let said = expect(&answer, Verdict::NotFound)?;
            let page = cast.anybody.published().page(&document.reference).await;
            ensure(
                page.is_err() || page.is_ok_and(|page| !page.contains("Forgotten")),
                "the page names the person",
            )?;
            Ok(((), said))
        },
    )
    .await;
    Some(())
}

/// The claim that server and offline verifier say this word.
async fn both(cast: &Cast, document: &Issuance, verdict: Verdict) -> Result<String, Miss> {
    let online = cast
        .anybody
        .trust()
        .verify()
        .by_reference(&document.reference)
        .await?;
    let said = expect(&online, verdict)?;
    let published = cast.anybody.published();
    let bundle = published.trust_bundle(Mode::Live).await?;
    let trust = Trust::from_bundle(&bundle, Pin::Fingerprint(cast.root), None)
        .map_err(|error| Miss(chain(&error)))?;
    let list = published
        .status_list(UNIVERSITY.code, Mode::Live, 0)
        .await?;
    let offline = Files { trust, list }.ask(&record(document));
    expect(&offline, verdict).map_err(|Miss(why)| Miss(format!("offline {why}")))?;
    ensure(online.checks == offline.checks, "the checks of both differ")?;
    Ok(said)
}
