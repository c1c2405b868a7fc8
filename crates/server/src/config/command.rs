//! Runs the command that prints a secret: without a shell, for so long and no longer, and tells of it only what its
//! program says on standard error.

use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use zeroize::Zeroizing;

/// How long a command may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// How long a secret may be, in bytes.
const LONGEST: usize = 65_536;
/// How much is kept of what it says about a failure, in bytes.
const WORDS: usize = 4_096;
const PAUSE: Duration = Duration::from_millis(5);

/// What a command prints, without white space around it. The message of a failure holds nothing of that.
pub(super) fn run(words: &[String], patience: Duration) -> Result<SecretString, String> {
    let began = Instant::now();
    let (program, arguments) = words.split_first().ok_or("names no program")?;
    let mut child = prepared(program, arguments).spawn().map_err(|error| {
        format!(
            "`{program}` cannot be run: {error}; name a program that is on the server's PATH, or its whole path"
        )
    })?;
    let out = child.stdout.take().map(|pipe| drain(pipe, LONGEST + 1));
    let err = child.stderr.take().map(|pipe| drain(pipe, WORDS));
    let left = || patience.saturating_sub(began.elapsed());
    let printed = out.and_then(|out| out.recv_timeout(left()).ok());
    // Whoever printed too much may be waiting for somebody to read the rest.
    let is_long = printed.as_ref().is_some_and(|bytes| bytes.len() > LONGEST);
    let status = match is_long {
        true => None,
        false => ended(&mut child, &left),
    };
    let (Some(printed), Some(status)) = (printed, status) else {
        end(&mut child);
        return Err(match is_long {
            true => format!("`{program}` printed more than {LONGEST} bytes, which is no secret"),
            false => format!(
                "`{program}` did not end within {} s: run it by hand, as the server's user, and see what it waits for",
                patience.as_secs()
            ),
        });
    };
    if !status.success() {
        let said = err.and_then(|err| err.recv_timeout(left()).ok());
        return Err(failed(program, status, &said.unwrap_or_default()));
    }
    let text = std::str::from_utf8(&printed)
        .map_err(|_| format!("`{program}` printed what is no text in UTF-8"))?;
    match text.trim() {
        "" => Err(format!(
            "`{program}` printed nothing; the secret must be on its standard output"
        )),
        text => Ok(SecretString::from(text)),
    }
}

fn prepared(program: &str, arguments: &[String]) -> Command {
    let mut command = Command::new(program);
    // Our own settings are nothing to it, and may hold other secrets.
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"ANANKE") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Of its own, so that what it started can be ended with it.
        .process_group(0);
    command
}

/// Reads to the end and keeps the first bytes.
fn drain(mut pipe: impl Read + Send + 'static, keep: usize) -> Receiver<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = sync_channel(1);
    std::thread::spawn(move || {
        let mut kept = Zeroizing::new(Vec::with_capacity(keep));
        let read = pipe.by_ref().take(keep as u64).read_to_end(&mut kept);
        let is_full = kept.len() >= keep;
        // Whoever waits may have given up, and what cannot be read is missing like what was not said.
        if read.is_ok() && is_full {
            let _ = sender.send(kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
        } else {
            let _ = sender.send(kept);
        }
    });
    receiver
}

fn ended(child: &mut Child, left: &impl Fn() -> Duration) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if !left().is_zero() => std::thread::sleep(PAUSE),
            _ => return None,
        }
    }
}

/// Ends it and whatever it started.
fn end(child: &mut Child) {
    let group = rustix::process::Pid::from_child(child);
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    let _ = child.wait();
}

fn failed(program: &str, status: ExitStatus, said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    // It goes to a terminal, or into a log.
    let said: String = said
        .trim()
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    match said.as_str() {
        "" => format!("`{program}` failed ({status}) and said nothing"),
        said => format!("`{program}` failed ({status}): {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn sh(script: &str) -> Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        run(&words, Duration::from_secs(5)).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn what_it_prints_is_the_secret() {
        assert_eq!(sh("printf ' abc\\n'").unwrap(), "abc");
        assert_eq!(sh("cat; echo done").unwrap(), "done", "it is asked nothing");
        // More said than anybody keeps, and it is not held up by that.
        let chatty = "yes words | head -c 300000 >&2; echo kept";
        assert_eq!(sh(chatty).unwrap(), "kept");
        assert_eq!(sh("env | grep -c ^ANANKE || true").unwrap(), "0");
    }

    #[test]
    fn a_failure_says_what_the_program_said_and_nothing_it_printed() {
        let message = sh("echo hunter2; echo 'access denied\x1b[2J' >&2; exit 3").unwrap_err();
        assert!(message.contains("exit status: 3"), "{message}");
        assert!(message.contains("access denied"), "{message}");
        assert!(
            !message.contains("hunter2") && !message.contains('\x1b'),
            "{message}"
        );
        for (script, why) in [
            ("true", "printed nothing"),
            ("echo", "printed nothing"),
            ("printf '\\377'", "UTF-8"),
            ("exit 1", "said nothing"),
            ("kill -9 $$", "signal: 9"),
            ("yes hunter2", "more than 65536 bytes"),
        ] {
            let message = sh(script).unwrap_err();
            assert!(message.contains(why), "{script}: {message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
        let message = run(&["no-such-program".to_owned()], PATIENCE).unwrap_err();
        assert!(
            message.contains("no-such-program") && message.contains("PATH"),
            "{message}"
        );
    }

    #[test]
    fn it_is_not_waited_for_without_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("mark");
        // Itself; a child that holds the pipe; and output that goes on.
        for script in [
            "sleep 20".to_owned(),
            format!("(sleep 2; touch {}) & echo x", mark.display()),
            "while sleep 0.1; do echo x; done".to_owned(),
        ] {
            let began = Instant::now();
            let words = ["sh".to_owned(), "-c".to_owned(), script.clone()];
            let message = run(&words, Duration::from_secs(1)).unwrap_err();
            assert!(message.contains("within 1 s"), "{message}");
            assert!(began.elapsed() < Duration::from_secs(5), "{script}");
        }
        std::thread::sleep(Duration::from_millis(1_500));
        assert!(!mark.exists(), "what it started ended with it");
    }
}
