//! All files of a directory, each with its verdict: a row per file, and the worst of them for scripts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ananke_api::verification::{CheckResult, Verdict, Verification};
use serde::Serialize;
use tokio::task::JoinSet;

use super::present::{Seen, as_word};
use super::target::Target;
use super::way::{Looked, Trouble, Way};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Output, Table};
use crate::progress::Progress;

/// How many files are looked at at once.
const AT_ONCE: usize = 4;
/// So many answers in a row that are none, and nobody is asked any more.
const ENOUGH: usize = 4;
/// So often a file waits for its turn, and so long at once.
const TURNS: usize = 100;
const LONGEST: Duration = Duration::from_secs(120);

/// A file and its verdict.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    file: String,
    /// A verdict, or `error`.
    verdict: String,
    reference: Option<String>,
    reasons: Vec<String>,
    /// `test` is no real document.
    mode: Option<String>,
    /// What was judged: the whole `file`, or its `barcode` alone.
    basis: Option<&'static str>,
    #[serde(skip)]
    exit: Exit,
}

impl Row {
    pub(crate) fn new(file: String, looked: &Looked) -> Self {
        let answer = &looked.answer;
        Self {
            file,
            verdict: as_word(answer.verdict),
            reference: answer.reference.clone(),
            reasons: reasons(answer),
            mode: answer.mode.map(as_word),
            basis: match looked.seen {
                _ if answer.verdict == Verdict::NotFound => None,
                Seen::Whole | Seen::Copied => Some("file"),
                Seen::Barcode | Seen::Page => Some("barcode"),
            },
            exit: answer.verdict.into(),
        }
    }

    fn failed(file: String, failure: &Failure) -> Self {
        Self {
            file,
            verdict: "error".to_owned(),
            reference: None,
            reasons: vec![failure.message.clone()],
            mode: None,
            basis: None,
            exit: Exit::Error,
        }
    }
}

/// What failed; where nothing did and there is no verdict all the same, what could not be checked.
fn reasons(answer: &Verification) -> Vec<String> {
    let of = |result: CheckResult| {
        let checks = answer.checks.iter().filter(|check| check.result == result);
        let mut reasons: Vec<String> = checks.filter_map(|check| check.reason.clone()).collect();
        reasons.dedup();
        // Behind what stopped it everything is.
        let all = reasons.len();
        reasons.retain(|reason| all == 1 || reason != "not_reached");
        reasons
    };
    match of(CheckResult::Failed) {
        none if none.is_empty() && answer.verdict != Verdict::Valid => of(CheckResult::NotChecked),
        failed => failed,
    }
}

/// Looks at every file of a directory and those below it. Ends early only where nobody can be asked.
pub(crate) async fn verify(way: Way, directory: &Path, output: Output) -> Outcome {
    let Found {
        files,
        mut rows,
        left_out,
    } = Found::below(directory)?;
    let way = Arc::new(way);
    let mut without_answer: Vec<Failure> = Vec::new();
    let mut at_work = JoinSet::new();
    let mut progress = Progress::new("verified", files.len(), output);
    let mut waiting = files.into_iter();
    loop {
        while at_work.len() < AT_ONCE
            && without_answer.len() < ENOUGH
            && let Some(file) = waiting.next()
        {
            at_work.spawn(one(Arc::clone(&way), file, output.quietly()));
        }
        match at_work.join_next().await {
            Some(Ok((row, failure))) => {
                rows.push(row);
                match failure {
                    Some(failure) => without_answer.push(failure),
                    None => without_answer.clear(),
                }
            }
            Some(Err(error)) => return Err(Failure::error(error.to_string())),
            None => break,
        }
        progress.step();
    }
    progress.end();
    rows.sort_by(|one, other| one.file.cmp(&other.file));
    let nobody_answered = without_answer.len() == rows.len();
    if !nobody_answered {
        output.list(&rows, table)?;
        output.say(summary(&rows, left_out));
    }
    let is_over = nobody_answered || without_answer.len() >= ENOUGH;
    match without_answer.pop().filter(|_| is_over) {
        Some(failure) => Err(failure),
        None => Ok(worst(&rows)),
    }
}

/// The row of a file, and why the server gave no answer, where it gave none.
async fn one(way: Arc<Way>, file: PathBuf, output: Output) -> (Row, Option<Failure>) {
    let name = shown(&file);
    let target = match Target::read_file(&file) {
        Ok(target) => target,
        Err(failure) => return (Row::failed(name, &failure), None),
    };
    let mut turns = 0;
    loop {
        match way.look_at(target.clone(), output).await {
            Ok(looked) => return (Row::new(name, &looked), None),
            Err(Trouble::File(failure)) => return (Row::failed(name, &failure), None),
            // Anybody may ask so often and no more: a large directory takes as long as that takes.
            Err(Trouble::Server(Failure {
                wait: Some(wait), ..
            })) if wait <= LONGEST && turns < TURNS => {
                turns += 1;
                tokio::time::sleep(wait.max(Duration::from_millis(100))).await;
            }
            Err(Trouble::Server(failure)) => {
                return (Row::failed(name, &failure), Some(failure));
            }
        }
    }
}

/// A path as text; bytes that are none are told apart.
fn shown(path: &Path) -> String {
    let chunks = path.as_os_str().as_encoded_bytes().utf8_chunks();
    chunks.fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
        text
    })
}

/// What there is below a directory.
struct Found {
    files: Vec<PathBuf>,
    /// Directories that cannot be looked into.
    rows: Vec<Row>,
    /// Entries that are neither: a link may lead anywhere, and is not followed.
    left_out: usize,
}

impl Found {
    fn below(top: &Path) -> Result<Self, Failure> {
        let (mut files, mut rows, mut left_out) = (Vec::new(), Vec::new(), 0);
        let mut directories = vec![top.to_owned()];
        while let Some(directory) = directories.pop() {
            let entries: Result<Vec<fs::DirEntry>, _> =
                fs::read_dir(&directory).and_then(Iterator::collect);
            let entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    let failure = Failure::file(&directory, &error);
                    if directory == top {
                        return Err(failure);
                    }
                    rows.push(Row::failed(shown(&directory), &failure));
                    continue;
                }
            };
            for entry in entries {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => directories.push(entry.path()),
                    Ok(kind) if kind.is_file() => files.push(entry.path()),
                    _ => left_out += 1,
                }
            }
        }
        if files.is_empty() && rows.is_empty() {
            return Err(Failure::usage(format!(
                "{} holds no files: name one that does",
                top.display()
            )));
        }
        files.sort();
        Ok(Self {
            files,
            rows,
            left_out,
        })
    }
}

fn table(rows: &[Row]) -> Table {
    let headers = ["FILE", "VERDICT", "MODE", "BASIS", "REFERENCE", "REASONS"];
    rows.iter().fold(Table::new(&headers), |table, row| {
        table.row([
            row.file.as_str(),
            &row.verdict,
            row.mode.as_deref().unwrap_or_default(),
            row.basis.unwrap_or_default(),
            row.reference.as_deref().unwrap_or_default(),
            &row.reasons.join("; "),
        ])
    })
}

/// How many of each, in the order of the rows.
fn summary(rows: &[Row], left_out: usize) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        match counts
            .iter_mut()
            .find(|(verdict, _)| *verdict == row.verdict)
        {
            Some((_, count)) => *count += 1,
            None => counts.push((&row.verdict, 1)),
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(verdict, count)| format!("{count} {}", verdict.replace('_', " ")))
        .collect();
    let files = match rows.len() {
        1 => "1 file".to_owned(),
        several => format!("{several} files"),
    };
    let left_out = match left_out {
        0 => String::new(),
        1 => "; a link or special file was left out".to_owned(),
        several => format!("; {several} links and special files were left out"),
    };
    format!("{files}: {}{left_out}", counts.join(", "))
}

/// The exit code that a script must not miss: something went wrong, then what is not valid, unknown, undecided.
fn worst(rows: &[Row]) -> Exit {
    let badness = |exit: Exit| match exit {
        Exit::Ok => 0,
        Exit::CannotDecide => 1,
        Exit::NotFound => 2,
        Exit::NotValid => 3,
        Exit::Error | Exit::Usage | Exit::Authentication => 4,
    };
    let worst = rows
        .iter()
        .map(|row| row.exit)
        .max_by_key(|exit| badness(*exit));
    worst.unwrap_or(Exit::Ok)
}
