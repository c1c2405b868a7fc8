//! Errors as vectors name them.

/// The name of an error: `Jws(HighS)` is `jws.high_s`, `Key { .. }` is `key`.
pub(crate) fn word(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    let text = text.split(" {").next().unwrap_or_default();
    let mut word = String::new();
    for character in text.chars() {
        match character {
            '(' => word.push('.'),
            ')' => {}
            upper if upper.is_ascii_uppercase() => {
                if !word.is_empty() && !word.ends_with('.') {
                    word.push('_');
                }
                word.push(upper.to_ascii_lowercase());
            }
            other => word.push(other),
        }
    }
    word
}
