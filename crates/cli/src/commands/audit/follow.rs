//! `ananke audit follow`: events as they are recorded, for a program that collects them.
//!
//! Into a file, each event comes once whatever happens in between: beside it stands how far it is whole, and what a crash
//! left behind that is cut off and fetched again.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ananke_api::audit::AuditEvent;
use serde::{Deserialize, Serialize};

use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::print_bytes;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) reach: Reach,
    /// Append to this file, and go on where it was left; FILE.cursor remembers
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Begin behind this cursor instead of at the beginning
    #[arg(long, conflicts_with = "into")]
    cursor: Option<String>,
    /// End when everything recorded so far is written
    #[arg(long)]
    once: bool,
    /// Seconds between two questions when there is nothing new
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
}

/// How far it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    cursor: Option<String>,
    /// Bytes of the file that are whole.
    length: u64,
}

/// Where events go.
enum Sink {
    Standard,
    File { file: File, path: PathBuf },
}

/// Runs the command.
pub(super) async fn run(arguments: &Arguments, context: &Context) -> Outcome {
    let audit = context.client()?.audit();
    let (mut sink, mut place) = match &arguments.into {
        Some(path) => open(path)?,
        None => {
            let cursor = arguments.cursor.clone();
            (Sink::Standard, Place { cursor, length: 0 })
        }
    };
    loop {
        let (events, next) = audit.since(place.cursor.as_deref()).await?;
        let is_over = place.cursor.as_ref() == Some(&next);
        if !is_over {
            sink.write(&events, &mut place, next)?;
        } else if arguments.once {
            if let (Sink::Standard, Some(cursor)) = (&sink, &place.cursor) {
                context.output.say(format!("cursor: {cursor}"));
            }
            return Ok(Exit::Ok);
        } else {
            tokio::time::sleep(Duration::from_secs(arguments.every)).await;
        }
    }
}

fn cursor_file(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".cursor");
    name.into()
}

/// Opens the file as it was left. One that is gone was rotated away, and a new one begins.
fn open(path: &Path) -> Result<(Sink, Place), Failure> {
    let failed = |error: &std::io::Error| Failure::file(path, error);
    let beside = cursor_file(path);
    let mut place = match std::fs::read(&beside) {
        Ok(bytes) => serde_json::from_slice::<Place>(&bytes)
            .map_err(|error| Failure::error(format!("{}: {error}", beside.display())))?,
        Err(error) if error.kind() == ErrorKind::NotFound => Place::default(),
        Err(error) => return Err(Failure::file(&beside, &error)),
    };
    let is_new = !path.exists();
    if place.cursor.is_none() && !is_new {
        return Err(Failure::error(format!(
            "{}: it is there already, and {} does not say how far it is: move it away, or name another file",
            path.display(),
            beside.display()
        )));
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    private(&mut options);
    let file = options.open(path).map_err(|error| failed(&error))?;
    if is_new {
        place.length = 0;
    }
    let length = file.metadata().map_err(|error| failed(&error))?.len();
    if length < place.length {
        return Err(Failure::error(format!(
            "{}: it has {length} bytes, and {} were written: restore it, or move it away, and a new one begins",
            path.display(),
            place.length
        )));
    }
    file.set_len(place.length).map_err(|error| failed(&error))?;
    let path = path.to_owned();
    Ok((Sink::File { file, path }, place))
}

/// Names and addresses stand in events: for this user only.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

impl Sink {
    fn write(
        &mut self,
        events: &[AuditEvent],
        place: &mut Place,
        next: String,
    ) -> Result<(), Failure> {
        let mut lines = Vec::new();
        for event in events {
            serde_json::to_writer(&mut lines, event)
                .map_err(|error| Failure::error(error.to_string()))?;
            lines.push(b'\n');
        }
        place.length += lines.len() as u64;
        place.cursor = Some(next);
        match self {
            Self::Standard => print_bytes(&lines),
            Self::File { file, path } => {
                let written = file.write_all(&lines).and_then(|()| file.sync_data());
                written.map_err(|error| Failure::file(path, &error))?;
                let beside = cursor_file(path);
                remember(&beside, place).map_err(|error| Failure::file(&beside, &error))
            }
        }
    }
}

/// After the lines, and whole or not at all.
fn remember(path: &Path, place: &Place) -> std::io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    serde_json::to_writer(&mut file, place)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(parent)?.sync_all()
}
