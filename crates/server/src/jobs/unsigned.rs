//! What changed and is not signed yet: status lists and trust bundles.
//!
//! They are signed when asked for; this makes sure that within a second or so of a change the newest
//! are signed and stored even if nobody asks, because a sealed server has nothing else to go by.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use ananke_format::Mode;
use ananke_format::status::LIFETIME_SECONDS;
use uuid::Uuid;

use crate::app::Shared;
use crate::ops::{lists, trust};

type List = (Uuid, Mode, u32);

/// What changed and is not signed yet.
pub struct Unsigned {
    lists: Mutex<HashSet<List>>,
    live_trust: AtomicBool,
    test_trust: AtomicBool,
    turn: tokio::sync::Mutex<()>,
}

impl Default for Unsigned {
    /// After a start nobody knows what the process before had signed.
    fn default() -> Self {
        Self {
            lists: Mutex::default(),
            live_trust: AtomicBool::new(true),
            test_trust: AtomicBool::new(true),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl Unsigned {
    fn trust(&self, mode: Mode) -> &AtomicBool {
        match mode {
            Mode::Live => &self.live_trust,
            Mode::Test => &self.test_trust,
        }
    }

    /// A document of this list changed.
    pub fn list(&self, list: List) {
        self.lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(list);
    }

    /// Issuers or keys changed.
    pub fn trust_changed(&self) {
        self.live_trust.store(true, Ordering::SeqCst);
        self.test_trust.store(true, Ordering::SeqCst);
    }

    /// The right to sign a bundle, held until it is stored.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Whether the signed bundle may say less than the rows.
    pub fn trust_is_stale(&self, mode: Mode) -> bool {
        self.trust(mode).load(Ordering::SeqCst)
    }

    /// The rows are about to be read for a new bundle.
    pub fn trust_is_fresh(&self, mode: Mode) {
        self.trust(mode).store(false, Ordering::SeqCst);
    }

    /// Signs what changed.
    pub async fn sign(&self, app: &Shared) {
        if app.ring.is_none() {
            return;
        }
        let changed =
            std::mem::take(&mut *self.lists.lock().unwrap_or_else(PoisonError::into_inner));
        for list @ (tenant, mode, number) in changed {
            if let Err(error) = lists::renew(app, tenant, mode, number, LIFETIME_SECONDS).await {
                tracing::error!(error = %error, "status list could not be signed");
                self.list(list);
            }
        }
        for mode in Mode::ALL {
            if self.trust_is_stale(*mode)
                && let Err(error) = trust::bundle(app, *mode).await
            {
                tracing::error!(error = %error, mode = %mode, "trust bundle could not be signed");
                self.trust_changed();
            }
        }
    }
}
