//! Everything a forger might try with a name, a server and an afternoon.

use ananke_api::verification::Verdict;
use ananke_format::trust::{BundleError, Pin, Trust};
use ananke_format::{Mode, Sha256};

use super::asking::{Files, credential, record};
use super::book::{Book, Miss, ensure, expect};
use super::issuing::{Issued, diploma, missing, template};
use super::opening::{Cast, tenant_key};
use super::out::Out;
use crate::verify::evidence::chain;
use crate::verify::offline::{Evidence, judge};
use crate::verify::target::{Record, Target};

/// Forges.
pub(super) async fn forge(
    book: &mut Book,
    cast: &Cast,
    issued: &Issued,
    files: &Files,
    out: &mut Out,
) -> Option<()> {
    book.chapter("Forging");
    let verify = cast.anybody.trust().verify();
    let letter = Evidence {
        record: Some(credential(&issued.letter)),
        ..files.evidence()
    };
    book.claim("one byte of the record is changed", async {
        let altered = altered(issued.diploma.credential.as_deref().unwrap_or_default());
        out.write(
            "altered.jwt",
            "The same with one byte changed",
            altered.as_bytes(),
        )?;
        Ok((
            (),
            expect(
                &files.ask(&Target::Record(Record::Credential(altered))),
                Verdict::Invalid,
            )?,
        ))
    })
    .await;
    book.claim("one byte of the PDF is changed", async {
        let mut pdf = issued.letter_pdf.clone();
        let place = pdf
            .iter()
            .position(|&byte| byte == b'A')
            .unwrap_or_default();
        if let Some(byte) = pdf.get_mut(place) {
            *byte = b'I';
        }
        let hash = Sha256::of(&pdf);
        expect(&verify.by_hash(&hash.to_hex()).await?, Verdict::NotFound)?;
        Ok((
            (),
            expect(&judge(&Target::Hash(hash), &letter), Verdict::Invalid)?,
        ))
    })
    .await;
    book.claim(
        "the record of one document is shown with the reference of another",
        async {
            let answer = judge(
                &Target::Reference(issued.diploma.reference.clone()),
                &letter,
            );
            Ok(((), expect(&answer, Verdict::Invalid)?))
        },
    )
    .await;
    book.claim(
        "a diploma under the university's name and code, by the forger's own key",
        async {
            let forger = cast.forger.live()?;
            let template = template(&forger).await?;
            let forged = forger
                .trust()
                .documents()
                .issue(&diploma(&template, "Mallory").into())
                .await?;
            let record = record(&forged);
            out.write(
                "forged.jwt",
                "A forged diploma",
                forged.credential.unwrap_or_default().as_bytes(),
            )?;
            expect(
                &verify.by_hash(&forged.content_hash).await?,
                Verdict::NotFound,
            )?;
            Ok(((), expect(&files.ask(&record), Verdict::Invalid)?))
        },
    )
    .await;
    book.claim("a document of an issuer this root does not know", async {
        let key = tenant_key(&cast.forger, "Elsewhere College", "ELSE03").await?;
        let foreign = cast.forger.with_key(key)?;
        let template = template(&foreign).await?;
        let document = foreign
            .trust()
            .documents()
            .issue(&diploma(&template, "Eve").into())
            .await?;
        Ok((
            (),
            expect(&files.ask(&record(&document)), Verdict::Invalid)?,
        ))
    })
    .await;
    book.claim(
        "the forger's trust bundle in the place of the real one",
        async {
            let bundle = cast
                .forger
                .anybody()?
                .published()
                .trust_bundle(Mode::Live)
                .await?;
            match Trust::from_bundle(&bundle, Pin::Fingerprint(cast.root), None) {
                Err(BundleError::Root) => Ok(((), "refused: another root".to_owned())),
                Err(error) => Err(Miss(chain(&error))),
                Ok(_) => Err(Miss("the forger's bundle was believed".to_owned())),
            }
        },
    )
    .await;
    book.claim(
        "another tenant's key asks for the diploma: as if there were none",
        async {
            let documents = cast.neighbour.trust().documents();
            let foreign = missing(documents.get(issued.diploma.id).await.map(drop))?;
            let none = missing(documents.get(issued.diploma.template_id).await.map(drop))?;
            ensure(foreign == none, "the two answers differ")?;
            missing(documents.revoke(issued.diploma.id, None).await.map(drop))?;
            Ok(((), "404 NOT_FOUND".to_owned()))
        },
    )
    .await;
    Some(())
}

/// The record with one character of its payload changed: the lowest bit of a byte, so that a letter becomes its
/// neighbour.
fn altered(credential: &str) -> String {
    let payload = credential.find('.').map_or(0, |dot| dot + 1);
    let middle = (credential.rfind('.').unwrap_or(credential.len()) - payload) / 2;
    // The last of four characters holds the lowest bits of the third byte.
    let place = payload + middle / 4 * 4 + 3;
    let neighbour = |c: char| {
        ALPHABET
            .find(c)
            .and_then(|at| ALPHABET.chars().nth(at ^ 1))
            .unwrap_or('A')
    };
    credential
        .char_indices()
        .map(|(at, c)| if at == place { neighbour(c) } else { c })
        .collect()
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_and_no_more() {
        let credential = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln";
        let altered = altered(credential);
        let differing = credential
            .chars()
            .zip(altered.chars())
            .filter(|(a, b)| a != b)
            .count();
        assert_eq!((differing, altered.len()), (1, credential.len()));
        assert_eq!(altered, "eyJhbGciOiJFUzI1NiJ9.eyJhIjowfQ.c2ln");
    }
}
