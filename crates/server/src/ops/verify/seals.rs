//! Verification by a seal that somebody has: its bytes, a picture of it, or a stamped file.

use std::sync::Mutex;

use ananke_api::tcode::verify::Scan;
use ananke_api::verification::{Verdict, Verification};
use ananke_format::seal::{Seal, Statement};
use ananke_format::stamp::{self, StampError};
use ananke_format::trust::{Pin, Trust};
use ananke_format::verify::{self, Failure, Reason, Subject};
use ananke_format::{CertificateReference, Mode, Sha256};
use ananke_pdf::job::{Done, Job};
use ananke_pdf::read::Found;
use ananke_store::{Error as StoreError, INSTANCE_TENANT, locate, signed_artifacts};
use axum::body::Bytes;

use super::evidence::find_by_reference;
use super::{Asked, Question, altered, counted, history, judge, nothing};
use crate::app::Shared;
use crate::http::off_thread;
use crate::ops::error::Error;
use crate::ops::issuers::{self, bare_trust};
use crate::ops::lists::BUNDLE;

/// Verifies by the bytes of a barcode. Whatever they are, there is an answer.
///
/// # Errors
/// The database cannot be read.
pub async fn by_payload(
    app: &Shared,
    payload: &[u8],
    scan: Option<Scan>,
    asked: &Asked<'_>,
) -> Result<Verification, Error> {
    let answer = of_payload(app, payload, (scan, None), asked).await?;
    Ok(counted(app, answer))
}

/// Verifies by a PNG, a JPEG or a PDF. A stamped file is checked byte for byte. In a picture of paper the barcode is looked for, and
/// the verdict is about what it says; any other file with the barcode is not the one that was stamped.
///
/// # Errors
/// The file cannot be read as any of these; the database cannot be read.
pub async fn by_image(app: &Shared, file: Bytes, asked: &Asked<'_>) -> Result<Verification, Error> {
    let answer = of_image(app, file, asked).await?;
    Ok(counted(app, answer))
}

async fn of_payload(
    app: &Shared,
    payload: &[u8],
    (scan, file): (Option<Scan>, Option<Sha256>),
    asked: &Asked<'_>,
) -> Result<Verification, Error> {
    let asked_at = app.now();
    let refused = |failure| nothing(app, Subject::Rejected(failure), None, asked_at);
    let seal = Seal::parse(payload).ok();
    let Some(statement) = seal.and_then(|seal| Statement::read(&seal).ok()) else {
        // What is no seal of ours fails under any trust, and says how.
        let failure = verify::seal(payload, &bare_trust(app, asked_at)).err();
        return Ok(refused(failure.unwrap_or(Failure::RECORD_ALTERED)));
    };
    let reference = statement.reference;
    let found = match find_by_reference(app, reference.to_string()).await {
        Err(error @ StoreError::Corrupt { .. }) => {
            return Ok(altered(app, &error, Some(&reference), asked_at));
        }
        found => found?,
    };
    let Some(found) = found else {
        let trust = trust_in(app, statement.mode, vec![statement.certificate]).await?;
        return Ok(match verify::seal(payload, &trust) {
            Ok(_) => nothing(app, Subject::UnknownReference, Some(&reference), asked_at),
            Err(failure) => refused(failure),
        });
    };
    let question = Question {
        seal: Some(payload),
        file,
        ..Question::default()
    };
    let mut answer = judge(app, &found, &question, asked_at).await?;
    // Nothing more is kept of what was erased, and nothing of who brings something else.
    let is_kept = found.document.credential.is_some() && answer.verdict != Verdict::Invalid;
    answer.scan = scan.filter(|_| is_kept);
    history::note(app, &found, &answer, asked);
    Ok(answer)
}

async fn of_image(app: &Shared, file: Bytes, asked: &Asked<'_>) -> Result<Verification, Error> {
    let asked_at = app.now();
    let size = file.len();
    let looked_at = file.clone();
    let named = off_thread(size, move || signers(&looked_at)).await?;
    let (payload, copied) = match named {
        Some(named) => {
            // The mode decides which bundle a sealed server believes; a live one knows the test keys, too.
            let mode = named.first().map_or(Mode::Live, |(mode, _)| *mode);
            let references = named.into_iter().map(|(_, reference)| reference);
            let trust = trust_in(app, mode, references.collect()).await?;
            match off_thread(size, move || verify::stamped(&file, &trust)).await? {
                Ok(seal) => (Some(seal.into_inner().seal), None),
                Err(refused) => {
                    let subject = Subject::Rejected(refused.failure);
                    let mut answer = nothing(app, subject, None, asked_at);
                    answer.genuine_bytes =
                        refused.genuine.and_then(|bytes| u64::try_from(bytes).ok());
                    return Ok(answer);
                }
            }
        }
        None => match read(app, file.clone()).await? {
            // A picture of paper: whoever has that compares it with what the seal says.
            Some(found) if found.is_paper && !stamp::is_marked(&file) => {
                (Some(found.payload), None)
            }
            // A file that draws the seal of another one.
            Some(found) => {
                let hash = off_thread(size, move || Sha256::of(&file)).await?;
                (Some(found.payload), Some(hash))
            }
            None => (None, None),
        },
    };
    match payload {
        Some(payload) => of_payload(app, &payload, (None, copied), asked).await,
        None => {
            let failure = Failure {
                check: verify::CheckName::Integrity,
                reason: Reason::NoSeal,
            };
            Ok(nothing(app, Subject::Rejected(failure), None, asked_at))
        }
    }
}

/// Whose stamps a file carries, its last one and those it begins with; `None` where it is not stamped.
fn signers(file: &[u8]) -> Option<Vec<(Mode, CertificateReference)>> {
    let named = Mutex::new(Vec::new());
    let note = |seal: &Seal| {
        if let (Ok(statement), Ok(mut named)) = (Statement::read(seal), named.lock()) {
            named.push((statement.mode, statement.certificate));
        }
        false
    };
    let checked = stamp::check(file, note);
    if let Ok(stamped) = &checked {
        note(&stamped.seal);
        let _ = stamp::genuine_beginning(file, note);
    }
    match checked {
        Err(StampError::NoStamp) => {
            let named = named.into_inner().unwrap_or_default();
            (!named.is_empty()).then_some(named)
        }
        _ => Some(named.into_inner().unwrap_or_default()),
    }
}

/// The seal in a picture or on a page; one of ours before others.
async fn read(app: &Shared, file: Bytes) -> Result<Option<Found>, Error> {
    let job = Job::Read {
        file: file.to_vec(),
    };
    let Done::Read(found) = app.workers.run(job).await? else {
        return Err(Error::Internal("a worker did something else".to_owned()));
    };
    let seal = |found: &Found| Seal::parse(&found.payload).ok();
    let is_ours =
        |found: &Found| seal(found).is_some_and(|seal| ananke_format::seal::is_own(&seal));
    let first = found.iter().position(is_ours);
    let first = first.or_else(|| found.iter().position(|found| seal(found).is_some()));
    Ok(found.into_iter().nth(first.unwrap_or(0)))
}

/// Trust in whoever has these certificates: by authenticated rows, or, sealed, by the last signed bundle.
async fn trust_in(
    app: &Shared,
    mode: Mode,
    certificates: Vec<CertificateReference>,
) -> Result<Trust, Error> {
    let now = app.now();
    if app.ring.is_none() {
        let bundle = app
            .read(move |view| signed_artifacts::find(view, INSTANCE_TENANT, BUNDLE, mode.as_str()))
            .await?;
        let pin = Pin::Fingerprint(app.authority.fingerprint());
        let trust = bundle.and_then(|bundle| Trust::from_bundle(&bundle.jws, pin, None).ok());
        return Ok(trust.unwrap_or_else(|| bare_trust(app, now)));
    }
    let rows = app
        .read(move |view| {
            let mut tenants = Vec::new();
            for certificate in &certificates {
                let place = locate::by_certificate(view, certificate.as_str())?;
                tenants.extend(place.map(|(tenant, _)| tenant));
            }
            tenants.sort_unstable();
            tenants.dedup();
            tenants.retain(|tenant| *tenant != INSTANCE_TENANT);
            tenants
                .into_iter()
                .map(|tenant| issuers::read(view, tenant))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let mut trust = bare_trust(app, now);
    for rows in &rows {
        trust = trust.with_issuer(issuers::issuer(app, rows)?);
    }
    Ok(trust)
}
