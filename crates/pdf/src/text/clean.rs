//! Takes out of a text what cannot or must not be drawn.

/// Keeps what can be seen, with `\n` for every kind of line break and a space for every tab.
///
/// Out go: control characters, byte order marks, non-characters, tag characters, and the controls
/// that turn the direction of what follows, since a name with one could make the rest of a line read
/// as something else. Private-use characters mean something else in every font and become U+FFFD.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut previous = ' ';
    for character in text.chars() {
        match character {
            '\n' if previous == '\r' => {}
            '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                cleaned.push('\n');
            }
            '\t' => cleaned.push(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {}
            '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => {}
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => cleaned.push('\u{FFFD}'),
            _ if character.is_control() || is_noncharacter(character) => {}
            _ => cleaned.push(character),
        }
        previous = character;
    }
    cleaned
}

fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_become_one_kind() {
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd e");
    }

    #[test]
    fn dangerous_and_invisible_characters_go() {
        assert_eq!(clean("a\u{202E}b\u{0}c\u{FEFF}\u{FFFE}\u{1}"), "abc");
        assert_eq!(clean("\u{E123}\u{10FFFD}"), "\u{FFFD}\u{FFFD}");
    }
}
