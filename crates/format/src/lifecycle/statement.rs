//! The signed record of one lifecycle action, so that anyone can check who changed what and when.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Action, Reason, Status, apply};
use crate::base_url::BaseUrl;
use crate::digest::Sha256;
use crate::encoding;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::jws::{self, Jws, JwsError, Typ};
use crate::mode::Mode;
use crate::reference::Reference;
use crate::signer::{self, IssueError, Signer};
use crate::trust::{InstanceKeyError, Trust};
use crate::verified::Verified;

/// One action on one document, in the order it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifecycleStatement {
    /// The document.
    pub reference: Reference,
    /// What was done.
    pub action: Action,
    /// The state before.
    pub from: Status,
    /// The state after.
    pub to: Status,
    /// The reason, for `revoke` only.
    pub reason: Option<Reason>,
    /// When.
    pub at: Instant,
    /// SHA-256 over the document's signed bytes: the compact credential.
    pub document: Sha256,
}

/// Why a lifecycle statement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LifecycleStatementError {
    /// The JWS itself.
    #[error("the statement is not a well-formed signed text")]
    Jws(#[from] JwsError),
    /// The payload is not a version 1 statement, or tells a transition the table does not have.
    #[error("the payload is not a lifecycle statement")]
    Payload,
    /// The signature or its key.
    #[error("the statement's signature is not believed")]
    Key(#[from] InstanceKeyError),
}

impl LifecycleStatement {
    /// Signs the statement with a status key of the document's mode.
    ///
    /// # Errors
    /// [`IssueError`] when the signer is not one, or cannot sign.
    pub fn issue(
        &self,
        base_url: &BaseUrl,
        mode: Mode,
        signer: &dyn Signer,
    ) -> Result<String, IssueError> {
        signer::check(signer, IssuerCode::INSTANCE, mode)?;
        let reference = signer.certificate_reference();
        let kid = base_url.key_id(&IssuerCode::INSTANCE, mode, &reference);
        Ok(jws::issue(Typ::Lifecycle, Some(&kid), &[], self, signer)?)
    }

    /// Verifies a signed statement.
    ///
    /// # Errors
    /// [`LifecycleStatementError`].
    pub fn verify(compact: &str, trust: &Trust) -> Result<Verified<Self>, LifecycleStatementError> {
        let jws = Jws::parse(compact, Typ::Lifecycle)?;
        let statement = read(jws.payload())?;
        trust.check_instance_signature(&jws, statement.at)?;
        Ok(Verified::new(statement))
    }

    /// Whether the table has this transition, with or without the document's time having passed.
    fn is_possible(&self) -> bool {
        [false, true].iter().any(|late| {
            apply(self.from, self.action, self.reason, *late).is_ok_and(|done| {
                (done.from, done.to, done.reason) == (self.from, self.to, self.reason)
            })
        })
    }
}

fn read(payload: &Value) -> Result<LifecycleStatement, LifecycleStatementError> {
    let statement: LifecycleStatement =
        encoding::from_value(payload.clone()).map_err(|_| LifecycleStatementError::Payload)?;
    let again = serde_json::to_value(statement).map_err(|_| LifecycleStatementError::Payload)?;
    if again == *payload && statement.is_possible() {
        Ok(statement)
    } else {
        Err(LifecycleStatementError::Payload)
    }
}
