//! Who asks: a permission is an argument, and only this module makes one.

mod alarms;
mod counted;
mod key;
mod way;

use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::Deref;

use ananke_api::{ForbiddenReason, scope};
use ananke_store::{ApiKey, Product, TenantState};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use ipnet::IpNet;

pub(super) use self::alarms::failed;
pub(super) use self::counted::address;
use self::counted::{count_public, public_cost};
pub(crate) use self::key::Known;
use self::key::caller;
pub use self::key::{API_KEY, KeyCache};
use crate::app::App;
use crate::network;
use crate::ops::Error;
use crate::ops::behalf::Behalf;
use crate::telemetry::metrics::Refusal;

/// A tenant's key that was checked, in one request.
pub struct Caller {
    /// The key.
    pub key: ApiKey,
    behalf: Behalf,
}

impl Deref for Caller {
    type Target = Behalf;

    /// A caller asks on its own behalf.
    fn deref(&self) -> &Behalf {
        &self.behalf
    }
}

impl Caller {
    /// Refuses to make a template with a key that is bound to those there are.
    ///
    /// # Errors
    /// It is.
    pub fn may_make_templates(&self) -> Result<(), Error> {
        match self.rights.template_ids {
            None => Ok(()),
            Some(_) => Err(Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: "this key is for certain templates only, and makes no others".to_owned(),
            }),
        }
    }
}

/// What a scope is called, and whether it writes.
pub trait Scope {
    /// Name, such as `issuances:write`.
    const NAME: &'static str;
    /// Whether a suspended tenant loses it.
    const WRITES: bool;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $writes:literal;)+) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Scope for $name {
                const NAME: &'static str = $text;
                const WRITES: bool = $writes;
            }
        )+
    };
}

scopes! {
    /// Any valid key.
    AnyScope = "", false;
    /// See templates.
    TemplatesRead = "templates:read", false;
    /// Make and change templates.
    TemplatesWrite = "templates:write", true;
    /// See documents.
    IssuancesRead = "issuances:read", false;
    /// Issue and replace documents.
    IssuancesWrite = "issuances:write", true;
    /// Suspend, revoke, reinstate, expire, erase.
    IssuancesLifecycle = "issuances:lifecycle", true;
    /// See stamps.
    StampsRead = "stamps:read", false;
    /// Stamp, and replace stamps.
    StampsWrite = "stamps:write", true;
    /// Suspend, revoke, reactivate, erase stamps.
    StampsLifecycle = "stamps:lifecycle", true;
    /// See the verification history.
    VerificationsRead = "verifications:read", false;
    /// See keys.
    KeysRead = "keys:read", false;
    /// See the record of everything that happened.
    AuditRead = "audit:read", false;
    /// See what was used.
    UsageRead = "usage:read", false;
    /// See alerts.
    AlertsRead = "alerts:read", false;
    /// Acknowledge alerts.
    AlertsWrite = "alerts:write", true;
    /// See signing keys.
    SigningKeysRead = "signing-keys:read", false;
    /// Make signing keys, retire them, declare them compromised.
    SigningKeysWrite = "signing-keys:write", true;
    /// See how the tenant stands.
    TenantRead = "tenant:read", false;
    /// Vouch for how the tenant stands.
    TenantWrite = "tenant:write", true;
    /// Make, change, roll and delete keys.
    KeysWrite = "keys:write", true;
}

/// A scope over the documents of one product: whoever has it reaches no others.
pub trait OfDocuments: Scope {
    /// Which.
    const PRODUCT: Product;
}

macro_rules! of_documents {
    ($($product:ident: $($name:ident)+;)+) => {
        $($(impl OfDocuments for $name {
            const PRODUCT: Product = Product::$product;
        })+)+
    };
}

of_documents! {
    Trust: IssuancesRead IssuancesWrite IssuancesLifecycle;
    TCode: StampsRead StampsWrite StampsLifecycle;
}

/// Proof that the caller may do what `S` names.
pub struct May<S> {
    caller: Caller,
    scope: PhantomData<S>,
}

impl<S> Deref for May<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: Scope> FromRequestParts<App> for May<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let refused = |why| app.telemetry.metrics.refused(why);
        let Some(caller) = caller(parts, app).await? else {
            refused(Refusal::Missing);
            return Err(Error::Unauthorized);
        };
        if !S::NAME.is_empty() && !scope::includes(&caller.rights.scopes, S::NAME) {
            refused(Refusal::Scope);
            let error = Error::Forbidden {
                reason: ForbiddenReason::InsufficientScope,
                detail: format!(
                    "this key may not do this: it needs the scope `{}` and has {}; use another key, or give it that scope",
                    S::NAME,
                    caller.rights.scopes.join(", ")
                ),
            };
            return Err(alarms::refused(app, &caller.key, error));
        }
        if S::WRITES && caller.tenant.state != TenantState::Active {
            refused(Refusal::Tenant);
            return Err(Error::Forbidden {
                reason: ForbiddenReason::TenantSuspended,
                detail: format!(
                    "the tenant is {}: its documents can be read and verified, but nothing can be written; ask the \
                     operator of this server",
                    caller.tenant.state.as_str()
                ),
            });
        }
        Ok(Self {
            caller,
            scope: PhantomData,
        })
    }
}

/// Public addresses: a key is not needed, but a wrong one is refused. A sealed server cannot tell
/// wrong from right: then it is as if none had been sent, because verification goes on.
impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Error> {
        let caller = match caller(parts, app).await {
            Err(Error::Unavailable { .. }) if app.ring.is_none() => None,
            other => other?,
        };
        if caller.is_none() {
            count_public(parts, app, public_cost(parts))?;
        }
        Ok(caller)
    }
}

/// Whoever looks at a page that verifies: counted like one who asks without a key.
pub struct Visitor;

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        count_public(parts, app, 1).map(|()| Self)
    }
}

/// The network a request comes from, as far as anybody can say.
pub struct From(pub Option<IpNet>);

impl FromRequestParts<App> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(
            address(&parts.extensions, &parts.headers, app).map(network::around),
        ))
    }
}
