//! What requests give away of how they are made, on its way to the store: counted here, written once a second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ananke_store::Sighting;
use uuid::Uuid;

use crate::app::Shared;

/// In microseconds.
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// Kept at most; more is lost.
const MOST: usize = 10_000;

/// Whose, of what, about what, on which day.
type Key = (Uuid, &'static str, String, i64);

/// Sightings not stored yet: how often, and when last.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<Key, (i64, i64)>>);

impl Seen {
    /// It was seen once.
    pub fn note(&self, tenant: Uuid, kind: &'static str, subject: &str, now: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant, kind, subject.to_owned(), now.div_euclid(DAY));
        if waiting.len() < MOST || waiting.contains_key(&key) {
            let (times, last) = waiting.entry(key).or_insert((0, now));
            *times += 1;
            *last = now.max(*last);
        }
    }

    /// Hands what waits to the store.
    pub async fn flush(&self, app: &Shared) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() || app.ring.is_none() {
            return;
        }
        let batch =
            waiting.into_iter().map(
                |((tenant, kind, subject, day), (times, last_at))| Sighting {
                    tenant,
                    kind: kind.to_owned(),
                    subject,
                    day,
                    times,
                    last_at,
                },
            );
        if let Err(error) = app.store.note_sightings(batch.collect()).await {
            tracing::warn!(error = %error, "what was seen of requests was lost");
        }
    }
}
