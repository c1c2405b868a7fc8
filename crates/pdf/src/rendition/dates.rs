//! Dates in the languages of the page.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Language;

/// The day of an instant, in UTC.
pub(super) fn day_of(instant: Timestamp, language: Language) -> String {
    date(utc(instant).date(), language)
}

/// An instant from which something no longer holds, to the minute. Midnight is told as the end of
/// the day before: "until 1 January, 00:00" would be read as including that day.
pub(super) fn until(instant: Timestamp, language: Language) -> String {
    let at = utc(instant);
    let previous = at.date().checked_sub(1.day());
    match previous {
        Ok(previous) if at.time() == Time::midnight() => {
            format!("{}, 24:00\u{A0}UTC", unbroken(previous, language))
        }
        _ => format!(
            "{}, {:02}:{:02}\u{A0}UTC",
            unbroken(at.date(), language),
            at.hour(),
            at.minute()
        ),
    }
}

/// A date that does not break at the end of a line; the time after it may go to the next.
fn unbroken(day: Date, language: Language) -> String {
    date(day, language).replace(' ', "\u{A0}")
}

/// A date, with the month in words.
pub(super) fn date(date: Date, language: Language) -> String {
    let (day, year) = (date.day(), date.year());
    let index = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let month = months(language).get(index).copied().unwrap_or_default();
    match language {
        Language::French if day == 1 => format!("1er {month} {year}"),
        Language::English | Language::French => format!("{day} {month} {year}"),
        Language::German => format!("{day}. {month} {year}"),
        Language::Spanish | Language::Portuguese => format!("{day} de {month} de {year}"),
    }
}

fn utc(instant: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(instant)
}

#[rustfmt::skip]
fn months(language: Language) -> [&'static str; 12] {
    match language {
        Language::English => [
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ],
        Language::French => [
            "janvier", "février", "mars", "avril", "mai", "juin",
            "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ],
        Language::German => [
            "Januar", "Februar", "März", "April", "Mai", "Juni",
            "Juli", "August", "September", "Oktober", "November", "Dezember",
        ],
        Language::Spanish => [
            "enero", "febrero", "marzo", "abril", "mayo", "junio",
            "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
        ],
        Language::Portuguese => [
            "janeiro", "fevereiro", "março", "abril", "maio", "junho",
            "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_dates_its_own_way() {
        let day = Date::constant(2026, 3, 1);
        let written = Language::ALL.map(|language| date(day, language));
        assert_eq!(
            written,
            [
                "1 March 2026",
                "1er mars 2026",
                "1. März 2026",
                "1 de marzo de 2026",
                "1 de março de 2026"
            ]
        );
    }

    #[test]
    fn midnight_belongs_to_the_day_before() {
        let end: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let shown = |at| until(at, Language::English).replace('\u{A0}', " ");
        assert_eq!(shown(end), "31 December 2026, 24:00 UTC");
        let later: Timestamp = "2027-01-01T06:30:59Z".parse().unwrap();
        assert_eq!(shown(later), "1 January 2027, 06:30 UTC");
    }
}
