//! Whether a page is a picture of paper: images, and nothing else that is seen. Text that a scanner read and laid unseen over its picture
//! does not count.

use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::Name;
use hayro_syntax::page::Page;

/// The rendering mode of text that is not seen.
const UNSEEN: i64 = 3;

/// Whether all that is seen of a page is images.
pub(super) fn is_scan(page: &Page<'_>) -> bool {
    if page.raw().contains_key("Annots") {
        return false;
    }
    let mut images = false;
    let mut modes = vec![0];
    let mut operations = page.typed_operations();
    while let Some(operation) = operations.next() {
        match operation {
            Op::XObject(object) => match page.resources().get_x_object(object.0) {
                Some(stream) if is_image(&stream.dict().get::<Name<'_>>("Subtype")) => {
                    images = true
                }
                _ => return false,
            },
            Op::InlineImage(_) => images = true,
            Op::SaveState(_) => modes.push(modes.last().copied().unwrap_or_default()),
            Op::RestoreState(_) if modes.len() > 1 => drop(modes.pop()),
            Op::TextRenderingMode(mode) => {
                if let Some(last) = modes.last_mut() {
                    *last = mode.0.as_i64();
                }
            }
            Op::ShowText(_)
            | Op::ShowTexts(_)
            | Op::NextLineAndShowText(_)
            | Op::ShowTextWithParameters(_)
                if modes.last() == Some(&UNSEEN) => {}
            Op::ShowText(_)
            | Op::ShowTexts(_)
            | Op::NextLineAndShowText(_)
            | Op::ShowTextWithParameters(_)
            | Op::StrokePath(_)
            | Op::CloseAndStrokePath(_)
            | Op::FillPathNonZero(_)
            | Op::FillPathNonZeroCompatibility(_)
            | Op::FillPathEvenOdd(_)
            | Op::FillAndStrokeNonZero(_)
            | Op::FillAndStrokeEvenOdd(_)
            | Op::CloseFillAndStrokeNonZero(_)
            | Op::CloseFillAndStrokeEvenOdd(_)
            | Op::Shading(_)
            | Op::Fallback(_) => return false,
            _ => {}
        }
    }
    images
}

fn is_image(subtype: &Option<Name<'_>>) -> bool {
    subtype
        .as_ref()
        .is_some_and(|name| name.as_ref() == b"Image")
}
