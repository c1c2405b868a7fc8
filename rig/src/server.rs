//! A server process: started, waited for, killed, and found dead. And where clients find the one that runs now.

use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Against hanging for ever; nothing is timed by it.
pub const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(1);

/// A running process.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to its first answer that it is ready.
    pub ready_after: Duration,
    child: Process,
}

/// A process that does not outlive its owner.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts it.
    ///
    /// # Panics
    /// When it cannot be started, or not be asked about, like all below.
    #[must_use]
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.spawn().expect("the rig's own binary"))
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a child")
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("dead");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    pub(crate) fn new(child: Process, address: SocketAddr, ready_after: Duration) -> Self {
        Self {
            address,
            ready_after,
            child,
        }
    }

    /// `kill -9`.
    pub fn kill(self) {
        self.child.kill();
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.ended()
    }

    /// Its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.0.id()
    }

    /// The most memory it ever had, in bytes.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.0.id()));
        let status = status.expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        1_024
            * kilobytes
                .and_then(|text| text.parse::<u64>().ok())
                .expect("VmHWM")
    }

    /// Stops it as an operator does.
    ///
    /// # Panics
    /// When it does not end, or not well.
    pub fn stop(mut self) {
        let asked = Command::new("kill")
            .arg(self.child.0.id().to_string())
            .status();
        assert!(asked.expect("kill").success());
        let status = wait("the server's end", || self.ended());
        assert!(status.success(), "the server stopped with {status}");
    }
}

/// Waits until there is something.
///
/// # Panics
/// When there is nothing for too long.
pub fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(LOOK);
    }
}

/// Where the server is now. Clients ask before each try, since it comes back on another port.
#[derive(Debug, Default)]
pub struct Place {
    state: Mutex<(u64, Option<SocketAddr>)>,
    changed: Condvar,
}

impl Place {
    /// The server is ready here.
    pub fn set(&self, address: SocketAddr) {
        let mut state = self.state();
        *state = (state.0 + 1, Some(address));
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until a server is ready; gives its number, and where it is.
    ///
    /// # Panics
    /// When there is none for too long.
    #[must_use]
    pub fn now(&self) -> (u64, SocketAddr) {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), PATIENCE, |state| state.1.is_none());
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (state.0, state.1.expect("a server within a minute"))
    }

    /// After a try failed: waits a moment, or less when another server is ready.
    pub fn pause(&self, number: u64) {
        let moment = Duration::from_millis(20);
        drop(
            self.changed
                .wait_timeout_while(self.state(), moment, |state| state.0 == number),
        );
    }

    fn state(&self) -> MutexGuard<'_, (u64, Option<SocketAddr>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
