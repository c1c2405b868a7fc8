//! Instants as they are signed and shown: UTC, exactly three decimals.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::words::text_serde;

/// A point in time in whole milliseconds, between the years 0 and 9999.
///
/// As text always `2026-11-23T10:00:00.000Z`: 24 characters, so two instants compare as texts do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A text that is not `YYYY-MM-DDTHH:MM:SS.mmmZ`, or a time outside the years 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an instant is YYYY-MM-DDTHH:MM:SS.mmmZ")]
pub struct InstantError;

/// 0000-01-01T00:00:00.000Z and 9999-12-30T21:59:59.999Z, the last full second jiff can hold.
const MIN_MILLISECOND: i64 = -62_167_219_200_000;
const MAX_MILLISECOND: i64 = 253_402_207_199_999;

impl Instant {
    /// 1970-01-01T00:00:00.000Z.
    pub const UNIX_EPOCH: Self = Self(0);

    /// Takes milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`InstantError`] outside the years 0 to 9999.
    pub fn from_millisecond(millisecond: i64) -> Result<Self, InstantError> {
        if (MIN_MILLISECOND..=MAX_MILLISECOND).contains(&millisecond) {
            Ok(Self(millisecond))
        } else {
            Err(InstantError)
        }
    }

    /// Takes seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`InstantError`] outside the years 0 to 9999.
    pub fn from_second(second: i64) -> Result<Self, InstantError> {
        Self::from_millisecond(second.checked_mul(1000).ok_or(InstantError)?)
    }

    /// Cuts a timestamp to whole milliseconds, towards the past.
    ///
    /// # Errors
    /// [`InstantError`] outside the years 0 to 9999.
    pub fn from_timestamp(timestamp: Timestamp) -> Result<Self, InstantError> {
        Self::from_microsecond(timestamp.as_microsecond())
    }

    /// Cuts microseconds since 1970-01-01T00:00:00Z to whole milliseconds, towards the past.
    ///
    /// # Errors
    /// [`InstantError`] outside the years 0 to 9999.
    pub fn from_microsecond(microsecond: i64) -> Result<Self, InstantError> {
        Self::from_millisecond(microsecond.div_euclid(1000))
    }

    /// Reads exactly `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    ///
    /// # Errors
    /// [`InstantError`] for any other shape, an offset, a leap second or a day that does not exist.
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        const SHAPE: &[u8; 24] = b"dddd-dd-ddTdd:dd:dd.dddZ";
        let bytes = text.as_bytes();
        if bytes.len() != SHAPE.len() {
            return Err(InstantError);
        }
        for (byte, shape) in bytes.iter().zip(SHAPE) {
            let fits = match shape {
                b'd' => byte.is_ascii_digit(),
                other => byte == other,
            };
            if !fits {
                return Err(InstantError);
            }
        }
        // jiff reads a leap second as second 59; an instant that is signed has one spelling.
        if text.get(17..19) == Some("60") {
            return Err(InstantError);
        }
        let timestamp: Timestamp = text.parse().map_err(|_| InstantError)?;
        Self::from_millisecond(timestamp.as_millisecond())
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millisecond(self) -> i64 {
        self.0
    }

    /// Microseconds since 1970-01-01T00:00:00Z, as the store keeps them.
    #[must_use]
    pub const fn as_microsecond(self) -> i64 {
        self.0 * 1000
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, as JWT claims have them (cut towards the past).
    #[must_use]
    pub const fn as_second(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The same instant cut to whole seconds.
    #[must_use]
    pub const fn floor_second(self) -> Self {
        Self(self.as_second() * 1000)
    }

    /// The instant as jiff has it.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        // The range was checked when the instant was made.
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// This instant `seconds` later (or earlier), kept inside the range.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(seconds.saturating_mul(1000));
        Self(moved.clamp(MIN_MILLISECOND, MAX_MILLISECOND))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = TimeZone::UTC.to_datetime(self.timestamp());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instant({self})")
    }
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(Instant, Instant::parse);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_spelling_only() {
        let instant = Instant::parse("2026-11-23T10:00:00.000Z").unwrap();
        assert_eq!(instant.as_second(), 1_795_428_000);
        assert_eq!(instant.as_microsecond(), 1_795_428_000_000_000);
        assert_eq!(instant.to_string(), "2026-11-23T10:00:00.000Z");
        for bad in [
            "2026-11-23T10:00:00Z",
            "2026-11-23T10:00:00.00Z",
            "2026-11-23T10:00:00.0000Z",
            "2026-11-23T10:00:00.000+00:00",
            "2026-11-23t10:00:00.000z",
            "2026-11-23 10:00:00.000Z",
            "2026-11-23T10:00:60.000Z",
            "2026-02-30T10:00:00.000Z",
            "2026-13-01T10:00:00.000Z",
            "2026-11-23T24:00:00.000Z",
            "-026-11-23T10:00:00.000Z",
            "",
        ] {
            assert_eq!(Instant::parse(bad), Err(InstantError), "{bad}");
        }
    }

    #[test]
    fn the_limits_are_writable() {
        for limit in [MIN_MILLISECOND, MAX_MILLISECOND, -1, 0] {
            let instant = Instant::from_millisecond(limit).unwrap();
            assert_eq!(Instant::parse(&instant.to_string()), Ok(instant));
        }
        assert!(Instant::from_millisecond(MAX_MILLISECOND + 1).is_err());
        assert!(Instant::from_millisecond(MIN_MILLISECOND - 1).is_err());
        assert_eq!(Instant::from_microsecond(-1).unwrap().as_millisecond(), -1);
    }

    proptest! {
        #[test]
        fn texts_come_back_and_sort(a in MIN_MILLISECOND..=MAX_MILLISECOND, b in MIN_MILLISECOND..=MAX_MILLISECOND) {
            let (a, b) = (Instant::from_millisecond(a).unwrap(), Instant::from_millisecond(b).unwrap());
            prop_assert_eq!(Instant::parse(&a.to_string()), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn never_panics(text in "\\PC{0,30}") {
            let _ = Instant::parse(&text);
        }
    }
}
