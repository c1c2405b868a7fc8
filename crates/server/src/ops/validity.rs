//! Until when a document is valid: stated, counted, or by the template's rule.

use ananke_api::template::{Validity, ValidityType};
use ananke_format::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::error::Error;
use super::fields::is_date;

/// What a request says about the end of validity.
pub struct Asked<'a> {
    /// `expiresAt`.
    pub expires_at: Option<&'a str>,
    /// `validityType`.
    pub kind: Option<ValidityType>,
    /// `validityValue`.
    pub value: Option<u32>,
}

/// The end of validity, or `None` for none.
///
/// # Errors
/// [`Error::Invalid`]: both ways at once, half of one, not an instant or date, not in the future.
pub fn end(
    asked: &Asked<'_>,
    rule: Option<Validity>,
    issued_at: Instant,
    zone: &TimeZone,
) -> Result<Option<Instant>, Error> {
    let end = match (asked.expires_at, asked.kind, asked.value) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            return Err(Error::invalid(
                "expiresAt",
                "cannot stand beside validityType and validityValue: send one of the two",
            ));
        }
        (None, Some(_), None) => {
            return Err(Error::invalid(
                "validityValue",
                "is required with validityType",
            ));
        }
        (None, None, Some(_)) => {
            return Err(Error::invalid(
                "validityType",
                "is required with validityValue",
            ));
        }
        (Some(text), None, None) => Some(stated(text, zone)?),
        (None, Some(kind), Some(value)) => {
            Some(counted(Validity { kind, value }, issued_at, zone)?)
        }
        (None, None, None) => rule
            .map(|rule| counted(rule, issued_at, zone))
            .transpose()?,
    };
    match end {
        Some(end) if end <= issued_at => Err(Error::invalid("expiresAt", "must be in the future")),
        end => Ok(end),
    }
}

fn stated(text: &str, zone: &TimeZone) -> Result<Instant, Error> {
    let misfit = || {
        Error::invalid(
            "expiresAt",
            "must be an instant, such as 2027-01-31T12:00:00Z, or a date, such as 2027-01-31 (the end of that day)",
        )
    };
    if is_date(text) {
        let date: Date = text.parse().map_err(|_| misfit())?;
        return end_of_day(date, zone).ok_or_else(misfit);
    }
    let timestamp: Timestamp = text.parse().map_err(|_| misfit())?;
    Instant::from_timestamp(timestamp).map_err(|_| misfit())
}

/// The first instant after the day: `now >= expiresAt` then holds from midnight on, whatever the
/// clocks do in that night.
fn end_of_day(date: Date, zone: &TimeZone) -> Option<Instant> {
    let next = date.tomorrow().ok()?;
    let midnight = zone
        .to_ambiguous_zoned_datetime(next.at(0, 0, 0, 0))
        .compatible()
        .ok()?;
    Instant::from_timestamp(midnight.timestamp()).ok()
}

/// Counts in the calendar of the tenant; months and years clamp to the last day of the month.
fn counted(rule: Validity, from: Instant, zone: &TimeZone) -> Result<Instant, Error> {
    let misfit = || Error::invalid("validityValue", "leads past the year 9999");
    let value = i64::from(rule.value);
    let span = match rule.kind {
        ValidityType::Days => Span::new().try_days(value),
        ValidityType::Months => Span::new().try_months(value),
        ValidityType::Years => Span::new().try_years(value),
    };
    let end = from
        .timestamp()
        .to_zoned_datetime(zone.clone())
        .checked_add(span.map_err(|_| misfit())?)
        .map_err(|_| misfit())?;
    Instant::from_timestamp(end.timestamp()).map_err(|_| misfit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn a_date_ends_at_midnight_of_the_tenant_across_a_change_of_clocks() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let ends = |date: &str| stated(date, &zone).unwrap().to_string();
        assert_eq!(ends("2026-03-28"), "2026-03-28T23:00:00.000Z");
        // The clocks go forward in the night to 29 March and back in the night to 25 October.
        assert_eq!(ends("2026-03-29"), "2026-03-29T22:00:00.000Z");
        assert_eq!(ends("2026-10-24"), "2026-10-24T22:00:00.000Z");
        assert_eq!(ends("2026-10-25"), "2026-10-25T23:00:00.000Z");
        // A zone where midnight itself does not exist on one day of the year.
        let zone = TimeZone::get("America/Santiago").unwrap();
        assert_eq!(
            stated("2026-09-05", &zone).unwrap().to_string(),
            "2026-09-06T04:00:00.000Z"
        );
    }

    #[test]
    fn months_and_years_clamp() {
        let utc = TimeZone::UTC;
        let counted = |kind, value, from: &str| {
            counted(Validity { kind, value }, at(from), &utc)
                .unwrap()
                .to_string()
        };
        assert_eq!(
            counted(ValidityType::Months, 1, "2026-01-31T10:00:00.000Z"),
            "2026-02-28T10:00:00.000Z"
        );
        assert_eq!(
            counted(ValidityType::Years, 1, "2024-02-29T10:00:00.000Z"),
            "2025-02-28T10:00:00.000Z"
        );
        assert_eq!(
            counted(ValidityType::Days, 30, "2026-01-31T10:00:00.000Z"),
            "2026-03-02T10:00:00.000Z"
        );
    }

    #[test]
    fn one_way_at_a_time() {
        let asked = Asked {
            expires_at: Some("2027-01-01"),
            kind: Some(ValidityType::Days),
            value: Some(1),
        };
        assert!(end(&asked, None, at("2026-01-01T00:00:00.000Z"), &TimeZone::UTC).is_err());
        let asked = Asked {
            expires_at: None,
            kind: Some(ValidityType::Days),
            value: None,
        };
        assert!(end(&asked, None, at("2026-01-01T00:00:00.000Z"), &TimeZone::UTC).is_err());
        let asked = Asked {
            expires_at: Some("2025-01-01"),
            kind: None,
            value: None,
        };
        assert!(end(&asked, None, at("2026-01-01T00:00:00.000Z"), &TimeZone::UTC).is_err());
    }
}
