//! Objects of a file, written again: every key and every value as it stood.

use hayro_syntax::object::Dict;

use super::StampError;
use super::syntax;

/// A number of a content stream: at most four decimals.
pub(super) fn number(value: f64) -> String {
    decimals(value, 4)
}

/// A number that others are multiplied with.
pub(super) fn factor(value: f64) -> String {
    decimals(value, 9)
}

fn decimals(value: f64, most: usize) -> String {
    let text = format!("{value:.most$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        text => text.to_owned(),
    }
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
