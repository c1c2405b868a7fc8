//! Where everything goes. The first page is composed around its middle axis, with the panel for
//! verifiers at its foot; fields that do not fit continue on further pages.

mod fields;
mod head;
mod panel;

use super::plan::{ACCENT, Block, Colour, Mark, PAGE, Plan, Role, SOFT, TEST, WHITE};
use super::words::{Words, words};
use super::{Rendition, RenditionError, write};
use crate::fonts::{Fonts, Style};
use crate::text::{self, Line, Setting};

/// Left and right edge of the text, in points.
const LEFT: f32 = 70.0;
const RIGHT: f32 = PAGE.0 - LEFT;
const WIDTH: f32 = RIGHT - LEFT;
/// Lowest base line of continuation pages.
const BOTTOM: f32 = PAGE.1 - 64.0;

/// Free space above the panel, in points.
const FIELDS_ABOVE_PANEL: f32 = 12.0;

pub(super) fn draw(rendition: &Rendition) -> Result<Vec<u8>, RenditionError> {
    let fonts = Fonts::load().map_err(|name| RenditionError::Font { name })?;
    let mut sheet = Sheet {
        fonts,
        rendition,
        words: words(rendition.language),
        plan: Plan::default(),
        missing: false,
    };
    sheet.compose()?;
    write::pdf(fonts, rendition, &sheet.plan)
}

/// The document while it is being composed.
struct Sheet<'a> {
    fonts: &'a Fonts,
    rendition: &'a Rendition,
    words: &'static Words,
    plan: Plan,
    /// True once a character had to be drawn as a box.
    missing: bool,
}

impl Sheet<'_> {
    fn compose(&mut self) -> Result<(), RenditionError> {
        self.new_page();
        // Order of reading: head, fields, panel. The panel's height is needed first.
        let panel = self.panel()?;
        let rows = self.rows();
        let note = self.note();
        let wanted = rows.iter().chain(&note).map(|row| row.height).sum::<f32>();
        let y = self.head(panel.top, wanted);
        self.fields(rows, note, y, panel.top - FIELDS_ABOVE_PANEL);
        self.place_panel(panel);
        self.number_pages();
        Ok(())
    }

    fn new_page(&mut self) {
        let mut marks = Vec::new();
        if self.rendition.test {
            let setting = Setting::new(Style::Bold, 190.0).tracked(0.06);
            marks.extend(
                self.lines("TEST", setting, f32::MAX)
                    .pop()
                    .map(|line| Mark::Watermark { line }),
            );
        }
        let colour = if self.rendition.test { TEST } else { ACCENT };
        for (inset, thickness) in [(24.0, 1.4), (28.5, 0.4)] {
            marks.push(Mark::Outline {
                inset,
                thickness,
                colour,
            });
        }
        self.plan.pages.push(marks);
        if self.rendition.test {
            let first = self.plan.pages.len() == 1;
            let block = first.then(|| self.plan.block(Role::Paragraph));
            self.put(Mark::Area {
                x: 28.5,
                y: 28.5,
                width: PAGE.0 - 57.0,
                height: 22.0,
                radius: 0.0,
                colour: TEST,
            });
            let setting = Setting::new(Style::Bold, 10.5).tracked(0.04);
            for line in self.lines(self.words.test, setting, WIDTH) {
                self.centred(line, 43.2, WHITE, block);
            }
        }
    }

    fn lines(&mut self, text: &str, setting: Setting, width: f32) -> Vec<Line> {
        let lines = text::lines(self.fonts, text, setting, width);
        self.missing |= lines.iter().any(|line| line.missing);
        lines
    }

    /// Sets a text in the first `(size, most)` at which it has at most `most` lines; in the last one
    /// if there is none.
    fn fitted(&mut self, text: &str, style: Style, steps: &[(f32, usize)]) -> Vec<Line> {
        let mut lines = Vec::new();
        for (size, most) in steps {
            lines = self.lines(text, Setting::new(style, *size), WIDTH);
            if lines.len() <= *most {
                break;
            }
        }
        lines
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.plan.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Puts a line at the edge its script begins at, within a column.
    fn aligned(&mut self, line: Line, x: f32, width: f32, y: f32, colour: Colour, block: Block) {
        let x = if line.rtl {
            x + width - line.width - line.trail
        } else {
            x
        };
        self.put(Mark::Text {
            line,
            x,
            y,
            colour,
            block: Some(block),
        });
    }

    fn centred(&mut self, line: Line, y: f32, colour: Colour, block: Option<Block>) {
        self.centred_at(line, PAGE.0 / 2.0, y, colour, block);
    }

    fn centred_at(&mut self, line: Line, at: f32, y: f32, colour: Colour, block: Option<Block>) {
        let trail = if line.rtl { line.trail } else { 0.0 };
        self.put(Mark::Text {
            x: at - line.width / 2.0 - trail,
            line,
            y,
            colour,
            block,
        });
    }

    fn number_pages(&mut self) {
        let total = self.plan.pages.len();
        if total < 2 {
            return;
        }
        for number in 1..=total {
            let text = format!(
                "{} {number} {} {total} · {}",
                self.words.page, self.words.of, self.rendition.reference
            );
            let line = self
                .lines(&text, Setting::new(Style::Regular, 8.0), WIDTH)
                .pop();
            if let (Some(line), Some(page)) = (line, self.plan.pages.get_mut(number - 1)) {
                page.push(Mark::Text {
                    x: PAGE.0 / 2.0 - line.width / 2.0,
                    line,
                    y: PAGE.1 - 34.5,
                    colour: SOFT,
                    block: None,
                });
            }
        }
    }
}
