//! A drawn document before it is written: what stands where, and what it means.
//!
//! [`layout`](super::layout) makes a plan, [`write`](super::write) turns it into a PDF.

use crate::qr::Qr;
use crate::text::Line;

/// Width and height of A4 in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const INK: Colour = Colour(23, 33, 46);
pub(super) const SOFT: Colour = Colour(86, 98, 112);
pub(super) const ACCENT: Colour = Colour(29, 53, 87);
pub(super) const HAIR: Colour = Colour(201, 206, 214);
pub(super) const PANEL: Colour = Colour(242, 244, 247);
pub(super) const WHITE: Colour = Colour(255, 255, 255);
pub(super) const TEST: Colour = Colour(168, 24, 70);

/// A whole document.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What each page shows.
    pub(super) pages: Vec<Vec<Mark>>,
    /// The text in the order it is read; marks point here.
    pub(super) blocks: Vec<Role>,
}

/// What a piece of text is, for those who hear the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Heading,
    Paragraph,
    Label,
    Value,
    Picture { described: String },
}

/// Index into [`Plan::blocks`].
pub(super) type Block = usize;

/// Something drawn. Positions are in points from the top left corner.
#[derive(Debug)]
pub(super) enum Mark {
    /// Text with its base line at `y`; without a block it is decoration, not read aloud.
    Text {
        line: Line,
        x: f32,
        y: f32,
        colour: Colour,
        block: Option<Block>,
    },
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        radius: f32,
        colour: Colour,
    },
    Outline {
        inset: f32,
        thickness: f32,
        colour: Colour,
    },
    Rule {
        x: f32,
        y: f32,
        width: f32,
        thickness: f32,
        colour: Colour,
    },
    Code {
        qr: Qr,
        x: f32,
        y: f32,
        side: f32,
        block: Block,
    },
    /// Makes an area open an address.
    Link {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        address: String,
        block: Block,
    },
    /// Letters across the page, outlines only: not part of its text.
    Watermark { line: Line },
}

impl Plan {
    pub(super) fn block(&mut self, role: Role) -> Block {
        self.blocks.push(role);
        self.blocks.len() - 1
    }
}
