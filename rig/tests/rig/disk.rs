//! G-04: the n-th sync fails, or the n-th write, with EIO. Never an answer for a failed commit; the process stops
//! itself; after a restart the same key gives one document.

use std::path::Path;
use std::time::{Duration, Instant};

use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::server::wait;
use ananke_rig::shim::{Call, Shim};
use ananke_rig::{number, say};

use crate::lives::{Lives, under_load};
use crate::program;

const CLIENTS: usize = 8;
const ISSUES: usize = 200;
/// As many as it takes to move the log into the database several times.
const MANY_ISSUES: usize = 300;

#[test]
fn failing_syncs() {
    let step = number("ANANKE_RIG_STEP", 10);
    every_nth("G-04 fsync", "data", Call::Sync, step, u64::MAX, ISSUES);
}

/// Those of a start: the directory's own are among them. Found with `ANANKE_RIG_SEED=2962005263480571334`.
#[test]
fn failing_syncs_of_a_start() {
    every_nth("G-04 fsync of a start", "data", Call::Sync, 1, 8, ISSUES);
}

/// Those of the database itself happen when the log is moved into it, behind a commit that succeeded. SQLite keeps
/// their failure to itself, and a server once went on.
#[test]
fn failing_syncs_behind_the_commit() {
    every_nth(
        "G-04 fsync of the database",
        "data/ananke.db",
        Call::Sync,
        1,
        u64::MAX,
        MANY_ISSUES,
    );
}

/// A commit makes dozens of writes and one sync, so the quick run takes bigger steps here.
#[test]
fn failing_writes() {
    let step = number("ANANKE_RIG_STEP", 100);
    every_nth("G-04 write", "data", Call::Write, step, u64::MAX, ISSUES);
}

/// What became of the faults.
#[derive(Default)]
struct Faults {
    /// Those that happened.
    fired: usize,
    /// Those the server outlived, with the path.
    outlived: Vec<(u64, String)>,
    /// Those it may outlive.
    harmless: usize,
    /// From the fault to the end of the process, at most.
    slowest: Duration,
}

/// Fails every `step`-th call of those that so many documents make, at most up to the `last`.
fn every_nth(name: &str, path: &str, call: Call, step: usize, last: u64, issues: usize) {
    let first = 1 + Seed::of_run(name).below(step as u64);
    let instance = Instance::create(program(), None);
    let shim = Shim::build(&instance.path(""));
    let variables = shim.variables(&instance.path(path));
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let ((faults, calls), report) = under_load(&instance, "disk", CLIENTS, |lives| {
        // How many there are when nothing fails.
        shim.arm(call, None);
        let mut server = lives.begin(&variables).expect("a server");
        assert!(lives.wait_for_answers(&mut server, issues));
        let calls = shim.counted(call);
        server.kill();
        let mut faults = Faults::default();
        for n in (first..=calls.min(last)).step_by(step) {
            life(lives, &shim, (call, n, issues), &variables, &mut faults);
        }
        (faults, calls)
    });
    let Faults {
        fired,
        outlived,
        harmless,
        slowest,
    } = faults;
    say(&format!(
        "{name}: of {calls} calls 1 in {step} fails, {fired} faults, {CLIENTS} clients: {}; {} outlived and {harmless} \
         harmless, else the process ended within {:.2} s",
        report.words(),
        outlived.len(),
        slowest.as_secs_f64()
    ));
    report.must_be_clean(&instance);
    assert!(fired > 0 && outlived.is_empty(), "outlived: {outlived:?}");
    // Otherwise it shows less than it says.
    assert!(fired > 1 || step > 1, "one fault only: more documents");
}

/// A life whose n-th call fails: it ends by itself, or it did not come so far.
fn life(
    lives: &mut Lives<'_>,
    shim: &Shim,
    (call, n, issues): (Call, u64, usize),
    variables: &[(&str, &str)],
    faults: &mut Faults,
) {
    shim.arm(call, Some(n));
    let Some(mut server) = lives.begin(variables) else {
        assert!(shim.fired(), "it ended by itself: {}", lives.instance.log());
        faults.fired += 1;
        return;
    };
    let wanted = lives.journal.acknowledged() + issues;
    wait("a fault, or the last answer", || {
        (shim.fired() || lives.journal.acknowledged() >= wanted).then_some(())
    });
    if !shim.fired() {
        return server.kill();
    }
    faults.fired += 1;
    let began = Instant::now();
    // One that goes on is seen to: it answers.
    let more = lives.journal.acknowledged() + ISSUES;
    let ended = wait("its end, or answers after the fault", || {
        if server.ended().is_some() {
            return Some(true);
        }
        (lives.journal.acknowledged() >= more).then_some(false)
    });
    if ended {
        faults.slowest = faults.slowest.max(began.elapsed());
    } else {
        let log = lives.instance.log();
        let failed = log
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("shim: EIO for "));
        let failed = failed.expect("the shim's line");
        // The store syncs the directory as the first thing of a start, when all its files are there, and ends when
        // that fails; SQLite does it once more behind its first commit, and keeps a failure of that to itself.
        if n > 1 && lives.instance.path("data") == Path::new(failed) {
            faults.harmless += 1;
        } else {
            faults.outlived.push((n, failed.to_owned()));
        }
        server.kill();
    }
}

/// The control: a server that logs a failed commit and goes on answers for what is not there.
#[test]
fn a_failed_commit_that_is_answered_is_found_lost() {
    let name = "G-04 control, a failed commit is logged and answered";
    let instance = Instance::create(program(), None);
    let shim = Shim::build(&instance.path(""));
    let variables = shim.variables(&instance.path("data"));
    let mut variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    variables.push(("ANANKE_FAILPOINT", "log-a-failed-commit-and-go-on"));
    let (faults, report) = under_load(&instance, "control", CLIENTS, |lives| {
        let mut faults = 0;
        // A write of the log: what a sync that fails leaves behind is only lost when the power goes.
        shim.arm(Call::Write, None);
        let mut server = lives.begin(&variables).expect("a server");
        assert!(lives.wait_for_answers(&mut server, 50));
        let calls = shim.counted(Call::Write);
        server.kill();
        for n in (calls / 2..calls).step_by(usize::try_from(calls / 16).unwrap().max(1)) {
            shim.arm(Call::Write, Some(n));
            // What fails while it starts ends it all the same; only commits are answered wrongly.
            let Some(mut server) = lives.begin(&variables) else {
                continue;
            };
            if lives.wait_for_answers(&mut server, 50) {
                faults += usize::from(shim.fired());
                server.kill();
            }
        }
        faults
    });
    say(&format!("{name}: {faults} faults: {}", report.words()));
    assert!(!report.lost.is_empty(), "{report:#?}");
}
