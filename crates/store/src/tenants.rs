//! Tenants: the issuers.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// How far an issuer's identity was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// Nothing but the issuer's own word.
    SelfAsserted,
    /// Control of the domain was proved.
    DomainProved,
}

impl Identity {
    /// The word in rows and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SelfAsserted => "self_asserted",
            Self::DomainProved => "domain_proved",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "self_asserted" => Some(Self::SelfAsserted),
            "domain_proved" => Some(Self::DomainProved),
            _ => None,
        }
    }
}

/// What a tenant may do. Anything but `Active` stops writes only; verification goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantState {
    /// Everything.
    Active,
    /// No writes until resumed.
    Suspended,
    /// No writes, for good.
    Closed,
}

impl TenantState {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "active" => Some(Self::Active),
            "suspended" => Some(Self::Suspended),
            "closed" => Some(Self::Closed),
            _ => None,
        }
    }
}

/// An issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// UUIDv7.
    pub id: Uuid,
    /// The issuer code, six characters, unique in the instance.
    pub code: String,
    /// The issuer's name, as verifiers see it.
    pub name: String,
    /// Its domain, if it named one.
    pub domain: Option<String>,
    /// How far its identity was proved.
    pub identity: Identity,
    /// When, for [`Identity::DomainProved`].
    pub proved_at: Option<Micros>,
    /// What was seen as proof, as JSON.
    pub identity_proof: Option<String>,
    /// IANA name; a date-only expiry ends with the day in this zone.
    pub time_zone: String,
    /// What the tenant may do.
    pub state: TenantState,
    /// Whether every revocation must say why.
    pub requires_reason: bool,
    /// When it was created.
    pub created_at: Micros,
    /// Its limits where they are not the instance's, as JSON.
    pub limits: Option<String>,
}

/// What changes in a tenant; `None` leaves a member as it is.
#[derive(Debug, Clone, Default)]
pub struct TenantChange {
    /// New name.
    pub name: Option<String>,
    /// New domain, or none any more.
    pub domain: Option<Option<String>>,
    /// New identity: the word, when it was proved, and the proof.
    pub identity: Option<(Identity, Option<Micros>, Option<String>)>,
    /// New time zone.
    pub time_zone: Option<String>,
    /// New state.
    pub state: Option<TenantState>,
    /// Whether every revocation must say why.
    pub requires_reason: Option<bool>,
    /// New limits as JSON, or the instance's again.
    pub limits: Option<Option<String>>,
}

pub(crate) static TENANTS: Table = Table::new(
    "tenants",
    1,
    &[
        "tenant_id",
        "code",
        "name",
        "domain",
        "identity",
        "proved_at",
        "identity_proof",
        "time_zone",
        "state",
        "requires_reason",
        "created_at",
        "limits",
    ],
)
.added(1);

impl Record for Tenant {
    fn table() -> &'static Table {
        &TENANTS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.id.into(),
            (&self.code).into(),
            (&self.name).into(),
            (&self.domain).into(),
            self.identity.as_str().into(),
            self.proved_at.into(),
            (&self.identity_proof).into(),
            (&self.time_zone).into(),
            self.state.as_str().into(),
            self.requires_reason.into(),
            self.created_at.into(),
            (&self.limits).into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            id: fields.uuid()?,
            code: fields.text()?,
            name: fields.text()?,
            domain: fields.opt_text()?,
            identity: fields.word(Identity::parse)?,
            proved_at: fields.opt_int()?,
            identity_proof: fields.opt_text()?,
            time_zone: fields.text()?,
            state: fields.word(TenantState::parse)?,
            requires_reason: fields.bool()?,
            created_at: fields.int()?,
            limits: fields.opt_text()?,
        })
    }
}

/// One tenant.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(view: &mut View<'_>, tenant: Uuid) -> Result<Option<Tenant>, Error> {
    let kept = view.one(" WHERE tenant_id = $1", &[tenant.into()])?;
    Ok(kept.map(|kept| kept.row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for identity in [Identity::SelfAsserted, Identity::DomainProved] {
            assert_eq!(Identity::parse(identity.as_str()), Some(identity));
        }
        for state in [
            TenantState::Active,
            TenantState::Suspended,
            TenantState::Closed,
        ] {
            assert_eq!(TenantState::parse(state.as_str()), Some(state));
        }
        assert_eq!(TenantState::parse("gone"), None);
    }
}
