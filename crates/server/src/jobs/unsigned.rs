//! What changed and is not signed yet: status lists and trust bundles.
//!
//! They are signed when asked for; this makes sure that within a second or so of a change the newest
//! are signed and stored even if nobody asks, because a sealed server has nothing else to go by.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use ananke_format::Mode;
use ananke_format::status::LIFETIME_SECONDS;
use uuid::Uuid;

use crate::app::Shared;
use crate::ops::{lists, trust};

type List = (Uuid, Mode, u32);

/// What this process knows of a list.
#[derive(Clone, Copy)]
pub struct Seen {
    /// The highest version it signed.
    pub version: i64,
    /// Whether it changed a document of the list since.
    pub changed: bool,
}

/// What changed and is not signed yet.
pub struct Unsigned {
    lists: Mutex<HashSet<List>>,
    seen: Mutex<HashMap<List, Seen>>,
    /// Changes of issuers and keys so far.
    trust_changes: AtomicU64,
    /// How many of them are in the stored bundle of each mode.
    live_trust: AtomicU64,
    test_trust: AtomicU64,
    turn: tokio::sync::Mutex<()>,
}

impl Default for Unsigned {
    /// After a start nobody knows what the process before had signed.
    fn default() -> Self {
        Self {
            lists: Mutex::default(),
            seen: Mutex::default(),
            trust_changes: AtomicU64::new(1),
            live_trust: AtomicU64::new(0),
            test_trust: AtomicU64::new(0),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl Unsigned {
    fn trust(&self, mode: Mode) -> &AtomicU64 {
        match mode {
            Mode::Live => &self.live_trust,
            Mode::Test => &self.test_trust,
        }
    }

    /// A document of this list changed.
    pub fn list(&self, list: List) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = seen.get_mut(&list) {
            seen.changed = true;
        }
        drop(seen);
        self.lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(list);
    }

    /// What this process knows of a list.
    pub fn seen(&self, list: List) -> Option<Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&list).copied()
    }

    /// This version of a list is the newest.
    pub fn saw(&self, list: List, version: i64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(&list).is_none_or(|seen| seen.version <= version) {
            let changed = false;
            seen.insert(list, Seen { version, changed });
        }
    }

    /// Issuers or keys changed.
    pub fn trust_changed(&self) {
        self.trust_changes.fetch_add(1, Ordering::SeqCst);
    }

    /// The right to sign a bundle, held until it is stored.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Whether the signed bundle may say less than the rows.
    pub fn trust_is_stale(&self, mode: Mode) -> bool {
        self.trust(mode).load(Ordering::SeqCst) != self.trust_changes()
    }

    /// Changes so far. Taken before the rows are read for a bundle: what changes later is not in it.
    pub fn trust_changes(&self) -> u64 {
        self.trust_changes.load(Ordering::SeqCst)
    }

    /// A bundle with so many changes is stored.
    pub fn trust_is_signed(&self, mode: Mode, changes: u64) {
        self.trust(mode).store(changes, Ordering::SeqCst);
    }

    /// Signs what changed, also what nobody was left to mark: a client may leave between its commit and the
    /// mark, and a process may be killed there.
    pub async fn sign_all(&self, app: &Shared) {
        if app.ring.is_none() {
            return;
        }
        if let Err(error) = lists::renew_all(app, LIFETIME_SECONDS).await {
            tracing::error!(error = %error, "a status list could not be signed");
        }
        self.sign(app).await;
    }

    /// Signs what is marked.
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
            }
        }
    }
}
