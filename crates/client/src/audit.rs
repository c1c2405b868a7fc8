//! The record of the tenant.

use ananke_api::audit::{AuditEvent, AuditPage};
use uuid::Uuid;

use crate::request::Request;
use crate::{Client, Error};

/// Namespace of the record of everything that happened.
#[derive(Debug, Clone)]
pub struct Audit(Client);

/// Which events; what is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Of this type, such as `issuance.revoked`.
    pub kind: Option<String>,
    /// By this actor, such as `key:` and an id.
    pub actor: Option<String>,
    /// About this object.
    pub subject: Option<Uuid>,
    /// Caused by this request.
    pub request_id: Option<String>,
    /// At or after this instant.
    pub after: Option<String>,
    /// Before this instant.
    pub before: Option<String>,
}

impl Audit {
    pub(crate) const fn new(client: Client) -> Self {
        Self(client)
    }

    /// One page of events, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn list(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
    ) -> Result<AuditPage, Error> {
        Request::get(&["v1", "audit-events"])
            .query("type", filter.kind.as_ref())
            .query("actor", filter.actor.as_ref())
            .query("subject", filter.subject)
            .query("requestId", filter.request_id.as_ref())
            .query("after", filter.after.as_ref())
            .query("before", filter.before.as_ref())
            .query("cursor", cursor)
            .json(&self.0)
            .await
    }

    /// The newest events, as many as wanted.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn newest(
        &self,
        filter: &AuditFilter,
        most: usize,
    ) -> Result<Vec<AuditEvent>, Error> {
        let (mut events, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self.list(filter, cursor.as_deref()).await?;
            events.extend(page.items);
            cursor = page.next_cursor;
            if events.len() >= most || cursor.is_none() {
                events.truncate(most);
                return Ok(events);
            }
        }
    }

    /// What was recorded behind a cursor, from the beginning without one, and the cursor behind that. Nothing is passed over
    /// and nothing comes twice, whenever it is asked again.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn since(&self, cursor: Option<&str>) -> Result<(Vec<AuditEvent>, String), Error> {
        let page: AuditPage = Request::get(&["v1", "audit-events"])
            .query("order", Some("recorded"))
            .query("limit", Some(200))
            .query("cursor", cursor)
            .json(&self.0)
            .await?;
        let next = page.next_cursor.unwrap_or_default();
        Ok((page.items, next))
    }
}
