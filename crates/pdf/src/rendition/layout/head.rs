//! The upper part of the first page: issuer, kind, title, recipient, dates.

use super::super::dates;
use super::super::plan::{ACCENT, Colour, INK, Mark, PAGE, Role, SOFT};
use super::{BOTTOM, FIELDS_ABOVE_PANEL, LEFT, Sheet, WIDTH};
use crate::fonts::Style;
use crate::text::{Line, Setting};

/// Sizes to try, and how many lines each may take: one line in a smaller size looks better than two.
const ISSUER_SIZES: &[(f32, usize)] = &[(15.0, 1), (13.0, 2), (11.0, 2), (10.0, 2)];
const TITLE_SIZES: &[(f32, usize)] = &[
    (29.0, 1),
    (26.0, 1),
    (24.0, 2),
    (21.0, 2),
    (17.0, 3),
    (13.0, 3),
];
const NAME_SIZES: &[(f32, usize)] = &[
    (36.0, 1),
    (33.0, 1),
    (30.0, 1),
    (27.0, 1),
    (26.0, 2),
    (21.0, 2),
    (17.0, 2),
    (13.0, 2),
];

/// Space before the short rule, after it, and after the dates, in points.
const RULE_BEFORE: f32 = 13.0;
const RULE_AFTER: f32 = 20.0;
const DATES_AFTER: f32 = 22.0;
const DATE_LEADING: f32 = 14.5;

/// A piece of the head: its lines, and the space around it.
struct Piece {
    lines: Vec<Line>,
    colour: Colour,
    role: Role,
    /// Height of one line in points.
    leading: f32,
    /// Space before it in points.
    before: f32,
    /// Share of the page's spare room that goes before it.
    spare: f32,
    /// Joined to the block before it when read aloud.
    joined: bool,
}

impl Sheet<'_> {
    /// Draws the head and gives back the height at which the fields begin. `wanted` is the height
    /// of all fields: what they leave free above `limit` is spread between the pieces.
    pub(super) fn head(&mut self, limit: f32, wanted: f32) -> f32 {
        let pieces = self.pieces();
        let dates = self.dates();
        let top = if self.rendition.test { 66.0 } else { 58.0 };
        let dates_height = dates
            .iter()
            .map(|(label, value)| (label.len() + value.len()) as f32 * DATE_LEADING)
            .fold(0.0, f32::max);
        let natural: f32 = pieces
            .iter()
            .map(|piece| piece.before + piece.leading * piece.lines.len() as f32)
            .sum::<f32>()
            + dates_height
            + RULE_BEFORE
            + RULE_AFTER
            + DATES_AFTER;
        let spare = (limit - FIELDS_ABOVE_PANEL - top - natural - wanted).max(0.0);
        let shares: f32 = pieces.iter().map(|piece| piece.spare).sum::<f32>() + 3.0;
        let share = (spare / shares).min(26.0);

        let mut y = top;
        let mut block = 0;
        for piece in pieces {
            y += piece.before + piece.spare * share;
            if !piece.joined {
                block = self.plan.block(piece.role);
            }
            for line in piece.lines {
                // A title or name of many pages' length goes on like everything else.
                if y + piece.leading
                    > if self.plan.pages.len() == 1 {
                        limit
                    } else {
                        BOTTOM
                    }
                {
                    self.new_page();
                    y = 74.0;
                }
                let baseline = y + piece.leading * 0.76;
                self.centred(line, baseline, piece.colour, Some(block));
                y += piece.leading;
            }
        }
        y += RULE_BEFORE + share * 0.4;
        self.put(Mark::Rule {
            x: PAGE.0 / 2.0 - 30.0,
            y,
            width: 60.0,
            thickness: 1.4,
            colour: ACCENT,
        });
        y += RULE_AFTER + share * 0.6;
        y = self.place_dates(dates, y);
        y + DATES_AFTER + share
    }

    fn pieces(&mut self) -> Vec<Piece> {
        let rendition = self.rendition;
        let mut pieces = Vec::new();
        let mut add = |lines, colour, role, leading, before, spare, joined| {
            pieces.push(Piece {
                lines,
                colour,
                role,
                leading,
                before,
                spare,
                joined,
            });
        };

        let issuer = self.fitted(&rendition.issuer_name, Style::Bold, ISSUER_SIZES);
        let leading = leading(&issuer, 1.35);
        add(issuer, ACCENT, Role::Paragraph, leading, 0.0, 1.0, false);
        let code = format!("{} {}", self.words.issuer_code, rendition.issuer_code);
        let code = self.lines(&code, Setting::new(Style::Regular, 8.5), WIDTH);
        add(code, SOFT, Role::Paragraph, 13.0, 1.0, 0.0, true);

        let kind = rendition.document_type.trim();
        let named = !rendition.title.trim().is_empty();
        if named && !kind.is_empty() {
            let setting = Setting::new(Style::Bold, 9.5).tracked(0.16);
            let lines = self.lines(&kind.to_uppercase(), setting, WIDTH);
            add(lines, SOFT, Role::Paragraph, 14.0, 26.0, 2.0, false);
        }
        let title = match (named, kind.is_empty()) {
            (true, _) => rendition.title.as_str(),
            (false, false) => kind,
            (false, true) => self.words.document,
        };
        let lines = self.fitted(title, Style::Serif, TITLE_SIZES);
        let height = super::head::leading(&lines, 1.3);
        let before = if named && !kind.is_empty() { 6.0 } else { 30.0 };
        let spare = if before > 10.0 { 2.0 } else { 0.0 };
        add(lines, INK, Role::Heading, height, before, spare, false);

        if !rendition.recipient.trim().is_empty() {
            let setting = Setting::new(Style::Regular, 10.5);
            let label = self.lines(self.words.issued_to, setting, WIDTH);
            add(label, SOFT, Role::Paragraph, 15.0, 20.0, 1.6, false);
            let lines = self.fitted(&rendition.recipient, Style::Serif, NAME_SIZES);
            let height = super::head::leading(&lines, 1.3);
            add(lines, ACCENT, Role::Paragraph, height, 3.0, 0.2, true);
        }
        pieces
    }

    /// Label and lines of each date.
    fn dates(&mut self) -> Vec<(Vec<Line>, Vec<Line>)> {
        let rendition = self.rendition;
        let (words, language) = (self.words, rendition.language);
        let mut texts = Vec::new();
        if let Some(day) = rendition.awarded_on {
            texts.push((words.awarded_on, dates::date(day, language)));
        }
        texts.push((
            words.issued_on,
            dates::day_of(rendition.issued_at, language),
        ));
        let end = rendition
            .valid_until
            .map_or_else(|| words.no_end.to_owned(), |at| dates::until(at, language));
        texts.push((words.valid_until, end));

        let column = WIDTH / texts.len() as f32 - 8.0;
        texts
            .into_iter()
            .map(|(label, value)| {
                let label = self.lines(label, Setting::new(Style::Regular, 8.5), column);
                let value = self.lines(&value, Setting::new(Style::Bold, 10.5), column);
                (label, value)
            })
            .collect()
    }

    fn place_dates(&mut self, dates: Vec<(Vec<Line>, Vec<Line>)>, top: f32) -> f32 {
        let column = WIDTH / dates.len().max(1) as f32;
        let mut lowest = top;
        for (index, (label, value)) in dates.into_iter().enumerate() {
            let middle = LEFT + column * (index as f32 + 0.5);
            let block = self.plan.block(Role::Paragraph);
            let mut y = top;
            for line in label {
                self.centred_at(line, middle, y + 9.0, SOFT, Some(block));
                y += DATE_LEADING;
            }
            for line in value {
                self.centred_at(line, middle, y + 10.0, INK, Some(block));
                y += DATE_LEADING;
            }
            lowest = lowest.max(y);
        }
        lowest
    }
}

fn leading(lines: &[Line], factor: f32) -> f32 {
    lines.first().map_or(0.0, |line| line.size * factor)
}
