//! The server goes, and comes back.

use ananke_api::verification::Verdict;
use ananke_client::Error;
use serde_json::Value;

use super::asking::{Files, record};
use super::book::{Book, Miss, ensure, expect};
use super::issuing::Issued;
use super::opening::Cast;

/// Ends the story.
pub(super) async fn end(
    book: &mut Book,
    cast: &mut Cast,
    issued: &Issued,
    files: &Files,
) -> Option<()> {
    book.chapter("Ending");
    book.claim("every row and every event is as it was recorded", async {
        let report = cast.stage.operator()?.get("/audit/verify").await?;
        let findings = report
            .get("findings")
            .and_then(Value::as_array)
            .map(Vec::len);
        ensure(findings == Some(0), format!("{report}"))?;
        Ok(((), "0 findings".to_owned()))
    })
    .await;
    book.claim(
        "a backup is made while the server runs, and proved",
        async {
            cast.stage.run(&["backup", "create", "copy"])?;
            let proof = cast
                .stage
                .run(&["backup", "verify", "copy", "-o", "json"])?;
            let proof: Value =
                serde_json::from_str(&proof).map_err(|error| Miss(error.to_string()))?;
            let signatures = proof.get("signatures").and_then(Value::as_u64);
            ensure(signatures > Some(0), format!("{proof}"))?;
            Ok(((), format!("{} signatures", signatures.unwrap_or_default())))
        },
    )
    .await;
    cast.forger.kill();
    book.claim(
        "the server is killed without a word; the diploma verifies all the same",
        async {
            cast.stage.kill();
            let asked = cast
                .anybody
                .trust()
                .verify()
                .by_reference(&issued.diploma.reference)
                .await;
            ensure(
                matches!(asked, Err(Error::Connection { .. })),
                "somebody answered",
            )?;
            Ok((
                (),
                expect(&files.ask(&record(&issued.diploma)), Verdict::Valid)?,
            ))
        },
    )
    .await;
    book.claim("it starts again, and everything is still there", async {
        cast.stage.restart().await?;
        let said = as_before(cast, issued).await?;
        let pdf = cast.live.trust().documents().pdf(issued.diploma.id).await?;
        ensure(pdf == issued.diploma_pdf, "the diploma's PDF is another")?;
        let who = cast
            .live
            .whoami()
            .await
            .map_err(|error| Miss(format!("its key: {error}")))?;
        ensure(
            who.issuer_code == super::opening::UNIVERSITY.code,
            "the key is another's",
        )?;
        Ok(((), said))
    })
    .await?;
    book.claim(
        "its data are lost; with backup and key it is back, revocations and all",
        async {
            cast.stage.lose_data()?;
            cast.stage.run(&["restore", "copy", "--new-epoch"])?;
            cast.stage.restart().await?;
            let said = as_before(cast, issued).await?;
            cast.live.whoami().await?;
            Ok(((), said))
        },
    )
    .await?;
    Some(())
}

/// The diploma is valid, and the letter revoked.
async fn as_before(cast: &Cast, issued: &Issued) -> Result<String, Miss> {
    let verify = cast.anybody.trust().verify();
    let letter = verify.by_reference(&issued.letter.reference).await?;
    expect(&letter, Verdict::Revoked)?;
    let diploma = verify.by_reference(&issued.diploma.reference).await?;
    expect(&diploma, Verdict::Valid)
}
