//! `/v1/tcode/…`.

pub mod change;
mod input;
pub mod placements;
pub mod stamps;
pub mod templates;
pub mod verify;
