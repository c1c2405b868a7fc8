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
        other => Err(too_much(length, room, size, other)),
    }
}

fn too_much(length: usize, room: usize, size: f64, side: Option<usize>) -> Error {
    let surplus = length.saturating_sub(room);
    let over = format!(
        "the seal has {length} bytes, and a barcode of {size:.0} pt holds {room}: {surplus} too many; shorten values by {surplus} bytes"
    );
    let larger = side.map(|side| {
        let least = (LEAST_MM / MM * (side as f64 + 2.0)).ceil();
        format!("or use a placement of at least {least:.0} pt")
    });
    let text = match &larger {
        Some(larger) => format!("{over}, {larger}"),
        None => over,
    };
    let mut errors = FieldErrors::new();
    errors.insert("fields".to_owned(), vec![text.clone()]);
    if let Some(larger) = larger {
        let size = format!(
            "its size of {size:.0} pt is too small for this seal: shorten values by {surplus} bytes, {larger}"
        );
        errors.insert("placementTemplateId".to_owned(), vec![size]);
    }
    Error::Invalid(errors)
}
