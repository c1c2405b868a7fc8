//! What is seen of a commit before it is on disk: nothing. A disk that holds its flushes back, a revocation that waits
//! for one, and whoever asks about the document meanwhile.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Tried, issue};
use ananke_rig::say;
use ananke_rig::server::wait;
use ananke_rig::shim::Shim;
use serde_json::json;

use crate::program;

const READERS: usize = 8;
/// Long beside a request. Nothing is timed by it: what comes in between is wrong however long it took.
const HELD: Duration = Duration::from_millis(500);

/// What came while the flush was held.
#[derive(Default)]
struct Early {
    /// Verdicts.
    verdicts: AtomicUsize,
    /// Those of them that say `revoked`.
    revoked: AtomicUsize,
    /// Whether the revocation was answered.
    answered: AtomicBool,
}

/// Holds the flush of a revocation.
fn hold(failpoint: &str) -> Early {
    let instance = Instance::create(program(), None);
    let shim = Shim::build(&instance.path(""));
    shim.hold(false);
    let variables = shim.variables(&instance.path("data"));
    let mut variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    variables.push(("ANANKE_FAILPOINT", failpoint));
    let server = instance.start(&variables).expect("a server");
    let journal = Journal::create(&instance.path("unflushed.journal"));
    // A key that ends in 0 is an external id too.
    let key = "unflushed-0";
    journal.ask(key);
    let Tried::Issued(reference) = issue(&instance, server.address, key) else {
        panic!("no document: {}", instance.log());
    };
    let headers = [("x-api-key", instance.key.as_str())];
    let path = format!("/v1/trust/issuances?externalId={key}");
    let list = http::get(server.address, &path, &headers).unwrap().json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let verdict = || {
        let question = json!({ "reference": reference });
        let path = "/v1/trust/verify/by-reference";
        let answer = http::post(server.address, path, &[], &question).unwrap();
        answer.json()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(), "valid");
    // The jobs of the start write, too; the flush that is held shall be the revocation's.
    std::thread::sleep(Duration::from_secs(2));

    let (early, over) = (Early::default(), AtomicBool::new(false));
    shim.hold(true);
    std::thread::scope(|scope| {
        let letting_go = LettingGo(&shim, &over);
        scope.spawn(|| {
            let path = format!("/v1/trust/issuances/{id}/lifecycle");
            let body = json!({"action": "revoke"});
            let answer = http::post(server.address, &path, &headers, &body).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.json());
            early
                .answered
                .store(!over.load(Ordering::SeqCst), Ordering::SeqCst);
        });
        if failpoint != "answer-without-flush" {
            wait("a flush", || shim.holds().then_some(()));
        }
        for _ in 0..READERS {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    let found = verdict();
                    if !over.load(Ordering::SeqCst) {
                        early.verdicts.fetch_add(1, Ordering::SeqCst);
                        let revoked = usize::from(found == "revoked");
                        early.revoked.fetch_add(revoked, Ordering::SeqCst);
                    }
                }
            });
        }
        std::thread::sleep(HELD);
        drop(letting_go);
    });
    assert_eq!(verdict(), "revoked");
    server.stop();
    early
}

/// The end of it. A test that fails in between must not wait for its disk either.
struct LettingGo<'a>(&'a Shim, &'a AtomicBool);

impl Drop for LettingGo<'_> {
    fn drop(&mut self) {
        self.1.store(true, Ordering::SeqCst);
        self.0.hold(false);
    }
}

fn words(name: &str, early: &Early) {
    say(&format!(
        "{name}: a flush held for {:.1} s, {READERS} readers: {} verdicts meanwhile, {} of them revoked; the revocation {}",
        HELD.as_secs_f64(),
        early.verdicts.load(Ordering::SeqCst),
        early.revoked.load(Ordering::SeqCst),
        if early.answered.load(Ordering::SeqCst) {
            "was answered"
        } else {
            "was not answered"
        }
    ));
}

#[test]
fn nothing_is_seen_before_its_flush() {
    let early = hold("");
    words("G-01 before the flush", &early);
    assert_eq!(early.verdicts.into_inner(), 0);
    assert!(!early.answered.into_inner());
}

#[test]
fn a_reader_that_does_not_wait_is_found() {
    let early = hold("believe-what-is-not-on-disk");
    words("G-01 control, a reader that does not wait", &early);
    assert!(early.revoked.into_inner() > 0);
    assert!(!early.answered.into_inner());
}

#[test]
fn an_answer_without_a_flush_is_found() {
    let early = hold("answer-without-flush");
    words("G-01 control, an answer without a flush", &early);
    assert!(early.answered.into_inner());
}
