//! From a string to lines of placed glyphs: cleaned, wrapped, in visual order, each glyph from a
//! font that has it.
//!
//! Owns shaping, line breaking and direction. Knows nothing of pages or colours.

mod breaks;
mod clean;
mod shape;

use std::ops::Range;

use krilla::text::KrillaGlyph;
use unicode_bidi::BidiInfo;

use crate::fonts::{FaceId, Fonts, Style};

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    pub(crate) style: Style,
    /// Points.
    pub(crate) size: f32,
    /// Extra space after each glyph, in em.
    pub(crate) tracking: f32,
}

impl Setting {
    pub(crate) const fn new(style: Style, size: f32) -> Self {
        Self {
            style,
            size,
            tracking: 0.0,
        }
    }

    pub(crate) const fn tracked(mut self, tracking: f32) -> Self {
        self.tracking = tracking;
        self
    }
}

/// One line, ready to be drawn from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    /// Points, without the space at the line's end.
    pub(crate) width: f32,
    /// Width of the space at the line's end, in points. It is drawn, so that a reader hears two
    /// words where a line breaks between them.
    pub(crate) trail: f32,
    /// True if the paragraph runs from right to left.
    pub(crate) rtl: bool,
    /// Font size in points.
    pub(crate) size: f32,
    /// True if some character had no glyph in any font.
    pub(crate) missing: bool,
}

/// Glyphs of one font.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) face: FaceId,
    pub(crate) text: String,
    /// Advances and offsets in em.
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// Em.
    pub(crate) advance: f32,
}

/// Breaks a text into lines no wider than `width` points. A text without visible characters has no
/// lines.
pub(crate) fn lines(fonts: &Fonts, text: &str, setting: Setting, width: f32) -> Vec<Line> {
    let text = clean::clean(text);
    let mut lines = Vec::new();
    for part in text.split('\n') {
        paragraph(fonts, part.trim(), setting, width, &mut lines);
    }
    lines
}

fn paragraph(fonts: &Fonts, text: &str, setting: Setting, width: f32, lines: &mut Vec<Line>) {
    let bidi = BidiInfo::new(text, None);
    let Some(info) = bidi.paragraphs.first() else {
        return;
    };
    let items = shape::items(fonts, text, 0..text.len(), &bidi.levels, setting.style);
    let em = width / setting.size;
    let advances = shape::advances(fonts, text, &items, setting.tracking);
    for range in breaks::ranges(text, &advances, em) {
        let (levels, visual) = bidi.visual_runs(info, range.clone());
        let mut runs = Vec::new();
        for part in visual {
            let rtl = levels[part.start].is_rtl();
            let mut items = shape::items(fonts, text, part, &levels, setting.style);
            if rtl {
                items.reverse();
            }
            runs.extend(
                items
                    .iter()
                    .map(|item| shape::run(fonts, text, item, setting.tracking)),
            );
        }
        lines.push(line(
            text,
            &range,
            runs,
            &advances,
            info.level.is_rtl(),
            setting,
        ));
    }
}

fn line(
    text: &str,
    range: &Range<usize>,
    runs: Vec<(Run, bool)>,
    advances: &[f32],
    rtl: bool,
    setting: Setting,
) -> Line {
    let visible = range.start + text[range.clone()].trim_end().len();
    let trail = (advances[range.end] - advances[visible]) * setting.size;
    let missing = runs.iter().any(|(_, missing)| *missing);
    let runs: Vec<Run> = runs.into_iter().map(|(run, _)| run).collect();
    let total: f32 = runs.iter().map(|run| run.advance).sum::<f32>() * setting.size;
    Line {
        runs,
        width: total - trail,
        trail,
        rtl,
        size: setting.size,
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, width: f32) -> Vec<Line> {
        let fonts = Fonts::load().unwrap();
        lines(fonts, text, Setting::new(Style::Regular, 10.0), width)
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let texts = [
            "a short text that needs to be broken more than once to fit",
            "Donaudampfschifffahrtsgesellschaftskapitänswitwenpensionsberechtigung",
            "https://verify.example.org/v/TRF-7K3M9QX2VB4WD?and=a&very=long-tail/of/path",
            "王小明和他的朋友们在图书馆学习水文学和气象学以及其他科目",
            "جامعة الشمال تشهد بأن الطالبة أتمت دراستها بنجاح في علوم المياه",
        ];
        for text in texts {
            let lines = set(text, 90.0);
            assert!(lines.len() > 1, "{text}");
            for line in &lines {
                assert!(line.width <= 90.5, "{} in {text}", line.width);
            }
        }
    }

    #[test]
    fn nothing_is_lost_by_breaking() {
        let text = "one two-three four/five שלום עולם 王小明 e\u{301}\u{328} six";
        for width in [15.0, 30.0, 80.0, 500.0] {
            let mut drawn: Vec<char> = set(text, width)
                .iter()
                .flat_map(|line| &line.runs)
                .flat_map(|run| run.text.chars())
                .filter(|c| !c.is_whitespace())
                .collect();
            let mut asked: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            drawn.sort_unstable();
            asked.sort_unstable();
            assert_eq!(drawn, asked, "at {width}");
        }
    }

    #[test]
    fn invisible_text_has_no_lines() {
        assert!(set("", 100.0).is_empty());
        assert!(
            set(" \n\u{200B}\u{FEFF}\u{0000}\n", 100.0)
                .iter()
                .all(|l| l.width < 0.1)
        );
    }

    #[test]
    fn missing_characters_are_told_and_keep_their_text() {
        let lines = set("Ms 王", 100.0);
        assert!(lines[0].missing);
        assert!(lines[0].runs.iter().any(|run| run.text == "王"));
        assert!(!set("Ms Wang", 100.0)[0].missing);
    }

    #[test]
    fn right_to_left_paragraphs_say_so() {
        assert!(set("שלום world", 100.0)[0].rtl);
        assert!(!set("world שלום", 100.0)[0].rtl);
    }
}
