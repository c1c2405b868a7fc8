//! Whether something is drawn in an area of a page.

use hayro::vello_cpu::Pixmap;

use super::page::{POINTS, open, part, unit};
use super::{ReadError, caught};
use crate::stamp::{Area, Page};

/// Fine enough that a hairline leaves a trace.
const DPI: f64 = 150.0;
/// Areas with more pixels a side are drawn coarser.
const MOST: f64 = 2_000.0;
/// A drawing of more bytes takes longer than anybody waits for a warning.
const LONGEST: usize = 1 << 20;
/// So far from the paper's colour a pixel is something.
const NOTICEABLE: u8 = 20;
/// What happens to fewer pixels is nothing.
const SPECKS: usize = 3;

/// What is in an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// Nothing but paper, of whatever colour.
    Nothing,
    /// Something.
    Something,
    /// There is no such page, or it cannot be drawn, or not all of it, and nothing was seen in what could be.
    Unknown,
}

/// Looks whether an area of a page has something on it that a stamp would cover.
///
/// # Errors
/// [`ReadError`] where the file is no PDF that can be opened.
pub fn covers(file: &[u8], page: Page, area: Area) -> Result<Cover, ReadError> {
    let pdf = open(file)?;
    Ok(caught(|| {
        let pages = pdf.pages();
        let index = match page {
            Page::First => 0,
            Page::Last => pages.len().checked_sub(1)?,
            Page::Number(number) => usize::try_from(number).ok()?.checked_sub(1)?,
        };
        let page = pages.get(index)?;
        if page
            .page_stream()
            .is_some_and(|drawing| drawing.len() > LONGEST)
        {
            return None;
        }
        let unit = unit(page);
        let (_, page_height) = page.render_dimensions();
        let scale = (DPI / POINTS).min(MOST / area.width.max(area.height));
        let side = |points: f64| (points * scale).ceil() as u16;
        let from = (
            area.x / unit,
            f64::from(page_height) - (area.y + area.height) / unit,
        );
        let size = (side(area.width), side(area.height));
        let (pixmap, is_whole) = part(page, scale * unit, from, size)?;
        Some(match (is_drawn_on(&pixmap), is_whole) {
            (true, _) => Cover::Something,
            (false, true) => Cover::Nothing,
            (false, false) => Cover::Unknown,
        })
    })
    .flatten()
    .unwrap_or(Cover::Unknown))
}

/// Whether pixels differ from the commonest colour.
fn is_drawn_on(pixmap: &Pixmap) -> bool {
    let channels = |at: usize| {
        let pixel = pixmap.data().get(at);
        pixel.map(|pixel| [pixel.r, pixel.g, pixel.b])
    };
    let all = || (0..pixmap.data().len()).filter_map(channels);
    let mut counts = [[0_usize; 256]; 3];
    for pixel in all() {
        for (count, value) in counts.iter_mut().zip(pixel) {
            if let Some(count) = count.get_mut(usize::from(value)) {
                *count += 1;
            }
        }
    }
    let paper = counts.map(|count| {
        let commonest = count
            .iter()
            .zip(0_u8..=255)
            .max_by_key(|(count, _)| **count);
        commonest.map_or(255, |(_, value)| value)
    });
    let is_something = |pixel: &[u8; 3]| {
        let mut both = pixel.iter().zip(paper);
        both.any(|(value, paper)| value.abs_diff(paper) > NOTICEABLE)
    };
    all().filter(is_something).take(SPECKS).count() == SPECKS
}
