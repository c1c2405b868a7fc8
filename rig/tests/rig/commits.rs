//! G-11: a COMMIT that waits for its synchronous standby is cancelled, its connection ended, its client killed, or a
//! timeout set on it. Nothing is acknowledged that a failover can lose. An error at COMMIT is seen to be both: stored,
//! and not stored.

use std::time::{Duration, Instant};

use ananke_rig::checker::{Report, check};
use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Tried, issue};
use ananke_rig::server::{Server, wait};
use ananke_rig::{number, say};

use crate::cluster::pair::Pair;
use crate::program;

/// What happens to a COMMIT, each on a node of its own, whose connections bear its name.
const FAULTS: [&str; 4] = ["cancelled", "terminated", "killed", "timeout"];
/// The node that clients turn to after a fault.
const OTHER: &str = "other";

/// Nodes on one database, which follows them over both hosts.
struct World {
    pair: Pair,
    nodes: Vec<Node>,
    journal: Journal,
    /// COMMITs that failed, and what the record said of them when nobody had asked again.
    stored: usize,
    not_stored: usize,
    faults: usize,
}

struct Node {
    name: &'static str,
    instance: Instance,
    variables: Vec<(&'static str, &'static str)>,
    server: Option<Server>,
}

impl Node {
    fn start(&mut self) {
        let started = self.instance.start(&self.variables);
        self.server =
            Some(started.unwrap_or_else(|ended| panic!("{ended}: {}", self.instance.log())));
    }

    fn try_to_issue(&self, key: &str) -> Tried {
        let server = self.server.as_ref().expect("a server");
        issue(&self.instance, server.address, key)
    }
}

impl World {
    /// `None` without PostgreSQL.
    fn new(other: &[(&'static str, &'static str)]) -> Option<Self> {
        let pair = Pair::start(true)?;
        let url = pair.database();
        let name = url.rsplit('/').next().unwrap();
        pair.primary().ask(&format!(
            "ALTER DATABASE {name} SET statement_timeout = '500ms'"
        ));
        let first = Instance::create(program(), Some(url.clone()));
        let node = |name: &'static str, variables: &[_]| {
            let mut node = Node {
                name,
                instance: first.node(&format!("{url}?application_name={name}")),
                variables: variables.to_vec(),
                server: None,
            };
            node.start();
            node
        };
        let mut nodes: Vec<Node> = FAULTS.iter().map(|name| node(name, &[])).collect();
        nodes.push(node(OTHER, other));
        let journal = nodes[0].instance.path("commits.journal");
        let journal = Journal::create(&journal);
        Some(Self {
            pair,
            nodes,
            journal,
            stored: 0,
            not_stored: 0,
            faults: 0,
        })
    }

    /// What is right on the node that is up.
    fn checked(&self) -> Report {
        let other = self.other();
        check(
            &other.instance,
            other.server.as_ref().unwrap().address,
            &self.journal,
        )
    }

    fn other(&self) -> &Node {
        self.nodes.last().unwrap()
    }

    /// One try, with its lines in the journal.
    fn issue(&self, node: &Node, key: &str) -> Tried {
        let tried = node.try_to_issue(key);
        match &tried {
            Tried::Issued(reference) => self.journal.acknowledge(key, reference),
            Tried::Refused(why) => self.journal.refused(key, why),
            Tried::Again(_) => {}
        }
        tried
    }

    fn until_issued(&self, node: &Node, key: &str) {
        wait("a document", || {
            matches!(self.issue(node, key), Tried::Issued(_)).then_some(())
        });
    }

    /// Strikes every COMMIT of these nodes that waits for the standby; how many there were.
    fn strike(&self, function: &str, name: &str) -> usize {
        let sql = format!(
            "SELECT count({function}(pid)) FROM pg_stat_activity WHERE application_name = '{name}' AND \
             wait_event = 'SyncRep' AND query = 'COMMIT'"
        );
        self.pair.primary().ask(&sql).parse().unwrap()
    }

    fn waits(&self, name: &str) {
        wait("a COMMIT that waits", || {
            let sql = format!(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}' AND wait_event = 'SyncRep'"
            );
            (self.pair.primary().ask(&sql) == "1").then_some(())
        });
    }

    /// Four faults at once, while nothing reaches the standby; then the primary is lost, or nothing is.
    fn round(&mut self, number: usize, lose_the_primary: bool) {
        // Keys that end in 0 are external ids too, so that anybody can look whether they are there.
        let key = |name: &str| format!("{name}-{number}0");
        for node in &self.nodes {
            let fresh = format!("before-{}-{number}1", node.name);
            self.journal.ask(&fresh);
            self.until_issued(node, &fresh);
        }
        for name in FAULTS {
            self.journal.ask(&key(name));
        }
        self.pair.hold();
        std::thread::scope(|scope| {
            let (this, key) = (&*self, &key);
            let tries: Vec<_> = FAULTS
                .iter()
                .zip(&self.nodes)
                .map(|(name, node)| scope.spawn(move || this.issue(node, &key(name))))
                .collect();
            for name in FAULTS {
                self.waits(name);
            }
            let waiting = Instant::now();
            assert_eq!(self.strike("pg_cancel_backend", FAULTS[0]), 1);
            assert_eq!(self.strike("pg_terminate_backend", FAULTS[1]), 1);
            kill(self.nodes[2].server.as_ref().unwrap().process_id());
            // Whoever was told nothing turns to another node. Two of the four are visible there already: their
            // transactions ended on the primary, and nowhere else.
            let asked_again: Vec<_> = FAULTS[..2]
                .iter()
                .map(|name| scope.spawn(move || this.issue(this.other(), &key(name))))
                .collect();
            // Longer than the statement timeout of the database, which must not hit a COMMIT either.
            while waiting.elapsed() < Duration::from_secs(1) {
                self.strike("pg_cancel_backend", OTHER);
                std::thread::sleep(Duration::from_millis(50));
            }
            for tried in tries.into_iter().chain(asked_again) {
                // What the answer was stands in the journal; whether it was right is seen at the end.
                let _ = tried.join().unwrap();
            }
        });
        self.faults += FAULTS.len();
        if lose_the_primary {
            self.pair.fail_over();
        } else {
            self.pair.release();
            wait("what was held", || {
                let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
                (self.pair.primary().ask(waiting) == "0").then_some(())
            });
        }
        wait("its end", || self.nodes[2].server.as_mut().unwrap().ended());
        self.look(&key);
        if lose_the_primary {
            self.pair.follow();
        }
        self.nodes[2].start();
        // Whoever has an answer asks no more.
        let promises = self.journal.promises().keys;
        for key in FAULTS.map(&key) {
            if promises.get(&key).is_none_or(Option::is_none) {
                self.until_issued(self.other(), &key);
            }
        }
    }

    /// Which of the commits that failed are stored, before anybody asks for them again.
    fn look(&mut self, key: &impl Fn(&str) -> String) {
        let other = self.other();
        let address = other.server.as_ref().unwrap().address;
        let headers = [("x-api-key", other.instance.key.as_str())];
        let count = |name: &str| {
            wait("a list", || {
                let path = format!("/v1/trust/issuances?externalId={}", key(name));
                let answer = http::get(address, &path, &headers).ok()?;
                Some(answer.json()["items"].as_array()?.len())
            })
        };
        let stored = FAULTS.iter().filter(|name| count(name) == 1).count();
        self.stored += stored;
        self.not_stored += FAULTS.len() - stored;
    }
}

fn kill(process: u32) {
    let killed = std::process::Command::new("kill")
        .args(["-9", &process.to_string()])
        .status();
    assert!(killed.unwrap().success());
}

#[test]
fn commits_that_wait_for_the_standby() {
    let name = "G-11 commits";
    let Some(mut world) = World::new(&[]) else {
        return;
    };
    let rounds = number("ANANKE_RIG_COMMITS", 20).div_ceil(FAULTS.len());
    let mut failovers = 0;
    for number in 0..rounds {
        // What is stored in a round without one is at stake in the next.
        let lose_the_primary = number % 2 == 1 || number + 1 == rounds;
        failovers += usize::from(lose_the_primary);
        world.round(number, lose_the_primary);
    }
    let report = world.checked();
    say(&format!(
        "{name}: {} COMMITs struck while they waited for the standby, {failovers} failovers: {}; of the COMMITs that \
         failed {} were stored and {} were not",
        world.faults,
        report.words(),
        world.stored,
        world.not_stored
    ));
    report.must_be_clean(&world.other().instance);
    assert!(world.stored > 0 && world.not_stored > 0, "both halves");
}

/// The control: a replay that is answered without a write does not wait for the standby, and a failover loses it.
#[test]
fn a_replay_without_a_write_is_found_lost() {
    let name = "G-11 control, a replay without a write";
    let failpoint = [("ANANKE_FAILPOINT", "replay-without-a-write")];
    let Some(mut world) = World::new(&failpoint) else {
        return;
    };
    // Now and then the answer comes when the standby has it already: then the round shows nothing.
    for number in 0..4 {
        world.round(number, true);
        let report = world.checked();
        say(&format!(
            "{name}: {} COMMITs struck, {} failovers: {}",
            world.faults,
            number + 1,
            report.words()
        ));
        if !report.lost.is_empty() {
            return;
        }
    }
    panic!("nothing was found lost");
}
