//! Uses of API keys on their way to the store: counted here, written once a second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ananke_store::{ApiKey, ApiKeyUse};
use uuid::Uuid;

use crate::app::Shared;

/// Uses not stored yet.
#[derive(Default)]
pub struct KeyUses(Mutex<HashMap<(Uuid, String), ApiKeyUse>>);

impl KeyUses {
    /// Counts one use.
    pub fn note(&self, key: &ApiKey, now: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let used = waiting
            .entry((key.tenant, key.id.clone()))
            .or_insert_with(|| ApiKeyUse {
                tenant: key.tenant,
                key_id: key.id.clone(),
                last_used_at: now,
                uses: 0,
            });
        used.uses += 1;
        used.last_used_at = used.last_used_at.max(now);
    }

    /// Hands what waits to the store.
    pub async fn flush(&self, app: &Shared) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() || app.ring.is_none() {
            return;
        }
        let batch: Vec<ApiKeyUse> = waiting.into_values().collect();
        if let Err(error) = app.store.touch_api_keys(batch).await {
            tracing::warn!(error = %error, "uses of API keys lost");
        }
    }
}
