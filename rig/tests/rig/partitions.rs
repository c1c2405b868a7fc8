//! G-12: the line between a node and its database is cut, in four ways, while another node goes on. Whoever asks the
//! node is answered in time, it needs no more memory, it is back soon after the line is, and it never calls a document
//! valid as of a moment when that was over.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch, SystemTime, UNIX_EPOCH};

use ananke_format::Instant;
use ananke_rig::checker::check;
use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Load, Tried, issue};
use ananke_rig::seed::Seed;
use ananke_rig::server::{Place, Server, wait};
use ananke_rig::watch::Watch;
use ananke_rig::wire::{Cut, Wire};
use ananke_rig::{number, say};
use serde_json::json;

use crate::{cluster, program};

const CLIENTS: usize = 4;
/// How long a request may take.
const LIMIT: Duration = Duration::from_secs(5);
/// How soon both is done again: issuing and verifying.
const BACK: Duration = Duration::from_secs(2);
/// How much memory the node may ever have had.
const MEMORY: u64 = 300 << 20;

fn relay() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ananke-rig-relay"))
}

/// Two nodes on one database, one of them over the wire.
struct World {
    wire: Wire,
    near: Instance,
    direct: Instance,
}

impl World {
    /// `None` where there is no PostgreSQL, or no namespaces.
    fn new() -> Option<Self> {
        let cluster = cluster::shared()?;
        let wire = Wire::lay(relay(), cluster.socket_dir())?;
        let url = cluster.database();
        let direct = Instance::create(program(), Some(url.clone()));
        let name = url.rsplit('/').next().unwrap();
        let host = wire.socket_dir().display().to_string().replace('/', "%2F");
        let near = direct.node(&format!("postgres://postgres@{host}/{name}"));
        Some(Self { wire, near, direct })
    }

    fn start(instance: &Instance, variables: &[(&str, &str)]) -> Server {
        let started = instance.start(variables);
        started.unwrap_or_else(|ended| panic!("{ended}: {}", instance.log()))
    }
}

#[test]
fn partitions() {
    let name = "G-12 partitions";
    let Some(world) = World::new() else { return };
    let mut seed = Seed::of_run(name);
    let cuts = number("ANANKE_RIG_PARTITIONS", Cut::ALL.len());
    let journal = Journal::create(&world.near.path("partitions.journal"));
    let (server, direct) = (
        World::start(&world.near, &[]),
        World::start(&world.direct, &[]),
    );
    let place = Place::default();
    place.set(server.address);
    let load = Load::new(&world.near, &place, &journal, "near");
    let watch = Watch::default();
    let watched = Mutex::new(String::new());
    let which = || {
        watched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    };
    // Since when each document was revoked, at the latest.
    let mut revoked: Vec<(String, Instant)> = Vec::new();
    let mut back = [Duration::ZERO; 2];
    std::thread::scope(|scope| {
        let _ending = Ending(&load, &watch);
        let mut spawned = false;
        for round in 0..cuts {
            let cut = Cut::ALL[round % Cut::ALL.len()];
            let (id, reference) = fresh(
                &world.direct,
                &direct,
                &journal,
                &format!("direct-{round}0"),
            );
            reference.clone_into(&mut watched.lock().unwrap_or_else(PoisonError::into_inner));
            if !spawned {
                spawned = true;
                for _ in 0..CLIENTS {
                    scope.spawn(|| load.client());
                }
                for _ in 0..2 {
                    scope.spawn(|| watch.look(server.address, which));
                }
            }
            let answers = journal.acknowledged() + 20;
            assert!(
                journal.wait_for(answers, Duration::from_secs(30)),
                "{}",
                world.near.log()
            );
            world.wire.cut(cut);
            let length = 5_500 + seed.below(2_000);
            let until = seed.below(length);
            std::thread::sleep(Duration::from_millis(until));
            revoke(&world.direct, &direct, &id);
            journal.revoked(&format!("direct-{round}0"));
            revoked.push((reference.clone(), now()));
            std::thread::sleep(Duration::from_millis(length - until));
            world.wire.mend(cut);
            let mended = Stopwatch::now();
            let verified = scope.spawn({
                let (reference, address) = (reference.clone(), server.address);
                move || {
                    let again = Watch::default();
                    wait("a verdict", || again.once(address, &reference));
                    mended.elapsed()
                }
            });
            let key = format!("after-{round}1");
            journal.ask(&key);
            wait("a document", || {
                match issue(&world.near, server.address, &key) {
                    Tried::Issued(reference) => {
                        journal.acknowledge(&key, &reference);
                        Some(())
                    }
                    _ => None,
                }
            });
            let took = [mended.elapsed(), verified.join().unwrap()];
            say(&format!(
                "{name}: {}, {:.1} s: issuing again after {:.2} s, verifying after {:.2} s",
                cut.words(),
                length as f64 / 1e3,
                took[0].as_secs_f64(),
                took[1].as_secs_f64()
            ));
            back = [back[0].max(took[0]), back[1].max(took[1])];
            assert_eq!(
                watch.once(server.address, &reference).as_deref(),
                Some("revoked")
            );
        }
    });
    let (issuing, verifying) = (load.tries.seen(), watch.tries.seen());
    let lies: Vec<_> = watch
        .verdicts()
        .into_iter()
        .filter(|one| one.verdict == "valid")
        .filter(|one| {
            revoked
                .iter()
                .any(|(reference, at)| *reference == one.reference && one.as_of > *at)
        })
        .collect();
    let memory = server.most_memory();
    let report = check(&world.direct, direct.address, &journal);
    say(&format!(
        "{name}: {cuts} partitions, {CLIENTS} clients: {}; issuing: {}; verifying: {}; issuing again within {:.2} s, \
         verifying within {:.2} s; {} MB at most; {} verdicts, {} of them valid as of after the revocation",
        report.words(),
        issuing.words(),
        verifying.words(),
        back[0].as_secs_f64(),
        back[1].as_secs_f64(),
        memory >> 20,
        watch.verdicts().len(),
        lies.len()
    ));
    report.must_be_clean(&world.direct);
    assert!(lies.is_empty(), "{lies:#?}");
    assert_eq!(issuing.other_than(&[201, 503]), 0, "{issuing:?}");
    assert_eq!(verifying.other_than(&[200, 503]), 0, "{verifying:?}");
    assert!(
        issuing.slowest.max(verifying.slowest) < LIMIT,
        "{issuing:?} {verifying:?}"
    );
    assert!(back[0].max(back[1]) < BACK, "{back:?}");
    assert!(memory < MEMORY, "{memory}");
    assert!(
        issuing.statuses.contains_key(&Some(503)),
        "the partitions were not felt: {issuing:?}"
    );
    direct.stop();
    server.stop();
}

/// The control: a node that waits for its database without an end is found too slow.
#[test]
fn waiting_without_an_end_is_found_too_slow() {
    let name = "G-12 control, no limit on waiting";
    let Some(world) = World::new() else { return };
    let server = World::start(&world.near, &[("ANANKE_FAILPOINT", "wait-without-limit")]);
    let direct = World::start(&world.direct, &[]);
    let journal = Journal::create(&world.near.path("control.journal"));
    let (_, reference) = fresh(&world.direct, &direct, &journal, "direct-0");
    let watch = Watch::default();
    assert_eq!(
        watch.once(server.address, &reference).as_deref(),
        Some("valid")
    );
    world.wire.cut(Cut::Answers);
    std::thread::scope(|scope| {
        scope.spawn(|| watch.once(server.address, &reference));
        std::thread::sleep(LIMIT + Duration::from_secs(1));
        world.wire.mend(Cut::Answers);
    });
    let seen = watch.tries.seen();
    say(&format!("{name}: 1 partition: {}", seen.words()));
    assert!(seen.slowest > LIMIT, "{seen:?}");
}

/// A document: its id and reference.
fn fresh(instance: &Instance, server: &Server, journal: &Journal, key: &str) -> (String, String) {
    journal.ask(key);
    let Tried::Issued(reference) = issue(instance, server.address, key) else {
        panic!("no document: {}", instance.log());
    };
    journal.acknowledge(key, &reference);
    let headers = [("x-api-key", instance.key.as_str())];
    // Keys that end in 0 are external ids too.
    let path = format!("/v1/trust/issuances?externalId={key}");
    let list = http::get(server.address, &path, &headers).unwrap().json();
    let id = list["items"][0]["id"].as_str().unwrap();
    (id.to_owned(), reference)
}

fn revoke(instance: &Instance, server: &Server, id: &str) {
    let headers = [("x-api-key", instance.key.as_str())];
    let path = format!("/v1/trust/issuances/{id}/lifecycle");
    let body = json!({"action": "revoke", "reason": "other"});
    let answer = http::post(server.address, &path, &headers, &body).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.json());
}

#[allow(
    clippy::disallowed_methods,
    reason = "whoever revokes asks the machine for the time"
)]
fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Instant::from_microsecond(i64::try_from(since.as_micros()).unwrap()).unwrap()
}

/// A test that fails in between must not leave its clients asking for ever; one that does not lets each have its answer.
struct Ending<'a, 'b>(&'a Load<'b>, &'a Watch);

impl Drop for Ending<'_, '_> {
    fn drop(&mut self) {
        self.1.end();
        if std::thread::panicking() {
            self.0.abandon();
        } else {
            self.0.end();
        }
    }
}
