//! What log lines, spans and metrics may say: every call that logs keeps to the list of fields, and
//! `docs/observability.md` has the same lists as the program.

use ananke_server::telemetry::METRICS;
use ananke_server::telemetry::fields::{FIELDS, listed};

use crate::tree;

const PAGE: &str = "docs/observability.md";

/// A call that logs: the line it begins in, and its arguments.
struct Call {
    line: usize,
    arguments: Vec<String>,
}

/// Calls of tracing's macros in a source text, up to its unit tests.
fn calls(text: &str) -> Vec<Call> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("tracing::") {
        let rest = &code[at + "tracing::".len()..];
        let Some((name, after)) = rest.split_once("!(") else {
            continue;
        };
        let is_macro = !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_ascii_lowercase() || "_$".contains(character));
        // Asks whether something would be logged, and logs nothing.
        if is_macro && name != "enabled" {
            let line = code[..at].matches('\n').count() + 1;
            let mut arguments = arguments(after);
            if name.ends_with("span") {
                arguments = vec!["a span".to_owned()];
            }
            found.push(Call { line, arguments });
        }
    }
    found
}

/// The arguments of a call, from behind its parenthesis on.
fn arguments(text: &str) -> Vec<String> {
    let (mut found, mut argument, mut depth) = (Vec::new(), String::new(), 0);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                argument.push('"');
                while let Some(inside) = characters.next() {
                    argument.push(inside);
                    match inside {
                        '\\' => argument.extend(characters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(std::mem::take(&mut argument).trim().to_owned());
                continue;
            }
            _ => {}
        }
        argument.push(character);
    }
    found.push(argument.trim().to_owned());
    found.retain(|argument| !argument.is_empty());
    found
}

/// What is wrong with a call, if anything is.
fn fault(call: &Call) -> Option<String> {
    let (message, fields) = call.arguments.split_last()?;
    if !message.starts_with('"') {
        return Some(format!("the message is no constant: {message}"));
    }
    if message.contains('{') {
        return Some(format!("a value in the message: {message}"));
    }
    let name = |field: &str| {
        let name = field.split_once(" = ").map_or(field, |(name, _)| name);
        name.trim_start_matches(['%', '?']).to_owned()
    };
    let names = fields.iter().map(|field| name(field));
    names
        .filter(|name| listed(name).is_none())
        .map(|name| format!("`{name}` is not in the list of fields"))
        .next()
}

#[test]
fn every_call_that_logs_keeps_to_the_list() {
    let mut findings = Vec::new();
    let mut seen = 0;
    for path in tree::files() {
        if !(path.starts_with("crates/") && path.contains("/src/") && path.ends_with(".rs")) {
            continue;
        }
        // Spans of the client are its caller's; a test of its own says what is in them.
        if path.starts_with("crates/client/") {
            continue;
        }
        let text = tree::text(&path).unwrap_or_default();
        for call in calls(&text) {
            seen += 1;
            // The control of G-21 is there to be found.
            if call.arguments == [r#""presented {header:?}""#] {
                continue;
            }
            findings.extend(fault(&call).map(|what| format!("{path}:{}: {what}", call.line)));
        }
        // Written otherwise, a call would not be seen here.
        let imports = text
            .lines()
            .filter(|line| line.trim_start().starts_with("use tracing::"));
        findings.extend(
            imports
                .filter(|_| !path.ends_with("telemetry/lines.rs"))
                .map(|line| format!("{path}: {line}")),
        );
    }
    assert!(seen > 30, "{seen} calls were found");
    tree::nothing_found("log lines that say what none may say", &findings);
}

#[test]
fn a_call_that_says_too_much_is_found() {
    let good = r#"tracing::error!(error = %error, mode = %mode, "bad, (very) bad");
        tracing::$level!(status = self.status, code = known.map(|known| known.code), "request")"#;
    let calls_of = |text: &str| calls(text).iter().map(fault).collect::<Vec<_>>();
    assert_eq!(calls_of(good), [None, None]);
    for bad in [
        r#"tracing::warn!(secret = 1, "said")"#,
        r#"tracing::warn!(?header, "said")"#,
        r#"tracing::info!(error = %error, fault.text, "said")"#,
        r#"tracing::info!("said {header:?}")"#,
        r#"tracing::info!(words)"#,
        r#"tracing::info_span!("request", error = 1)"#,
    ] {
        assert!(matches!(calls_of(bad).as_slice(), [Some(_)]), "{bad}");
    }
}

/// Drift: the tables of the page are made from the lists of the program. `UPDATE=1` writes them.
#[test]
fn observability_md_has_no_drift() {
    let mut fields = "| field | in spans | what it says |\n|---|---|---|\n".to_owned();
    for field in FIELDS {
        let attribute = match field.attribute {
            "" => String::new(),
            name => format!("`{name}`"),
        };
        fields += &format!("| `{}` | {attribute} | {} |\n", field.name, field.meaning);
    }
    let mut metrics = "| metric | type | labels | what it says |\n|---|---|---|---|\n".to_owned();
    for metric in METRICS {
        let labels: Vec<String> = metric
            .labels
            .iter()
            .map(|label| format!("`{label}`"))
            .collect();
        let (name, kind, labels) = (metric.name, metric.kind, labels.join(", "));
        metrics += &format!("| `{name}` | {kind} | {labels} | {} |\n", metric.meaning);
    }
    let kept = tree::text(PAGE).expect("text");
    let mut made = kept.clone();
    for (name, table) in [("fields", fields), ("metrics", metrics)] {
        let (begin, end) = (
            format!("<!-- {name} -->\n"),
            format!("<!-- end of {name} -->"),
        );
        let (before, rest) = made.split_once(&begin).expect("a place for the table");
        let (_, after) = rest.split_once(&end).expect("the end of the table");
        made = format!("{before}{begin}{table}{end}{after}");
    }
    if std::env::var("UPDATE").as_deref() == Ok("1") {
        std::fs::write(tree::root().join(PAGE), &made).unwrap();
    }
    assert!(
        made == tree::text(PAGE).expect("text"),
        "{PAGE} is not what the program says: run ./run gen and review the difference"
    );
}
