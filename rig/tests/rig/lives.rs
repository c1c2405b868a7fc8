//! One load over many lives of a server: how a life ends is said by the test, and what is right at the end is not.

use std::time::Duration;

use ananke_rig::checker::{Report, check};
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::Load;
use ananke_rig::server::{PATIENCE, Place, Server};
use ananke_rig::tries::Tries;

/// A load that is running.
pub(crate) struct Lives<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) journal: &'a Journal,
    /// Every request of the load.
    pub(crate) tries: &'a Tries,
    place: &'a Place,
    /// How long each start took until it was ready.
    pub(crate) starts: Vec<Duration>,
}

impl Lives<'_> {
    /// A new life with these variables; clients find it. `None`: it ended before it was ready.
    pub(crate) fn begin(&mut self, variables: &[(&str, &str)]) -> Option<Server> {
        let server = self.instance.start(variables).ok()?;
        self.starts.push(server.ready_after);
        self.place.set(server.address);
        Some(server)
    }

    /// Waits for so many more answers; `false` when the server ended before.
    pub(crate) fn wait_for_answers(&self, server: &mut Server, more: usize) -> bool {
        let wanted = self.journal.acknowledged() + more;
        let began = std::time::Instant::now();
        while !self.journal.wait_for(wanted, Duration::from_millis(5)) {
            if server.ended().is_some() {
                return false;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "no answers: {}",
                self.instance.log()
            );
        }
        true
    }

    /// The slowest start, in seconds.
    pub(crate) fn slowest(&self) -> f64 {
        self.starts.iter().max().map_or(0.0, Duration::as_secs_f64)
    }
}

/// Runs a load of so many clients while `lives` has the server die as it likes; then lets every client have its
/// answer from a server that nothing is done to, and checks.
pub(crate) fn under_load<T>(
    instance: &Instance,
    name: &str,
    clients: usize,
    lives: impl FnOnce(&mut Lives<'_>) -> T,
) -> (T, Report) {
    let journal = Journal::create(&instance.note(&format!("{name}.journal")));
    let place = Place::default();
    let load = Load::new(instance, &place, &journal, name);
    let mut running = Lives {
        instance,
        journal: &journal,
        tries: &load.tries,
        place: &place,
        starts: Vec::new(),
    };
    let result = std::thread::scope(|scope| {
        let _ending = Ending(&load);
        for _ in 0..clients {
            scope.spawn(|| load.client());
        }
        let result = lives(&mut running);
        load.end();
        let last = running
            .begin(&[])
            .expect("a server that nothing is done to");
        (result, last)
    });
    let (result, last) = result;
    let report = check(instance, last.address, &journal);
    last.stop();
    (result, report)
}

/// A test that fails in between must not leave its clients asking for ever.
struct Ending<'a, 'b>(&'a Load<'b>);

impl Drop for Ending<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abandon();
        }
    }
}
