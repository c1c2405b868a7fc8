//! What is right of an answer, of a stamped file, and of the log.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use ananke_format::Sha256;
use serde_json::Value;

use super::Said;
use super::http::{STAMPS, Scene, Seen, Wish};
use crate::raw::Answer;
use crate::tool;
use crate::world::text;

/// So large may a file be of which a verdict is asked.
const READ: usize = 10 << 20;

/// A refusal that says which member is at fault, what is wrong with it, and in a word for programs.
fn refused(answer: &Answer) -> Result<Value, String> {
    let body = answer.json();
    let told = body["errors"].as_object();
    let is_told = told.is_some_and(|errors| {
        let messages = errors
            .values()
            .flat_map(|messages| messages.as_array().unwrap());
        !errors.is_empty()
            && messages
                .clone()
                .all(|message| message.as_str().is_some_and(|text| text.len() > 20))
    });
    let is_clear = is_told && !text(&body, "code").is_empty() && !text(&body, "detail").is_empty();
    let is_refused = (400..500).contains(&answer.status) && is_clear;
    is_refused
        .then_some(body)
        .ok_or("no clear refusal".to_owned())
}

fn hold(holds: bool, what: &str) -> Result<(), String> {
    holds.then_some(()).ok_or(what.to_owned())
}

impl Scene {
    /// Whether an answer is what it has to be.
    pub(super) fn judge(
        &self,
        name: &str,
        said: Said,
        wish: Wish,
        file: &[u8],
        answer: &Answer,
    ) -> Result<(), String> {
        let is_repaired = wish == Wish::Stamp { repair: true };
        match said {
            Said::Taken if wish == Wish::Read => hold(
                answer.status == 200 && answer.json()["verdict"] == "invalid",
                "no verdict",
            ),
            Said::Taken if is_repaired => self.stamped(name, None, answer),
            Said::Taken => self.stamped(name, Some(file), answer),
            // What was damaged may be whole then.
            _ if is_repaired && answer.status == 201 => self.stamped(name, None, answer),
            _ if is_repaired => refused(answer).map(|_| ()),
            Said::Ends => {
                let (body, member) = (
                    refused(answer)?,
                    if wish == Wish::Read { "file" } else { "pdf" },
                );
                let told = body["errors"][member][0].as_str().unwrap_or_default();
                let is_it = answer.status == 422 && body["code"] == "UNPROCESSABLE";
                hold(
                    is_it && told.contains("more memory or time"),
                    "another refusal",
                )
            }
            Said::Refused {
                status,
                code,
                member,
                words,
            } => {
                let body = refused(answer)?;
                let told = body["errors"][member][0].as_str().unwrap_or_default();
                let is_it = answer.status == status && body["code"] == code;
                hold(is_it && told.contains(words), &format!("not {said:?}"))
            }
        }
    }

    /// Whether a file was stamped by all rules, but for those that programs of others judge.
    fn stamped(&self, name: &str, original: Option<&[u8]>, answer: &Answer) -> Result<(), String> {
        hold(answer.status == 201, "it is not stamped")?;
        let stamp = answer.json();
        let file = self
            .get(&format!("{STAMPS}/{}/pdf", text(&stamp, "id")))
            .body;
        let begins = original.is_none_or(|original| file.starts_with(original));
        hold(begins, "it does not begin with the original")?;
        let hash = Sha256::of(&file);
        let by_hash = self.get(&format!("/v1/tcode/verify/hash/{hash}")).json();
        hold(by_hash["verdict"] == "valid", "it is not valid by its hash")?;
        if file.len() <= READ {
            let by_itself = self.send(Wish::Read, &file).json();
            hold(by_itself["verdict"] == "valid", "it is not valid by itself")?;
        }
        let mut seen = self.seen.lock().unwrap();
        seen.stamped
            .push((name.to_owned(), original.is_some(), file));
        Ok(())
    }
}

/// Processes ended where that was said, nowhere else, and nothing worse was logged. How many they are.
pub(super) fn log(log: &str, seen: &mut Seen) -> usize {
    let mut wrong = Vec::new();
    if log.contains("panicked") {
        wrong.push(format!("a panic: {log}"));
    }
    let mut ended = BTreeMap::new();
    for line in log.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["level"] == "ERROR" {
            wrong.push(format!("an error: {line}"));
        }
        let message = text(&line, "message");
        if message.contains("ended without an answer") || message.contains("took too long") {
            let reason = line["reason"].as_str().unwrap_or(message).to_owned();
            ended.insert(text(&line, "requestId").to_owned(), reason);
        }
    }
    for (id, (name, [may, must])) in &seen.requests {
        let reason = ended.get(id);
        // By its memory, or by its time.
        let ends = ["SIGABRT", "SIGKILL", "took too long"];
        let fits = match reason {
            Some(reason) => *may && ends.iter().any(|end| reason.contains(end)),
            None => !must,
        };
        if !fits {
            wrong.push(format!("{name}: its process: {reason:?}"));
        }
    }
    seen.wrong.extend(wrong);
    ended.len()
}

/// Stamped files are whole, says `qpdf`, and the symbol of those that were taken as they are is read from the pixels of `pdftoppm`.
pub(super) fn by_others(scene: &mut Scene) {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out"));
    let stamped = std::mem::take(&mut scene.seen.get_mut().unwrap().stamped);
    let mut wrong = Vec::new();
    for (name, is_drawn, file) in stamped {
        std::fs::write(&from, file).unwrap();
        let Some(mut told) = said("qpdf", &["--check"], &[&from]) else {
            break;
        };
        if is_drawn {
            let arguments = ["-r", "150", "-singlefile", "-png"];
            let Some(drawn) = said("pdftoppm", &arguments, &[&from, &to]) else {
                break;
            };
            let picture = to.with_extension("png");
            let pixels = std::fs::read(&picture).unwrap_or_default();
            let _ = std::fs::remove_file(picture);
            let answer = scene.send(Wish::Read, &pixels).json();
            if answer["verdict"] != "valid" {
                told += &format!("{drawn} {answer}");
            }
        }
        if !told.is_empty() {
            wrong.push(format!("{name}: {told}"));
        }
    }
    scene.seen.get_mut().unwrap().wrong.extend(wrong);
}

/// What a program complains of; `None` where it is not installed.
fn said(program: &str, arguments: &[&str], files: &[&Path]) -> Option<String> {
    match Command::new(program).args(arguments).args(files).output() {
        Ok(output) if output.status.success() => Some(String::new()),
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => {
            tool::missing(program, "Debian: qpdf, poppler-utils", &error);
            None
        }
    }
}
