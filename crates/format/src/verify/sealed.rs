//! The first step for seals and stamped files: signed bytes and the keys that are listed.
//!
//! A seal names its certificate and does not hold it. Where no listed key has that name nothing can be checked, and nothing is
//! known to be wrong.

use super::outcome::CheckResult;
use super::reason::Reason;
use super::signature::Failure;
use crate::digest::Sha256;
use crate::seal::{Seal, SealError, SealedDocument, Statement, StatementError};
use crate::stamp::{self, StampError};
use crate::trust::Trust;
use crate::verified::Verified;

/// Why a stamped file is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct StampedFailure {
    /// The first check that did not pass.
    pub failure: Failure,
    /// Beside [`Reason::AppendedAfterStamp`]: so many bytes from the start are a stamped file with a signed seal. What becomes of
    /// that file is a question of its own.
    pub genuine: Option<usize>,
}

impl From<Failure> for StampedFailure {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            genuine: None,
        }
    }
}

/// Verifies the bytes of a barcode with the keys that are listed.
///
/// Whether the key was retired or compromised, and whether the trust is still fresh, is judged later.
///
/// # Errors
/// [`Failure`], the first check that did not pass.
pub fn seal(bytes: &[u8], trust: &Trust) -> Result<Verified<SealedDocument>, Failure> {
    let seal = Seal::parse(bytes).map_err(unread)?;
    let statement = Statement::read(&seal).map_err(not_ours)?;
    signed(&seal, statement, trust)
}

/// Verifies a stamped file: every byte against its seal, and the seal as [`seal`] does.
///
/// # Errors
/// [`StampedFailure`], the first check that did not pass. A stamp with a certificate that is not listed has
/// [`Reason::CertificateUnknown`].
pub fn stamped(file: &[u8], trust: &Trust) -> Result<Verified<SealedDocument>, StampedFailure> {
    let verify = |seal: &Seal| {
        let statement = Statement::read(seal).map_err(not_ours)?;
        signed(seal, statement, trust)
    };
    let is_signed = |seal: &Seal| verify(seal).is_ok();
    let stamped = stamp::check(file, is_signed).map_err(altered)?;
    verify(&stamped.seal).map_err(|failure| {
        // A stamp nobody signed, behind one that somebody did, is something that was appended.
        let is_wrong = failure.reason.result() == CheckResult::Failed;
        let genuine = is_wrong.then(|| stamp::genuine_beginning(file, is_signed));
        genuine.flatten().map_or_else(|| failure.into(), appended)
    })
}

/// Looks for the key and asks it.
fn signed(
    seal: &Seal,
    statement: Statement,
    trust: &Trust,
) -> Result<Verified<SealedDocument>, Failure> {
    let malformed = Failure::integrity(Reason::MalformedSeal);
    let mut named = trust.keys_named(statement.certificate).peekable();
    if named.peek().is_none() {
        return Err(Failure::integrity(Reason::CertificateUnknown));
    }
    let signature = seal.signature.as_ref().ok_or(malformed)?;
    let message = seal.signed_bytes().ok_or(malformed)?;
    let key = named
        .map(|key| key.certificate())
        .find(|certificate| certificate.public_key().verifies(&message, signature))
        .ok_or(Failure::integrity(Reason::SignatureMismatch))?;
    if key.mode() != statement.mode {
        return Err(Failure::issuer(Reason::ModeMismatch));
    }
    let seal = seal.to_bytes().ok_or(malformed)?;
    Ok(Verified::new(SealedDocument {
        certificate_reference: statement.certificate,
        statement,
        thumbprint: key.thumbprint(),
        digest: Sha256::of(&seal),
        seal,
    }))
}

const fn unread(error: SealError) -> Failure {
    Failure::integrity(match error {
        SealError::Magic => Reason::NoSeal,
        SealError::Version
        | SealError::Truncated
        | SealError::C40
        | SealError::Country
        | SealError::Reference
        | SealError::Date
        | SealError::Length
        | SealError::Order
        | SealError::Signature => Reason::MalformedSeal,
    })
}

const fn not_ours(error: StatementError) -> Failure {
    Failure::integrity(match error {
        StatementError::Foreign => Reason::ForeignSeal,
        StatementError::Profile | StatementError::Unsigned => Reason::MalformedSeal,
        StatementError::HighS => Reason::HighS,
    })
}

fn altered(error: StampError) -> StampedFailure {
    match error {
        StampError::NoStamp => Failure::integrity(Reason::NoSeal).into(),
        StampError::Appended { genuine } => appended(genuine),
        StampError::Seal(error) => unread(error).into(),
        // Nobody else stamps files like this: something was put into the place of its seal.
        StampError::Hole
        | StampError::Symbol
        | StampError::Original
        | StampError::Update
        | StampError::Statement(StatementError::Foreign) => {
            Failure::integrity(Reason::StampAltered).into()
        }
        StampError::Statement(error) => not_ours(error).into(),
    }
}

fn appended(genuine: usize) -> StampedFailure {
    StampedFailure {
        failure: Failure::integrity(Reason::AppendedAfterStamp),
        genuine: Some(genuine),
    }
}
