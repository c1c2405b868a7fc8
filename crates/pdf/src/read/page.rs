//! Pages of a PDF to pixels, and never more of them than allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use hayro_syntax::page::Page;
use hayro_syntax::{LoadPdfError, Pdf};

use super::gray::Gray;
use super::picture::luma;
use super::{ReadError, caught};

/// Points in an inch.
pub(super) const POINTS: f64 = 72.0;
/// The longest side that can be drawn.
const LONGEST: f64 = 60_000.0;

/// Opens a file that anybody can open, with or without restrictions.
pub(super) fn open(file: &[u8]) -> Result<Pdf, ReadError> {
    match caught(|| Pdf::new(file.to_vec())) {
        Some(Ok(pdf)) => Ok(pdf),
        Some(Err(LoadPdfError::Decryption(_))) => Err(ReadError::Encrypted),
        Some(Err(LoadPdfError::Invalid)) | None => Err(ReadError::Pdf),
    }
}

/// Points in a unit of the page.
pub(super) fn unit(page: &Page<'_>) -> f64 {
    let unit = page.raw().get::<f32>("UserUnit").unwrap_or(1.0);
    if unit.is_finite() && unit > 0.0 {
        unit.into()
    } else {
        1.0
    }
}

/// A whole page at so many dots an inch, or coarser where that would be too many pixels.
pub(super) fn drawn(pdf: &Pdf, page: usize, dpi: f64, most: usize) -> Option<Gray> {
    let page = pdf.pages().get(page)?;
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (dpi / POINTS * unit(page))
        .min((most as f64 / (width * height)).sqrt())
        .min(LONGEST / width.max(height));
    let (width, height) = ((width * scale) as u16, (height * scale) as u16);
    let (pixmap, _) = part(page, scale, (0.0, 0.0), (width, height))?;
    let pixels = pixmap
        .data()
        .iter()
        .map(|pixel| luma(pixel.r, pixel.g, pixel.b));
    Some(Gray {
        width: width.into(),
        height: height.into(),
        pixels: pixels.collect(),
    })
}

/// A part of a page, on white paper: pixels in a unit, where it begins (in units from the top left of what is seen), its size in
/// pixels. And whether all of the page could be drawn.
pub(super) fn part(
    page: &Page<'_>,
    scale: f64,
    from: (f64, f64),
    (width, height): (u16, u16),
) -> Option<(Pixmap, bool)> {
    if width == 0 || height == 0 || !scale.is_finite() {
        return None;
    }
    let is_whole = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&is_whole);
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |_| told.store(false, Ordering::Relaxed)),
        ..InterpreterSettings::default()
    };
    let transform = Affine::scale(scale)
        * Affine::translate((-from.0, -from.1))
        * page.initial_transform(true).to_kurbo();
    let cache = RenderCache::new();
    let mut context = RenderContext::new(width, height);
    render_into(
        page,
        &cache,
        &settings,
        &RenderSettings::default(),
        &mut context,
        transform,
    );
    context.flush();
    let mut pixmap = Pixmap::new(width, height);
    let paper = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut pixmap, &mut Resources::default(), paper);
    Some((pixmap, is_whole.load(Ordering::Relaxed)))
}
