//! Counters: what a server did since its start. Every label has a closed list of values, so that no tenant, key or
//! reference can become one, and no caller can make the page longer.
//!
//! Requests only add to numbers here; `scrape` makes text of them when somebody asks.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::access::METHODS;
use crate::ops::reference_data;
use crate::rates::Class;

/// Upper ends of the buckets of durations, in microseconds.
pub(super) const BUCKETS: [u64; 14] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
];

/// Why a key was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There was none, where one is needed.
    Missing,
    /// It is no key.
    Malformed,
    /// Nobody has it, or its secret is another.
    Unknown,
    /// It was deleted, has expired, or was rolled some time ago.
    Lapsed,
    /// A browser sent it.
    Browser,
    /// It came from a network that is none of its own.
    Network,
    /// It may not do this.
    Scope,
    /// Its tenant is suspended.
    Tenant,
}

impl Refusal {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Lapsed => "lapsed",
            Self::Browser => "browser",
            Self::Network => "network",
            Self::Scope => "scope",
            Self::Tenant => "tenant_suspended",
        }
    }
}

/// Counts by word, of a closed list.
pub(crate) struct Tally(Vec<(String, AtomicU64)>);

impl Tally {
    pub(crate) fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = words.into_iter().chain(["other"]);
        Self(
            words
                .map(|word| (word.to_owned(), AtomicU64::new(0)))
                .collect(),
        )
    }

    /// Counts one; a word that is not on the list is counted as `other`, which stands last.
    pub(crate) fn count(&self, word: &str) {
        let found = self.0.iter().find(|(known, _)| known == word);
        if let Some((_, count)) = found.or(self.0.last()) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Each word with its count; `other` only where there was one.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, u64)> {
        let counts = self.0.iter();
        let counts = counts.map(|(word, count)| (word.as_str(), count.load(Ordering::Relaxed)));
        counts.filter(|(word, count)| *word != "other" || *count > 0)
    }
}

/// Requests of one route and method.
#[derive(Default)]
pub(super) struct Series {
    /// By the first digit of the status.
    pub(super) classes: [AtomicU64; 5],
    /// By how long they took, each in the first bucket that holds it; the last has no end.
    pub(super) buckets: [AtomicU64; BUCKETS.len() + 1],
    pub(super) micros: AtomicU64,
}

/// By method, in the order of [`METHODS`].
type Route = [Series; METHODS.len()];

/// What a server counts.
pub struct Metrics {
    /// When it was started.
    pub(super) started: jiff::Timestamp,
    /// As many as the router has.
    pub(super) routes: RwLock<HashMap<String, Arc<Route>>>,
    pub(super) in_flight: AtomicI64,
    pub(super) abandoned: AtomicU64,
    /// Tries to give the heads of the record away that failed.
    pub(crate) heads_failed: AtomicU64,
    pub(crate) rate_limited: Tally,
    pub(super) refusals: Tally,
    pub(crate) verdicts: Tally,
    pub(crate) events: Tally,
}

impl Metrics {
    pub(super) fn new(started: jiff::Timestamp) -> Self {
        let classes = [
            Class::Public,
            Class::Reads,
            Class::Writes,
            Class::Files,
            Class::Tenant,
        ];
        let refusals = [
            Refusal::Missing,
            Refusal::Malformed,
            Refusal::Unknown,
            Refusal::Lapsed,
            Refusal::Browser,
            Refusal::Network,
            Refusal::Scope,
            Refusal::Tenant,
        ];
        let (verdicts, events) = (reference_data::verdicts(), reference_data::event_types());
        Self {
            started,
            routes: RwLock::default(),
            in_flight: AtomicI64::new(0),
            abandoned: AtomicU64::new(0),
            heads_failed: AtomicU64::new(0),
            rate_limited: Tally::of(classes.map(Class::as_str)),
            refusals: Tally::of(refusals.map(Refusal::as_str)),
            verdicts: Tally::of(verdicts.iter().map(|entry| entry.code.as_str())),
            events: Tally::of(events.iter().map(|entry| entry.code.as_str())),
        }
    }

    /// A request is being answered until this is dropped.
    pub(crate) fn begin(&self) -> Running<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Running {
            metrics: self,
            answered: false,
        }
    }

    /// A request was answered.
    pub(super) fn answered(&self, route: &str, method: &str, status: u16, micros: u64) {
        let known = {
            let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
            routes.get(route).map(Arc::clone)
        };
        let known = known.unwrap_or_else(|| {
            let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(routes.entry(route.to_owned()).or_default())
        });
        let method = METHODS.iter().position(|known| *known == method);
        let series = &known[method.unwrap_or(METHODS.len() - 1)];
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        let bucket = BUCKETS.iter().position(|end| micros <= *end);
        series.classes[class].fetch_add(1, Ordering::Relaxed);
        series.buckets[bucket.unwrap_or(BUCKETS.len())].fetch_add(1, Ordering::Relaxed);
        series.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// A key was not accepted.
    pub(crate) fn refused(&self, why: Refusal) {
        self.refusals.count(why.as_str());
    }
}

/// A request that is being answered.
pub(crate) struct Running<'a> {
    metrics: &'a Metrics,
    answered: bool,
}

impl Running<'_> {
    /// It was answered.
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.answered {
            self.metrics.abandoned.fetch_add(1, Ordering::Relaxed);
        }
    }
}
