//! On whose behalf something is done: of a key in its own request, or of whoever asked for a job, once it is done.
//!
//! Who may ask at all is decided in `http/auth.rs`. Here a job is asked again whether its asker may still do it: a key that
//! was deleted since gets nothing more done, whatever it began.

use ananke_api::{ForbiddenReason, scope};
use ananke_format::Mode;
use ananke_store::{Product, Tenant, TenantState, api_keys, tenants};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::api_keys::{Rights, revision};
use super::error::Error;
use super::record::{Actor, By};
use crate::app::Shared;

/// Who does something, and what they may do.
#[derive(Debug, Clone)]
pub struct Behalf {
    /// Whose.
    pub tenant: Tenant,
    /// Documents it sees and makes.
    pub mode: Mode,
    /// What it may do.
    pub rights: Rights,
    /// As events name it.
    pub actor: Actor,
    /// Whether quotas and caps hold: for every key, and not for the operator.
    pub is_limited: bool,
}

impl Behalf {
    /// Refuses a template that the key is not for.
    ///
    /// # Errors
    /// It is bound to others; whether this one exists is not told.
    pub fn may_use(&self, template: Uuid) -> Result<(), Error> {
        if self.rights.reaches(template) {
            Ok(())
        } else {
            Err(Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: format!(
                    "this key is not for the template {template}: `templateIds` of GET /v1/whoami names those it is for"
                ),
            })
        }
    }

    /// Refuses to take a document of a product out of force, or to put it back.
    ///
    /// # Errors
    /// The scope for it is missing.
    pub fn may_change(&self, product: Product) -> Result<(), Error> {
        let wanted = match product {
            Product::Trust => "issuances:lifecycle",
            Product::TCode => "stamps:lifecycle",
        };
        if scope::includes(&self.rights.scopes, wanted) {
            Ok(())
        } else {
            Err(Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: format!("this key may not do this: it needs the scope `{wanted}`"),
            })
        }
    }

    /// The operator, for a tenant's documents of a mode.
    #[must_use]
    pub fn operator(tenant: Tenant, mode: Mode) -> Self {
        Self {
            tenant,
            mode,
            rights: Rights::full(),
            actor: Actor::operator(),
            is_limited: false,
        }
    }
}

/// Who asked for a job, as the job remembers it: by id, so that what the key may do is what it may do then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asker {
    mode: Mode,
    /// The id of the key; `None` for the operator.
    key: Option<String>,
    request_id: String,
    trace_id: String,
    by: Option<By>,
}

impl Asker {
    /// Remembers who asks.
    #[must_use]
    pub fn of(behalf: &Behalf) -> Self {
        let actor = &behalf.actor;
        Self {
            mode: behalf.mode,
            key: actor.name.strip_prefix("key:").map(str::to_owned),
            request_id: actor.request_id.clone(),
            trace_id: actor.trace_id.clone(),
            by: actor.by.clone(),
        }
    }

    /// Of which documents.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// As events name it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.key {
            Some(key) => format!("key:{key}"),
            None => "operator".to_owned(),
        }
    }

    /// On whose behalf the job goes on; the inner error says in words that it may not, and what to do.
    ///
    /// # Errors
    /// The store cannot be read, or nothing can be written for this tenant now.
    pub async fn now(
        &self,
        app: &Shared,
        tenant: Uuid,
        scopes: &[&str],
    ) -> Result<Result<Behalf, String>, Error> {
        let key = self.key.clone();
        let (tenant, key) = app
            .read(move |view| {
                let row = match &key {
                    Some(key) => api_keys::find(view, tenant, key)?,
                    None => None,
                };
                // An older row of a deleted key, put back, gets nothing more done.
                if let Some(row) = &row {
                    revision(view, row)?;
                }
                Ok((tenants::find(view, tenant)?, row))
            })
            .await?;
        let tenant = tenant.ok_or(Error::NotFound)?;
        let Some(id) = &self.key else {
            return Ok(Ok(Behalf::operator(tenant, self.mode)));
        };
        let stopped = |why: &str| {
            Ok(Err(format!(
                "the key {id} that asked for this {why}: what was done stands; ask again with another key for the rest"
            )))
        };
        let Some(key) = key else {
            return stopped("is gone");
        };
        let now = app.ctx.now_micros();
        let ends = [key.expires_at, key.overlap_end, key.deleted_at];
        if ends.into_iter().flatten().any(|end| now >= end) {
            return stopped("was deleted or has lapsed");
        }
        let rights = Rights::of(&key)?;
        if let Some(missing) = scopes
            .iter()
            .find(|wanted| !scope::includes(&rights.scopes, wanted))
        {
            return stopped(&format!("has the scope `{missing}` no more"));
        }
        if tenant.state != TenantState::Active {
            return Err(Error::Forbidden {
                reason: ForbiddenReason::TenantSuspended,
                detail: format!("the tenant is {}", tenant.state.as_str()),
            });
        }
        Ok(Ok(Behalf {
            tenant,
            mode: self.mode,
            rights,
            actor: Actor {
                name: self.name(),
                request_id: self.request_id.clone(),
                trace_id: self.trace_id.clone(),
                by: self.by.clone(),
            },
            is_limited: true,
        }))
    }
}
