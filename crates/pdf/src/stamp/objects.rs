//! Objects of a file, written again: every key and every value as it stood.

use hayro_syntax::object::Dict;

use super::StampError;
use super::syntax;

/// From here on not every whole number is one of floating point (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;
/// No number of 64 bits has more.
const DIGITS: usize = 20;

/// A number of a content stream: at most four decimals.
pub(super) fn number(value: f64) -> String {
    let mut text = String::new();
    decimals(&mut text, value, 4);
    text
}

/// A number that others are multiplied with.
pub(super) fn factor(value: f64) -> String {
    let mut text = String::new();
    decimals(&mut text, value, 9);
    text
}

/// Writes a number rounded to so many decimals, without what says nothing, digit by digit: a stamp has some thousand of them, and
/// the formatting of the standard library takes most of its time.
pub(super) fn decimals(out: &mut String, value: f64, most: u32) {
    let unit = 10_u64.pow(most);
    let scaled = (value * unit as f64).round();
    if scaled.abs() >= EXACT {
        let text = format!("{value:.places$}", places = most as usize);
        let short = text.trim_end_matches('0').trim_end_matches('.');
        out.push_str(if text.contains('.') { short } else { &text });
        return;
    }
    // Whole and small enough, as was just asked.
    let units = scaled.abs() as u64;
    if scaled < 0.0 {
        out.push('-');
    }
    digits(out, units / unit, 1);
    let mut fraction = units % unit;
    let mut places = most;
    while fraction != 0 && fraction.is_multiple_of(10) {
        (fraction, places) = (fraction / 10, places - 1);
    }
    if fraction != 0 {
        out.push('.');
        digits(out, fraction, places);
    }
}

/// Writes a number with at least so many digits.
fn digits(out: &mut String, mut number: u64, least: u32) {
    let mut buffer = [b'0'; DIGITS];
    let mut written = 0;
    for (place, byte) in buffer.iter_mut().rev().enumerate() {
        if number == 0 && place >= least as usize {
            break;
        }
        // One digit.
        *byte = b'0' + (number % 10) as u8;
        number /= 10;
        written = place + 1;
    }
    let text = buffer.get(DIGITS - written..).unwrap_or_default();
    out.push_str(std::str::from_utf8(text).unwrap_or_default());
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
        assert_eq!(factor(-1e7), "-10000000");
        assert_eq!(number(1e15), "1000000000000000");
        let mut whole = String::new();
        decimals(&mut whole, 1e16, 0);
        assert_eq!(whole, "10000000000000000");
    }
}
