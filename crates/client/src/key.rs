//! The API key: given once, or asked for when a call first needs it and again when the server no longer takes it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::Error;

/// Why a provider gave no key.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;
type Asked = Pin<Box<dyn Future<Output = Result<SecretString, Cause>> + Send>>;
/// What gives a key.
pub(crate) type Provider = Arc<dyn Fn() -> Asked + Send + Sync>;

/// Where the key comes from.
pub(crate) enum Key {
    /// There is none.
    Missing,
    /// It stays what it is.
    Fixed(HeaderValue),
    /// A provider is asked, and what it gave is kept.
    Provided {
        ask: Provider,
        held: Mutex<Option<HeaderValue>>,
    },
}

impl Key {
    /// A key that stays what it is, such as the environment holds it.
    pub(crate) fn fixed(key: &SecretString) -> Result<Self, Error> {
        checked(key).map(Self::Fixed)
    }

    /// A key of a provider.
    pub(crate) fn provided(ask: Provider) -> Self {
        let held = Mutex::new(None);
        Self::Provided { ask, held }
    }

    /// The key for a call. Calls at the same time ask once; a failure is not remembered.
    pub(crate) async fn current(&self) -> Result<Option<HeaderValue>, Error> {
        match self {
            Self::Missing => Ok(None),
            Self::Fixed(key) => Ok(Some(key.clone())),
            Self::Provided { ask, held } => {
                let mut held = held.lock().await;
                if held.is_none() {
                    *held = Some(checked(&ask().await.map_err(Error::Provider)?)?);
                }
                Ok(held.clone())
            }
        }
    }

    /// The key after the server refused one, where there is another: asked for again, unless another call has done that meanwhile.
    pub(crate) async fn after(&self, refused: &HeaderValue) -> Result<Option<HeaderValue>, Error> {
        if let Self::Provided { held, .. } = self {
            held.lock().await.take_if(|held| held == refused);
        }
        let fresh = self.current().await?;
        Ok(fresh.filter(|fresh| fresh != refused))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "(none)",
            Self::Fixed(_) => "(set)",
            Self::Provided { .. } => "(provided)",
        })
    }
}

/// A key as it stands in its header. What is no key is another system's secret, perhaps, and not shown to this server.
fn checked(key: &SecretString) -> Result<HeaderValue, Error> {
    // A key read from a file often ends in a line break.
    let key = key.expose_secret().trim();
    let body = ["ak_live_", "ak_test_"].map(|prefix| key.strip_prefix(prefix));
    let body = body.into_iter().flatten().next();
    let is_key = body.is_some_and(|body| {
        !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let value = HeaderValue::from_str(key).ok().filter(|_| is_key);
    let mut value = value.ok_or_else(|| {
        let what = "the API key is none of Ananke: those begin with ak_live_ or ak_test_";
        Error::Setup(what.to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}
