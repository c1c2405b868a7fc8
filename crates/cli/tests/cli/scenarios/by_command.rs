//! The scenarios by the command line.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::{KEY, Line};
use super::{Came, Kept, Step, as_expected, read, repository};
use crate::world::{Ended, Room, World};

/// The words of a command, with names of files in the place of files.
fn words(step: &Step, kept: &Kept, room: &Room) -> Vec<String> {
    let word = |word: &String| {
        let word = kept.text(word);
        let inner = word
            .strip_prefix('{')
            .and_then(|word| word.strip_suffix('}'));
        let path = match inner.and_then(|inner| inner.split_once(':')) {
            Some(("file", path)) => repository(path),
            Some(("bytes", name)) => room.path(&format!("{name}.pdf")),
            Some(("flipped", name)) => {
                let mut bytes = std::fs::read(room.path(&format!("{name}.pdf"))).unwrap();
                bytes[300] ^= 1;
                room.write(&format!("{name}.flipped.pdf"), bytes)
            }
            _ => return word,
        };
        path.display().to_string()
    };
    let format = ["-o".to_owned(), "json".to_owned()];
    step.cli.iter().map(word).chain(format).collect()
}

/// Runs the command of a step, and looks at what it said.
#[track_caller]
fn outcome(step: &Step, kept: &Kept, room: &Room) -> Came {
    let input = match &step.stdin {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => kept.value(value).to_string(),
    };
    let Ended { code, out, err } = room.pipe(words(step, kept, room), input.as_bytes());
    let name = &step.name;
    assert_eq!(code, step.exit, "{name}: {out} {err}");
    assert!(!err.contains("NOBODYMAYSEETHIS"), "{name}: {err}");
    if let Some(failed) = &step.fails {
        assert!(out.is_empty(), "{name}: {out}");
        let words = match failed.kind.as_str() {
            "api" => "",
            "connection" => "cannot reach",
            "timeout" => "no answer from",
            "answer" => "cannot be read",
            _ => "key",
        };
        // A file is told by its name.
        let name_of = |field| if field == "pdf" { "README.md" } else { field };
        let fields = failed.fields.iter().map(String::as_str).map(name_of);
        for word in fields.chain([words]) {
            assert!(err.contains(word), "{name}: {word:?} is not in {err:?}");
        }
        return Came::Answer(Value::Null);
    }
    let mut answer: Value = serde_json::from_str(&out).unwrap_or_default();
    if answer.is_array() {
        answer = json!({"items": answer});
    }
    let came = Came::Answer(answer);
    as_expected(step, &came, kept);
    came
}

#[test]
fn a_life_by_the_command_line() {
    let mut world = World::start();
    let mut kept = Kept::default();
    for step in read("life.json") {
        let key = step.key.as_ref().map(|key| kept.text(key));
        let key = key.unwrap_or_else(|| world.test_key.clone());
        world.room.variables = vec![
            ("ANANKE_BASE_URL".to_owned(), world.url.clone()),
            ("ANANKE_API_KEY".to_owned(), key),
        ];
        let came = outcome(&step, &kept, &world.room);
        if step.fails.is_none() {
            kept.keep(&step, came);
        }
    }
}

#[test]
fn a_line_in_trouble_by_the_command_line() {
    let Some(line) = Line::start() else { return };
    for (index, step) in read("line.json").iter().enumerate() {
        line.play(index);
        let mut room = Room::new();
        let timeout = step.timeout_ms.map(|timeout| timeout as f64 / 1000.0);
        for (name, value) in [
            ("BASE_URL", Some(line.urls[index].clone())),
            ("API_KEY", Some(KEY.to_owned())),
            ("CA_FILE", Some(line.ca.display().to_string())),
            ("TIMEOUT", timeout.map(|seconds| seconds.to_string())),
            ("MAX_RETRIES", step.max_retries.map(|most| most.to_string())),
        ] {
            let variable = |value| (format!("ANANKE_{name}"), value);
            room.variables.extend(value.map(variable));
        }
        let began = Instant::now();
        outcome(step, &Kept::default(), &room);
        assert!(began.elapsed() >= Duration::from_millis(step.least_ms));
        line.saw(index, step);
    }
}
