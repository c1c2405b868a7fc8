//! Shaping: characters to glyphs, with the font, direction and script of each stretch of text.

use std::ops::Range;

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_bidi::{BidiClass, Level, bidi_class};

use super::Run;
use crate::fonts::{self, FaceId, Fonts, MISSING, Style};

/// A stretch of text in one font, direction and script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    range: Range<usize>,
    /// `None`: no font covers it.
    face: Option<FaceId>,
    rtl: bool,
    script: u32,
}

/// Cuts part of a text into items, in logical order. `levels` has one entry per byte.
pub(super) fn items(
    fonts: &Fonts,
    text: &str,
    part: Range<usize>,
    levels: &[Level],
    style: Style,
) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut script = 0;
    for cluster in clusters(text, part) {
        script = script_of(&text[cluster.clone()]).unwrap_or(script);
        let rtl = levels[cluster.start].is_rtl();
        let mut add = |range: Range<usize>, face| match items.last_mut() {
            Some(last) if last.face == face && last.rtl == rtl && last.script == script => {
                last.range.end = range.end;
            }
            _ => items.push(Item {
                range,
                face,
                rtl,
                script,
            }),
        };
        let whole = fonts.covering(style, &text[cluster.clone()]);
        if whole.is_some() {
            add(cluster, whole);
            continue;
        }
        // No font has the whole of it: the letter from one, its marks from others, or boxes.
        for (offset, character) in text[cluster.clone()].char_indices() {
            let start = cluster.start + offset;
            let end = start + character.len_utf8();
            add(start..end, fonts.covering(style, &text[start..end]));
        }
    }
    items
}

/// For every byte of the text, and its end: the width in em of everything before it.
pub(super) fn advances(fonts: &Fonts, text: &str, items: &[Item], tracking: f32) -> Vec<f32> {
    let mut at = vec![0.0; text.len() + 1];
    for item in items {
        let (run, _) = run(fonts, text, item, tracking);
        for glyph in &run.glyphs {
            at[item.range.start + glyph.text_range.start + 1] += glyph.x_advance;
        }
    }
    let mut total = 0.0;
    for slot in &mut at {
        total += *slot;
        *slot = total;
    }
    at
}

/// Shapes an item; true beside it if it had to be drawn as boxes.
pub(super) fn run(fonts: &Fonts, text: &str, item: &Item, tracking: f32) -> (Run, bool) {
    let part = &text[item.range.clone()];
    let shaped = item
        .face
        .and_then(|face| shape(fonts, face, part, item.rtl, tracking));
    let missing = shaped.is_none();
    let run = shaped.unwrap_or_else(|| boxes(fonts, part, tracking));
    (run, missing)
}

/// `None` if the font turned out to lack a glyph after all.
fn shape(fonts: &Fonts, face: FaceId, text: &str, rtl: bool, tracking: f32) -> Option<Run> {
    let shaper = &fonts.face(face).shaper;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if rtl {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    let shaped = rustybuzz::shape(shaper, &[], buffer);
    let infos = shaped.glyph_infos();
    if infos.iter().any(|info| info.glyph_id == 0) {
        return None;
    }
    let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    starts.push(text.len());
    let unit = shaper.units_per_em() as f32;
    let glyphs = infos
        .iter()
        .zip(shaped.glyph_positions())
        .enumerate()
        .map(|(index, (info, position))| {
            let start = info.cluster as usize;
            let next = starts.partition_point(|other| *other <= start);
            let end = starts.get(next).copied().unwrap_or(text.len());
            // Tracking once per cluster: a mark must not drift from its letter.
            let last_of_cluster = infos
                .get(index + 1)
                .is_none_or(|next| next.cluster != info.cluster);
            let extra = if last_of_cluster { tracking } else { 0.0 };
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / unit + extra,
                position.x_offset as f32 / unit,
                position.y_offset as f32 / unit,
                0.0,
                start..end,
                None,
            )
        })
        .collect();
    Some(finish(face, text, glyphs))
}

/// One box per cluster, each with the text it stands for.
fn boxes(fonts: &Fonts, text: &str, tracking: f32) -> Run {
    let shaper = &fonts.face(fonts::LAST).shaper;
    let glyph = shaper.glyph_index(MISSING).unwrap_or_default();
    let advance =
        f32::from(shaper.glyph_hor_advance(glyph).unwrap_or(600)) / shaper.units_per_em() as f32;
    let glyphs = clusters(text, 0..text.len())
        .map(|range| {
            let id = GlyphId::new(u32::from(glyph.0));
            KrillaGlyph::new(id, advance + tracking, 0.0, 0.0, 0.0, range, None)
        })
        .collect();
    finish(fonts::LAST, text, glyphs)
}

fn finish(face: FaceId, text: &str, glyphs: Vec<KrillaGlyph>) -> Run {
    Run {
        face,
        text: text.to_owned(),
        advance: glyphs.iter().map(|glyph| glyph.x_advance).sum(),
        glyphs,
    }
}

/// Letters with the marks, joiners and selectors that belong to them.
fn clusters(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = part.start;
    std::iter::from_fn(move || {
        let mut characters = text[start..part.end].char_indices();
        let (_, first) = characters.next()?;
        let mut previous = first;
        let mut end = part.end;
        for (offset, character) in characters {
            let joins = bidi_class(character) == BidiClass::NSM
                || fonts::is_ignorable(character)
                || previous == '\u{200D}';
            if !joins || character == '\u{200B}' {
                end = start + offset;
                break;
            }
            previous = character;
        }
        let range = start..end;
        start = end;
        Some(range)
    })
}

/// A number per script, coarse: one for the alphabets of Europe, one per Unicode block for scripts
/// that need a shaper of their own, none for what every script shares.
fn script_of(cluster: &str) -> Option<u32> {
    let character = cluster.chars().next()?;
    match u32::from(character) {
        0..=0x7F if !character.is_alphabetic() => None,
        0x2000..=0x2BFF | 0x3000..=0x303F | 0xA0..=0xBF => None,
        code @ 0x0590..=0x1DFF => Some(code >> 7),
        _ => Some(0),
    }
}
