//! Verification by hash: one hash may belong to several documents, of several issuers.

use ananke_api::verification::{Match, Verification};
use ananke_format::verify::Subject;
use ananke_format::{IssuerCode, Sha256};
use ananke_store::locate::{self, Located};
use ananke_store::{Error as StoreError, Mode, content_hashes, tenants};
use uuid::Uuid;

use super::evidence::{Found, find};
use super::{Asked, Question, altered, counted, history, judge, nothing};
use crate::app::Shared;
use crate::ops::error::Error;

/// The most documents an answer lists besides the one it is about.
const MATCHES: usize = 20;
/// The most documents looked at for one hash, of all issuers and of the first one.
const LOOKED_AT: i64 = 64;

/// Verifies by the SHA-256 of a submitted file, a delivered file or a credential.
///
/// The answer is about the newest not-replaced document of the issuer who issued the hash first.
///
/// # Errors
/// The database cannot be read.
pub async fn by_hash(
    app: &Shared,
    hash: Sha256,
    issuer: Option<IssuerCode>,
    asked: &Asked<'_>,
) -> Result<Verification, Error> {
    let answer = of_hash(app, hash, issuer, asked).await?;
    Ok(counted(app, answer))
}

async fn of_hash(
    app: &Shared,
    hash: Sha256,
    issuer: Option<IssuerCode>,
    asked: &Asked<'_>,
) -> Result<Verification, Error> {
    let asked_at = app.now();
    let places = match places(app, hash, issuer).await {
        Err(error @ StoreError::Corrupt { .. }) => return Ok(altered(app, &error, None, asked_at)),
        places => places?,
    };
    let mut documents = Vec::with_capacity(places.len());
    for (tenant, mode, id) in places {
        match find(app, tenant, mode, id).await {
            Err(error @ StoreError::Corrupt { .. }) => {
                return Ok(altered(app, &error, None, asked_at));
            }
            found => documents.extend(found?),
        }
    }
    let Some(chosen) = choose(&documents) else {
        return Ok(nothing(app, Subject::UnknownHash, None, asked_at));
    };
    let chosen = documents.remove(chosen);
    let question = Question {
        file: Some(hash),
        ..Question::default()
    };
    let mut answer = judge(app, &chosen, &question, asked_at).await?;
    for other in &documents {
        if answer.matches.len() == MATCHES {
            break;
        }
        let other = judge(app, other, &question, asked_at).await?;
        if let (Some(reference), Some(issuer), Some(issued_at)) =
            (other.reference, other.issuer, other.issued_at)
        {
            answer.matches.push(Match {
                reference,
                issuer,
                verdict: other.verdict,
                issued_at,
            });
        }
    }
    history::note(app, &chosen, &answer, asked);
    Ok(answer)
}

/// Where documents with this hash are: those of the first issuer, newest first, then the others'.
async fn places(
    app: &Shared,
    hash: Sha256,
    issuer: Option<IssuerCode>,
) -> Result<Vec<(Uuid, Mode, Uuid)>, StoreError> {
    let digest = *hash.as_bytes();
    let place = |place: Located| (place.tenant, place.mode, place.id);
    app.ask(move |view| {
        let mut located = locate::by_hash(view, &digest, LOOKED_AT)?;
        if let Some(code) = issuer {
            let only = locate::by_issuer_code(view, code.as_str())?;
            located.retain(|place| Some(place.tenant) == only);
            // The issuer may be none of the first that issued this hash.
            if let (true, Some(tenant)) = (located.is_empty(), only) {
                tenants::find(view, tenant)?;
                let own = content_hashes::list_by_hash(view, tenant, &digest, LOOKED_AT)?;
                return Ok(own.into_iter().map(place).collect());
            }
        }
        // Live documents come before test ones, whoever was first.
        let first = located
            .iter()
            .find(|place| place.mode == Mode::Live)
            .or(located.first())
            .map(|place| place.tenant);
        let Some(first) = first else {
            return Ok(Vec::new());
        };
        let own = content_hashes::list_by_hash(view, first, &digest, LOOKED_AT)?;
        let mut places: Vec<_> = own.into_iter().map(place).collect();
        places.sort_by_key(|(_, mode, _)| *mode);
        let others = located.into_iter().filter(|place| place.tenant != first);
        places.extend(others.map(place));
        Ok(places)
    })
    .await
}

/// The first that still has its content and was not replaced; else the first with content; else the first.
fn choose(documents: &[Found]) -> Option<usize> {
    let tenant = documents.first()?.document.tenant;
    let place = |accept: &dyn Fn(&Found) -> bool| {
        documents
            .iter()
            .position(|found| found.document.tenant == tenant && accept(found))
    };
    place(&|found| found.document.credential.is_some() && found.document.replaced_by.is_none())
        .or_else(|| place(&|found| found.document.credential.is_some()))
        .or(Some(0))
}
