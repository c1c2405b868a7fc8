//! What a stamp shows: the symbol, a small QR code beside it, words, and the reference under it. Everything is filled paths: no font
//! of the file is used, and none is added.

use std::fmt::Write as _;

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

use super::objects::number;
use super::{Mark, Placement, StampError};
use crate::fonts::{Fonts, Style};
use crate::qr;
use crate::text::{Setting, lines};

/// Of the symbol's size: the QR code beside it, the gap between, and the line under it.
const QR: f64 = 0.44;
const GAP: f64 = 0.04;
const LINE: f64 = 0.13;
/// The size of a text in its line.
const TEXT: f64 = 0.62;
/// From one line of words to the next, of their size.
const LEADING: f64 = 1.3;
/// What a phone is told to do, where the placement says nothing.
const LABEL: &str = "Scan to verify";

/// A stamp with its lower left corner at the origin, in points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) side: usize,
    /// Where the symbol's own modules begin, and how large one is.
    pub(super) symbol: (f64, f64, f64),
    /// Operators that draw everything else.
    pub(super) operators: String,
}

impl Block {
    pub(super) fn new(placement: &Placement, mark: &Mark) -> Result<Self, StampError> {
        let size = placement.size;
        let (line, gap, code) = (size * LINE, size * GAP, size * QR);
        let (width, height) = (size + gap + code, size + line);
        let mut operators = String::new();
        // What lies under it is covered: a symbol is read on white.
        rectangle(&mut operators, "1 g", 0.0, 0.0, width, height);
        let fonts = Fonts::load().map_err(|_| StampError::Drawing("its fonts cannot be read"))?;
        let mut text = Text {
            fonts,
            operators: &mut operators,
        };
        text.line(
            &mark.reference,
            Style::Bold,
            line * TEXT,
            (0.0, line * 0.28),
            size,
        );
        let label = placement.label.as_deref().unwrap_or(LABEL);
        let left = size + gap;
        text.paragraph(
            label,
            line * TEXT,
            (left, size + line - code - gap),
            code,
            line,
        );
        let module = size / (mark.side as f64 + 2.0);
        draw_qr(&mut operators, &mark.url, (left, size + line - code), code)?;
        Ok(Self {
            width,
            height,
            side: mark.side,
            symbol: (module, line + module, module),
            operators,
        })
    }
}

fn rectangle(out: &mut String, colour: &str, x: f64, y: f64, width: f64, height: f64) {
    let [x, y, width, height] = [x, y, width, height].map(number);
    let _ = writeln!(out, "{colour}\n{x} {y} {width} {height} re f");
}

/// The QR code in a square with this corner, its quiet zone in it.
fn draw_qr(out: &mut String, url: &str, (x, y): (f64, f64), size: f64) -> Result<(), StampError> {
    let code =
        qr::encode(url).ok_or(StampError::Drawing("the address is too long for a QR code"))?;
    // Two modules of quiet zone: the stamp is white around it.
    let quiet = qr::QUIET_ZONE / 2;
    let module = size / (code.size + 2 * quiet) as f64;
    out.push_str("0 g\n");
    for (row, column, length) in code.bars {
        let at = |modules: usize| modules as f64 * module;
        let (left, width) = (x + at(column + quiet), at(length));
        let bottom = y + size - at(row + quiet + 1);
        let [left, bottom, width, height] = [left, bottom, width, module].map(number);
        let _ = writeln!(out, "{left} {bottom} {width} {height} re");
    }
    out.push_str("f\n");
    Ok(())
}

/// Draws words as outlines.
struct Text<'a> {
    fonts: &'a Fonts,
    operators: &'a mut String,
}

impl Text<'_> {
    /// One line in the middle of a width; smaller where it is too long.
    fn line(&mut self, text: &str, style: Style, size: f64, (x, y): (f64, f64), width: f64) {
        let found = lines(self.fonts, text, Setting::new(style, size as f32), f32::MAX);
        let Some(line) = found.first() else { return };
        let natural = f64::from(line.width);
        let scale = (width / natural).min(1.0);
        self.glyphs(line, (x + (width - natural * scale) / 2.0, y), scale);
    }

    /// Lines from the top down, as far as there is room.
    fn paragraph(&mut self, text: &str, size: f64, (x, top): (f64, f64), width: f64, line: f64) {
        let setting = Setting::new(Style::Regular, size as f32);
        let mut y = top - size;
        for found in lines(self.fonts, text, setting, width as f32) {
            if y < line {
                break;
            }
            let scale = (width / f64::from(found.width)).min(1.0);
            self.glyphs(&found, (x, y), scale);
            y -= size * LEADING;
        }
    }

    fn glyphs(&mut self, line: &crate::text::Line, (x, y): (f64, f64), scale: f64) {
        self.operators.push_str("0 g\n");
        let em = f64::from(line.size) * scale;
        let mut pen = x;
        for run in &line.runs {
            let face = &self.fonts.face(run.face).shaper;
            let unit = em / f64::from(face.units_per_em());
            for glyph in &run.glyphs {
                let id = u16::try_from(glyph.glyph_id.to_u32()).unwrap_or_default();
                let mut outline = Outline {
                    out: self.operators,
                    x: pen + f64::from(glyph.x_offset) * em,
                    y: y + f64::from(glyph.y_offset) * em,
                    unit,
                    at: (0.0, 0.0),
                };
                face.outline_glyph(GlyphId(id), &mut outline);
                pen += f64::from(glyph.x_advance) * em;
            }
        }
        self.operators.push_str("f\n");
    }
}

/// Writes a glyph as operators.
struct Outline<'a> {
    out: &'a mut String,
    x: f64,
    y: f64,
    unit: f64,
    /// Where the pen is, in the font's units: curves of one handle become curves of two.
    at: (f32, f32),
}

impl Outline<'_> {
    fn point(&self, x: f64, y: f64) -> String {
        format!(
            "{} {}",
            number(self.x + x * self.unit),
            number(self.y + y * self.unit)
        )
    }

    fn write(&mut self, points: &[(f64, f64)], operator: &str) {
        for (x, y) in points {
            let point = self.point(*x, *y);
            self.out.push_str(&point);
            self.out.push(' ');
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
