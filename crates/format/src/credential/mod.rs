//! The credential: a W3C Verifiable Credential 2.0 as a compact JWS, one document's signed record.

mod payload;
mod statement;

pub use statement::{Field, Statement, StatementError, StatusPosition};

use crate::certificate_reference::CertificateReference;
use crate::digest::Sha256;
use crate::jws::{self, Typ};
use crate::signer::{self, Signer};

/// Why a statement was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The statement breaks a rule of its own.
    #[error("the statement cannot be signed")]
    Statement(#[from] StatementError),
    /// The signer is the wrong one, or did not sign.
    #[error("the statement was not signed")]
    Signer(#[from] signer::IssueError),
}

/// A credential as it was read from signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What it says.
    pub statement: Statement,
    /// The reference of the certificate that signed it.
    pub certificate_reference: CertificateReference,
    /// The thumbprint of that certificate.
    pub thumbprint: Sha256,
    /// SHA-256 over the ASCII bytes of the compact credential: the record's own hash.
    pub digest: Sha256,
}

/// Signs a statement: gives the compact credential.
///
/// The statement is checked, encoded, decoded again and compared before the key is asked, so
/// nothing leaves that this crate would not read back as the same statement.
///
/// # Errors
/// [`IssueError`].
pub fn issue(statement: &Statement, signer: &dyn Signer) -> Result<String, IssueError> {
    statement.check()?;
    signer::check(signer, statement.issuer, statement.mode)?;
    let payload = serde_json::to_vec(&payload::encode(statement));
    let payload = payload.map_err(|_| StatementError::RoundTrip)?;
    // Its members are a function of the statement, so the same statement has the same bytes.
    if payload::statement_of(&payload).as_ref() != Some(statement) {
        return Err(IssueError::Statement(StatementError::RoundTrip));
    }
    let kid = statement.base_url.key_id(
        &statement.issuer,
        statement.mode,
        &signer.certificate_reference(),
    );
    let signed = jws::issue_bytes(Typ::Credential, Some(&kid), &[], &payload, signer);
    Ok(signed.map_err(signer::IssueError::from)?)
}

pub(crate) use payload::{decode, read};
