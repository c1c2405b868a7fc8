//! G-24: keys are rotated while clients work. Whoever carries a key that is good is served, and a key that is no more is
//! refused on every node within two seconds.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant as Stopwatch};

use ananke_rig::http::{self, Answer};
use ananke_rig::instance::Instance;
use ananke_rig::server::Server;
use ananke_rig::{number, say};
use serde_json::{Value, json};

use crate::{cluster, program};

const CLIENTS: usize = 8;
/// How long the old key is good beside the new one.
const OVERLAP: Duration = Duration::from_secs(2);
/// Between two rolls.
const BETWEEN: Duration = Duration::from_secs(3);
/// How long a new secret takes to reach those who use it.
const DEPLOYED: Duration = Duration::from_millis(200);
/// How soon a key that is no more is refused everywhere.
const SOON: Duration = Duration::from_secs(2);

/// A key.
#[derive(Clone)]
struct Key {
    id: String,
    secret: String,
}

/// What came of it.
#[derive(Default)]
struct Tally {
    requests: AtomicUsize,
    rolls: AtomicUsize,
    /// Requests that carried a good key and were refused.
    failed: Mutex<Vec<String>>,
    /// Keys that were still taken two seconds after their end.
    taken: Mutex<Vec<String>>,
    slowest: Mutex<Duration>,
}

/// The nodes of a fleet, and a key that makes and ends others.
pub(crate) struct Fleet {
    pub(crate) instance: Instance,
    pub(crate) servers: Vec<Server>,
    /// The other nodes.
    pub(crate) others: Vec<Instance>,
}

impl Fleet {
    pub(crate) fn start(database: Option<String>, nodes: usize, failpoint: &str) -> Self {
        let variables: &[(&str, &str)] = &[("ANANKE_FAILPOINT", failpoint)];
        Self::of(
            Instance::create(program(), database),
            &vec![variables; nodes],
        )
    }

    /// A node for each list of variables.
    pub(crate) fn of(instance: Instance, variables: &[&[(&str, &str)]]) -> Self {
        let mut servers = vec![instance.start(variables[0]).expect("a server")];
        let mut others = Vec::new();
        for variables in &variables[1..] {
            let node = instance.node(instance.database().expect("a database"));
            servers.push(node.start(variables).expect("a second server"));
            others.push(node);
        }
        Self {
            instance,
            servers,
            others,
        }
    }

    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(|server| server.address).collect()
    }

    pub(crate) fn manage(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("x-api-key", self.instance.key.as_str())];
        let body = body.to_string();
        http::send(self.addresses()[0], method, path, &headers, body.as_bytes()).expect("an answer")
    }

    fn made(answer: &Answer) -> Key {
        assert_eq!(answer.status, 201, "{}", answer.json());
        let made = answer.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Key {
            id: text("id"),
            secret: text("secret"),
        }
    }

    fn make(&self) -> Key {
        Self::made(&self.manage("POST", "/v1/api-keys", &json!({ "name": "service" })))
    }

    /// Rotates a key for so long while clients use the newest one there is.
    fn rotate(&self, time: Duration) -> Tally {
        let tally = Tally::default();
        let newest = RwLock::new(self.make());
        // Of each key that was rolled: until when it is good at least, as seen from here.
        let good_until: Mutex<Vec<(String, Stopwatch)>> = Mutex::default();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (tally, newest, good_until, over) = (&tally, &newest, &good_until, &over);
                scope.spawn(move || {
                    let addresses = self.addresses();
                    let mut turn = client;
                    while !over.load(Ordering::SeqCst) {
                        turn += 1;
                        let key = newest
                            .read()
                            .unwrap_or_else(PoisonError::into_inner)
                            .clone();
                        let address = addresses[turn % addresses.len()];
                        let status = self.ask(address, &key.secret, turn);
                        let answered = Stopwatch::now();
                        tally.requests.fetch_add(1, Ordering::SeqCst);
                        let ends = good_until.lock().unwrap_or_else(PoisonError::into_inner);
                        let end = ends
                            .iter()
                            .find(|(id, _)| *id == key.id)
                            .map(|(_, end)| *end);
                        let was_good = end.is_none_or(|end| answered < end);
                        if was_good && !(200..300).contains(&status) {
                            let told = format!("{status} with {} at {address}", key.id);
                            tally
                                .failed
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push(told);
                        }
                    }
                });
            }
            let began = Stopwatch::now();
            while began.elapsed() < time {
                let old = newest
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                let asked = Stopwatch::now();
                let path = format!("/v1/api-keys/{}/roll", old.id);
                let body = json!({ "overlapSeconds": OVERLAP.as_secs() });
                good_until
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((old.id.clone(), asked + OVERLAP));
                let new = Self::made(&self.manage("POST", &path, &body));
                std::thread::sleep(DEPLOYED);
                *newest.write().unwrap_or_else(PoisonError::into_inner) = new;
                tally.rolls.fetch_add(1, Ordering::SeqCst);
                // The old one ends by itself, and another one by being deleted.
                let deleted = self.make();
                for address in self.addresses() {
                    assert_eq!(self.ask(address, &deleted.secret, 0), 200);
                }
                let path = format!("/v1/api-keys/{}?force=true", deleted.id);
                assert_eq!(self.manage("DELETE", &path, &json!({})).status, 204);
                self.refused(&deleted, Stopwatch::now(), &tally);
                let rolled = Stopwatch::now();
                std::thread::sleep((asked + OVERLAP).saturating_duration_since(rolled));
                self.refused(&old, Stopwatch::now(), &tally);
                std::thread::sleep((asked + BETWEEN).saturating_duration_since(Stopwatch::now()));
            }
            over.store(true, Ordering::SeqCst);
        });
        tally
    }

    /// A question or, every fourth time, a document.
    fn ask(&self, address: SocketAddr, secret: &str, turn: usize) -> u16 {
        let headers = [("x-api-key", secret)];
        let answer = if turn % 4 == 1 {
            let body = json!({
                "templateId": self.instance.template, "recipientName": "Ada Lovelace",
                "fields": [{ "key": "course", "value": "Mathematics" }],
            });
            http::post(address, "/v1/trust/issuances", &headers, &body)
        } else {
            http::get(address, "/v1/whoami", &headers)
        };
        answer.map_or(0, |answer| answer.status)
    }

    /// Waits until no node takes a key that ended then.
    fn refused(&self, key: &Key, ended: Stopwatch, tally: &Tally) {
        for address in self.addresses() {
            while self.ask(address, &key.secret, 0) != 401 {
                if ended.elapsed() > SOON {
                    let told = format!("{} at {address} after {:?}", key.id, ended.elapsed());
                    return tally
                        .taken
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(told);
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        let mut slowest = tally.slowest.lock().unwrap_or_else(PoisonError::into_inner);
        *slowest = slowest.max(ended.elapsed());
    }
}

fn report(name: &str, tally: &Tally) -> (usize, usize) {
    let (failed, taken) = (tally.failed.lock().unwrap(), tally.taken.lock().unwrap());
    say(&format!(
        "{name}: {} rolls, {} requests with a good key, {} refused, {} keys taken after their end, refused everywhere \
             {:?} after it at most",
        tally.rolls.load(Ordering::SeqCst),
        tally.requests.load(Ordering::SeqCst),
        failed.len(),
        taken.len(),
        tally.slowest.lock().unwrap(),
    ));
    (failed.len(), taken.len())
}

fn time() -> Duration {
    Duration::from_secs(number("ANANKE_RIG_ROTATION_SECONDS", 60) as u64)
}

#[test]
fn keys_rotated_on_sqlite() {
    let fleet = Fleet::start(None, 1, "");
    let tally = fleet.rotate(time());
    assert_eq!(
        report("G-24 on SQLite", &tally),
        (0, 0),
        "{:?}",
        tally.failed
    );
    assert!(tally.requests.load(Ordering::SeqCst) > 100);
}

#[test]
fn keys_rotated_on_two_nodes() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let fleet = Fleet::start(Some(cluster.database()), 2, "");
    let tally = fleet.rotate(time());
    let found = report("G-24 on two nodes", &tally);
    assert_eq!(found, (0, 0), "{:?} {:?}", tally.failed, tally.taken);
    assert!(tally.requests.load(Ordering::SeqCst) > 100);
}

/// The controls: a roll that leaves no overlap, and nodes that believe what they saw for a minute.
#[test]
fn what_a_rotation_must_not_do_is_found() {
    let fleet = Fleet::start(None, 1, "roll-without-an-overlap");
    let tally = fleet.rotate(BETWEEN);
    let (failed, _) = report("G-24 control, no overlap", &tally);
    assert!(failed > 0);
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let fleet = Fleet::start(Some(cluster.database()), 2, "believe-keys-for-a-minute");
    let tally = fleet.rotate(BETWEEN);
    let (_, taken) = report("G-24 control, believed for a minute", &tally);
    assert!(taken > 0);
}
