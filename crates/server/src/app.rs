//! What every request shares.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use ananke_format::trust::Authority;
use ananke_format::{BaseUrl, Instant};
use ananke_store::{Document, Outcome, Store, View, Write};

use crate::alerts::Watch;
use crate::config::{Config, leads_to_this_machine};
use crate::ctx::Ctx;
use crate::http::auth::KeyCache;
use crate::http::idempotency::InFlight;
use crate::jobs::history::History;
use crate::jobs::key_uses::KeyUses;
use crate::jobs::seen::Seen;
use crate::jobs::unsigned::Unsigned;
use crate::keys::ring::Ring;
use crate::ops::Error;
use crate::ops::issuers::IssuerCache;
use crate::ops::lists::list_of;
use crate::ops::positions::Positions;
use crate::ops::templates::Templates;
use crate::ops::verify::{Signatures, VerifiedCache};
use crate::rates::Limiter;
use crate::telemetry::Telemetry;
use crate::telemetry::trail::stage;
use crate::tls::Served;
use crate::workers::Workers;

/// One server. Handlers hold it by [`App`].
pub struct Shared {
    /// Clock and randomness.
    pub ctx: Ctx,
    /// Rows.
    pub store: Store,
    /// Settings.
    pub config: Config,
    /// The address people reach this server by.
    pub base_url: BaseUrl,
    /// That one first, then the former ones.
    pub base_urls: Arc<[BaseUrl]>,
    /// Root and issuing authorities.
    pub authority: Arc<Authority>,
    /// The certificate it answers with; none where it speaks no TLS itself, or does not listen.
    pub certificate: OnceLock<Arc<Served>>,
    /// Networks of the proxies whose word on clients is believed.
    pub proxies: Vec<ipnet::IpNet>,
    /// Private keys; `None` while sealed.
    pub ring: Option<Ring>,
    /// Rate limits.
    pub limiter: Limiter,
    /// What operators see.
    pub telemetry: Telemetry,
    /// API keys seen lately.
    pub key_cache: KeyCache,
    /// Templates that are issued from.
    pub templates: Templates,
    /// Issuers with their admitted certificates.
    pub issuers: IssuerCache,
    /// Credentials whose signature was checked in this process.
    pub verified: VerifiedCache,
    /// Positions in status lists, leased to this process.
    pub positions: Positions,
    /// Signatures made in this process.
    pub signatures: Signatures,
    /// Lists and bundles that changed and are not signed yet.
    pub unsigned: Unsigned,
    /// Requests with an idempotency key that are running here.
    pub in_flight: InFlight,
    /// Verification history on its way to the store.
    pub history: History,
    /// Uses of API keys on their way to the store.
    pub key_uses: KeyUses,
    /// What foreign files are given to.
    pub workers: Workers,
    /// What happens too often.
    pub watch: Watch,
    /// What requests give away of how they are made, on its way to the store.
    pub seen: Seen,
    /// Whether a line is being written to `audit.sink`.
    pub sink_is_busy: AtomicBool,
}

/// Handle to what every request shares.
pub type App = Arc<Shared>;

impl Shared {
    /// The public URL.
    #[must_use]
    pub fn public_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Now, as it is signed and shown.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::from_timestamp(self.ctx.now()).unwrap_or(Instant::UNIX_EPOCH)
    }

    /// Whether the public URL leads to this machine only.
    #[must_use]
    pub fn on_loopback(&self) -> bool {
        leads_to_this_machine(self.base_url.as_str())
    }

    /// When the certificate this server answers with expires, if it has one.
    #[must_use]
    pub fn certificate_expires(&self) -> Option<jiff::Timestamp> {
        self.certificate.get().map(|served| served.not_after())
    }

    /// Whether people reach this server over TLS, its own or that of a proxy.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.certificate.get().is_some() || self.base_url.as_str().starts_with("https://")
    }

    /// A document's status changed: its list is to be signed again.
    pub fn list_changed(&self, row: &Document) {
        self.unsigned.list(list_of(row));
    }

    /// Issuers or keys changed: the trust bundles are to be signed again.
    pub fn trust_changed(&self) {
        self.unsigned.trust_changed();
    }

    /// The private keys.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while sealed.
    pub fn ring(&self) -> Result<&Ring, Error> {
        self.ring.as_ref().ok_or_else(Error::sealed)
    }

    /// Reads from the store, in the words of operations.
    ///
    /// # Errors
    /// As `ops/failures.rs` says.
    pub async fn read<T, F>(&self, finders: F) -> Result<T, Error>
    where
        F: Fn(&mut View<'_>) -> Result<T, ananke_store::Error> + Send + 'static,
        T: Send + 'static,
    {
        let _stage = stage("store.read");
        Ok(self.store.read(finders).await?)
    }

    /// Reads from the store, in its own words.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn ask<T, F>(&self, finders: F) -> Result<T, ananke_store::Error>
    where
        F: Fn(&mut View<'_>) -> Result<T, ananke_store::Error> + Send + 'static,
        T: Send + 'static,
    {
        let _stage = stage("store.read");
        self.store.read(finders).await
    }

    /// Writes to the store, and counts what was recorded.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write(&self, write: Write) -> Result<Outcome, ananke_store::Error> {
        let kind = write.event.kind.clone();
        let _stage = stage("store.write");
        let outcome = self.store.write(write).await?;
        if matches!(outcome, Outcome::Done(_)) {
            self.telemetry.metrics.events.count(&kind);
        }
        Ok(outcome)
    }
}
