//! Uses of API keys on their way to the store: counted here, written once a second.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use ananke_store::{ApiKey, ApiKeyUse, KeyHour};
use uuid::Uuid;

use crate::app::Shared;

/// In microseconds.
const HOUR: i64 = 3_600 * 1_000_000;

/// Uses not stored yet.
#[derive(Default)]
pub struct KeyUses(Mutex<HashMap<(Uuid, String), ApiKeyUse>>);

impl KeyUses {
    /// Counts one use.
    pub fn note(&self, key: &ApiKey, now: i64) {
        self.add(ApiKeyUse {
            tenant: key.tenant,
            key_id: key.id.clone(),
            last_used_at: now,
            uses: 1,
        });
    }

    fn add(&self, more: ApiKeyUse) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.entry((more.tenant, more.key_id.clone())) {
            Entry::Vacant(place) => drop(place.insert(more)),
            Entry::Occupied(mut place) => {
                let used = place.get_mut();
                used.uses += more.uses;
                used.last_used_at = used.last_used_at.max(more.last_used_at);
            }
        }
    }

    /// Hands what waits to the store.
    pub async fn flush(&self, app: &Shared) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() || app.ring.is_none() {
            return;
        }
        let batch: Vec<ApiKeyUse> = waiting.into_values().collect();
        if let Err(error) = app.store.touch_api_keys(batch.clone()).await {
            tracing::warn!(error = %error, "uses of API keys wait for another second");
            // Counted twice, where it was stored all the same, harms less than a used key that looks idle.
            batch.into_iter().for_each(|used| self.add(used));
            return;
        }
        let hours = batch.iter().map(|used| KeyHour {
            tenant: used.tenant,
            key_id: used.key_id.clone(),
            hour: used.last_used_at / HOUR,
            requests: used.uses,
        });
        if let Err(error) = app.store.note_key_hours(hours.collect()).await {
            tracing::warn!(error = %error, "requests of API keys were not counted by the hour");
        }
    }
}
