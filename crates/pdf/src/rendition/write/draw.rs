//! Marks become operators of a page.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};

use super::super::plan::{Colour, Mark, PAGE, TEST};
use crate::fonts::Fonts;
use crate::qr::{QUIET_ZONE, Qr};
use crate::text::Line;

/// Draws a mark; what is read aloud is noted under its block in `contents`.
pub(super) fn draw(
    surface: &mut Surface<'_>,
    fonts: &Fonts,
    mark: &Mark,
    contents: &mut [Vec<Identifier>],
) {
    match mark {
        Mark::Text {
            line,
            x,
            y,
            colour,
            block,
        } => {
            surface.set_fill(Some(fill(*colour, 1.0)));
            let tag = if block.is_some() {
                ContentTag::Span(SpanTag::empty())
            } else {
                decoration(ArtifactType::PaginationOther)
            };
            let id = surface.start_tagged(tag);
            glyphs(surface, fonts, line, *x, *y, false);
            surface.end_tagged();
            if let Some(block) = block {
                contents[*block].push(id);
            }
        }
        Mark::Code {
            qr,
            x,
            y,
            side,
            block,
        } => {
            surface.set_fill(Some(fill(Colour(0, 0, 0), 1.0)));
            let id = surface.start_tagged(ContentTag::Other);
            if let Some(path) = modules(qr, *x, *y, *side) {
                surface.draw_path(&path);
            }
            surface.end_tagged();
            contents[*block].push(id);
        }
        Mark::Watermark { line } => {
            surface.start_tagged(decoration(ArtifactType::Watermark));
            surface.set_fill(Some(fill(TEST, 0.10)));
            let (middle_x, middle_y) = (PAGE.0 / 2.0, PAGE.1 / 2.0);
            surface.push_transform(&Transform::from_rotate_at(-52.0, middle_x, middle_y));
            let x = middle_x - line.width / 2.0;
            glyphs(surface, fonts, line, x, middle_y + line.size * 0.36, true);
            surface.pop();
            surface.end_tagged();
        }
        Mark::Link { .. } => {}
        Mark::Area { .. } | Mark::Outline { .. } | Mark::Rule { .. } => {
            surface.start_tagged(decoration(ArtifactType::Layout));
            shape(surface, mark);
            surface.end_tagged();
        }
    }
}

fn decoration(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

fn fill(colour: Colour, opacity: f32) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
        ..Fill::default()
    }
}

fn glyphs(surface: &mut Surface<'_>, fonts: &Fonts, line: &Line, x: f32, y: f32, outlined: bool) {
    let mut at = x;
    for run in &line.runs {
        let font = fonts.face(run.face).font.clone();
        let start = Point::from_xy(at, y);
        surface.draw_glyphs(start, &run.glyphs, font, &run.text, line.size, outlined);
        at += run.advance * line.size;
    }
}

fn shape(surface: &mut Surface<'_>, mark: &Mark) {
    let (path, colour) = match mark {
        Mark::Area {
            x,
            y,
            width,
            height,
            radius,
            colour,
        } => (rounded(*x, *y, *width, *height, *radius), *colour),
        Mark::Rule {
            x,
            y,
            width,
            thickness,
            colour,
        } => (rounded(*x, *y, *width, *thickness, 0.0), *colour),
        Mark::Outline {
            inset,
            thickness,
            colour,
        } => (frame(*inset, *thickness), *colour),
        _ => return,
    };
    surface.set_fill(Some(fill(colour, 1.0)));
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}

/// Four bars around the page.
fn frame(inset: f32, thickness: f32) -> Option<Path> {
    let (width, height) = (PAGE.0 - 2.0 * inset, PAGE.1 - 2.0 * inset);
    let mut path = PathBuilder::new();
    for (x, y, w, h) in [
        (inset, inset, width, thickness),
        (inset, inset + height - thickness, width, thickness),
        (
            inset,
            inset + thickness,
            thickness,
            height - 2.0 * thickness,
        ),
        (
            inset + width - thickness,
            inset + thickness,
            thickness,
            height - 2.0 * thickness,
        ),
    ] {
        path.push_rect(Rect::from_xywh(x, y, w, h)?);
    }
    path.finish()
}

fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    if radius <= 0.0 {
        path.push_rect(Rect::from_xywh(x, y, width, height)?);
        return path.finish();
    }
    let (right, bottom, r) = (x + width, y + height, radius);
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.quad_to(right, y, right, y + r);
    path.line_to(right, bottom - r);
    path.quad_to(right, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.quad_to(x, bottom, x, bottom - r);
    path.line_to(x, y + r);
    path.quad_to(x, y, x + r, y);
    path.close();
    path.finish()
}

/// One path for all dark modules, so that no seam shows between them.
fn modules(qr: &Qr, x: f32, y: f32, side: f32) -> Option<Path> {
    let module = side / (qr.size + 2 * QUIET_ZONE) as f32;
    let place = |index: usize| (index + QUIET_ZONE) as f32 * module;
    let mut path = PathBuilder::new();
    for (row, column, length) in &qr.bars {
        path.push_rect(Rect::from_xywh(
            x + place(*column),
            y + place(*row),
            *length as f32 * module,
            module,
        )?);
    }
    path.finish()
}
