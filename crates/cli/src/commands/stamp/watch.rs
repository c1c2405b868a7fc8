//! A folder that is watched: what arrives in it is stamped, once.
//!
//! Nothing is remembered but what stands in the folders. A file is done once its stamped PDF is written; then the original is moved
//! aside. Whoever is interrupted between the two finds the stamped PDF, or asks again under the same idempotency key, which is made
//! of the file and of what is stamped onto it.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ananke_client::{Client, Error};
use ananke_format::{Sha256, stamp};
use ananke_pdf::intake::{self, IntakeError};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Recipe, Stamped, make, stamped_name, stem};
use crate::clock;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Output, clean, write_new};

/// Where originals go that were stamped, below the folder they came in.
const ORIGINALS: &str = "originals";
/// Between the two looks of a single pass.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// A file that has not changed for so long gets no more to its end.
const STALE: Duration = Duration::from_secs(60);

/// What a look at a file saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    len: u64,
    modified: SystemTime,
}

/// What became of a file.
enum Became {
    Stamped,
    /// It is not whole yet.
    Left,
    Refused,
}

/// Why no file is stamped.
enum Hindrance {
    /// None can be now.
    Passing(Failure),
    /// None will be.
    Lasting(Failure),
}

struct Watch<'a> {
    client: &'a Client,
    recipe: &'a Recipe,
    to: &'a Path,
    output: Output,
}

/// Watches until a signal, or for one pass.
pub(super) async fn run(
    client: &Client,
    recipe: &Recipe,
    (from, to): (&Path, &Path),
    every: Duration,
    once: bool,
    output: Output,
) -> Outcome {
    let watch = Watch {
        client,
        recipe,
        to,
        output,
    };
    let canonical = |path: &Path| {
        path.canonicalize()
            .map_err(|error| Failure::file(path, &error))
    };
    std::fs::create_dir_all(to).map_err(|error| Failure::file(to, &error))?;
    if canonical(from)? == canonical(to)? {
        return Err(Failure::usage(
            "stamped PDFs go to another directory than they come from: name one with --out",
        ));
    }
    let mut stop = Stop::listen()?;
    let mut seen = HashMap::new();
    let mut refused = false;
    if !once {
        output.say(format!("watching {}; Ctrl-C ends it", from.display()));
    }
    for pass in 0_u64.. {
        let found = look(from)?;
        for (path, look) in &found {
            if seen.get(path) != Some(look) || has_error(path, *look) {
                continue;
            }
            if stop.is_asked().await {
                return Ok(Exit::Ok);
            }
            match watch.take(path, *look).await {
                Ok(Became::Stamped) => {}
                Ok(Became::Refused) => refused = true,
                Ok(Became::Left) if once => output.say(format!(
                    "{}: left, it does not end as a PDF does yet",
                    clean(&path.to_string_lossy())
                )),
                Ok(Became::Left) => {}
                Err(Hindrance::Passing(failure)) if !once => {
                    output.say(format!("{}; trying again", failure.message));
                    break;
                }
                Err(Hindrance::Passing(failure) | Hindrance::Lasting(failure)) => {
                    return Err(failure);
                }
            }
        }
        if once && pass == 1 {
            break;
        }
        seen = found.into_iter().collect();
        let pause = if once { BETWEEN_LOOKS } else { every };
        if stop.within(pause).await {
            return Ok(Exit::Ok);
        }
    }
    Ok(if refused { Exit::Error } else { Exit::Ok })
}

/// The PDFs in a folder, by name.
fn look(folder: &Path) -> Result<Vec<(PathBuf, Look)>, Failure> {
    let failed = |error: std::io::Error| Failure::file(folder, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_hidden = path
            .file_name()
            .is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        let is_pdf = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"));
        // It may be gone by now, or a link to nothing.
        let Ok(metadata) = std::fs::metadata(&path) else {
            continue;
        };
        if is_pdf && !is_hidden && metadata.is_file() {
            let modified = metadata.modified().map_err(failed)?;
            let len = metadata.len();
            found.push((path, Look { len, modified }));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

/// `NAME.error.txt`
fn error_file(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}.error.txt", stem(path)))
}

/// Whether it was refused as it is now: the file that says why has its time.
fn has_error(path: &Path, look: Look) -> bool {
    let written = std::fs::metadata(error_file(path)).and_then(|found| found.modified());
    written.is_ok_and(|written| written == look.modified)
}

impl Watch<'_> {
    /// Stamps a file that has stopped changing.
    async fn take(&self, path: &Path, look: Look) -> Result<Became, Hindrance> {
        let lasting = |error: std::io::Error| Hindrance::Lasting(Failure::file(path, &error));
        let original = match std::fs::read(path) {
            Ok(original) => original,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Became::Left),
            Err(error) => return self.refuse(path, look, &error.to_string()),
        };
        if u64::try_from(original.len()) != Ok(look.len) {
            return Ok(Became::Left);
        }
        match intake::check(&original) {
            Ok(()) => {}
            Err(error @ IntakeError::TooLarge { .. }) => {
                return self.refuse(path, look, &error.to_string());
            }
            // Whoever writes it may not be done.
            Err(_) if !is_stale(look) => return Ok(Became::Left),
            Err(error) => return self.refuse(path, look, &error.to_string()),
        }
        let out = self.to.join(stamped_name(path));
        if out.exists() {
            if !is_stamped_from(&out, &original) {
                let out = out.display();
                return self.refuse(
                    path,
                    look,
                    &format!(
                        "{out} is there already, and was not made of this file: move it away, or rename this one"
                    ),
                );
            }
            set_aside(path, &original).map_err(lasting)?;
            self.output
                .say(format!("{}: was stamped before", shown(path)));
            return Ok(Became::Stamped);
        }
        let stamping = self.recipe.stamping(path, original.clone());
        let key = idempotency_key(stamping.request(), &original).map_err(Hindrance::Lasting)?;
        let (stamp, pdf) = match make(self.client, &stamping.idempotency_key(key)).await {
            Ok(made) => made,
            Err(error) => return self.refuse(path, look, &reason(error)?),
        };
        match write_new(&out, &pdf, false) {
            Err(_) if is_stamped_from(&out, &original) => {}
            written => written.map_err(Hindrance::Lasting)?,
        }
        set_aside(path, &original).map_err(lasting)?;
        // Of an earlier try.
        let _ = std::fs::remove_file(error_file(path));
        for warning in &stamp.warnings {
            self.output
                .say(format!("warning: {}: {warning}", shown(path)));
        }
        let stamped = Stamped {
            file: out.display().to_string(),
            stamp,
        };
        let line = || {
            let (name, out) = (shown(path), clean(&stamped.file));
            format!("{name}  {}  {out}\n", stamped.stamp.reference)
        };
        self.output
            .one(&stamped, line)
            .map_err(Hindrance::Lasting)?;
        Ok(Became::Stamped)
    }

    /// Says beside the file why it is not stamped, under the time of the file as it is.
    fn refuse(&self, path: &Path, look: Look, reason: &str) -> Result<Became, Hindrance> {
        let beside = error_file(path);
        let text = format!("{}: {reason}\n", shown(path));
        write_new(&beside, text.as_bytes(), true).map_err(Hindrance::Lasting)?;
        File::options()
            .append(true)
            .open(&beside)
            .and_then(|file| file.set_modified(look.modified))
            .map_err(|error| Hindrance::Lasting(Failure::file(&beside, &error)))?;
        self.output.say(format!("refused: {}", text.trim_end()));
        Ok(Became::Refused)
    }
}

fn shown(path: &Path) -> String {
    clean(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn is_stale(look: Look) -> bool {
    let modified = look.modified.duration_since(SystemTime::UNIX_EPOCH);
    let now = Duration::from_micros(clock::now().as_microsecond().unsigned_abs());
    modified.is_ok_and(|modified| now.saturating_sub(modified) >= STALE)
}

/// Whether a file is this one, stamped.
fn is_stamped_from(stamped: &Path, original: &[u8]) -> bool {
    let Ok(file) = std::fs::read(stamped) else {
        return false;
    };
    let is_of = |stamped: stamp::Stamped| stamped.original_len == original.len();
    file.starts_with(original) && stamp::check(&file, |_| false).is_ok_and(is_of)
}

/// Moves an original to where it is not looked for; never over another one.
fn set_aside(path: &Path, original: &[u8]) -> std::io::Result<()> {
    let folder = path.with_file_name(ORIGINALS);
    std::fs::create_dir_all(&folder)?;
    let name = path.file_name().unwrap_or_default();
    let mut to = folder.join(name);
    let mut number = 2_u32;
    while to.exists() && std::fs::read(&to)? != original {
        to = folder.join(format!("{}-{number}.pdf", stem(path)));
        number += 1;
    }
    std::fs::rename(path, to)
}

/// The same file with the same words on it has the same key, in whatever process.
fn idempotency_key(
    request: &ananke_api::tcode::stamp::StampRequest,
    original: &[u8],
) -> Result<String, Failure> {
    let request = serde_json::to_vec(request).map_err(|error| Failure::error(error.to_string()))?;
    let request = Sha256::of(&request);
    let file = Sha256::of(original);
    let both = Sha256::of_parts(&[request.as_bytes(), file.as_bytes()]);
    Ok(format!("watch-{}", both.to_hex()))
}

/// Why this file is refused, if it is this file.
fn reason(error: Error) -> Result<String, Hindrance> {
    let failure = |error: Error| Failure::from(error);
    match &error {
        Error::Connection { .. } | Error::Timeout { .. } => Err(Hindrance::Passing(failure(error))),
        Error::Api(api) => match api.status {
            401 | 403 => Err(Hindrance::Lasting(failure(error))),
            408 | 429 | 500.. => Err(Hindrance::Passing(failure(error))),
            // An earlier request for the same is still running.
            409 if api.retry_after.is_some() => Err(Hindrance::Passing(failure(error))),
            _ => Ok(failure(error).message),
        },
        _ => Err(Hindrance::Lasting(failure(error))),
    }
}

/// Signals that end it, between two files.
struct Stop {
    terminated: Signal,
    interrupted: Signal,
}

impl Stop {
    fn listen() -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::error(format!("signals: {error}"));
        Ok(Self {
            terminated: signal(SignalKind::terminate()).map_err(failed)?,
            interrupted: signal(SignalKind::interrupt()).map_err(failed)?,
        })
    }

    /// Whether one comes within this time.
    async fn within(&mut self, time: Duration) -> bool {
        tokio::select! {
            biased;
            _ = self.terminated.recv() => true,
            _ = self.interrupted.recv() => true,
            () = tokio::time::sleep(time) => false,
        }
    }

    /// Whether one came.
    async fn is_asked(&mut self) -> bool {
        self.within(Duration::ZERO).await
    }
}
