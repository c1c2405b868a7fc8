//! What a key may do: scopes, templates, networks, and for how long.

use std::net::IpAddr;

use ananke_api::scope;
use ananke_store::ApiKey as Row;
use ipnet::IpNet;
use uuid::Uuid;

use crate::network;
use crate::ops::error::{Error, FieldErrors};

/// What the operator may take out of force in a day.
const NO_CAP: i64 = i64::MAX;

/// What a key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// Scopes.
    pub scopes: Vec<String>,
    /// The only templates, or all.
    pub template_ids: Option<Vec<Uuid>>,
    /// The only networks, or all.
    pub allowed_cidrs: Option<Vec<IpNet>>,
    /// Until when, in microseconds.
    pub expires_at: Option<i64>,
    /// How many live documents it may take out of force in a day, where that is not the instance's default.
    pub revocations_per_day: Option<i64>,
}

impl Rights {
    /// Everything, from everywhere, for ever.
    #[must_use]
    pub fn full() -> Self {
        Self {
            scopes: vec![scope::EVERYTHING.to_owned()],
            template_ids: None,
            allowed_cidrs: None,
            expires_at: None,
            revocations_per_day: Some(NO_CAP),
        }
    }

    /// The cap a row of its own says, if any.
    #[must_use]
    pub fn own_cap(&self) -> Option<i64> {
        self.revocations_per_day.filter(|cap| *cap < NO_CAP)
    }

    /// The cap in force.
    fn cap(&self, default: Option<i64>) -> i64 {
        self.revocations_per_day.or(default).unwrap_or(NO_CAP)
    }

    /// Reads those of a key.
    ///
    /// # Errors
    /// The row holds what this server does not write.
    pub fn of(row: &Row) -> Result<Self, Error> {
        let list = |text: &Option<String>| text.as_deref().map(serde_json::from_str).transpose();
        let cidrs: Option<Vec<String>> = list(&row.allowed_cidrs)?;
        let networks = cidrs
            .map(|cidrs| cidrs.iter().map(|text| network::parse(text)).collect())
            .transpose()
            .map_err(Error::Internal)?;
        Ok(Self {
            scopes: serde_json::from_str(&row.scopes)?,
            template_ids: row
                .template_ids
                .as_deref()
                .map(serde_json::from_str)
                .transpose()?,
            allowed_cidrs: networks,
            expires_at: row.expires_at,
            revocations_per_day: row.revocations_per_day,
        })
    }

    /// Writes them into a row.
    ///
    /// # Errors
    /// None that happens.
    pub fn write(&self, row: &mut Row) -> Result<(), Error> {
        let text = |list: Option<serde_json::Value>| list.map(|list| list.to_string());
        row.scopes = serde_json::to_string(&self.scopes)?;
        row.template_ids = text(self.template_ids.as_ref().map(|ids| serde_json::json!(ids)));
        row.allowed_cidrs = text(self.shown_cidrs().map(|cidrs| serde_json::json!(cidrs)));
        row.expires_at = self.expires_at;
        row.revocations_per_day = self.own_cap();
        Ok(())
    }

    /// The networks as they are shown.
    #[must_use]
    pub fn shown_cidrs(&self) -> Option<Vec<String>> {
        let networks = self.allowed_cidrs.as_ref()?;
        Some(networks.iter().map(ToString::to_string).collect())
    }

    /// Whether a key with these may be used from this address; one whose address is not known may not be used
    /// where that matters.
    #[must_use]
    pub fn admits(&self, address: Option<IpAddr>) -> bool {
        self.allowed_cidrs.as_ref().is_none_or(|networks| {
            address.is_some_and(|address| network::contains(networks, address))
        })
    }

    /// Whether documents may be issued from this template, and changed that were.
    #[must_use]
    pub fn reaches(&self, template: Uuid) -> bool {
        self.template_ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&template))
    }

    /// What of these goes beyond those of whoever would give them: no key gives more than it has. `default_cap` is the
    /// cap of keys that have none of their own.
    #[must_use]
    pub fn beyond(&self, giver: &Self, default_cap: Option<i64>) -> FieldErrors {
        let mut errors = FieldErrors::new();
        let mut add = |member: &str, message: String| {
            errors.insert(member.to_owned(), vec![message]);
        };
        let more: Vec<&str> = self
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| !scope::includes(&giver.scopes, scope))
            .collect();
        if !more.is_empty() {
            add(
                "scopes",
                format!(
                    "a key gives no more than it has: the one that asks lacks {}",
                    more.join(", ")
                ),
            );
        }
        if let Some(own) = &giver.template_ids
            && !self
                .template_ids
                .as_ref()
                .is_some_and(|ids| ids.iter().all(|id| own.contains(id)))
        {
            add(
                "templateIds",
                "a key gives no more than it has: the one that asks reaches fewer templates"
                    .to_owned(),
            );
        }
        if let Some(own) = &giver.allowed_cidrs
            && !self.allowed_cidrs.as_ref().is_some_and(|networks| {
                networks
                    .iter()
                    .all(|network| own.iter().any(|own| own.contains(network)))
            })
        {
            add(
                "allowedCidrs",
                "a key gives no more than it has: the one that asks may be used from fewer networks".to_owned(),
            );
        }
        if let Some(own) = giver.expires_at
            && self.expires_at.is_none_or(|end| end > own)
        {
            add(
                "expiresAt",
                "a key gives no more than it has: the one that asks lapses earlier".to_owned(),
            );
        }
        let own = giver.cap(default_cap);
        if self.cap(default_cap) > own {
            add(
                "revocationsPerDay",
                format!("a key gives no more than it has: the one that asks has {own}"),
            );
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Rights {
        Rights {
            scopes: vec!["issuances:write".to_owned(), "keys:read".to_owned()],
            template_ids: Some(vec![Uuid::nil()]),
            allowed_cidrs: Some(vec![network::parse("192.0.2.0/24").unwrap()]),
            expires_at: Some(100),
            revocations_per_day: Some(10),
        }
    }

    fn members(errors: &FieldErrors) -> Vec<&str> {
        errors.keys().map(String::as_str).collect()
    }

    #[test]
    fn nobody_gives_more_than_he_has() {
        let own = some();
        assert!(own.beyond(&own, None).is_empty());
        assert!(own.beyond(&Rights::full(), None).is_empty());
        let all = Rights::full().beyond(&own, None);
        assert_eq!(
            members(&all),
            [
                "allowedCidrs",
                "expiresAt",
                "revocationsPerDay",
                "scopes",
                "templateIds"
            ]
        );
        let narrower = Rights {
            scopes: vec!["issuances:read".to_owned()],
            template_ids: Some(Vec::new()),
            allowed_cidrs: Some(vec![network::parse("192.0.2.7").unwrap()]),
            expires_at: Some(99),
            revocations_per_day: Some(9),
        };
        assert!(narrower.beyond(&own, None).is_empty());
        let wider = Rights {
            scopes: vec!["issuances:lifecycle".to_owned()],
            template_ids: Some(vec![Uuid::max()]),
            allowed_cidrs: Some(vec![network::parse("192.0.0.0/16").unwrap()]),
            expires_at: Some(101),
            revocations_per_day: Some(11),
        };
        assert_eq!(members(&wider.beyond(&own, None)).len(), 5);
    }

    #[test]
    fn a_cap_that_nobody_set_is_the_default() {
        let with = |cap: Option<i64>| Rights {
            revocations_per_day: cap,
            ..Rights::full()
        };
        let is_beyond = |cap, giver| !with(cap).beyond(&with(giver), Some(100)).is_empty();
        assert!(!is_beyond(None, None) && !is_beyond(Some(100), None));
        assert!(is_beyond(Some(101), None));
        assert!(is_beyond(None, Some(99)) && !is_beyond(None, Some(100)));
        assert!(!is_beyond(Some(1_000_000), Some(NO_CAP)));
        assert_eq!(with(Some(NO_CAP)).own_cap(), None);
    }

    #[test]
    fn an_unknown_address_is_in_no_network() {
        assert!(some().admits("192.0.2.255".parse().ok()));
        assert!(!some().admits("192.0.3.0".parse().ok()));
        assert!(!some().admits(None));
        assert!(Rights::full().admits(None));
    }
}
