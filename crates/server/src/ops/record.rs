//! Who does something, and the event that records it.

use ananke_store::{Claim, Command, Count, NewEvent, Outcome, Write};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::Error;
use crate::app::Shared;

/// Who does something, in which request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `key:` and the key's id, `operator`, or `system`.
    pub name: String,
    /// Request id; empty outside of requests.
    pub request_id: String,
    /// Trace id; empty outside of requests.
    pub trace_id: String,
    /// More of a key's request, for the record.
    pub by: Option<By>,
}

/// What the record says of a request with a key, besides its ids. It stands in the body of the event, which can be erased.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct By {
    /// Environment label of the key.
    pub environment: String,
    /// Service label of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The network the request came from, a /24 or a /64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

impl Actor {
    /// The operator at the machine.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            name: "operator".to_owned(),
            request_id: String::new(),
            trace_id: String::new(),
            by: None,
        }
    }

    /// Whoever comes without a key.
    #[must_use]
    pub fn public(request_id: &str, trace_id: &str) -> Self {
        Self {
            name: "public".to_owned(),
            request_id: request_id.to_owned(),
            trace_id: trace_id.to_owned(),
            by: None,
        }
    }

    /// The server itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            name: "system".to_owned(),
            request_id: String::new(),
            trace_id: String::new(),
            by: None,
        }
    }
}

/// An event about `subject`.
#[must_use]
pub fn event(
    app: &Shared,
    tenant: Uuid,
    kind: &str,
    subject: Uuid,
    actor: &Actor,
    body: &serde_json::Value,
) -> NewEvent {
    let mut body = body.clone();
    if let Some(by) = &actor.by {
        body["by"] = serde_json::json!(by);
    }
    NewEvent {
        id: app.ctx.id(),
        tenant,
        kind: kind.to_owned(),
        subject,
        actor: actor.name.clone(),
        request_id: actor.request_id.clone(),
        trace_id: actor.trace_id.clone(),
        at: app.ctx.now_micros(),
        body: body.to_string().into_bytes(),
        salt: app.ctx.random(),
    }
}

/// The idempotency key of a request, before its answer is known.
#[derive(Debug, Clone)]
pub struct Once {
    /// Whose.
    pub tenant: Uuid,
    /// Of the API key.
    pub mode: ananke_store::Mode,
    /// The operation, such as `POST /v1/trust/issuances`.
    pub operation: String,
    /// The `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
    /// Status of the answer if it succeeds; chosen in `http`.
    pub status: u16,
}

/// What a mutation answers.
#[derive(Debug)]
pub enum Answer {
    /// It was done now.
    Done(Vec<u8>),
    /// It was done before: the stored status and body.
    Replayed {
        /// Status then.
        status: u16,
        /// Body then.
        body: Vec<u8>,
    },
}

/// Commits a command with its event and answers with `body`; `stored` is what a replay shall see,
/// where that differs.
///
/// # Errors
/// As the command; the idempotency key was used with another body.
pub async fn commit<T: Serialize>(
    app: &Shared,
    once: Option<Once>,
    command: Command,
    event: NewEvent,
    body: &T,
    stored: Option<&T>,
) -> Result<Answer, Error> {
    put(app, once, Write::new(None, command, event), body, stored).await
}

/// Commits a change that uses up what is counted, and answers with `body`.
///
/// # Errors
/// As [`commit`]; a limit is used up.
pub async fn commit_counted<T: Serialize>(
    app: &Shared,
    once: Option<Once>,
    command: Command,
    event: NewEvent,
    counts: Vec<Count>,
    body: &T,
) -> Result<Answer, Error> {
    let write = Write {
        counts,
        ..Write::new(None, command, event)
    };
    put(app, once, write, body, None).await
}

async fn put<T: Serialize>(
    app: &Shared,
    once: Option<Once>,
    mut write: Write,
    body: &T,
    stored: Option<&T>,
) -> Result<Answer, Error> {
    let fresh = serde_json::to_vec(body)?;
    write.claim = match once {
        None => None,
        Some(once) => Some(Claim {
            tenant: once.tenant,
            mode: once.mode,
            operation: once.operation,
            key: once.key,
            body_hash: once.body_hash,
            status: i64::from(once.status),
            response: match stored {
                Some(stored) => serde_json::to_vec(stored)?,
                None => fresh.clone(),
            },
            subject: write.event.subject,
        }),
    };
    let outcome = app.write(write).await?;
    replay(outcome).map(|replayed| replayed.unwrap_or(Answer::Done(fresh)))
}

/// What an outcome other than `Done` answers.
///
/// # Errors
/// The idempotency key was used with another body, or what it made was erased since.
pub fn replay(outcome: Outcome) -> Result<Option<Answer>, Error> {
    match outcome {
        Outcome::Done(_) => Ok(None),
        Outcome::Replayed {
            status,
            response: Some(body),
            ..
        } => Ok(Some(Answer::Replayed {
            status: u16::try_from(status).unwrap_or(200),
            body,
        })),
        // What this key once made was erased, and the stored answer with it.
        Outcome::Replayed { response: None, .. } => Err(Error::NotFound),
        Outcome::Mismatch => Err(Error::unprocessable(
            "this Idempotency-Key was used with another body: use a new key for a new request",
        )),
    }
}
