//! The table of fields, over as many pages as it takes.

use super::super::plan::{HAIR, INK, Mark, Role, SOFT};
use super::{BOTTOM, LEFT, RIGHT, Sheet, WIDTH};
use crate::fonts::{MISSING, Style};
use crate::text::{Line, Setting};

const LABEL_WIDTH: f32 = 142.0;
const GAP: f32 = 16.0;
const VALUE_WIDTH: f32 = WIDTH - LABEL_WIDTH - GAP;
const VALUE_X: f32 = LEFT + LABEL_WIDTH + GAP;
const LEADING: f32 = 15.0;
/// Of a line below its upper edge.
const BASELINE: f32 = 11.2;
const PADDING: f32 = 5.5;

/// A label and its value, or a note across both columns.
pub(super) struct Row {
    label: Vec<Line>,
    value: Vec<Line>,
    note: bool,
    pub(super) height: f32,
}

impl Sheet<'_> {
    pub(super) fn rows(&mut self) -> Vec<Row> {
        self.rendition
            .fields
            .iter()
            .map(|field| {
                let label = Setting::new(Style::Regular, 9.5);
                let label = self.lines(&field.label, label, LABEL_WIDTH);
                let value = Setting::new(Style::Regular, 10.5);
                let mut value = self.lines(&field.value, value, VALUE_WIDTH);
                if value.is_empty() {
                    // An empty field is shown as empty, not left out.
                    value = self.lines("–", Setting::new(Style::Regular, 10.5), VALUE_WIDTH);
                }
                let height = label.len().max(value.len()) as f32 * LEADING + 2.0 * PADDING;
                Row {
                    label,
                    value,
                    note: false,
                    height,
                }
            })
            .collect()
    }

    /// The explanation of the box, where one had to be drawn.
    pub(super) fn note(&mut self) -> Option<Row> {
        if !self.missing && !self.head_is_missing_characters() {
            return None;
        }
        let text = format!("{MISSING} {}", self.words.missing);
        let value = self.lines(&text, Setting::new(Style::Regular, 8.5), WIDTH);
        let height = value.len() as f32 * 12.0 + 2.0 * PADDING;
        Some(Row {
            label: Vec::new(),
            value,
            note: true,
            height,
        })
    }

    /// The head is set after the note is needed, so its texts are asked here.
    fn head_is_missing_characters(&mut self) -> bool {
        let rendition = self.rendition;
        [
            &rendition.issuer_name,
            &rendition.document_type,
            &rendition.title,
            &rendition.recipient,
        ]
        .into_iter()
        .any(|text| {
            self.lines(text, Setting::new(Style::Serif, 10.0), WIDTH)
                .iter()
                .any(|line| line.missing)
        })
    }

    /// Draws the rows from `y` on; the first page ends at `limit`.
    pub(super) fn fields(&mut self, rows: Vec<Row>, note: Option<Row>, mut y: f32, limit: f32) {
        let mut limit = if self.plan.pages.len() == 1 {
            limit
        } else {
            BOTTOM
        };
        let mut first = true;
        for row in rows.into_iter().chain(note) {
            // A row moves to the next page as a whole, unless it is taller than a page.
            if y + row.height > limit {
                self.continue_page();
                (y, limit, first) = (92.0, BOTTOM, true);
            }
            if !row.note {
                if first {
                    self.hairline(y);
                }
                first = false;
            }
            y = self.place_row(row, y, limit);
        }
    }

    fn place_row(&mut self, row: Row, top: f32, mut limit: f32) -> f32 {
        let mut y = top + PADDING;
        if row.note {
            let block = self.plan.block(Role::Paragraph);
            for line in row.value {
                self.aligned(line, LEFT, WIDTH, y + 9.0, SOFT, block);
                y += 12.0;
            }
            return y + PADDING;
        }
        let label_block = self.plan.block(Role::Label);
        let value_block = self.plan.block(Role::Value);
        let mut labels = row.label.into_iter();
        let mut values = row.value.into_iter();
        while labels.len() + values.len() > 0 {
            // As many lines as this page holds: the label's first, so that they are read first.
            let room = ((limit - y) / LEADING).floor().max(0.0) as usize;
            let used = labels.len().max(values.len()).min(room);
            for (index, line) in labels.by_ref().take(room).enumerate() {
                let baseline = y + index as f32 * LEADING + BASELINE;
                self.aligned(line, LEFT, LABEL_WIDTH, baseline, SOFT, label_block);
            }
            for (index, line) in values.by_ref().take(room).enumerate() {
                let (x, baseline) = (VALUE_X, y + index as f32 * LEADING + BASELINE);
                self.aligned(line, x, VALUE_WIDTH, baseline, INK, value_block);
            }
            y += used as f32 * LEADING;
            if labels.len() + values.len() > 0 {
                self.continue_page();
                (y, limit) = (92.0, BOTTOM);
            }
        }
        y += PADDING;
        self.hairline(y);
        y
    }

    fn hairline(&mut self, y: f32) {
        self.put(Mark::Rule {
            x: LEFT,
            y,
            width: WIDTH,
            thickness: 0.5,
            colour: HAIR,
        });
    }

    /// A new page that says which document it belongs to.
    fn continue_page(&mut self) {
        self.new_page();
        let rendition = self.rendition;
        let reference = Setting::new(Style::Bold, 9.0).tracked(0.04);
        let reference = self.lines(&rendition.reference, reference, WIDTH);
        let room = WIDTH - reference.first().map_or(0.0, |line| line.width) - GAP;
        let issuer = self.lines(&rendition.issuer_name, Setting::new(Style::Bold, 9.0), room);
        let y = 74.0;
        for (line, left) in [
            (issuer.into_iter().next(), true),
            (reference.into_iter().next(), false),
        ] {
            let Some(line) = line else { continue };
            self.put(Mark::Text {
                x: if left { LEFT } else { RIGHT - line.width },
                line,
                y,
                colour: SOFT,
                block: None,
            });
        }
    }
}
