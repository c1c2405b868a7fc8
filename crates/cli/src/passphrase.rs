//! Passphrases: from a file, from standard input, or typed where nobody sees them. Never from the command line.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use ananke_server::config::secrets;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Failure;

/// As many bytes as anybody types.
const LONGEST: u64 = 4_096;

/// One line that nobody else may see: typed unseen where `may_ask`, else from standard input.
pub(crate) fn line(words: &str, may_ask: bool) -> Result<SecretString, Failure> {
    if !io::stdin().is_terminal() {
        return piped();
    }
    if !may_ask {
        return Err(Failure::usage(
            "--no-input: nobody is asked for a secret; give it on standard input, from a file or a pipe",
        ));
    }
    ask(words).map_err(|error| Failure::error(format!("terminal: {error}")))
}

fn piped() -> Result<SecretString, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(LONGEST)
        .read_line(&mut line)
        .map_err(|error| Failure::error(format!("standard input: {error}")))?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}

/// Reads a passphrase. `twice`: one for something new, in which a slip would be found out on the worst day.
pub(crate) fn read(
    file: Option<&Path>,
    twice: bool,
    may_ask: bool,
) -> Result<SecretString, Failure> {
    let passphrase = match file {
        Some(path) => secrets::read(path)?,
        None if twice && may_ask && io::stdin().is_terminal() => typed_twice()?,
        None => line("Passphrase: ", may_ask)?,
    };
    if passphrase.expose_secret().is_empty() {
        return Err(Failure::usage(
            "there is no passphrase: type it, give it on standard input, or name its file with --passphrase-file",
        ));
    }
    Ok(passphrase)
}

fn typed_twice() -> Result<SecretString, Failure> {
    let failed = |error: io::Error| Failure::error(format!("terminal: {error}"));
    let first = ask("Passphrase: ").map_err(failed)?;
    if ask("Once more: ").map_err(failed)?.expose_secret() != first.expose_secret() {
        return Err(Failure::usage(
            "the two passphrases differ; nothing was done",
        ));
    }
    Ok(first)
}

/// One line from the terminal, unseen.
fn ask(words: &str) -> io::Result<SecretString> {
    let mut terminal = File::options().read(true).write(true).open("/dev/tty")?;
    // Silent before it asks: what is typed at once is not shown either.
    let unseen = Unseen::new(terminal.try_clone()?)?;
    terminal.write_all(words.as_bytes())?;
    let mut line = String::new();
    BufReader::new(terminal.try_clone()?)
        .take(LONGEST)
        .read_line(&mut line)?;
    drop(unseen);
    terminal.write_all(b"\n")?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Unseen(File, Termios);

impl Unseen {
    fn new(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        put_back_when_interrupted(terminal.try_clone()?, before.clone())?;
        tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
        Ok(Self(terminal, before))
    }
}

/// Whoever gives up at the question gets a terminal back that shows what is typed. From here on these signals end the program
/// by this, at whatever it is.
fn put_back_when_interrupted(terminal: File, before: Termios) -> io::Result<()> {
    for (kind, number) in [
        (SignalKind::interrupt(), 2),
        (SignalKind::terminate(), 15),
        (SignalKind::hangup(), 1),
    ] {
        let (mut arriving, terminal, before) =
            (signal(kind)?, terminal.try_clone()?, before.clone());
        tokio::spawn(async move {
            arriving.recv().await;
            let _ = tcsetattr(&terminal, OptionalActions::Flush, &before);
            std::process::exit(128 + number);
        });
    }
    Ok(())
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // Nothing more can be done for a terminal that takes this no more.
        let _ = tcsetattr(&self.0, OptionalActions::Flush, &self.1);
    }
}
