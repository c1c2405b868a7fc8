//! Objects of a file, written again: every key and every value as it stood.

use std::fmt::Write as _;

use hayro_syntax::object::Dict;

use super::StampError;
use super::syntax;

/// From here on not every whole number is one of floating point (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number of a content stream: at most four decimals.
pub(super) fn number(value: f64) -> String {
    decimals(value, 4)
}

/// A number that others are multiplied with.
pub(super) fn factor(value: f64) -> String {
    decimals(value, 9)
}

/// Rounded to so many decimals, without what says nothing. Whole numbers are written: exact decimals of floating point take most of the
/// time of a stamp.
fn decimals(value: f64, most: usize) -> String {
    let unit = 10_u64.pow(most as u32);
    let scaled = (value * unit as f64).round();
    let mut text = String::with_capacity(24);
    if scaled.abs() >= EXACT {
        let _ = write!(text, "{value:.most$}");
    } else if scaled != 0.0 {
        let units = scaled.abs() as u64;
        let sign = if scaled < 0.0 { "-" } else { "" };
        let _ = write!(text, "{sign}{}.{:0most$}", units / unit, units % unit);
    }
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    if text.is_empty() {
        text.push('0');
    }
    text
}

/// Writes the entries of a dictionary but for some.
pub(super) fn entries(out: &mut Vec<u8>, of: &Dict<'_>, but: &[&str]) -> Result<(), StampError> {
    for entry in syntax::entries(of.data())? {
        if but.iter().all(|but| but.as_bytes() != entry.key) {
            for part in [b" ", entry.name, b" ", entry.value] {
                out.extend_from_slice(part);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (-0.000_04, "0"),
            (-0.000_06, "-0.0001"),
            (12.0, "12"),
            (595.276, "595.276"),
            (-7.5, "-7.5"),
            (0.000_1, "0.0001"),
            (0.999_96, "1"),
            (14_400.123_45, "14400.1235"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(factor(1.0 / 3.0), "0.333333333");
        assert_eq!(factor(75_000.0), "75000");
        assert_eq!(factor(9_999_999.9), "9999999.9");
    }
}
