//! G-08: `kill -9` in a migration. The next start migrates as if nothing had been, and at once.
//!
//! That databases of every past schema open is shown by `crates/server/tests/trust/upgrade.rs`.

use std::time::Duration;

use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::server::wait;
use ananke_rig::{number, say};

use crate::lives::under_load;
use crate::{cluster, program};

const CLIENTS: usize = 4;

#[test]
fn kills_in_a_migration_on_sqlite() {
    survives("G-08 sqlite", || None);
}

#[test]
fn kills_in_a_migration_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    survives("G-08 postgresql", || Some(cluster.database()));
}

fn survives(name: &str, database: impl Fn() -> Option<String>) {
    let mut seed = Seed::of_run(name);
    let instance = Instance::empty(program(), database());
    let kills = number("ANANKE_RIG_MIGRATIONS", 10);
    // In the first step for half of them; then that is done, and the next one is begun for the other half.
    for number in 0..kills {
        let step = if number == kills / 2 { 2 } else { 1 };
        let failpoint = format!("stay-in-a-migration:{step}");
        kill(&instance, &mut seed, &failpoint);
    }
    let instance = instance.begun(&[]);
    let ((), report) = under_load(&instance, "migrations", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        assert!(lives.wait_for_answers(&mut server, 50));
        server.stop();
    });
    say(&format!(
        "{name}: {kills} kills in a migration, then {}",
        report.words()
    ));
    report.must_be_clean(&instance);
}

/// Starts a server that stays where the failpoint is, and kills it there.
fn kill(instance: &Instance, seed: &mut Seed, failpoint: &str) {
    let before = instance.log().len();
    let mut starting = instance.spawn(&[("ANANKE_FAILPOINT", failpoint)]);
    wait("a server in a migration", || {
        assert!(starting.ended().is_none(), "{}", instance.log());
        instance.log()[before..]
            .contains("staying in a migration")
            .then_some(())
    });
    std::thread::sleep(Duration::from_micros(seed.below(5_000)));
    starting.kill();
}

/// The control: what was done outside of a transaction stands in the way of the next start.
#[test]
fn half_a_migration_is_found() {
    let name = "G-08 control, a migration without a transaction";
    let mut seed = Seed::of_run(name);
    let instance = Instance::empty(program(), None);
    kill(&instance, &mut seed, "migrate-without-a-transaction");
    let ended = instance.start(&[]).err();
    say(&format!("{name}: the next start ends with {ended:?}"));
    assert!(ended.is_some(), "{}", instance.log());
}
