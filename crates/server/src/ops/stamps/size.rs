//! Whether a seal fits where it is to go: what does not scan at the placement's size is refused, saying by how much.

use ananke_format::datamatrix;
use ananke_format::seal::Statement;

use crate::ops::error::{Error, FieldErrors};

/// A point in millimetres.
const MM: f64 = 25.4 / 72.0;
/// No scanner reads smaller modules from paper.
const LEAST_MM: f64 = 0.20;

/// Modules a side of a statement's symbol, in a placement of this size.
///
/// # Errors
/// It does not fit: there is no such symbol, or its modules would be too small.
pub fn side(statement: &Statement, size: f64) -> Result<usize, Error> {
    let length = statement
        .sealed_len()
        .ok_or_else(|| Error::Internal("a seal that cannot be written".to_owned()))?;
    let fits = |side: usize| size / (side as f64 + 2.0) * MM >= LEAST_MM;
    let room = datamatrix::sides()
        .filter(|side| fits(*side))
        .filter_map(datamatrix::capacity)
        .max()
        .unwrap_or(0);
    match datamatrix::side_for(length) {
        Some(side) if fits(side) => Ok(side),
        other => {
            let values = statement.fields.iter().map(|(_, value)| value.len()).sum();
            Err(too_much(length, room, values, size, other))
        }
    }
}

fn too_much(length: usize, room: usize, values: usize, size: f64, side: Option<usize>) -> Error {
    let surplus = length.saturating_sub(room);
    let larger = side.map(|side| {
        let least = (LEAST_MM / MM * (side as f64 + 2.0)).ceil();
        format!("use a placement of at least {least:.0} pt")
    });
    // What stands in every seal cannot be shortened.
    let shorter = (values >= surplus).then(|| format!("shorten values by {surplus} bytes"));
    let ways: Vec<String> = shorter.into_iter().chain(larger.clone()).collect();
    let text = format!(
        "the seal has {length} bytes, and a barcode of {size:.0} pt holds {room}, {surplus} fewer: {}",
        ways.join(", or ")
    );
    let mut errors = FieldErrors::new();
    if values > 0 {
        errors.insert("fields".to_owned(), vec![text.clone()]);
    }
    if larger.is_some() {
        errors.insert("placementTemplateId".to_owned(), vec![text]);
    }
    Error::Invalid(errors)
}
