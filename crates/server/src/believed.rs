//! Rows that many requests need and that seldom change, believed for a moment.
//!
//! What was read is believed until this process changes any of its kind, and for a second at most: that long another node
//! or an edit behind the server's back may go unnoticed (docs/decisions/0089). Nothing that a verdict rests on is here.

use std::hash::Hash;
use std::sync::Arc;

use quick_cache::sync::Cache;

use crate::app::Shared;

/// How long at most, in microseconds; an API key that another node deleted is refused here within that time, too.
pub const FRESH_MICROS: i64 = 1_000_000;

/// How many of a kind.
const KEPT: usize = 10_000;

/// What was read, and when.
struct Kept<V> {
    value: Arc<V>,
    read_at: i64,
    foundations: u64,
}

impl<V> Clone for Kept<V> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            ..*self
        }
    }
}

/// Rows of one kind.
pub struct Believed<K, V>(Cache<K, Kept<V>>);

impl<K: Eq + Hash, V> Default for Believed<K, V> {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl<K: Eq + Hash + Clone, V> Believed<K, V> {
    /// What is believed, or what is read now. Failures are not remembered.
    ///
    /// # Errors
    /// Those of `read`.
    pub async fn of<E, R: Future<Output = Result<V, E>>>(
        &self,
        app: &Shared,
        key: &K,
        read: impl FnOnce() -> R,
    ) -> Result<Arc<V>, E> {
        // Both before it is read: a change that comes in between makes it old at once.
        let (now, foundations) = (app.ctx.now_micros(), app.store.foundations());
        if let Some(kept) = self.0.get(key)
            && kept.foundations == foundations
            && (0..FRESH_MICROS).contains(&(now - kept.read_at))
        {
            return Ok(kept.value);
        }
        // Boxed: it is seldom needed, and large.
        let value = Arc::new(Box::pin(read()).await?);
        let kept = Kept {
            value: Arc::clone(&value),
            read_at: now,
            foundations,
        };
        self.0.insert(key.clone(), kept);
        Ok(value)
    }

    /// Believes nothing any more. For tests that edit rows.
    pub fn clear(&self) {
        self.0.clear();
    }
}
