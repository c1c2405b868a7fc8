//! Where lines may break, and where they do.

use std::ops::Range;

/// Ranges of the lines of a paragraph. `advances[i]` is the width in em of everything before byte
/// `i`; `width` is the width of a line in em. Spaces at the end of a line do not count.
///
/// A word wider than a line is broken between two of its characters, never inside one that is
/// drawn as a unit (a letter with its accents).
pub(super) fn ranges(text: &str, advances: &[f32], width: f32) -> Vec<Range<usize>> {
    let fits = |start: usize, end: usize| {
        let visible = start + text[start..end].trim_end().len();
        advances[visible] - advances[start] <= width
    };
    let mut lines = Vec::new();
    let mut start = 0;
    let mut last = 0;
    for end in opportunities(text) {
        while !fits(start, end) {
            let cut = if last > start {
                last
            } else {
                forced(text, advances, start, end, width)
            };
            if cut >= end {
                break;
            }
            lines.push(start..cut);
            start = cut;
        }
        last = end;
    }
    if start < text.len() {
        lines.push(start..text.len());
    }
    lines
}

/// The last place before `end` at which the line still fits, at least one character on.
fn forced(text: &str, advances: &[f32], start: usize, end: usize, width: f32) -> usize {
    let mut cut = end;
    let mut any = false;
    for (offset, _) in text[start..end].char_indices().skip(1) {
        let at = start + offset;
        // A place without advance before it lies inside a unit, or before a mark that joins it.
        if advances[at] <= advances[start] || inside_unit(text, advances, at) {
            continue;
        }
        if advances[at] - advances[start] > width {
            if !any {
                cut = at;
            }
            break;
        }
        cut = at;
        any = true;
    }
    cut
}

/// True if the character at `at` adds no width: it was drawn together with the one before.
fn inside_unit(text: &str, advances: &[f32], at: usize) -> bool {
    let next = text[at..]
        .chars()
        .next()
        .map_or(at, |character| at + character.len_utf8());
    advances[next] <= advances[at]
}

/// Byte positions after which a line may end, the end of the text included.
fn opportunities(text: &str) -> impl Iterator<Item = usize> {
    let mut previous: Option<char> = None;
    let within = text.char_indices().filter_map(move |(at, character)| {
        let before = previous.replace(character)?;
        may_break(before, character).then_some(at)
    });
    within.chain(std::iter::once(text.len()))
}

fn may_break(before: char, after: char) -> bool {
    let space = |c: char| c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{202F}' | '\u{2007}');
    if space(after) {
        return false;
    }
    if space(before) || before == '\u{200B}' {
        return true;
    }
    if matches!(
        before,
        '-' | '\u{2010}' | '\u{2013}' | '\u{2014}' | '/' | '?' | '&'
    ) {
        return after.is_alphanumeric();
    }
    (is_ideograph(before) || is_ideograph(after)) && !hangs(after) && !opens(before)
}

/// Scripts that break between any two characters.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Punctuation that does not begin a line.
fn hangs(character: char) -> bool {
    matches!(
        character,
        '、' | '。'
            | '，'
            | '．'
            | '：'
            | '；'
            | '！'
            | '？'
            | '）'
            | '」'
            | '』'
            | '】'
            | '》'
            | '〉'
            | 'ー'
            | '々'
            | '.'
            | ','
            | ':'
            | ';'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
    )
}

/// Punctuation that does not end a line.
fn opens(character: char) -> bool {
    matches!(
        character,
        '（' | '「' | '『' | '【' | '《' | '〈' | '(' | '[' | '{'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, width: usize) -> Vec<&str> {
        // Every character one em wide, at its first byte.
        let mut advances = vec![0.0; text.len() + 1];
        let mut total = 0.0;
        for (at, character) in text.char_indices() {
            total += 1.0;
            for slot in &mut advances[at + 1..=at + character.len_utf8()] {
                *slot = total;
            }
        }
        ranges(text, &advances, width as f32)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn words_stay_whole_while_they_fit() {
        assert_eq!(broken("aa bb cc", 5), ["aa bb ", "cc"]);
        assert_eq!(broken("aa-bb cc", 4), ["aa-", "bb ", "cc"]);
        assert_eq!(broken("aa\u{A0}bb cc", 5), ["aa\u{A0}bb ", "cc"]);
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(broken("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(broken("x abcdefgh y", 3), ["x ", "abc", "def", "gh ", "y"]);
        assert_eq!(broken("ab", 0), ["a", "b"]);
    }

    #[test]
    fn ideographs_break_but_punctuation_hangs() {
        assert_eq!(broken("王小明。好", 3), ["王小", "明。好"]);
    }
}
