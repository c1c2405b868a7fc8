//! A checklist as people read it: a line for each item, and below what is open how to mend it.

use std::fmt::Write as _;

use ananke_api::checklist::{Checklist, ChecklistItem, ChecklistState};

use crate::output::{Paint, clean};

/// Columns of the text beside or below a title.
const TEXT: usize = 84;

/// Every list under its name.
pub(super) fn lists(lists: &[Checklist], paint: Paint) -> String {
    let shown: Vec<String> = lists.iter().map(|list| one(list, paint)).collect();
    shown.join("\n")
}

fn one(list: &Checklist, paint: Paint) -> String {
    let name = format!("{} ({})", clean(&list.tenant), clean(&list.issuer_code));
    let mut text = format!("{}\n", paint.bold(&name));
    for (number, item) in list.items.iter().enumerate() {
        let (word, painted) = state(item.state, paint);
        let pad = " ".repeat("cannot be seen".len() - word.len());
        let title = paint.bold(&clean(&item.title));
        let _ = writeln!(text, "{:>3}  {painted}{pad}  {title}", number + 1);
        for line in below(item) {
            let _ = writeln!(text, "                     {line}");
        }
        if let Some(fix) = &item.fix {
            for (at, line) in wrapped(fix).into_iter().enumerate() {
                let mark = if at == 0 { "→" } else { " " };
                let _ = writeln!(text, "                     {mark} {}", paint.dim(&line));
            }
        }
    }
    text
}

/// What was seen, and who vouches.
fn below(item: &ChecklistItem) -> Vec<String> {
    let mut lines = wrapped(&item.evidence);
    if let Some(word) = &item.attestation {
        let day = |at: &str| at.split('T').next().unwrap_or_default().to_owned();
        let link = word.link.as_ref().map(|link| format!(", {link}"));
        lines.extend(wrapped(&format!(
            "{} vouched for it on {}, good until {}{}",
            word.attested_by,
            day(&word.attested_at),
            day(&word.lapses_at),
            link.unwrap_or_default()
        )));
    }
    lines
}

fn state(state: ChecklistState, paint: Paint) -> (&'static str, String) {
    match state {
        ChecklistState::Pass => ("pass", paint.good("pass")),
        ChecklistState::Fail => ("FAIL", paint.bad("FAIL")),
        ChecklistState::Attested => ("attested", paint.good("attested")),
        ChecklistState::CannotBeSeen => ("cannot be seen", paint.doubtful("cannot be seen")),
    }
}

/// Words in lines that fit a terminal; a word that is longer stands alone.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in clean(text).split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= TEXT => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use ananke_api::checklist::ChecklistAttestation;

    fn item(state: ChecklistState, fix: Option<&str>) -> ChecklistItem {
        ChecklistItem {
            item: "rotation".to_owned(),
            title: "rotation is practised".to_owned(),
            state,
            evidence: "no key was rolled so far".to_owned(),
            details: serde_json::json!({}),
            fix: fix.map(str::to_owned),
            attestable: true,
            attestation: None,
        }
    }

    #[test]
    fn a_list_is_read_from_left_to_right() {
        let mut vouched = item(ChecklistState::Attested, None);
        vouched.attestation = Some(ChecklistAttestation {
            attested_by: "Ada \u{1b}[2J".to_owned(),
            link: Some("https://wiki.example.org/rotation".to_owned()),
            attested_at: "2026-11-23T10:00:00.000Z".to_owned(),
            lapses_at: "2027-05-22T10:00:00.000Z".to_owned(),
        });
        let list = Checklist {
            tenant: "University".to_owned(),
            issuer_code: "UNIV01".to_owned(),
            checked_at: "2026-11-23T10:00:00.000Z".to_owned(),
            items: vec![item(ChecklistState::Fail, Some("roll each")), vouched],
        };
        let wanted = "\
University (UNIV01)
  1  FAIL            rotation is practised
                     no key was rolled so far
                     → roll each
  2  attested        rotation is practised
                     no key was rolled so far
                     Ada \u{fffd}[2J vouched for it on 2026-11-23, good until 2027-05-22,
                     https://wiki.example.org/rotation
";
        assert_eq!(lists(&[list], Paint::plain()), wanted);
    }
}
