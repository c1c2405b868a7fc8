//! The client: one connection pool, one key, and the namespaces.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ananke_api::whoami::Whoami;

use crate::address::Address;
use crate::alert_channels::AlertChannels;
use crate::alerts::Alerts;
use crate::api_keys::ApiKeys;
use crate::audit::Audit;
use crate::checklist::Checklists;
use crate::drill::{Restorations, Revocations};
use crate::key::Key;
use crate::published::Published;
use crate::reference_data::ReferenceData;
use crate::request::{Need, Request};
use crate::signing_keys::SigningKeys;
use crate::tcode::TCode;
use crate::trust::Trust;
use crate::{ClientBuilder, Error};

/// A client of one server. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) address: Address,
    pub(crate) key: Key,
    pub(crate) timeout: Duration,
    pub(crate) max_retries: u32,
}

impl Client {
    /// A client for `ANANKE_BASE_URL` with `ANANKE_API_KEY`, believing `ANANKE_CA_FILE` besides the system's
    /// authorities; each may be unset.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// Settings to start from, none of them from the environment.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The base URL, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.address.as_str()
    }

    /// Templates, documents and their verification.
    #[must_use]
    pub fn trust(&self) -> Trust {
        Trust::new(self.clone())
    }

    /// Stamps, what goes into their seals, and their verification.
    #[must_use]
    pub fn tcode(&self) -> TCode {
        TCode::new(self.clone())
    }

    /// API keys of the tenant.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys {
        ApiKeys::new(self.clone())
    }

    /// Alerts of the tenant.
    #[must_use]
    pub fn alerts(&self) -> Alerts {
        Alerts::new(self.clone())
    }

    /// The tenant's production checklist.
    #[must_use]
    pub fn checklist(&self) -> Checklists {
        Checklists::new(self.clone())
    }

    /// Channels that alerts of the tenant go out by.
    #[must_use]
    pub fn alert_channels(&self) -> AlertChannels {
        AlertChannels::new(self.clone())
    }

    /// Revocations of everything a key issued, or of a time.
    #[must_use]
    pub fn revocations(&self) -> Revocations {
        Revocations::new(self.clone())
    }

    /// Restorations of what a key took out of force.
    #[must_use]
    pub fn restorations(&self) -> Restorations {
        Restorations::new(self.clone())
    }

    /// Signing keys of the tenant.
    #[must_use]
    pub fn signing_keys(&self) -> SigningKeys {
        SigningKeys::new(self.clone())
    }

    /// The record of everything that happened to the tenant.
    #[must_use]
    pub fn audit(&self) -> Audit {
        Audit::new(self.clone())
    }

    /// The closed lists of the contract.
    #[must_use]
    pub fn reference_data(&self) -> ReferenceData {
        ReferenceData::new(self.clone())
    }

    /// What is published for verifiers: trust bundles, status lists, and whether the server is up.
    #[must_use]
    pub fn published(&self) -> Published {
        Published::new(self.clone())
    }

    /// Who the key is.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn whoami(&self) -> Result<Whoami, Error> {
        Request::get(&["v1", "whoami"])
            .need(Need::Key)
            .json(self)
            .await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("api_key", &self.0.key)
            .finish_non_exhaustive()
    }
}
