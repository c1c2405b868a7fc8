//! What a command prints: data on standard output, words on standard error.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde::Serialize;

use crate::exit::Failure;
use crate::spreadsheet;

/// Shape of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One JSON text, indented.
    Json,
    /// One JSON text per line.
    Ndjson,
    /// A line per thing, for spreadsheets: what is nested is JSON, and what would be a formula has an apostrophe before it.
    Csv,
}

/// Where and how a command prints.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
    quiet: bool,
}

impl Output {
    pub(crate) const fn new(format: Format, quiet: bool) -> Self {
        Self { format, quiet }
    }

    /// The same, as JSON unless another form was asked for.
    pub(crate) const fn json_if(self, json: bool) -> Self {
        match self.format {
            Format::Table if json => Self {
                format: Format::Json,
                ..self
            },
            _ => self,
        }
    }

    /// Whether people read it, not programs.
    pub(crate) fn is_for_people(self) -> bool {
        self.format == Format::Table
    }

    /// Whether it goes into a spreadsheet.
    pub(crate) fn is_csv(self) -> bool {
        self.format == Format::Csv
    }

    /// Whether only data and errors are wanted.
    pub(crate) const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// The same, with only data and errors.
    pub(crate) const fn quietly(self) -> Self {
        Self {
            quiet: true,
            ..self
        }
    }

    /// Prints one thing.
    pub(crate) fn one(
        self,
        value: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Table => print(&table()),
            Format::Json => print(&format!("{}\n", pretty(value)?)),
            Format::Ndjson => print(&format!("{}\n", line(value)?)),
            Format::Csv => print(&spreadsheet::text(std::slice::from_ref(value))?),
        }
    }

    /// Prints a list.
    pub(crate) fn list<T: Serialize>(
        self,
        items: &[T],
        table: impl FnOnce(&[T]) -> Table,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Table => print(&table(items).render()),
            Format::Json => print(&format!("{}\n", pretty(&items)?)),
            Format::Ndjson => items
                .iter()
                .try_for_each(|item| print(&format!("{}\n", line(item)?))),
            Format::Csv => print(&spreadsheet::text(items)?),
        }
    }

    /// Says something to the person, unless asked to be quiet.
    pub(crate) fn say(self, words: impl AsRef<str>) {
        if !self.quiet {
            say(words.as_ref());
        }
    }
}

/// Prints to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Prints bytes, such as a PDF, to standard output. A reader that has seen enough is no error.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::error(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a file, whole or not at all; over one that is there only if `force` says so.
pub(crate) fn write_new(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let failed = |error: &io::Error| Failure::file(path, error);
    let mut file = tempfile::Builder::new()
        .permissions(PermissionsExt::from_mode(0o666))
        .tempfile_in(parent)
        .map_err(|error| failed(&error))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    let written = match force {
        true => file.persist(path),
        false => file.persist_noclobber(path),
    };
    match written {
        Ok(_) => Ok(()),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::error(format!(
                "{}: it is there already: name another file, or move it away",
                path.display()
            )))
        }
        Err(refused) => Err(failed(&refused.error)),
    }
}

/// Says lines on standard error. Words of a server may be among them, and steer no terminal.
pub(crate) fn say(words: &str) {
    for line in words.split('\n') {
        // If nobody hears it, there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{}", clean(line));
    }
}

fn pretty(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::error(error.to_string()))
}

fn line(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::error(error.to_string()))
}

/// Colours, where they are seen on a terminal and `NO_COLOR` is not set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(bool);

impl Paint {
    /// For standard output.
    pub(crate) fn stdout() -> Self {
        Self::on(io::stdout().is_terminal())
    }

    /// For standard error.
    pub(crate) fn stderr() -> Self {
        Self::on(io::stderr().is_terminal())
    }

    fn on(terminal: bool) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self(terminal && !unwanted)
    }

    /// Whether there are colours at all.
    pub(crate) const fn is_on(self) -> bool {
        self.0
    }

    /// Never.
    #[cfg(test)]
    pub(crate) const fn plain() -> Self {
        Self(false)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.with("1;32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }

    pub(crate) fn doubtful(self, text: &str) -> String {
        self.with("1;33", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Text from elsewhere, made safe for a terminal: control characters could move its cursor or hide words.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || is_direction_override(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

const fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Rows under headers, columns aligned.
pub(crate) struct Table {
    headers: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(headers: &[&'static str]) -> Self {
        Self {
            headers: headers.to_vec(),
            rows: Vec::new(),
        }
    }

    /// The table with a further row.
    pub(crate) fn row(mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.rows
            .push(cells.into_iter().map(|cell| clean(cell.as_ref())).collect());
        self
    }

    pub(crate) fn render(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
            let header = self
                .headers
                .get(column)
                .map_or(0, |header| header.chars().count());
            widest.max(header)
        };
        let widths: Vec<usize> = (0..self.headers.len()).map(width).collect();
        let mut text = String::new();
        let headers = self
            .headers
            .iter()
            .map(|header| (*header).to_owned())
            .collect();
        for row in std::iter::once(&headers).chain(&self.rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "{cell:<width$}  ");
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

/// Names and values of one thing, the names aligned; what is absent is left out.
pub(crate) struct Facts(Vec<(&'static str, String)>);

impl Facts {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The facts with a further one.
    pub(crate) fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.0.push((name, clean(value.as_ref())));
        self
    }

    /// The facts with a further one, where it is known.
    pub(crate) fn maybe(self, name: &'static str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn render(&self) -> String {
        let width = self
            .0
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0);
        self.0
            .iter()
            .fold(String::new(), |mut text, (name, value)| {
                let _ = writeln!(text, "{name:<width$}  {value}");
                text
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let table = Table::new(&["A", "LONG HEADER"])
            .row(["Zoë Å", "x"])
            .row(["1", ""]);
        assert_eq!(table.render(), "A      LONG HEADER\nZoë Å  x\n1\n");
        let facts = Facts::new()
            .with("a", "1")
            .maybe("bb", None::<&str>)
            .maybe("ccc", Some("2"));
        assert_eq!(facts.render(), "a    1\nccc  2\n");
    }

    #[test]
    fn text_from_elsewhere_cannot_steer_a_terminal() {
        assert_eq!(
            clean("a\x1b[2Jb\u{202e}c\nd"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d"
        );
        assert_eq!(Table::new(&["A"]).row(["\x1b"]).render(), "A\n\u{fffd}\n");
    }

    #[test]
    fn no_colour_where_nobody_sees_it() {
        assert_eq!(Paint::plain().good("x"), "x");
        assert_eq!(Paint(true).good("x"), "\x1b[1;32mx\x1b[0m");
    }
}
