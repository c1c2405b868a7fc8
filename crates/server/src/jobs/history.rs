//! Verification history on its way to the store: bounded, lossy under pressure, waited for by nobody.

use std::sync::{Mutex, PoisonError};

use ananke_store::Verification;

use crate::app::Shared;

const MOST_WAITING: usize = 10_000;
const BATCH: usize = 500;

/// What was verified and is not stored yet.
#[derive(Default)]
pub struct History(Mutex<Vec<Verification>>);

impl History {
    /// Adds one; it is lost where too many wait.
    pub fn note(&self, verification: Verification) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.push(verification);
        }
    }

    /// Hands what waits to the store.
    pub async fn flush(&self, app: &Shared) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if app.ring.is_none() {
            return;
        }
        for batch in waiting.chunks(BATCH) {
            if let Err(error) = app.store.record_verifications(batch.to_vec()).await {
                tracing::warn!(error = %error, lost = batch.len(), "verification history lost");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ananke_store::Mode;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn under_pressure_history_is_lost_and_nobody_waits() {
        let history = History::default();
        for _ in 0..MOST_WAITING + 1 {
            history.note(Verification {
                tenant: Uuid::nil(),
                mode: Mode::Live,
                id: Uuid::nil(),
                document_id: Uuid::nil(),
                reference: String::new(),
                method: String::new(),
                verdict: String::new(),
                at: 0,
                actor: None,
                scan: None,
            });
        }
        assert_eq!(history.0.lock().unwrap().len(), MOST_WAITING);
    }
}
