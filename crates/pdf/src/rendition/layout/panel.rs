//! The foot of the first page: how to verify the document.

use super::super::plan::{ACCENT, Colour, INK, Mark, PAGE, PANEL, Role, SOFT, WHITE};
use super::{RenditionError, Sheet};
use crate::fonts::Style;
use crate::qr::{self, Qr};
use crate::text::{Line, Setting};

const X: f32 = 46.0;
const PADDING: f32 = 15.0;
const CODE: f32 = 118.0;
const BOTTOM: f32 = PAGE.1 - 46.0;
const COLUMN: f32 = X + PADDING + CODE + 18.0;
const COLUMN_WIDTH: f32 = PAGE.0 - X - PADDING - COLUMN;

/// The panel, set but not yet placed.
pub(super) struct Panel {
    pub(super) top: f32,
    height: f32,
    qr: Qr,
    rows: Vec<Row>,
}

struct Row {
    lines: Vec<Line>,
    leading: f32,
    before: f32,
    colour: Colour,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    /// Begins a paragraph.
    New,
    /// Goes on with the paragraph before.
    Joined,
    /// The same, and opens the address.
    Address,
}

impl Sheet<'_> {
    pub(super) fn panel(&mut self) -> Result<Panel, RenditionError> {
        let url = self.rendition.verification_url.clone();
        let qr = qr::encode(&url).ok_or(RenditionError::AddressTooLong { length: url.len() })?;
        let words = self.words;
        let label = Setting::new(Style::Regular, 8.5);
        let root = format!("{} {}", words.root, self.rendition.root_fingerprint);
        let reference = Setting::new(Style::Bold, 15.0).tracked(0.05);
        let rows = [
            (words.reference, label, 12.0, 0.0, SOFT, Kind::New),
            (
                &self.rendition.reference,
                reference,
                20.0,
                0.0,
                INK,
                Kind::Joined,
            ),
            (words.verify_at, label, 12.0, 5.0, SOFT, Kind::New),
            (
                &url,
                Setting::new(Style::Bold, 10.0),
                14.0,
                0.0,
                ACCENT,
                Kind::Address,
            ),
            (words.advice, label, 11.5, 6.0, INK, Kind::New),
            (
                &root,
                Setting::new(Style::Regular, 6.5),
                9.0,
                5.0,
                SOFT,
                Kind::New,
            ),
        ]
        .map(|(text, setting, leading, before, colour, kind)| Row {
            lines: self.lines(text, setting, COLUMN_WIDTH),
            leading,
            before,
            colour,
            kind,
        });
        let text_height: f32 = rows
            .iter()
            .map(|row| row.before + row.leading * row.lines.len() as f32)
            .sum();
        let height = text_height.max(CODE) + 2.0 * PADDING;
        Ok(Panel {
            top: BOTTOM - height,
            height,
            qr,
            rows: rows.into(),
        })
    }

    pub(super) fn place_panel(&mut self, panel: Panel) {
        // The panel belongs to the first page, wherever the fields have led to.
        let later = self.plan.pages.split_off(1);
        self.put(Mark::Area {
            x: X,
            y: panel.top,
            width: PAGE.0 - 2.0 * X,
            height: panel.height,
            radius: 7.0,
            colour: PANEL,
        });
        let (x, y) = (X + PADDING, panel.top + (panel.height - CODE) / 2.0);
        self.put(Mark::Area {
            x,
            y,
            width: CODE,
            height: CODE,
            radius: 4.0,
            colour: WHITE,
        });
        let described = format!("{}: {}", self.words.code, self.rendition.verification_url);
        let block = self.plan.block(Role::Picture { described });
        self.put(Mark::Code {
            qr: panel.qr,
            x,
            y,
            side: CODE,
            block,
        });

        let text_height: f32 = panel
            .rows
            .iter()
            .map(|row| row.before + row.leading * row.lines.len() as f32)
            .sum();
        let mut y = panel.top + (panel.height - text_height) / 2.0;
        let mut block = 0;
        for row in panel.rows {
            y += row.before;
            if row.kind == Kind::New {
                block = self.plan.block(Role::Paragraph);
            }
            if row.kind == Kind::Address {
                let address = self.rendition.verification_url.clone();
                self.put(Mark::Link {
                    x: COLUMN,
                    y,
                    width: row.lines.iter().map(|line| line.width).fold(0.0, f32::max),
                    height: row.leading * row.lines.len() as f32,
                    address,
                    block,
                });
            }
            for line in row.lines {
                let baseline = y + row.leading * 0.78;
                self.aligned(line, COLUMN, COLUMN_WIDTH, baseline, row.colour, block);
                y += row.leading;
            }
        }
        self.plan.pages.extend(later);
    }
}
