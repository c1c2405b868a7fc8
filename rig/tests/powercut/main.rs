//! G-03: the power is cut under a server that issues. Nothing acknowledged is lost.
//!
//! Not in `./run test`: a machine is emulated. `./run soak powercut [ROUNDS]`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod guest;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use ananke_rig::checker::{Report, check_by};
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::Load;
use ananke_rig::platter::Cut;
use ananke_rig::seed::Seed;
use ananke_rig::server::Place;
use ananke_rig::{number, say};

use crate::guest::{Boot, Guest, Machine};

const CLIENTS: usize = 4;
/// Rounds on one disk: the checker reads all of its documents at the end.
const ROUNDS_OF_A_DISK: usize = 25;
/// Against hanging for ever.
const PATIENCE: Duration = Duration::from_secs(300);

/// What all machines boot from; made once.
fn boot() -> &'static Boot {
    static BOOT: OnceLock<(tempfile::TempDir, Boot)> = OnceLock::new();
    let (_, boot) = BOOT.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a directory");
        let boot = Boot::collect(dir.path(), Path::new(env!("CARGO_BIN_EXE_ananke-rig")));
        (dir, boot)
    });
    boot
}

/// The rounds of one disk.
#[derive(Default)]
struct Rounds {
    /// Cuts, and those of them before the server was ready.
    cuts: usize,
    early: usize,
    /// Blocks that were written and not flushed, and those of them that were lost.
    cache: Cut,
    flushes: u64,
    /// Starts that were refused because the database was behind its anchor.
    refused: usize,
    slowest: Duration,
    /// The keys acknowledged so far, after each cut.
    promised: Vec<BTreeSet<String>>,
}

impl Rounds {
    fn add(&mut self, cut: Cut) {
        self.cuts += 1;
        self.cache.waiting += cut.waiting;
        self.cache.lost += cut.lost;
    }

    /// In how many rounds something was acknowledged that is lost now.
    fn losing(&self, report: &Report) -> usize {
        let mut rounds = BTreeSet::new();
        for lost in &report.lost {
            let key = lost.split(':').next().unwrap_or_default();
            let known = self.promised.iter().position(|keys| keys.contains(key));
            rounds.extend(known);
        }
        rounds.len()
    }
}

#[test]
fn power_cuts() {
    let name = "G-03 power cuts";
    let mut seed = Seed::of_run(name);
    let mut left = number("ANANKE_RIG_ROUNDS", 20);
    let (mut total, mut sums) = (Rounds::default(), BTreeMap::new());
    let mut disks = 0;
    while left > 0 {
        let rounds = left.min(ROUNDS_OF_A_DISK);
        left -= rounds;
        disks += 1;
        let (found, report) = disk(rounds, &mut seed, &[]);
        say(&format!(
            "{name}: disk {disks}, {rounds} rounds: {}",
            report.words()
        ));
        assert!(report.is_clean(), "{report:#?}");
        total.cuts += found.cuts;
        total.early += found.early;
        total.cache.waiting += found.cache.waiting;
        total.cache.lost += found.cache.lost;
        total.flushes += found.flushes;
        total.slowest = total.slowest.max(found.slowest);
        for (what, count) in [
            ("acknowledged", report.acknowledged),
            ("documents", report.documents),
            ("issuing events", report.issuing_events),
        ] {
            *sums.entry(what).or_insert(0) += count;
        }
    }
    say(&format!(
        "{name}: {} cuts on {disks} disks, {} of them while it started, {CLIENTS} clients: {} acknowledged, 0 lost, \
         0 duplicates, {} documents, {} issuing events; {} flushes; of {} blocks not flushed {} lost; ready within \
         {:.0} s of power",
        total.cuts,
        total.early,
        sums["acknowledged"],
        sums["documents"],
        sums["issuing events"],
        total.flushes,
        total.cache.waiting,
        total.cache.lost,
        total.slowest.as_secs_f64()
    ));
}

/// The control: answers go out before the log is flushed.
#[test]
fn commits_that_are_not_synced_are_found_lost() {
    let name = "G-03 control, no flush";
    let mut seed = Seed::of_run(name);
    let rounds = number("ANANKE_RIG_CONTROL_ROUNDS", 8);
    let (found, report) = disk(
        rounds,
        &mut seed,
        &["ANANKE_FAILPOINT=answer-without-flush"],
    );
    say(&format!(
        "{name}: {} cuts: {}; {} rounds lost something; {} of the next starts were refused, since the database was \
         behind its anchor",
        found.cuts,
        report.words(),
        found.losing(&report),
        found.refused
    ));
    assert!(!report.lost.is_empty(), "{report:#?}");
}

/// So many cuts on a disk of its own, and what is right at the end. With variables it is a control: it loses.
fn disk(rounds: usize, seed: &mut Seed, variables: &[&str]) -> (Rounds, Report) {
    let control = !variables.is_empty();
    let instance = Instance::create(Path::new(env!("CARGO_BIN_EXE_ananke-rig")), None);
    let dir = tempfile::tempdir().expect("a directory");
    if control {
        std::fs::copy(instance.path("data.anchor"), instance.path("first.anchor"))
            .expect("an anchor");
    }
    let mut guest = Guest::new(boot(), dir.path(), &instance.path(""), variables);
    let journal = Journal::create(&dir.path().join("journal"));
    let place = Place::default();
    let load = Load::new(&instance, &place, &journal, "cut");
    let mut found = Rounds::default();
    let last = std::thread::scope(|scope| {
        let _ending = Ending(&load);
        for number in 0..rounds {
            let mut machine = guest.on();
            // Now and then while it still reads what the last one left behind; not a control, which has lost by then.
            if number % 6 == 5 && !control {
                machine.starting();
                std::thread::sleep(Duration::from_millis(seed.below(3_000)));
                found.early += 1;
            } else {
                let ready = machine.ready();
                found.slowest = found.slowest.max(ready);
                found.refused += usize::from(machine.said("rig: refused"));
                place.set(machine.http);
                if number == 0 {
                    for _ in 0..CLIENTS {
                        scope.spawn(|| load.client());
                    }
                }
                answers(&journal, &machine, 1 + seed.below(40) as usize);
                std::thread::sleep(Duration::from_millis(seed.below(1_000)));
            }
            found.add(machine.cut(seed));
            let promises = journal.promises().keys.into_iter();
            let acknowledged = promises.filter_map(|(key, promised)| promised.map(|_| key));
            found.promised.push(acknowledged.collect());
        }
        load.end();
        let mut machine = guest.on();
        found.slowest = found.slowest.max(machine.ready());
        found.refused += usize::from(machine.said("rig: refused"));
        place.set(machine.http);
        machine
    });
    let report = check_by(&instance, last.http, &journal, 0, &|| last.audit());
    found.flushes = guest.flushes();
    let log = last.log();
    last.cut(seed);
    if control {
        report.wrong.iter().for_each(|wrong| say(wrong));
    } else if !report.is_clean() {
        say(&log);
    }
    (found, report)
}

fn answers(journal: &Journal, machine: &Machine, more: usize) {
    let wanted = journal.acknowledged() + more;
    assert!(
        journal.wait_for(wanted, PATIENCE),
        "no answers: {}",
        machine.log()
    );
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
