//! The checker: compares what clients were promised with what anybody with a key can ask for, and lets the offline
//! verifier and `ananke audit verify` speak. It knows no table.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use serde_json::Value;

use crate::http;
use crate::instance::Instance;
use crate::journal::Journal;
use crate::offline::Offline;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Keys that were answered with a document.
    pub acknowledged: usize,
    /// Documents that are there.
    pub documents: usize,
    /// Events that say: issued.
    pub issuing_events: usize,
    /// Promises without their document.
    pub lost: Vec<String>,
    /// Keys with more than one document.
    pub duplicates: Vec<String>,
    /// Everything else that is wrong.
    pub wrong: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.duplicates.is_empty() && self.wrong.is_empty()
    }

    /// Fails with everything that is wrong.
    ///
    /// # Panics
    /// When anything is.
    #[track_caller]
    pub fn must_be_clean(&self, instance: &Instance) {
        let log = instance.log();
        let tail = log.len().saturating_sub(4_000);
        let tail = log.get(tail..).unwrap_or_default();
        assert!(self.is_clean(), "{self:#?}\nthe end of the log:\n{tail}");
    }

    /// The numbers in words.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{} acknowledged, {} lost, {} duplicates, {} documents, {} issuing events, {} other findings",
            self.acknowledged,
            self.lost.len(),
            self.duplicates.len(),
            self.documents,
            self.issuing_events,
            self.wrong.len()
        )
    }
}

/// Checks everything, on a server that runs.
#[must_use]
pub fn check(instance: &Instance, address: SocketAddr, journal: &Journal) -> Report {
    check_ahead(instance, address, journal, 0)
}

/// The same where the clocks of server and verifier are so many seconds ahead.
#[must_use]
pub fn check_ahead(
    instance: &Instance,
    address: SocketAddr,
    journal: &Journal,
    ahead: i64,
) -> Report {
    check_by(instance, address, journal, ahead, &|| instance.audit())
}

/// The same where `ananke audit verify` has to run on another machine: whether it was content, and its words.
#[must_use]
pub fn check_by(
    instance: &Instance,
    address: SocketAddr,
    journal: &Journal,
    ahead: i64,
    audit: &dyn Fn() -> (bool, String),
) -> Report {
    let mut checker = Checker {
        instance,
        address,
        ahead,
        audit,
        report: Report::default(),
    };
    if let Err(error) = checker.run(journal) {
        checker.report.wrong.push(error);
    }
    checker.report
}

struct Checker<'a> {
    instance: &'a Instance,
    address: SocketAddr,
    ahead: i64,
    audit: &'a dyn Fn() -> (bool, String),
    report: Report,
}

impl Checker<'_> {
    fn run(&mut self, journal: &Journal) -> Result<(), String> {
        let promises = journal.promises();
        self.report.wrong.extend(promises.wrong);
        let mut documents: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for document in self.pages("/v1/trust/issuances?limit=200")? {
            self.report.documents += 1;
            documents
                .entry(text(&document, "recipientName").to_owned())
                .or_default()
                .push(document);
        }
        for (key, found) in &documents {
            if found.len() > 1 {
                self.report.duplicates.push(key.clone());
            }
            if !promises.keys.contains_key(key) {
                self.report.wrong.push(format!("nobody asked for {key}"));
            }
        }
        for (key, promised) in &promises.keys {
            let Some(reference) = promised else { continue };
            self.report.acknowledged += 1;
            match documents.get(key).map(Vec::as_slice) {
                None | Some([]) => self.report.lost.push(format!("{key}: {reference}")),
                Some(found) if found.iter().any(|one| text(one, "reference") == reference) => {}
                Some(_) => {
                    let other = format!("{key}: {reference} is not what is stored");
                    self.report.lost.push(other);
                }
            }
        }
        let offline = Offline::fetch(self.instance, self.address, self.ahead)?;
        let mut places = BTreeSet::new();
        for (key, found) in &documents {
            let revoked = promises.revoked.contains(key);
            let expected = if revoked { "revoked" } else { "valid" };
            for document in found {
                self.document(document, expected, &offline, &mut places)?;
            }
        }
        let (sound, words) = (self.audit)();
        if !sound {
            self.report.wrong.push(format!("audit verify: {words}"));
        }
        Ok(())
    }

    /// One document: found by its own numbers, recorded once, and what it should be offline.
    fn document(
        &mut self,
        document: &Value,
        expected: &str,
        offline: &Offline,
        places: &mut BTreeSet<(String, u64)>,
    ) -> Result<(), String> {
        let reference = text(document, "reference");
        if let Some(external_id) = document["externalId"].as_str() {
            let found = self.pages(&format!("/v1/trust/issuances?externalId={external_id}"))?;
            if found.len() != 1 || text(&found[0], "reference") != reference {
                let count = found.len();
                let wrong = format!("{external_id} finds {count} documents, {reference} wanted");
                self.report.wrong.push(wrong);
            }
        }
        let path = format!("/v1/trust/issuances/{}/events", text(document, "id"));
        let mut issued = 0;
        for event in self.pages(&path)? {
            let place = (
                text(&event, "stream").to_owned(),
                event["sequence"].as_u64().unwrap_or_default(),
            );
            if !places.insert(place.clone()) {
                let wrong = format!("{reference}: two events at {place:?}");
                self.report.wrong.push(wrong);
            }
            if text(&event, "type") == "issuance.issued" {
                issued += 1;
                if text(&event["data"], "reference") != reference {
                    let wrong = format!("{reference}: its event speaks of another");
                    self.report.wrong.push(wrong);
                }
            }
        }
        self.report.issuing_events += issued;
        if issued != 1 {
            let wrong = format!("{reference}: {issued} events say that it was issued");
            self.report.wrong.push(wrong);
        }
        let verdict = offline.verdict(text(document, "credential"), reference);
        if verdict != expected {
            let wrong = format!("{reference}: the offline verifier says {verdict}, not {expected}");
            self.report.wrong.push(wrong);
        }
        Ok(())
    }

    /// All items of a list.
    fn pages(&self, path: &str) -> Result<Vec<Value>, String> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = if cursor.is_empty() {
                path.to_owned()
            } else {
                format!("{path}{separator}cursor={cursor}")
            };
            let headers = [("x-api-key", self.instance.key.as_str())];
            let answer = http::get(self.address, &page, &headers)
                .map_err(|error| format!("{page}: {error}"))?;
            let json = answer.json();
            let Some(found) = json["items"].as_array() else {
                return Err(format!("{page}: {} {json}", answer.status));
            };
            items.extend(found.iter().cloned());
            match json["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return Ok(items),
            }
        }
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}
