//! G-09: PostgreSQL restarts as in an emergency, under load. Nothing is lost or doubled, and every request ends in time.

use std::time::Duration;

use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::{number, say};

use crate::lives::under_load;
use crate::{cluster, program};

const CLIENTS: usize = 8;
/// How long a request may take.
const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn restarts_under_load() {
    let name = "G-09 restarts";
    let Some(cluster) = cluster::start() else {
        return;
    };
    let mut seed = Seed::of_run(name);
    let restarts = number("ANANKE_RIG_RESTARTS", 5);
    let instance = Instance::create(program(), Some(cluster.database()));
    let (seen, report) = under_load(&instance, "restarts", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        for _ in 0..restarts {
            let answers = 10 + usize::try_from(seed.below(40)).unwrap();
            assert!(lives.wait_for_answers(&mut server, answers));
            std::thread::sleep(Duration::from_micros(seed.below(20_000)));
            cluster.restart_immediately();
        }
        assert!(lives.wait_for_answers(&mut server, 40));
        lives.tries.seen()
    });
    say(&format!(
        "{name}: {restarts} restarts -m immediate, {CLIENTS} clients: {}; {}",
        report.words(),
        seen.words()
    ));
    report.must_be_clean(&instance);
    assert_eq!(seen.other_than(&[201, 503]), 0, "{seen:?}");
    assert!(seen.slowest < LIMIT, "{seen:?}");
}
