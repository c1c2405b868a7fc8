//! Verification: many doors, one judge.
//!
//! Every answer is `ananke_format::verify::judge`'s. This room gathers the facts: authenticated rows
//! while the server has its keys, the last signed bundle and lists while it is sealed.

mod by_hash;
mod evidence;
mod history;
mod record;
mod sealed;
mod seals;

use std::sync::Arc;

use ananke_api::issuance::Evidence as LogEvidence;
use ananke_api::verification::{self, Door, ServerFacts, Verification};
use ananke_format::credential::Credential;
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Facts, Failure, StatusEvidence, Subject};
use ananke_format::{CertificateReference, Instant, Reference, Sha256, Verified};
use ananke_store::Error as StoreError;
use quick_cache::sync::Cache;
use uuid::Uuid;

pub use by_hash::by_hash;
pub use history::{Filter, history};
pub use seals::{by_image, by_payload};

use self::evidence::{Found, find_by_reference};
use self::record::Record;
use super::error::Error;
use super::issuers::{self, bare_trust};
use crate::app::Shared;
use crate::http::auth::Caller;
use crate::ops::behalf::Behalf;
use crate::ops::words::instant;

/// Credentials whose signature was checked in this process, under the digest of credential and chain.
pub struct VerifiedCache(Cache<Sha256, Arc<Verified<Credential>>>);

impl Default for VerifiedCache {
    fn default() -> Self {
        Self(Cache::new(20_000))
    }
}

impl VerifiedCache {
    /// Forgets what was erased. The key holds the chain too, so it is looked for by the digest of the credential.
    pub fn forget(&self, credential: &str) {
        let digest = Sha256::of(credential.as_bytes());
        self.0.retain(|_, kept| kept.digest != digest);
    }
}

/// Verifies a signature, or remembers that it did.
///
/// # Errors
/// The first check that did not pass.
pub fn signature(
    app: &Shared,
    credential: &str,
    trust: &Trust,
) -> Result<Arc<Verified<Credential>>, Failure> {
    let key = verify::cache_key(credential, trust);
    if let Some(known) = app.verified.0.get(&key) {
        return Ok(known);
    }
    let verified = Arc::new(verify::signature(credential, trust)?);
    app.verified.0.insert(key, Arc::clone(&verified));
    Ok(verified)
}

/// A credential of this server's own, verified.
///
/// # Errors
/// It does not verify: the record was altered, or a key is broken.
pub async fn own(
    app: &Shared,
    tenant: Uuid,
    credential: &str,
) -> Result<Arc<Verified<Credential>>, Error> {
    let rows = app.read(move |view| issuers::read(view, tenant)).await?;
    let trust = issuers::trust(app, &rows, app.now())?;
    signature(app, credential, &trust)
        .map_err(|failure| Error::Internal(format!("own credential: {failure}")))
}

/// Who asks, and how.
pub struct Asked<'a> {
    /// Through which door.
    pub door: Door,
    /// The key that came with the question, if any.
    pub caller: Option<&'a Caller>,
}

/// What a question brings, beside the document it leads to.
#[derive(Default)]
struct Question<'a> {
    /// The reference that was asked for.
    reference: Option<Reference>,
    /// The hash of a file.
    file: Option<Sha256>,
    /// The bytes of a seal.
    seal: Option<&'a [u8]>,
}

/// Verifies by reference. Whatever the text is, there is an answer.
///
/// # Errors
/// The database cannot be read.
pub async fn by_reference(
    app: &Shared,
    text: &str,
    asked: &Asked<'_>,
) -> Result<Verification, Error> {
    let answer = of_reference(app, text, asked).await?;
    Ok(counted(app, answer))
}

/// Gives an answer, and counts its word.
fn counted(app: &Shared, answer: Verification) -> Verification {
    let word = answer.verdict.as_str();
    app.telemetry.metrics.verdicts.count(word);
    answer
}

async fn of_reference(app: &Shared, text: &str, asked: &Asked<'_>) -> Result<Verification, Error> {
    // A wrong check character is told without the database, and says nothing of what exists.
    let Ok(reference) = Reference::typed(text) else {
        return Ok(nothing(app, Subject::MalformedReference, None, app.now()));
    };
    // Rows may be older by the time their answer is here: a verdict is as of before they were asked for.
    let asked_at = app.now();
    let found = match find_by_reference(app, reference.to_string()).await {
        Err(error @ StoreError::Corrupt { .. }) => {
            return Ok(altered(app, &error, Some(&reference), asked_at));
        }
        found => found?,
    };
    let Some(found) = found else {
        let unknown = Subject::UnknownReference;
        return Ok(nothing(app, unknown, Some(&reference), asked_at));
    };
    let question = Question {
        reference: Some(reference),
        ..Question::default()
    };
    let answer = judge(app, &found, &question, asked_at).await?;
    history::note(app, &found, &answer, asked);
    Ok(answer)
}

/// No document to look at.
fn nothing(
    app: &Shared,
    subject: Subject<'_>,
    reference: Option<&Reference>,
    now: Instant,
) -> Verification {
    let trust = bare_trust(app, now);
    let outcome = verify::judge(&Facts::new(
        subject,
        &trust,
        StatusEvidence::Unavailable,
        now,
    ));
    let mut answer = verification::answer(&outcome, None, &trust);
    answer.reference = reference.map(ToString::to_string);
    answer.server = Some(server_facts(now, None, None));
    answer
}

/// A row was edited behind the server's back.
fn altered(
    app: &Shared,
    error: &StoreError,
    reference: Option<&Reference>,
    now: Instant,
) -> Verification {
    tracing::error!(error = %error, "verification met an altered record");
    let subject = Subject::Rejected(Failure::RECORD_ALTERED);
    nothing(app, subject, reference, now)
}

/// Judges a document of this server, as of before its rows were asked for.
async fn judge(
    app: &Shared,
    found: &Found,
    question: &Question<'_>,
    asked_at: Instant,
) -> Result<Verification, Error> {
    let (row, reference, file) = (&found.document, question.reference, question.file);
    let now = match app.ring {
        // It may have been issued meanwhile, and what its row says then held at that moment too.
        Some(_) => asked_at.max(instant(row.issued_at)),
        // A signed list says itself as of when it is.
        None => app.now(),
    };
    if row.credential.is_none() {
        let mut answer = nothing(app, Subject::Erased, None, now);
        answer.reference = reference.map(|asked_for| asked_for.to_string());
        // Who issued it stays known; a sealed server cannot authenticate that row.
        if app.ring.is_some() {
            answer.reference = Some(row.reference.clone());
            let issuer = verification::issuer(issuers::issuer(app, &found.rows)?.as_ref());
            answer.issuer_name = Some(issuer.name.clone());
            answer.issuer_code = Some(issuer.code.clone());
            answer.issuer = Some(issuer);
        }
        answer.server = Some(server_facts(now, Some("erased".to_owned()), None));
        return Ok(answer);
    }
    let evidence = match app.ring {
        Some(_) => evidence::authenticated(app, found, now)?,
        None => sealed::evidence(app, found).await?,
    };
    let result = match question.seal {
        Some(seal) => Record::of_seal(seal, row, &evidence.trust, evidence.authenticated),
        None => Record::of_row(app, row, &evidence.trust),
    };
    let is_other = question.seal.is_some() && result.is_err();
    // Sealed, only what was signed says which files are this document's: rows may name any.
    let renditions = if evidence.authenticated {
        found.renditions.as_slice()
    } else {
        &[]
    };
    let (subject, record) = match (&result, file) {
        (Ok(record), Some(file))
            if question.seal.is_none() && !evidence.authenticated && !record.names(file) =>
        {
            (Subject::NotAtHand, None)
        }
        (Ok(record), _) => (record.subject(), Some(record.shown())),
        (Err(failure), _) => (Subject::Rejected(*failure), None),
    };
    let asked_for = reference.or_else(|| Reference::parse_canonical(&row.reference).ok());
    let facts = Facts {
        existed_at: evidence.existed_at,
        reference: asked_for,
        file,
        renditions,
        allow_test: true,
        ..Facts::new(subject, &evidence.trust, evidence.status(), now)
    };
    let outcome = verify::judge(&facts);
    let mut answer = verification::answer(&outcome, record, &evidence.trust);
    answer.reference = match reference {
        Some(asked_for) => Some(asked_for.to_string()),
        // A seal that is not this document's says nothing of it, and is told nothing of it.
        None if is_other => None,
        None if evidence.authenticated => Some(row.reference.clone()),
        // Whatever the row says: the signed record's own, or nothing.
        None => answer.reference,
    };
    record::shown(
        &mut answer,
        found,
        question.seal.is_some(),
        evidence.authenticated,
    );
    let reason = evidence
        .status_reason
        .clone()
        .filter(|_| outcome.status.is_some());
    answer.server = Some(server_facts(
        now,
        reason,
        found
            .replaced_by
            .clone()
            .filter(|_| evidence.authenticated && !is_other),
    ));
    Ok(answer)
}

fn server_facts(
    now: Instant,
    status_reason: Option<String>,
    replaced_by: Option<String>,
) -> ServerFacts {
    ServerFacts {
        verified_at: now.to_string(),
        status_reason,
        replaced_by,
        evidence: LogEvidence::NONE,
    }
}

/// One credential in so many is verified right after signing: a key that signs wrongly is found
/// before many documents carry its signature.
const SELF_CHECK_EVERY: u64 = 256;

/// Checks a fresh signature, on a key's first use and now and then.
///
/// # Errors
/// It does not verify; nothing is stored then.
pub async fn self_check(
    app: &Shared,
    behalf: &Behalf,
    credential: &str,
    signer: &str,
) -> Result<(), Error> {
    if !app
        .signatures
        .count(signer)
        .is_multiple_of(SELF_CHECK_EVERY)
    {
        return Ok(());
    }
    own(app, behalf.tenant.id, credential).await.map(|_| ())
}

/// The same for a fresh seal.
///
/// # Errors
/// It does not verify; nothing is stored then.
pub async fn self_check_seal(
    app: &Shared,
    behalf: &Behalf,
    seal: &[u8],
    signer: &CertificateReference,
) -> Result<(), Error> {
    if !app
        .signatures
        .count(signer.as_str())
        .is_multiple_of(SELF_CHECK_EVERY)
    {
        return Ok(());
    }
    let tenant = behalf.tenant.id;
    let rows = app.read(move |view| issuers::read(view, tenant)).await?;
    let trust = issuers::trust(app, &rows, app.now())?;
    match verify::seal(seal, &trust) {
        Ok(_) => Ok(()),
        Err(failure) => Err(Error::Internal(format!("own seal: {failure}"))),
    }
}

/// Signatures made in this process, by certificate reference.
#[derive(Default)]
pub struct Signatures(std::sync::Mutex<std::collections::HashMap<String, u64>>);

impl Signatures {
    /// How many there were before this one.
    fn count(&self, signer: &str) -> u64 {
        let mut counts = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = counts.entry(signer.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}
