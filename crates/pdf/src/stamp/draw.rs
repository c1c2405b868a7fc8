//! What a stamp shows: the symbol, a small QR code beside it, words, and the reference under it. Everything is filled paths: no font
//! of the file is used, and none is added.

use std::fmt::Write as _;

use super::objects::{decimals, factor, number};
use super::words::{Room, Words};
use super::{Mark, Placement, StampError};
use crate::fonts::{Fonts, Style};
use crate::qr;

/// Of the symbol's size: the QR code beside it, the gap between, and the line under it.
const QR: f64 = 0.44;
const GAP: f64 = 0.04;
const LINE: f64 = 0.13;
/// The size of a text in its line.
const TEXT: f64 = 0.62;
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
        let mut words = Words {
            fonts,
            operators: &mut operators,
        };
        let reference = (0.0, line * 0.28);
        words.line(&mark.reference, Style::Bold, line * TEXT, reference, size)?;
        let label = placement.label.as_deref().unwrap_or(LABEL);
        let left = size + gap;
        let room = Room {
            left,
            top: size + line - code - gap,
            width: code,
            bottom: line,
        };
        words.paragraph(label, line * TEXT, &room)?;
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
    let quiet = qr::QUIET_ZONE;
    let side = code.size + 2 * quiet;
    // Modules are the units, and every number of a bar is a whole one.
    let [module, x, y] = [factor(size / side as f64), number(x), number(y)];
    let _ = writeln!(out, "0 g\nq {module} 0 0 {module} {x} {y} cm");
    for (row, column, length) in code.bars {
        for number in [column + quiet, side - row - quiet - 1, length] {
            decimals(out, number as f64, 0);
            out.push(' ');
        }
        out.push_str("1 re\n");
    }
    out.push_str("f\nQ\n");
    Ok(())
}
