//! stub
use super::{Rendition, RenditionError};
pub(super) fn draw(_: &Rendition) -> Result<Vec<u8>, RenditionError> {
    Err(RenditionError::Write {
        reason: "drawing is not written yet".to_owned(),
    })
}
