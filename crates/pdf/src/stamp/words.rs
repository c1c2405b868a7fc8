//! Words as outlines: in the order they are seen, as large as there is room, all of them or none.

use std::fmt::Write as _;

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

use super::StampError;
use super::objects::{decimals, factor, number};
use crate::fonts::{Fonts, Style};
use crate::text::{Line, Setting, lines};

/// From one line to the next, of their size.
const LEADING: f64 = 1.3;
/// Smaller print is not read, unless the stamp itself is small.
const SMALLEST: f64 = 4.0;
/// From one size that is tried to the next.
const STEP: f64 = 0.95;

/// Where a paragraph goes, in points.
pub(super) struct Room {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) bottom: f64,
}

impl Room {
    /// How many lines of a size fit.
    fn lines(&self, size: f64) -> usize {
        let rest = self.top - size - self.bottom;
        if rest < 0.0 {
            return 0;
        }
        // Never negative, and far below what a number holds.
        (rest / (size * LEADING)) as usize + 1
    }
}

/// Draws words.
pub(super) struct Words<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) operators: &'a mut String,
}

impl Words<'_> {
    /// One line in the middle of a width; smaller where it is too long.
    pub(super) fn line(
        &mut self,
        text: &str,
        style: Style,
        size: f64,
        (x, y): (f64, f64),
        width: f64,
    ) -> Result<(), StampError> {
        let found = self.set(text, style, size, f32::MAX)?;
        let [line] = found.as_slice() else {
            return Err(StampError::Drawing("its reference is not one line"));
        };
        let natural = f64::from(line.width);
        let scale = (width / natural).min(1.0);
        self.glyphs(line, (x + (width - natural * scale) / 2.0, y), scale);
        Ok(())
    }

    /// Lines from the top down, smaller where there are many; from the right where they are read from there.
    pub(super) fn paragraph(
        &mut self,
        text: &str,
        largest: f64,
        room: &Room,
    ) -> Result<(), StampError> {
        let smallest = largest.min(SMALLEST);
        let mut size = largest;
        loop {
            let found = self.set(text, Style::Regular, size, room.width as f32)?;
            let fit = room.lines(size);
            if found.len() <= fit {
                let mut y = room.top - size;
                for line in &found {
                    let width = f64::from(line.width);
                    let scale = (room.width / width).min(1.0);
                    let left = match line.rtl {
                        true => room.left + room.width - width * scale,
                        false => room.left,
                    };
                    self.glyphs(line, (left, y), scale);
                    y -= size * LEADING;
                }
                return Ok(());
            }
            if size <= smallest {
                let over = found.iter().skip(fit).flat_map(|line| &line.runs);
                return Err(StampError::Label {
                    characters: over.map(|run| run.text.chars().count()).sum(),
                    lines: found.len(),
                    fit,
                    size,
                });
            }
            size = (size * STEP).max(smallest);
        }
    }

    /// Lines of a text of which every character can be drawn.
    fn set(
        &self,
        text: &str,
        style: Style,
        size: f64,
        width: f32,
    ) -> Result<Vec<Line>, StampError> {
        // They mean something else in every font, and nothing here.
        let is_private = |c: &char| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
        let found = lines(self.fonts, text, Setting::new(style, size as f32), width);
        let mut runs = found.iter().filter(|line| line.missing);
        let missing = runs.find_map(|line| {
            let mut characters = line.runs.iter().flat_map(|run| run.text.chars());
            let alone = |c: &char| {
                let mut buffer = [0; 4];
                self.fonts
                    .covering(style, c.encode_utf8(&mut buffer))
                    .is_none()
            };
            // What is there by itself and cannot be drawn with its marks is named by the line's first character.
            let first = characters.clone().next();
            characters.find(alone).or(first)
        });
        match missing.or_else(|| text.chars().find(is_private)) {
            Some(character) => Err(StampError::Character {
                character,
                code: character.into(),
            }),
            None => Ok(found),
        }
    }

    /// Draws each run in the units of its font, in which most numbers are short.
    fn glyphs(&mut self, line: &Line, (x, y): (f64, f64), scale: f64) {
        self.operators.push_str("0 g\n");
        let em = f64::from(line.size) * scale;
        // The space at the end of a line that is read from the right is its first one here.
        let trail = if line.rtl { f64::from(line.trail) } else { 0.0 };
        let mut left = x - trail * scale;
        for run in &line.runs {
            let face = &self.fonts.face(run.face).shaper;
            let units = f64::from(face.units_per_em());
            let [unit, x, y] = [factor(em / units), number(left), number(y)];
            let _ = writeln!(self.operators, "q {unit} 0 0 {unit} {x} {y} cm");
            let mut pen = 0.0;
            for glyph in &run.glyphs {
                let id = u16::try_from(glyph.glyph_id.to_u32()).unwrap_or_default();
                let mut outline = Outline {
                    out: self.operators,
                    x: pen + f64::from(glyph.x_offset) * units,
                    y: f64::from(glyph.y_offset) * units,
                    at: (0.0, 0.0),
                };
                face.outline_glyph(GlyphId(id), &mut outline);
                pen += f64::from(glyph.x_advance) * units;
            }
            left += pen / units * em;
            self.operators.push_str("f\nQ\n");
        }
    }
}

/// Writes a glyph as operators, in whole units of the font: an em has a thousand or more.
struct Outline<'a> {
    out: &'a mut String,
    x: f64,
    y: f64,
    /// Where the pen is: curves of one handle become curves of two.
    at: (f32, f32),
}

impl Outline<'_> {
    fn write(&mut self, points: &[(f64, f64)], operator: &str) {
        for (x, y) in points {
            for number in [self.x + x, self.y + y] {
                decimals(self.out, number, 0);
                self.out.push(' ');
            }
        }
        self.out.push_str(operator);
        self.out.push('\n');
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.write(&[(x.into(), y.into())], "m");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.write(&[(x.into(), y.into())], "l");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let third = |from: f32, handle: f32| f64::from(from) + 2.0 / 3.0 * f64::from(handle - from);
        let (x0, y0) = self.at;
        let handles = [(third(x0, x1), third(y0, y1)), (third(x, x1), third(y, y1))];
        self.write(&[handles[0], handles[1], (x.into(), y.into())], "c");
        self.at = (x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let points = [(x1, y1), (x2, y2), (x, y)].map(|(x, y)| (x.into(), y.into()));
        self.write(&points, "c");
        self.at = (x, y);
    }

    fn close(&mut self) {
        self.out.push_str("h\n");
    }
}
