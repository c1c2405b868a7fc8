//! The load: clients that issue documents, each under a key of its own, and repeat a key until it is answered.
//!
//! The key is the `Idempotency-Key`, stands in the recipient's name, and for every second document is the external
//! id too. The others are kept from duplicates by the idempotency key alone, so that nothing else can hide a fault.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::json;

use crate::http::{self, Answer};
use crate::instance::Instance;
use crate::journal::Journal;
use crate::server::Place;
use crate::tries::Tries;

/// What all clients share.
#[derive(Debug)]
pub struct Load<'a> {
    /// Where they find their key and template.
    pub instance: &'a Instance,
    /// Where the server is.
    pub place: &'a Place,
    /// Where they write down what they are told.
    pub journal: &'a Journal,
    /// What their keys begin with.
    pub prefix: &'a str,
    /// Every request of theirs.
    pub tries: Tries,
    next: AtomicUsize,
    over: AtomicBool,
    abandoned: AtomicBool,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// 201, with this reference.
    Issued(String),
    /// No answer, or one that says: not now.
    Again(Option<u16>),
    /// An answer that the request does not deserve.
    Refused(String),
}

impl Tried {
    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Issued(_) => Some(201),
            Self::Again(status) => *status,
            Self::Refused(why) => why.split(' ').next().and_then(|status| status.parse().ok()),
        }
    }
}

impl<'a> Load<'a> {
    /// No client yet.
    #[must_use]
    pub fn new(
        instance: &'a Instance,
        place: &'a Place,
        journal: &'a Journal,
        prefix: &'a str,
    ) -> Self {
        Self {
            instance,
            place,
            journal,
            prefix,
            tries: Tries::default(),
            next: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
        }
    }

    /// One client, until [`Load::end`]; its last key is answered before it returns.
    pub fn client(&self) {
        while !self.over.load(Ordering::SeqCst) {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let key = format!("{}-{number}", self.prefix);
            self.journal.ask(&key);
            // Every eighth is repeated although it was answered: the answer must not change.
            for _ in 0..if number.is_multiple_of(8) { 2 } else { 1 } {
                self.until_answered(&key);
            }
        }
    }

    /// No more keys.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// No more tries either: there will be no server.
    pub fn abandon(&self) {
        self.end();
        self.abandoned.store(true, Ordering::SeqCst);
    }

    fn until_answered(&self, key: &str) {
        while !self.abandoned.load(Ordering::SeqCst) {
            let (server, address) = self.place.now();
            let began = Instant::now();
            let tried = issue(self.instance, address, key);
            self.tries.note(tried.status(), began.elapsed());
            match tried {
                Tried::Issued(reference) => return self.journal.acknowledge(key, &reference),
                Tried::Again(_) => self.place.pause(server),
                Tried::Refused(why) => return self.journal.refused(key, &why),
            }
        }
    }
}

/// One try.
#[must_use]
pub fn issue(instance: &Instance, address: SocketAddr, key: &str) -> Tried {
    match ask(instance, address, key) {
        Ok(answer) => judge(&answer),
        Err(_) => Tried::Again(None),
    }
}

/// One try, and the whole answer.
///
/// # Errors
/// There was none.
pub fn ask(instance: &Instance, address: SocketAddr, key: &str) -> Result<Answer, std::io::Error> {
    let mut body = json!({
        "templateId": instance.template,
        "recipientName": key,
        "fields": [{"key": "course", "value": "Durability"}],
    });
    if key.ends_with(['0', '2', '4', '6', '8']) {
        body["externalId"] = key.into();
    }
    let headers = [
        ("x-api-key", instance.key.as_str()),
        ("idempotency-key", key),
    ];
    http::post(address, "/v1/trust/issuances", &headers, &body)
}

/// What an answer means.
#[must_use]
pub fn judge(answer: &Answer) -> Tried {
    let json = answer.json();
    match (answer.status, json["reference"].as_str()) {
        (201, Some(reference)) => Tried::Issued(reference.to_owned()),
        // What passes by itself says when. As a conflict: the first try with this key is still running.
        (503 | 409, _) if answer.header("retry-after").is_some() => {
            Tried::Again(Some(answer.status))
        }
        (status, _) => Tried::Refused(format!("{status} {json}")),
    }
}
