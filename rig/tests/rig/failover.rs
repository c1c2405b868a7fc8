//! G-10: the primary is killed, its synchronous standby takes its place. Nothing acknowledged is lost, writing goes on
//! within seconds, and whoever verifies hardly notices.

use std::time::{Duration, Instant};

use ananke_rig::checker::check;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Load, Tried, issue};
use ananke_rig::seed::Seed;
use ananke_rig::server::Place;
use ananke_rig::watch::Watch;
use ananke_rig::{number, say};

use crate::cluster::pair::Pair;
use crate::lives::under_load;
use crate::program;

const CLIENTS: usize = 4;
/// From the promotion to the first new answer: how long PostgreSQL takes for that itself is said, and its own business.
const GAP: Duration = Duration::from_secs(5);

#[test]
fn failover_to_a_synchronous_standby() {
    let name = "G-10 failover";
    let Some(mut pair) = Pair::start(true) else {
        return;
    };
    let mut seed = Seed::of_run(name);
    let failovers = number("ANANKE_RIG_FAILOVERS", 3);
    let instance = Instance::create(program(), Some(pair.database()));
    let watch = Watch::default();
    let (gaps, report) = under_load(&instance, "failover", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        let address = server.address;
        let Tried::Issued(reference) = issued(&instance, address, lives.journal) else {
            panic!("no document: {}", instance.log());
        };
        std::thread::scope(|scope| {
            let _ending = watch.until_dropped();
            for _ in 0..2 {
                scope.spawn(|| watch.look(address, || reference.clone()));
            }
            let mut gaps = Vec::new();
            for _ in 0..failovers {
                let answers = 20 + usize::try_from(seed.below(40)).unwrap();
                assert!(lives.wait_for_answers(&mut server, answers));
                let killed = Instant::now();
                pair.fail_over();
                let promoted = killed.elapsed();
                assert!(lives.wait_for_answers(&mut server, 1));
                gaps.push((killed.elapsed(), promoted));
                // It goes on while the other one is made anew.
                pair.follow();
            }
            assert!(lives.wait_for_answers(&mut server, 20));
            gaps
        })
    });
    let seen = watch.tries.seen();
    let unanswered = seen.other_than(&[200]);
    let wrong = watch
        .verdicts()
        .iter()
        .filter(|one| one.verdict != "valid")
        .count();
    let (longest, promoted) = gaps.iter().max().copied().unwrap_or_default();
    say(&format!(
        "{name}: {failovers} failovers, {CLIENTS} clients: {}; nothing written for {:.2} s at most, {:.2} s of them \
         until PostgreSQL was promoted; verification: {}, {unanswered} not answered",
        report.words(),
        longest.as_secs_f64(),
        promoted.as_secs_f64(),
        seen.words()
    ));
    report.must_be_clean(&instance);
    let ours = gaps.iter().map(|(gap, promoted)| *gap - *promoted);
    assert!(ours.max().unwrap_or_default() < GAP, "{gaps:?}");
    assert_eq!(wrong, 0, "verdicts other than valid");
    assert!(unanswered * 1_000 <= seen.count(), "{seen:?}");
}

/// One document, with its lines in the journal.
fn issued(instance: &Instance, address: std::net::SocketAddr, journal: &Journal) -> Tried {
    journal.ask("watched-1");
    let tried = issue(instance, address, "watched-1");
    if let Tried::Issued(reference) = &tried {
        journal.acknowledge("watched-1", reference);
    }
    tried
}

/// The control: what was acknowledged and had not reached a standby that nobody waits for is found lost. The server
/// itself finds it too, and writes nothing more.
#[test]
fn an_asynchronous_standby_is_found_to_lose() {
    let name = "G-10 control, an asynchronous standby";
    let Some(mut pair) = Pair::start(false) else {
        return;
    };
    let instance = Instance::create(program(), Some(pair.database()));
    let journal = Journal::create(&instance.path("control.journal"));
    let place = Place::default();
    let load = Load::new(&instance, &place, &journal, "control");
    let mut server = instance
        .start(&[])
        .unwrap_or_else(|ended| panic!("{ended}"));
    place.set(server.address);
    let written = std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| load.client());
        }
        let patience = Duration::from_secs(30);
        let enough = journal.wait_for(20, patience);
        pair.hold();
        let more = journal.acknowledged() + 10;
        let enough = enough && journal.wait_for(more, patience);
        pair.fail_over();
        let before = journal.acknowledged();
        let written = journal.wait_for(before + 1, Duration::from_secs(3));
        load.abandon();
        assert!(enough, "no answers: {}", instance.log());
        written
    });
    assert!(server.ended().is_none(), "it died: {}", instance.log());
    server.kill();
    assert!(
        !written,
        "it wrote to a database that lost what was acknowledged"
    );
    assert!(
        instance
            .log()
            .contains("the database lost what was acknowledged")
    );
    assert!(instance.start(&[]).is_err(), "a start on what is left");
    let (done, words) = instance.run(&["restore", "--new-epoch"]);
    assert!(done, "{words}");
    let server = instance
        .start(&[])
        .unwrap_or_else(|ended| panic!("{ended}"));
    let report = check(&instance, server.address, &journal);
    say(&format!(
        "{name}: 1 failover: {}; the server wrote nothing more, and did not start on what was left",
        report.words()
    ));
    assert!(!report.lost.is_empty(), "{report:#?}");
    server.stop();
}
