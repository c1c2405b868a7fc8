//! Quotas and caps: how many documents may be issued in a month, and taken out of force in a day.
//!
//! They hold for live documents and are counted in the transaction that uses them up. Test documents cost nothing.

use ananke_format::Mode;
use ananke_store::{Count, Counted, Product, Tenant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::behalf::Behalf;
use super::error::Error;
use crate::app::Shared;

const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// A tenant's own limits, where they are not the instance's. 0 is no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OwnLimits {
    /// Live documents in a calendar month, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuances_per_month: Option<i64>,
    /// Live stamps in a calendar month, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamps_per_month: Option<i64>,
    /// Live documents taken out of force in a day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocations_per_day: Option<i64>,
}

impl OwnLimits {
    /// Reads those of a tenant.
    ///
    /// # Errors
    /// The row holds what this server does not write.
    pub fn of(tenant: &Tenant) -> Result<Self, Error> {
        match &tenant.limits {
            None => Ok(Self::default()),
            Some(text) => Ok(serde_json::from_str(text)?),
        }
    }
}

/// What holds for a tenant and, where one is named, a key. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// Live documents in a calendar month.
    pub issuances_per_month: Option<i64>,
    /// Live stamps in a calendar month.
    pub stamps_per_month: Option<i64>,
    /// Live documents taken out of force in a day, by all keys.
    pub revocations_per_day: Option<i64>,
    /// The same by each key that has no cap of its own.
    pub key_revocations_per_day: Option<i64>,
}

fn limit(value: i64) -> Option<i64> {
    (value > 0).then_some(value)
}

/// The limits of a tenant.
///
/// # Errors
/// The row holds what this server does not write.
pub fn in_force(app: &Shared, tenant: &Tenant) -> Result<InForce, Error> {
    let (own, default) = (OwnLimits::of(tenant)?, &app.config.limits);
    let or = |own: Option<i64>, default: u32| limit(own.unwrap_or_else(|| i64::from(default)));
    Ok(InForce {
        issuances_per_month: or(own.issuances_per_month, default.issuances_per_month),
        stamps_per_month: or(own.stamps_per_month, default.stamps_per_month),
        revocations_per_day: or(own.revocations_per_day, default.revocations_per_day),
        key_revocations_per_day: limit(i64::from(default.key_revocations_per_day)),
    })
}

/// How many documents a key may take out of force in a day.
#[must_use]
pub fn cap_of_key(app: &Shared, own: Option<i64>) -> Option<i64> {
    own.or_else(|| limit(i64::from(app.config.limits.key_revocations_per_day)))
}

/// When the UTC day of a moment began.
#[must_use]
pub fn day_of(at: i64) -> i64 {
    at - at.rem_euclid(DAY_MICROS)
}

/// The day of a moment, UTC.
#[must_use]
pub fn day(at: i64) -> Option<Date> {
    let at = Timestamp::from_microsecond(at).ok()?;
    Some(TimeZone::UTC.to_datetime(at).date())
}

/// When a day begins, UTC.
#[must_use]
pub fn midnight(date: Date) -> Option<i64> {
    let zone = TimeZone::UTC.to_ambiguous_zoned_datetime(date.at(0, 0, 0, 0));
    Some(zone.compatible().ok()?.timestamp().as_microsecond())
}

/// When the calendar month of a moment began, in UTC, and when the next one begins.
#[must_use]
pub fn month_of(at: i64) -> (i64, i64) {
    let bounds = || {
        let first = day(at)?.first_of_month();
        let next = first.checked_add(1.month()).ok()?;
        Some((midnight(first)?, midnight(next)?))
    };
    bounds().unwrap_or((day_of(at), day_of(at) + DAY_MICROS))
}

/// When the period of a count ends.
#[must_use]
pub fn period_end(count: &Count) -> i64 {
    match count.kind {
        Counted::Issuances | Counted::Stamps => month_of(count.period).1,
        Counted::Revocations => count.period + DAY_MICROS,
    }
}

/// What a new document is counted against.
///
/// # Errors
/// The tenant's row holds what this server does not write.
pub fn issuing(app: &Shared, behalf: &Behalf, product: Product) -> Result<Vec<Count>, Error> {
    if !behalf.is_limited || behalf.mode == Mode::Test {
        return Ok(Vec::new());
    }
    let force = in_force(app, &behalf.tenant)?;
    let (kind, limit) = match product {
        Product::Trust => (Counted::Issuances, force.issuances_per_month),
        Product::TCode => (Counted::Stamps, force.stamps_per_month),
    };
    let counts = limit.map(|limit| Count {
        kind,
        subject: String::new(),
        period: month_of(app.ctx.now_micros()).0,
        limit,
    });
    Ok(counts.into_iter().collect())
}

/// What taking a document out of force is counted against.
///
/// # Errors
/// The tenant's row holds what this server does not write.
pub fn withdrawing(app: &Shared, behalf: &Behalf) -> Result<Vec<Count>, Error> {
    if !behalf.is_limited || behalf.mode == Mode::Test {
        return Ok(Vec::new());
    }
    let of_tenant = in_force(app, &behalf.tenant)?.revocations_per_day;
    let of_key = cap_of_key(app, behalf.rights.own_cap());
    let count = |limit: Option<i64>, subject: &str| {
        limit.map(|limit| Count {
            kind: Counted::Revocations,
            subject: subject.to_owned(),
            period: day_of(app.ctx.now_micros()),
            limit,
        })
    };
    let counts = [count(of_tenant, ""), count(of_key, &behalf.actor.name)];
    Ok(counts.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn periods_are_those_of_the_calendar() {
        let december = at("2026-12-31T23:59:59.999999Z");
        assert_eq!(
            month_of(december),
            (at("2026-12-01T00:00:00Z"), at("2027-01-01T00:00:00Z"))
        );
        assert_eq!(day_of(december), at("2026-12-31T00:00:00Z"));
        assert_eq!(
            month_of(at("2028-02-29T12:00:00Z")),
            (at("2028-02-01T00:00:00Z"), at("2028-03-01T00:00:00Z"))
        );
    }
}
