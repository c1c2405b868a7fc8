//! A worker process from outside: started ahead, given one job, ended and waited for.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ananke_pdf::job::{self, Broken, Done, Job};
use rustix::process::Signal;

use super::{Terms, WorkError, inside};

/// A process confines itself within this time, or there is something wrong with the machine.
const BEGINNING: Duration = Duration::from_secs(10);
/// Whoever waits for a process looks this often whether it should wait on.
const SLICE: Duration = Duration::from_millis(100);

/// A process that waits for a job.
pub(super) struct Child {
    process: std::process::Child,
    line: UnixStream,
}

impl Child {
    pub(super) fn start(terms: &Terms) -> io::Result<Self> {
        let (line, theirs) = UnixStream::pair()?;
        line.set_read_timeout(Some(SLICE))?;
        line.set_write_timeout(Some(SLICE))?;
        let theirs = OwnedFd::from(theirs);
        let mut command = Command::new(&terms.program);
        command
            .arg0("ananke")
            .arg(inside::NAME)
            .arg(terms.cpu_seconds().to_string())
            .args((!terms.filtered).then_some(inside::UNFILTERED))
            .env_clear()
            .stdin(theirs.try_clone()?)
            .stdout(theirs)
            .stderr(Stdio::null())
            // An interrupt from a terminal is for the server, which lets jobs end.
            .process_group(0);
        let process = command.spawn()?;
        Ok(Self { process, line })
    }

    /// Whether it is still there.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Has a job done. The process ends with it, well or not.
    pub(super) fn run(
        mut self,
        job: &Job,
        patience: Duration,
        stopping: &AtomicBool,
    ) -> Result<Done, WorkError> {
        let mut line = Line {
            stream: &self.line,
            until: Instant::now() + BEGINNING,
            stopping,
        };
        let mut ready = [0];
        if line.read_exact(&mut ready).is_err() || ready != [inside::READY] {
            let status = self.end();
            return Err(WorkError::Unavailable(match status.map(|s| s.code()) {
                Ok(Some(code)) if code == i32::from(inside::UNCONFINED) => {
                    "this system cannot confine them; workers.filtered says more".to_owned()
                }
                Ok(_) => "a process ended before it began".to_owned(),
                Err(error) => error.to_string(),
            }));
        }
        line.until = Instant::now() + patience;
        let answer = job::write_job(job, &mut line).and_then(|()| job::read_answer(&mut line));
        match answer {
            Ok(answer) => answer.map_err(WorkError::Refused),
            Err(error) => Err(self.failed(&error, stopping)),
        }
    }

    /// Why there is no answer.
    fn failed(mut self, error: &Broken, stopping: &AtomicBool) -> WorkError {
        if stopping.load(Ordering::Relaxed) {
            return WorkError::Unavailable("the server stops".to_owned());
        }
        if matches!(error, Broken::Pipe(error) if error.kind() == ErrorKind::TimedOut) {
            return WorkError::TookTooLong;
        }
        let status = match self.end() {
            Ok(status) => status,
            Err(error) => return WorkError::Died(error.to_string()),
        };
        let is = |signal: Signal| status.signal() == Some(signal.as_raw());
        // No file can do that: somebody on this machine did.
        if is(Signal::TERM) || is(Signal::INT) || is(Signal::HUP) {
            return WorkError::Unavailable(status.to_string());
        }
        WorkError::Died(format!("{error}; {status}"))
    }

    /// Ends it, and says how it ended: by itself, if it did before.
    fn end(&mut self) -> io::Result<ExitStatus> {
        let _ = self.process.kill();
        self.process.wait()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// The way to a process, for as long as there is patience.
struct Line<'a> {
    stream: &'a UnixStream,
    until: Instant,
    stopping: &'a AtomicBool,
}

impl Line<'_> {
    /// Tries until it is done or there is no time left.
    fn patiently<T>(&self, mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
        loop {
            if Instant::now() >= self.until || self.stopping.load(Ordering::Relaxed) {
                return Err(ErrorKind::TimedOut.into());
            }
            match attempt() {
                Err(error) if is_early(&error) => {}
                done => return done,
            }
        }
    }
}

/// Whether nothing came within a slice.
fn is_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

impl Read for Line<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream;
        self.patiently(|| stream.read(buffer))
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut stream = self.stream;
        self.patiently(|| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
