//! The inside of a worker process: it confines itself, says that it has begun, takes one job, answers, and ends.
//!
//! `ananke pdf-worker SECONDS [--unfiltered] [--probe WHAT]` comes here before anything else of the program is made: no
//! setting is read, no thread begun, no log opened. With `--probe` it tries what it must not be able to, to show that.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use ananke_pdf::job;

use super::limits;

/// The command's name.
pub const NAME: &str = "pdf-worker";
/// Keeps the system calls.
pub(super) const UNFILTERED: &str = "--unfiltered";
/// What it says when it is confined and ready for a job.
pub(super) const READY: u8 = b'!';
/// Exit code of a process that could not be confined.
pub(super) const UNCONFINED: u8 = 3;

/// Runs the command with what stands behind its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = arguments.into_iter().map(OsString::into_string);
    let order = arguments.collect::<Result<Vec<_>, _>>();
    let Some(order) = order.ok().as_deref().and_then(Order::parse) else {
        say("pdf-worker is started by the server, which gives it what it needs");
        return ExitCode::from(2);
    };
    if let Err(error) = limits::apply(order.seconds, order.filtered) {
        say(&error.to_string());
        return ExitCode::from(UNCONFINED);
    }
    let (input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let done = match order.probe {
        Some(probe) => probe.attempt(),
        None => output
            .write_all(&[READY])
            .and_then(|()| output.flush())
            .map_err(|error| error.to_string())
            .and_then(|()| job::serve(input, output).map_err(|error| error.to_string())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            say(&text);
            ExitCode::FAILURE
        }
    }
}

/// Says something to whoever typed the command; a server does not listen.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "ananke: {text}");
}

/// What was asked for.
struct Order {
    seconds: u64,
    filtered: bool,
    probe: Option<Probe>,
}

impl Order {
    fn parse(arguments: &[String]) -> Option<Self> {
        let (seconds, mut rest) = arguments.split_first()?;
        let mut order = Self {
            seconds: seconds.parse().ok()?,
            filtered: true,
            probe: None,
        };
        while let Some((first, others)) = rest.split_first() {
            rest = match (first.as_str(), others) {
                (UNFILTERED, others) => {
                    order.filtered = false;
                    others
                }
                ("--probe", [what, others @ ..]) => {
                    order.probe = Some(Probe::parse(what)?);
                    others
                }
                _ => return None,
            };
        }
        Some(order)
    }
}

/// What it must not be able to do, and two things that it must.
#[derive(Clone, Copy)]
enum Probe {
    Open,
    Socket,
    Program,
    Thread,
    Memory,
    Cpu,
    Work,
}

impl Probe {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "open" => Self::Open,
            "socket" => Self::Socket,
            "program" => Self::Program,
            "thread" => Self::Thread,
            "memory" => Self::Memory,
            "cpu" => Self::Cpu,
            "work" => Self::Work,
            _ => return None,
        })
    }

    /// Tries it; whoever is still there afterwards says whether it was done.
    fn attempt(self) -> Result<(), String> {
        let tried = match self {
            Self::Open => std::fs::File::open("/dev/null").map(drop),
            Self::Socket => std::net::UdpSocket::bind(("127.0.0.1", 0)).map(drop),
            Self::Program => std::process::Command::new("/bin/true").status().map(drop),
            Self::Thread => std::thread::Builder::new().spawn(|| ()).map(drop),
            Self::Memory => filled(limits::MEMORY),
            Self::Cpu => loop {
                std::hint::spin_loop();
            },
            Self::Work => filled(limits::MEMORY / 4),
        };
        tried.map_err(|error| error.to_string())
    }
}

/// Takes so much memory, and writes into all of it.
fn filled(bytes: u64) -> std::io::Result<()> {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut memory = Vec::new();
    memory
        .try_reserve_exact(bytes)
        .map_err(|_| std::io::ErrorKind::OutOfMemory)?;
    memory.resize(bytes, 1_u8);
    std::hint::black_box(&memory);
    Ok(())
}
