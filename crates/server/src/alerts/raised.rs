//! Raises an alert, or counts it where it is open; ends those that are over.

use ananke_store::{Alert, Command, Conflict, Error as StoreError, Write, alerts};
use serde_json::Value;
use uuid::Uuid;

use super::Kind;
use super::kinds::Severity;
use crate::app::Shared;
use crate::jobs::told;
use crate::ops::Error;
use crate::ops::record::{Actor, event};

/// An alert nobody saw to is over when nothing of its kind was seen for so many microseconds: a day.
const OVER: i64 = 24 * 3_600 * 1_000_000;

/// Alerts ended at once.
const PAGE: i64 = 200;

/// What to tell.
#[derive(Debug, Clone)]
pub struct Raise {
    /// Whose; the reserved tenant for the operator's.
    pub tenant: Uuid,
    /// What happened.
    pub kind: Kind,
    /// About what: `key:` and an id, `network:` and a network, a reference, or empty.
    pub subject: String,
    /// How urgent, where it is not as the kind says.
    pub severity: Option<Severity>,
    /// Facts, without secrets or personal data.
    pub details: Value,
    /// How often.
    pub times: i64,
    /// When last.
    pub at: i64,
}

impl Raise {
    /// It happened once, now.
    #[must_use]
    pub fn once(app: &Shared, tenant: Uuid, kind: Kind, subject: String, details: Value) -> Self {
        Self {
            tenant,
            kind,
            subject,
            severity: None,
            details,
            times: 1,
            at: app.ctx.now_micros(),
        }
    }
}

/// Tells of it: an open alert of this kind about this subject counts on, else there is a new one.
///
/// # Errors
/// The server is sealed, or cannot read or write.
pub async fn raise(app: &Shared, what: Raise) -> Result<(), Error> {
    // Twice, where somebody else raises or ends it at the same moment.
    for _ in 0..2 {
        let (tenant, kind, subject) = (what.tenant, what.kind.as_str(), what.subject.clone());
        let open = app
            .read(move |view| alerts::find_open(view, tenant, kind, &subject))
            .await?;
        if let Some(open) = open {
            app.store
                .repeat_alert(tenant, open.id, what.times, what.at)
                .await?;
            return Ok(());
        }
        match app.write(new(app, &what).await?).await {
            Ok(_) => {
                tracing::warn!(
                    alert = kind,
                    about = about(&what.subject),
                    times = what.times,
                    "people should know of this"
                );
                return Ok(());
            }
            Err(StoreError::Conflict {
                what: Conflict::Alert,
                ..
            }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Keys and networks are named in the log, documents are not.
fn about(subject: &str) -> &str {
    match subject.starts_with("key:") || subject.starts_with("network:") {
        true => subject,
        false => "",
    }
}

async fn new(app: &Shared, what: &Raise) -> Result<Write, Error> {
    let severity = what.severity.unwrap_or(what.kind.severity());
    let alert = Alert {
        tenant: what.tenant,
        id: app.ctx.id(),
        kind: what.kind.as_str().to_owned(),
        subject: what.subject.clone(),
        severity: severity.as_str().to_owned(),
        details: what.details.to_string(),
        first_at: what.at,
        last_at: what.at,
        occurrences: what.times,
        ended_at: None,
        ended_by: None,
    };
    let body = serde_json::json!({
        "kind": alert.kind,
        "subject": alert.subject,
        "severity": alert.severity,
        "details": what.details,
        "occurrences": alert.occurrences,
    });
    let event = event(
        app,
        alert.tenant,
        "alert.raised",
        alert.id,
        &Actor::system(),
        &body,
    );
    let tell = told::jobs(app, &alert).await?;
    Ok(Write::new(None, Command::RaiseAlert { alert, tell }, event))
}

/// Ends a tenant's alerts nothing was seen of for a day.
///
/// # Errors
/// The server cannot read or write.
pub async fn end_old(app: &Shared, tenant: Uuid) -> Result<(), Error> {
    let now = app.ctx.now_micros();
    let open = app
        .read(move |view| alerts::list(view, tenant, Some(true), None, PAGE))
        .await?;
    for alert in open.into_iter().filter(|alert| now - alert.last_at >= OVER) {
        let body = serde_json::json!({ "kind": alert.kind, "subject": alert.subject });
        let event = event(
            app,
            tenant,
            "alert.ended",
            alert.id,
            &Actor::system(),
            &body,
        );
        let command = Command::EndAlert { id: alert.id };
        match app.write(Write::new(None, command, event)).await {
            // Somebody saw to it at this moment.
            Ok(_) | Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
