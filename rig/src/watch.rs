//! Somebody who verifies one document again and again, and keeps what was answered.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use ananke_format::Instant;
use serde_json::json;

use crate::http;
use crate::tries::Tries;

/// A pause after an answer, so that verifying is not all the machine does.
const PAUSE: Duration = Duration::from_millis(4);

/// What was seen.
#[derive(Debug, Default)]
pub struct Watch {
    /// Every request.
    pub tries: Tries,
    verdicts: Mutex<Vec<Verdict>>,
    over: AtomicBool,
}

/// One verdict.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// About which document.
    pub reference: String,
    /// The word.
    pub verdict: String,
    /// As of when.
    pub as_of: Instant,
}

impl Watch {
    /// Verifies until [`Watch::end`]; `which` is asked each time.
    pub fn look(&self, address: SocketAddr, which: impl Fn() -> String) {
        while !self.over.load(Ordering::SeqCst) {
            self.once(address, &which());
            std::thread::sleep(PAUSE);
        }
    }

    /// Verifies once; the verdict, if there was one.
    pub fn once(&self, address: SocketAddr, reference: &str) -> Option<String> {
        let began = Stopwatch::now();
        let body = json!({ "reference": reference });
        let answer = http::post(address, "/v1/trust/verify/by-reference", &[], &body).ok();
        let status = answer.as_ref().map(|answer| answer.status);
        self.tries.note(status, began.elapsed());
        let json = answer.filter(|answer| answer.status == 200)?.json();
        let verdict = Verdict {
            reference: reference.to_owned(),
            verdict: json["verdict"].as_str()?.to_owned(),
            as_of: Instant::parse(json["server"]["verifiedAt"].as_str()?).ok()?,
        };
        let word = verdict.verdict.clone();
        self.lock().push(verdict);
        Some(word)
    }

    /// No more.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// No more once what is given back is dropped, also by a test that fails.
    #[must_use]
    pub fn until_dropped(&self) -> impl Drop {
        Ending(self)
    }

    /// Every verdict so far.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Verdict>> {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Ending<'a>(&'a Watch);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
