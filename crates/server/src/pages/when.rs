//! Instants and dates as people read them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil};

/// An instant or a date: exact for machines, readable for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// As it stands in the API: RFC 3339 in UTC, or `YYYY-MM-DD`.
    pub exact: String,
    /// Such as `23 November 2026, 10:00 UTC` (with a space that does not break before `UTC`), or `23 November 2026`.
    pub shown: String,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Moment {
    /// An instant or a date of the API. Text that is neither is shown as it is.
    #[must_use]
    pub fn new(exact: &str) -> Self {
        let shown = if let Ok(instant) = exact.parse::<Timestamp>() {
            let local = TimeZone::UTC.to_datetime(instant);
            format!(
                "{}, {:02}:{:02}\u{A0}UTC",
                day(local.date()),
                local.hour(),
                local.minute()
            )
        } else if let Ok(date) = exact.parse::<civil::Date>() {
            day(date)
        } else {
            exact.to_owned()
        };
        Self {
            exact: exact.to_owned(),
            shown,
        }
    }

    /// An instant at which something ends. Midnight is told as the end of the day before, since
    /// "until 1 January, 00:00" is read as including that day.
    #[must_use]
    pub fn end(exact: &str) -> Self {
        let midnight = exact
            .parse::<Timestamp>()
            .ok()
            .map(|instant| TimeZone::UTC.to_datetime(instant))
            .filter(|local| local.time() == civil::Time::midnight())
            .and_then(|local| local.date().checked_sub(1.day()).ok());
        match midnight {
            Some(last) => Self {
                exact: exact.to_owned(),
                shown: format!("{}, 24:00\u{A0}UTC", day(last)),
            },
            None => Self::new(exact),
        }
    }
}

fn day(date: civil::Date) -> String {
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    format!(
        "{} {} {}",
        date.day(),
        MONTHS.get(month).copied().unwrap_or_default(),
        date.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_dates_and_nonsense() {
        assert_eq!(
            Moment::new("2026-11-23T10:05:59.999Z").shown,
            "23 November 2026, 10:05\u{A0}UTC"
        );
        assert_eq!(Moment::new("2026-02-03").shown, "3 February 2026");
        assert_eq!(Moment::new("soon").shown, "soon");
    }

    #[test]
    fn an_end_at_midnight_belongs_to_the_day_before() {
        assert_eq!(
            Moment::end("2027-01-01T00:00:00.000Z").shown,
            "31 December 2026, 24:00\u{A0}UTC"
        );
        assert_eq!(
            Moment::end("2027-01-01T00:00:01.000Z").shown,
            "1 January 2027, 00:00\u{A0}UTC"
        );
    }
}
