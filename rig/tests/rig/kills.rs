//! G-01: `kill -9` during issuance. Nothing acknowledged is lost, no key has two documents.

use std::time::Duration;

use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::{number, say};

use crate::lives::{Lives, under_load};
use crate::{cluster, program};

const CLIENTS: usize = 8;

#[test]
fn kills_on_sqlite() {
    let instance = Instance::create(program(), None);
    survives(&instance, "G-01 sqlite", number("ANANKE_RIG_KILLS", 50));
}

#[test]
fn kills_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let instance = Instance::create(program(), Some(cluster.database()));
    let kills = number("ANANKE_RIG_KILLS", 50).div_ceil(5);
    survives(&instance, "G-01 postgresql", kills);
}

fn survives(instance: &Instance, name: &str, kills: usize) {
    let mut seed = Seed::of_run(name);
    let (slowest, report) = under_load(instance, "kills", CLIENTS, |lives| {
        for number in 0..kills {
            // Now and then before it is ready, while it still reads what the last one left behind.
            if number % 8 == 7 {
                let starting = instance.spawn(&[]);
                std::thread::sleep(Duration::from_millis(seed.below(150)));
                starting.kill();
            } else {
                kill(lives, &mut seed, &[]);
            }
        }
        lives.slowest()
    });
    say(&format!(
        "{name}: {kills} kills, {CLIENTS} clients: {}; ready again within {slowest:.2} s",
        report.words()
    ));
    report.must_be_clean(instance);
}

/// One life: up to 24 answers and a moment, then `kill -9`.
fn kill(lives: &mut Lives<'_>, seed: &mut Seed, variables: &[(&str, &str)]) {
    let mut server = lives.begin(variables).expect("a server");
    let answers = usize::try_from(seed.below(25)).unwrap();
    assert!(
        lives.wait_for_answers(&mut server, answers),
        "it died by itself"
    );
    std::thread::sleep(Duration::from_micros(seed.below(5_000)));
    server.kill();
}

/// The control: a server that answers before it commits loses, and the checker says so.
#[test]
fn answers_before_the_commit_are_found_lost() {
    let name = "G-01 control, answers before the commit";
    let mut seed = Seed::of_run(name);
    let instance = Instance::create(program(), None);
    let kills = 5;
    let ((), report) = under_load(&instance, "control", CLIENTS, |lives| {
        for _ in 0..kills {
            kill(
                lives,
                &mut seed,
                &[("ANANKE_FAILPOINT", "answer-before-commit")],
            );
        }
    });
    say(&format!("{name}: {kills} kills: {}", report.words()));
    assert!(!report.lost.is_empty(), "{report:#?}");
}
