//! G-37: many requests with one idempotency key, at once and across a crash at every step of issuing. There is one
//! document, and every answer is the same.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use ananke_rig::checker::{Report, check};
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Tried, ask, judge};
use ananke_rig::say;
use ananke_rig::server::{Server, wait};

use crate::{cluster, program};

/// Steps of issuing, in their order, and whether the document is there after a crash.
const STEPS: [(&str, bool); 8] = [
    ("crash-before-the-claim", false),
    ("crash-after-the-claim", false),
    ("crash-after-the-event", false),
    ("crash-after-the-document", false),
    ("crash-before-the-commit", false),
    ("crash-after-the-commit", true),
    ("crash-after-the-anchor", true),
    ("crash-before-the-answer", true),
];

/// It ends in an odd digit: such a key is no external id, so that nothing but itself keeps it from duplicates.
const KEY: &str = "twin-1";

/// Against hanging for ever: each of a thousand answers waits for a commit of its own.
const PATIENCE: Duration = Duration::from_secs(300);

/// What became of the requests with one key.
#[derive(Default)]
struct Answers {
    /// Bodies of successes, and how often each was sent.
    bodies: BTreeMap<Vec<u8>, usize>,
    /// Of them, those that say they were sent before.
    replayed: usize,
    /// Requests that were told that another is running, or not now.
    again: usize,
}

impl Answers {
    /// Asks until it is answered, and writes that down.
    fn ask(
        answers: &Mutex<Self>,
        journal: &Journal,
        instance: &Instance,
        address: SocketAddr,
        key: &str,
    ) {
        let began = Instant::now();
        let mut pause = Duration::from_millis(5);
        loop {
            assert!(began.elapsed() < PATIENCE, "no answer: {}", instance.log());
            let tried = ask(instance, address, key);
            match tried.as_ref().map_or(Tried::Again(None), judge) {
                Tried::Issued(reference) => {
                    journal.acknowledge(key, &reference);
                    let answer = tried.expect("an answer");
                    let mut answers = answers.lock().unwrap();
                    answers.replayed += usize::from(answer.header("idempotent-replayed").is_some());
                    *answers.bodies.entry(answer.body).or_default() += 1;
                    return;
                }
                Tried::Again(_) => answers.lock().unwrap().again += 1,
                Tried::Refused(why) => return journal.refused(key, &why),
            }
            std::thread::sleep(pause);
            pause = Duration::from_millis(250).min(pause * 2);
        }
    }
}

/// So many requests with one key, as nearly at once as threads can be, to these servers in turn.
fn twins(count: usize, journal: &Journal, nodes: &[(&Instance, SocketAddr)], key: &str) -> Answers {
    let answers = Mutex::new(Answers::default());
    let gate = Barrier::new(count);
    std::thread::scope(|scope| {
        for twin in 0..count {
            let (instance, address) = nodes[twin % nodes.len()];
            let (answers, gate) = (&answers, &gate);
            let body = move || {
                gate.wait();
                Answers::ask(answers, journal, instance, address, key);
            };
            let thread = std::thread::Builder::new().stack_size(256 * 1024);
            thread.spawn_scoped(scope, body).expect("a thread");
        }
    });
    answers.into_inner().unwrap()
}

fn many_twins(name: &str, nodes: &[Instance]) {
    let count = 1_000;
    let start = |node: &Instance| {
        let started = node.start(&[]);
        started.unwrap_or_else(|ended| panic!("{ended}: {}", node.log()))
    };
    let servers: Vec<Server> = nodes.iter().map(start).collect();
    let addresses: Vec<(&Instance, SocketAddr)> = nodes
        .iter()
        .zip(&servers)
        .map(|(node, server)| (node, server.address))
        .collect();
    let journal = Journal::create(&nodes[0].path("twins.journal"));
    journal.ask(KEY);
    let began = Instant::now();
    let answers = twins(count, &journal, &addresses, KEY);
    let took = began.elapsed();
    let report = check(&nodes[0], servers[0].address, &journal);
    say(&format!(
        "{name}: {count} twins of one key, {} nodes: {} documents, {} issuing events, {} different answers, {} of {} \
         replayed, {} told to wait, in {:.1} s; {} other findings",
        nodes.len(),
        report.documents,
        report.issuing_events,
        answers.bodies.len(),
        answers.replayed,
        answers.bodies.values().sum::<usize>(),
        answers.again,
        took.as_secs_f64(),
        report.wrong.len()
    ));
    report.must_be_clean(&nodes[0]);
    assert_eq!((report.documents, report.issuing_events), (1, 1));
    assert_eq!(
        answers.bodies.values().collect::<Vec<_>>(),
        [&count],
        "one answer for all"
    );
    assert_eq!(answers.replayed, count - 1, "one was first");
    servers.into_iter().for_each(Server::stop);
}

#[test]
fn a_thousand_twins_on_sqlite() {
    many_twins("G-37 sqlite", &[Instance::create(program(), None)]);
}

/// Two nodes on one database: what runs in the other's memory is not seen, so that the claim in the database decides.
#[test]
fn a_thousand_twins_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let database = cluster.database();
    let first = Instance::create(program(), Some(database.clone()));
    let second = first.lost(Some(database));
    // The anchor of a second node is a copy of the first one's.
    std::fs::copy(first.path("data.anchor"), second.path("data.anchor")).unwrap();
    many_twins("G-37 postgresql", &[first, second]);
}

/// A request that kills the server at a step, and its retries.
fn crash(
    instance: &Instance,
    failpoints: &str,
    key: &str,
    journal: &Journal,
) -> (usize, Answers, Report) {
    let mut server = instance
        .start(&[("ANANKE_FAILPOINT", failpoints)])
        .expect("a server");
    journal.ask(key);
    let cut = ask(instance, server.address, key);
    assert!(cut.is_err(), "{failpoints}: it answered {cut:?}");
    let status = wait("the server's end", || server.ended());
    assert_eq!(status.signal(), Some(9), "{failpoints}: {}", instance.log());
    let server = instance.start(&[]).expect("a server");
    let before = check(instance, server.address, journal);
    let before = before.documents;
    let answers = twins(3, journal, &[(instance, server.address)], key);
    let report = check(instance, server.address, journal);
    server.stop();
    (before, answers, report)
}

fn crashes(name: &str, instance: &Instance) {
    let journal = Journal::create(&instance.path("crashes.journal"));
    let mut found_done = 0;
    for (number, (step, committed)) in STEPS.into_iter().enumerate() {
        let key = format!("{step}-{number}1");
        let (before, answers, report) = crash(instance, step, &key, &journal);
        report.must_be_clean(instance);
        assert_eq!(
            before,
            number + usize::from(committed),
            "{step}: documents after the crash"
        );
        assert_eq!(report.documents, number + 1, "{step}");
        assert_eq!(report.issuing_events, number + 1, "{step}");
        assert_eq!(
            answers.bodies.values().collect::<Vec<_>>(),
            [&3],
            "{step}: one answer"
        );
        let first = usize::from(!committed);
        assert_eq!(answers.replayed, 3 - first, "{step}");
        found_done += usize::from(committed);
    }
    say(&format!(
        "{name}: killed by itself at {} steps of issuing: nothing there after {}, the document after {found_done}; \
         retried three times each: one document and one answer for every key",
        STEPS.len(),
        STEPS.len() - found_done
    ));
}

#[test]
fn a_crash_at_every_step_on_sqlite() {
    crashes("G-37 crash sqlite", &Instance::create(program(), None));
}

#[test]
fn a_crash_at_every_step_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    crashes(
        "G-37 crash postgresql",
        &Instance::create(program(), Some(cluster.database())),
    );
}

/// The control: a server that claims nothing issues for twins what they ask, and once more after a crash.
#[test]
fn without_the_claim_twins_are_found_twice() {
    let instance = Instance::create(program(), None);
    let journal = Journal::create(&instance.path("control.journal"));
    journal.ask(KEY);
    let skip = "skip-the-claim";
    let server = instance
        .start(&[("ANANKE_FAILPOINT", skip)])
        .expect("a server");
    let answers = twins(20, &journal, &[(&instance, server.address)], KEY);
    let report = check(&instance, server.address, &journal);
    server.stop();
    say(&format!(
        "G-37 control, no claim: 20 twins: {} documents, {} different answers, {} duplicates found",
        report.documents,
        answers.bodies.len(),
        report.duplicates.len()
    ));
    assert_eq!(report.duplicates, [KEY], "{report:#?}");
    assert!(answers.bodies.len() > 1);
    let key = "crash-1";
    let (before, _, report) = crash(
        &instance,
        &format!("{skip},crash-after-the-commit"),
        key,
        &journal,
    );
    say(&format!(
        "G-37 control, no claim and a crash after the commit: {before} documents before, {} after, {} duplicates found",
        report.documents,
        report.duplicates.len()
    ));
    assert!(
        report.duplicates.iter().any(|found| found == key),
        "{report:#?}"
    );
}
