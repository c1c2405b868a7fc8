//! `ananke scan`: API keys where they do not belong, in files and in everything git still has. Asks nobody.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ananke_format::api_key::{self, ApiKey};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::text;
use crate::output::Table;

/// How much is looked at at once.
const CHUNK: usize = 1 << 20;

/// API keys in files and in the history of git: exit code 3 where there are any.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Leave out what git has of earlier times
    #[arg(long)]
    no_history: bool,
}

/// What was found, and what could not be looked at.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) hits: Vec<Value>,
    files: u64,
    objects: u64,
    pub(crate) unread: Vec<String>,
}

/// Looks for keys in these files and directories and, unless it is left out, in what git has of earlier times.
pub(crate) fn look(paths: &[PathBuf], with_history: bool) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut repositories = BTreeSet::new();
    for path in paths {
        if !path.exists() {
            return Err(Failure::not_found(format!(
                "{}: no such file",
                path.display()
            )));
        }
        report.files(path);
        repositories.extend(repository(path));
    }
    if with_history {
        for repository in &repositories {
            report.history(repository)?;
        }
    }
    Ok(report)
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> Outcome {
    let report = look(&arguments.paths, !arguments.no_history)?;
    let output = &context.output;
    output.list(&report.hits, table)?;
    for unread in &report.unread {
        output.say(format!("not looked at: {unread}"));
    }
    let seen = report.seen();
    if !report.hits.is_empty() {
        output.say(format!(
            "keys found in {seen}. Whoever saw them has them: `ananke keys roll ID --overlap 0s` for each, then take \
             them out"
        ));
        return Ok(Exit::NotValid);
    }
    output.say(format!("no keys in {seen}"));
    Ok(match report.unread.is_empty() {
        true => Exit::Ok,
        false => Exit::CannotDecide,
    })
}

/// The git repository a path belongs to.
fn repository(path: &Path) -> Option<PathBuf> {
    let whole = path.canonicalize().ok()?;
    let found = whole
        .ancestors()
        .find(|place| place.join(".git").exists())?;
    Some(found.to_owned())
}

impl Report {
    /// What was looked at.
    pub(crate) fn seen(&self) -> String {
        format!("{} files and {} objects of git", self.files, self.objects)
    }

    /// Every file at or below a path. What is linked is looked at where it is.
    fn files(&mut self, path: &Path) {
        let mut open = vec![path.to_owned()];
        while let Some(path) = open.pop() {
            let read = std::fs::metadata(&path).and_then(|about| {
                if about.is_dir() {
                    for entry in std::fs::read_dir(&path)? {
                        let entry = entry?;
                        // The history is git's to tell.
                        if !entry.file_type()?.is_symlink() && entry.file_name() != ".git" {
                            open.push(entry.path());
                        }
                    }
                } else if about.is_file() {
                    self.files += 1;
                    let place = path.display().to_string();
                    for (line, key) in keys(std::fs::File::open(&path)?)? {
                        self.hits.push(hit(&place, Some(line), &key));
                    }
                }
                Ok(())
            });
            if let Err(error) = read {
                self.unread.push(format!("{}: {error}", path.display()));
            }
        }
    }

    /// Everything git still has: commits, files of all times, and what nothing leads to any more.
    fn history(&mut self, repository: &Path) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::error(format!(
                "{}: git: {error}; leave its history out with --no-history",
                repository.display()
            ))
        };
        let arguments = [
            "cat-file",
            "--batch-all-objects",
            "--unordered",
            "--buffer",
            "--batch=%(objectname) %(objectsize)",
        ];
        let mut child: Child = git(repository, &arguments)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        let mut objects = BufReader::new(child.stdout.take().ok_or_else(|| failed(&"no output"))?);
        let mut header = String::new();
        loop {
            header.clear();
            let length = objects
                .read_line(&mut header)
                .map_err(|error| failed(&error))?;
            if length == 0 {
                break;
            }
            let (name, size) = header.trim_end().split_once(' ').unwrap_or_default();
            let size: u64 = size.parse().map_err(|error| failed(&error))?;
            let mut object = objects.by_ref().take(size);
            let found = keys(&mut object).map_err(|error| failed(&error))?;
            // The object ends with a line of its own.
            let mut end = [0; 1];
            objects
                .read_exact(&mut end)
                .map_err(|error| failed(&error))?;
            self.objects += 1;
            for (line, key) in found {
                let place = place(repository, name);
                self.hits.push(hit(&place, Some(line), &key));
            }
        }
        let ended = child.wait().map_err(|error| failed(&error))?;
        if ended.success() {
            Ok(())
        } else {
            Err(failed(&ended))
        }
    }
}

/// Git, told to ask nobody and to run nothing of the repository's.
fn git(repository: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(repository)
        .args(["--no-pager", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null());
    git
}

/// Where an object stands, in a commit and a file if anything leads to it.
fn place(repository: &Path, object: &str) -> String {
    let find = format!("--find-object={object}");
    let arguments = [
        "log",
        "--all",
        "-1",
        "--format=commit %h",
        "--name-only",
        "--no-ext-diff",
        &find,
    ];
    let told = git(repository, &arguments).stderr(Stdio::null()).output();
    let text = told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
    let text = text.unwrap_or_default();
    let words: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    match words.as_slice() {
        [commit, file, ..] => format!("{commit}: {file}"),
        _ => format!("object {}", object.get(..12).unwrap_or(object)),
    }
}

/// The keys in what is read, each with the line it stands in.
fn keys(mut from: impl Read) -> std::io::Result<Vec<(usize, ApiKey)>> {
    let mut found = Vec::new();
    let (mut buffer, mut lines) = (Vec::with_capacity(CHUNK), 1);
    // Whether the first byte is of the last look, so that a key is seen with what stands before it.
    let mut seen = 0;
    loop {
        let read = from.by_ref().take(CHUNK as u64).read_to_end(&mut buffer)?;
        let is_last = read == 0;
        // What begins in the last bytes is left for the next look, which sees where it ends.
        let end = match is_last {
            true => buffer.len(),
            false => buffer.len().saturating_sub(ApiKey::LEN),
        };
        for (at, key) in api_key::find(&buffer) {
            if (seen..end).contains(&at) {
                found.push((lines + newlines(buffer.get(..at)), key));
            }
        }
        if is_last {
            return Ok(found);
        }
        let keep = end.saturating_sub(1);
        lines += newlines(buffer.get(..keep));
        buffer.drain(..keep);
        seen = usize::from(end > 0);
    }
}

fn newlines(bytes: Option<&[u8]>) -> usize {
    let bytes = bytes.unwrap_or_default();
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// A key that was found, without its secret.
fn hit(place: &str, line: Option<usize>, key: &ApiKey) -> Value {
    json!({ "place": place, "line": line, "mode": key.mode(), "id": key.id(), "last4": key.last4() })
}

fn table(hits: &[Value]) -> Table {
    let headers = ["PLACE", "LINE", "MODE", "ID", "LAST 4"];
    hits.iter().fold(Table::new(&headers), |table, hit| {
        let line = hit["line"].to_string();
        let cell = |name| text(hit, name);
        table.row([
            cell("place"),
            &line,
            cell("mode"),
            cell("id"),
            cell("last4"),
        ])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey::from_random(ananke_format::Mode::Live, &[7; ApiKey::RANDOM_LEN]).unwrap()
    }

    #[test]
    fn a_key_is_found_once_wherever_the_looks_meet() {
        for before in (CHUNK - 130..CHUNK + 130).chain([0, 1, 2 * CHUNK - 58, 2 * CHUNK + 1]) {
            let mut bytes = vec![b'\n'; before];
            bytes.extend(key().expose().as_bytes());
            let found = keys(bytes.as_slice()).unwrap();
            assert_eq!((found.len(), found[0].0), (1, before + 1), "{before}");
            bytes.extend(vec![b' '; CHUNK]);
            assert_eq!(keys(bytes.as_slice()).unwrap().len(), 1, "{before}");
            // With a letter before it, it is part of something else.
            if before > 0 {
                bytes[before - 1] = b'x';
                assert_eq!(keys(bytes.as_slice()).unwrap().len(), 0, "{before}");
            }
        }
    }
}
