//! What a tenant used, by day or by key, and how much of its limits.

use std::collections::BTreeMap;

use ananke_api::usage::{LimitUsed, Usage, Used};
use ananke_format::Mode;
use ananke_store::counters::{self, Counted};
use ananke_store::{api_keys, sightings};
use jiff::civil::Date;

use super::error::Error;
use super::limits::{cap_of_key, day, day_of, in_force, midnight, month_of};
use super::words::{key_mode, shown};
use crate::app::Shared;
use crate::http::auth::{May, UsageRead};

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// What to add up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Days.
    Day,
    /// Keys.
    Key,
}

/// Days since 1970-01-01.
fn number(date: Date) -> i64 {
    midnight(date).map_or(0, |at| at.div_euclid(DAY))
}

fn date(number: i64) -> Option<Date> {
    day(number.saturating_mul(DAY))
}

/// What was used from one day to another, both included.
///
/// # Errors
/// The store cannot be read.
pub async fn usage(
    app: &Shared,
    may: &May<UsageRead>,
    (from, to): (Date, Date),
    by: By,
) -> Result<Usage, Error> {
    // Uses are written once a second, and whoever asks wants to know of all.
    app.key_uses.flush(app).await;
    let (tenant, mode) = (may.tenant.id, may.mode);
    let (first, last) = (number(from), number(to));
    let mut found: BTreeMap<String, Used> = BTreeMap::new();
    let label = move |day: i64, actor: &str| match by {
        By::Day => date(day).map_or_else(String::new, |date| date.to_string()),
        By::Key => actor.strip_prefix("key:").unwrap_or(actor).to_owned(),
    };
    if by == By::Day {
        for day in first..=last {
            found.entry(label(day, "")).or_default();
        }
    }
    let period = (first * DAY, (last + 1) * DAY);
    let (issued, stamped, withdrawn, hours) = app
        .store
        .read_at_length(move |view| {
            let issued = counters::days(view, tenant, mode, Counted::Issuances, period)?;
            let stamped = counters::days(view, tenant, mode, Counted::Stamps, period)?;
            let withdrawn = counters::days(view, tenant, mode, Counted::Revocations, period)?;
            let mut hours = sightings::hours(view, tenant, None, (first * 24, (last + 1) * 24))?;
            let mut modes: BTreeMap<String, bool> = BTreeMap::new();
            for hour in &hours {
                if !modes.contains_key(&hour.key_id) {
                    let key = api_keys::find(view, tenant, &hour.key_id)?;
                    modes.insert(hour.key_id.clone(), key.is_some_and(|key| key.mode == mode));
                }
            }
            hours.retain(|hour| modes.get(&hour.key_id) == Some(&true));
            Ok((issued, stamped, withdrawn, hours))
        })
        .await?;
    for day in issued {
        found
            .entry(label(day.day, &day.actor))
            .or_default()
            .issuances += day.count;
    }
    for day in stamped {
        let used = found.entry(label(day.day, &day.actor)).or_default();
        used.stamps += day.count;
    }
    for day in withdrawn {
        let used = found.entry(label(day.day, &day.actor)).or_default();
        used.revocations += day.count;
    }
    for hour in hours {
        let used = found.entry(label(hour.hour.div_euclid(24), &hour.key_id));
        used.or_default().requests += hour.requests;
    }
    let mut total = Used::default();
    let items: Vec<Used> = found
        .into_iter()
        .map(|(name, used)| {
            total.issuances += used.issuances;
            total.stamps += used.stamps;
            total.revocations += used.revocations;
            total.requests += used.requests;
            match by {
                By::Day => Used {
                    day: Some(name),
                    ..used
                },
                By::Key => Used {
                    key_id: Some(name),
                    ..used
                },
            }
        })
        .collect();
    Ok(Usage {
        mode: key_mode(mode),
        from: from.to_string(),
        to: to.to_string(),
        items,
        total,
        limits: limits(app, may).await?,
    })
}

/// How much of each limit is used.
async fn limits(app: &Shared, may: &May<UsageRead>) -> Result<Vec<LimitUsed>, Error> {
    if may.mode == Mode::Test {
        return Ok(Vec::new());
    }
    let now = app.ctx.now_micros();
    let (force, month) = (in_force(app, &may.tenant)?, month_of(now));
    let today = (day_of(now), day_of(now) + DAY);
    let of_key = cap_of_key(app, may.key.revocations_per_day);
    let asked = [
        (
            "issuancesPerMonth",
            force.issuances_per_month,
            Counted::Issuances,
            String::new(),
            month,
        ),
        (
            "stampsPerMonth",
            force.stamps_per_month,
            Counted::Stamps,
            String::new(),
            month,
        ),
        (
            "revocationsPerDay",
            force.revocations_per_day,
            Counted::Revocations,
            String::new(),
            today,
        ),
        (
            "keyRevocationsPerDay",
            of_key,
            Counted::Revocations,
            may.actor.name.clone(),
            today,
        ),
    ];
    let tenant = may.tenant.id;
    let mut all = Vec::new();
    for (name, limit, kind, subject, (begin, end)) in asked {
        let Some(limit) = limit else { continue };
        let used = app
            .read(move |view| counters::used(view, tenant, kind, &subject, begin))
            .await?;
        all.push(LimitUsed {
            name: name.to_owned(),
            limit,
            used,
            remaining: (limit - used).max(0),
            resets_at: shown(end),
            forecast: forecast(used, now - begin, end - begin),
        });
    }
    Ok(all)
}

/// What it comes to if the rest of the period is like what has passed of it.
fn forecast(used: i64, passed: i64, whole: i64) -> i64 {
    let (used, passed, whole) = (
        i128::from(used),
        i128::from(passed.max(1)),
        i128::from(whole),
    );
    i64::try_from((used * whole + passed - 1) / passed).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_goes_on_as_it_began() {
        assert_eq!(forecast(10, 1, 3), 30);
        assert_eq!(forecast(1, 2, 3), 2);
        assert_eq!(forecast(0, 0, DAY), 0);
        assert_eq!(forecast(i64::MAX, 1, DAY), i64::MAX);
    }

    #[test]
    fn days_are_counted_from_1970() {
        let leap: Date = "2028-02-29".parse().unwrap();
        assert_eq!(date(number(leap)), Some(leap));
        assert_eq!(number("1970-01-02".parse().unwrap()), 1);
    }
}
